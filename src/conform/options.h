/* SPDX-License-Identifier: MIT */
/* What the command line asks for. */
#ifndef CONFORM_OPTIONS_H
#define CONFORM_OPTIONS_H

#include <stdbool.h>
#include <stdio.h>

#include "client/names.h"
#include "client/options.h"

enum account {
	ADMIN, /* of the group Administrators or Server Operators */
	USER1, /* and two who are not */
	USER2,
	ACCOUNTS
};

enum format {
	FORMAT_TAP,
	FORMAT_TABLE,
	FORMAT_MARKDOWN,
};

/* The exit status. */
enum {
	EXIT_CONFORMS = 0,
	EXIT_DEVIATES = 1, /* a case failed */
	EXIT_USAGE = 2,
	EXIT_NO_SCENE = 4, /* the server can't be reached, or an account can't sign in */
};

struct options {
	const char *server_text;
	struct server_name server;
	const char *share;
	const char *from[2]; /* addresses of ours for the workstations; NULL: any */
	char *from_text;     /* what they point into, if they were given */
	const char *label;   /* the server's name in a report; NULL: server_text */
	const char *only;    /* one topic; NULL: all */
	enum format format;
	unsigned limit_ms;
	bool list; /* the topics, and no run */
	struct netsess_options *account[ACCOUNTS];
};

/* Exits with EXIT_USAGE where the line is wrong, and after --help. */
void options_parse(struct options *o, int argc, char **argv);
void options_release(struct options *o);

#endif

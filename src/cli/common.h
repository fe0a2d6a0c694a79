/* SPDX-License-Identifier: MIT */
/*
 * What all commands share: the common options, from argp to struct netsess_options.
 *
 * A command's argp has common_children, and its input begins with a pointer to the struct
 * common, which its parser hands down.
 */
#ifndef CLI_COMMON_H
#define CLI_COMMON_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/out.h"
#include "cli/servers.h"
#include "netsess.h"

/* Keys of options that have no letter; those of a single command begin at OPT_COMMAND. */
enum {
	OPT_COMMON = 0x100,
	OPT_COMMAND = 0x200,
};

struct common {
	/* As given. */
	const char *user;
	const char *auth_file;
	const char *password_file;
	const char *wins;
	bool kerberos;
	bool ntlm;
	bool encrypt;
	bool strict;
	uint16_t lowest; /* 0: not given */
	uint16_t highest;
	unsigned timeout_ms;
	unsigned parallel;
	bool level_given;
	uint32_t level;
	bool quiet;
	bool verbose;
	struct out out;
	struct servers servers;

	/* Made of it by common_ready(). */
	struct netsess_options *options;
};

extern const struct argp_child common_children[2];

void common_init(struct common *c);
void common_release(struct common *c);

/*
 * Parses a command's arguments; prints help and exits where argp does so.  `input` begins
 * with a struct common *.
 */
void common_parse(const struct argp *argp, int argc, char **argv, void *input);

/* For a command's parser: ARGP_KEY_INIT. */
void common_hand_down(struct argp_state *state);

/*
 * The parser of a command whose arguments are [SERVER...]; one with options of its own
 * passes on to it what it does not know.
 */
error_t common_parse_servers(int key, char *arg, struct argp_state *state);

/* A whole number between 0 and `max`, "0x…" too, or argp's usage error. */
uint32_t common_number(struct argp_state *state, const char *arg, uint32_t max);

/*
 * After parsing: makes this computer the server if none is named, asks for a password if
 * one is needed, and sets c->options.  CLI_EXIT_DONE, or said why not.
 */
int common_ready(struct common *c);

/* Asks "…? [y/N]" on the terminal; only an answer that begins with y is a yes. */
bool common_confirm(const char *question);

/* Whether there is somebody to ask. */
bool common_has_terminal(void);

/* The level to ask for: --level, or else this. */
uint32_t common_level(const struct common *c, uint32_t level);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The servers a command is about, in the order given.  "" is this computer.
 */
#ifndef CLI_SERVERS_H
#define CLI_SERVERS_H

#include <stdbool.h>
#include <stddef.h>

/* Zero-initialised; owns the names. */
struct servers {
	char **names;
	size_t n;
};

void servers_release(struct servers *s);

/* A name, or "@FILE": every name in that file.  False, and said why, if that can't be. */
bool servers_add(struct servers *s, const char *name_or_file);

/*
 * One name a line; "#" begins a comment, blank lines and blanks around a name don't count.
 * "-" is stdin.  A file without a name is an error: it would come to mean this computer.
 */
bool servers_load(struct servers *s, const char *path);

/* Whether one of them is not this computer, so that credentials are needed. */
bool servers_are_remote(const struct servers *s);

#endif

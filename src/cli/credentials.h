/* SPDX-License-Identifier: MIT */
/*
 * From -U, -A, --password-file and the terminal to struct netsess_options.  A password is
 * read into memory that stays out of core dumps, handed on, and wiped.
 */
#ifndef CLI_CREDENTIALS_H
#define CLI_CREDENTIALS_H

struct common;

/* Sets c->options.  CLI_EXIT_DONE, or said why not. */
int credentials_ready(struct common *c);

/* For the start of the program: it will leave no core file, piped or not. */
void credentials_forbid_cores(void);

#endif

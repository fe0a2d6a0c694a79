/* SPDX-License-Identifier: MIT */
/*
 * How it went: from the Win32 code of each server to one exit status, and the line on
 * stderr that names each server that failed.
 */
#ifndef CLI_OUTCOME_H
#define CLI_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The exit statuses, as netsess(1) promises them. */
enum cli_exit {
	CLI_EXIT_DONE = 0,
	CLI_EXIT_NOTHING = 1,     /* nothing matched */
	CLI_EXIT_USAGE = 2,       /* a parameter is not valid; a confirmation is missing */
	CLI_EXIT_DENIED = 3,      /* access or credentials refused */
	CLI_EXIT_UNREACHABLE = 4, /* no server, no service, or no answer */
	CLI_EXIT_FAILED = 5,      /* some servers failed, or one in another way */
	CLI_EXIT_BROKEN = 6,      /* this program: memory, or stdout can't be written */
};

#define CLI_EXITS (CLI_EXIT_BROKEN + 1)

/* What one server's code means for the exit status. */
enum cli_exit outcome_of(uint32_t code);

/* Whether the code is an answer to the question, be it "there is none". */
bool outcome_is_answer(uint32_t code);

/* Zero-initialised. */
struct outcome {
	size_t counts[CLI_EXITS];
	size_t n;
};

void outcome_add(struct outcome *o, enum cli_exit what);
/* All alike: that.  Some failed: CLI_EXIT_FAILED.  Else done, if anything was. */
enum cli_exit outcome_exit(const struct outcome *o);

/* Says "netsess: SERVER: access is denied (5 ERROR_ACCESS_DENIED): NOTE". */
void outcome_say(const char *server, uint32_t code, const char *note);

#endif

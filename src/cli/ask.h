/* SPDX-License-Identifier: MIT */
/*
 * Questions to servers: one by a plain call, which can use a kept connection, many at once
 * by a batch with a progress line.  Answers stay in the questions, so that they are printed
 * in the order given, whichever came first.
 */
#ifndef CLI_ASK_H
#define CLI_ASK_H

#include "cli/common.h"
#include "netsess.h"

/* Zero-initialise it, set the first part; ask_release() frees the answer. */
struct ask {
	const char *server; /* "" is this computer */
	struct netsess_request request;
	/* Levels to try when the one before is refused (5, 124), in turn. */
	const uint32_t *levels;
	size_t n_levels;
	/* For the same server, after this one; not asked once the server is out of reach.
	 */
	struct ask *next;

	/* The answer. */
	uint32_t code;
	struct netsess_result *result; /* NULL: there was not even memory, or not asked */
};

/* Asks all chains that begin in `asks` and says how each server was reached, if -v. */
void ask_all(const struct common *c, struct ask *const *asks, size_t n);

/* The same for one chain. */
void ask_one(const struct common *c, struct ask *a);

void ask_release(struct ask *a);

/* "" without a result; borrowed. */
const char *ask_note(const struct ask *a);

/* The number of rows, 0 without a result. */
size_t ask_rows(const struct ask *a);

#endif

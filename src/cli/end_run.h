/* SPDX-License-Identifier: MIT */
/*
 * The steps of `netsess end` over many servers: look, end, look again.  Each step goes to
 * all servers at once and leaves what it learned in the targets.
 */
#ifndef CLI_END_RUN_H
#define CLI_END_RUN_H

#include "cli/ask.h"
#include "cli/end_plan.h"

/* One server and all that happens to it.  Zero-initialise, set server and filter. */
struct end_target {
	const char *server;
	struct end_filter filter;

	/* end_look(): what there is.  Not for a server that can be told at once. */
	bool looked;
	struct ask list;
	struct end_plan plan;

	/* end_do(): one Del for each pair. */
	struct ask *dels;
	size_t n_dels;
	int64_t ended_at; /* monotonic, in ms */
	size_t ended;     /* sessions, if looked */

	/* end_look_again(). */
	bool verified;
	struct ask again;
	bool *hidden;     /* one a row: neither remaining nor returned */
	size_t remaining; /* sessions that were to end and are still there */
	size_t returned;  /* that match, but began after the end */

	uint32_t code; /* of the last step that counts; 0 until one fails */
	const char *note;
};

/* Lists the sessions of those targets that need it (`all`: of every one) and plans. */
void end_look(const struct common *c, struct end_target *targets, size_t n, bool all);

/* Ends what is planned, and at once where there was no look. */
void end_do(const struct common *c, struct end_target *targets, size_t n);

void end_look_again(const struct common *c, struct end_target *targets, size_t n);

void end_target_release(struct end_target *t);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The commands that ask every server one question and print the rows: list, shares, files.
 */
#ifndef CLI_QUERY_H
#define CLI_QUERY_H

#include "cli/common.h"
#include "cli/outcome.h"

struct query {
	struct netsess_request request;
	/* More levels to try where the first is refused; unused if --level is given. */
	const uint32_t *levels;
	size_t n_levels;
	/* A filter was given: then no rows means that nothing matched. */
	bool filtered;
	const char *what; /* "sessions" */
};

/* Asks c->servers, prints, says what failed.  The exit status. */
int query_run(struct common *c, const struct query *q);

/*
 * What one server's answer comes to, said on stderr where it failed or nothing matched.
 * `rows` were found.
 */
enum cli_exit query_outcome(const struct common *c, const struct query *q,
			    const char *server, uint32_t code, const char *note,
			    size_t rows);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What `netsess end` may end: judges a list of sessions and does nothing.
 *
 * NetrSessionDel takes a client and a user and ends every session that fits, ours too.
 * So each listed session is ours, may be ours, or is to be ended:
 *
 *	ours	the user the server knows us by, from the address we have
 *	may be	our user from elsewhere, while no session in the list is plainly ours: the
 *		server then knows us under another address (NAT) or under a name
 *
 * As long as there are none of ours, one Del with the filters does; else each other
 * (client, user) is ended by itself, and none of these can fit a session of ours.
 */
#ifndef CLI_END_PLAN_H
#define CLI_END_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "netsess.h"

struct end_filter {
	const char *client; /* "\\client", or NULL */
	const char *user;   /* or NULL */
	bool include_self;  /* sessions of ours are as any other */
	bool local;         /* over the local socket: we have no session there */
};

/* One Del; the names are owned. */
struct end_pair {
	char *client; /* NULL: any */
	char *user;
	size_t sessions; /* that the list has for it */
};

struct end_plan {
	bool *spared;  /* one a row: not to be ended, as it does not match or is ours */
	size_t ending; /* rows to be ended */
	size_t ours;   /* rows that match and are, or may be, ours */
	struct end_pair *pairs;
	size_t n_pairs;
};

/* From a list of sessions; NULL is an empty one. */
void end_plan_make(struct end_plan *p, const struct end_filter *filter,
		   const struct netsess_result *list);
void end_plan_release(struct end_plan *p);

/*
 * Whether what the filter names could be a session of ours, going by the user we sign in
 * as ("": not known before the Kerberos ticket is used).
 */
bool end_may_hit_us(const struct end_filter *filter, const char *us);

#endif

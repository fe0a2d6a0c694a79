/* SPDX-License-Identifier: MIT */
/*
 * Whose a durable open is, Open.DurableOwner of [MS-SMB2] 3.3.1.10: the user as his session
 * proved him, kept for longer than the session lasts.  All sessions and opens of one user
 * share one of these, by references; it goes with the last.
 *
 * Anonymous and guest own nothing: whoever came next would be their twin.
 */
#ifndef SERVER_OPEN_OWNER_H
#define SERVER_OPEN_OWNER_H

#include "base/match.h"
#include "server/session.h"

struct open_owner {
	char *user; /* as struct session has them */
	char *domain;
	struct buf user16;
	struct buf domain16;
	bool own_account;

	size_t detached; /* how many opens of his are: durable.c's */

	struct server *server;
	size_t references;
	struct open_owner *prev, *next; /* server->owners */
};

/*
 * The owner that the session's user is; it keeps a reference of its own, so the next call
 * costs nothing.  NULL when memory is short, and for anonymous and guest.  Borrowed.
 */
struct open_owner *open_owner_of(struct session *s);

/* Whether the session's user is this one, as session_same_user(). */
bool open_owner_is(const struct open_owner *owner, const struct session *s);

struct open_owner *open_owner_ref(struct open_owner *owner);
/* NULL is fine. */
void open_owner_put(struct open_owner *owner);

struct match_user open_owner_user(const struct open_owner *owner);

#endif

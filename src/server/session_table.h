/* SPDX-License-Identifier: MIT */
/*
 * All sessions of a server, found by SessionId, in the order of GlobalSessionId, by user
 * and by client: ending a user's sessions costs what it ends, not what exists.
 *
 * GlobalSessionIds only grow, so a walk that goes on behind the last id it has seen meets
 * no session twice and misses none, whatever comes and goes meanwhile.
 *
 * A session is in the table by id while IN_PROGRESS, and in every index from VALID to its
 * end.  The sessions of one state stand on one list.  The functions from struct
 * session_filter on are in session_filter.c.
 */
#ifndef SERVER_SESSION_TABLE_H
#define SERVER_SESSION_TABLE_H

#include "server/order.h"
#include "server/session.h"

struct session_group; /* the sessions of one user, or of one client */

struct session_table {
	struct session *by_id;
	struct order by_global_id;
	struct session_group *users;
	struct session_group *clients;
	struct session *state[SESSION_STATES]; /* utlist; that of the DEAD is empty */
	size_t count[SESSION_STATES];
	size_t waiting;      /* sessions whose end waits for an answer */
	uint64_t next_sweep; /* ms; session_tick.c's */
	uint32_t last_id;    /* of SessionIds: session.c's, as is the step */
	uint32_t id_step;
};

/* NULL when memory is short. */
struct session_table *session_table_new(void);
/* The table must be empty: session_end_all() comes first.  NULL is fine. */
void session_table_free(struct session_table *t);

/* Enters a session IN_PROGRESS under its id.  NS_ENOMEM. */
NS_MUST_USE enum ns_err session_table_add(struct session_table *t, struct session *s);

/*
 * Gives the session its GlobalSessionId and enters it by user16 and client16.  NS_ENOMEM
 * leaves the session as it was.
 */
NS_MUST_USE enum ns_err session_table_index(struct session_table *t, struct session *s);

/* The session's client is another now: its primary channel went. */
NS_MUST_USE enum ns_err session_table_move_client(struct session_table *t,
						  struct session *s, struct view client16);

/* Out of every index; the session is DEAD. */
void session_table_remove(struct session_table *t, struct session *s);

/* Changes the state, list and all, and traces it. */
void session_table_enter(struct session_table *t, struct session *s,
			 enum session_state state);

/* By SessionId, whatever its state but DEAD; NULL. */
struct session *session_table_find(const struct session_table *t, uint64_t id);

/* By GlobalSessionId; NULL.  And the first with a greater one: 0 begins a walk. */
struct session *session_table_find_global(const struct session_table *t, uint32_t id);
struct session *session_table_after(const struct session_table *t, uint32_t id);

/* Sessions that are VALID or EXPIRED: STAT_SERVER_0's and the rows' number. */
size_t session_table_listed(const struct session_table *t);

/* How many sessions this user, or this client, has; names as in match.h. */
size_t session_table_count_user(const struct session_table *t, struct view user16);
size_t session_table_count_client(const struct session_table *t, struct view client16);

/*
 * The first session whose bare user name, or whose client, has the same folded form; the
 * others follow by user_next, or client_next.  Domains and zones are not looked at.
 */
struct session *session_table_of_user(const struct session_table *t, struct view user16);
struct session *session_table_of_client(const struct session_table *t,
					struct view client16);

/*
 * The filters of NetrSessionEnum and NetrSessionDel, UTF-16LE; empty: no filter.  Matching
 * is base/match.h's.
 */
struct session_filter {
	struct view client;
	struct view user;
};

/* Whether it is listed and matches. */
bool session_matches(const struct session *s, const struct session_filter *filter);

/*
 * The listed sessions that match, in no order: over the smaller index where there is a
 * filter, over all without.  `each` may end the session it gets, and no other.
 */
void session_table_each(struct session_table *t, const struct session_filter *filter,
			void (*each)(void *ctx, struct session *s), void *ctx);

/* Whether any listed session has this client: tells 2312 from 2221. */
bool session_table_has_client(const struct session_table *t, struct view client16);

#endif

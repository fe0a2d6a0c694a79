/* SPDX-License-Identifier: MIT */
/*
 * The only way out for a session, whatever the reason:
 *
 *	1. locks are let go of, so others have them at once; requests in flight are
 *	   answered, with its keys; what continues them runs after the end
 *	2. it leaves every table: nothing new can find it
 *	3. a 3.1.1 client that negotiated notifications is told
 *	4. channels leave their connections, and a tombstone takes its keys (tombstone.h):
 *	   for a client who asks, and for what runs from here on
 *	5. opens close, trees disconnect
 *	6. the memory is freed at the top of the next turn
 *
 * The audit line is written before all that, with what was open.
 *
 * The transport stays, and so does every other session on it.  Where there is no other, and
 * the client seals and does not know yet, it goes once its last answers are out.
 */
#ifndef SERVER_SESSION_END_H
#define SERVER_SESSION_END_H

#include "server/session.h"

enum session_end_reason {
	SESSION_END_LOGIN_FAILED, /* the first login was refused, or took too long */
	SESSION_END_LOGOFF,
	SESSION_END_CONN_LOST, /* its last channel's connection is gone */
	SESSION_END_PREVIOUS,  /* its client came again and named it PreviousSessionId */
	SESSION_END_REAUTH_FAILED,
	SESSION_END_IDLE,     /* autodisconnect */
	SESSION_END_ADMIN,    /* NetSessionDel */
	SESSION_END_ACCOUNT,  /* a new configuration no longer has the account */
	SESSION_END_SHUTDOWN, /* the server stops */
	SESSION_END_REASONS
};

/* "logoff", "administrator" ... for the audit line. */
const char *session_end_reason_name(enum session_end_reason reason);

/*
 * Whether durable opens survive this end (durable.h): a lost connection's do and, by the
 * letter of 3.3.5.6, a logoff's; what an administrator or a clock ends keeps nothing.
 */
bool session_end_keeps_durable(enum session_end_reason reason);

/*
 * Ends it.  `by` is who asked, "ADMIN@10.0.0.9", for the audit line; NULL where nobody
 * did.  A DEAD session is left alone.
 */
void session_end(struct session *s, enum session_end_reason reason, const char *by);

/*
 * The same, but not before an answer has gone out on it: a caller who ends its own session
 * gets its answer first.  The session is invisible at once (session_is_listed()).  It ends
 * by session_end_after_answer(), which whoever gives the last bytes of the answer sets as
 * request.after with the session's id, and after SESSION_END_WAIT_MS in any case.
 */
#define SESSION_END_WAIT_MS 2000
void session_end_later(struct session *s, enum session_end_reason reason, const char *by);
/* For request.after: an end that waits happens now; nothing, where none does. */
void session_end_after_answer(struct server *server, uint64_t session_id);

/* Ends it now, as session_end_later() said. */
void session_end_waiting(struct session *s);

/*
 * NetrSessionDel's walk: ends every listed session that matches (session_table.h) with
 * SESSION_END_ADMIN, costing what it ends.  `own`, the session of the caller or NULL, is
 * ended by session_end_later().  Returns how many matched, `own` included.
 */
struct session_filter;
size_t session_end_matching(struct server *server, const struct session_filter *filter,
			    struct session *own, const char *by);

/* Every session, with this reason: the server stops. */
void session_end_all(struct server *server, enum session_end_reason reason);

/*
 * What time does: ends that waited, logins that took too long, expiry, autodisconnect.
 * sessions_next_deadline() says when to come again; UINT64_MAX: no need.
 */
void sessions_tick(struct server *server);
uint64_t sessions_next_deadline(const struct server *server);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * A channel: one session on one connection, [MS-SMB2] 3.3.1.14.  Connection.SessionTable
 * is the list of a connection's channels, Session.ChannelList is the list of a session's.
 *
 * The first channel is made with the session and signs with the session's keys.  Others
 * come by SESSION_SETUP with SMB2_SESSION_FLAG_BINDING; each has a signing key of its own,
 * from its own login.  Sealing keys are the session's on all channels.
 *
 * A channel that is not `bound` yet only carries its login: no request but SESSION_SETUP
 * finds its session through it.
 */
#ifndef SERVER_CHANNEL_H
#define SERVER_CHANNEL_H

#include "server/session.h"

struct login;
struct open;

/* Windows: MaxChannelPerSession. */
#define CHANNELS_PER_SESSION 32

struct channel {
	struct session *session;
	struct server_conn *conn;
	uint64_t conn_id;         /* stays, in a tombstone, when conn is no more */
	struct smb_keys *signing; /* &session->keys, or &own; may be empty */
	struct smb_keys own;
	struct login *login; /* owned; NULL: no authentication is under way */
	bool bound;
	bool counted;                          /* in conn->valid_sessions */
	struct channel *prev, *next;           /* session->channels */
	struct channel *conn_prev, *conn_next; /* conn->channels */
	struct grave grave;
};

/* Enters both lists.  NS_ELIMIT past CHANNELS_PER_SESSION. */
NS_MUST_USE enum ns_err channel_new(struct channel **out, struct session *s,
				    struct server_conn *conn);

/* From now on requests find the session through it. */
void channel_bind(struct channel *c);

/* Its session has signed in: the connection is one with a valid session, if it is bound. */
void channel_count(struct channel *c);

/*
 * Leaves both lists and is buried, its keys wiped.  If it was the primary, the session's
 * client becomes that of the first channel that remains (3.3.7.1).  NULL is fine.
 */
void channel_end(struct channel *c);

/* Leaves its connection, but not the session: for a tombstone. */
void channel_leave_conn(struct channel *c);
void channel_free(struct channel *c);

/*
 * The channel of a session on this connection: Connection.SessionTable.  NULL if the
 * session is not there, DEAD, or the channel not `bound`; IN_PROGRESS and EXPIRED sessions
 * are found: whether a request may use them, the command table says.
 */
struct channel *channel_find(const struct server_conn *conn, uint64_t session_id);

/* The same, also finding a channel that is not bound. */
struct channel *channel_find_any(const struct server_conn *conn, uint64_t session_id);

/* srv_requests_end() for each of the session's connections. */
void channels_end_requests(struct session *s, const struct tree *tree,
			   const struct open *open);

/*
 * The connection is gone (3.3.7.1): each of its channels goes, and each session whose last
 * channel that was ends with SESSION_END_CONN_LOST.
 */
void channels_conn_lost(struct server_conn *conn);

#endif

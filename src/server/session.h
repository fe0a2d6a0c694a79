/* SPDX-License-Identifier: MIT */
/*
 * A session: one sign-in of one user from one client, [MS-SMB2] 3.3.1.8.  It lives on one
 * connection or (3.x, multichannel) on several, through a struct channel for each.
 *
 * Life.  session_new() makes it IN_PROGRESS, at the first SESSION_SETUP, in the table by
 * id alone.  When its login is complete it becomes VALID, gets its GlobalSessionId and
 * stands in every index of session_table.h.  It may be EXPIRED and VALID again by
 * re-authentication.  session_end() of session_end.h is the only way out: the session is
 * then DEAD, in no table, and freed at the top of the next turn.
 *
 * Ownership.  The server's table owns the session; the session owns its channels, trees
 * and, through the trees, its opens.  A pointer to a session is good until the end of the
 * turn in which it was looked up.  What outlives a turn (a job, a request that is pending
 * on another object) keeps the `id`, which is not given again before four thousand million
 * others, and looks it up again.
 *
 * Times are milliseconds of the server's monotonic clock.
 */
#ifndef SERVER_SESSION_H
#define SERVER_SESSION_H

#include <stdbool.h>
#include <uthash.h>

#include "base/buf.h"
#include "security/auth.h"
#include "security/keys.h"
#include "server/server.h"

struct channel;
struct open_owner; /* server/open_owner.h */
struct session_group;
struct tree;

enum session_state {
	SESSION_STATE_IN_PROGRESS, /* never listed, never matched, has no keys */
	SESSION_STATE_VALID,
	SESSION_STATE_EXPIRED, /* only LOGOFF, CLOSE, LOCK, SESSION_SETUP: 3.3.5.2.9 */
	SESSION_STATE_DEAD,
	SESSION_STATES
};

/* `expires` of a session that does not. */
#define SESSION_NEVER UINT64_MAX

/* Session.TreeConnectTable: a client may hold so many trees in one session. */
#define SESSION_TREES_MAX 1024

/* The longest client16: an address with zone, its brackets and backslashes. */
#define SESSION_CLIENT_MAX 256

struct session {
	struct server *server; /* good until the session is freed */
	uint64_t id;           /* SessionId */
	uint32_t global_id;    /* GlobalSessionId; 0 while IN_PROGRESS */
	enum session_state state;

	/* Of the connection it was made on; every channel's has the same, 3.3.5.5. */
	uint16_t dialect;
	uint16_t cipher;
	uint8_t client_guid[SMB2_GUID_LEN];

	/* Who: UTF-8 for the log, UTF-16LE for rows and matching. */
	char *user;   /* bare; "" for anonymous; never NULL once VALID */
	char *domain; /* "" where unknown */
	struct buf user16;
	struct buf domain16;
	bool own_account; /* of ours, not a realm's: it answers to our name as a domain, too
			   */
	struct buf client16; /* "\\10.0.0.5", "\\[fe80::1]": of the primary channel */
	unsigned groups;     /* ACCESS_... of access.h, as of the last login */
	struct buf sids;     /* the SIDs of its ticket's PAC, see access.h */
	bool anonymous;
	bool guest;

	/* Protection. */
	struct smb_keys keys;  /* Session.SigningKey and both sealing keys; see has_keys */
	bool has_keys;         /* not while IN_PROGRESS, nor for anonymous and guest */
	bool signing_required; /* Session.SigningRequired */
	bool encrypt_data;     /* Session.EncryptData: both sides seal everything */
	bool reject_unencrypted; /* a request in plaintext is refused, 3.3.5.2.9 */
	bool notifications;      /* Session.SupportsNotifications */
	bool seals;              /* the client has sent a sealed message */

	uint64_t created;
	uint64_t last_used; /* Session.IdleTime */
	uint64_t expires;   /* SESSION_NEVER */

	struct channel *channels; /* utlist, in_session links; the first is the primary */
	struct tree *trees;       /* utlist, by TreeId only growing */
	uint32_t channel_count;
	uint32_t tree_count;
	uint32_t open_count; /* of all trees; pipes are counted, too */
	uint32_t last_tree_id;

	/* An end that waits until an answer has gone out: session_end_later(). */
	uint64_t end_at;
	uint8_t end_reason; /* enum session_end_reason */
	char *end_by;       /* owned; who asked, for the audit line */
	bool end_waits;
	bool ending; /* session_end() is at work, or done */

	struct open_owner *owner; /* one reference; NULL until a durable open needs it */

	/* session_table.c's own */
	UT_hash_handle by_id;
	struct session_group *in_user, *in_client;
	struct session *user_prev, *user_next;
	struct session *client_prev, *client_next;
	struct session *state_prev, *state_next; /* the sessions of one state */

	struct grave grave;
};

/*
 * A new session on a connection, IN_PROGRESS, with its first channel.  NS_ELIMIT when the
 * server, or the connection, has as many as the configuration allows.
 */
NS_MUST_USE enum ns_err session_new(struct session **out, struct server_conn *conn);

/* Appends the client's name as rows show it: "\\10.0.0.5", "\\[fe80::1]", UTF-16LE. */
struct peer;
NS_MUST_USE enum ns_err session_client_name(struct buf *out, const struct peer *peer);

/*
 * The first login is complete, by this mechanism: the session takes name and rights, is
 * indexed by user and client and becomes VALID.  NS_ELIMIT when this user or this client
 * has as many as the configuration allows.  On failure the session is as it was.
 */
NS_MUST_USE enum ns_err session_sign_in(struct session *s, const struct auth_identity *who,
					unsigned mech);

/*
 * A further login: groups, SIDs and expiry are taken anew, an EXPIRED session is VALID
 * again, keys and name stay.  It must be of the same user, or anonymous where that is
 * allowed at all: then the session has no rights left but an anonymous one's, until its
 * user signs in again.  NS_EACCESS if it is another user's.
 */
NS_MUST_USE enum ns_err session_refresh(struct session *s, const struct auth_identity *who,
					unsigned mech);

/* The same user signed in? Folds case; anonymous and guest are nobody's twin. */
bool session_is_user(const struct session *s, const struct auth_identity *who,
		     unsigned mech);
bool session_same_user(const struct session *a, const struct session *b);

/* A request came for it: it is not idle, but may have EXPIRED. */
void session_touch(struct session *s, uint64_t now);

/* VALID becomes EXPIRED; of any other state, nothing. */
void session_expire(struct session *s);

/*
 * Whether others may see it: listed, counted, matched.  A session that has been ended and
 * only waits for its last answer to go out is not.
 */
bool session_is_listed(const struct session *s);

bool session_has_bound_channel(const struct session *s);

/* Whole seconds, never negative: the members `time` and `idle_time` of SESSION_INFO_502. */
uint32_t session_age(const struct session *s, uint64_t now);
uint32_t session_idle(const struct session *s, uint64_t now);

/* "session 0x1122334455667788", for log lines; the text is in a static buffer. */
const char *session_log_name(const struct session *s);

/* The name of a state, "valid". */
const char *session_state_name(enum session_state state);

/* Frees a session that is in no table and has no channel and no tree; NULL is fine. */
void session_free(struct session *s);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * One transport connection of the server engine, [MS-SMB2] 3.3.1.7: bytes in, bytes out,
 * what NEGOTIATE settled, the MessageId window.
 *
 * For the loop:
 *	server_conn_new()	a peer has connected
 *	server_conn_recv()	bytes came; or server_conn_room(), for long messages
 *	server_conn_output()	what is to be written; server_conn_sent() when it was
 *	server_conn_wants_input()	false while the peer does not read its answers
 *	server_conn_eof()	the peer has gone, or the socket failed
 *	server_conn_over()	true: write what output there is (if the peer takes it),
 *				close the socket, server_conn_free()
 *
 * A message that breaks the protocol in a way for which [MS-SMB2] says "disconnect" makes
 * the connection over; anything less is answered.  Sessions, trees and opens on a
 * connection that is over have ended.
 *
 * Life: server_conn_free() takes it out of the server's list; the memory goes at the next
 * server_turn().
 */
#ifndef SERVER_CONN_H
#define SERVER_CONN_H

#include "base/buf.h"
#include "security/preauth.h"
#include "server/credits.h"
#include "server/outbox.h"
#include "server/server.h"
#include "wire/nbss.h"
#include "wire/smb2_transform.h"

#define PEER_NAME_MAX 64

/* Who is at the other end.  Copied into the connection. */
struct peer {
	/*
	 * The client's address as text, "10.0.0.5", "fe80::1%eth0", v4-mapped ones as v4;
	 * no backslashes and no brackets: this is Connection.ClientName.
	 */
	char name[PEER_NAME_MAX];
	uint16_t port;
};

struct channel; /* server/channel.h: a session as seen on one connection */

struct server_conn {
	struct server *server;
	struct server_conn *next, *prev; /* server->conns */
	struct grave grave;
	void *io; /* the loop's; the engine does not look */

	struct peer peer;
	uint64_t id;      /* only grows; "conn 12" in the log */
	uint64_t created; /* ms */

	/* --- NEGOTIATE: all zero until it is done, [MS-SMB2] 3.3.5.4 --- */
	uint16_t dialect;   /* 0: not negotiated; 0x02ff: SMB1 asked for 2.??? */
	uint16_t cipher;    /* 0: no encryption; 3.0.x: AES-128-CCM */
	uint16_t sign_alg;  /* SMB2_SIGNING_... */
	bool notifications; /* SMB2_GLOBAL_CAP_NOTIFICATIONS, both want it */
	bool multi_credit;  /* 2.1 and up: CreditCharge counts, data over 64 KiB */
	uint16_t client_security_mode;
	uint16_t server_security_mode;
	uint32_t client_capabilities;
	uint32_t server_capabilities;
	uint8_t client_guid[SMB2_GUID_LEN];
	uint32_t max_data; /* MaxTransactSize, MaxReadSize, MaxWriteSize */
	/* Of the dialects in the client's NEGOTIATE, for VALIDATE_NEGOTIATE_INFO. */
	uint16_t *client_dialects;
	size_t client_dialect_count;
	struct preauth preauth; /* 3.1.1: Connection.PreauthIntegrityHashValue */

	struct channel *channels; /* list; channel.c's.  Signing in, too */
	size_t valid_sessions;    /* server_conn_signed_in() and _signed_out() count */
	uint64_t unauthenticated_since; /* ms; of use while valid_sessions is 0 */
	struct address *address;        /* conn_limits.c: who else comes from there */

	struct credits credits;
	struct request *pending; /* list */
	size_t pending_count;
	uint64_t promised; /* bytes that pending requests may yet answer */

	struct buf in;      /* the beginning of a frame; empty: no memory */
	bool in_long;       /* what came last was a long frame */
	uint64_t in_since;  /* when its first byte came */
	struct outbox out;  /* framed, protected */
	uint64_t out_since; /* when output began to wait, or last moved */
	bool over;
	bool freed;
};

/*
 * NULL when memory is short, the server drains, or a limit of the configuration is reached:
 * connections at all, or unauthenticated ones from this address.
 */
struct server_conn *server_conn_new(struct server *server, const struct peer *peer);

void server_conn_recv(struct server_conn *conn, struct view bytes);

/*
 * Where the next bytes may be received to, at most `n`, without a copy: what is left of a
 * long frame.  The next call for this connection is then server_conn_filled(), if any came.
 * NULL: nowhere, and they go to server_conn_recv().
 */
uint8_t *server_conn_room(struct server_conn *conn, size_t *n);
void server_conn_filled(struct server_conn *conn, size_t n);

/* Borrowed until the next call for this connection. */
struct view server_conn_output(const struct server_conn *conn);

/* The first n bytes of the output were written. */
void server_conn_sent(struct server_conn *conn, size_t n);

bool server_conn_wants_input(const struct server_conn *conn);

/* Nothing more comes from the peer, and nothing reaches it. */
void server_conn_eof(struct server_conn *conn);

bool server_conn_over(const struct server_conn *conn);

/* NULL is fine. */
void server_conn_free(struct server_conn *conn);

/* ------------------------------------------------------- for the engine's own files -- */

/* Whether SMB2 NEGOTIATE is done, 3.3.5.2.2. */
static inline bool server_conn_negotiated(const struct server_conn *conn)
{
	return conn->dialect != 0 && conn->dialect != SMB2_DIALECT_WILDCARD;
}

/* 3.0, 3.0.2 and 3.1.1. */
static inline bool server_conn_is_3x(const struct server_conn *conn)
{
	return server_conn_negotiated(conn) && conn->dialect >= SMB2_DIALECT_300;
}

/*
 * Ends the connection: pending requests are dropped, its channels go (and sessions that
 * have no other), output that is queued is still offered to the peer.  `why` is for the
 * log, a static string.  Once is enough; further calls do nothing.
 */
void server_conn_drop(struct server_conn *conn, const char *why);

/* Adds `bytes` to the input and works off what is whole, while wants_input() holds. */
void server_conn_take(struct server_conn *conn, struct view bytes);

/*
 * Ends the connection in order: its sessions' last answers and notifications are queued
 * before it is over.
 */
void server_conn_shut(struct server_conn *conn);

/*
 * A session became valid on this connection (signed in, or bound to it); one that was has
 * gone.  A connection without any is unauthenticated: it may hold fewer credits, counts
 * against its address, and is dropped after 45 s.
 */
void server_conn_signed_in(struct server_conn *conn);
void server_conn_signed_out(struct server_conn *conn);

/* Drops it if one of its times in limits.h has passed. */
void server_conn_tick(struct server_conn *conn);

/*
 * Queues `message` as one frame.  `seal`: encrypted for that session; NULL: as it is.
 * The bytes are all queued or, with the connection dropped, none.
 */
struct smb_keys;
void server_conn_send(struct server_conn *conn, struct smb_keys *seal, uint64_t session_id,
		      struct view message);

/*
 * The same without a copy: `frame` is SERVER_FRAME_ROOM bytes for what goes in front, then
 * the message.  It is changed, or taken over.
 */
#define SERVER_FRAME_ROOM (NBSS_HDR_LEN + SMB2_TRANSFORM_LEN)
void server_conn_send_frame(struct server_conn *conn, struct smb_keys *seal,
			    uint64_t session_id, struct buf *frame);

#endif

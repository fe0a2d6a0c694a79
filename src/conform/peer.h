/* SPDX-License-Identifier: MIT */
/*
 * An SMB2 client without a will of its own, for looking at a server: one connection, as
 * many sessions on it as a case wants, one request at a time.  The library's engine
 * (client/conn.h) hides what a case must see: which status a dead session gets, whether it
 * was signed, and whether its neighbours on the connection go on.
 *
 *	struct peer p;
 *	struct peer_session s = {0};
 *
 *	peer_init(&p, &config);
 *	peer_connect(&p, NULL);
 *	peer_sign_in(&p, &s, credentials);
 *	w = peer_begin(&p, &s, 0, SMB2_ECHO);
 *	smb2_simple_encode(w);
 *	peer_ask(&p, &reply);
 *
 * What a server owes every client is still held against it: an answer must be to what was
 * asked, and be signed or sealed once there are keys.
 */
#ifndef CONFORM_PEER_H
#define CONFORM_PEER_H

#include <stdbool.h>

#include "conform/line.h"
#include "security/auth_credentials.h"
#include "security/keys.h"
#include "security/preauth.h"
#include "wire/smb2_negotiate.h"

/* What all connections of a run have in common; borrowed. */
struct peer_config {
	const char *host; /* as the user named it: for UNC paths and tickets */
	struct addresses to;
	unsigned limit_ms; /* until an answer is given up */
};

struct peer_session {
	uint64_t id;
	bool valid;     /* signed in, as far as we know */
	bool protect;   /* there are keys */
	bool seal;      /* the server asked for it, or the case does */
	uint16_t flags; /* SessionFlags of the last SESSION_SETUP response */
	struct smb_keys keys;
	struct preauth preauth;
};

struct peer {
	const struct peer_config *config;
	struct line line;
	char own[ADDRESS_TEXT_MAX]; /* the address it connected from */
	uint16_t only;              /* the one dialect to offer; 0: all */
	uint16_t dialect;           /* 0: not negotiated */
	uint16_t cipher;            /* 0: the server cannot encrypt */
	uint16_t sign_alg;
	bool multi_credit;
	uint32_t max_transact;
	struct preauth preauth;
	uint8_t guid[SMB2_GUID_LEN];
	uint64_t next_id; /* MessageId */

	struct buf msg; /* the request being written */
	struct wire_writer w;
	struct smb2_hdr hdr;          /* of it */
	struct peer_session *session; /* of it; NULL: none */
	struct buf plain;             /* the answer, opened */
	uint32_t notified;            /* session-closed notifications seen */
};

/* Good until the next message of this peer. */
struct peer_reply {
	struct smb2_hdr hdr;
	struct view msg;
	bool verified; /* signed or sealed with the session's keys */
};

void peer_init(struct peer *p, const struct peer_config *config);

/* Connects from `from` (NULL: wherever) and negotiates. */
NS_MUST_USE enum ns_err peer_connect(struct peer *p, const char *from);

/* Closes the connection; sessions are to be forgotten with peer_forget(). */
void peer_close(struct peer *p);

/* Begins a request; its body goes to the writer. */
struct wire_writer *peer_begin(struct peer *p, struct peer_session *s, uint32_t tree,
			       uint16_t command);

/*
 * Sends the request and waits for its final answer.  An error status is an answer: NS_OK
 * with reply->hdr.status.  NS_ECLOSED: the server dropped the connection; NS_ETIMEOUT;
 * NS_ESIGNATURE: an answer that should have been protected was not, and its status is not
 * one that a server which lost our session gives; class PEER: it makes no sense.
 */
NS_MUST_USE enum ns_err peer_ask(struct peer *p, struct peer_reply *reply);

/* The two halves, for a request that is to stay unanswered for a while. */
NS_MUST_USE enum ns_err peer_post(struct peer *p, uint64_t *message_id);
NS_MUST_USE enum ns_err peer_await(struct peer *p, struct peer_reply *reply,
				   const struct peer_session *s, uint64_t message_id,
				   uint16_t command);

/* ------------------------------------------------------------------- peer_auth.c -- */

/*
 * SESSION_SETUP to its end.  NS_EAUTH: refused, *status says how.  A sign-in that makes us
 * a guest or nobody without our asking succeeds, and s->flags tells.
 */
NS_MUST_USE enum ns_err peer_sign_in(struct peer *p, struct peer_session *s,
				     const struct auth_credentials *who, uint32_t *status);

/* Wipes the keys; no message is sent. */
void peer_forget(struct peer_session *s);

#endif

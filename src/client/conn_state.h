/* SPDX-License-Identifier: MIT */
/*
 * What a connection is inside, for the files conn*.c and pipe.c; nobody else looks.
 *
 *	conn.c            the link's functions, life and death of a connection
 *	conn_flow.c       what is to be sent next
 *	conn_send.c       messages out: header, compound, signature or seal, frame
 *	conn_recv.c       messages in: frame, seal, compound, signature, whose answer it is
 *	conn_negotiate.c  NEGOTIATE
 *	conn_setup.c      SESSION_SETUP
 *	conn_validate.c   VALIDATE_NEGOTIATE_INFO
 *	pipe_open.c       TREE_CONNECT, CREATE, bind
 *	pipe.c            requests to a pipe
 *	pipe_data.c       and their answers
 *
 * The flow: conn_flow() looks at what the call under way still lacks and sends it, several
 * steps as one compound where the server takes that.  Each answer goes to the function of
 * its step, which records what was gained.  When a frame has been worked off, conn_flow()
 * looks again.  So there is no table of states; the state is what we have.
 */
#ifndef CLIENT_CONN_STATE_H
#define CLIENT_CONN_STATE_H

#include "client/conn.h"
#include "client/pipe.h"
#include "client/request.h"
#include "security/keys.h"
#include "security/preauth.h"
#include "wire/smb2_negotiate.h"
#include "wire/smb2_validate_negotiate.h"

/*
 * Before we are signed in nothing long is due: NEGOTIATE and SESSION_SETUP carry a token of
 * at most 64 KiB, and we don't buffer more for a peer that has proved nothing.
 */
#define CONN_EARLY_MESSAGE_MAX (128u * 1024)

/* Bytes queued for the peer: one request of RPC_REQUEST_MAX in fragments, and room. */
#define CONN_OUTPUT_MAX (8u << 20)

/* Notifications (oplock breaks of files we never open …) passed over on one connection. */
#define CONN_NOTICES_MAX 64

/* Legs of SESSION_SETUP: NTLM takes two, SPNEGO that starts anew at most four. */
#define CONN_LEGS_MAX 8

/* Interfaces that can be in use on one connection; there are two that we know of. */
#define CONN_PIPES_MAX 4

#define CONN_TEXT_MAX 200

/* An answer, verified as far as its step wants it to be, with the request it is for. */
struct answer {
	struct request request;
	struct smb2_hdr hdr;
	struct view msg;
	struct view frame; /* the message it came in: what 3.1.1 hashes */
};

/* What NEGOTIATE settled, [MS-SMB2] 3.2.1.2. */
struct negotiated {
	struct smb2_validate_negotiate_req ours; /* what we offered */
	struct smb2_validate_negotiate_rsp theirs;
	uint16_t cipher;   /* 0: no encryption */
	uint16_t sign_alg; /* 3.1.1 only */
	uint32_t max_transact;
	uint32_t max_read;
	bool multi_credit; /* SMB2_GLOBAL_CAP_LARGE_MTU */
	bool validate;     /* VALIDATE_NEGOTIATE_INFO is still owed, 3.2.5.5 */
	bool done;
};

struct session {
	uint64_t id;
	struct auth *auth;
	bool auth_done;   /* our side of the exchange is complete */
	struct buf token; /* the leg to be sent next */
	unsigned legs;
	struct preauth preauth;
	struct smb_keys keys;
	bool protect; /* there are keys: all is signed or sealed.  Not for anonymous. */
	bool encrypt; /* the session or IPC$ asks for it, or our caller */
	bool valid;
};

struct tree {
	uint32_t id;
	bool valid;
};

enum call_state {
	CALL_NONE,
	CALL_UNDER_WAY,
	CALL_DONE, /* `err` and `reply` wait to be fetched */
};

/* The method call that our user wants made. */
struct call {
	enum call_state state;
	enum ns_err err;
	uint32_t number; /* of the call, counted from 1 */
	uint16_t opnum;
	struct pipe *pipe;
	struct buf stub; /* the request's, until it is encoded */
	struct buf run;  /* its PDUs */
	size_t sent;     /* bytes of `run` that are sent */
	size_t fragment; /* the length of the last PDU sent */
	bool encoded;
	bool cancelled;
	struct buf reply;
};

struct conn {
	struct link link;
	char *host;
	char *workstation;
	struct auth_credentials credentials;
	const struct auth_env *env;
	uint16_t lowest;
	uint16_t highest;
	bool require_encryption;
	uint8_t client_guid[SMB2_GUID_LEN];

	enum ns_err err; /* not NS_OK: dead, and why */
	bool left;       /* LOGOFF is queued: nothing is taken in any more */
	uint32_t ntstatus;
	uint32_t rpc_fault;
	uint32_t round_trips;
	bool answered; /* an answer came since the last request: the next is a new turn */
	char text[CONN_TEXT_MAX];

	struct negotiated negotiated;
	struct preauth preauth; /* Connection.PreauthIntegrityHashValue */
	struct session session;
	struct tree tree;
	struct pipe pipes[CONN_PIPES_MAX];
	struct call call;
	bool no_compound;
	bool doubt; /* a compound failed in a way that its steps alone may not */
	enum request_step doubted;

	struct requests requests;
	unsigned notices;
	struct buf in;    /* the beginning of a frame */
	struct buf plain; /* an opened message */
	struct buf msg;   /* the message being written */
	struct buf out;   /* frames for the peer */
};

/* ------------------------------------------------------------------------- conn.c -- */

/*
 * Notes the status and words for a person, and passes the error on.  `status` 0: none.
 * Without words those of the status are used, unless the code of the error says the same.
 */
enum ns_err conn_note(struct conn *c, enum ns_err err, uint32_t status, const char *words);

/* The connection is dead; the call under way, if any, ends with this error. */
void conn_fail(struct conn *c, enum ns_err err);

/* The call under way ends. */
void conn_call_end(struct conn *c, enum ns_err err);

static inline bool conn_calling(const struct conn *c)
{
	return c->err == NS_OK && c->call.state == CALL_UNDER_WAY;
}

/* -------------------------------------------------------------------- conn_flow.c -- */

/* Sends whatever the call under way needs next, if that is known by now. */
void conn_flow(struct conn *c);

/*
 * What an error status means for the connection and the call.  NS_OK: the call has ended,
 * or the step will be tried again; else the connection is to die of it.
 */
NS_MUST_USE enum ns_err conn_refused(struct conn *c, const struct answer *a);

/* --------------------------------------------------------------- conn_negotiate.c -- */

NS_MUST_USE enum ns_err conn_send_negotiate(struct conn *c);
NS_MUST_USE enum ns_err conn_on_negotiate(struct conn *c, const struct answer *a);

/* --------------------------------------------------------------- conn_validate.c -- */

/* The body of STEP_VALIDATE, into a writer that stands behind the header. */
void conn_put_validate(struct conn *c, struct wire_writer *w);
NS_MUST_USE enum ns_err conn_on_validate(struct conn *c, const struct answer *a);

/* ------------------------------------------------------------------- conn_setup.c -- */

/* Starts the exchange; `hint` is the SecurityBuffer of the NEGOTIATE response. */
NS_MUST_USE enum ns_err conn_begin_setup(struct conn *c, struct view hint);
NS_MUST_USE enum ns_err conn_send_setup(struct conn *c);
NS_MUST_USE enum ns_err conn_on_setup(struct conn *c, const struct answer *a);

#endif

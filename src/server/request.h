/* SPDX-License-Identifier: MIT */
/*
 * One request while it is worked on, and the ways to answer it.  dispatch() has resolved
 * whatever its row of the command table asks for before the handler runs:
 *
 *	uint32_t on_flush(struct request *rq)
 *	{
 *		... rq->session, rq->tree, rq->open are there ...
 *		smb2_simple_encode(srv_request_reply(rq));
 *		return NT_STATUS_SUCCESS;
 *	}
 *
 * A handler returns the status of the response:
 *	- with a body begun by srv_request_reply(), that body goes with it, unless the
 *	  status is an error (severity 3) other than STATUS_MORE_PROCESSING_REQUIRED and
 *	  rq->error_has_body is not set: then what was begun is dropped;
 *	- without a body (or with a dropped one) the ERROR response of 2.2.2 goes, with
 *	  rq->error_data if that was set;
 *	- NT_STATUS_PENDING after srv_request_pend(): nothing goes yet.  Later somebody
 *calls srv_request_complete() with the status, by the same rules. Whether the response is
 *signed or sealed, its header, credits, the compound it is part of: all that is none of the
 *handler's business.
 *
 * Lifetimes.  rq->msg is borrowed from the connection's input and is good until the handler
 * returns: who pends copies what he needs into his job.  The request itself is good until
 * it is answered.  session, tree and open are good as long as the request is: whoever ends
 * one of them first calls srv_requests_end() for it.
 */
#ifndef SERVER_REQUEST_H
#define SERVER_REQUEST_H

#include <uthash.h>

#include "base/ntstatus.h"
#include "server/conn.h"
#include "wire/smb2_file_id.h"
#include "wire/smb2_hdr.h"

struct chain;   /* server/reply.h: the compound this is an element of */
struct command; /* server/dispatch.h */
struct open;
struct session;
struct smb_keys;
struct tree;

struct request {
	struct server *server;
	struct server_conn *conn;
	struct chain *chain;
	const struct command *command;

	struct smb2_hdr hdr;
	struct view msg; /* from the SMB2 header on, padding of a compound included */
	bool sealed;     /* came encrypted, with the keys of hdr.session_id */
	bool is_signed;  /* came with a signature, which was verified if there were keys */
	bool related;    /* continues the element before it */

	struct session *session; /* as the command's row asks; else NULL */
	struct tree *tree;
	struct open *open;
	struct smb2_file_id file_id; /* of the body, or of the chain; see dispatch.h */

	/* --- what a handler may set --- */

	/*
	 * Sign the response.  Set by dispatch() when the request was signed; by
	 * on_session_setup() for the response that completes a sign-in.  The keys are
	 * looked up when the response is made: those of the channel; the session's for a
	 * SESSION_SETUP that is not STATUS_SUCCESS (3.3.4.1.1); the tombstone's if the
	 * session has ended meanwhile.
	 */
	bool sign;

	/*
	 * Send the client's own Signature back.  Set by dispatch() for a signed request of
	 * a session that is not there: nobody has a key to sign its
	 * STATUS_USER_SESSION_DELETED with, and clients exist that take no answer to a
	 * signed request without SMB2_FLAGS_SIGNED.
	 */
	bool echo_signature;

	/* ErrorData of the ERROR response (already as 3.1.1 contexts if need be); heap,
	 * freed with the request. */
	struct buf error_data;

	/* The body begun goes with an error, too: 3.3.4.4 has one such, of a copy. */
	bool error_has_body;

	/* Called with the response as it goes out (signed, not yet sealed): for the
	 * preauthentication hash.  The session may have been buried by then. */
	void (*replied)(struct request *rq, struct view response);

	/* Called once the response is queued for the peer: what must come after it (the
	 * end of the session it came on).  `after_arg` is an id, never a pointer. */
	void (*after)(struct server *server, uint64_t after_arg);
	uint64_t after_arg;

	/*
	 * Of a pending request: CANCEL came ([MS-SMB2] 3.3.5.16).  Must call
	 * srv_request_complete() now or leave it to run on.  NULL: it is completed with
	 * STATUS_CANCELLED, and a job that comes back finds nobody.
	 */
	void (*cancel)(struct request *rq);

	/*
	 * Of a pending request: it is answered now, by whomever and for whatever reason,
	 * and no longer waits.  Takes `waiting` off the list it is on, and frees it.  NULL:
	 * whoever it waits for finds out by srv_request_find().
	 */
	void (*left)(struct request *rq);
	void *waiting;

	/*
	 * Its job holds as much memory as was promised, and waits for nobody: that counts
	 * until it is answered.  Of others it counts until their interim response.
	 */
	bool fills;

	/* The status when the session, tree or open goes while this is pending; 0:
	 * STATUS_CANCELLED.  CHANGE_NOTIFY has STATUS_NOTIFY_CLEANUP. */
	uint32_t ended_status;

	/* --- request.c's and reply.c's own --- */
	uint64_t id;         /* AsyncId; not 0 once pended */
	bool awaits_interim; /* is on server->interims */
	bool interim_sent;
	bool completed;
	uint64_t pended_at; /* ms */
	uint64_t promised;  /* its share of conn->promised */
	size_t reply_at;    /* where the response begins in the chain's reply */
	bool body_begun;
	struct wire_writer w;
	struct request *next, *prev;                 /* conn->pending */
	struct request *interim_next, *interim_prev; /* server->interims */
	UT_hash_handle hh;                           /* server->pending, by id */
	struct grave grave;
};

/*
 * Begins the body of the response, behind its header; the writer is good until answered.
 * Who pends begins it when he completes: an interim response drops what was begun.
 */
struct wire_writer *srv_request_reply(struct request *rq);

/*
 * The same where the body is long and lies in its place already: `body` holds
 * SRV_REPLY_ROOM bytes, and has more behind them that the writer's end is to be moved over.
 * It is taken over.  NULL: the response does not stand alone in its frame, and is to be
 * written as any other.
 */
#define SRV_REPLY_ROOM (SERVER_FRAME_ROOM + SMB2_HDR_LEN)
struct wire_writer *srv_request_reply_in(struct request *rq, struct buf *body);

/*
 * The request will be answered later; the handler then returns NT_STATUS_PENDING.  Returns
 * its id, by which srv_request_find() knows it; 0: too many are pending on this connection,
 * or it is over, and the handler returns NT_STATUS_INSUFFICIENT_RESOURCES.
 */
uint64_t srv_request_pend(struct request *rq);

/*
 * Its interim response goes with the next server_tick(), which is due now: its client waits
 * for that before it goes on.
 */
void srv_request_interim_soon(struct request *rq);

/* The same where that may last for ever: 0 already past LIMIT_WAITING_MAX. */
uint64_t srv_request_wait(struct request *rq);

/* A request that is pending; NULL once it is answered or gone.  0 is no id. */
struct request *srv_request_find(struct server *server, uint64_t id);

/* Answers a pending request, and lets the compound behind it go on. */
void srv_request_complete(struct request *rq, uint32_t status);

/*
 * Answers every pending request of `conn` that uses this session, tree or open (NULL: any),
 * with its ended_status, signed or sealed as it is to be: the keys must still be there.
 * For all channels of a session: channels_end_requests().
 */
void srv_requests_end(struct server_conn *conn, const struct session *session,
		      const struct tree *tree, const struct open *open);

/*
 * [MS-SMB2] 3.3.5.2.5: does the CreditCharge pay for `bytes`, the larger of what the
 * request carries and what its response may?  False: STATUS_INVALID_PARAMETER.
 */
bool srv_request_pays(const struct request *rq, uint64_t bytes);

/*
 * Takes the buffer that the request's bytes lie in, for a job: rq->msg and what was decoded
 * from it then live as long as the buffer.  False: it is not to be had, and who needs bytes
 * copies them.
 */
NS_MUST_USE bool srv_request_take_message(struct request *rq, struct buf *out);

/* NS_OK: `rq` was signed by the client with these keys.  For channel binding. */
NS_MUST_USE enum ns_err srv_request_verify(const struct request *rq,
					   const struct smb_keys *keys);

/*
 * The FileId that related requests behind this one mean: set by CREATE, when it made an
 * open.
 */
void srv_request_set_file(struct request *rq, struct smb2_file_id id);

/* And by SESSION_SETUP and TREE_CONNECT: the ids of their responses' headers. */
void srv_request_set_session(struct request *rq, uint64_t session_id);
void srv_request_set_tree(struct request *rq, uint32_t tree_id);

/* --------------------------------------------------------- for the server's timer -- */

/* When the next interim response is due, ms; UINT64_MAX: none.  And sends those due. */
uint64_t srv_requests_interim_at(const struct server *server);
void srv_requests_interim(struct server *server);

#endif

/* SPDX-License-Identifier: MIT */
#include <assert.h>
#include <string.h>

#include "security/sign.h"
#include "server/chain.h"
#include "server/limits.h"
#include "server/protect.h"
#include "wire/smb2_error.h"

/* Where a response begins in its frame: "8-byte aligned", 3.3.4.1.3. */
#define COMPOUND_ALIGNMENT 8

/* --------------------------------------------------------------------- its parts -- */

/* The first of a frame leaves room for what goes in front of it. */
static void reply_begin(struct request *rq)
{
	struct buf *reply = &rq->chain->reply;
	enum ns_err err = NS_OK;

	if (reply->n == 0)
		err = buf_append_zero(reply, SERVER_FRAME_ROOM);
	rq->reply_at = reply->n;
	rq->w = wire_writer_at_end(reply);
	wire_put_fail(&rq->w, err);
	wire_put_zero(&rq->w, SMB2_HDR_LEN);
}

static void reply_cut(struct request *rq)
{
	if (rq->body_begun)
		rq->chain->reply.n = rq->reply_at;
	rq->body_begun = false;
}

struct wire_writer *srv_request_reply(struct request *rq)
{
	reply_cut(rq);
	reply_begin(rq);
	rq->body_begun = true;
	return &rq->w;
}

struct wire_writer *srv_request_reply_in(struct request *rq, struct buf *body)
{
	struct buf *reply = &rq->chain->reply;
	size_t max = reply->max;

	assert(body->n == SRV_REPLY_ROOM);
	reply_cut(rq);
	if (reply->n > SERVER_FRAME_ROOM)
		return NULL;
	buf_move(reply, body);
	reply->max = max;
	rq->reply_at = SERVER_FRAME_ROOM;
	rq->w = (struct wire_writer){.out = reply, .base = SERVER_FRAME_ROOM};
	rq->body_begun = true;
	return &rq->w;
}

static void put_error(struct request *rq)
{
	struct smb2_error_rsp error = {.data = buf_view(&rq->error_data)};

	/* 2.2.2: of 3.1.1 ErrorData is a list of contexts; we never send more than one. */
	if (rq->conn->dialect == SMB2_DIALECT_311 && error.data.n > 0)
		error.context_count = 1;
	reply_cut(rq);
	reply_begin(rq);
	smb2_error_rsp_encode(&rq->w, &error);
}

/* Whether the body that a handler began goes with this status, see request.h. */
static bool body_goes(const struct request *rq, uint32_t status)
{
	return rq->body_begun &&
	       (!ntstatus_is_error(status) ||
		status == NT_STATUS_MORE_PROCESSING_REQUIRED || rq->error_has_body);
}

static size_t credits_max(const struct server_conn *conn)
{
	return conn->valid_sessions > 0 ? LIMIT_CREDITS_MAX : LIMIT_CREDITS_EARLY_MAX;
}

/* 3.3.4.1.2: all of a request's credits go with its interim response, if it has one. */
static uint16_t credits_for(struct request *rq)
{
	if (rq->interim_sent)
		return 0;
	return credits_grant(&rq->conn->credits, rq->hdr.credits, credits_max(rq->conn));
}

/* The header: that of the request with the changes of 3.3.4.2 or 3.3.4.3. */
static bool put_header(struct request *rq, uint32_t status, bool async)
{
	struct smb2_hdr hdr = {
		.credit_charge = rq->hdr.credit_charge,
		.status = status,
		.command = rq->hdr.command,
		.credits = credits_for(rq),
		.flags = SMB2_FLAGS_SERVER_TO_REDIR |
			 (rq->hdr.flags & SMB2_FLAGS_PRIORITY_MASK),
		.message_id = rq->hdr.message_id,
		.session_id = rq->hdr.session_id,
		.tree_id = rq->hdr.tree_id,
	};
	struct wire_writer w;
	struct buf bytes;
	bool good;

	if (async) {
		hdr.flags |= SMB2_FLAGS_ASYNC_COMMAND;
		hdr.async_id = rq->id;
	}
	if (rq->echo_signature) {
		hdr.flags |= SMB2_FLAGS_SIGNED;
		memcpy(hdr.signature, rq->hdr.signature, sizeof(hdr.signature));
	}
	if (rq->related && rq->chain->count > 0)
		hdr.flags |= SMB2_FLAGS_RELATED_OPERATIONS;
	buf_init(&bytes, SMB2_HDR_LEN);
	w = wire_writer_at_end(&bytes);
	smb2_hdr_encode(&w, &hdr);
	wire_patch_bytes(&rq->w, 0, buf_view(&bytes));
	good = wire_put_status(&w) == NS_OK && wire_put_status(&rq->w) == NS_OK;
	buf_release(&bytes);
	return good;
}

/* -------------------------------------------------------------------- protection -- */

/*
 * A request in the clear is answered sealed where 3.3.4.1.4 says so.  A frame is sealed as
 * a whole, so only a message of one request can be.
 */
static bool seals(struct request *rq, bool more)
{
	struct chain *chain = rq->chain;

	if (!chain->sealed && chain->count == 0 && !more && protect_must_seal(rq)) {
		chain->sealed = true;
		chain->seal_id = rq->hdr.session_id;
	}
	return chain->sealed;
}

static bool sign(struct request *rq)
{
	const struct smb_keys *keys = protect_sign_keys(rq);
	struct buf *reply = &rq->chain->reply;

	if (keys == NULL)
		return true; /* unsigned: its session is not known here any more */
	return smb_sign(keys, reply, rq->reply_at, reply->n - rq->reply_at) == NS_OK;
}

/* ------------------------------------------------------------------- the responses -- */

bool reply_finish(struct request *rq, uint32_t status, bool more)
{
	struct chain *chain = rq->chain;

	if (body_goes(rq, status) && wire_put_status(&rq->w) != NS_OK) {
		status = NT_STATUS_INSUFFICIENT_RESOURCES;
		rq->server->counters.system_errors++;
	}
	if (!body_goes(rq, status))
		put_error(rq);
	if (!put_header(rq, status, rq->interim_sent))
		return false;
	if (more)
		smb2_hdr_patch_next(&rq->w);
	else if (chain->count > 0)
		wire_put_align(&rq->w, COMPOUND_ALIGNMENT);
	if (wire_put_status(&rq->w) != NS_OK)
		return false;
	if (!seals(rq, more) && rq->sign && !sign(rq))
		return false;
	if (rq->replied != NULL)
		rq->replied(rq,
			    view_slice(buf_view(&chain->reply), rq->reply_at, SIZE_MAX));
	chain->count++;
	return true;
}

bool reply_interim(struct request *rq)
{
	struct chain *chain = rq->chain;

	put_error(rq);
	if (!put_header(rq, NT_STATUS_PENDING, true))
		return false;
	rq->interim_sent = true;
	chain->count++;
	return true;
}

void reply_flush(struct chain *chain)
{
	struct server_conn *conn = chain->conn;
	struct smb_keys *keys = NULL;

	if (chain->reply.n == 0)
		return;
	if (chain->sealed) {
		keys = protect_seal_keys(conn, chain->seal_id);
		if (keys == NULL) {
			server_conn_drop(conn, "a sealed request of an unknown session");
			return;
		}
	}
	server_conn_send_frame(conn, keys, chain->seal_id, &chain->reply);
	buf_clear(&chain->reply);
	chain->count = 0;
}

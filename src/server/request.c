/* SPDX-License-Identifier: MIT */
/* Without memory uthash leaves the table as it was, and says so by this. */
#define HASH_NONFATAL_OOM       1
#define uthash_nonfatal_oom(rq) ((rq)->id = 0)

#include "server/request.h"

#include <assert.h>
#include <utlist.h>

#include "security/sign.h"
#include "server/chain.h"
#include "server/dispatch.h"
#include "server/limits.h"

/* -------------------------------------------------------------- pending requests -- */

/* The most its response may hold: what its credits pay for. */
static uint64_t promise_of(const struct request *rq)
{
	uint64_t charge = rq->hdr.credit_charge > 0 ? rq->hdr.credit_charge : 1;

	return charge * LIMIT_CREDIT_BYTES;
}

uint64_t srv_request_pend(struct request *rq)
{
	struct server *server = rq->server;
	struct server_conn *conn = rq->conn;

	assert(rq->id == 0);
	/* Over by what its handler told others: nobody would end it any more. */
	if (conn->over || conn->pending_count >= LIMIT_PENDING_MAX)
		return 0;
	rq->id = ++server->last_request;
	rq->pended_at = server->now;
	rq->promised = promise_of(rq);
	HASH_ADD(hh, server->pending, id, sizeof(rq->id), rq);
	if (rq->id == 0)
		return 0;
	DL_APPEND(conn->pending, rq);
	conn->pending_count++;
	conn->promised += rq->promised;
	server->counters.requests_now++;
	if (rq->hdr.command == SMB2_CHANGE_NOTIFY)
		server->counters.notifies_now++;
	if (rq->command->interim)
		DL_APPEND2(server->interims, rq, interim_prev, interim_next);
	rq->awaits_interim = rq->command->interim;
	return rq->id;
}

uint64_t srv_request_wait(struct request *rq)
{
	return rq->conn->pending_count < LIMIT_WAITING_MAX ? srv_request_pend(rq) : 0;
}

/* It no longer counts for what its connection may still be sent at once. */
static void unpromise(struct request *rq)
{
	rq->conn->promised -= rq->promised;
	rq->promised = 0;
}

static void interim_leave(struct request *rq)
{
	if (rq->awaits_interim)
		DL_DELETE2(rq->server->interims, rq, interim_prev, interim_next);
	rq->awaits_interim = false;
}

static void request_leave(struct request *rq)
{
	struct server *server = rq->server;

	interim_leave(rq);
	unpromise(rq);
	DL_DELETE(rq->conn->pending, rq);
	rq->conn->pending_count--;
	server->counters.requests_now--;
	if (rq->hdr.command == SMB2_CHANGE_NOTIFY)
		server->counters.notifies_now--;
	HASH_DELETE(hh, server->pending, rq);
	if (rq->left != NULL)
		rq->left(rq);
}

struct request *srv_request_find(struct server *server, uint64_t id)
{
	struct request *rq = NULL;

	HASH_FIND(hh, server->pending, &id, sizeof(id), rq);
	return rq;
}

void srv_request_complete(struct request *rq, uint32_t status)
{
	assert(rq->id != 0 && !rq->completed && status != NT_STATUS_PENDING);
	rq->completed = true;
	request_leave(rq);
	chain_element_done(rq, status);
}

static bool uses(const struct request *rq, const struct session *session,
		 const struct tree *tree, const struct open *open)
{
	return (session == NULL || rq->session == session) &&
	       (tree == NULL || rq->tree == tree) && (open == NULL || rq->open == open);
}

void srv_requests_end(struct server_conn *conn, const struct session *session,
		      const struct tree *tree, const struct open *open)
{
	struct request *rq, *next;

	/*
	 * Completing one may drop the connection, which completes them all: they are then
	 * buried, and their links still lead to the end.
	 */
	DL_FOREACH_SAFE(conn->pending, rq, next)
	if (!rq->completed && uses(rq, session, tree, open))
		srv_request_complete(rq, rq->ended_status != 0 ? rq->ended_status
							       : NT_STATUS_CANCELLED);
}

/* -------------------------------------------------------------- interim responses -- */

uint64_t srv_requests_interim_at(const struct server *server)
{
	return server->interims != NULL
		       ? server->interims->pended_at + LIMIT_INTERIM_AFTER_MS
		       : UINT64_MAX;
}

void srv_request_interim_soon(struct request *rq)
{
	struct server *server = rq->server;

	if (!rq->awaits_interim || server->now < LIMIT_INTERIM_AFTER_MS)
		return;
	interim_leave(rq);
	rq->pended_at = server->now - LIMIT_INTERIM_AFTER_MS;
	DL_PREPEND2(server->interims, rq, interim_prev, interim_next);
	rq->awaits_interim = true;
}

void srv_requests_interim(struct server *server)
{
	while (srv_requests_interim_at(server) <= server->now) {
		struct request *rq = server->interims;

		interim_leave(rq);
		if (!rq->fills)
			unpromise(rq);
		server->counters.interims++;
		chain_interim(rq); /* may drop the connection, and the request with it */
	}
}

/* ------------------------------------------------------------- for handlers, small -- */

bool srv_request_pays(const struct request *rq, uint64_t bytes)
{
	uint64_t charge = rq->hdr.credit_charge;

	if (!rq->conn->multi_credit)
		return true; /* the dialect's MaxTransactSize is the limit then */
	return bytes <= (charge > 0 ? charge : 1) * LIMIT_CREDIT_BYTES;
}

bool srv_request_take_message(struct request *rq, struct buf *out)
{
	struct chain *chain = rq->chain;

	if (chain->own.n == 0 || chain->rest.n > 0)
		return false;
	buf_move(out, &chain->own);
	return true;
}

enum ns_err srv_request_verify(const struct request *rq, const struct smb_keys *keys)
{
	return smb_verify(keys, rq->msg);
}

void srv_request_set_file(struct request *rq, struct smb2_file_id id)
{
	rq->file_id = id;
	rq->chain->file_id = id;
	rq->chain->has_file = true;
}

void srv_request_set_session(struct request *rq, uint64_t session_id)
{
	rq->hdr.session_id = session_id;
	rq->chain->session_id = session_id;
	rq->chain->has_session = true;
}

void srv_request_set_tree(struct request *rq, uint32_t tree_id)
{
	rq->hdr.tree_id = tree_id;
	rq->chain->tree_id = tree_id;
	rq->chain->has_tree = true;
}

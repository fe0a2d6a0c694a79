/* SPDX-License-Identifier: MIT */
#include "server/chain.h"

#include <stdlib.h>

#include "server/dispatch.h"
#include "server/limits.h"
#include "server/session.h"
#include "wire/smb2_transform.h"

/*
 * 3.3.5.2: "If Connection.SupportsMultiCredit is FALSE and the size of the request is
 * greater than 68*1024 bytes"; and for commands without large payloads in any case.
 */
#define SMALL_REQUEST_MAX (68u * 1024)

/* ---------------------------------------------------------------- the message's form -- */

static bool may_be_large(uint16_t command)
{
	switch (command) {
	case SMB2_READ:
	case SMB2_WRITE:
	case SMB2_IOCTL:
	case SMB2_QUERY_DIRECTORY:
	case SMB2_CHANGE_NOTIFY:
	case SMB2_QUERY_INFO:
	case SMB2_SET_INFO:
		return true;
	default:
		return false;
	}
}

/* 3.3.5.2.1.1, last: every request in a sealed message is for the session that sealed it.
 */
static bool element_fits_seal(const struct smb2_hdr *hdr, size_t index, uint64_t seal_id)
{
	bool related = (hdr->flags & SMB2_FLAGS_RELATED_OPERATIONS) != 0;

	if (seal_id == 0)
		return true;
	return index == 0 ? !related && hdr->session_id == seal_id
			  : related || hdr->session_id == seal_id;
}

/*
 * Why the message is to drop the connection; NULL: it is one, or several, requests.  All of
 * it is looked at before the first runs.
 */
static const char *judge(const struct server_conn *conn, struct view message,
			 uint64_t seal_id)
{
	struct smb2_chain walk = smb2_chain_of(message);
	struct smb2_hdr hdr;
	struct view msg;
	size_t n = 0;

	for (; smb2_chain_next(&walk, &msg); n++) {
		if (n == LIMIT_COMPOUND_MAX)
			return "too long a compound";
		if (smb2_hdr_decode(&hdr, msg) != NS_OK)
			return "a malformed header";
		if (hdr.flags & SMB2_FLAGS_SERVER_TO_REDIR)
			return "a response";
		if (srv_command(hdr.command) == NULL)
			return "an unknown command"; /* 3.3.5.2.6 */
		if (msg.n > SMALL_REQUEST_MAX &&
		    (!conn->multi_credit || !may_be_large(hdr.command)))
			return "too long a request";
		if (!element_fits_seal(&hdr, n, seal_id))
			return "a sealed request of another session";
	}
	if (walk.err != NS_OK || n == 0)
		return "a malformed message";
	return NULL;
}

/* Does a response follow, in the frame, that of the current request? */
static bool more_responses(const struct chain *chain)
{
	struct smb2_chain walk = smb2_chain_of(chain->rest);
	struct smb2_hdr hdr;
	struct view msg;

	while (smb2_chain_next(&walk, &msg))
		if (smb2_hdr_decode(&hdr, msg) == NS_OK && hdr.command != SMB2_CANCEL)
			return true;
	return false;
}

/* ------------------------------------------------------------------ life of a chain -- */

static void chain_free(struct grave *grave)
{
	free((char *)grave - offsetof(struct chain, grave));
}

static void chain_drop_own(struct chain *chain)
{
	if (chain->sealed)
		buf_wipe(&chain->own);
	else
		buf_release(&chain->own);
}

/*
 * It is over.  The struct itself stays for this turn: it may have come to its end inside of
 * reply_flush(), when that found that the connection has to go.
 */
static void chain_end(struct chain *chain)
{
	chain_drop_own(chain);
	buf_release(&chain->reply);
	server_bury(chain->server, &chain->grave, chain_free);
}

static struct chain *chain_new(struct server_conn *conn, struct view message,
			       uint64_t seal_id)
{
	struct chain *chain = calloc(1, sizeof(*chain));

	if (chain == NULL)
		return NULL;
	chain->server = conn->server;
	chain->conn = conn;
	chain->rest = message;
	chain->sealed = seal_id != 0;
	chain->seal_id = seal_id;
	buf_init(&chain->own, LIMIT_MESSAGE_MAX);
	buf_init(&chain->reply, LIMIT_REPLY_MAX);
	return chain;
}

/* The message's bytes are about to go: keeps those that have not run. */
static bool chain_keep_rest(struct chain *chain)
{
	struct buf copy;

	if (chain->rest.n == 0)
		chain_drop_own(chain);
	if (chain->rest.n == 0 || chain->own.n > 0)
		return true;
	buf_init(&copy, chain->own.max);
	if (buf_append(&copy, chain->rest) != NS_OK)
		return false;
	buf_move(&chain->own, &copy);
	chain->rest = buf_view(&chain->own);
	return true;
}

/* --------------------------------------------------------------------- one element -- */

/*
 * Room for the response of whatever changes something.  It is there before the handler
 * runs: a CREATE or a rename that has happened can't be told to have failed.
 */
#define REPLY_ROOM (SERVER_FRAME_ROOM + 512)

static struct request *element_new(struct chain *chain, struct view msg)
{
	struct request *rq;

	if (buf_reserve(&chain->reply, REPLY_ROOM) == NS_ENOMEM)
		return NULL;
	rq = calloc(1, sizeof(*rq));
	if (rq == NULL)
		return NULL;
	if (smb2_hdr_decode(&rq->hdr, msg) != NS_OK) {
		free(rq); /* not after judge() */
		return NULL;
	}
	rq->server = chain->server;
	rq->conn = chain->conn;
	rq->chain = chain;
	rq->msg = msg;
	rq->command = srv_command(rq->hdr.command);
	rq->sealed = chain->sealed;
	rq->is_signed = !chain->sealed && (rq->hdr.flags & SMB2_FLAGS_SIGNED) != 0;
	rq->related = (rq->hdr.flags & SMB2_FLAGS_RELATED_OPERATIONS) != 0;
	rq->file_id = SMB2_FILE_ID_NONE;
	buf_init(&rq->error_data, LIMIT_ERROR_DATA_MAX);
	return rq;
}

static void element_free(struct grave *grave)
{
	struct request *rq =
		(struct request *)((char *)grave - offsetof(struct request, grave));

	buf_release(&rq->error_data);
	free(rq);
}

/* What the next element, if it is related, continues. */
static void element_pass_on(struct request *rq, uint32_t status)
{
	struct chain *chain = rq->chain;

	if (rq->hdr.command == SMB2_CREATE && ntstatus_is_error(status)) {
		chain->has_file = false;
		chain->create_status = status;
	}
	chain->current = NULL;
}

void chain_element_done(struct request *rq, uint32_t status)
{
	struct chain *chain = rq->chain;
	struct server *server = chain->server;
	bool more = rq->after == NULL && more_responses(chain);

	element_pass_on(rq, status);
	if (!chain->conn->over) {
		if (!reply_finish(rq, status, more))
			server_conn_drop(chain->conn, "out of memory for a response");
		else if (!more)
			reply_flush(chain);
	}
	if (rq->after != NULL)
		rq->after(server, rq->after_arg);
	server_bury(server, &rq->grave, element_free);
	if (chain->running)
		return;
	if (chain->rest.n == 0 || chain->conn->over) {
		chain_end(chain);
		return;
	}
	chain->next = server->ready;
	server->ready = chain;
}

void chain_interim(struct request *rq)
{
	if (rq->conn->over)
		return;
	if (!reply_interim(rq))
		server_conn_drop(rq->conn, "out of memory for a response");
	else
		reply_flush(rq->chain);
}

/* 3.3.5.2.2 and 3.3.5.2.3; a CANCEL has no id of its own. */
static const char *check_sequence(struct request *rq)
{
	struct server_conn *conn = rq->conn;

	if (!server_conn_negotiated(conn) && rq->hdr.command != SMB2_NEGOTIATE)
		return "a request before NEGOTIATE";
	if (rq->hdr.command == SMB2_CANCEL)
		return NULL;
	if (!credits_take(&conn->credits, rq->hdr.message_id,
			  conn->multi_credit ? rq->hdr.credit_charge : 1))
		return "a MessageId outside the window";
	return NULL;
}

/* Runs one request.  False: it pends, and the chain waits for it. */
static bool element_run(struct chain *chain, struct view msg)
{
	struct server_conn *conn = chain->conn;
	struct request *rq = element_new(chain, msg);
	const char *fault;
	uint32_t status;

	if (rq == NULL) {
		server_conn_drop(conn, "out of memory for a request");
		return true;
	}
	conn->server->counters.requests++;
	fault = check_sequence(rq);
	if (fault != NULL || rq->hdr.command == SMB2_CANCEL) {
		if (fault != NULL)
			server_conn_drop(conn, fault);
		else
			on_cancel(rq);
		server_bury(conn->server, &rq->grave, element_free);
		return true;
	}
	chain->current = rq;
	status = srv_dispatch(rq);
	if (status != NT_STATUS_PENDING)
		chain_element_done(rq, status);
	else
		rq->msg = (struct view){0};
	return chain->current == NULL;
}

/* ----------------------------------------------------------------------- the whole -- */

static void chain_run(struct chain *chain)
{
	struct smb2_chain walk = smb2_chain_of(chain->rest);
	bool waits = false;
	struct view msg;

	chain->running = true;
	chain->server->in_chain++;
	while (!waits && !chain->conn->over && smb2_chain_next(&walk, &msg)) {
		chain->rest = walk.rest;
		waits = !element_run(chain, msg);
	}
	if (waits && !chain_keep_rest(chain))
		server_conn_drop(chain->conn, "out of memory for a compound");
	chain->server->in_chain--;
	chain->running = false;
	/* server_conn_drop() may have completed the request it waited for. */
	if (chain->current != NULL)
		return;
	if (!chain->conn->over)
		reply_flush(chain);
	chain_end(chain);
}

void chain_start(struct server_conn *conn, struct view message, uint64_t seal_id,
		 struct buf *own)
{
	const char *fault = judge(conn, message, seal_id);
	struct chain *chain;

	if (fault != NULL) {
		server_conn_drop(conn, fault);
		return;
	}
	chain = chain_new(conn, message, seal_id);
	if (chain == NULL) {
		server_conn_drop(conn, "out of memory for a request");
		return;
	}
	if (own != NULL)
		buf_move(&chain->own, own);
	chain_run(chain);
}

void chains_run_ready(struct server *server)
{
	/* From inside of a chain (a job that ran at once) it is left to that chain's
	 * caller. */
	while (server->in_chain == 0 && server->ready != NULL) {
		struct chain *chain = server->ready;

		server->ready = chain->next;
		chain->next = NULL;
		chain_run(chain);
	}
}

/* SPDX-License-Identifier: MIT */
/*
 * One message of a client on its way: the requests it is made of, one after the other, and
 * their responses ([MS-SMB2] 3.3.5.2.7 and 3.3.4.1.3).  A message with one request is a
 * chain of one.
 *
 * The chain runs until a request pends; then it keeps a copy of what is left of the
 * message, and goes on when that request is completed.  Responses are collected and go out
 * as one frame, at the chain's end or when a request is still pending after
 * LIMIT_INTERIM_AFTER_MS: its interim response then ends the frame.
 *
 * Each response is finished and signed as soon as its status is known, while the keys are
 * certain to be there; whether another one follows it in the frame is known by then, for
 * the message was walked to its end before its first request ran.
 *
 * Who holds a chain: chain_run(), while it runs; its pending request, while it waits;
 * server->ready, when it can go on.
 */
#ifndef SERVER_CHAIN_H
#define SERVER_CHAIN_H

#include "server/request.h"

struct chain {
	struct server *server;
	struct server_conn *conn;
	struct chain *next; /* server->ready */
	struct grave grave;
	bool running; /* chain_run() has it: completing a request must not free it */

	bool sealed;      /* the message came encrypted, and its answer goes so ... */
	uint64_t seal_id; /* ... with this session's keys; 0: in the clear */

	struct view rest;        /* what has not run yet, in the message or in `own` */
	struct buf own;          /* the message's bytes, or the copy of those that wait */
	struct request *current; /* running or pending */

	struct buf reply;
	size_t count; /* responses in it */

	/* What a related request behind continues, 3.3.5.2.7.2. */
	bool has_session;
	bool has_tree;
	bool has_file;
	uint64_t session_id;
	uint32_t tree_id;
	struct smb2_file_id file_id;
	uint32_t create_status; /* of a CREATE that failed: those behind it fail likewise */
};

/*
 * Runs a message that came in the clear (seal_id 0) or sealed for that session.  Whatever
 * it breaks is answered, or drops the connection.  `message` is borrowed for the call; with
 * `own`, the buffer it lies in, that may be taken over.
 */
void chain_start(struct server_conn *conn, struct view message, uint64_t seal_id,
		 struct buf *own);

/* The current request has its status; the chain may go on. */
void chain_element_done(struct request *rq, uint32_t status);

/* Sends an interim response for the pending request, and all before it. */
void chain_interim(struct request *rq);

/* Runs all chains that can go on. */
void chains_run_ready(struct server *server);

/* --- reply.c: the response of one request, in chain->reply --- */

/*
 * Finishes it: header, credits, padding if `more` responses follow it in the frame,
 * signature.  False: it could not be made, and the connection has to go.
 */
NS_MUST_USE bool reply_finish(struct request *rq, uint32_t status, bool more);

/* Appends the interim response, the last in its frame. */
NS_MUST_USE bool reply_interim(struct request *rq);

/* Hands the frame collected so far to the connection. */
void reply_flush(struct chain *chain);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The way from a signed-in session to a method's answer: IPC$, the pipe of an interface,
 * its bind, then requests.  A pipe stays open and bound for the next call.
 *
 * One PDU is one message on a pipe: the fragments of a long request but the last are
 * written, the last is transceived; of a long answer the first comes with the transceive,
 * the others are read, as many at a time as the first one's alloc_hint vouches for (a READ
 * too many would swallow the next answer).
 */
#ifndef CLIENT_PIPE_H
#define CLIENT_PIPE_H

#include "rpc/rpc_client.h"
#include "wire/smb2_file_id.h"

struct answer;
struct conn;

/* READs sent in one go. */
#define PIPE_READS_MAX 16

struct pipe {
	const struct rpc_iface *iface; /* NULL: this place is free */
	bool open;
	bool reading; /* the answer is longer than what came: read on */
	struct smb2_file_id file_id;
	struct rpc_client rpc;
	size_t expected;    /* bytes of the stub, as the first fragment's alloc_hint says */
	size_t fragment;    /* bytes of it in that fragment */
	uint64_t next_read; /* MessageId of the READ whose data is due next */
	struct {
		uint64_t message_id;
		struct buf data;
	} early[PIPE_READS_MAX]; /* came before those sent before them */
	size_t n_early;
};

/* The pipe of an interface, open or not.  NULL: no place is left. */
struct pipe *pipe_get(struct conn *c, const struct rpc_iface *iface);

/* Sends what the call under way needs next from its pipe; the session is there. */
NS_MUST_USE enum ns_err pipe_send(struct conn *c);

/* The answers to the steps. */
NS_MUST_USE enum ns_err pipe_on_tree(struct conn *c, const struct answer *a);
NS_MUST_USE enum ns_err pipe_on_create(struct conn *c, const struct answer *a);
NS_MUST_USE enum ns_err pipe_on_write(struct conn *c, const struct answer *a);
NS_MUST_USE enum ns_err pipe_on_data(struct conn *c, const struct answer *a);

/*
 * Gives up a pipe whose state we don't know any more: the next call opens another, and so
 * does the one under way.  Nobody waits for the CLOSE; without a credit to spare the server
 * keeps the handle until LOGOFF.
 */
NS_MUST_USE enum ns_err pipe_drop(struct conn *c, struct pipe *p);

/* Frees the place; no message is sent. */
void pipe_release(struct pipe *p);

#endif

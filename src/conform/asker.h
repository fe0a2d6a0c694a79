/* SPDX-License-Identifier: MIT */
/*
 * Somebody who asks the Server Service: a pipe \PIPE\srvsvc on a session of a peer, and
 * what the server made of each request.  A request may be any bytes.
 */
#ifndef CONFORM_ASKER_H
#define CONFORM_ASKER_H

#include "conform/peer.h"
#include "rpc/rpc_client.h"
#include "wire/smb2_file_id.h"

enum answer_kind {
	ANSWER_STUB,    /* the method returned */
	ANSWER_FAULT,   /* an RPC fault: `fault` */
	ANSWER_NAK,     /* the bind was refused */
	ANSWER_REFUSED, /* an SMB2 error: `status` */
	ANSWER_LOST,    /* the connection is gone, or talks nonsense: `err` */
};

struct rpc_answer {
	enum answer_kind kind;
	uint32_t fault;
	uint32_t status;
	enum ns_err err;
	struct buf stub;
};

/* Zeroed is as good as initialised. */
void rpc_answer_release(struct rpc_answer *a);

/* "fault 0x1c010002", "STATUS_PIPE_BROKEN": what it was, if it was no stub. */
void rpc_answer_text(char *out, size_t size, const struct rpc_answer *a);

struct asker {
	struct peer *peer; /* borrowed, and its session */
	struct peer_session *session;
	uint32_t tree; /* IPC$ */
	struct smb2_file_id id;
	struct rpc_client rpc;
	bool open; /* the pipe */
};

/*
 * Connects to IPC$ and opens the pipe.  `a` must be zeroed or closed.  NS_ESTATUS with
 * *status if the server says no.
 */
NS_MUST_USE enum ns_err asker_open_pipe(struct asker *a, struct peer *p,
					struct peer_session *s, uint32_t *status);

/* The same, and binds the interface. */
NS_MUST_USE enum ns_err asker_open(struct asker *a, struct peer *p, struct peer_session *s,
				   uint32_t *status);

/* Forgets the pipe; no message is sent. */
void asker_close(struct asker *a);

/* One call of the interface; `answer` is zeroed or an old one. */
void asker_call(struct asker *a, uint16_t opnum, struct view stub,
		struct rpc_answer *answer);

/* The same in fragments no longer than `max`, at least RPC_FRAG_MIN. */
void asker_call_fragmented(struct asker *a, uint16_t opnum, struct view stub, size_t max,
			   struct rpc_answer *answer);

/* Bytes of our own as one message, and the first PDU that comes back. */
void asker_raw(struct asker *a, struct view bytes, struct rpc_answer *answer);

/* A message for the pipe that no answer is due to. */
NS_MUST_USE enum ns_err asker_write(struct asker *a, struct view bytes, uint32_t *status);

/* A READ that stays unanswered, for nothing was asked. */
NS_MUST_USE enum ns_err asker_post_read(struct asker *a, uint64_t *message_id);

/* TREE_CONNECT to a share by its name; *tree may be NULL. */
NS_MUST_USE enum ns_err peer_tree(struct peer *p, struct peer_session *s, const char *share,
				  uint32_t *tree, uint32_t *status);

/* A request whose body is empty: ECHO, LOGOFF, TREE_DISCONNECT. */
NS_MUST_USE enum ns_err peer_simple(struct peer *p, struct peer_session *s, uint32_t tree,
				    uint16_t command, uint32_t *status);

#endif

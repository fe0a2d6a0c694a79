/* SPDX-License-Identifier: MIT */
/*
 * One client association over a pipe or a byte stream, sans-IO: it turns calls into bytes
 * to send and received bytes into replies.  One call at a time.
 *
 *	rpc_client_init(&c, &SRVSVC, RPC_FRAG_USUAL);
 *	rpc_client_bind(&c, &out);		send out
 *	rpc_client_recv(&c, bytes)		NS_AGAIN until NS_OK: bound
 *	rpc_client_call(&c, 13, stub, &out);	send out, one PDU a message: rpc_run_next()
 *	rpc_client_recv(&c, bytes)		NS_AGAIN until NS_OK: replied
 *	rpc_client_reply(&c, &stub);
 *
 * A fault ends a call and not the association; whatever else fails ends it: from then on
 * every function returns that error.
 */
#ifndef RPC_RPC_CLIENT_H
#define RPC_RPC_CLIENT_H

#include "rpc/rpc_frag.h"

enum rpc_client_state {
	RPC_CLIENT_IDLE,    /* nothing sent yet */
	RPC_CLIENT_BINDING, /* the bind is out */
	RPC_CLIENT_BOUND,   /* ready for a call */
	RPC_CLIENT_CALLING, /* a request is out */
	RPC_CLIENT_REPLIED, /* the reply is here and not fetched */
	RPC_CLIENT_DEAD,    /* `err` says why */
};

struct rpc_client {
	const struct rpc_iface *iface;
	enum rpc_client_state state;
	enum ns_err err;
	size_t max_recv; /* longest fragment we offered to take */
	size_t max_xmit; /* longest fragment the server takes */
	uint32_t call_id;
	uint32_t assoc_group_id;
	uint32_t fault;  /* status of the last fault, 0 if the last call had none */
	uint16_t reject; /* why the bind was refused: nak reason or provider reason */
	struct rpc_framer framer;
	struct rpc_assembly reply;
};

/*
 * max_frag: the fragment size to offer, RPC_FRAG_MIN to RPC_FRAG_MAX.  RPC_FRAG_USUAL is
 * what every server is used to; a larger one saves fragments where the server goes along.
 */
void rpc_client_init(struct rpc_client *c, const struct rpc_iface *iface, size_t max_frag);
void rpc_client_release(struct rpc_client *c);

/* Appends the bind PDU. */
NS_MUST_USE enum ns_err rpc_client_bind(struct rpc_client *c, struct buf *out);

/*
 * Appends the request, in as many fragments as it takes.  Only once the bind was accepted
 * and no other call is out: NS_EINVAL otherwise.  A reply that was not fetched is dropped.
 */
NS_MUST_USE enum ns_err rpc_client_call(struct rpc_client *c, uint16_t opnum,
					struct view stub, struct buf *out);

/*
 * NS_OK: the bind was accepted, or the reply is whole.  NS_AGAIN: more bytes are needed
 * (on a message pipe: read again).  NS_ENOPIPE: the bind was refused.  NS_EACCESS: a fault
 * that denies access; NS_EFAULT: any other fault; rpc_client_fault() has the status.
 * NS_EFORMAT, NS_ELIMIT, NS_EUNEXPECTED, NS_EUNSUPPORTED: the server speaks nonsense.
 */
NS_MUST_USE enum ns_err rpc_client_recv(struct rpc_client *c, struct view bytes);

/* Moves the reply's stub into `stub`, which must be initialised or zeroed. */
NS_MUST_USE enum ns_err rpc_client_reply(struct rpc_client *c, struct buf *stub);

static inline uint32_t rpc_client_fault(const struct rpc_client *c)
{
	return c->fault;
}

/* The association was bound and still stands: a call may be made now or after the reply. */
static inline bool rpc_client_usable(const struct rpc_client *c)
{
	return c->state >= RPC_CLIENT_BOUND && c->state < RPC_CLIENT_DEAD;
}

#endif

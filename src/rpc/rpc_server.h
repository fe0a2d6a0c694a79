/* SPDX-License-Identifier: MIT */
/*
 * One server association: a pipe that was opened, or a stream that was accepted.  Sans-IO
 * and synchronous: received bytes go in, the PDUs to send come out.
 *
 * Malformed NDR is the handler's to see: it answers RPC_FAULT_NDR and the association
 * lives on.  A malformed PDU is answered with a bind_nak or a fault, and then
 * rpc_server_recv() fails: send what it appended, and close.
 */
#ifndef RPC_RPC_SERVER_H
#define RPC_RPC_SERVER_H

#include "rpc/rpc_frag.h"

/*
 * One interface that is served.  `call` decodes `stub`, acts, and appends the response's
 * stub to `out`; it returns 0, or the status of the fault to send instead.
 */
struct rpc_service {
	const struct rpc_iface *iface;
	uint32_t (*call)(void *ctx, const struct rpc_method *method, struct view stub,
			 struct buf *out);
	void *ctx;
};

struct rpc_server_context {
	uint16_t id;
	const struct rpc_service *service;
};

struct rpc_server {
	const struct rpc_service *services; /* borrowed */
	size_t n_services;
	bool bound;
	enum ns_err err; /* sticky: the association has ended */
	size_t max_recv; /* longest fragment we take */
	size_t max_xmit; /* longest fragment the client takes */
	uint32_t assoc_group_id;
	size_t n_contexts;
	struct rpc_server_context contexts[RPC_CONTEXTS_MAX];
	struct rpc_framer framer;
	struct rpc_assembly request;
};

/*
 * assoc_group_id: any number but 0, given to a client that asks for a new group.  The
 * first service's pipe name is the secondary address of the bind_ack.
 */
void rpc_server_init(struct rpc_server *s, const struct rpc_service *services,
		     size_t n_services, uint32_t assoc_group_id);
void rpc_server_release(struct rpc_server *s);

/*
 * Takes received bytes in any chopping and appends the answers, a row of PDUs for
 * rpc_run_next().  NS_OK: go on (whether or not there is an answer yet).  Anything else:
 * send what was appended, then close; it is returned for ever after.
 */
NS_MUST_USE enum ns_err rpc_server_recv(struct rpc_server *s, struct view bytes,
					struct buf *out);

#endif

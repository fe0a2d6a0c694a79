/* SPDX-License-Identifier: MIT */
/*
 * What an RPC interface is: its identity and one table of its methods, from which the
 * client refuses, the server dispatches and the dump names.
 */
#ifndef RPC_RPC_IFACE_H
#define RPC_RPC_IFACE_H

#include <stdbool.h>

#include "base/buf.h"

/* A UUID as it lies on a little-endian wire: time_low, time_mid, time_hi reversed. */
struct rpc_uuid {
	uint8_t bytes[16];
};

/* p_syntax_id_t, [C706] 12.6.3.1: an interface or a transfer syntax with its version. */
struct rpc_syntax {
	struct rpc_uuid uuid;
	uint16_t major;
	uint16_t minor;
};

/* 8a885d04-1ceb-11c9-9fe8-08002b104860 version 2.0, the only transfer syntax we speak. */
extern const struct rpc_syntax RPC_NDR20;

/* 71710533-beba-4937-8319-b5dbef9ccc36 version 1.0, [MS-RPCE] 2.2.5.1; always refused. */
extern const struct rpc_syntax RPC_NDR64;

bool rpc_uuid_equal(const struct rpc_uuid *a, const struct rpc_uuid *b);
bool rpc_syntax_equal(const struct rpc_syntax *a, const struct rpc_syntax *b);

struct rpc_method {
	uint16_t opnum;
	const char *name; /* "NetrSessionDel" */
	/* Decodes a stub strictly and writes it out for a person. */
	enum ns_err (*print_request)(struct view stub, struct buf *text);
	enum ns_err (*print_response)(struct view stub, struct buf *text);
};

struct rpc_iface {
	const char *name; /* "srvsvc": the interface, and the pipe as CREATE names it */
	const char *pipe; /* "\\PIPE\\srvsvc": the secondary address of a bind_ack */
	struct rpc_syntax syntax;
	const struct rpc_method *methods;
	size_t n;
};

/* NULL if the interface has no such method. */
const struct rpc_method *rpc_iface_method(const struct rpc_iface *iface, uint16_t opnum);

#endif

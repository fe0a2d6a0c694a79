/* SPDX-License-Identifier: MIT */
/*
 * Fragments: bytes to PDUs, PDUs to a whole stub, and a stub to PDUs.
 *
 * A framer cuts a stream of bytes, in whatever chopping, into PDUs.  An assembly joins the
 * fragments of one request or one response, and refuses a fragment that does not belong:
 * another type, call, context, method or object than the first one's, a second "first", a
 * middle one that brings nothing (else a peer could send those for ever).  That a later
 * fragment's header counted for nothing was CVE-2021-23192.
 */
#ifndef RPC_RPC_FRAG_H
#define RPC_RPC_FRAG_H

#include "rpc/rpc_pdu.h"

/*
 * Most bytes of a reassembled response: 100,000 sessions at level 502 take 16 MiB, so this
 * has room for 400,000; a server that sends more is filling our memory.
 */
#define RPC_STUB_MAX (64u << 20)

/* Most bytes of a reassembled request, [MS-RPCE] 3.3.3.5.4. */
#define RPC_REQUEST_MAX (4u << 20)

struct rpc_framer {
	struct buf partial; /* the beginning of a PDU */
	size_t max_frag;
	bool served; /* `partial` is the PDU that was handed out last */
};

void rpc_framer_init(struct rpc_framer *f, size_t max_frag);
void rpc_framer_release(struct rpc_framer *f);

/*
 * Takes one PDU off the front of *bytes, together with what earlier calls left.  NS_OK:
 * *pdu is whole, and borrowed until the next call or until the bytes die.  NS_AGAIN: all
 * of *bytes was kept, more are needed.  NS_ELIMIT: a PDU longer than max_frag;
 * NS_EFORMAT: no PDU at all.  *header is valid as rpc_header_decode() says.
 */
NS_MUST_USE enum ns_err rpc_framer_next(struct rpc_framer *f, struct view *bytes,
					struct view *pdu, struct rpc_header *header);

/* A PDU has begun and is not whole. */
bool rpc_framer_partial(const struct rpc_framer *f);

struct rpc_assembly {
	struct buf stub;
	bool active; /* the first fragment is here, the last is not */
	uint8_t ptype;
	uint32_t call_id;
	uint16_t context_id;
	uint16_t opnum;
	bool has_object;
	struct rpc_uuid object;
};

void rpc_assembly_init(struct rpc_assembly *a, size_t max);
void rpc_assembly_release(struct rpc_assembly *a);

/* Drops what has come so far and keeps the limit. */
void rpc_assembly_reset(struct rpc_assembly *a);

/*
 * Adds a request or a response.  NS_OK: a->stub is whole; NS_AGAIN: more fragments are to
 * come; NS_EFORMAT: it does not belong; NS_ELIMIT: the stub would exceed the limit.
 */
NS_MUST_USE enum ns_err rpc_assembly_add(struct rpc_assembly *a, const struct rpc_pdu *pdu);

/*
 * Appends `stub` as the fragments of a request or response, none longer than max_frag
 * (at least RPC_FRAG_MIN).  From `proto`: ptype, call_id, context_id, opnum, object.
 */
NS_MUST_USE enum ns_err rpc_fragment(struct buf *out, const struct rpc_pdu *proto,
				     struct view stub, size_t max_frag);

/*
 * Takes the next whole PDU off *run, a row of PDUs that we encoded; false at the end.  A
 * pipe carries one PDU a message: all but the last are written, the last is transceived.
 *
 *	while (rpc_run_next(&run, &pdu))
 *		last = run.n == 0;
 */
bool rpc_run_next(struct view *run, struct view *pdu);

#endif

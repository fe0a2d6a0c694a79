/* SPDX-License-Identifier: MIT */
#include "rpc/rpc_client.h"

#include <assert.h>

/* We offer one context, and this is its number. */
#define CONTEXT_ID 0u

void rpc_client_init(struct rpc_client *c, const struct rpc_iface *iface, size_t max_frag)
{
	assert(max_frag >= RPC_FRAG_MIN && max_frag <= RPC_FRAG_MAX);
	*c = (struct rpc_client){
		.iface = iface, .max_recv = max_frag, .max_xmit = max_frag};
	rpc_framer_init(&c->framer, max_frag);
	rpc_assembly_init(&c->reply, RPC_STUB_MAX);
}

void rpc_client_release(struct rpc_client *c)
{
	rpc_framer_release(&c->framer);
	rpc_assembly_release(&c->reply);
	c->state = RPC_CLIENT_DEAD;
	c->err = NS_EINVAL;
}

static enum ns_err die(struct rpc_client *c, enum ns_err err)
{
	c->state = RPC_CLIENT_DEAD;
	c->err = err;
	rpc_assembly_release(&c->reply);
	return err;
}

enum ns_err rpc_client_bind(struct rpc_client *c, struct buf *out)
{
	struct rpc_pdu pdu = {.ptype = RPC_BIND, .flags = RPC_PFC_WHOLE, .call_id = 1};
	struct rpc_bind *b = &pdu.u.bind;
	enum ns_err err;

	if (c->state != RPC_CLIENT_IDLE)
		return c->state == RPC_CLIENT_DEAD ? c->err : NS_EINVAL;
	b->max_xmit_frag = (uint16_t)c->max_xmit;
	b->max_recv_frag = (uint16_t)c->max_recv;
	b->n_contexts = 1;
	b->contexts[0].id = CONTEXT_ID;
	b->contexts[0].abstract = c->iface->syntax;
	b->contexts[0].n_transfers = 1;
	b->contexts[0].transfers[0] = RPC_NDR20;
	err = rpc_pdu_encode(out, &pdu);
	if (err != NS_OK)
		return err;
	c->call_id = pdu.call_id;
	c->state = RPC_CLIENT_BINDING;
	return NS_OK;
}

enum ns_err rpc_client_call(struct rpc_client *c, uint16_t opnum, struct view stub,
			    struct buf *out)
{
	struct rpc_pdu proto = {.ptype = RPC_REQUEST, .call_id = c->call_id + 1};
	enum ns_err err;

	if (c->state == RPC_CLIENT_DEAD)
		return c->err;
	if (c->state != RPC_CLIENT_BOUND && c->state != RPC_CLIENT_REPLIED)
		return NS_EINVAL;
	proto.u.call.context_id = CONTEXT_ID;
	proto.u.call.opnum = opnum;
	err = rpc_fragment(out, &proto, stub, c->max_xmit);
	if (err != NS_OK)
		return err;
	c->call_id = proto.call_id;
	c->fault = 0;
	rpc_assembly_reset(&c->reply);
	c->state = RPC_CLIENT_CALLING;
	return NS_OK;
}

/* [C706] 12.6.4.4: one result for our one context, accepted with the syntax we offered. */
static enum ns_err accept_bind(struct rpc_client *c, const struct rpc_bind_ack *ack)
{
	const struct rpc_context_result *result = &ack->results[0];

	if (ack->n_results != 1)
		return die(c, NS_EFORMAT);
	if (result->result != RPC_ACCEPTANCE) {
		c->reject = result->reason;
		return die(c, NS_ENOPIPE);
	}
	if (!rpc_syntax_equal(&result->transfer, &RPC_NDR20))
		return die(c, NS_EFORMAT);
	if (ack->max_recv_frag < RPC_FRAG_MIN)
		return die(c, NS_EFORMAT);
	if (ack->max_recv_frag < c->max_xmit)
		c->max_xmit = ack->max_recv_frag;
	c->assoc_group_id = ack->assoc_group_id;
	c->state = RPC_CLIENT_BOUND;
	return NS_OK;
}

static enum ns_err recv_binding(struct rpc_client *c, const struct rpc_pdu *pdu)
{
	switch (pdu->ptype) {
	case RPC_BIND_ACK:
		return accept_bind(c, &pdu->u.ack);
	case RPC_BIND_NAK:
		c->reject = pdu->u.nak_reason;
		return die(c, NS_ENOPIPE);
	case RPC_FAULT: /* Windows faults where nobody may speak to the interface at all */
		c->fault = pdu->u.call.status;
		return die(c, c->fault == RPC_FAULT_ACCESS_DENIED ? NS_EACCESS : NS_EFAULT);
	default:
		return die(c, NS_EUNEXPECTED);
	}
}

static enum ns_err recv_calling(struct rpc_client *c, const struct rpc_pdu *pdu)
{
	enum ns_err err;

	if (pdu->ptype == RPC_FAULT) {
		c->fault = pdu->u.call.status;
		c->state = RPC_CLIENT_BOUND;
		rpc_assembly_reset(&c->reply);
		return c->fault == RPC_FAULT_ACCESS_DENIED ? NS_EACCESS : NS_EFAULT;
	}
	if (pdu->ptype != RPC_RESPONSE)
		return die(c, NS_EUNEXPECTED);
	if (pdu->u.call.context_id != CONTEXT_ID)
		return die(c, NS_EFORMAT);
	err = rpc_assembly_add(&c->reply, pdu);
	if (err == NS_OK)
		c->state = RPC_CLIENT_REPLIED;
	return err == NS_OK || err == NS_AGAIN ? err : die(c, err);
}

static enum ns_err recv_pdu(struct rpc_client *c, struct view fragment)
{
	struct rpc_pdu pdu;
	enum ns_err err = rpc_pdu_decode(&pdu, fragment);

	if (err != NS_OK)
		return die(c, err);
	if (pdu.has_auth)
		return die(c, NS_EUNSUPPORTED);
	if (pdu.call_id != c->call_id)
		return die(c, NS_EUNEXPECTED);
	return c->state == RPC_CLIENT_BINDING ? recv_binding(c, &pdu)
					      : recv_calling(c, &pdu);
}

enum ns_err rpc_client_recv(struct rpc_client *c, struct view bytes)
{
	struct rpc_header header;
	struct view pdu;
	enum ns_err err;

	if (c->state == RPC_CLIENT_DEAD)
		return c->err;
	if (c->state != RPC_CLIENT_BINDING && c->state != RPC_CLIENT_CALLING)
		return die(c, NS_EUNEXPECTED);
	do {
		err = rpc_framer_next(&c->framer, &bytes, &pdu, &header);
		if (err != NS_OK)
			return err == NS_AGAIN ? NS_AGAIN : die(c, err);
		err = recv_pdu(c, pdu);
	} while (err == NS_AGAIN);
	/* One call at a time: nobody asked for what stands behind the end of its answer. */
	if (c->state != RPC_CLIENT_DEAD && bytes.n > 0)
		return die(c, NS_EUNEXPECTED);
	return err;
}

enum ns_err rpc_client_reply(struct rpc_client *c, struct buf *stub)
{
	if (c->state == RPC_CLIENT_DEAD)
		return c->err;
	if (c->state != RPC_CLIENT_REPLIED)
		return NS_EINVAL;
	buf_move(stub, &c->reply.stub);
	c->state = RPC_CLIENT_BOUND;
	return NS_OK;
}

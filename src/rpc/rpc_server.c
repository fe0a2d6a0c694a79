/* SPDX-License-Identifier: MIT */
#include "rpc/rpc_server.h"

#include <assert.h>

/* Longest stub of a response: what a client of ours would take. */
#define RESPONSE_MAX RPC_STUB_MAX

/* KeepConnectionOnOrphanSupported, [MS-RPCE] 2.2.2.15; all we support of bind time
 * features. */
#define BTFN_KEEP_ON_ORPHAN 0x02u
#define BTFN_PREFIX_SIZE    8u

/* 6cb71c2c-9812-4540, then 8 bytes that are the client's bit mask, [MS-RPCE] 3.3.1.5.3. */
static const uint8_t btfn_prefix[BTFN_PREFIX_SIZE] = {0x2c, 0x1c, 0xb7, 0x6c,
						      0x12, 0x98, 0x40, 0x45};

void rpc_server_init(struct rpc_server *s, const struct rpc_service *services,
		     size_t n_services, uint32_t assoc_group_id)
{
	assert(n_services > 0);
	*s = (struct rpc_server){
		.services = services,
		.n_services = n_services,
		.max_recv = RPC_FRAG_USUAL,
		.max_xmit = RPC_FRAG_MIN,
		.assoc_group_id = assoc_group_id,
	};
	rpc_framer_init(&s->framer, RPC_FRAG_MAX);
	rpc_assembly_init(&s->request, RPC_REQUEST_MAX);
}

void rpc_server_release(struct rpc_server *s)
{
	rpc_framer_release(&s->framer);
	rpc_assembly_release(&s->request);
	s->err = NS_ECLOSED;
}

static enum ns_err send_fault(struct buf *out, uint32_t call_id, uint16_t context_id,
			      uint32_t status)
{
	struct rpc_pdu pdu = {
		.ptype = RPC_FAULT, .flags = RPC_PFC_WHOLE, .call_id = call_id};

	if (status == RPC_FAULT_OP_RANGE || status == RPC_FAULT_UNKNOWN_IF)
		pdu.flags |= RPC_PFC_DID_NOT_EXECUTE;
	pdu.u.call.context_id = context_id;
	pdu.u.call.status = status;
	return rpc_pdu_encode(out, &pdu);
}

static enum ns_err send_nak(struct buf *out, uint32_t call_id, uint16_t reason)
{
	struct rpc_pdu pdu = {
		.ptype = RPC_BIND_NAK, .flags = RPC_PFC_WHOLE, .call_id = call_id};

	pdu.u.nak_reason = reason;
	return rpc_pdu_encode(out, &pdu);
}

/* Why a bind is refused, [MS-RPCE] 2.2.2.5. */
static uint16_t nak_reason(enum ns_err err)
{
	if (err == NS_EUNSUPPORTED)
		return RPC_NAK_AUTHENTICATION_TYPE;
	if (err == NS_ELIMIT || err == NS_ENOMEM)
		return RPC_NAK_LOCAL_LIMIT_EXCEEDED;
	return RPC_NAK_PROTOCOL_VERSION;
}

/* Why anything else is: a request too long is 3.3.3.5.4, a broken rule is 3.3.3.5.7. */
static uint32_t fault_status(enum ns_err err)
{
	if (err == NS_ELIMIT)
		return RPC_FAULT_ACCESS_DENIED;
	if (err == NS_ENOMEM)
		return RPC_FAULT_OUT_OF_MEMORY;
	return RPC_FAULT_PROTOCOL;
}

/* The last words to a client that broke the protocol; `err` is what it did. */
static enum ns_err refuse(uint8_t ptype, uint32_t call_id, enum ns_err err, struct buf *out)
{
	enum ns_err sent;

	if (ptype == RPC_BIND)
		sent = send_nak(out, call_id, nak_reason(err));
	else
		sent = send_fault(out, call_id, 0, fault_status(err));
	return sent == NS_OK ? err : sent;
}

static const struct rpc_service *find_service(const struct rpc_server *s,
					      const struct rpc_syntax *syntax)
{
	for (size_t i = 0; i < s->n_services; i++) {
		const struct rpc_syntax *have = &s->services[i].iface->syntax;

		if (rpc_uuid_equal(&have->uuid, &syntax->uuid) &&
		    have->major == syntax->major && have->minor >= syntax->minor)
			return &s->services[i];
	}
	return NULL;
}

static struct rpc_server_context *find_context(struct rpc_server *s, uint16_t id)
{
	for (size_t i = 0; i < s->n_contexts; i++)
		if (s->contexts[i].id == id)
			return &s->contexts[i];
	return NULL;
}

static bool offers_ndr20(const struct rpc_context *c)
{
	for (size_t i = 0; i < c->n_transfers; i++)
		if (rpc_syntax_equal(&c->transfers[i], &RPC_NDR20))
			return true;
	return false;
}

static bool is_btfn(const struct rpc_context *c)
{
	const struct rpc_syntax *syntax = &c->transfers[0];

	return c->n_transfers == 1 && syntax->major == 1 && syntax->minor == 0 &&
	       view_equal(view_of(syntax->uuid.bytes, BTFN_PREFIX_SIZE),
			  view_of(btfn_prefix, BTFN_PREFIX_SIZE));
}

static struct rpc_context_result reject(enum rpc_provider_reason reason)
{
	return (struct rpc_context_result){.result = RPC_PROVIDER_REJECTION,
					   .reason = (uint16_t)reason};
}

/* One element of p_context_elem, and its entry in our table if it is accepted. */
static struct rpc_context_result negotiate(struct rpc_server *s,
					   const struct rpc_context *c)
{
	const struct rpc_service *service = find_service(s, &c->abstract);
	struct rpc_server_context *slot = find_context(s, c->id);
	uint8_t features = c->transfers[0].uuid.bytes[BTFN_PREFIX_SIZE];

	if (is_btfn(c))
		return (struct rpc_context_result){.result = RPC_NEGOTIATE_ACK,
						   .reason =
							   features & BTFN_KEEP_ON_ORPHAN};
	if (service == NULL)
		return reject(RPC_ABSTRACT_SYNTAX_NOT_SUPPORTED);
	if (!offers_ndr20(c))
		return reject(RPC_TRANSFER_SYNTAXES_NOT_SUPPORTED);
	if (slot == NULL && s->n_contexts == RPC_CONTEXTS_MAX)
		return reject(RPC_LOCAL_LIMIT_EXCEEDED);
	if (slot == NULL)
		slot = &s->contexts[s->n_contexts++];
	*slot = (struct rpc_server_context){.id = c->id, .service = service};
	return (struct rpc_context_result){.result = RPC_ACCEPTANCE, .transfer = RPC_NDR20};
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* [C706] 12.6.4.3: a bind sets the sizes, an alter_context only adds contexts. */
static enum ns_err on_bind(struct rpc_server *s, const struct rpc_pdu *pdu, struct buf *out)
{
	const struct rpc_bind *b = &pdu->u.bind;
	bool alter = pdu->ptype == RPC_ALTER_CONTEXT;
	struct rpc_pdu reply = {
		.ptype = alter ? RPC_ALTER_CONTEXT_RESP : RPC_BIND_ACK,
		.flags = RPC_PFC_WHOLE,
		.call_id = pdu->call_id,
	};
	struct rpc_bind_ack *ack = &reply.u.ack;

	if (s->bound != alter || b->n_contexts == 0)
		return refuse(pdu->ptype, pdu->call_id, NS_EUNEXPECTED, out);
	if (!alter) {
		if (b->max_recv_frag < RPC_FRAG_MIN)
			return refuse(pdu->ptype, pdu->call_id, NS_EFORMAT, out);
		s->max_xmit = smaller(b->max_recv_frag, RPC_FRAG_USUAL);
		if (b->assoc_group_id != 0)
			s->assoc_group_id = b->assoc_group_id;
		ack->secondary_address = view_of_string(s->services[0].iface->pipe);
	}
	ack->max_xmit_frag = (uint16_t)s->max_xmit;
	ack->max_recv_frag = (uint16_t)s->max_recv;
	ack->assoc_group_id = s->assoc_group_id;
	ack->n_results = b->n_contexts;
	for (size_t i = 0; i < b->n_contexts; i++)
		ack->results[i] = negotiate(s, &b->contexts[i]);
	s->bound = true;
	return rpc_pdu_encode(out, &reply);
}

/* The request is whole: find its method, run it, send what it says. */
static enum ns_err dispatch(struct rpc_server *s, struct buf *out)
{
	struct rpc_assembly *a = &s->request;
	const struct rpc_server_context *context = find_context(s, a->context_id);
	struct rpc_pdu proto = {.ptype = RPC_RESPONSE, .call_id = a->call_id};
	const struct rpc_method *method;
	struct buf stub;
	uint32_t fault;
	enum ns_err err;

	if (context == NULL)
		return send_fault(out, a->call_id, a->context_id, RPC_FAULT_UNKNOWN_IF);
	method = rpc_iface_method(context->service->iface, a->opnum);
	if (method == NULL)
		return send_fault(out, a->call_id, a->context_id, RPC_FAULT_OP_RANGE);
	buf_init(&stub, RESPONSE_MAX);
	fault = context->service->call(context->service->ctx, method, buf_view(&a->stub),
				       &stub);
	proto.u.call.context_id = a->context_id;
	if (fault != 0)
		err = send_fault(out, a->call_id, a->context_id, fault);
	else
		err = rpc_fragment(out, &proto, buf_view(&stub), s->max_xmit);
	buf_release(&stub);
	return err;
}

static enum ns_err on_request(struct rpc_server *s, const struct rpc_pdu *pdu,
			      struct buf *out)
{
	enum ns_err err;

	if (!s->bound)
		return refuse(pdu->ptype, pdu->call_id, NS_EUNEXPECTED, out);
	err = rpc_assembly_add(&s->request, pdu);
	if (err == NS_AGAIN)
		return NS_OK;
	if (err != NS_OK)
		return refuse(pdu->ptype, pdu->call_id, err, out);
	err = dispatch(s, out);
	rpc_assembly_release(&s->request); /* an idle pipe holds no memory */
	return err;
}

/* A call is answered before the next PDU is looked at: there is nothing to cancel. */
static void on_orphaned(struct rpc_server *s, uint32_t call_id)
{
	if (s->request.active && s->request.call_id == call_id)
		rpc_assembly_release(&s->request);
}

static enum ns_err on_pdu(struct rpc_server *s, struct view fragment, struct buf *out)
{
	struct rpc_pdu pdu;
	enum ns_err err = rpc_pdu_decode(&pdu, fragment);

	/* [MS-RPCE] 3.3.3.5.3: we know no security provider; the SMB session says who it
	 * is. */
	if (err == NS_OK && pdu.has_auth)
		err = NS_EUNSUPPORTED;
	if (err != NS_OK)
		return refuse(pdu.ptype, pdu.call_id, err, out);
	switch (pdu.ptype) {
	case RPC_BIND:
	case RPC_ALTER_CONTEXT:
		return on_bind(s, &pdu, out);
	case RPC_REQUEST:
		return on_request(s, &pdu, out);
	case RPC_ORPHANED:
		on_orphaned(s, pdu.call_id);
		return NS_OK;
	case RPC_CO_CANCEL:
		return NS_OK;
	default:
		return refuse(pdu.ptype, pdu.call_id, NS_EUNEXPECTED, out);
	}
}

enum ns_err rpc_server_recv(struct rpc_server *s, struct view bytes, struct buf *out)
{
	struct rpc_header header;
	struct view fragment;

	while (s->err == NS_OK) {
		s->err = rpc_framer_next(&s->framer, &bytes, &fragment, &header);
		if (s->err == NS_AGAIN) {
			s->err = NS_OK;
			return NS_OK;
		}
		if (s->err == NS_OK)
			s->err = on_pdu(s, fragment, out);
		else
			s->err = refuse(header.ptype, header.call_id, s->err, out);
	}
	return s->err;
}

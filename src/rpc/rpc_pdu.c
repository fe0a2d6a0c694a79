/* SPDX-License-Identifier: MIT */
#include "rpc/rpc_pdu.h"

#include "wire/reader.h"
#include "wire/writer.h"

#define RPC_VERSION       5u
#define RPC_MINOR_MAX     1u
#define DREP_LITTLE       0x00000010u /* integers little-endian, ASCII, IEEE floats */
#define FRAG_LENGTH_AT    8u
#define SEC_TRAILER_SIZE  8u /* [MS-RPCE] 2.2.2.11, before the token */
#define FAULT_RESERVED    4u
#define NAK_VERSION_BYTES 2u

enum ns_err rpc_header_decode(struct rpc_header *h, struct view bytes)
{
	struct wire_reader r = {.msg = view_slice(bytes, 0, RPC_HEADER_SIZE)};
	uint8_t major;
	uint8_t minor;
	uint32_t drep;

	*h = (struct rpc_header){0};
	if (bytes.n < RPC_HEADER_SIZE)
		return NS_AGAIN;
	wire_u8(&r, &major);
	wire_u8(&r, &minor);
	wire_u8(&r, &h->ptype);
	wire_u8(&r, &h->flags);
	wire_le32(&r, &drep);
	wire_le16(&r, &h->frag_length);
	wire_le16(&r, &h->auth_length);
	wire_le32(&r, &h->call_id);
	if (major != RPC_VERSION || minor > RPC_MINOR_MAX || drep != DREP_LITTLE)
		wire_fail(&r, NS_EFORMAT);
	if (h->frag_length < RPC_HEADER_SIZE)
		wire_fail(&r, NS_EFORMAT);
	return wire_status(&r);
}

static void decode_uuid(struct wire_reader *r, struct rpc_uuid *uuid)
{
	wire_copy(r, uuid->bytes, sizeof(uuid->bytes));
}

static void decode_syntax(struct wire_reader *r, struct rpc_syntax *s)
{
	decode_uuid(r, &s->uuid);
	wire_le16(r, &s->major);
	wire_le16(r, &s->minor);
}

/* Zero, or past `max`: nothing that holds that many is looked at. */
static uint8_t decode_count(struct wire_reader *r, size_t max)
{
	uint8_t n;

	wire_u8(r, &n);
	if (n > max)
		wire_fail(r, NS_ELIMIT);
	return r->err == NS_OK ? n : 0;
}

static void decode_context(struct wire_reader *r, struct rpc_context *c)
{
	wire_le16(r, &c->id);
	c->n_transfers = decode_count(r, RPC_TRANSFERS_MAX);
	wire_skip(r, 1);
	decode_syntax(r, &c->abstract);
	for (size_t i = 0; i < c->n_transfers; i++)
		decode_syntax(r, &c->transfers[i]);
}

static void decode_bind(struct wire_reader *r, struct rpc_bind *b)
{
	wire_le16(r, &b->max_xmit_frag);
	wire_le16(r, &b->max_recv_frag);
	wire_le32(r, &b->assoc_group_id);
	b->n_contexts = decode_count(r, RPC_CONTEXTS_MAX);
	wire_skip(r, 3);
	for (size_t i = 0; i < b->n_contexts; i++)
		decode_context(r, &b->contexts[i]);
}

static void decode_bind_ack(struct wire_reader *r, struct rpc_bind_ack *a)
{
	uint16_t n;

	wire_le16(r, &a->max_xmit_frag);
	wire_le16(r, &a->max_recv_frag);
	wire_le32(r, &a->assoc_group_id);
	wire_le16(r, &n);
	wire_take(r, n, &a->secondary_address);
	if (a->secondary_address.n > 0 && a->secondary_address.p[n - 1u] == 0)
		a->secondary_address.n--;
	wire_align(r, 4);
	a->n_results = decode_count(r, RPC_CONTEXTS_MAX);
	wire_skip(r, 3);
	for (size_t i = 0; i < a->n_results; i++) {
		wire_le16(r, &a->results[i].result);
		wire_le16(r, &a->results[i].reason);
		decode_syntax(r, &a->results[i].transfer);
	}
}

/* The versions are there to tell a client of another version; what follows is for nobody.
 */
static void decode_bind_nak(struct wire_reader *r, uint16_t *reason)
{
	uint8_t versions;

	wire_le16(r, reason);
	wire_u8(r, &versions);
	wire_skip(r, NAK_VERSION_BYTES * (size_t)versions);
	wire_skip(r, wire_left(r));
}

static void decode_call(struct wire_reader *r, struct rpc_pdu *pdu)
{
	struct rpc_call_pdu *c = &pdu->u.call;

	wire_le32(r, &c->alloc_hint);
	wire_le16(r, &c->context_id);
	if (pdu->ptype == RPC_REQUEST) {
		wire_le16(r, &c->opnum);
		c->has_object = (pdu->flags & RPC_PFC_OBJECT_UUID) != 0;
		if (c->has_object)
			decode_uuid(r, &c->object);
	} else {
		wire_u8(r, &c->cancel_count);
		wire_skip(r, 1);
	}
	if (pdu->ptype == RPC_FAULT) {
		wire_le32(r, &c->status);
		wire_skip(r, FAULT_RESERVED);
	}
	wire_take(r, wire_left(r), &c->stub);
}

static void decode_body(struct wire_reader *r, struct rpc_pdu *pdu)
{
	switch (pdu->ptype) {
	case RPC_BIND:
	case RPC_ALTER_CONTEXT:
		decode_bind(r, &pdu->u.bind);
		return;
	case RPC_BIND_ACK:
	case RPC_ALTER_CONTEXT_RESP:
		decode_bind_ack(r, &pdu->u.ack);
		return;
	case RPC_BIND_NAK:
		decode_bind_nak(r, &pdu->u.nak_reason);
		return;
	case RPC_REQUEST:
	case RPC_RESPONSE:
	case RPC_FAULT:
		decode_call(r, pdu);
		return;
	case RPC_CO_CANCEL:
	case RPC_ORPHANED:
		return;
	default:
		wire_fail(r, NS_EUNSUPPORTED);
	}
}

enum ns_err rpc_pdu_decode(struct rpc_pdu *pdu, struct view fragment)
{
	struct wire_reader r = {.msg = fragment, .pos = RPC_HEADER_SIZE};
	struct rpc_header h;
	enum ns_err err = rpc_header_decode(&h, fragment);
	size_t auth = h.auth_length == 0 ? 0 : h.auth_length + SEC_TRAILER_SIZE;

	*pdu = (struct rpc_pdu){.ptype = h.ptype, .flags = h.flags, .call_id = h.call_id};
	if (err != NS_OK)
		return err == NS_AGAIN ? NS_ETRUNC : err;
	if (h.frag_length != fragment.n || auth > fragment.n - RPC_HEADER_SIZE)
		return NS_EFORMAT;
	pdu->has_auth = auth > 0;
	r.msg.n -= auth;
	decode_body(&r, pdu);
	/* Padding may stand before a trailer, [MS-RPCE] 2.2.2.11; nothing may otherwise. */
	if (wire_left(&r) > 0 && !pdu->has_auth)
		wire_fail(&r, NS_EFORMAT);
	return wire_status(&r);
}

static void encode_syntax(struct wire_writer *w, const struct rpc_syntax *s)
{
	wire_put_bytes(w, view_of(s->uuid.bytes, sizeof(s->uuid.bytes)));
	wire_put_le16(w, s->major);
	wire_put_le16(w, s->minor);
}

static void encode_bind(struct wire_writer *w, const struct rpc_bind *b)
{
	wire_put_le16(w, b->max_xmit_frag);
	wire_put_le16(w, b->max_recv_frag);
	wire_put_le32(w, b->assoc_group_id);
	wire_put_u8(w, b->n_contexts);
	wire_put_zero(w, 3);
	for (size_t i = 0; i < b->n_contexts; i++) {
		const struct rpc_context *c = &b->contexts[i];

		wire_put_le16(w, c->id);
		wire_put_u8(w, c->n_transfers);
		wire_put_zero(w, 1);
		encode_syntax(w, &c->abstract);
		for (size_t j = 0; j < c->n_transfers; j++)
			encode_syntax(w, &c->transfers[j]);
	}
}

static void encode_bind_ack(struct wire_writer *w, const struct rpc_bind_ack *a)
{
	size_t address = a->secondary_address.n;

	wire_put_le16(w, a->max_xmit_frag);
	wire_put_le16(w, a->max_recv_frag);
	wire_put_le32(w, a->assoc_group_id);
	wire_put_le16(w, (uint16_t)(address == 0 ? 0 : address + 1));
	wire_put_bytes(w, a->secondary_address);
	wire_put_zero(w, address == 0 ? 0 : 1);
	wire_put_align(w, 4);
	wire_put_u8(w, a->n_results);
	wire_put_zero(w, 3);
	for (size_t i = 0; i < a->n_results; i++) {
		wire_put_le16(w, a->results[i].result);
		wire_put_le16(w, a->results[i].reason);
		encode_syntax(w, &a->results[i].transfer);
	}
}

static void encode_bind_nak(struct wire_writer *w, uint16_t reason)
{
	wire_put_le16(w, reason);
	wire_put_u8(w, 1); /* one version: 5.0 */
	wire_put_u8(w, RPC_VERSION);
	wire_put_u8(w, 0);
}

static void encode_call(struct wire_writer *w, const struct rpc_pdu *pdu)
{
	const struct rpc_call_pdu *c = &pdu->u.call;

	wire_put_le32(w, c->alloc_hint);
	wire_put_le16(w, c->context_id);
	if (pdu->ptype == RPC_REQUEST) {
		wire_put_le16(w, c->opnum);
		if (c->has_object)
			wire_put_bytes(w,
				       view_of(c->object.bytes, sizeof(c->object.bytes)));
	} else {
		wire_put_u8(w, c->cancel_count);
		wire_put_zero(w, 1);
	}
	if (pdu->ptype == RPC_FAULT) {
		wire_put_le32(w, c->status);
		wire_put_zero(w, FAULT_RESERVED);
	} else {
		wire_put_bytes(w, c->stub);
	}
}

static void encode_body(struct wire_writer *w, const struct rpc_pdu *pdu)
{
	switch (pdu->ptype) {
	case RPC_BIND:
	case RPC_ALTER_CONTEXT:
		encode_bind(w, &pdu->u.bind);
		return;
	case RPC_BIND_ACK:
	case RPC_ALTER_CONTEXT_RESP:
		encode_bind_ack(w, &pdu->u.ack);
		return;
	case RPC_BIND_NAK:
		encode_bind_nak(w, pdu->u.nak_reason);
		return;
	case RPC_REQUEST:
	case RPC_RESPONSE:
	case RPC_FAULT:
		encode_call(w, pdu);
		return;
	case RPC_CO_CANCEL:
	case RPC_ORPHANED:
		return;
	default:
		wire_put_fail(w, NS_EINVAL);
	}
}

static uint8_t flags_to_send(const struct rpc_pdu *pdu)
{
	bool object = pdu->ptype == RPC_REQUEST && pdu->u.call.has_object;

	return (uint8_t)((pdu->flags & ~RPC_PFC_OBJECT_UUID) |
			 (object ? RPC_PFC_OBJECT_UUID : 0));
}

enum ns_err rpc_pdu_encode(struct buf *out, const struct rpc_pdu *pdu)
{
	struct wire_writer w = wire_writer_at_end(out);

	wire_put_u8(&w, RPC_VERSION);
	wire_put_u8(&w, 0);
	wire_put_u8(&w, pdu->ptype);
	wire_put_u8(&w, flags_to_send(pdu));
	wire_put_le32(&w, DREP_LITTLE);
	wire_put_le16(&w, 0); /* frag_length */
	wire_put_le16(&w, 0); /* auth_length */
	wire_put_le32(&w, pdu->call_id);
	encode_body(&w, pdu);
	if (w.err == NS_OK)
		wire_patch16(&w, FRAG_LENGTH_AT, wire_pos(&w));
	if (w.err != NS_OK)
		out->n = w.base;
	return wire_put_status(&w);
}

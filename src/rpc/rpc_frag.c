/* SPDX-License-Identifier: MIT */
#include "rpc/rpc_frag.h"

#include <assert.h>

/*
 * The stub of every fragment but the last is a multiple of this, so that NDR's alignment is
 * the same in the fragment as in the whole, [C706] 12.6.2.
 */
#define FRAGMENT_ALIGN 8u

void rpc_framer_init(struct rpc_framer *f, size_t max_frag)
{
	*f = (struct rpc_framer){.max_frag = max_frag};
	buf_init(&f->partial, max_frag);
}

void rpc_framer_release(struct rpc_framer *f)
{
	buf_release(&f->partial);
}

bool rpc_framer_partial(const struct rpc_framer *f)
{
	return !f->served && f->partial.n > 0;
}

static enum ns_err check_header(const struct rpc_framer *f, struct view bytes,
				struct rpc_header *header)
{
	enum ns_err err = rpc_header_decode(header, bytes);

	if (err == NS_OK && header->frag_length > f->max_frag)
		return NS_ELIMIT;
	return err;
}

/* Moves bytes from the front of *bytes into the partial PDU until it holds `want`. */
static enum ns_err keep(struct rpc_framer *f, struct view *bytes, size_t want)
{
	size_t missing = want - f->partial.n;
	size_t n = bytes->n < missing ? bytes->n : missing;
	enum ns_err err = buf_append(&f->partial, view_slice(*bytes, 0, n));

	if (err == NS_OK)
		*bytes = view_slice(*bytes, n, bytes->n);
	return err;
}

/* The PDU that earlier bytes began. */
static enum ns_err next_of_partial(struct rpc_framer *f, struct view *bytes,
				   struct view *pdu, struct rpc_header *header)
{
	enum ns_err err = NS_OK;

	if (f->partial.n < RPC_HEADER_SIZE)
		err = keep(f, bytes, RPC_HEADER_SIZE);
	if (err == NS_OK)
		err = check_header(f, buf_view(&f->partial), header);
	if (err == NS_OK)
		err = keep(f, bytes, header->frag_length);
	if (err != NS_OK)
		return err;
	if (f->partial.n < header->frag_length)
		return NS_AGAIN;
	*pdu = buf_view(&f->partial);
	f->served = true;
	return NS_OK;
}

enum ns_err rpc_framer_next(struct rpc_framer *f, struct view *bytes, struct view *pdu,
			    struct rpc_header *header)
{
	enum ns_err err;

	if (f->served) {
		buf_release(&f->partial); /* an idle pipe holds no memory */
		f->served = false;
	}
	*header = (struct rpc_header){0};
	if (f->partial.n > 0)
		return next_of_partial(f, bytes, pdu, header);
	if (bytes->n == 0)
		return NS_AGAIN;
	err = check_header(f, *bytes, header);
	if (err == NS_AGAIN || (err == NS_OK && header->frag_length > bytes->n))
		return next_of_partial(f, bytes, pdu, header);
	if (err != NS_OK)
		return err;
	/* The usual case: a whole PDU, which nobody needs to copy. */
	*pdu = view_slice(*bytes, 0, header->frag_length);
	*bytes = view_slice(*bytes, header->frag_length, bytes->n);
	return NS_OK;
}

void rpc_assembly_init(struct rpc_assembly *a, size_t max)
{
	*a = (struct rpc_assembly){0};
	buf_init(&a->stub, max);
}

void rpc_assembly_release(struct rpc_assembly *a)
{
	buf_release(&a->stub);
	a->active = false;
}

void rpc_assembly_reset(struct rpc_assembly *a)
{
	buf_clear(&a->stub);
	a->active = false;
}

/* Whether a fragment carries on with the call that the first one began. */
static bool belongs(const struct rpc_assembly *a, const struct rpc_pdu *pdu)
{
	const struct rpc_call_pdu *c = &pdu->u.call;

	return pdu->ptype == a->ptype && pdu->call_id == a->call_id &&
	       c->context_id == a->context_id && c->opnum == a->opnum &&
	       c->has_object == a->has_object && rpc_uuid_equal(&c->object, &a->object);
}

/*
 * One allocation of the right size where the sender tells how much is to come, so that a
 * long answer does not cost twice its size.  It is only a hint: one past our limit is not
 * followed, and memory that nothing is written to is none.
 */
static enum ns_err make_room(struct rpc_assembly *a, const struct rpc_pdu *pdu)
{
	size_t limit = a->stub.max;
	size_t hint = pdu->u.call.alloc_hint;
	enum ns_err err;

	if ((pdu->flags & RPC_PFC_LAST_FRAG) != 0 || hint > limit || hint <= a->stub.cap)
		return NS_OK;
	a->stub.max = hint;
	err = buf_reserve(&a->stub, hint);
	a->stub.max = limit;
	return err;
}

static enum ns_err begin(struct rpc_assembly *a, const struct rpc_pdu *pdu)
{
	const struct rpc_call_pdu *c = &pdu->u.call;
	enum ns_err err;

	buf_clear(&a->stub);
	err = make_room(a, pdu);
	if (err != NS_OK)
		return err;
	a->active = true;
	a->ptype = pdu->ptype;
	a->call_id = pdu->call_id;
	a->context_id = c->context_id;
	a->opnum = c->opnum;
	a->has_object = c->has_object;
	a->object = c->object;
	return NS_OK;
}

enum ns_err rpc_assembly_add(struct rpc_assembly *a, const struct rpc_pdu *pdu)
{
	bool first = (pdu->flags & RPC_PFC_FIRST_FRAG) != 0;
	bool last = (pdu->flags & RPC_PFC_LAST_FRAG) != 0;
	enum ns_err err = NS_OK;

	if (first == a->active)
		return NS_EFORMAT;
	if (!last && pdu->u.call.stub.n == 0)
		return NS_EFORMAT;
	if (first)
		err = begin(a, pdu);
	else if (!belongs(a, pdu))
		err = NS_EFORMAT;
	if (err == NS_OK)
		err = buf_append(&a->stub, pdu->u.call.stub);
	if (err != NS_OK)
		return err;
	a->active = !last;
	return last ? NS_OK : NS_AGAIN;
}

enum ns_err rpc_fragment(struct buf *out, const struct rpc_pdu *proto, struct view stub,
			 size_t max_frag)
{
	struct rpc_pdu pdu = {.ptype = proto->ptype, .call_id = proto->call_id};
	size_t object = proto->u.call.has_object ? sizeof(struct rpc_uuid) : 0;
	size_t room =
		(max_frag - RPC_STUB_OFFSET - object) / FRAGMENT_ALIGN * FRAGMENT_ALIGN;
	size_t start = out->n;
	size_t at = 0;
	enum ns_err err;

	assert(max_frag >= RPC_FRAG_MIN && max_frag <= RPC_FRAG_MAX);
	pdu.u.call = proto->u.call;
	pdu.flags = RPC_PFC_FIRST_FRAG;
	do {
		pdu.u.call.stub = view_slice(stub, at, room);
		pdu.u.call.alloc_hint = (uint32_t)(stub.n - at);
		at += pdu.u.call.stub.n;
		if (at == stub.n)
			pdu.flags |= RPC_PFC_LAST_FRAG;
		err = rpc_pdu_encode(out, &pdu);
		pdu.flags = 0;
	} while (err == NS_OK && at < stub.n);
	if (err != NS_OK)
		out->n = start;
	return err;
}

bool rpc_run_next(struct view *run, struct view *pdu)
{
	struct rpc_header h;

	if (rpc_header_decode(&h, *run) != NS_OK || h.frag_length > run->n)
		return false;
	*pdu = view_slice(*run, 0, h.frag_length);
	*run = view_slice(*run, h.frag_length, run->n);
	return true;
}

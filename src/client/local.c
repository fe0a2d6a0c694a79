/* SPDX-License-Identifier: MIT */
#include "client/local.h"

#include <stdlib.h>

#include "rpc/rpc_client.h"

/* Requests wait here for the socket: one at a time, in fragments, and room. */
#define LOCAL_OUTPUT_MAX (RPC_REQUEST_MAX + (1u << 20))

enum local_state {
	LOCAL_IDLE,
	LOCAL_BINDING, /* the bind is out, the request waits in `stub` */
	LOCAL_CALLING,
	LOCAL_DONE, /* `call_err` and the reply wait to be fetched */
};

struct local {
	struct link link;
	enum local_state state;
	enum ns_err err; /* not NS_OK: dead */
	enum ns_err call_err;
	const struct rpc_iface *iface; /* NULL before the first call */
	struct rpc_client rpc;
	uint16_t opnum;
	struct buf stub;
	struct buf reply;
	struct buf out;
	uint32_t round_trips;
	const char *text;
};

static struct local *local_of(struct link *l)
{
	return (struct local *)l; /* the link is its first member */
}

static const struct local *local_of_const(const struct link *l)
{
	return (const struct local *)l;
}

static bool calling(const struct local *c)
{
	return c->state == LOCAL_BINDING || c->state == LOCAL_CALLING;
}

static void end_call(struct local *c, enum ns_err err)
{
	c->state = LOCAL_DONE;
	c->call_err = err;
	buf_release(&c->stub);
}

/* The stream can't be used any more. */
static void fail(struct local *c, enum ns_err err)
{
	if (c->err != NS_OK)
		return;
	c->err = err;
	buf_clear(&c->out);
	if (calling(c))
		end_call(c, err);
}

static enum ns_err send_bind(struct local *c, const struct rpc_iface *iface)
{
	c->iface = iface;
	rpc_client_init(&c->rpc, iface, RPC_FRAG_USUAL);
	c->state = LOCAL_BINDING;
	c->round_trips++;
	return rpc_client_bind(&c->rpc, &c->out);
}

static enum ns_err send_request(struct local *c)
{
	c->state = LOCAL_CALLING;
	c->round_trips++;
	return rpc_client_call(&c->rpc, c->opnum, buf_view(&c->stub), &c->out);
}

static enum ns_err call(struct link *l, const struct rpc_iface *iface, uint16_t opnum,
			struct view stub, uint64_t now)
{
	struct local *c = local_of(l);
	enum ns_err err;

	(void)now;
	if (c->state != LOCAL_IDLE)
		return NS_EINVAL;
	if (c->err != NS_OK)
		return NS_ECLOSED;
	buf_clear(&c->stub);
	err = buf_append(&c->stub, stub);
	if (err != NS_OK)
		return err;
	c->opnum = opnum;
	c->text = "";
	c->rpc.fault = 0;
	if (c->iface == NULL) {
		err = send_bind(c, iface);
	} else if (c->iface == iface) {
		err = send_request(c);
	} else {
		c->text = "the local stream speaks another interface";
		end_call(c, NS_ENOPIPE);
	}
	if (err != NS_OK)
		fail(c, err);
	return NS_OK;
}

static enum ns_err poll(struct link *l, struct buf *stub)
{
	struct local *c = local_of(l);

	if (calling(c))
		return NS_AGAIN;
	if (c->state == LOCAL_IDLE)
		return c->err != NS_OK ? c->err : NS_EINVAL;
	c->state = LOCAL_IDLE;
	if (c->call_err == NS_OK)
		buf_move(stub, &c->reply);
	return c->call_err;
}

/* The bind or the request has got its answer. */
static enum ns_err answered(struct local *c)
{
	enum ns_err err;

	if (c->state == LOCAL_BINDING)
		return send_request(c);
	err = rpc_client_reply(&c->rpc, &c->reply);
	if (err == NS_OK)
		end_call(c, NS_OK);
	return err;
}

static void recv_bytes(struct link *l, struct view bytes, uint64_t now)
{
	struct local *c = local_of(l);
	enum ns_err err;

	(void)now;
	if (c->err != NS_OK || bytes.n == 0)
		return;
	if (!calling(c)) {
		fail(c, NS_EUNEXPECTED);
		return;
	}
	err = rpc_client_recv(&c->rpc, bytes);
	if (err == NS_OK)
		err = answered(c);
	if (err == NS_OK || err == NS_AGAIN)
		return;
	if (rpc_client_usable(&c->rpc) && c->rpc.fault != 0)
		end_call(c, err); /* a fault ends the call and not the association */
	else
		fail(c, err);
}

static struct view output(const struct link *l)
{
	return buf_view(&local_of_const(l)->out);
}

static void sent(struct link *l, size_t n)
{
	buf_consume(&local_of(l)->out, n);
}

static void eof(struct link *l)
{
	fail(local_of(l), NS_ECLOSED);
}

static void nothing(struct link *l)
{
	(void)l;
}

static bool alive(const struct link *l)
{
	return local_of_const(l)->err == NS_OK;
}

static void info(const struct link *l, struct link_info *out)
{
	const struct local *c = local_of_const(l);

	*out = (struct link_info){
		.user = "",
		.rpc_fault = c->iface != NULL ? rpc_client_fault(&c->rpc) : 0,
		.round_trips = c->round_trips,
		.text = c->text,
	};
}

static void local_free(struct link *l)
{
	struct local *c = local_of(l);

	if (c->iface != NULL)
		rpc_client_release(&c->rpc);
	buf_release(&c->stub);
	buf_release(&c->reply);
	buf_release(&c->out);
	free(c);
}

static const struct link_kind local_kind = {
	.name = "local",
	.call = call,
	.poll = poll,
	.recv = recv_bytes,
	.output = output,
	.sent = sent,
	.eof = eof,
	.leave = nothing,
	.cancel = nothing,
	.alive = alive,
	.info = info,
	.free = local_free,
};

struct link *local_new(void)
{
	struct local *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->link.kind = &local_kind;
	c->text = "";
	buf_init(&c->stub, RPC_REQUEST_MAX);
	buf_init(&c->out, LOCAL_OUTPUT_MAX);
	return &c->link;
}

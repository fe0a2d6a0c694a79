/* SPDX-License-Identifier: MIT */
#include "toy.h"

#include <stdio.h>
#include <stdlib.h>

#include "client/conn.h"
#include "client/local.h"

atomic_uint toy_links;
unsigned toy_links_without_compound;
bool toy_refuses_compound;

/* ----------------------------------------------------------------------- operation -- */

bool op_ask(struct op *op, struct op_call *call)
{
	*call = (struct op_call){0};
	op->calls += op->wanted > 0;
	return op->wanted > 0;
}

void op_answer(struct op *op, enum ns_err err, struct buf *stub,
	       const struct link_info *info)
{
	(void)stub;
	op->answers++;
	op->err = err;
	snprintf(op->text, sizeof(op->text), "%s", info->text);
	if (err == NS_OK)
		op->wanted--;
	else if (op->asks_after_loss && (err == NS_ECLOSED || err == NS_EENDED))
		op->asks_after_loss = false;
	else
		op->wanted = 0;
}

bool op_retry_allowed(const struct op *op)
{
	return op->may_retry && op->retries == 0;
}

void op_retry(struct op *op)
{
	op->retries++;
}

void op_set_self_address(struct op *op, const char *address)
{
	snprintf(op->own_address, sizeof(op->own_address), "%s", address);
}

/* ---------------------------------------------------------------------------- link -- */

struct toy_link {
	struct link link;
	bool calling;
	bool dead;
	enum ns_err outcome; /* NS_AGAIN: none yet */
	uint8_t out[16];
	size_t n;
};

static struct toy_link *toy(struct link *l)
{
	return (struct toy_link *)l;
}

static void put(struct toy_link *t, char c)
{
	if (t->n < sizeof(t->out))
		t->out[t->n++] = (uint8_t)c;
}

static enum ns_err toy_call(struct link *l, const struct rpc_iface *iface, uint16_t opnum,
			    struct view stub, uint64_t now)
{
	struct toy_link *t = toy(l);

	(void)iface;
	(void)opnum;
	(void)stub;
	(void)now;
	if (t->dead)
		return NS_ECLOSED;
	if (t->calling)
		return NS_EINVAL;
	t->calling = true;
	t->outcome = NS_AGAIN;
	put(t, 'Q');
	return NS_OK;
}

static enum ns_err toy_poll(struct link *l, struct buf *stub)
{
	struct toy_link *t = toy(l);

	(void)stub;
	if (t->outcome != NS_AGAIN)
		t->calling = false;
	return t->outcome;
}

static void toy_end(struct toy_link *t, enum ns_err err)
{
	t->dead = true;
	if (t->outcome == NS_AGAIN)
		t->outcome = err;
}

static void toy_recv(struct link *l, struct view bytes, uint64_t now)
{
	struct toy_link *t = toy(l);

	(void)now;
	for (size_t i = 0; i < bytes.n; i++) {
		if (bytes.p[i] == 'A')
			t->outcome = NS_OK;
		else if (bytes.p[i] == 'F')
			t->outcome = NS_EFAULT;
		else if (bytes.p[i] == 'E')
			toy_end(t, NS_EENDED);
	}
}

static struct view toy_output(const struct link *l)
{
	const struct toy_link *t = (const struct toy_link *)l;

	return view_of(t->out, t->n);
}

static void toy_sent(struct link *l, size_t n)
{
	struct toy_link *t = toy(l);

	memmove(t->out, t->out + n, t->n - n);
	t->n -= n;
}

static void toy_eof(struct link *l)
{
	toy_end(toy(l), NS_ECLOSED);
}

static void toy_leave(struct link *l)
{
	put(toy(l), 'L');
}

static void toy_cancel(struct link *l)
{
	put(toy(l), 'C');
}

static bool toy_alive(const struct link *l)
{
	return !((const struct toy_link *)l)->dead;
}

static void toy_info(const struct link *l, struct link_info *info)
{
	(void)l;
	*info = (struct link_info){.user = "toy", .text = ""};
}

static void toy_free(struct link *l)
{
	free(toy(l));
}

static const struct link_kind toy_kind = {
	.name = "toy",
	.call = toy_call,
	.poll = toy_poll,
	.recv = toy_recv,
	.output = toy_output,
	.sent = toy_sent,
	.eof = toy_eof,
	.leave = toy_leave,
	.cancel = toy_cancel,
	.alive = toy_alive,
	.info = toy_info,
	.free = toy_free,
};

struct link *local_new(void)
{
	struct toy_link *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->link.kind = &toy_kind;
	t->outcome = NS_AGAIN;
	toy_links++;
	return &t->link;
}

struct link *conn_new(const struct conn_config *cfg)
{
	toy_links_without_compound += cfg->no_compound;
	return local_new();
}

bool conn_no_compound(const struct link *l)
{
	(void)l;
	return toy_refuses_compound;
}

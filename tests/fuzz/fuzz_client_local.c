/* SPDX-License-Identifier: MIT */
/*
 * The client of the local socket.  The first byte says who answers: the input itself, or an
 * RPC server whose bytes the input changes.
 */
#include "client/local.h"
#include "fuzz/mutate.h"
#include "lib/hex.h"
#include "rpc/rpc_server.h"
#include "rpc/srvsvc.h"

#define OUT_MAX   (8u << 20)
#define TURNS_MAX 100

struct talk {
	struct fuzz_input in;
	struct rpc_server rpc;
	struct buf out;
	struct link *link;
	size_t chunk;
	bool raw;
};

/* Answers of some lengths, and faults. */
static uint32_t answer(void *ctx, const struct rpc_method *method, struct view stub,
		       struct buf *out)
{
	(void)ctx;
	(void)method;
	if (stub.n % 5 == 4)
		return RPC_FAULT_ACCESS_DENIED;
	return buf_append_zero(out, stub.n * 3) == NS_OK ? 0 : RPC_FAULT_OUT_OF_MEMORY;
}

static void serve(struct talk *t)
{
	struct view said = link_output(t->link);
	size_t from = t->out.n;

	if (t->raw) {
		FUZZ_CHECK(buf_append(&t->out, fuzz_bytes(&t->in, fuzz_u8(&t->in))) ==
			   NS_OK);
	} else {
		(void)!rpc_server_recv(&t->rpc, said, &t->out);
		fuzz_mutate(&t->out, from, &t->in);
	}
	link_sent(t->link, said.n);
}

static bool turn(struct talk *t)
{
	struct view part;

	if (link_output(t->link).n > 0)
		serve(t);
	part = view_dup(view_slice(buf_view(&t->out), 0, t->chunk));
	buf_consume(&t->out, part.n);
	if (part.n > 0)
		link_recv(t->link, part, 0);
	view_free(part);
	return part.n > 0;
}

static void one_call(struct talk *t)
{
	static const uint8_t stub[8000];
	struct buf reply = {0};
	enum ns_err err;

	err = link_call(t->link, &SRVSVC, 12, view_of(stub, fuzz_u8(&t->in) * 30u), 0);
	FUZZ_CHECK(err == NS_OK || !link_alive(t->link) || err == NS_EINVAL);
	for (unsigned i = 0; i < TURNS_MAX && turn(t); i++)
		;
	(void)!link_poll(t->link, &reply);
	buf_release(&reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct rpc_service service = {.iface = &SRVSVC, .call = answer};
	struct talk t = {.in = fuzz_input_of(data, size)};
	uint8_t how = fuzz_u8(&t.in);

	t.raw = how % 2 == 0;
	t.chunk = (how & 2) != 0 ? 1 + how / 4u : SIZE_MAX;
	buf_init(&t.out, OUT_MAX);
	rpc_server_init(&t.rpc, &service, 1, 5);
	t.link = local_new();
	FUZZ_CHECK(t.link != NULL);
	for (unsigned i = 0; i < 3; i++)
		one_call(&t);
	link_eof(t.link);
	link_free(t.link);
	rpc_server_release(&t.rpc);
	buf_release(&t.out);
	return 0;
}

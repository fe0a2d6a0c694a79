/* SPDX-License-Identifier: MIT */
/*
 * DCE/RPC over bytes: PDUs both ways, and an association on either side.  The first byte
 * chooses: 0, one PDU; 1, what a server gets; 2, what a client gets; 3, a client and a
 * server talk, with the server's bytes changed.  The second byte is the chopping.
 */
#include "fuzz/fuzz.h"
#include "lib/hex.h"
#include "rpc/rpc_client.h"
#include "rpc/rpc_server.h"
#include "rpc/srvsvc.h"
#include "rpc/wkssvc.h"

#define OUT_MAX (8u << 20)

/* Whatever the request, that many bytes of it, or a fault. */
static uint32_t answer(void *ctx, const struct rpc_method *method, struct view stub,
		       struct buf *out)
{
	(void)ctx;
	FUZZ_CHECK(method->name != NULL);
	for (size_t i = 0; i < stub.n && i < 8; i++)
		if (buf_append(out, stub) != NS_OK)
			return RPC_FAULT_OUT_OF_MEMORY;
	return stub.n == 3 ? RPC_FAULT_NDR : 0;
}

static const struct rpc_service services[] = {
	{.iface = &SRVSVC, .call = answer},
	{.iface = &WKSSVC, .call = answer},
};

static void one_pdu(struct view bytes)
{
	struct rpc_pdu *pdu = calloc(1, sizeof(*pdu));
	struct rpc_header header;
	struct buf first, second;
	struct view copy;

	FUZZ_CHECK(pdu != NULL);
	(void)!rpc_header_decode(&header, bytes);
	buf_init(&first, OUT_MAX);
	buf_init(&second, OUT_MAX);
	if (rpc_pdu_decode(pdu, bytes) == NS_OK && rpc_pdu_encode(&first, pdu) == NS_OK) {
		copy = view_dup(buf_view(&first));
		FUZZ_CHECK(rpc_pdu_decode(pdu, copy) == NS_OK);
		FUZZ_CHECK(rpc_pdu_encode(&second, pdu) == NS_OK);
		FUZZ_CHECK(view_equal(copy, buf_view(&second)));
		view_free(copy);
	}
	buf_release(&first);
	buf_release(&second);
	free(pdu);
}

/* What we send are whole PDUs. */
static void check_run(struct view run)
{
	struct view pdu;

	while (rpc_run_next(&run, &pdu))
		FUZZ_CHECK(pdu.n >= RPC_HEADER_SIZE);
	FUZZ_CHECK(run.n == 0);
}

/* The next part of `bytes` on the heap; at least one byte. */
static struct view part_of(struct view *bytes, size_t chunk)
{
	struct view part = view_slice(*bytes, 0, chunk);

	*bytes = view_slice(*bytes, part.n, SIZE_MAX);
	return view_dup(part);
}

static void server(struct view bytes, size_t chunk)
{
	struct rpc_server s;
	struct view part;
	struct buf out;
	enum ns_err err = NS_OK;

	buf_init(&out, OUT_MAX);
	rpc_server_init(&s, services, 2, 77);
	while (bytes.n > 0) {
		part = part_of(&bytes, chunk);
		if (err != NS_OK)
			FUZZ_CHECK(rpc_server_recv(&s, part, &out) == err);
		else
			err = rpc_server_recv(&s, part, &out);
		view_free(part);
	}
	check_run(buf_view(&out));
	rpc_server_release(&s);
	buf_release(&out);
}

/* The bytes go to a client that has sent its bind, and then a call. */
static void client(struct view bytes, size_t chunk)
{
	struct rpc_client c;
	struct buf out, reply = {0};
	struct view part;
	enum ns_err err = NS_AGAIN;

	buf_init(&out, OUT_MAX);
	rpc_client_init(&c, &SRVSVC, RPC_FRAG_USUAL);
	FUZZ_CHECK(rpc_client_bind(&c, &out) == NS_OK);
	while (bytes.n > 0 && c.state != RPC_CLIENT_DEAD) {
		part = part_of(&bytes, chunk);
		err = rpc_client_recv(&c, part);
		if (err != NS_AGAIN && c.state == RPC_CLIENT_REPLIED)
			(void)!rpc_client_reply(&c, &reply);
		if (err != NS_AGAIN && rpc_client_usable(&c))
			FUZZ_CHECK(rpc_client_call(&c, 12, part, &out) == NS_OK);
		view_free(part);
	}
	check_run(buf_view(&out));
	rpc_client_release(&c);
	buf_release(&reply);
	buf_release(&out);
}

/* A byte of what the server says becomes another, here and there. */
static void disturb(struct buf *said, struct fuzz_input *in)
{
	size_t at = fuzz_u16(in);

	if (at < said->n)
		said->p[at] = fuzz_u8(in);
}

static void both(struct fuzz_input in, size_t chunk)
{
	struct buf out, said, reply = {0};
	struct rpc_server s;
	struct rpc_client c;
	struct view part, rest;

	buf_init(&out, OUT_MAX);
	buf_init(&said, OUT_MAX);
	rpc_server_init(&s, services, 2, 77);
	rpc_client_init(&c, &WKSSVC, RPC_FRAG_USUAL);
	FUZZ_CHECK(rpc_client_bind(&c, &out) == NS_OK);
	while (out.n > 0) {
		FUZZ_CHECK(rpc_server_recv(&s, buf_view(&out), &said) == NS_OK);
		buf_clear(&out);
		disturb(&said, &in);
		for (rest = buf_view(&said); rest.n > 0 && c.state != RPC_CLIENT_DEAD;) {
			part = part_of(&rest, chunk);
			(void)!rpc_client_recv(&c, part);
			view_free(part);
		}
		buf_clear(&said);
		if (rpc_client_usable(&c) && c.state != RPC_CLIENT_CALLING && in.rest.n > 0)
			FUZZ_CHECK(rpc_client_call(&c, 0, fuzz_bytes(&in, fuzz_u8(&in)),
						   &out) == NS_OK);
	}
	(void)!rpc_client_reply(&c, &reply);
	rpc_client_release(&c);
	rpc_server_release(&s);
	buf_release(&reply);
	buf_release(&said);
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = fuzz_input_of(data, size);
	uint8_t which = fuzz_u8(&in);
	size_t chunk = (size_t)fuzz_u8(&in) + 1;
	struct view exact = view_dup(in.rest);

	if (which == 0)
		one_pdu(exact);
	else if (which == 1)
		server(exact, chunk);
	else if (which == 2)
		client(exact, chunk);
	else if (which == 3)
		both(in, chunk);
	view_free(exact);
	return 0;
}

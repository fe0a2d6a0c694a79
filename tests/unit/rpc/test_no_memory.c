/* SPDX-License-Identifier: MIT */
/* Each allocation fails in its turn: an error and no leak, or all went well. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/failalloc.h"
#include "rpc/rpc_client.h"
#include "rpc/rpc_server.h"
#include "rpc/srvsvc.h"
#include "vectors.h"

#define OUT_MAX    (1u << 20)
#define CALL_BYTES 9000u

/* Runs until no allocation is left to fail; returns how many there were. */
static size_t exhaust(enum ns_err (*run)(void *ctx), void *ctx)
{
	size_t n = 0;

	for (;; n++) {
		enum ns_err err;

		failalloc_arm(n);
		err = run(ctx);
		if (!failalloc_hit())
			break;
		assert_int_equal(err, NS_ENOMEM);
	}
	failalloc_disarm();
	assert_int_equal(run(ctx), NS_OK);
	return n;
}

static enum ns_err decode_and_project(void *ctx)
{
	const struct view *stub = ctx;
	struct netr_enum_resp r = {0};
	struct ndr x = ndr_pull(*stub);
	struct buf out;
	enum ns_err err;

	buf_init(&out, OUT_MAX);
	netr_session_enum_resp_code(&x, &r);
	err = ndr_end(&x);
	if (err == NS_OK)
		err = info_rows_project(&r.info.rows, info_level_find(&SESSION_INFO, 502));
	if (err == NS_OK) {
		r.info.level = 502;
		x = ndr_push(&out);
		netr_session_enum_resp_code(&x, &r);
		err = ndr_end(&x);
	}
	netr_enum_resp_release(&r);
	buf_release(&out);
	return err;
}

static void rows_are_decoded_or_not(void **state)
{
	struct view stub = vector("R1");

	(void)state;
	assert_true(exhaust(decode_and_project, &stub) >= 3);
	view_free(stub);
}

static enum ns_err build(void *ctx)
{
	struct info_rows rows;
	enum ns_err err = NS_OK;

	(void)ctx;
	info_rows_init(&rows, info_level_find(&SHARE_INFO, 503));
	for (int i = 0; i < 40 && err == NS_OK; i++) {
		err = info_rows_add(&rows);
		if (err == NS_OK)
			err = info_rows_put_utf8(&rows, "netname", VIEW_LITERAL("a name"));
		if (err == NS_OK)
			err = info_rows_put_bytes(&rows, "security_descriptor",
						  VIEW_LITERAL("a descriptor"));
	}
	info_rows_release(&rows);
	return err;
}

static void rows_are_built_or_not(void **state)
{
	(void)state;
	assert_true(exhaust(build, NULL) >= 4);
}

static uint32_t echo(void *ctx, const struct rpc_method *method, struct view stub,
		     struct buf *out)
{
	(void)ctx;
	(void)method;
	return buf_append(out, stub) == NS_OK ? 0 : RPC_FAULT_OUT_OF_MEMORY;
}

/* Carries one message to the server and its answer back, in pieces of 1000 bytes. */
static enum ns_err carry(struct rpc_client *c, struct rpc_server *s, struct buf *out)
{
	enum ns_err err = NS_OK;
	struct buf answer;

	buf_init(&answer, OUT_MAX);
	for (size_t at = 0; at < out->n && err == NS_OK; at += 1000)
		err = rpc_server_recv(s, view_slice(buf_view(out), at, 1000), &answer);
	if (err == NS_OK)
		err = NS_AGAIN;
	for (size_t at = 0; at < answer.n && err == NS_AGAIN; at += 1000)
		err = rpc_client_recv(c, view_slice(buf_view(&answer), at, 1000));
	buf_release(&answer);
	buf_clear(out);
	return err;
}

static enum ns_err converse(void *ctx)
{
	static const uint8_t bytes[CALL_BYTES];
	struct rpc_service service = {&SRVSVC, echo, NULL};
	struct buf stub = {0};
	struct rpc_client c;
	struct rpc_server s;
	struct buf out;
	enum ns_err err;

	(void)ctx;
	buf_init(&out, OUT_MAX);
	rpc_client_init(&c, &SRVSVC, RPC_FRAG_USUAL);
	rpc_server_init(&s, &service, 1, 1);
	err = rpc_client_bind(&c, &out);
	if (err == NS_OK)
		err = carry(&c, &s, &out);
	if (err == NS_OK)
		err = rpc_client_call(&c, 12, view_of(bytes, sizeof(bytes)), &out);
	if (err == NS_OK)
		err = carry(&c, &s, &out);
	if (err == NS_EFAULT && rpc_client_fault(&c) == RPC_FAULT_OUT_OF_MEMORY)
		err = NS_ENOMEM;
	if (err == NS_OK)
		err = rpc_client_reply(&c, &stub);
	if (err == NS_OK)
		assert_int_equal(stub.n, CALL_BYTES);
	buf_release(&stub);
	buf_release(&out);
	rpc_client_release(&c);
	rpc_server_release(&s);
	return err;
}

static void calls_are_made_or_not(void **state)
{
	(void)state;
	assert_true(exhaust(converse, NULL) >= 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_decoded_or_not),
		cmocka_unit_test(rows_are_built_or_not),
		cmocka_unit_test(calls_are_made_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

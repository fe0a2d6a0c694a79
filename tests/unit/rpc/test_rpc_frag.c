/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/hex.h"
#include "rpc/rpc_frag.h"

#define OUT_MAX  (1u << 20)
#define STUB_MAX 5000u

static uint8_t stub_bytes[STUB_MAX];

static int fill_stub(void **state)
{
	(void)state;
	for (size_t i = 0; i < STUB_MAX; i++)
		stub_bytes[i] = (uint8_t)(i * 7 + i / 256);
	return 0;
}

static struct rpc_pdu request(void)
{
	struct rpc_pdu pdu = {.ptype = RPC_REQUEST, .call_id = 7};

	pdu.u.call.context_id = 3;
	pdu.u.call.opnum = 12;
	return pdu;
}

/* Feeds `run` in pieces of `step` bytes; returns how many PDUs came out. */
static size_t reassemble(struct view run, size_t step, struct rpc_assembly *a)
{
	struct rpc_framer f;
	size_t pdus = 0;

	rpc_framer_init(&f, RPC_FRAG_MIN);
	for (size_t at = 0; at < run.n; at += step) {
		struct view piece = view_dup(view_slice(run, at, step));
		struct view rest = piece;
		struct rpc_header h;
		struct view v;
		enum ns_err err;

		while ((err = rpc_framer_next(&f, &rest, &v, &h)) == NS_OK) {
			struct rpc_pdu pdu;

			assert_int_equal(rpc_pdu_decode(&pdu, v), NS_OK);
			err = rpc_assembly_add(a, &pdu);
			assert_true(err == NS_OK || err == NS_AGAIN);
			assert_int_equal(err == NS_OK, !a->active);
			pdus++;
		}
		assert_int_equal(err, NS_AGAIN);
		assert_int_equal(rest.n, 0);
		view_free(piece);
	}
	assert_false(rpc_framer_partial(&f));
	rpc_framer_release(&f);
	return pdus;
}

/* 1408 bytes of stub fit into a fragment of 1432, a multiple of 8 already. */
static void stubs_of_every_length_survive_every_chopping(void **state)
{
	static const struct {
		size_t stub;
		size_t pdus;
	} rows[] = {{0, 1}, {1, 1}, {1408, 1}, {1409, 2}, {2816, 2}, {STUB_MAX, 4}};
	static const size_t steps[] = {1,  2,    3,    7,    15,   16,
				       17, 1431, 1432, 1433, 3000, 60000};
	struct rpc_pdu proto = request();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct view stub = view_of(stub_bytes, rows[i].stub);
		struct buf out;

		buf_init(&out, OUT_MAX);
		assert_int_equal(rpc_fragment(&out, &proto, stub, RPC_FRAG_MIN), NS_OK);
		for (size_t j = 0; j < sizeof(steps) / sizeof(steps[0]); j++) {
			struct rpc_assembly a;

			rpc_assembly_init(&a, STUB_MAX);
			assert_int_equal(reassemble(buf_view(&out), steps[j], &a),
					 rows[i].pdus);
			assert_view_equal(buf_view(&a.stub), stub);
			rpc_assembly_release(&a);
		}
		buf_release(&out);
	}
}

static void fragments_say_what_is_to_come(void **state)
{
	struct rpc_pdu proto = request();
	struct view run;
	struct view v;
	struct buf out;
	size_t left = STUB_MAX;
	size_t n = 0;

	(void)state;
	buf_init(&out, OUT_MAX);
	proto.u.call.has_object = true;
	proto.u.call.object.bytes[0] = 9;
	assert_int_equal(
		rpc_fragment(&out, &proto, view_of(stub_bytes, STUB_MAX), RPC_FRAG_MIN),
		NS_OK);
	run = buf_view(&out);
	while (rpc_run_next(&run, &v)) {
		struct rpc_pdu pdu;

		assert_true(v.n <= RPC_FRAG_MIN);
		assert_int_equal(rpc_pdu_decode(&pdu, v), NS_OK);
		assert_int_equal(pdu.u.call.alloc_hint, left);
		assert_int_equal((pdu.flags & RPC_PFC_FIRST_FRAG) != 0, n == 0);
		assert_int_equal((pdu.flags & RPC_PFC_LAST_FRAG) != 0, run.n == 0);
		assert_int_equal(pdu.u.call.object.bytes[0], 9);
		if (run.n > 0)
			assert_int_equal(pdu.u.call.stub.n % 8, 0);
		left -= pdu.u.call.stub.n;
		n++;
	}
	assert_int_equal(left, 0);
	assert_int_equal(n, 4);
	buf_release(&out);
}

static void a_run_we_cannot_send_leaves_nothing(void **state)
{
	struct rpc_pdu proto = request();
	struct view run = VIEW_LITERAL("\5\0\0\3");
	struct view v;
	struct buf out;

	(void)state;
	buf_init(&out, 2000);
	assert_int_equal(
		rpc_fragment(&out, &proto, view_of(stub_bytes, STUB_MAX), RPC_FRAG_MIN),
		NS_ELIMIT);
	assert_int_equal(out.n, 0);
	assert_int_equal(rpc_fragment(&out, &proto, (struct view){0}, RPC_FRAG_MIN), NS_OK);
	out.n--;
	assert_false(rpc_run_next(&run, &v));
	run = buf_view(&out);
	assert_false(rpc_run_next(&run, &v));
	buf_release(&out);
}

static void a_framer_refuses_what_is_no_pdu(void **state)
{
	static const struct {
		const char *hex;
		enum ns_err want;
	} rows[] = {
		{"05000203 10000000 99050000 02000000", NS_ELIMIT}, /* 1433 */
		{"05000203 10000000 98050000 02000000", NS_AGAIN},  /* 1432 */
		{"fe534d42 40000000 00000000 00000000", NS_EFORMAT},
	};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(rows) / sizeof(rows[0]); i++) {
		struct view v = view_of_hex(rows[i / 2].hex);
		struct view head = view_slice(v, 0, i % 2);
		struct view rest = view_slice(v, i % 2, v.n);
		struct rpc_framer f;
		struct rpc_header h;
		struct view pdu;

		rpc_framer_init(&f, RPC_FRAG_MIN);
		assert_int_equal(rpc_framer_next(&f, &head, &pdu, &h), NS_AGAIN);
		assert_int_equal(rpc_framer_partial(&f), i % 2);
		assert_int_equal(rpc_framer_next(&f, &rest, &pdu, &h), rows[i / 2].want);
		if (rows[i / 2].want == NS_ELIMIT)
			assert_int_equal(h.call_id, 2);
		rpc_framer_release(&f);
		view_free(v);
	}
}

/* Each row differs from the first fragment in one way, or comes at the wrong time. */
static void fragments_that_do_not_belong_are_refused(void **state)
{
	enum {
		TYPE,
		CALL,
		CONTEXT,
		OPNUM,
		OBJECT,
		OBJECT_VALUE,
		FIRST_AGAIN,
		EMPTY,
		N_WAYS
	};

	(void)state;
	for (int way = 0; way < N_WAYS; way++) {
		struct rpc_pdu pdu = request();
		struct rpc_assembly a;

		rpc_assembly_init(&a, STUB_MAX);
		pdu.u.call.stub = view_of(stub_bytes, 8);
		pdu.u.call.has_object = way == OBJECT_VALUE;
		pdu.flags = RPC_PFC_FIRST_FRAG;
		assert_int_equal(rpc_assembly_add(&a, &pdu), NS_AGAIN);
		pdu.flags = 0;
		assert_int_equal(rpc_assembly_add(&a, &pdu), NS_AGAIN);
		pdu.ptype = way == TYPE ? RPC_RESPONSE : pdu.ptype;
		pdu.call_id += way == CALL;
		pdu.u.call.context_id ^= way == CONTEXT;
		pdu.u.call.opnum ^= way == OPNUM;
		pdu.u.call.has_object |= way == OBJECT;
		pdu.u.call.object.bytes[5] = way == OBJECT_VALUE;
		pdu.flags = way == FIRST_AGAIN ? RPC_PFC_FIRST_FRAG : 0;
		pdu.u.call.stub.n = way == EMPTY ? 0 : 8;
		assert_int_equal(rpc_assembly_add(&a, &pdu), NS_EFORMAT);
		rpc_assembly_release(&a);
	}
}

static void a_call_begins_with_its_first_fragment(void **state)
{
	struct rpc_pdu pdu = request();
	struct rpc_assembly a;

	(void)state;
	rpc_assembly_init(&a, STUB_MAX);
	pdu.u.call.stub = view_of(stub_bytes, 8);
	assert_int_equal(rpc_assembly_add(&a, &pdu), NS_EFORMAT);
	pdu.flags = RPC_PFC_LAST_FRAG;
	assert_int_equal(rpc_assembly_add(&a, &pdu), NS_EFORMAT);
	pdu.flags = RPC_PFC_WHOLE;
	assert_int_equal(rpc_assembly_add(&a, &pdu), NS_OK);
	assert_int_equal(a.stub.n, 8);
	assert_int_equal(rpc_assembly_add(&a, &pdu), NS_OK); /* the next call */
	assert_int_equal(a.stub.n, 8);
	pdu.flags = RPC_PFC_FIRST_FRAG;
	assert_int_equal(rpc_assembly_add(&a, &pdu), NS_AGAIN);
	rpc_assembly_reset(&a);
	pdu.flags = RPC_PFC_WHOLE;
	assert_int_equal(rpc_assembly_add(&a, &pdu), NS_OK);
	rpc_assembly_release(&a);
}

static void a_stub_past_the_limit_is_refused(void **state)
{
	struct rpc_pdu pdu = request();
	struct rpc_assembly a;

	(void)state;
	rpc_assembly_init(&a, 20);
	pdu.u.call.stub = view_of(stub_bytes, 16);
	pdu.flags = RPC_PFC_FIRST_FRAG;
	assert_int_equal(rpc_assembly_add(&a, &pdu), NS_AGAIN);
	pdu.flags = RPC_PFC_LAST_FRAG;
	assert_int_equal(rpc_assembly_add(&a, &pdu), NS_ELIMIT);
	rpc_assembly_release(&a);
}

static void a_hint_sizes_the_buffer_within_the_limit(void **state)
{
	static const struct {
		uint32_t hint;
		size_t cap;
	} rows[] = {{3000, 3000}, {STUB_MAX, STUB_MAX}, {UINT32_MAX, 256}, {0, 256}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rpc_pdu pdu = request();
		struct rpc_assembly a;

		rpc_assembly_init(&a, STUB_MAX);
		pdu.u.call.stub = view_of(stub_bytes, 16);
		pdu.u.call.alloc_hint = rows[i].hint;
		pdu.flags = RPC_PFC_FIRST_FRAG;
		assert_int_equal(rpc_assembly_add(&a, &pdu), NS_AGAIN);
		assert_int_equal(a.stub.cap, rows[i].cap);
		assert_int_equal(a.stub.max, STUB_MAX);
		rpc_assembly_release(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stubs_of_every_length_survive_every_chopping),
		cmocka_unit_test(fragments_say_what_is_to_come),
		cmocka_unit_test(a_run_we_cannot_send_leaves_nothing),
		cmocka_unit_test(a_framer_refuses_what_is_no_pdu),
		cmocka_unit_test(fragments_that_do_not_belong_are_refused),
		cmocka_unit_test(a_call_begins_with_its_first_fragment),
		cmocka_unit_test(a_stub_past_the_limit_is_refused),
		cmocka_unit_test(a_hint_sizes_the_buffer_within_the_limit),
	};

	return cmocka_run_group_tests(tests, fill_stub, NULL);
}

/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/hex.h"
#include "rpc/rpc_server.h"
#include "rpc/srvsvc.h"
#include "rpc/wkssvc.h"

#define OUT_MAX     (16u << 20)
#define SRVSVC_HEX  "c84f324b7016d30112785a47bf6ee188 03000000"
#define WKSSVC_HEX  "98d0ff6b12a1103698 3346c3f87e345a 01000000"
#define NDR20_HEX   "045d888aeb1cc9119fe808002b104860 02000000"
#define NDR64_HEX   "33057171babe37498319b5dbef9ccc36 01000000"
#define BTFN_HEX    "2c1cb76c12984045 0300000000000000 01000000"
#define NOTHING_HEX "00000000000000000000000000000000 00000000"
#define BIND_HEX                                                                           \
	"05000b03 10000000 48000000 01000000 b810 b810 00000000 01000000"                  \
	"0000 01 00" SRVSVC_HEX NDR20_HEX
#define FAULT_HEX(context, status)                                                         \
	"05000303 10000000 20000000 02000000 00000000" context "00 00" status "00000000"
#define FAULT_UNDONE_HEX(context, status)                                                  \
	"05000323 10000000 20000000 02000000 00000000" context "00 00" status "00000000"
#define SIGNED_HEX                                                                         \
	"05000003 10000000 24000400 02000000 00000000 0000 0d00"                           \
	"0a020000 00000000 aabbccdd"
#define NAK_HEX(reason) "05000d03 10000000 15000000 01000000" reason "01 0500"

struct fixture {
	struct rpc_server s;
	struct buf out;
	uint32_t fault; /* what the handler answers */
	unsigned calls;
	size_t stub_bytes; /* of the last call */
};

static struct rpc_service services[2];

static uint32_t answer(void *ctx, const struct rpc_method *method, struct view stub,
		       struct buf *out)
{
	struct fixture *f = ctx;

	f->calls++;
	f->stub_bytes = stub.n;
	assert_non_null(method);
	assert_int_equal(buf_append(out, view_of_string(method->name)), NS_OK);
	return f->fault;
}

static void start(struct fixture *f)
{
	*f = (struct fixture){.fault = 0};
	buf_init(&f->out, OUT_MAX);
	services[0] = (struct rpc_service){&SRVSVC, answer, f};
	services[1] = (struct rpc_service){&WKSSVC, answer, f};
	rpc_server_init(&f->s, services, 2, 0x12345);
}

static void stop(struct fixture *f)
{
	rpc_server_release(&f->s);
	buf_release(&f->out);
}

static enum ns_err recv_hex(struct fixture *f, const char *hex)
{
	struct view v = view_of_hex(hex);
	enum ns_err err = rpc_server_recv(&f->s, v, &f->out);

	view_free(v);
	return err;
}

/* What was sent since the last time. */
static void assert_sent(struct fixture *f, const char *hex)
{
	struct view want = view_of_hex(hex);

	assert_view_equal(buf_view(&f->out), want);
	buf_clear(&f->out);
	view_free(want);
}

static void bound(struct fixture *f)
{
	start(f);
	assert_int_equal(recv_hex(f, BIND_HEX), NS_OK);
	buf_clear(&f->out);
}

static void a_bind_is_accepted(void **state)
{
	struct fixture f;

	(void)state;
	start(&f);
	assert_int_equal(recv_hex(&f, BIND_HEX), NS_OK);
	assert_sent(&f, "05000c03 10000000 44000000 01000000 b810 b810 45230100"
			"0d00 5c504950455c73727673766300 00 01000000 0000 0000" NDR20_HEX);
	stop(&f);
}

/* [MS-RPCE] 3.3.1.5.3: three contexts, as every Windows client offers them. */
static void only_ndr20_and_features_are_accepted(void **state)
{
	struct fixture f;

	(void)state;
	start(&f);
	assert_int_equal(
		recv_hex(&f,
			 "05000b03 10000000 a0000000 01000000 d016 d016 07000000 03000000"
			 "0000 01 00" SRVSVC_HEX NDR20_HEX "0100 01 00" SRVSVC_HEX NDR64_HEX
			 "0200 01 00" SRVSVC_HEX BTFN_HEX),
		NS_OK);
	assert_sent(&f,
		    "05000c03 10000000 74000000 01000000 b810 b810 07000000"
		    "0d00 5c504950455c73727673766300 00 03000000"
		    "0000 0000" NDR20_HEX "0200 0200" NOTHING_HEX "0300 0200" NOTHING_HEX);
	stop(&f);
}

static void contexts_are_rejected_one_by_one(void **state)
{
	struct fixture f;

	(void)state;
	start(&f);
	assert_int_equal(
		recv_hex(&f,
			 "05000b03 10000000 f8000000 01000000 b810 9805 00000000 05000000"
			 /* an interface nobody knows */
			 "0000 01 00"
			 "000102030405060708090a0b0c0d0e0f 01000000" NDR20_HEX
			 /* a version of tomorrow, and one of yesterday */
			 "0100 01 00"
			 "c84f324b7016d30112785a47bf6ee188 03000100" NDR20_HEX "0200 01 00"
			 "c84f324b7016d30112785a47bf6ee188 02000000" NDR20_HEX
			 /* the second interface, with two syntaxes */
			 "0300 02 00" WKSSVC_HEX NDR64_HEX NDR20_HEX
			 /* no syntax at all */
			 "0400 00 00" SRVSVC_HEX),
		NS_OK);
	assert_sent(&f,
		    "05000c03 10000000 a4000000 01000000 9805 b810 45230100"
		    "0d00 5c504950455c73727673766300 00 05000000"
		    "0200 0100" NOTHING_HEX "0200 0100" NOTHING_HEX "0200 0100" NOTHING_HEX
		    "0000 0000" NDR20_HEX "0200 0200" NOTHING_HEX);
	stop(&f);
}

static void a_call_is_dispatched(void **state)
{
	struct fixture f;

	(void)state;
	bound(&f);
	assert_int_equal(recv_hex(&f, "05000003 10000000 1c000000 02000000"
				      "04000000 0000 0d00 73747562"),
			 NS_OK);
	assert_int_equal(f.calls, 1);
	assert_int_equal(f.stub_bytes, 4);
	assert_sent(&f, "05000203 10000000 26000000 02000000 0e000000 0000 00 00"
			"4e65747253657373696f6e44656c"); /* "NetrSessionDel" */
	stop(&f);
}

static void faults_leave_the_pipe_alive(void **state)
{
	struct fixture f;

	(void)state;
	bound(&f);
	/* opnum 14 is not ours */
	assert_int_equal(recv_hex(&f, "05000003 10000000 18000000 02000000"
				      "00000000 0000 0e00"),
			 NS_OK);
	assert_sent(&f, FAULT_UNDONE_HEX("0000", "0200011c"));
	/* context 1 was never bound */
	assert_int_equal(recv_hex(&f, "05000003 10000000 18000000 02000000"
				      "00000000 0100 0d00"),
			 NS_OK);
	assert_sent(&f, FAULT_UNDONE_HEX("0100", "0300011c"));
	assert_int_equal(f.calls, 0);
	/* the method could not decode its stub */
	f.fault = RPC_FAULT_NDR;
	assert_int_equal(recv_hex(&f, "05000003 10000000 18000000 02000000"
				      "00000000 0000 0d00"),
			 NS_OK);
	assert_sent(&f, FAULT_HEX("0000", "f7060000"));
	f.fault = 0;
	assert_int_equal(recv_hex(&f, "05000003 10000000 18000000 02000000"
				      "00000000 0000 0d00"),
			 NS_OK);
	assert_int_equal(f.calls, 2);
	stop(&f);
}

static void alter_context_adds_an_interface(void **state)
{
	struct fixture f;

	(void)state;
	bound(&f);
	assert_int_equal(
		recv_hex(&f,
			 "05000e03 10000000 48000000 02000000 b810 b810 45230100 01000000"
			 "0100 01 00" WKSSVC_HEX NDR20_HEX),
		NS_OK);
	assert_sent(&f, "05000f03 10000000 38000000 02000000 b810 b810 45230100 0000 0000"
			"01000000 0000 0000" NDR20_HEX);
	assert_int_equal(recv_hex(&f, "05000003 10000000 18000000 03000000"
				      "00000000 0100 0000"),
			 NS_OK);
	assert_sent(&f, "05000203 10000000 28000000 03000000 10000000 0100 00 00"
			"4e657472576b737461476574496e666f"); /* "NetrWkstaGetInfo" */
	/* the first context may be bound anew, and takes no second place */
	assert_int_equal(
		recv_hex(&f,
			 "05000e03 10000000 48000000 04000000 b810 b810 45230100 01000000"
			 "0100 01 00" SRVSVC_HEX NDR20_HEX),
		NS_OK);
	assert_int_equal(f.s.n_contexts, 2);
	stop(&f);
}

static void contexts_are_limited(void **state)
{
	struct fixture f;

	(void)state;
	bound(&f);
	for (unsigned id = 1; id <= RPC_CONTEXTS_MAX; id++) {
		struct view v =
			view_of_hex("05000e03 10000000 48000000 02000000 b810 b810"
				    "45230100 01000000 0100 01 00" WKSSVC_HEX NDR20_HEX);
		struct rpc_pdu pdu;

		((uint8_t *)(uintptr_t)v.p)[28] = (uint8_t)id;
		assert_int_equal(rpc_server_recv(&f.s, v, &f.out), NS_OK);
		assert_int_equal(rpc_pdu_decode(&pdu, buf_view(&f.out)), NS_OK);
		assert_int_equal(pdu.u.ack.results[0].result,
				 id < RPC_CONTEXTS_MAX ? RPC_ACCEPTANCE
						       : RPC_PROVIDER_REJECTION);
		assert_int_equal(pdu.u.ack.results[0].reason,
				 id < RPC_CONTEXTS_MAX ? 0 : RPC_LOCAL_LIMIT_EXCEEDED);
		buf_clear(&f.out);
		view_free(v);
	}
	stop(&f);
}

static void broken_binds_are_refused_and_end_it(void **state)
{
	static const struct {
		const char *hex;
		const char *sent;
	} rows[] = {
		/* version 4 */
		{"04000b03 10000000 48000000 01000000", NAK_HEX("0400")},
		/* no context */
		{"05000b03 10000000 1c000000 01000000 b810 b810 00000000 00000000",
		 NAK_HEX("0400")},
		/* fragments of 1431 */
		{"05000b03 10000000 48000000 01000000 b810 9705 00000000 01000000"
		 "0000 01 00" SRVSVC_HEX NDR20_HEX,
		 NAK_HEX("0400")},
		/* 17 contexts */
		{"05000b03 10000000 1c000000 01000000 b810 b810 00000000 11000000",
		 NAK_HEX("0200")},
		/* cut short */
		{"05000b03 10000000 1c000000 01000000 b810 b810 00000000 01000000",
		 NAK_HEX("0400")},
		/* authentication */
		{"05000b03 10000000 54000400 01000000 b810 b810 00000000 01000000"
		 "0000 01 00" SRVSVC_HEX NDR20_HEX "0a020000 00000000 aabbccdd",
		 NAK_HEX("0800")},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;

		start(&f);
		assert_int_not_equal(recv_hex(&f, rows[i].hex), NS_OK);
		assert_sent(&f, rows[i].sent);
		assert_int_not_equal(recv_hex(&f, BIND_HEX), NS_OK);
		assert_int_equal(f.out.n, 0);
		stop(&f);
	}
}

static void broken_pdus_get_a_fault_and_end_it(void **state)
{
	static const char *const rows[] = {
		"05000103 10000000 10000000 02000000",                    /* ping */
		"05000003 00000000 18000000 02000000 00000000 0000 0d00", /* big-endian */
		"05000002 10000000 18000000 02000000 00000000 0000 0d00", /* not first */
		"05000003 10000000 14000000 02000000 00000000",           /* too short */
		SIGNED_HEX,
		"05000203 10000000 1c000000 02000000 04000000 0000 00 00 08090000",
		"05000e03 10000000 1c000000 02000000 b810 b810 00000000 00000000",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;

		bound(&f);
		assert_int_not_equal(recv_hex(&f, rows[i]), NS_OK);
		assert_sent(&f, FAULT_HEX("0000", "0b00011c"));
		assert_int_equal(f.calls, 0);
		stop(&f);
	}
}

static void binding_comes_first_and_once(void **state)
{
	struct fixture f;

	(void)state;
	start(&f);
	assert_int_equal(recv_hex(&f, "05000003 10000000 18000000 02000000"
				      "00000000 0000 0d00"),
			 NS_EUNEXPECTED);
	assert_sent(&f, FAULT_HEX("0000", "0b00011c"));
	stop(&f);
	bound(&f);
	assert_int_equal(recv_hex(&f, BIND_HEX), NS_EUNEXPECTED);
	assert_sent(&f, NAK_HEX("0400"));
	stop(&f);
}

static void a_cancelled_call_is_answered_all_the_same(void **state)
{
	struct fixture f;

	(void)state;
	bound(&f);
	assert_int_equal(recv_hex(&f, "05001203 10000000 10000000 02000000"), NS_OK);
	assert_int_equal(f.out.n, 0);
	stop(&f);
}

static void an_orphaned_call_is_forgotten(void **state)
{
	static const char first[] = "05000001 10000000 20000000 02000000"
				    "10000000 0000 0d00 0102030405060708";
	struct fixture f;

	(void)state;
	bound(&f);
	assert_int_equal(recv_hex(&f, first), NS_OK);
	assert_int_equal(recv_hex(&f, "05001303 10000000 10000000 09000000"), NS_OK);
	assert_true(f.s.request.active); /* that was another call */
	assert_int_equal(recv_hex(&f, "05001303 10000000 10000000 02000000"), NS_OK);
	assert_false(f.s.request.active);
	assert_int_equal(recv_hex(&f, "05000003 10000000 18000000 03000000"
				      "00000000 0000 0d00"),
			 NS_OK);
	assert_int_equal(f.calls, 1);
	assert_int_equal(f.stub_bytes, 0);
	stop(&f);
}

/* [MS-RPCE] 3.3.3.5.4: more than 4 MiB of request. */
static void a_request_past_the_limit_is_denied(void **state)
{
	static const uint8_t zeroes[RPC_REQUEST_MAX + 1];
	struct rpc_pdu proto = {.ptype = RPC_REQUEST, .call_id = 2};
	struct fixture f;
	struct buf run;

	(void)state;
	bound(&f);
	buf_init(&run, OUT_MAX);
	proto.u.call.opnum = 13;
	assert_int_equal(rpc_fragment(&run, &proto, view_of(zeroes, sizeof(zeroes) - 1),
				      RPC_FRAG_MAX),
			 NS_OK);
	assert_int_equal(rpc_server_recv(&f.s, buf_view(&run), &f.out), NS_OK);
	assert_int_equal(f.stub_bytes, RPC_REQUEST_MAX);
	assert_int_equal(f.s.request.stub.cap, 0); /* idle, it holds nothing */
	buf_clear(&run);
	buf_clear(&f.out);
	assert_int_equal(
		rpc_fragment(&run, &proto, view_of(zeroes, sizeof(zeroes)), RPC_FRAG_MAX),
		NS_OK);
	assert_int_equal(rpc_server_recv(&f.s, buf_view(&run), &f.out), NS_ELIMIT);
	assert_sent(&f, FAULT_HEX("0000", "05000000"));
	assert_int_equal(f.calls, 1);
	buf_release(&run);
	stop(&f);
}

static void answers_that_find_no_room_end_it(void **state)
{
	struct fixture f;

	(void)state;
	start(&f);
	f.out.max = 10;
	assert_int_equal(recv_hex(&f, BIND_HEX), NS_ELIMIT);
	assert_int_equal(recv_hex(&f, BIND_HEX), NS_ELIMIT);
	assert_int_equal(f.out.n, 0);
	stop(&f);
	start(&f);
	f.out.max = 10;
	assert_int_equal(recv_hex(&f, "05000003 10000000 18000000 02000000"
				      "00000000 0000 0d00"),
			 NS_ELIMIT);
	stop(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bind_is_accepted),
		cmocka_unit_test(only_ndr20_and_features_are_accepted),
		cmocka_unit_test(contexts_are_rejected_one_by_one),
		cmocka_unit_test(a_call_is_dispatched),
		cmocka_unit_test(faults_leave_the_pipe_alive),
		cmocka_unit_test(alter_context_adds_an_interface),
		cmocka_unit_test(contexts_are_limited),
		cmocka_unit_test(broken_binds_are_refused_and_end_it),
		cmocka_unit_test(broken_pdus_get_a_fault_and_end_it),
		cmocka_unit_test(binding_comes_first_and_once),
		cmocka_unit_test(a_cancelled_call_is_answered_all_the_same),
		cmocka_unit_test(an_orphaned_call_is_forgotten),
		cmocka_unit_test(a_request_past_the_limit_is_denied),
		cmocka_unit_test(answers_that_find_no_room_end_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

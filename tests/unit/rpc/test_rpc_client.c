/* SPDX-License-Identifier: MIT */
/* The client association against canned bytes, and against our own server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/hex.h"
#include "rpc/rpc_client.h"
#include "rpc/rpc_server.h"
#include "rpc/srvsvc.h"

#define OUT_MAX   (1u << 20)
#define NDR20_HEX "045d888aeb1cc9119fe808002b104860 02000000"
#define ACK_START                                                                          \
	"05000c03 10000000 44000000 01000000 b810 b810 45230100"                           \
	"0d00 5c504950455c73727673766300 00"
#define ACK_HEX ACK_START "01000000 0000 0000" NDR20_HEX

static const char bind_hex[] = "05000b03 10000000 48000000 01000000 b810 b810 00000000"
			       "01000000 0000 01 00"
			       "c84f324b7016d30112785a47bf6ee188 03000000" NDR20_HEX;

struct fixture {
	struct rpc_client c;
	struct buf out;
};

static void start(struct fixture *f)
{
	buf_init(&f->out, OUT_MAX);
	rpc_client_init(&f->c, &SRVSVC, RPC_FRAG_USUAL);
}

static void stop(struct fixture *f)
{
	rpc_client_release(&f->c);
	buf_release(&f->out);
}

static enum ns_err recv_hex(struct fixture *f, const char *hex)
{
	struct view v = view_of_hex(hex);
	enum ns_err err = rpc_client_recv(&f->c, v);

	view_free(v);
	return err;
}

static void bound(struct fixture *f)
{
	start(f);
	assert_int_equal(rpc_client_bind(&f->c, &f->out), NS_OK);
	assert_int_equal(recv_hex(f, ACK_HEX), NS_OK);
	buf_clear(&f->out);
}

/* Bound, and NetrSessionDel is on its way with 4 bytes of stub. */
static void calling(struct fixture *f)
{
	bound(f);
	assert_int_equal(rpc_client_call(&f->c, 13, VIEW_LITERAL("stub"), &f->out), NS_OK);
}

static void a_bind_is_sent_and_accepted(void **state)
{
	struct view want = view_of_hex(bind_hex);
	struct fixture f;

	(void)state;
	start(&f);
	assert_false(rpc_client_usable(&f.c));
	assert_int_equal(rpc_client_bind(&f.c, &f.out), NS_OK);
	assert_view_equal(buf_view(&f.out), want);
	assert_int_equal(rpc_client_bind(&f.c, &f.out), NS_EINVAL);
	assert_int_equal(rpc_client_call(&f.c, 13, want, &f.out), NS_EINVAL);
	assert_int_equal(recv_hex(&f, ACK_HEX), NS_OK);
	assert_true(rpc_client_usable(&f.c));
	assert_int_equal(f.c.assoc_group_id, 0x12345);
	stop(&f);
	assert_int_equal(rpc_client_call(&f.c, 13, want, &f.out), NS_EINVAL);
	view_free(want);
}

static void a_reply_is_received_in_every_chopping(void **state)
{
	struct view resp = view_of_hex("05000203 10000000 1c000000 02000000"
				       "04000000 0000 00 00 08090000");

	(void)state;
	for (size_t step = 1; step <= resp.n; step++) {
		struct fixture f;
		struct buf stub = {0};
		enum ns_err err = NS_AGAIN;

		calling(&f);
		for (size_t at = 0; at < resp.n; at += step) {
			assert_int_equal(err, NS_AGAIN);
			assert_int_equal(rpc_client_reply(&f.c, &stub), NS_EINVAL);
			err = rpc_client_recv(&f.c, view_slice(resp, at, step));
		}
		assert_int_equal(err, NS_OK);
		assert_int_equal(rpc_client_reply(&f.c, &stub), NS_OK);
		assert_view_equal(buf_view(&stub), VIEW_LITERAL("\x08\x09\0\0"));
		assert_int_equal(rpc_client_reply(&f.c, &stub), NS_EINVAL);
		assert_true(rpc_client_usable(&f.c));
		buf_release(&stub);
		stop(&f);
	}
	view_free(resp);
}

static void a_request_is_sent(void **state)
{
	struct view want = view_of_hex("05000003 10000000 1c000000 02000000"
				       "04000000 0000 0d00 73747562");
	struct fixture f;

	(void)state;
	calling(&f);
	assert_view_equal(buf_view(&f.out), want);
	assert_int_equal(rpc_client_call(&f.c, 13, want, &f.out), NS_EINVAL);
	stop(&f);
	view_free(want);
}

static void a_fault_ends_the_call_only(void **state)
{
	struct fixture f;

	(void)state;
	calling(&f);
	/* half an answer, and then it goes wrong */
	assert_int_equal(recv_hex(&f, "05000201 10000000 1c000000 02000000"
				      "08000000 0000 00 00 08090000"),
			 NS_AGAIN);
	assert_int_equal(recv_hex(&f, "05000323 10000000 20000000 02000000"
				      "00000000 0000 00 00 0200011c 00000000"),
			 NS_EFAULT);
	assert_int_equal(rpc_client_fault(&f.c), RPC_FAULT_OP_RANGE);
	assert_true(rpc_client_usable(&f.c));
	assert_int_equal(rpc_client_call(&f.c, 13, VIEW_LITERAL("stub"), &f.out), NS_OK);
	assert_int_equal(rpc_client_fault(&f.c), 0);
	assert_int_equal(recv_hex(&f, "05000303 10000000 20000000 03000000"
				      "00000000 0000 00 00 05000000 00000000"),
			 NS_EACCESS);
	assert_int_equal(rpc_client_fault(&f.c), RPC_FAULT_ACCESS_DENIED);
	assert_true(rpc_client_usable(&f.c));
	stop(&f);
}

static void refused_binds_are_no_pipe(void **state)
{
	static const struct {
		const char *hex;
		enum ns_err want;
		uint16_t reject;
	} rows[] = {
		{"05000d03 10000000 15000000 01000000 0400 01 0500", NS_ENOPIPE, 4},
		{ACK_START "01000000 0200 0100 00000000000000000000000000000000 00000000",
		 NS_ENOPIPE, 1},
		{"05000303 10000000 20000000 01000000 00000000 0000 00 00"
		 " 05000000 00000000",
		 NS_EACCESS, 0},
		{"05000303 10000000 20000000 01000000 00000000 0000 00 00"
		 " 0b00011c 00000000",
		 NS_EFAULT, 0},
		/* accepted, with another transfer syntax */
		{ACK_START "01000000 0000 0000 33057171babe37498319b5dbef9ccc36 01000000",
		 NS_EFORMAT, 0},
		/* no result at all */
		{"05000c03 10000000 2c000000 01000000 b810 b810 45230100"
		 "0d00 5c504950455c73727673766300 00 00000000",
		 NS_EFORMAT, 0},
		/* takes fragments of 1431 only */
		{"05000c03 10000000 44000000 01000000 b810 9705 45230100"
		 "0d00 5c504950455c73727673766300 00 01000000 0000 0000" NDR20_HEX,
		 NS_EFORMAT, 0},
		/* the answer to another call */
		{"05000d03 10000000 15000000 02000000 0400 01 0500", NS_EUNEXPECTED, 0},
		/* a response */
		{"05000203 10000000 1c000000 01000000 04000000 0000 00 00 08090000",
		 NS_EUNEXPECTED, 0},
		/* with an authentication trailer */
		{"05000d03 10000000 21000400 01000000 0400 01 0500"
		 "0a020000 00000000 aabbccdd",
		 NS_EUNSUPPORTED, 0},
		/* more than was asked for */
		{ACK_HEX "00", NS_EUNEXPECTED, 0},
		{"ff534d42 10000000 15000000 01000000 0400 01 0500", NS_EFORMAT, 0},
		{"05000d03 10000000 15000000 01000000 0400 01 05", NS_AGAIN, 0},
		{"05000d03 10000000 13000000 01000000 0400 01", NS_ETRUNC, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;

		start(&f);
		assert_int_equal(rpc_client_bind(&f.c, &f.out), NS_OK);
		assert_int_equal(recv_hex(&f, rows[i].hex), rows[i].want);
		assert_int_equal(f.c.reject, rows[i].reject);
		assert_false(rpc_client_usable(&f.c));
		if (rows[i].want != NS_AGAIN) {
			struct buf stub = {0};

			assert_int_equal(recv_hex(&f, ACK_HEX), rows[i].want);
			assert_int_equal(rpc_client_bind(&f.c, &f.out), rows[i].want);
			assert_int_equal(rpc_client_call(&f.c, 1, VIEW_LITERAL(""), &f.out),
					 rows[i].want);
			assert_int_equal(rpc_client_reply(&f.c, &stub), rows[i].want);
		}
		stop(&f);
	}
}

static void a_server_may_want_smaller_fragments(void **state)
{
	static const uint8_t bytes[3000];
	struct view run;
	struct view pdu;
	struct fixture f;
	size_t n = 0;

	(void)state;
	start(&f);
	assert_int_equal(rpc_client_bind(&f.c, &f.out), NS_OK);
	buf_clear(&f.out);
	assert_int_equal(recv_hex(&f,
				  "05000c03 10000000 44000000 01000000 b810 d007 45230100"
				  "0d00 5c504950455c73727673766300 00"
				  "01000000 0000 0000" NDR20_HEX),
			 NS_OK);
	assert_int_equal(rpc_client_call(&f.c, 13, view_of(bytes, sizeof(bytes)), &f.out),
			 NS_OK);
	run = buf_view(&f.out);
	for (; rpc_run_next(&run, &pdu); n++)
		assert_true(pdu.n <= 2000);
	assert_int_equal(n, 2);
	stop(&f);
}

static void bad_answers_end_the_association(void **state)
{
	static const struct {
		const char *hex;
		enum ns_err want;
	} rows[] = {
		{"05000203 10000000 1c000000 03000000 04000000 0000 00 00 08090000",
		 NS_EUNEXPECTED}, /* another call */
		{"05000203 10000000 1c000000 02000000 04000000 0100 00 00 08090000",
		 NS_EFORMAT}, /* another context */
		{"05000202 10000000 1c000000 02000000 04000000 0000 00 00 08090000",
		 NS_EFORMAT}, /* no first fragment */
		{ACK_HEX, NS_EUNEXPECTED},
		{"05000203 10000000 1c000000 02000000 04000000 0000 00 00 08090000"
		 "05000203 10000000 1c000000 02000000 04000000 0000 00 00 08090000",
		 NS_EUNEXPECTED},                                   /* twice */
		{"05000203 10000000 b9100000 02000000", NS_ELIMIT}, /* 4281 */
		{"05000c03 10000000 44000000 02000000 b810 b810 45230100"
		 "0d00 5c504950455c73727673766300 00 01000000 0000 0000" NDR20_HEX,
		 NS_EUNEXPECTED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;

		calling(&f);
		assert_int_equal(recv_hex(&f, rows[i].hex), rows[i].want);
		assert_false(rpc_client_usable(&f.c));
		stop(&f);
	}
}

static void nothing_may_come_unasked(void **state)
{
	struct fixture f;

	(void)state;
	start(&f);
	assert_int_equal(recv_hex(&f, "00"), NS_EUNEXPECTED);
	stop(&f);
	bound(&f);
	assert_int_equal(recv_hex(&f, "05000203"), NS_EUNEXPECTED);
	stop(&f);
}

static void a_full_buffer_changes_nothing(void **state)
{
	struct fixture f;

	(void)state;
	start(&f);
	f.out.max = 70;
	assert_int_equal(rpc_client_bind(&f.c, &f.out), NS_ELIMIT);
	f.out.max = OUT_MAX;
	assert_int_equal(rpc_client_bind(&f.c, &f.out), NS_OK);
	assert_int_equal(recv_hex(&f, ACK_HEX), NS_OK);
	buf_release(&f.out);
	f.out.max = 20;
	assert_int_equal(rpc_client_call(&f.c, 13, VIEW_LITERAL("stub"), &f.out),
			 NS_ELIMIT);
	f.out.max = OUT_MAX;
	assert_int_equal(rpc_client_call(&f.c, 13, VIEW_LITERAL("stub"), &f.out), NS_OK);
	assert_int_equal(f.c.call_id, 2);
	stop(&f);
}

/* Sends back what it was sent, backwards. */
static uint32_t echo(void *ctx, const struct rpc_method *method, struct view stub,
		     struct buf *out)
{
	int *calls = ctx;

	++*calls;
	assert_string_equal(method->name, "NetrSessionEnum");
	for (size_t i = stub.n; i > 0; i--)
		if (buf_append(out, view_slice(stub, i - 1, 1)) != NS_OK)
			return RPC_FAULT_OUT_OF_MEMORY;
	return 0;
}

/* Passes all of `from` to the server in pieces and all of its answer back in pieces. */
static enum ns_err pump(struct rpc_client *c, struct rpc_server *s, struct view from,
			size_t step)
{
	enum ns_err err = NS_AGAIN;
	struct buf answer;

	buf_init(&answer, OUT_MAX);
	for (size_t at = 0; at < from.n; at += step)
		assert_int_equal(rpc_server_recv(s, view_slice(from, at, step), &answer),
				 NS_OK);
	for (size_t at = 0; at < answer.n; at += step) {
		assert_int_equal(err, NS_AGAIN);
		err = rpc_client_recv(c, view_slice(buf_view(&answer), at, step));
	}
	buf_release(&answer);
	return err;
}

static void client_and_server_understand_each_other(void **state)
{
	static const size_t steps[] = {1, 13, 1000, 100000};
	static uint8_t bytes[20000];
	int calls = 0;
	struct rpc_service service = {&SRVSVC, echo, &calls};

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i ^ i >> 8);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		struct rpc_server s;
		struct fixture f;

		start(&f);
		rpc_server_init(&s, &service, 1, 99);
		assert_int_equal(rpc_client_bind(&f.c, &f.out), NS_OK);
		assert_int_equal(pump(&f.c, &s, buf_view(&f.out), steps[i]), NS_OK);
		assert_int_equal(f.c.assoc_group_id, 99);
		for (size_t n = 0; n <= sizeof(bytes); n += 9999) {
			struct buf stub = {0};

			buf_clear(&f.out);
			assert_int_equal(
				rpc_client_call(&f.c, 12, view_of(bytes, n), &f.out),
				NS_OK);
			assert_int_equal(pump(&f.c, &s, buf_view(&f.out), steps[i]), NS_OK);
			assert_int_equal(rpc_client_reply(&f.c, &stub), NS_OK);
			assert_int_equal(stub.n, n);
			for (size_t j = 0; j < n; j++)
				assert_int_equal(stub.p[j], bytes[n - 1 - j]);
			buf_release(&stub);
		}
		rpc_server_release(&s);
		stop(&f);
	}
	assert_int_equal(calls, 4 * 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bind_is_sent_and_accepted),
		cmocka_unit_test(a_reply_is_received_in_every_chopping),
		cmocka_unit_test(a_request_is_sent),
		cmocka_unit_test(a_fault_ends_the_call_only),
		cmocka_unit_test(refused_binds_are_no_pipe),
		cmocka_unit_test(a_server_may_want_smaller_fragments),
		cmocka_unit_test(bad_answers_end_the_association),
		cmocka_unit_test(nothing_may_come_unasked),
		cmocka_unit_test(a_full_buffer_changes_nothing),
		cmocka_unit_test(client_and_server_understand_each_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

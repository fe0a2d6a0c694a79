/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/hex.h"
#include "rpc/rpc_pdu.h"
#include "rpc/srvsvc.h"

#define OUT_MAX 65536u

#define SRVSVC_HEX "c84f324b7016d3011278 5a47bf6ee188 03000000"
#define NDR20_HEX  "045d888aeb1cc9119fe808002b104860 02000000"
#define NO_SYNTAX  "00000000000000000000000000000000 00000000"

static const char bind_hex[] = "05000b03 10000000 48000000 01000000" /* 72 bytes, call 1 */
			       "b810 b810 00000000"  /* 4280, 4280, group 0 */
			       "01000000 0000 01 00" /* one context, number 0 */
	SRVSVC_HEX NDR20_HEX;

static const char ack_hex[] = "05000c03 10000000 44000000 01000000"
			      "b810 b810 45230100"                 /* group 0x12345 */
			      "0d00 5c504950455c73727673766300 00" /* \PIPE\srvsvc, pad */
			      "01000000 0000 0000" NDR20_HEX;      /* accepted */

static const char nak_hex[] = "05000d03 10000000 15000000 01000000 0400 01 0500";

static const char request_hex[] = "05000003 10000000 24000000 02000000"
				  "0c000000 0000 0d00"        /* hint, context, opnum */
				  "000000000000000000000000"; /* stub */

static const char object_hex[] =
	"05000083 10000000 2c000000 02000000"
	"04000000 0100 0c00 00112233445566778899aabbccddeeff 01020304";

static const char response_hex[] = "05000203 10000000 1c000000 02000000"
				   "04000000 0000 00 00 08090000"; /* status 2312 */

static const char fault_hex[] = "05000323 10000000 20000000 02000000"
				"00000000 0000 00 00 0200011c 00000000";

static const char cancel_hex[] = "05001203 10000000 10000000 02000000";
static const char orphaned_hex[] = "05001303 10000000 10000000 02000000";

static const char *const all[] = {
	bind_hex,     ack_hex,   nak_hex,    request_hex,  object_hex,
	response_hex, fault_hex, cancel_hex, orphaned_hex,
};

#define N_ALL (sizeof(all) / sizeof(all[0]))

static struct view decoded(struct rpc_pdu *pdu, const char *hex)
{
	struct view v = view_of_hex(hex);

	assert_int_equal(rpc_pdu_decode(pdu, v), NS_OK);
	assert_false(pdu->has_auth);
	return v;
}

static void a_bind_is_decoded(void **state)
{
	struct rpc_pdu pdu;
	struct view v = decoded(&pdu, bind_hex);
	struct rpc_bind *b = &pdu.u.bind;

	(void)state;
	assert_int_equal(pdu.ptype, RPC_BIND);
	assert_int_equal(pdu.flags, RPC_PFC_WHOLE);
	assert_int_equal(pdu.call_id, 1);
	assert_int_equal(b->max_xmit_frag, 4280);
	assert_int_equal(b->max_recv_frag, 4280);
	assert_int_equal(b->assoc_group_id, 0);
	assert_int_equal(b->n_contexts, 1);
	assert_int_equal(b->contexts[0].id, 0);
	assert_int_equal(b->contexts[0].n_transfers, 1);
	assert_true(rpc_syntax_equal(&b->contexts[0].abstract, &SRVSVC.syntax));
	assert_true(rpc_syntax_equal(&b->contexts[0].transfers[0], &RPC_NDR20));
	view_free(v);
}

static void a_bind_ack_is_decoded(void **state)
{
	struct rpc_pdu pdu;
	struct view v = decoded(&pdu, ack_hex);
	struct rpc_bind_ack *a = &pdu.u.ack;

	(void)state;
	assert_int_equal(pdu.ptype, RPC_BIND_ACK);
	assert_int_equal(a->max_xmit_frag, 4280);
	assert_int_equal(a->max_recv_frag, 4280);
	assert_int_equal(a->assoc_group_id, 0x12345);
	assert_view_equal(a->secondary_address, VIEW_LITERAL("\\PIPE\\srvsvc"));
	assert_int_equal(a->n_results, 1);
	assert_int_equal(a->results[0].result, RPC_ACCEPTANCE);
	assert_int_equal(a->results[0].reason, 0);
	assert_true(rpc_syntax_equal(&a->results[0].transfer, &RPC_NDR20));
	view_free(v);
}

static void calls_are_decoded(void **state)
{
	struct rpc_pdu pdu;
	struct view v = decoded(&pdu, request_hex);

	(void)state;
	assert_int_equal(pdu.ptype, RPC_REQUEST);
	assert_int_equal(pdu.u.call.alloc_hint, 12);
	assert_int_equal(pdu.u.call.opnum, 13);
	assert_int_equal(pdu.u.call.stub.n, 12);
	assert_false(pdu.u.call.has_object);
	view_free(v);
	v = decoded(&pdu, object_hex);
	assert_true(pdu.u.call.has_object);
	assert_int_equal(pdu.u.call.context_id, 1);
	assert_int_equal(pdu.u.call.object.bytes[15], 0xff);
	assert_view_equal(pdu.u.call.stub, VIEW_LITERAL("\1\2\3\4"));
	view_free(v);
	v = decoded(&pdu, response_hex);
	assert_int_equal(pdu.ptype, RPC_RESPONSE);
	assert_int_equal(pdu.call_id, 2);
	assert_view_equal(pdu.u.call.stub, VIEW_LITERAL("\x08\x09\0\0"));
	view_free(v);
}

static void refusals_are_decoded(void **state)
{
	struct rpc_pdu pdu;
	struct view v = decoded(&pdu, nak_hex);

	(void)state;
	assert_int_equal(pdu.u.nak_reason, RPC_NAK_PROTOCOL_VERSION);
	view_free(v);
	v = decoded(&pdu, fault_hex);
	assert_int_equal(pdu.flags, RPC_PFC_WHOLE | RPC_PFC_DID_NOT_EXECUTE);
	assert_int_equal(pdu.u.call.status, RPC_FAULT_OP_RANGE);
	assert_int_equal(pdu.u.call.stub.n, 0);
	view_free(v);
	/* Windows appends a signature to a bind_nak, [MS-RPCE] 2.2.2.9 */
	v = decoded(&pdu, "05000d03 10000000 25000000 01000000 0800 01 0500"
			  "00112233445566778899aabbccddeeff");
	assert_int_equal(pdu.u.nak_reason, RPC_NAK_AUTHENTICATION_TYPE);
	view_free(v);
}

static void every_pdu_is_encoded_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_ALL; i++) {
		struct rpc_pdu pdu;
		struct view v = decoded(&pdu, all[i]);
		struct buf out;

		buf_init(&out, OUT_MAX);
		assert_int_equal(buf_append(&out, VIEW_LITERAL("odd")), NS_OK);
		assert_int_equal(rpc_pdu_encode(&out, &pdu), NS_OK);
		assert_view_equal(view_slice(buf_view(&out), 3, OUT_MAX), v);
		buf_release(&out);
		view_free(v);
	}
}

/* Both with the frag_length as it was, and with one that goes along with the cut. */
static void every_truncation_is_refused(void **state)
{
	static const size_t stub_at[] = {0, 0, 0, 24, 40, 24, 0, 0, 0};

	(void)state;
	for (size_t i = 0; i < N_ALL; i++) {
		struct view v = view_of_hex(all[i]);

		for (size_t n = 0; n < v.n; n++) {
			struct view cut = view_dup(view_slice(v, 0, n));
			uint8_t *p = (uint8_t *)(uintptr_t)cut.p;
			struct rpc_pdu pdu;

			assert_int_not_equal(rpc_pdu_decode(&pdu, cut), NS_OK);
			if (n > 8)
				p[8] = (uint8_t)n;
			if (stub_at[i] == 0 || n < stub_at[i]) /* a stub may be shorter */
				assert_int_not_equal(rpc_pdu_decode(&pdu, cut), NS_OK);
			view_free(cut);
		}
		view_free(v);
	}
}

static void bad_headers_are_refused(void **state)
{
	static const struct {
		const char *hex;
		enum ns_err want;
	} rows[] = {
		{"04001203 10000000 10000000 02000000", NS_EFORMAT}, /* version 4 */
		{"05021203 10000000 10000000 02000000", NS_EFORMAT}, /* version 5.2 */
		{"05001203 00000000 10000000 02000000", NS_EFORMAT}, /* big-endian */
		{"05001203 10000000 0f000000 02000000", NS_EFORMAT}, /* below the header */
		{"05001203 10000000 11000000 02000000", NS_EFORMAT}, /* longer than it is */
		{"05001203 10000000 10000000 02000000 00", NS_EFORMAT},
		{"05001203 10000000 11000000 02000000 00", NS_EFORMAT},   /* leftover */
		{"05001103 10000000 10000000 02000000", NS_EUNSUPPORTED}, /* shutdown */
		{"05001203 10000000 10000100 02000000", NS_EFORMAT}, /* token not there */
		{"05001203 10000000 1800ffff 02000000 0000000000000000", NS_EFORMAT},
		{"05011203 10000000 10000000 02000000", NS_OK}, /* version 5.1 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct view v = view_of_hex(rows[i].hex);
		struct rpc_pdu pdu;

		assert_int_equal(rpc_pdu_decode(&pdu, v), rows[i].want);
		view_free(v);
	}
}

static void an_authentication_trailer_is_cut_off(void **state)
{
	struct view v = view_of_hex("05000203 10000000 28000400 02000000"
				    "04000000 0000 00 00 08090000"
				    "0a020000 00000000 aabbccdd"); /* trailer, token */
	struct rpc_pdu pdu;

	(void)state;
	assert_int_equal(rpc_pdu_decode(&pdu, v), NS_OK);
	assert_true(pdu.has_auth);
	assert_view_equal(pdu.u.call.stub, VIEW_LITERAL("\x08\x09\0\0"));
	view_free(v);
}

static void too_many_contexts_are_refused(void **state)
{
	struct rpc_pdu pdu;
	struct view v = view_of_hex(bind_hex);
	uint8_t *p = (uint8_t *)(uintptr_t)v.p;

	(void)state;
	p[24] = RPC_CONTEXTS_MAX + 1;
	assert_int_equal(rpc_pdu_decode(&pdu, v), NS_ELIMIT);
	p[24] = RPC_CONTEXTS_MAX;
	assert_int_equal(rpc_pdu_decode(&pdu, v), NS_ETRUNC);
	p[24] = 1;
	p[30] = RPC_TRANSFERS_MAX + 1;
	assert_int_equal(rpc_pdu_decode(&pdu, v), NS_ELIMIT);
	view_free(v);
}

static void three_contexts_of_a_windows_client_are_decoded(void **state)
{
	struct view v = view_of_hex(
		"05000b03 10000000 a0000000 02000000 b810 b810 00000000 03000000"
		"0000 01 00" SRVSVC_HEX NDR20_HEX "0100 01 00" SRVSVC_HEX
		"33057171babe37498319b5dbef9ccc36 01000000"
		"0200 01 00" SRVSVC_HEX "2c1cb76c129840450300000000000000 01000000");
	struct rpc_pdu pdu;
	struct buf out;

	(void)state;
	buf_init(&out, OUT_MAX);
	assert_int_equal(rpc_pdu_decode(&pdu, v), NS_OK);
	assert_int_equal(pdu.u.bind.n_contexts, 3);
	assert_true(rpc_syntax_equal(&pdu.u.bind.contexts[1].transfers[0], &RPC_NDR64));
	assert_int_equal(pdu.u.bind.contexts[2].id, 2);
	assert_int_equal(rpc_pdu_encode(&out, &pdu), NS_OK);
	assert_view_equal(buf_view(&out), v);
	buf_release(&out);
	view_free(v);
}

static void an_answer_to_alter_context_has_no_address(void **state)
{
	static const char hex[] = "05000f03 10000000 38000000 03000000 b810 b810 45230100"
				  "0000 0000 01000000 0200 0100" NO_SYNTAX;
	struct rpc_pdu pdu;
	struct view v = decoded(&pdu, hex);
	struct buf out;

	(void)state;
	buf_init(&out, OUT_MAX);
	assert_int_equal(pdu.u.ack.secondary_address.n, 0);
	assert_int_equal(pdu.u.ack.results[0].result, RPC_PROVIDER_REJECTION);
	assert_int_equal(pdu.u.ack.results[0].reason, RPC_ABSTRACT_SYNTAX_NOT_SUPPORTED);
	assert_int_equal(rpc_pdu_encode(&out, &pdu), NS_OK);
	assert_view_equal(buf_view(&out), v);
	buf_release(&out);
	view_free(v);
}

static void what_cannot_be_sent_leaves_nothing(void **state)
{
	static const uint8_t zeroes[RPC_FRAG_MAX];
	struct rpc_pdu pdu = {.ptype = RPC_REQUEST};
	struct buf out;

	(void)state;
	buf_init(&out, 4 * (size_t)OUT_MAX);
	assert_int_equal(buf_append(&out, VIEW_LITERAL("kept")), NS_OK);
	pdu.u.call.stub = view_of(zeroes, sizeof(zeroes)); /* more than a frag_length */
	assert_int_equal(rpc_pdu_encode(&out, &pdu), NS_ELIMIT);
	pdu = (struct rpc_pdu){.ptype = 99};
	assert_int_equal(rpc_pdu_encode(&out, &pdu), NS_EINVAL);
	out.max = out.cap;
	pdu = (struct rpc_pdu){.ptype = RPC_REQUEST};
	pdu.u.call.stub = view_of(zeroes, out.cap);
	assert_int_equal(rpc_pdu_encode(&out, &pdu), NS_ELIMIT);
	assert_view_equal(buf_view(&out), VIEW_LITERAL("kept"));
	buf_release(&out);
}

static void a_header_waits_for_its_bytes(void **state)
{
	struct view v = view_of_hex(response_hex);
	struct rpc_header h;

	(void)state;
	for (size_t n = 0; n < RPC_HEADER_SIZE; n++)
		assert_int_equal(rpc_header_decode(&h, view_slice(v, 0, n)), NS_AGAIN);
	assert_int_equal(rpc_header_decode(&h, view_slice(v, 0, RPC_HEADER_SIZE)), NS_OK);
	assert_int_equal(h.frag_length, 28);
	assert_int_equal(h.call_id, 2);
	view_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bind_is_decoded),
		cmocka_unit_test(a_bind_ack_is_decoded),
		cmocka_unit_test(calls_are_decoded),
		cmocka_unit_test(refusals_are_decoded),
		cmocka_unit_test(every_pdu_is_encoded_the_same),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(bad_headers_are_refused),
		cmocka_unit_test(an_authentication_trailer_is_cut_off),
		cmocka_unit_test(too_many_contexts_are_refused),
		cmocka_unit_test(three_contexts_of_a_windows_client_are_decoded),
		cmocka_unit_test(an_answer_to_alter_context_has_no_address),
		cmocka_unit_test(what_cannot_be_sent_leaves_nothing),
		cmocka_unit_test(a_header_waits_for_its_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

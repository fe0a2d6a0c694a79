/* SPDX-License-Identifier: MIT */
/* Session messages that no vector has: unknown levels, lies, and print. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "rpc/srvsvc.h"
#include "vectors.h"

#define OUT_MAX  65536u
#define NO_LIMIT SRVSVC_MAX_PREFERRED_LENGTH
#define UTF16(s) view_of(s, sizeof(s) - sizeof((s)[0]))

static void a_request_is_built_from_nothing(void **state)
{
	struct netr_session_enum_req r = {
		.server_name = ndr_string_of(UTF16(u"\\\\srv")),
		.client_name = NDR_NO_STRING,
		.user_name = NDR_NO_STRING,
		.params = {.prefered_maximum_length = NO_LIMIT, .has_resume = true},
	};
	struct view want = vector("E1");
	struct buf out;
	struct ndr x;

	(void)state;
	buf_init(&out, OUT_MAX);
	info_enum_init(&r.params.info, &SESSION_INFO, 10);
	x = ndr_push(&out);
	netr_session_enum_req_code(&x, &r);
	assert_int_equal(ndr_end(&x), NS_OK);
	assert_view_equal(buf_view(&out), want);
	netr_enum_params_release(&r.params);
	buf_release(&out);
	view_free(want);
}

/* A server must live to answer 124, whatever the unknown arm holds. */
static void an_unknown_level_keeps_its_number(void **state)
{
	static const char *const tails[] = {
		"",
		"ffffffff 00000000",
		"00000200 00000000 00000000 ffffffff 04000200 00000000",
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct netr_session_enum_req r = {0};
		struct view head =
			view_of_hex("00000000 00000000 00000000 07000000 07000000");
		struct view tail = view_of_hex(tails[i]);
		struct buf stub;
		struct ndr x;

		buf_init(&stub, OUT_MAX);
		assert_int_equal(buf_append(&stub, head), NS_OK);
		assert_int_equal(buf_append(&stub, tail), NS_OK);
		x = ndr_pull(buf_view(&stub));
		netr_session_enum_req_code(&x, &r);
		assert_int_equal(ndr_end(&x), NS_OK);
		assert_int_equal(r.params.info.level, 7);
		assert_null(r.params.info.rows.level);
		assert_false(r.params.has_resume);
		netr_enum_params_release(&r.params);
		buf_release(&stub);
		view_free(head);
		view_free(tail);
	}
}

static void an_answer_at_an_unknown_level_goes_both_ways(void **state)
{
	static const char hex[] = "07000000 07000000 00000000 00000200 00000000 7c000000";
	struct netr_enum_resp r = {0};
	struct view stub = view_of_hex(hex);
	struct ndr x = ndr_pull(stub);
	struct buf out;

	(void)state;
	buf_init(&out, OUT_MAX);
	netr_session_enum_resp_code(&x, &r);
	assert_int_equal(ndr_end(&x), NS_OK);
	assert_int_equal(r.status, 124);
	assert_null(r.info.rows.level);
	x = ndr_push(&out);
	netr_session_enum_resp_code(&x, &r);
	assert_int_equal(ndr_end(&x), NS_OK);
	assert_view_equal(buf_view(&out), stub);
	netr_enum_resp_release(&r);
	buf_release(&out);
	view_free(stub);
}

static void lying_containers_are_refused(void **state)
{
	static const struct {
		const char *hex;
		enum ns_err want;
	} rows[] = {
		/* the level's two places differ */
		{"0a000000 f6010000 00000000 00000000 00000000 00000000", NS_EFORMAT},
		/* rows, but no buffer */
		{"0a000000 0a000000 00000200 01000000 00000000 00000000 00000000 00000000",
		 NS_EFORMAT},
		/* EntriesRead 1, maximum count 2 */
		{"00000000 00000000 00000200 01000000 04000200 02000000 00000000 00000000"
		 "00000000 00000000 00000000",
		 NS_EFORMAT},
		/* four billion rows in a handful of bytes */
		{"00000000 00000000 00000200 ffffffff 04000200 ffffffff 00000000 00000000"
		 "00000000 00000000 00000000",
		 NS_ETRUNC},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct netr_enum_resp r = {0};
		struct view stub = view_of_hex(rows[i].hex);
		struct ndr x = ndr_pull(stub);

		netr_session_enum_resp_code(&x, &r);
		assert_int_equal(ndr_end(&x), rows[i].want);
		assert_null(r.info.rows.values); /* nothing was allocated */
		netr_enum_resp_release(&r);
		view_free(stub);
	}
}

static void a_container_may_be_missing(void **state)
{
	static const char hex[] = "0a000000 0a000000 00000000 00000000 00000000 00000000";
	struct netr_enum_resp r = {0};
	struct view stub = view_of_hex(hex);
	struct ndr x = ndr_pull(stub);
	struct buf out;

	(void)state;
	buf_init(&out, OUT_MAX);
	netr_session_enum_resp_code(&x, &r);
	assert_int_equal(ndr_end(&x), NS_OK);
	assert_true(r.info.no_container);
	assert_int_equal(r.info.rows.count, 0);
	x = ndr_push(&out);
	netr_session_enum_resp_code(&x, &r);
	assert_view_equal(buf_view(&out), stub);
	netr_enum_resp_release(&r);
	buf_release(&out);
	view_free(stub);
}

static void printed(const char *label, uint16_t opnum, bool response, struct buf *text)
{
	const struct rpc_method *m = rpc_iface_method(&SRVSVC, opnum);
	struct view stub = vector(label);

	assert_non_null(m);
	assert_int_equal((response ? m->print_response : m->print_request)(stub, text),
			 NS_OK);
	view_free(stub);
}

static void messages_can_be_read(void **state)
{
	static const char del[] = "ServerName: \"\\\\srv\"\nClientName: \"\\\\ws1\"\n"
				  "UserName: \"bob\"\n";
	static const char list[] = "ServerName: NULL\nClientName: \"\\\\ws1\"\n"
				   "UserName: \"bob\"\nLevel: 502 (0x1f6)\n"
				   "SESSION_INFO_502\n  EntriesRead: 0 (0x0)\n"
				   "  Buffer: NULL\n"
				   "PreferedMaximumLength: 4096 (0x1000)\n"
				   "ResumeHandle: NULL\n";
	static const char resp[] = "Level: 10 (0xa)\nSESSION_INFO_10\n"
				   "  EntriesRead: 1 (0x1)\n  [0]\n"
				   "    cname: \"\\\\10.0.0.5\"\n    username: \"alice\"\n"
				   "    time: 3661 (0xe4d)\n    idle_time: 5 (0x5)\n"
				   "TotalEntries: 2 (0x2)\nResumeHandle: 1 (0x1)\n"
				   "Status: 234 (0xea)\n";
	struct buf text;

	(void)state;
	buf_init(&text, OUT_MAX);
	printed("D1", OPNUM_NETR_SESSION_DEL, false, &text);
	assert_view_equal(buf_view(&text), VIEW_LITERAL(del));
	buf_clear(&text);
	printed("E3", OPNUM_NETR_SESSION_ENUM, false, &text);
	assert_view_equal(buf_view(&text), VIEW_LITERAL(list));
	buf_clear(&text);
	printed("R3", OPNUM_NETR_SESSION_ENUM, true, &text);
	assert_view_equal(buf_view(&text), VIEW_LITERAL(resp));
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_built_from_nothing),
		cmocka_unit_test(an_unknown_level_keeps_its_number),
		cmocka_unit_test(an_answer_at_an_unknown_level_goes_both_ways),
		cmocka_unit_test(lying_containers_are_refused),
		cmocka_unit_test(a_container_may_be_missing),
		cmocka_unit_test(messages_can_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

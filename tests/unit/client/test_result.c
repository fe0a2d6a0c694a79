/* SPDX-License-Identifier: MIT */
/* Results: values of every type, out of every method's answer. */
#include "client/result.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "answers.h"
#include "lib/hex.h"
#include "rpc/counters.h"
#include "rpc/wkssvc.h"

#define STUB_MAX 65536u

static struct op *ask(enum netsess_op what, uint32_t level, const char *name)
{
	const struct netsess_request request = {
		.op = what, .level = level, .name = name, .id = 7};

	return op_new("srv", &request, true);
}

static void push_rows(struct info_rows *rows, const char *member, const char *text,
		      const char *number, uint32_t value)
{
	assert_int_equal(info_rows_add(rows), NS_OK);
	assert_int_equal(info_rows_put_utf8(rows, member, view_of_string(text)), NS_OK);
	info_rows_put_u32(rows, number, value);
}

typedef void coder(struct ndr *x, struct netr_enum_resp *r);

/* An enumeration's answer of one row, through to the result. */
static struct netsess_result *enumerated(struct op *op, const struct info_family *family,
					 uint32_t level, coder *code, const char *member,
					 const char *number)
{
	struct netr_enum_resp r = {.total_entries = 1, .has_resume = true};
	struct buf stub;
	struct ndr x;
	struct netsess_result *result;

	info_enum_init(&r.info, family, level);
	push_rows(&r.info.rows, member, "x\xc3\xa4", number, 42);
	buf_init(&stub, STUB_MAX);
	x = ndr_push(&stub);
	code(&x, &r);
	assert_int_equal(ndr_end(&x), NS_OK);
	netr_enum_resp_release(&r);
	answer_stub(op, &stub);
	result = expect_result(op, 0);
	op_free(op);
	return result;
}

typedef void single_coder(struct ndr *x, struct netr_get_info_resp *r);

static struct netsess_result *got(struct op *op, const struct info_family *family,
				  uint32_t level, single_coder *code, const char *member,
				  const char *number)
{
	struct netr_get_info_resp r = {0};
	struct buf stub;
	struct ndr x;
	struct netsess_result *result;

	info_single_init(&r.info, family, level);
	push_rows(&r.info.rows, member, "x\xc3\xa4", number, 42);
	buf_init(&stub, STUB_MAX);
	x = ndr_push(&stub);
	code(&x, &r);
	assert_int_equal(ndr_end(&x), NS_OK);
	netr_get_info_resp_release(&r);
	answer_stub(op, &stub);
	result = expect_result(op, 0);
	op_free(op);
	return result;
}

/* One row, with these two members as push_rows() set them. */
static void check(struct netsess_result *r, const char *member, const char *number)
{
	assert_int_equal(netsess_result_rows(r), 1);
	assert_string_equal(netsess_result_text(r, 0, netsess_result_find(r, member)),
			    "x\xc3\xa4");
	assert_int_equal(netsess_result_u32(r, 0, netsess_result_find(r, number)), 42);
	netsess_result_free(r);
}

static void every_method_comes_to_a_result(void **state)
{
	struct op *op = ask(NETSESS_CONNECTION_ENUM, 1, "\\\\ws1");

	(void)state;
	(void)expect_call(op, &SRVSVC, OPNUM_NETR_CONNECTION_ENUM);
	check(enumerated(op, &CONNECTION_INFO, 1, netr_connection_enum_resp_code,
			 "username", "num_opens"),
	      "username", "num_opens");
	op = ask(NETSESS_FILE_ENUM, 3, "C:\\x");
	(void)expect_call(op, &SRVSVC, OPNUM_NETR_FILE_ENUM);
	check(enumerated(op, &FILE_INFO, 3, netr_file_enum_resp_code, "username", "id"),
	      "username", "id");
	op = ask(NETSESS_SHARE_ENUM, 2, NULL);
	(void)expect_call(op, &SRVSVC, OPNUM_NETR_SHARE_ENUM);
	check(enumerated(op, &SHARE_INFO, 2, netr_share_enum_resp_code, "netname",
			 "max_uses"),
	      "netname", "max_uses");
	op = ask(NETSESS_FILE_GET, 3, NULL);
	(void)expect_call(op, &SRVSVC, OPNUM_NETR_FILE_GET_INFO);
	check(got(op, &FILE_INFO, 3, netr_file_get_info_resp_code, "username", "id"),
	      "username", "id");
	op = ask(NETSESS_SHARE_GET, 1, "x");
	(void)expect_call(op, &SRVSVC, OPNUM_NETR_SHARE_GET_INFO);
	check(got(op, &SHARE_INFO, 1, netr_share_get_info_resp_code, "netname", "type"),
	      "netname", "type");
	op = ask(NETSESS_SERVER_GET, 101, NULL);
	(void)expect_call(op, &SRVSVC, OPNUM_NETR_SERVER_GET_INFO);
	check(got(op, &SERVER_INFO, 101, netr_server_get_info_resp_code, "name",
		  "version_major"),
	      "name", "version_major");
	op = ask(NETSESS_WKSTA_GET, 100, NULL);
	(void)expect_call(op, &WKSSVC, OPNUM_NETR_WKSTA_GET_INFO);
	check(got(op, &WKSTA_INFO, 100, netr_wksta_get_info_resp_code, "computername",
		  "ver_major"),
	      "computername", "ver_major");
}

static void counters_have_64_bits(void **state)
{
	struct op *op = ask(NETSESS_COUNTER_ENUM, 0, NULL);
	struct netr_enum_resp resp = {.total_entries = 1};
	struct netsess_result *r;
	struct buf stub;
	struct ndr x;
	size_t value;

	(void)state;
	(void)expect_call(op, &COUNTERS, OPNUM_COUNTER_ENUM);
	info_enum_init(&resp.info, &COUNTER_INFO, 0);
	assert_int_equal(info_rows_add(&resp.info.rows), NS_OK);
	info_rows_put_u64(&resp.info.rows, "value", UINT64_MAX);
	buf_init(&stub, STUB_MAX);
	x = ndr_push(&stub);
	counter_enum_resp_code(&x, &resp);
	assert_int_equal(ndr_end(&x), NS_OK);
	netr_enum_resp_release(&resp);
	answer_stub(op, &stub);
	r = expect_result(op, 0);
	value = netsess_result_find(r, "value");
	assert_int_equal(netsess_result_field(r, value)->type, NETSESS_U64);
	assert_true(netsess_result_u64(r, 0, value) == UINT64_MAX);
	assert_int_equal(netsess_result_u32(r, 0, value), 0);
	assert_int_equal(netsess_result_u64(r, 1, value), 0);
	netsess_result_free(r);
	op_free(op);
}

static void the_time_is_a_row_too(void **state)
{
	struct op *op = ask(NETSESS_TIME_GET, 0, NULL);
	struct netr_remote_tod_resp tod = {0};
	struct netsess_result *r;
	struct buf stub;
	struct ndr x;

	(void)state;
	(void)expect_call(op, &SRVSVC, OPNUM_NETR_REMOTE_TOD);
	info_rows_init(&tod.rows, info_level_find(&TIME_OF_DAY_INFO, 0));
	assert_int_equal(info_rows_add(&tod.rows), NS_OK);
	info_rows_put_u32(&tod.rows, "elapsedt", 1234567890);
	buf_init(&stub, STUB_MAX);
	x = ndr_push(&stub);
	netr_remote_tod_resp_code(&x, &tod);
	assert_int_equal(ndr_end(&x), NS_OK);
	netr_remote_tod_resp_release(&tod);
	answer_stub(op, &stub);
	r = expect_result(op, 0);
	assert_int_equal(netsess_result_u32(r, 0, netsess_result_find(r, "elapsedt")),
			 1234567890);
	netsess_result_free(r);
	op_free(op);
}

static void file_close_returns_its_code(void **state)
{
	struct op *op = ask(NETSESS_FILE_CLOSE, 0, NULL);
	struct op_call call = expect_call(op, &SRVSVC, OPNUM_NETR_FILE_CLOSE);
	struct netr_file_close_req req = {0};
	struct ndr x = ndr_pull(call.stub);

	(void)state;
	netr_file_close_req_code(&x, &req);
	assert_int_equal(ndr_end(&x), NS_OK);
	assert_int_equal(req.file_id, 7);
	answer_status(op, 2314);
	netsess_result_free(expect_result(op, 2314));
	op_free(op);
}

static void bytes_are_bytes(void **state)
{
	struct op *op = ask(NETSESS_SHARE_GET, 502, "x");
	struct netr_get_info_resp resp = {0};
	struct netsess_result *r;
	struct buf stub;
	struct ndr x;
	size_t field;
	size_t n = 99;

	(void)state;
	info_single_init(&resp.info, &SHARE_INFO, 502);
	assert_int_equal(info_rows_add(&resp.info.rows), NS_OK);
	assert_int_equal(info_rows_put_bytes(&resp.info.rows, "security_descriptor",
					     VIEW_LITERAL("\1\2\0\3")),
			 NS_OK);
	buf_init(&stub, STUB_MAX);
	x = ndr_push(&stub);
	netr_share_get_info_resp_code(&x, &resp);
	assert_int_equal(ndr_end(&x), NS_OK);
	netr_get_info_resp_release(&resp);
	answer_stub(op, &stub);
	r = expect_result(op, 0);
	field = netsess_result_find(r, "security_descriptor");
	assert_memory_equal(netsess_result_bytes(r, 0, field, &n), "\1\2\0\3", 4);
	assert_int_equal(n, 4);
	assert_null(netsess_result_bytes(r, 0, 0, &n)); /* a text */
	assert_int_equal(n, 0);
	assert_string_equal(netsess_result_text(r, 0, field), "");
	netsess_result_free(r);
	op_free(op);
}

static struct netsess_result *two_sessions(void)
{
	static const struct session_row rows[] = {{"\\\\a", "b\xe2\x82\xac", 3},
						  {"\\\\c", "", 4}};
	const struct netsess_request request = {.op = NETSESS_SESSION_ENUM, .level = 502};
	struct op *op = op_new("srv", &request, true);
	struct netsess_result *r;

	answer_rows(op, 502, ROWS(rows));
	r = expect_result(op, 0);
	op_free(op);
	return r;
}

static void fields_describe_themselves(void **state)
{
	struct netsess_result *r = two_sessions();
	size_t n = netsess_result_fields(r);
	const struct netsess_field *user = netsess_result_field(r, 1);

	(void)state;
	assert_int_equal(n, 8);
	assert_string_equal(user->member, "username");
	assert_int_equal(user->type, NETSESS_TEXT);
	assert_null(netsess_result_field(r, n));
	assert_int_equal(netsess_result_find(r, "nothing"), n);
	assert_int_equal(netsess_result_find(r, user->key), 1);
	assert_int_equal(netsess_result_field(r, netsess_result_find(r, "time"))->show,
			 NETSESS_SHOW_SECONDS);
	netsess_result_free(r);
	assert_string_equal(user->member, "username"); /* it outlives the result */
}

static void wrong_places_give_nothing(void **state)
{
	struct netsess_result *r = two_sessions();
	char text[8] = "x";
	size_t n = 9;

	(void)state;
	assert_string_equal(netsess_result_text(r, 2, 0), "");
	assert_string_equal(netsess_result_text(r, 0, 8), "");
	assert_string_equal(netsess_result_text(r, 0, 2), "");
	assert_int_equal(netsess_result_u32(r, 0, 0), 0);
	assert_int_equal(netsess_result_u32(r, 2, 3), 0);
	assert_null(netsess_result_bytes(r, 0, 0, &n));
	assert_int_equal(n, 0);
	netsess_result_flags(r, 0, 0, text, sizeof(text));
	assert_string_equal(text, "");
	netsess_result_free(r);
	netsess_result_free(NULL);
}

static void texts_stay_where_they_are(void **state)
{
	struct netsess_result *r = two_sessions();
	const char *text = netsess_result_text(r, 0, 1);

	(void)state;
	assert_string_equal(text, "b\xe2\x82\xac");
	assert_ptr_equal(netsess_result_text(r, 0, 1), text);
	assert_string_equal(netsess_result_text(r, 1, 1), "");
	assert_string_equal(text, "b\xe2\x82\xac");
	netsess_result_free(r);
}

static void what_is_not_utf16_is_shown_all_the_same(void **state)
{
	const struct netsess_request request = {.op = NETSESS_SESSION_ENUM, .level = 0};
	struct op *op = op_new("srv", &request, true);
	struct netr_enum_resp resp = {.has_resume = true};
	struct view name = view_of_hex("6100 00d8 6200");
	struct netsess_result *r;
	struct buf stub;
	struct ndr x;

	(void)state;
	info_enum_init(&resp.info, &SESSION_INFO, 0);
	assert_int_equal(info_rows_add(&resp.info.rows), NS_OK);
	assert_int_equal(info_rows_put_text(&resp.info.rows, "cname", name), NS_OK);
	buf_init(&stub, STUB_MAX);
	x = ndr_push(&stub);
	netr_session_enum_resp_code(&x, &resp);
	assert_int_equal(ndr_end(&x), NS_OK);
	netr_enum_resp_release(&resp);
	answer_stub(op, &stub);
	r = expect_result(op, 0);
	assert_string_equal(netsess_result_text(r, 0, 0), "a\xef\xbf\xbd"
							  "b");
	assert_view_equal(info_text(result_page(r, 0), 0, 0), name);
	netsess_result_free(r);
	op_free(op);
	view_free(name);
}

static void flags_are_words(void **state)
{
	static const struct {
		uint32_t value;
		size_t room;
		const char *text;
	} rows[] = {
		{0, 64, ""},
		{1, 64, "GUEST"},
		{3, 64, "GUEST|NO-ENCRYPTION"},
		{0xab01, 64, "GUEST|0xab00"},
		{3, 8, "GUEST|N"},
		{3, 1, ""},
	};
	struct netsess_result *r = two_sessions();
	struct info_rows *page = &r->pages[0].rows;
	size_t field = netsess_result_find(r, "user_flags");
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		page->values[field].u32 = rows[i].value;
		netsess_result_flags(r, 0, field, text, rows[i].room);
		assert_string_equal(text, rows[i].text);
	}
	netsess_result_flags(r, 0, field, NULL, 0);
	netsess_result_free(r);
}

static void failures_are_results(void **state)
{
	struct netsess_result *r = result_failed(53, "no such name");

	(void)state;
	assert_int_equal(netsess_result_code(r), 53);
	assert_string_equal(netsess_result_note(r), "no such name");
	assert_int_equal(netsess_result_rows(r), 0);
	assert_int_equal(netsess_result_fields(r), 0);
	assert_string_equal(netsess_result_self_user(r), "");
	assert_string_equal(netsess_result_self_client(r), "");
	result_note(r, "and %d more", 2);
	assert_string_equal(netsess_result_note(r), "no such name; and 2 more");
	for (int i = 0; i < 100; i++)
		result_note(r, "a sentence that does not end");
	assert_int_equal(strlen(netsess_result_note(r)), RESULT_NOTE_MAX - 1);
	result_set_self_address(r, "2001:db8::1");
	assert_string_equal(netsess_result_self_client(r), "\\\\[2001:db8::1]");
	netsess_result_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_method_comes_to_a_result),
		cmocka_unit_test(counters_have_64_bits),
		cmocka_unit_test(the_time_is_a_row_too),
		cmocka_unit_test(file_close_returns_its_code),
		cmocka_unit_test(bytes_are_bytes),
		cmocka_unit_test(fields_describe_themselves),
		cmocka_unit_test(wrong_places_give_nothing),
		cmocka_unit_test(texts_stay_where_they_are),
		cmocka_unit_test(what_is_not_utf16_is_shown_all_the_same),
		cmocka_unit_test(flags_are_words),
		cmocka_unit_test(failures_are_results),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

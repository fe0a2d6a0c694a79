/* SPDX-License-Identifier: MIT */
/* The course of an operation: what is refused unsent, paging, failures, retries. */
#include "client/op.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "answers.h"
#include "base/utf16.h"
#include "client/result.h"
#include "lib/hex.h"

/* A name of n characters, "\\" included. */
static const char *name_of(size_t n)
{
	static char text[2][1100];
	static unsigned turn;
	char *p = text[turn++ % 2];

	memset(p, 'a', n);
	p[0] = p[1] = '\\';
	p[n] = '\0';
	return p;
}

static void parameters_are_refused_unsent(void **state)
{
	const struct {
		struct netsess_request request;
		uint32_t code;
	} rows[] = {
		/* [MS-SRVS] 3.1.4.5 */
		{{.op = NETSESS_SESSION_ENUM, .level = 3}, 124},
		{{.op = NETSESS_SESSION_ENUM, .level = 11}, 124},
		{{.op = NETSESS_SESSION_ENUM, .level = 503}, 124},
		{{.op = NETSESS_SESSION_ENUM, .client = "ws1"}, 2351},
		{{.op = NETSESS_SESSION_ENUM, .client = "\\ws1"}, 2351},
		{{.op = NETSESS_SESSION_ENUM, .client = "\\"}, 2351},
		{{.op = NETSESS_SESSION_ENUM, .client = name_of(1024)}, 87},
		{{.op = NETSESS_SESSION_ENUM, .user = name_of(1024)}, 87},
		{{.op = NETSESS_SESSION_ENUM, .user = "b\xff"}, 87},
		{{.op = NETSESS_SESSION_ENUM, .client = "\\\\\xc0\x80"}, 87},
		/* [MS-SRVS] 3.1.4.6 */
		{{.op = NETSESS_SESSION_DEL}, 87},
		{{.op = NETSESS_SESSION_DEL, .client = "", .user = ""}, 87},
		{{.op = NETSESS_SESSION_DEL, .client = "ws1"}, 2312},
		{{.op = NETSESS_SESSION_DEL, .client = "ws1", .user = "bob"}, 2312},
		{{.op = NETSESS_SESSION_DEL, .client = name_of(1024), .user = "bob"}, 87},
		{{.op = NETSESS_SESSION_DEL, .user = name_of(1024)}, 87},
		{{.op = NETSESS_SESSION_DEL, .user = "\xed\xa0\x80"}, 87},
		/* NetSessionGetInfo */
		{{.op = NETSESS_SESSION_GET, .level = 502, .client = "\\\\w", .user = "b"},
		 124},
		{{.op = NETSESS_SESSION_GET, .level = 5, .client = "\\\\w", .user = "b"},
		 124},
		{{.op = NETSESS_SESSION_GET, .level = 1, .client = "\\\\w"}, 87},
		{{.op = NETSESS_SESSION_GET, .level = 1, .user = "bob"}, 87},
		{{.op = NETSESS_SESSION_GET, .level = 1, .client = "", .user = "bob"}, 87},
		{{.op = NETSESS_SESSION_GET, .level = 1, .client = "w", .user = "bob"},
		 2351},
		/* the neighbours */
		{{.op = NETSESS_CONNECTION_ENUM, .level = 1}, 87},
		{{.op = NETSESS_CONNECTION_ENUM, .level = 1, .name = ""}, 87},
		{{.op = NETSESS_CONNECTION_ENUM, .level = 1, .name = name_of(1024)}, 87},
		{{.op = NETSESS_CONNECTION_ENUM, .level = 2, .name = "x"}, 124},
		{{.op = NETSESS_FILE_ENUM, .level = 1}, 124},
		{{.op = NETSESS_FILE_ENUM, .level = 3, .user = name_of(1024)}, 87},
		{{.op = NETSESS_FILE_GET, .level = 4}, 124},
		{{.op = NETSESS_SHARE_ENUM, .level = 1005}, 124},
		{{.op = NETSESS_SHARE_GET, .level = 1}, 87},
		{{.op = NETSESS_SHARE_GET, .level = 3, .name = "x"}, 124},
		{{.op = NETSESS_SERVER_GET, .level = 1}, 124},
		{{.op = NETSESS_WKSTA_GET, .level = 502}, 124},
		{{.op = (enum netsess_op)99}, 87},
		{{.op = (enum netsess_op) - 1}, 87},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct op *op = op_new("srv", &rows[i].request, false);

		assert_non_null(op);
		netsess_result_free(expect_result(op, rows[i].code));
		op_free(op);
	}
}

static void what_is_just_allowed_is_sent(void **state)
{
	const struct netsess_request rows[] = {
		{.op = NETSESS_SESSION_ENUM, .level = 502, .client = name_of(1023)},
		{.op = NETSESS_SESSION_DEL, .user = name_of(1023)},
		{.op = NETSESS_SESSION_DEL, .client = "\\\\", .user = ""},
		{.op = NETSESS_SHARE_GET, .level = 1005, .name = "x"},
		{.op = NETSESS_TIME_GET, .level = 77}, /* it has no level */
		{.op = NETSESS_FILE_CLOSE, .level = 77, .client = "not looked at"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct op *op = op_new("srv", &rows[i], false);
		struct op_call call;

		assert_true(op_ask(op, &call));
		op_free(op);
	}
}

static void utf16_names_are_checked(void **state)
{
	static const struct netsess_request request = {.op = NETSESS_SESSION_DEL};
	struct view bob = view_of_hex("62006f006200");
	struct view lone = view_of_hex("6200 00d8");
	struct view nul = view_of_hex("6200 0000 6200");
	struct view odd = view_of_hex("620062");
	const struct {
		struct view user;
		uint32_t code;
	} rows[] = {{lone, 87}, {nul, 87}, {odd, 87}, {{0}, 87}};
	struct op *op;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		op = op_new_utf16("srv", &request, &(struct op_names){.user = rows[i].user},
				  false);
		netsess_result_free(expect_result(op, rows[i].code));
		op_free(op);
	}
	op = op_new_utf16("srv", &request, &(struct op_names){.user = bob}, false);
	expect_del(op, "", "bob");
	op_free(op);
	view_free(bob);
	view_free(lone);
	view_free(nul);
	view_free(odd);
}

/* D1 and E2 of the vectors that other implementations produce, byte for byte. */
static void requests_are_those_of_others(void **state)
{
	static const struct netsess_request del = {
		.op = NETSESS_SESSION_DEL, .client = "\\\\ws1", .user = "bob"};
	static const struct netsess_request list = {.op = NETSESS_SESSION_ENUM,
						    .level = 502};
	struct view d1 = view_of_hex("0000020006000000000000000600000"
				     "05c005c007300720076000000" /* "\\srv" */
				     "04000200060000000000000006000000"
				     "5c005c007700730031000000" /* "\\ws1" */
				     "08000200040000000000000004000000"
				     "62006f0062000000");
	struct view e2 = view_of_hex("00000200060000000000000006000000"
				     "5c005c007300720076000000"
				     "0000000000000000"         /* no names */
				     "f6010000f601000004000200" /* level twice, container */
				     "0000000000000000"         /* no rows */
				     "ffffffff0800020000000000");
	struct op *op = op_new("\\\\srv:4450", &del, false);

	(void)state;
	assert_view_equal(expect_call(op, &SRVSVC, 13).stub, d1);
	op_free(op);
	op = op_new("srv", &list, false);
	assert_view_equal(expect_call(op, &SRVSVC, 12).stub, e2);
	op_free(op);
	view_free(d1);
	view_free(e2);
}

static const struct session_row three[] = {
	{"\\\\10.0.0.5", "alice", 5},
	{"\\\\10.0.0.6", "bob", 6},
	{"\\\\[fe80::1]", "carol", 7},
};

static void one_answer_is_a_result(void **state)
{
	static const struct netsess_request list = {.op = NETSESS_SESSION_ENUM,
						    .level = 502};
	struct op *op = op_new("srv", &list, false);
	struct session_question q = expect_enum(op);
	struct netsess_result *r;

	(void)state;
	assert_int_equal(q.level, 502);
	assert_int_equal(q.prefmaxlen, NETSESS_ALL);
	assert_int_equal(q.resume, 0);
	op_set_self_address(op, "192.0.2.7");
	answer_rows(op, 502, ROWS(three));
	r = expect_result(op, 0);
	op_free(op);
	assert_int_equal(netsess_result_rows(r), 3);
	assert_int_equal(netsess_result_total(r), 3);
	assert_int_equal(netsess_result_level(r), 502);
	assert_string_equal(netsess_result_text(r, 2, 0), "\\\\[fe80::1]");
	assert_string_equal(netsess_result_text(r, 1, 1), "bob");
	assert_int_equal(netsess_result_dialect(r), 0x0311);
	assert_true(netsess_result_encrypted(r));
	assert_string_equal(netsess_result_self_user(r), "smbadmin");
	assert_string_equal(netsess_result_self_client(r), "\\\\192.0.2.7");
	assert_string_equal(netsess_result_note(r), "");
	netsess_result_free(r);
}

static void pages_are_put_together(void **state)
{
	static const struct netsess_request list = {
		.op = NETSESS_SESSION_ENUM, .level = 10, .prefmaxlen = 4096};
	struct op *op = op_new("srv", &list, false);
	struct netsess_result *r;

	(void)state;
	assert_int_equal(expect_enum(op).prefmaxlen, 4096);
	answer_enum(op, &(struct session_answer){10, three, 1, 234, 3, 7, false});
	assert_int_equal(expect_enum(op).resume, 7);
	answer_enum(op, &(struct session_answer){10, three + 1, 1, 234, 2, 9, false});
	assert_int_equal(expect_enum(op).resume, 9);
	answer_enum(op, &(struct session_answer){10, three + 2, 1, 0, 1, 12, false});
	r = expect_result(op, 0);
	op_free(op);
	assert_int_equal(netsess_result_rows(r), 3);
	assert_int_equal(netsess_result_total(r), 3);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(netsess_result_text(r, i, 0), three[i].cname);
		assert_string_equal(netsess_result_text(r, i, 1), three[i].username);
		assert_int_equal(netsess_result_u32(r, i, 2), three[i].time);
	}
	netsess_result_free(r);
}

static void one_page_is_passed_on(void **state)
{
	static const struct netsess_request list = {.op = NETSESS_SESSION_ENUM,
						    .level = 10,
						    .prefmaxlen = 100,
						    .resume = 4,
						    .one_page = true};
	struct op *op = op_new("srv", &list, false);
	struct session_question q = expect_enum(op);
	struct netsess_result *r;

	(void)state;
	assert_int_equal(q.prefmaxlen, 100);
	assert_int_equal(q.resume, 4);
	answer_enum(op, &(struct session_answer){10, three, 2, 234, 9, 6, false});
	r = expect_result(op, 234);
	assert_int_equal(netsess_result_rows(r), 2);
	assert_int_equal(netsess_result_total(r), 9);
	assert_int_equal(netsess_result_resume(r), 6);
	netsess_result_free(r);
	op_free(op);

	op = op_new("srv", &list, false);
	answer_enum(op, &(struct session_answer){10, NULL, 0, 2123, 9, 4, false});
	r = expect_result(op, 2123);
	assert_int_equal(netsess_result_rows(r), 0);
	assert_int_equal(netsess_result_resume(r), 4);
	netsess_result_free(r);
	op_free(op);
}

static void a_server_that_goes_in_circles_is_stopped(void **state)
{
	static const struct netsess_request list = {.op = NETSESS_SESSION_ENUM,
						    .level = 10};
	const struct session_answer answers[] = {
		{10, NULL, 0, 234, 3, 5, false},  /* no row */
		{10, three, 1, 234, 3, 0, false}, /* the handle does not move */
		{10, three, 1, 234, 3, 5, true},  /* no handle */
	};
	unsigned turns = 0;
	struct op *op;
	struct op_call call;

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct netsess_result *r;

		op = op_new("srv", &list, false);
		answer_enum(op, &answers[i]);
		r = expect_result(op, 58);
		assert_int_equal(netsess_result_rows(r), 0);
		assert_string_not_equal(netsess_result_note(r), "");
		netsess_result_free(r);
		op_free(op);
	}
	/* 1 2 3 4 5 3 4 5 3 ... */
	op = op_new("srv", &list, false);
	while (op_ask(op, &call)) {
		turns++;
		assert_true(turns < 20);
		answer_enum(op, &(struct session_answer){10, three, 1, 234, 3,
							 turns <= 5 ? turns : 3 + turns % 3,
							 false});
	}
	netsess_result_free(expect_result(op, 58));
	op_free(op);
}

static void answers_that_make_no_sense(void **state)
{
	static const struct netsess_request list = {.op = NETSESS_SESSION_ENUM,
						    .level = 10};
	static const struct netsess_request time = {.op = NETSESS_TIME_GET};
	struct op *op = op_new("srv", &list, false);
	struct netr_remote_tod_resp tod = {0};
	struct buf stub;
	struct ndr x;

	(void)state;
	answer_rows(op, 1, ROWS(three)); /* another level */
	netsess_result_free(expect_result(op, 58));
	op_free(op);

	op = op_new("srv", &list, false);
	buf_init(&stub, 100);
	assert_int_equal(buf_append(&stub, VIEW_LITERAL("\x0a\0\0\0\x0a\0\0\0")), NS_OK);
	answer_stub(op, &stub); /* cut off */
	netsess_result_free(expect_result(op, 58));
	op_free(op);

	op = op_new("srv", &time, false);
	x = ndr_push(&stub);
	netr_remote_tod_resp_code(&x, &tod);
	assert_int_equal(ndr_end(&x), NS_OK);
	netr_remote_tod_resp_release(&tod);
	answer_stub(op, &stub); /* success, and no time */
	netsess_result_free(expect_result(op, 58));
	op_free(op);
}

static void a_cut_off_answer_is_refused_wherever_it_is_cut(void **state)
{
	static const struct netsess_request list = {.op = NETSESS_SESSION_ENUM,
						    .level = 502};
	struct buf whole = session_stub(
		&(struct session_answer){.level = 502, .rows = three, .n = 3, .total = 3});

	(void)state;
	for (size_t n = 0; n <= whole.n; n++) {
		struct op *op = op_new("srv", &list, false);
		struct view cut = view_dup(view_of(whole.p, n));
		struct buf stub = {
			.p = (uint8_t *)(uintptr_t)cut.p, .n = n, .cap = n, .max = n};
		struct netsess_result *r;

		if (n == 0) {
			view_free(cut);
			stub.p = NULL;
		}
		answer_stub(op, &stub);
		r = expect_result(op, n == whole.n ? 0 : 58);
		assert_int_equal(netsess_result_rows(r), n == whole.n ? 3 : 0);
		netsess_result_free(r);
		op_free(op);
	}
	buf_release(&whole);
}

static void failures_have_their_codes_and_words(void **state)
{
	static const struct {
		enum ns_err err;
		uint32_t code;
	} rows[] = {
		{NS_ETRUNC, 58},       {NS_ESIGNATURE, 58},  {NS_EAUTH, 1326},
		{NS_ENOCREDS, 1326},   {NS_EACCESS, 5},      {NS_EUNSUPPORTED, 50},
		{NS_ENOPIPE, 1722},    {NS_EFAULT, 1726},    {NS_ECLOSED, 64},
		{NS_EENDED, 64},       {NS_ETIMEOUT, 121},   {NS_ENONAME, 53},
		{NS_EUNREACHABLE, 53}, {NS_ENODAEMON, 2114}, {NS_ENOMEM, 8},
	};
	static const struct netsess_request list = {.op = NETSESS_SESSION_ENUM,
						    .level = 10};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct op *op = op_new("srv", &list, false);
		struct netsess_result *r;

		answer_error(op, rows[i].err);
		r = expect_result(op, rows[i].code);
		assert_string_equal(netsess_result_note(r), "what the link says");
		assert_int_equal(netsess_result_rows(r), 0);
		assert_int_equal(netsess_result_fields(r), 4); /* the level is known */
		netsess_result_free(r);
		op_free(op);
	}
}

/* The error's own sentence is a note only where the code has another. */
static void no_note_repeats_the_code(void **state)
{
	static const struct netsess_request list = {.op = NETSESS_SESSION_ENUM};
	static const struct {
		enum ns_err err;
		uint32_t code;
		const char *note;
	} rows[] = {
		{NS_EACCESS, 5, ""},
		{NS_ENOMEM, 8, ""},
		{NS_ELIMIT, 58, "the message exceeds a limit"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct link_info silent = {.user = "", .text = ""};
		struct op *op = op_new("srv", &list, false);
		struct netsess_result *r;
		struct buf none = {0};

		op_answer(op, rows[i].err, &none, &silent);
		r = expect_result(op, rows[i].code);
		assert_string_equal(netsess_result_note(r), rows[i].note);
		netsess_result_free(r);
		op_free(op);
	}
}

static void a_failure_in_the_middle_leaves_no_half_list(void **state)
{
	static const struct netsess_request list = {.op = NETSESS_SESSION_ENUM,
						    .level = 10};
	struct op *op = op_new("srv", &list, false);
	struct netsess_result *r;

	(void)state;
	answer_enum(op, &(struct session_answer){10, three, 2, 234, 3, 2, false});
	answer_error(op, NS_ETIMEOUT);
	r = expect_result(op, 121);
	assert_int_equal(netsess_result_rows(r), 0);
	netsess_result_free(r);
	op_free(op);
}

static void what_may_be_asked_twice(void **state)
{
	static const struct netsess_request list = {.op = NETSESS_SESSION_ENUM,
						    .level = 10};
	static const struct netsess_request del = {.op = NETSESS_SESSION_DEL,
						   .user = "bob"};
	struct op *op = op_new("srv", &list, true);

	(void)state;
	assert_true(op_retry_allowed(op));
	op_retry(op);
	assert_false(op_retry_allowed(op));
	assert_int_equal(expect_enum(op).level, 10);
	answer_rows(op, 10, ROWS(three));
	assert_false(op_retry_allowed(op));
	netsess_result_free(expect_result(op, 0));
	op_free(op);

	op = op_new("srv", &del, true);
	assert_false(op_retry_allowed(op));
	op_free(op);
	op = op_new("srv", &del, false);
	assert_true(op_retry_allowed(op));
	op_free(op);
}

static void get_gives_one_session(void **state)
{
	static const struct session_row twice[] = {{"\\\\10.0.0.6", "bob", 6},
						   {"\\\\10.0.0.6", "bob", 60}};
	static const struct netsess_request get = {.op = NETSESS_SESSION_GET,
						   .level = 2,
						   .client = "\\\\10.0.0.6",
						   .user = "bob"};
	struct op *op = op_new("srv", &get, false);
	struct session_question q = expect_enum(op);
	struct netsess_result *r;

	(void)state;
	assert_int_equal(q.level, 2);
	assert_string_equal(q.client, "\\\\10.0.0.6");
	assert_string_equal(q.user, "bob");
	answer_rows(op, 2, ROWS(twice));
	r = expect_result(op, 0);
	assert_int_equal(netsess_result_rows(r), 1);
	assert_int_equal(netsess_result_u32(r, 0, netsess_result_find(r, "time")), 6);
	netsess_result_free(r);
	op_free(op);

	op = op_new("srv", &get, true);
	answer_rows(op, 2, NULL, 0);
	netsess_result_free(expect_result(op, 2312));
	op_free(op);

	op = op_new("srv", &get, false);
	answer_enum(op, &(struct session_answer){2, NULL, 0, 2221, 0, 0, false});
	netsess_result_free(expect_result(op, 2221));
	op_free(op);
}

static void del_passes_the_servers_code_on(void **state)
{
	static const uint32_t codes[] = {0, 8, 87, 2312, 234};
	static const struct netsess_request del = {.op = NETSESS_SESSION_DEL,
						   .user = "bob"};

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		struct op *op = op_new("srv", &del, false);

		expect_del(op, "", "bob");
		answer_status(op, codes[i]);
		netsess_result_free(expect_result(op, codes[i]));
		op_free(op);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parameters_are_refused_unsent),
		cmocka_unit_test(what_is_just_allowed_is_sent),
		cmocka_unit_test(utf16_names_are_checked),
		cmocka_unit_test(requests_are_those_of_others),
		cmocka_unit_test(one_answer_is_a_result),
		cmocka_unit_test(pages_are_put_together),
		cmocka_unit_test(one_page_is_passed_on),
		cmocka_unit_test(a_server_that_goes_in_circles_is_stopped),
		cmocka_unit_test(answers_that_make_no_sense),
		cmocka_unit_test(a_cut_off_answer_is_refused_wherever_it_is_cut),
		cmocka_unit_test(failures_have_their_codes_and_words),
		cmocka_unit_test(no_note_repeats_the_code),
		cmocka_unit_test(a_failure_in_the_middle_leaves_no_half_list),
		cmocka_unit_test(what_may_be_asked_twice),
		cmocka_unit_test(get_gives_one_session),
		cmocka_unit_test(del_passes_the_servers_code_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

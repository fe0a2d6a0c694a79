/* SPDX-License-Identifier: MIT */
/* Each rule for servers that fall short: where it applies, where not, and not when strict.
 */
#include "client/rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "answers.h"
#include "client/result.h"

/* What Samba would list: bare names, our own session among them. */
static const struct session_row samba[] = {
	{"10.0.0.5", "alice", 1},
	{"10.0.0.6", "bob", 2},
	{"fe80::1", "bob", 3},
	{"192.0.2.7", "smbadmin", 4},
};

static const struct session_row only_us[] = {{"192.0.2.7", "smbadmin", 0}};
static const struct session_row us_twice[] = {{"192.0.2.7", "smbadmin", 0},
					      {"192.0.2.7", "smbadmin", 9}};

static struct op *list(uint32_t level, const char *client, const char *user, bool strict)
{
	const struct netsess_request request = {
		.op = NETSESS_SESSION_ENUM, .level = level, .client = client, .user = user};

	return op_new("srv", &request, strict);
}

static struct op *del(const char *client, const char *user, bool strict)
{
	const struct netsess_request request = {
		.op = NETSESS_SESSION_DEL, .client = client, .user = user};
	struct op *op = op_new("srv", &request, strict);

	op_set_self_address(op, "192.0.2.7");
	return op;
}

/* The operation is over with that code, and with or without a note. */
static void ends(struct op *op, uint32_t code, bool noted)
{
	struct netsess_result *r = expect_result(op, code);

	assert_int_equal(netsess_result_note(r)[0] != '\0', noted);
	assert_int_equal(netsess_result_rows(r), 0);
	if (code != 0)
		assert_int_equal(netsess_result_total(r), 0);
	netsess_result_free(r);
	op_free(op);
}

static void the_table_is_complete(void **state)
{
	size_t n;
	const struct rule *rules = rules_table(&n);

	(void)state;
	assert_true(n > 0);
	for (size_t i = 0; i < n; i++) {
		assert_non_null(rules[i].name);
		assert_non_null(rules[i].observed);
		assert_non_null(rules[i].done);
		assert_non_null(rules[i].apply);
		assert_true(rules[i].ops != 0);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(rules[i].name, rules[j].name);
	}
}

static void filters_are_applied_again(void **state)
{
	static const struct {
		const char *client;
		const char *user;
		uint32_t code;
		size_t rows;
		const char *first;
	} rows[] = {
		{NULL, "bob", 0, 2, "\\\\10.0.0.6"},
		{NULL, "EXAMPLE\\BOB", 0, 2, "\\\\10.0.0.6"},
		{"\\\\[fe80:0::1]", NULL, 0, 1, "\\\\[fe80::1]"},
		{"\\\\fe80::1", "bob", 0, 1, "\\\\[fe80::1]"},
		{"\\\\10.0.0.5", "alice", 0, 1, "\\\\10.0.0.5"},
		{"\\\\10.0.0.5", "bob", 2221, 0, NULL}, /* the client is there, he is not */
		{"\\\\10.0.0.9", "bob", 2312, 0, NULL},
		{"\\\\10.0.0.9", NULL, 2312, 0, NULL},
		{NULL, "nobody", 2221, 0, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct op *op = list(1, rows[i].client, rows[i].user, false);
		struct netsess_result *r;

		answer_rows(op, 1, ROWS(samba));
		r = expect_result(op, rows[i].code);
		assert_int_equal(netsess_result_rows(r), rows[i].rows);
		assert_string_not_equal(netsess_result_note(r), "");
		if (rows[i].first != NULL) {
			assert_string_equal(netsess_result_text(r, 0, 0), rows[i].first);
			assert_int_equal(netsess_result_total(r), rows[i].rows);
		}
		netsess_result_free(r);
		op_free(op);
	}
}

static void a_server_that_filters_is_believed(void **state)
{
	struct op *op = list(1, NULL, "bob", false);
	struct netsess_result *r;

	(void)state;
	assert_string_equal(expect_enum(op).user, "bob");
	answer_rows(op, 1, samba + 1, 2);
	r = expect_result(op, 0);
	assert_int_equal(netsess_result_rows(r), 2);
	assert_string_equal(netsess_result_note(r), "");
	netsess_result_free(r);
	op_free(op);

	op = list(1, NULL, "nobody", false);
	answer_rows(op, 1, NULL, 0);
	ends(op, 0, false);
}

static void filters_across_pages(void **state)
{
	struct op *op = list(1, NULL, "bob", false);
	struct netsess_result *r;

	(void)state;
	answer_enum(op, &(struct session_answer){1, samba, 1, 234, 4, 1, false});
	answer_enum(op, &(struct session_answer){1, samba + 1, 3, 0, 4, 4, false});
	r = expect_result(op, 0);
	assert_int_equal(netsess_result_rows(r), 2);
	assert_int_equal(result_page(r, 0)->count, 2); /* the empty page is gone */
	assert_string_equal(netsess_result_text(r, 1, 0), "\\\\[fe80::1]");
	netsess_result_free(r);
	op_free(op);
}

static void strict_passes_everything_on(void **state)
{
	struct op *op = list(1, "\\\\10.0.0.9", "nobody", true);
	struct netsess_result *r;

	(void)state;
	answer_enum(op, &(struct session_answer){1, samba, 4, 0, 77, 4, false});
	r = expect_result(op, 0);
	assert_int_equal(netsess_result_rows(r), 4);
	assert_int_equal(netsess_result_total(r), 77);
	assert_string_equal(netsess_result_text(r, 0, 0), "10.0.0.5");
	assert_string_equal(netsess_result_note(r), "");
	netsess_result_free(r);
	op_free(op);

	op = list(502, NULL, NULL, true);
	answer_enum(op, &(struct session_answer){502, NULL, 0, 124, 0, 0, false});
	ends(op, 124, false);
	op = del(NULL, "bob", true);
	answer_status(op, 5);
	ends(op, 5, false);
	op = del(NULL, "bob", true);
	answer_error(op, NS_ECLOSED);
	ends(op, 64, true);
	op = list(0, NULL, "bob", true);
	assert_int_equal(expect_enum(op).level, 0);
	op_free(op);
}

static void levels_are_built_from_lower_ones(void **state)
{
	static const uint32_t levels[] = {2, 10, 502};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct op *op = list(levels[i], NULL, NULL, false);
		struct netsess_result *r;

		assert_int_equal(expect_enum(op).level, levels[i]);
		answer_enum(op,
			    &(struct session_answer){levels[i], NULL, 0, 124, 0, 0, false});
		assert_int_equal(expect_enum(op).level, 1);
		answer_rows(op, 1, ROWS(samba));
		r = expect_result(op, 0);
		op_free(op);
		assert_int_equal(netsess_result_level(r), levels[i]);
		assert_int_equal(netsess_result_rows(r), 4);
		assert_string_equal(
			netsess_result_text(r, 1, netsess_result_find(r, "username")),
			"bob");
		assert_int_equal(netsess_result_u32(r, 1, netsess_result_find(r, "time")),
				 2);
		assert_string_equal(
			netsess_result_text(r, 1, netsess_result_find(r, "transport")), "");
		assert_string_not_equal(netsess_result_note(r), "");
		netsess_result_free(r);
	}
}

static void the_lowest_level_is_the_last(void **state)
{
	struct op *op = list(502, NULL, NULL, false);
	struct netsess_result *r;

	(void)state;
	answer_enum(op, &(struct session_answer){502, NULL, 0, 124, 0, 0, false});
	answer_enum(op, &(struct session_answer){1, NULL, 0, 124, 0, 0, false});
	assert_int_equal(expect_enum(op).level, 0);
	answer_rows(op, 0, ROWS(samba));
	r = expect_result(op, 0);
	assert_string_equal(netsess_result_text(r, 2, 0), "\\\\[fe80::1]");
	assert_string_equal(netsess_result_text(r, 2, 1), "");
	netsess_result_free(r);
	op_free(op);

	op = list(0, NULL, NULL, false);
	answer_enum(op, &(struct session_answer){0, NULL, 0, 124, 0, 0, false});
	ends(op, 124, false);
}

static void level_0_with_a_user_needs_level_1(void **state)
{
	struct op *op = list(0, NULL, "bob", false);
	struct netsess_result *r;

	(void)state;
	assert_int_equal(expect_enum(op).level, 1);
	answer_rows(op, 1, ROWS(samba));
	r = expect_result(op, 0);
	assert_int_equal(netsess_result_rows(r), 2);
	assert_int_equal(netsess_result_fields(r), 1);
	assert_string_equal(netsess_result_text(r, 0, 0), "\\\\10.0.0.6");
	netsess_result_free(r);
	op_free(op);

	/* who may not see level 1 gets what the server gives at level 0 */
	op = list(0, NULL, "bob", false);
	answer_enum(op, &(struct session_answer){1, NULL, 0, 5, 0, 0, false});
	assert_int_equal(expect_enum(op).level, 0);
	answer_enum(op, &(struct session_answer){0, NULL, 0, 5, 0, 0, false});
	ends(op, 5, true);
}

static void five_that_means_nobody(void **state)
{
	struct op *op = del(NULL, "nobody", false);
	struct session_question q;

	(void)state;
	answer_status(op, 5);
	q = expect_enum(op);
	assert_int_equal(q.level, 1);
	assert_string_equal(q.user, "nobody");
	answer_rows(op, 1, ROWS(samba));
	ends(op, 2312, true);

	/* a server that filters says it by its code */
	op = del("\\\\10.0.0.9", NULL, false);
	answer_status(op, 5);
	answer_enum(op, &(struct session_answer){1, NULL, 0, 2221, 0, 0, false});
	ends(op, 2312, true);
}

static void five_that_means_five(void **state)
{
	struct op *op = del(NULL, "bob", false);

	(void)state;
	answer_status(op, 5);
	answer_rows(op, 1, ROWS(samba)); /* he is there: it was about rights */
	ends(op, 5, false);

	op = del(NULL, "nobody", false);
	answer_status(op, 5);
	answer_enum(op, &(struct session_answer){1, NULL, 0, 5, 0, 0, false});
	ends(op, 5, false);

	op = del(NULL, "nobody", false);
	answer_status(op, 5);
	answer_error(op, NS_ETIMEOUT);
	ends(op, 5, false);
}

static void the_servers_spelling_is_used(void **state)
{
	struct op *op = del("\\\\[fe80:0::1]", "EXAMPLE\\Bob", false);

	(void)state;
	expect_del(op, "\\\\[fe80:0::1]", "EXAMPLE\\Bob");
	answer_status(op, 5);
	answer_rows(op, 1, ROWS(samba));
	expect_del(op, "\\\\fe80::1", "bob");
	answer_status(op, 0);
	ends(op, 0, true);

	/* and once only: then it was about rights after all */
	op = del("\\\\[fe80:0::1]", NULL, false);
	answer_status(op, 5);
	answer_rows(op, 1, ROWS(samba));
	expect_del(op, "\\\\fe80::1", "");
	answer_status(op, 5);
	answer_rows(op, 1, ROWS(samba));
	ends(op, 5, true);
}

static void a_lost_connection_is_looked_into(void **state)
{
	static const enum ns_err losses[] = {NS_ECLOSED, NS_EENDED};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct op *op = del(NULL, "bob", false);

		answer_error(op, losses[i]);
		assert_int_equal(expect_enum(op).level, 1);
		answer_rows(op, 1, ROWS(only_us));
		ends(op, 0, true);
	}
}

static void one_that_is_still_there_is_ended_again(void **state)
{
	struct op *op = del(NULL, "bob", false);

	(void)state;
	answer_error(op, NS_ECLOSED);
	answer_rows(op, 1, ROWS(samba));
	expect_del(op, "", "bob");
	answer_status(op, 0);
	ends(op, 0, true);

	/* it went away in the meantime: the first request had ended it */
	op = del(NULL, "bob", false);
	answer_error(op, NS_ECLOSED);
	answer_rows(op, 1, ROWS(samba));
	answer_status(op, 2312);
	ends(op, 0, true);

	/* the same in Samba's words */
	op = del(NULL, "bob", false);
	answer_error(op, NS_ECLOSED);
	answer_rows(op, 1, ROWS(samba));
	answer_status(op, 5);
	answer_rows(op, 1, ROWS(only_us));
	ends(op, 0, true);
}

static void our_own_session_is_ended(void **state)
{
	struct op *op = del(NULL, "smbadmin", false);

	(void)state;
	/* Samba ends the process that serves us; the one we look from is a new one. */
	answer_error(op, NS_ECLOSED);
	answer_rows(op, 1, ROWS(only_us));
	ends(op, 0, true);

	op = del("\\\\192.0.2.7", "smbadmin", false);
	answer_error(op, NS_ECLOSED);
	answer_rows(op, 1, ROWS(us_twice)); /* one is still dying */
	expect_del(op, "\\\\192.0.2.7", "smbadmin");
	answer_error(op, NS_ECLOSED);
	answer_rows(op, 1, ROWS(only_us));
	ends(op, 0, true);
}

static void losses_do_not_go_on_for_ever(void **state)
{
	struct op *op = del(NULL, "bob", false);
	struct op_call call;
	unsigned turns = 0;

	(void)state;
	while (op_ask(op, &call)) {
		assert_true(turns++ < 10);
		if (call.opnum == OPNUM_NETR_SESSION_DEL)
			answer_error(op, NS_ECLOSED);
		else
			answer_rows(op, 1, ROWS(samba));
	}
	ends(op, 64, true);

	op = del(NULL, "bob", false);
	answer_error(op, NS_ECLOSED);
	answer_error(op, NS_EUNREACHABLE); /* nobody can say what became of it */
	ends(op, 64, true);
}

static void a_loss_before_we_were_signed_in_is_a_loss(void **state)
{
	const struct link_info nobody = {.dialect = 0x0311, .user = "", .text = ""};
	struct op *op = del(NULL, "bob", false);
	struct buf none = {0};

	(void)state;
	op_answer(op, NS_ECLOSED, &none, &nobody);
	ends(op, 64, true);
}

static void a_del_on_a_stale_connection(void **state)
{
	struct op *op = del(NULL, "bob", false);

	(void)state;
	assert_true(op_retry_allowed(op));
	op_retry(op);
	assert_string_equal(expect_enum(op).user, "bob");
	answer_rows(op, 1, ROWS(samba));
	expect_del(op, "", "bob");
	assert_false(op_retry_allowed(op));
	answer_status(op, 0);
	ends(op, 0, true);
}

static void totals_are_those_of_the_rows(void **state)
{
	const struct netsess_request page = {
		.op = NETSESS_SESSION_ENUM, .level = 1, .resume = 2, .one_page = true};
	struct op *op = op_new("srv", &page, false);
	struct netsess_result *r;

	(void)state;
	answer_enum(op, &(struct session_answer){1, samba + 2, 2, 0, 4, 4, false});
	r = expect_result(op, 0);
	assert_int_equal(netsess_result_total(r), 2);
	netsess_result_free(r);
	op_free(op);
	op = op_new("srv", &page, false);
	answer_enum(op, &(struct session_answer){1, samba + 2, 1, 234, 4, 3, false});
	r = expect_result(op, 234);
	assert_int_equal(netsess_result_total(r), 4);
	netsess_result_free(r);
	op_free(op);
}

static void no_session_is_younger_than_now(void **state)
{
	static const struct session_row rows[] = {{"ws1", "a", UINT32_MAX},
						  {"ws1", "a", 0x80000000},
						  {"ws1", "a", 0x7fffffff}};
	struct op *op = list(10, NULL, NULL, false);
	struct netsess_result *r;

	(void)state;
	answer_rows(op, 10, ROWS(rows));
	r = expect_result(op, 0);
	assert_int_equal(netsess_result_u32(r, 0, 2), 0);
	assert_int_equal(netsess_result_u32(r, 1, 2), 0);
	assert_int_equal(netsess_result_u32(r, 2, 2), 0x7fffffff);
	netsess_result_free(r);
	op_free(op);
	op = list(10, NULL, NULL, true);
	answer_rows(op, 10, ROWS(rows));
	r = expect_result(op, 0);
	assert_int_equal(netsess_result_u32(r, 0, 2), UINT32_MAX);
	netsess_result_free(r);
	op_free(op);
}

static void names_are_as_windows_shows_them(void **state)
{
	static const struct session_row rows[] = {
		{"ws1", "a", 0},      {"\\\\ws2", "b", 0},
		{"10.0.0.5", "c", 0}, {"2001:db8::1", "d", 0},
		{"[::1]", "e", 0},    {"\\\\fe80::1%2", "f", 0},
		{"", "g", 0},
	};
	static const char *const shown[] = {
		"\\\\ws1",
		"\\\\ws2",
		"\\\\10.0.0.5",
		"\\\\[2001:db8::1]",
		"\\\\[::1]",
		"\\\\[fe80::1%2]",
		"",
	};
	struct op *op = list(1, NULL, NULL, false);
	struct netsess_result *r;

	(void)state;
	answer_rows(op, 1, ROWS(rows));
	r = expect_result(op, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(netsess_result_text(r, i, 0), shown[i]);
		assert_string_equal(netsess_result_text(r, i, 1), rows[i].username);
	}
	assert_string_equal(netsess_result_note(r), "");
	netsess_result_free(r);
	op_free(op);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_complete),
		cmocka_unit_test(filters_are_applied_again),
		cmocka_unit_test(a_server_that_filters_is_believed),
		cmocka_unit_test(filters_across_pages),
		cmocka_unit_test(strict_passes_everything_on),
		cmocka_unit_test(levels_are_built_from_lower_ones),
		cmocka_unit_test(the_lowest_level_is_the_last),
		cmocka_unit_test(level_0_with_a_user_needs_level_1),
		cmocka_unit_test(five_that_means_nobody),
		cmocka_unit_test(five_that_means_five),
		cmocka_unit_test(the_servers_spelling_is_used),
		cmocka_unit_test(a_lost_connection_is_looked_into),
		cmocka_unit_test(one_that_is_still_there_is_ended_again),
		cmocka_unit_test(our_own_session_is_ended),
		cmocka_unit_test(losses_do_not_go_on_for_ever),
		cmocka_unit_test(a_loss_before_we_were_signed_in_is_a_loss),
		cmocka_unit_test(a_del_on_a_stale_connection),
		cmocka_unit_test(totals_are_those_of_the_rows),
		cmocka_unit_test(no_session_is_younger_than_now),
		cmocka_unit_test(names_are_as_windows_shows_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/accounts_format.h"

#define HASH_A "209c6174da490caeb422f3fa5a7ae634"
#define HASH_B "A4F49C406510BDCAB6824EE7C30FD852"

static const char sample[] = "# who may sign in\n"
			     "\n"
			     "alice:" HASH_A "\n"
			     "bob:" HASH_B ":disabled\r\n"
			     "  # indented\n"
			     "J\xc3\xb6rg M:" HASH_A;

static void assert_view(struct view v, const char *text)
{
	assert_int_equal(v.n, strlen(text));
	assert_memory_equal(v.p, text, v.n);
}

static void test_walk(void **state)
{
	struct accounts_text t = accounts_text(VIEW_LITERAL(sample));
	struct account_line a;

	(void)state;
	assert_true(accounts_next(&t, &a));
	assert_view(a.user, "alice");
	assert_int_equal(a.nt_hash[0], 0x20);
	assert_int_equal(a.nt_hash[15], 0x34);
	assert_false(a.disabled);
	assert_int_equal(t.line, 3);
	assert_true(accounts_next(&t, &a));
	assert_view(a.user, "bob");
	assert_int_equal(a.nt_hash[0], 0xa4);
	assert_int_equal(a.nt_hash[15], 0x52);
	assert_true(a.disabled);
	assert_int_equal(t.line, 4);
	assert_true(accounts_next(&t, &a));
	assert_view(a.user, "J\xc3\xb6rg M");
	assert_int_equal(t.line, 6);
	assert_false(accounts_next(&t, &a));
	assert_null(t.error);
}

static void test_bad_lines(void **state)
{
	static const char *const lines[] = {
		"alice",
		"alice:",
		"alice:" HASH_A "0",
		"alice:209c",
		"alice:g09c6174da490caeb422f3fa5a7ae634",
		":" HASH_A,
		"alice:" HASH_A ":off",
		"alice:" HASH_A ":disabled:",
		" alice:" HASH_A,
		"DOM\\alice:" HASH_A,
		"alice@realm:" HASH_A,
		"al\tice:" HASH_A,
		"al\xff"
		"ice:" HASH_A,
		"al\xc3:" HASH_A,
	};
	char text[256];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct accounts_text t;
		struct account_line a;

		(void)snprintf(text, sizeof(text), "ok:%s\n%s\n", HASH_A, lines[i]);
		t = accounts_text(view_of_string(text));
		assert_true(accounts_next(&t, &a));
		assert_false(accounts_next(&t, &a));
		assert_non_null(t.error);
		assert_int_equal(t.line, 2);
		/* It stays where it is. */
		assert_false(accounts_next(&t, &a));
		assert_int_equal(t.line, 2);
	}
}

static void test_every_truncation(void **state)
{
	(void)state;
	/* On a block of exactly that size, so that a step past the end is seen. */
	for (size_t n = 0; n < sizeof(sample); n++) {
		uint8_t *copy = malloc(n > 0 ? n : 1);
		struct accounts_text t;
		struct account_line a;

		assert_non_null(copy);
		memcpy(copy, sample, n);
		t = accounts_text(view_of(copy, n));
		while (accounts_next(&t, &a))
			assert_true(a.user.n > 0);
		free(copy);
	}
}

static const uint8_t ones[ACCOUNT_HASH_LEN] = {1, 1, 1, 1, 1, 1, 1, 1,
					       1, 1, 1, 1, 1, 1, 1, 1};
#define HASH_ONES "01010101010101010101010101010101"

static enum ns_err change(struct buf *out, enum account_edit edit, const char *user)
{
	buf_init(out, ACCOUNTS_FILE_MAX);
	return accounts_change(out, NULL, VIEW_LITERAL(sample), edit, view_of_string(user),
			       edit == ACCOUNT_SET ? ones : NULL);
}

static void assert_changed(enum account_edit edit, const char *user, const char *expected)
{
	struct buf out;

	assert_int_equal(change(&out, edit, user), NS_OK);
	assert_view(buf_view(&out), expected);
	buf_release(&out);
}

static void test_changes(void **state)
{
	(void)state;
	assert_changed(ACCOUNT_SET, "ALICE",
		       "# who may sign in\n\nalice:" HASH_ONES "\nbob:" HASH_B
		       ":disabled\r\n  # indented\nJ\xc3\xb6rg M:" HASH_A "\n");
	assert_changed(ACCOUNT_SET, "carol",
		       "# who may sign in\n\nalice:" HASH_A "\nbob:" HASH_B
		       ":disabled\r\n  # indented\nJ\xc3\xb6rg M:" HASH_A
		       "\ncarol:" HASH_ONES "\n");
	assert_changed(ACCOUNT_REMOVE, "bob",
		       "# who may sign in\n\nalice:" HASH_A
		       "\n  # indented\nJ\xc3\xb6rg M:" HASH_A "\n");
	assert_changed(ACCOUNT_ENABLE, "Bob",
		       "# who may sign in\n\nalice:" HASH_A
		       "\nbob:a4f49c406510bdcab6824ee7c30fd852\n"
		       "  # indented\nJ\xc3\xb6rg M:" HASH_A "\n");
	assert_changed(ACCOUNT_DISABLE, "j\xc3\x96RG m",
		       "# who may sign in\n\nalice:" HASH_A "\nbob:" HASH_B
		       ":disabled\r\n  # indented\nJ\xc3\xb6rg M:" HASH_A ":disabled\n");
}

static void test_changes_refused(void **state)
{
	struct accounts_text where;
	struct buf out;

	(void)state;
	assert_int_equal(change(&out, ACCOUNT_REMOVE, "nobody"), NS_EAUTH);
	buf_release(&out);
	assert_int_equal(change(&out, ACCOUNT_SET, "a:b"), NS_EINVAL);
	assert_int_equal(change(&out, ACCOUNT_SET, ""), NS_EINVAL);
	assert_int_equal(change(&out, ACCOUNT_SET, "#a"), NS_EINVAL);
	assert_int_equal(accounts_change(&out, &where, VIEW_LITERAL("\nx:1\n"), ACCOUNT_SET,
					 VIEW_LITERAL("y"), ones),
			 NS_EFORMAT);
	assert_int_equal(where.line, 2);
	assert_non_null(where.error);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_every_truncation),
		cmocka_unit_test(test_changes),
		cmocka_unit_test(test_changes_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

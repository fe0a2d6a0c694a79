/* SPDX-License-Identifier: MIT */
#include "base/span.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "lib/hex.h"

static void a_literal_has_no_nul(void **state)
{
	(void)state;
	assert_int_equal(VIEW_LITERAL("abc").n, 3);
	assert_int_equal(VIEW_LITERAL("a\0c").n, 3);
	assert_int_equal(view_of_string("abc").n, 3);
	assert_int_equal(view_of_string("").n, 0);
}

static void a_slice_never_leaves_its_view(void **state)
{
	static const struct {
		size_t off, n;
		const char *want;
	} rows[] = {
		{0, 5, "01234"},
		{0, 0, ""},
		{0, 6, "01234"},
		{2, 2, "23"},
		{4, 1, "4"},
		{4, SIZE_MAX, "4"},
		{5, 1, ""},
		{6, 1, ""},
		{SIZE_MAX, 1, ""},
		{1, SIZE_MAX, "1234"},
		{SIZE_MAX, SIZE_MAX, ""},
	};
	struct view v = VIEW_LITERAL("01234");

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_view_equal(view_slice(v, rows[i].off, rows[i].n),
				  view_of_string(rows[i].want));
}

static void equality_is_of_bytes_and_length(void **state)
{
	(void)state;
	assert_true(view_equal(VIEW_LITERAL("ab"), VIEW_LITERAL("ab")));
	assert_false(view_equal(VIEW_LITERAL("ab"), VIEW_LITERAL("abc")));
	assert_false(view_equal(VIEW_LITERAL("ab"), VIEW_LITERAL("aB")));
	assert_true(view_equal((struct view){0}, VIEW_LITERAL("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_literal_has_no_nul),
		cmocka_unit_test(a_slice_never_leaves_its_view),
		cmocka_unit_test(equality_is_of_bytes_and_length),
	};

	return cmocka_run_group_tests_name("base/span", tests, NULL, NULL);
}

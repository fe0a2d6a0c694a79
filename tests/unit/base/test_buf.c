/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "lib/hex.h"

static void an_empty_buffer_owns_nothing(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 10);
	assert_null(b.p);
	assert_int_equal(buf_view(&b).n, 0);
	assert_int_equal(buf_append(&b, (struct view){0}), NS_OK);
	assert_int_equal(buf_append_zero(&b, 0), NS_OK);
	assert_null(b.p);
	buf_release(&b);
	buf_release(&b);
}

static void it_fills_up_to_its_maximum_and_no_further(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 5);
	assert_int_equal(buf_append(&b, VIEW_LITERAL("abc")), NS_OK);
	assert_int_equal(buf_append(&b, VIEW_LITERAL("def")), NS_ELIMIT);
	assert_view_equal(buf_view(&b), VIEW_LITERAL("abc"));
	assert_int_equal(buf_append_zero(&b, 2), NS_OK);
	assert_view_equal(buf_view(&b), VIEW_LITERAL("abc\0\0"));
	assert_int_equal(buf_append_zero(&b, 1), NS_ELIMIT);
	assert_true(b.cap <= b.max);
	buf_release(&b);
	assert_int_equal(b.max, 5);
}

static void absurd_sizes_are_refused_without_overflow(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, SIZE_MAX / 4);
	assert_int_equal(buf_append(&b, VIEW_LITERAL("x")), NS_OK);
	assert_int_equal(buf_reserve(&b, SIZE_MAX), NS_ELIMIT);
	assert_int_equal(buf_reserve(&b, SIZE_MAX / 4), NS_ELIMIT);
	assert_view_equal(buf_view(&b), VIEW_LITERAL("x"));
	buf_release(&b);
}

static void growth_is_by_doubling_within_the_maximum(void **state)
{
	struct buf b;
	size_t grown = 0;

	(void)state;
	buf_init(&b, 100000);
	for (size_t i = 0; i < 100000; i++) {
		uint8_t byte = (uint8_t)(i * 7);
		size_t cap = b.cap;

		assert_int_equal(buf_append(&b, view_of(&byte, 1)), NS_OK);
		grown += b.cap != cap;
		assert_true(b.n <= b.cap && b.cap <= b.max);
	}
	assert_true(grown < 12);
	for (size_t i = 0; i < 100000; i++)
		assert_int_equal(b.p[i], (uint8_t)(i * 7));
	buf_release(&b);
}

static void reserved_room_is_used_without_moving(void **state)
{
	struct buf b;
	uint8_t *at;

	(void)state;
	buf_init(&b, 5000);
	assert_int_equal(buf_reserve(&b, 4000), NS_OK);
	assert_true(b.cap >= 4000);
	at = b.p;
	assert_int_equal(buf_append_zero(&b, 4000), NS_OK);
	assert_ptr_equal(b.p, at);
	buf_release(&b);
}

static void consuming_keeps_the_rest_in_order(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	assert_int_equal(buf_append(&b, VIEW_LITERAL("0123456789")), NS_OK);
	buf_consume(&b, 0);
	assert_view_equal(buf_view(&b), VIEW_LITERAL("0123456789"));
	buf_consume(&b, 3);
	assert_view_equal(buf_view(&b), VIEW_LITERAL("3456789"));
	buf_consume(&b, 7);
	assert_int_equal(b.n, 0);
	assert_int_equal(buf_append(&b, VIEW_LITERAL("x")), NS_OK);
	assert_view_equal(buf_view(&b), VIEW_LITERAL("x"));
	buf_clear(&b);
	assert_int_equal(b.n, 0);
	assert_non_null(b.p);
	buf_release(&b);
}

static void moving_leaves_the_source_empty_and_usable(void **state)
{
	struct buf a, b;

	(void)state;
	buf_init(&a, 100);
	buf_init(&b, 20);
	assert_int_equal(buf_append(&a, VIEW_LITERAL("old")), NS_OK);
	assert_int_equal(buf_append(&b, VIEW_LITERAL("new")), NS_OK);
	buf_move(&a, &b);
	assert_view_equal(buf_view(&a), VIEW_LITERAL("new"));
	assert_int_equal(b.n, 0);
	assert_null(b.p);
	assert_int_equal(b.max, 20);
	assert_int_equal(buf_append(&b, VIEW_LITERAL("again")), NS_OK);
	buf_release(&a);
	buf_wipe(&b);
	assert_null(b.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_buffer_owns_nothing),
		cmocka_unit_test(it_fills_up_to_its_maximum_and_no_further),
		cmocka_unit_test(absurd_sizes_are_refused_without_overflow),
		cmocka_unit_test(growth_is_by_doubling_within_the_maximum),
		cmocka_unit_test(reserved_room_is_used_without_moving),
		cmocka_unit_test(consuming_keeps_the_rest_in_order),
		cmocka_unit_test(moving_leaves_the_source_empty_and_usable),
	};

	return cmocka_run_group_tests_name("base/buf", tests, NULL, NULL);
}

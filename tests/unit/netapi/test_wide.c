/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/utf16.h"
#include "lib/hex.h"
#include "netapi/wide.h"

static struct wide wide32(const uint32_t *p)
{
	return (struct wide){p, WIDE_32};
}

static void the_length_is_bounded(void **state)
{
	const uint32_t abc[] = {'a', 'b', 'c', 0};
	const uint16_t ab[] = {'a', 'b', 0};

	(void)state;
	assert_int_equal(wide_length(wide32(abc), 10), 3);
	assert_int_equal(wide_length(wide32(abc), 2), 2);
	assert_int_equal(wide_length((struct wide){ab, WIDE_16}, 10), 2);
}

static void expect_utf16(const uint32_t *units, size_t n, const char *hex)
{
	struct view want = view_of_hex(hex);
	struct buf got;

	buf_init(&got, 100);
	assert_int_equal(wide_to_utf16(&got, wide32(units), n), NS_OK);
	assert_view_equal(buf_view(&got), want);
	buf_release(&got);
	view_free(want);
}

static void wide_characters_become_utf_16(void **state)
{
	(void)state;
	expect_utf16((const uint32_t[]){'a', 0xfc, 0xffff, 0x10000, 0x10ffff}, 5,
		     "6100 fc00 ffff 00d800dc ffdbffdf");
}

static void what_is_no_character_stays_invalid(void **state)
{
	static const uint32_t bad[][2] = {
		{0xd83d, 0xde00}, {0x110000, 'a'}, {0xffffffff, 'a'}, {'a', 0xdfff}};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct buf utf16, utf8;

		buf_init(&utf16, 100);
		buf_init(&utf8, 100);
		assert_int_equal(wide_to_utf16(&utf16, wide32(bad[i]), 2), NS_OK);
		assert_int_equal(utf8_from_utf16(&utf8, buf_view(&utf16)), NS_EFORMAT);
		buf_release(&utf16);
		buf_release(&utf8);
	}
}

static void storing_fills_exactly_the_room_it_counted(void **state)
{
	struct view text = view_of_hex("6100 3dd800de 00d8");
	uint32_t to[8] = {0};

	(void)state;
	assert_int_equal(wide_units_of_utf16(text, WIDE_16), 4);
	assert_int_equal(wide_units_of_utf16(text, WIDE_32), 3);
	assert_ptr_equal(wide_store((uint8_t *)to, text, WIDE_32), &to[4]);
	assert_int_equal(to[0], 'a');
	assert_int_equal(to[1], 0x1f600);
	assert_int_equal(to[2], 0xd800);
	assert_int_equal(to[3], 0);
	view_free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_length_is_bounded),
		cmocka_unit_test(wide_characters_become_utf_16),
		cmocka_unit_test(what_is_no_character_stays_invalid),
		cmocka_unit_test(storing_fills_exactly_the_room_it_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

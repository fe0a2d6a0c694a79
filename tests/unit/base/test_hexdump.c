/* SPDX-License-Identifier: MIT */
#include "base/hexdump.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/hex.h"

static void assert_dump(struct view v, const char *want)
{
	struct buf b;

	buf_init(&b, 4096);
	assert_int_equal(hexdump(&b, v), NS_OK);
	assert_view_equal(buf_view(&b), view_of_string(want));
	buf_release(&b);
}

static void lines_look_as_documented(void **state)
{
	struct view v = view_of_hex("fe534d4240000100 0000000000001f00 41 7f 7e 20");

	(void)state;
	assert_dump((struct view){0}, "");
	assert_dump(v, "0000  fe 53 4d 42 40 00 01 00  00 00 00 00 00 00 1f 00  "
		       "|.SMB@...........|\n"
		       "0010  41 7f 7e 20                                       "
		       "|A.~ |\n");
	assert_dump(view_slice(v, 0, 16), "0000  fe 53 4d 42 40 00 01 00  "
					  "00 00 00 00 00 00 1f 00  "
					  "|.SMB@...........|\n");
	view_free(v);
}

static void offsets_widen_for_long_views(void **state)
{
	static const struct {
		size_t n;
		const char *last; /* how the last line begins */
	} rows[] = {{0x10000, "fff0  "}, {0x10001, "10000  "}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		uint8_t *zero = calloc(1, rows[i].n);
		size_t lines = (rows[i].n + 15) / 16, width;
		struct buf b;

		assert_non_null(zero);
		buf_init(&b, 1u << 20);
		assert_int_equal(hexdump(&b, view_of(zero, rows[i].n)), NS_OK);
		width = strlen(rows[i].last) + 3 * 16 + 2 + 18 + 1;
		assert_memory_equal(b.p + (lines - 1) * width, rows[i].last,
				    strlen(rows[i].last));
		assert_int_equal(b.p[b.n - 1], '\n');
		buf_release(&b);
		free(zero);
	}
}

static void a_dump_that_does_not_fit_adds_nothing(void **state)
{
	uint8_t zero[32] = {0};
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	assert_int_equal(buf_append(&b, VIEW_LITERAL("kept")), NS_OK);
	assert_int_equal(hexdump(&b, view_of(zero, 32)), NS_ELIMIT);
	assert_view_equal(buf_view(&b), VIEW_LITERAL("kept"));
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_look_as_documented),
		cmocka_unit_test(offsets_widen_for_long_views),
		cmocka_unit_test(a_dump_that_does_not_fit_adds_nothing),
	};

	return cmocka_run_group_tests_name("base/hexdump", tests, NULL, NULL);
}

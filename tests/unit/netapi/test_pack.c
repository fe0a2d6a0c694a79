/* SPDX-License-Identifier: MIT */
/* The layout that is read off the level tables is the layout of the C structures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <lm.h>

#include "netapi/pack.h"

#define AT(n, member)                                                                      \
	{                                                                                  \
#member, offsetof(SESSION_INFO_##n, sesi##n##_##member)                    \
	}
#define LEVEL(n, ...)                                                                      \
	{                                                                                  \
		n, sizeof(SESSION_INFO_##n),                                               \
		{                                                                          \
			__VA_ARGS__                                                        \
		}                                                                          \
	}

static const struct {
	uint32_t level;
	size_t size;
	struct {
		const char *member;
		size_t offset;
	} at[8];
} layouts[] = {
	LEVEL(0, AT(0, cname)),
	LEVEL(1, AT(1, cname), AT(1, username), AT(1, num_opens), AT(1, time),
	      AT(1, idle_time), AT(1, user_flags)),
	LEVEL(2, AT(2, cname), AT(2, username), AT(2, num_opens), AT(2, time),
	      AT(2, idle_time), AT(2, user_flags), AT(2, cltype_name)),
	LEVEL(10, AT(10, cname), AT(10, username), AT(10, time), AT(10, idle_time)),
	LEVEL(502, AT(502, cname), AT(502, username), AT(502, num_opens), AT(502, time),
	      AT(502, idle_time), AT(502, user_flags), AT(502, cltype_name),
	      AT(502, transport)),
};

static void the_layout_is_that_of_the_header(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		const struct info_level *level =
			info_level_find(&SESSION_INFO, layouts[i].level);
		size_t n = 0;

		assert_non_null(level);
		assert_int_equal(pack_struct_size(level), layouts[i].size);
		for (; n < 8 && layouts[i].at[n].member != NULL; n++) {
			assert_string_equal(level->fields[n]->member,
					    layouts[i].at[n].member);
			assert_int_equal(pack_offset(level, n), layouts[i].at[n].offset);
		}
		assert_int_equal(level->n, n);
	}
}

static void build(struct info_rows *rows)
{
	info_rows_init(rows, info_level_find(&SESSION_INFO, 502));
	for (uint32_t i = 1; i <= 2; i++) {
		assert_int_equal(info_rows_add(rows), NS_OK);
		assert_int_equal(
			info_rows_put_utf8(rows, "cname", VIEW_LITERAL("\\\\10.0.0.5")),
			NS_OK);
		assert_int_equal(
			info_rows_put_utf8(rows, "username",
					   i == 1 ? VIEW_LITERAL("J\xc3\xbcrgen")
						  : VIEW_LITERAL("\xf0\x9f\x98\x80")),
			NS_OK);
		info_rows_put_u32(rows, "num_opens", i);
		info_rows_put_u32(rows, "time", 0xffffffff);
		info_rows_put_u32(rows, "user_flags", SESS_GUEST);
	}
}

static void rows_become_wide_structures(void **state)
{
	const SESSION_INFO_502 *s;
	struct info_rows rows;
	void *block = NULL;

	(void)state;
	build(&rows);
	assert_int_equal(pack_rows(&block, &rows, WIDE_32), NS_OK);
	info_rows_release(&rows);
	s = block;
	assert_int_equal(wcscmp(s[0].sesi502_cname, L"\\\\10.0.0.5"), 0);
	assert_int_equal(wcscmp(s[0].sesi502_username, L"J\u00fcrgen"), 0);
	assert_int_equal(wcscmp(s[1].sesi502_username, L"\U0001f600"), 0);
	assert_int_equal(s[0].sesi502_num_opens, 1);
	assert_int_equal(s[1].sesi502_num_opens, 2);
	assert_int_equal(s[1].sesi502_time, 0xffffffff);
	assert_int_equal(s[1].sesi502_user_flags, SESS_GUEST);
	assert_int_equal(s[1].sesi502_cltype_name[0], 0);
	assert_int_equal(s[1].sesi502_transport[0], 0);
	assert_int_equal(NetApiBufferFree(block), NERR_Success);
}

static void sixteen_bit_strings_are_utf_16(void **state)
{
	const uint16_t smile[] = {0xd83d, 0xde00, 0};
	const struct {
		uint16_t *cname, *username;
	} * s;
	struct info_rows rows;
	void *block = NULL;

	(void)state;
	build(&rows);
	assert_int_equal(pack_rows(&block, &rows, WIDE_16), NS_OK);
	info_rows_release(&rows);
	s = (const void *)((const uint8_t *)block + sizeof(SESSION_INFO_502));
	assert_memory_equal(s->username, smile, sizeof(smile));
	free(block);
}

/* A server's name that is not valid UTF-16 must still name what it named. */
static void a_lone_surrogate_is_kept(void **state)
{
	const uint8_t lone[] = {0x00, 0xd8, 'a', 0};
	struct info_rows rows;
	const SESSION_INFO_0 *s;
	void *block = NULL;

	(void)state;
	info_rows_init(&rows, info_level_find(&SESSION_INFO, 0));
	assert_int_equal(info_rows_add(&rows), NS_OK);
	assert_int_equal(info_rows_put_text(&rows, "cname", view_of(lone, sizeof(lone))),
			 NS_OK);
	assert_int_equal(pack_rows(&block, &rows, WIDE_32), NS_OK);
	info_rows_release(&rows);
	s = block;
	assert_int_equal(s->sesi0_cname[0], 0xd800);
	assert_int_equal(s->sesi0_cname[1], 'a');
	assert_int_equal(s->sesi0_cname[2], 0);
	free(block);
}

static void no_rows_are_a_block_too(void **state)
{
	struct info_rows rows;
	void *block = NULL;

	(void)state;
	info_rows_init(&rows, info_level_find(&SESSION_INFO, 1));
	assert_int_equal(pack_rows(&block, &rows, WIDE_32), NS_OK);
	assert_non_null(block);
	free(block);
	info_rows_release(&rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_layout_is_that_of_the_header),
		cmocka_unit_test(rows_become_wide_structures),
		cmocka_unit_test(sixteen_bit_strings_are_utf_16),
		cmocka_unit_test(a_lone_surrogate_is_kept),
		cmocka_unit_test(no_rows_are_a_block_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

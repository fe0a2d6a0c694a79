/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <uchar.h>

#include <cmocka.h>

#include "lib/hex.h"
#include "rpc/info_rows.h"

#define UTF16(s) view_of(s, sizeof(s) - sizeof((s)[0]))

/* One function fills every level: what a level lacks is passed over. */
static void add_session(struct info_rows *rows, struct view client, const char *user,
			uint32_t time)
{
	assert_int_equal(info_rows_add(rows), NS_OK);
	assert_int_equal(info_rows_put_text(rows, "cname", client), NS_OK);
	assert_int_equal(info_rows_put_utf8(rows, "username", view_of_string(user)), NS_OK);
	info_rows_put_u32(rows, "num_opens", 3);
	info_rows_put_u32(rows, "time", time);
	assert_int_equal(
		info_rows_put_text(rows, "transport", UTF16(u"\\Device\\NetbiosSmb")),
		NS_OK);
}

static struct info_rows sessions(uint32_t level)
{
	struct info_rows rows;

	info_rows_init(&rows, info_level_find(&SESSION_INFO, level));
	add_session(&rows, UTF16(u"\\\\ws1"), "alice", 10);
	add_session(&rows, UTF16(u"\\\\ws2"),
		    "b\xc3\xb6"
		    "b",
		    20);
	add_session(&rows, UTF16(u"\\\\ws1"), "carol", 30);
	return rows;
}

static void rows_hold_what_was_put(void **state)
{
	struct info_rows rows = sessions(502);

	(void)state;
	assert_int_equal(rows.count, 3);
	assert_view_equal(info_text(&rows, 1, 0), UTF16(u"\\\\ws2"));
	assert_view_equal(info_text(&rows, 1, 1), UTF16(u"b\u00f6b"));
	assert_int_equal(info_u32(&rows, 1, 2), 3);
	assert_int_equal(info_u32(&rows, 1, 3), 20);
	assert_int_equal(info_u32(&rows, 1, 4), 0);
	assert_false(info_absent(&rows, 1, 6)); /* nobody gave it: "", not NULL */
	assert_false(info_absent(&rows, 1, 4));
	assert_int_equal(info_text(&rows, 1, 6).n, 0);
	info_rows_release(&rows);
	assert_int_equal(rows.count, 0);
	info_rows_release(&rows);
}

static void a_level_takes_only_what_it_has(void **state)
{
	struct info_rows rows = sessions(0);

	(void)state;
	assert_int_equal(rows.count, 3);
	assert_view_equal(info_text(&rows, 2, 0), UTF16(u"\\\\ws1"));
	assert_int_equal(rows.owned.n, 3 * sizeof(u"\\\\ws1") - 3 * 2);
	assert_int_equal(
		info_rows_put_bytes(&rows, "security_descriptor", VIEW_LITERAL("sd")),
		NS_OK);
	info_rows_release(&rows);
}

static void a_bad_name_leaves_the_row_alone(void **state)
{
	struct info_rows rows = sessions(1);
	size_t before = rows.owned.n;

	(void)state;
	assert_int_equal(info_rows_put_utf8(&rows, "username", VIEW_LITERAL("ab\xff")),
			 NS_EFORMAT);
	assert_int_equal(rows.owned.n, before);
	assert_view_equal(info_text(&rows, 2, 1), UTF16(u"carol"));
	assert_view_equal(info_text(&rows, 0, 1), UTF16(u"alice"));
	info_rows_release(&rows);
}

static void a_full_pool_leaves_the_row_alone(void **state)
{
	struct info_rows rows = sessions(1);

	(void)state;
	rows.owned.max = rows.owned.n + 2;
	rows.owned.cap = rows.owned.cap < rows.owned.max ? rows.owned.cap : rows.owned.max;
	assert_int_equal(info_rows_put_text(&rows, "username", UTF16(u"dave")), NS_ELIMIT);
	assert_view_equal(info_text(&rows, 2, 1), UTF16(u"carol"));
	info_rows_release(&rows);
}

static void bytes_bring_their_length(void **state)
{
	struct info_rows rows;
	size_t sd;

	(void)state;
	info_rows_init(&rows, info_level_find(&SHARE_INFO, 502));
	sd = info_level_member(rows.level, "security_descriptor");
	assert_int_equal(info_rows_add(&rows), NS_OK);
	assert_true(info_absent(&rows, 0, sd));
	assert_int_equal(info_bytes(&rows, 0, sd).n, 0);
	assert_int_equal(
		info_rows_put_bytes(&rows, "security_descriptor", VIEW_LITERAL("12345")),
		NS_OK);
	assert_false(info_absent(&rows, 0, sd));
	assert_view_equal(info_bytes(&rows, 0, sd), VIEW_LITERAL("12345"));
	assert_int_equal(info_u32(&rows, 0, sd - 1), 5);
	info_rows_release(&rows);
}

static void a_higher_level_is_made_from_a_lower(void **state)
{
	struct info_rows rows = sessions(1);

	(void)state;
	assert_int_equal(info_rows_project(&rows, info_level_find(&SESSION_INFO, 502)),
			 NS_OK);
	assert_int_equal(rows.level->level, 502);
	assert_int_equal(rows.count, 3);
	assert_view_equal(info_text(&rows, 0, 1), UTF16(u"alice"));
	assert_int_equal(info_u32(&rows, 2, 3), 30);
	assert_false(info_absent(&rows, 0, 7));
	assert_int_equal(info_text(&rows, 0, 7).n, 0);
	add_session(&rows, UTF16(u"\\\\ws9"), "erin", 40); /* and it may go on growing */
	assert_view_equal(info_text(&rows, 3, 1), UTF16(u"erin"));
	info_rows_release(&rows);
}

static void a_lower_level_is_made_from_a_higher(void **state)
{
	struct info_rows rows = sessions(502);
	const union info_value *values;

	(void)state;
	assert_int_equal(info_rows_project(&rows, info_level_find(&SESSION_INFO, 10)),
			 NS_OK);
	assert_view_equal(info_text(&rows, 1, 0), UTF16(u"\\\\ws2"));
	assert_int_equal(info_u32(&rows, 1, 2), 20);
	values = rows.values;
	assert_int_equal(info_rows_project(&rows, rows.level), NS_OK);
	assert_ptr_equal(rows.values, values);
	info_rows_release(&rows);
}

static void no_rows_make_no_rows(void **state)
{
	struct info_rows rows;

	(void)state;
	info_rows_init(&rows, info_level_find(&SHARE_INFO, 1));
	assert_int_equal(info_rows_project(&rows, info_level_find(&SHARE_INFO, 503)),
			 NS_OK);
	assert_int_equal(rows.count, 0);
	assert_int_equal(info_rows_add(&rows), NS_OK);
	assert_true(info_absent(&rows, 0,
				info_level_member(rows.level, "security_descriptor")));
	info_rows_release(&rows);
}

static bool keep_client(void *ctx, const struct info_rows *rows, uint32_t row)
{
	const struct view *client = ctx;

	return view_equal(info_text(rows, row, 0), *client);
}

static void rows_are_filtered_in_order(void **state)
{
	struct view client = UTF16(u"\\\\ws1");
	struct info_rows rows = sessions(10);

	(void)state;
	info_rows_filter(&rows, keep_client, &client);
	assert_int_equal(rows.count, 2);
	assert_view_equal(info_text(&rows, 0, 1), UTF16(u"alice"));
	assert_view_equal(info_text(&rows, 1, 1), UTF16(u"carol"));
	client = UTF16(u"nobody");
	info_rows_filter(&rows, keep_client, &client);
	assert_int_equal(rows.count, 0);
	info_rows_filter(&rows, keep_client, &client);
	info_rows_release(&rows);
}

static void rows_are_moved_and_adopt(void **state)
{
	struct info_rows rows = sessions(1);
	struct info_rows to = {0};
	struct buf stub;
	const uint8_t *p;

	(void)state;
	info_rows_move(&to, &rows);
	assert_int_equal(rows.count, 0);
	assert_int_equal(to.count, 3);
	assert_view_equal(info_text(&to, 0, 1), UTF16(u"alice"));
	info_rows_release(&to);

	buf_init(&stub, 64);
	assert_int_equal(buf_append(&stub, VIEW_LITERAL("stub")), NS_OK);
	p = stub.p;
	info_rows_adopt(&rows, &stub);
	assert_int_equal(stub.n, 0);
	assert_ptr_equal(rows.owned.p, p);
	info_rows_release(&rows);
}

/* Sizes of the structures as a 64-bit Windows compiler lays them out. */
static void sizes_are_those_of_windows(void **state)
{
	static const struct {
		const struct info_family *family;
		uint32_t level;
		uint64_t size;
		uint64_t strings;
	} rows[] = {
		{&SESSION_INFO, 0, 8, 1},     {&SESSION_INFO, 1, 32, 2},
		{&SESSION_INFO, 2, 40, 3},    {&SESSION_INFO, 10, 24, 2},
		{&SESSION_INFO, 502, 48, 4},  {&CONNECTION_INFO, 0, 4, 0},
		{&CONNECTION_INFO, 1, 40, 2}, {&FILE_INFO, 2, 4, 0},
		{&FILE_INFO, 3, 32, 2},       {&SHARE_INFO, 1, 24, 2},
		{&SHARE_INFO, 502, 72, 4},    {&TIME_OF_DAY_INFO, 0, 48, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct info_rows r;

		info_rows_init(&r, info_level_find(rows[i].family, rows[i].level));
		assert_int_equal(info_rows_add(&r), NS_OK);
		assert_int_equal(info_rows_add(&r), NS_OK);
		assert_int_equal(info_rows_win32_size(&r, 0, 1),
				 rows[i].size + 2 * rows[i].strings);
		assert_int_equal(info_rows_win32_size(&r, 0, 2),
				 2 * (rows[i].size + 2 * rows[i].strings));
		assert_int_equal(info_rows_win32_size(&r, 1, 1), 0);
		info_rows_release(&r);
	}
}

static void strings_count_with_their_nul(void **state)
{
	struct info_rows rows = sessions(10);

	(void)state;
	assert_int_equal(info_rows_win32_size(&rows, 0, 1), 24 + 12 + 12);
	info_rows_release(&rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_hold_what_was_put),
		cmocka_unit_test(a_level_takes_only_what_it_has),
		cmocka_unit_test(a_bad_name_leaves_the_row_alone),
		cmocka_unit_test(a_full_pool_leaves_the_row_alone),
		cmocka_unit_test(bytes_bring_their_length),
		cmocka_unit_test(a_higher_level_is_made_from_a_lower),
		cmocka_unit_test(a_lower_level_is_made_from_a_higher),
		cmocka_unit_test(no_rows_make_no_rows),
		cmocka_unit_test(rows_are_filtered_in_order),
		cmocka_unit_test(rows_are_moved_and_adopt),
		cmocka_unit_test(sizes_are_those_of_windows),
		cmocka_unit_test(strings_count_with_their_nul),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

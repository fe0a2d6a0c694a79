/* SPDX-License-Identifier: MIT */
#include "wire/fscc_notify.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "lib/hex.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A rename: "abc" to "d", and then a file in a directory. */
static const char rename_and_more[] = "14000000"      /*  0 NextEntryOffset 20 */
				      "04000000"      /*  4 RENAMED_OLD_NAME */
				      "06000000"      /*  8 FileNameLength */
				      "610062006300"  /* 12 FileName */
				      "0000"          /* 18 padding */
				      "10000000"      /* NextEntryOffset 16 */
				      "05000000"      /* RENAMED_NEW_NAME */
				      "02000000"      /* FileNameLength */
				      "6400"          /* FileName */
				      "0000"          /* padding */
				      "00000000"      /* NextEntryOffset: the last */
				      "01000000"      /* ADDED */
				      "06000000"      /* FileNameLength */
				      "64005c006500"; /* "d\e"; no padding behind it */

static const struct fscc_notify_record records[] = {
	{FILE_ACTION_RENAMED_OLD_NAME, {(const uint8_t *)"a\0b\0c", 6}},
	{FILE_ACTION_RENAMED_NEW_NAME, {(const uint8_t *)"d", 2}},
	{FILE_ACTION_ADDED, {(const uint8_t *)"d\0\\\0e", 6}},
};

static void the_layout_is_the_specification_s(void **state)
{
	struct view want = view_of_hex(rename_and_more);
	struct fscc_notify_list list = {0};
	struct wire_writer w;
	struct buf got;

	(void)state;
	buf_init(&got, want.n);
	w = wire_writer_at_end(&got);
	for (size_t i = 0; i < COUNT(records); i++)
		fscc_notify_put(&list, &w, &records[i]);
	assert_int_equal(wire_put_status(&w), NS_OK);
	assert_int_equal(list.count, COUNT(records));
	assert_view_equal(buf_view(&got), want);
	buf_release(&got);
	view_free(want);
}

static void a_list_is_read_record_by_record(void **state)
{
	struct view list = view_of_hex(rename_and_more);
	struct fscc_notify_walk walk = fscc_notify_walk_of(list);
	struct fscc_notify_record got;

	(void)state;
	for (size_t i = 0; i < COUNT(records); i++) {
		assert_true(fscc_notify_next(&walk, &got));
		assert_int_equal(got.action, records[i].action);
		assert_view_equal(got.name, records[i].name);
	}
	assert_false(fscc_notify_next(&walk, &got));
	assert_int_equal(walk.err, NS_OK);
	view_free(list);
}

/* How many records come before the end or the error. */
static size_t count(struct view list, enum ns_err *err)
{
	struct fscc_notify_walk walk = fscc_notify_walk_of(list);
	struct fscc_notify_record got;
	size_t n = 0;

	while (fscc_notify_next(&walk, &got))
		n++;
	*err = walk.err;
	return n;
}

static void every_truncation_is_refused(void **state)
{
	struct view whole = view_of_hex(rename_and_more);

	(void)state;
	for (size_t n = 1; n < whole.n; n++) {
		struct view cut = view_dup(view_slice(whole, 0, n));
		enum ns_err err;

		assert_true(count(cut, &err) < COUNT(records));
		assert_int_not_equal(err, NS_OK);
		view_free(cut);
	}
	view_free(whole);
}

static void bad_offsets_are_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
	} rows[] = {
		{0, 21},    /* not aligned */
		{0, 16},    /* into the record itself */
		{0, 56},    /* behind the end */
		{3, 0xff},  /* far behind it */
		{8, 5},     /* half a character */
		{11, 0xff}, /* a name without end */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct view whole = view_of_hex(rename_and_more);
		struct buf changed;
		enum ns_err err;

		buf_init(&changed, whole.n);
		assert_int_equal(buf_append(&changed, whole), NS_OK);
		changed.p[rows[i].at] = rows[i].value;
		assert_int_equal(count(buf_view(&changed), &err), 0);
		assert_int_not_equal(err, NS_OK);
		buf_release(&changed);
		view_free(whole);
	}
}

static void a_list_without_room_says_so(void **state)
{
	struct fscc_notify_list list = {0};
	struct wire_writer w;
	struct buf small;

	(void)state;
	buf_init(&small, 19);
	w = wire_writer_at_end(&small);
	fscc_notify_put(&list, &w, &records[0]);
	assert_int_equal(wire_put_status(&w), NS_OK);
	fscc_notify_put(&list, &w, &records[1]);
	assert_int_equal(wire_put_status(&w), NS_ELIMIT);
	buf_release(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_layout_is_the_specification_s),
		cmocka_unit_test(a_list_is_read_record_by_record),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(bad_offsets_are_refused),
		cmocka_unit_test(a_list_without_room_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>

#include "lib/hex.h"
#include "wire/fscc_ea.h"

static const char list[] = "14000000"     /*  0 NextEntryOffset 20 */
			   "00"           /*  4 Flags */
			   "03"           /*  5 EaNameLength */
			   "0600"         /*  6 EaValueLength */
			   "666f6f00"     /*  8 foo */
			   "76616c756531" /* 12 value1 */
			   "0000"
			   "00000000" /* 20 */
			   "80"       /* 24 FILE_NEED_EA */
			   "01"       /* 25 */
			   "0000"     /* 26 */
			   "6200";    /* 28 b */

static const char names[] = "0c000000" /* 0 NextEntryOffset 12 */
			    "03"       /* 4 EaNameLength */
			    "666f6f00" /* 5 foo */
			    "000000"
			    "00000000" /* 12 */
			    "01"
			    "6200"; /* 17 b */

static enum ns_err all(struct view v, size_t *count)
{
	struct fscc_eas it = fscc_eas_of(v);
	struct fscc_ea ea;

	*count = 0;
	while (fscc_ea_next(&it, &ea))
		(*count)++;
	return it.err;
}

static enum ns_err all_names(struct view v, size_t *count)
{
	struct fscc_eas it = fscc_eas_of(v);
	struct view name;

	*count = 0;
	while (fscc_ea_name_next(&it, &name))
		(*count)++;
	return it.err;
}

static void a_list_is_read_and_written(void **state)
{
	struct view v = view_of_hex(list);
	struct fscc_eas it = fscc_eas_of(v);
	struct fscc_ea_list out = {0};
	struct wire_writer w;
	struct fscc_ea ea;
	struct buf b;

	(void)state;
	buf_init(&b, 64);
	w = wire_writer_at_end(&b);
	assert_true(fscc_ea_next(&it, &ea));
	assert_true(view_equal(ea.name, VIEW_LITERAL("foo")));
	assert_true(view_equal(ea.value, VIEW_LITERAL("value1")));
	assert_int_equal(ea.flags, 0);
	assert_int_equal(fscc_ea_cost(&w, &ea), 18);
	fscc_ea_put(&out, &w, &ea);
	assert_true(fscc_ea_next(&it, &ea));
	assert_true(view_equal(ea.name, VIEW_LITERAL("b")));
	assert_int_equal(ea.value.n, 0);
	assert_int_equal(ea.flags, FILE_NEED_EA);
	assert_int_equal(fscc_ea_cost(&w, &ea), 12);
	fscc_ea_put(&out, &w, &ea);
	assert_false(fscc_ea_next(&it, &ea));
	assert_int_equal(it.err, NS_OK);
	assert_int_equal(wire_put_status(&w), NS_OK);
	assert_true(view_equal(buf_view(&b), v));
	buf_release(&b);
	view_free(v);
}

static void names_are_read_and_written(void **state)
{
	struct view v = view_of_hex(names), name;
	struct fscc_eas it = fscc_eas_of(v);
	struct fscc_ea_list out = {0};
	struct wire_writer w;
	struct buf b;

	(void)state;
	buf_init(&b, 64);
	w = wire_writer_at_end(&b);
	while (fscc_ea_name_next(&it, &name))
		fscc_ea_name_put(&out, &w, name);
	assert_int_equal(out.count, 2);
	assert_true(view_equal(buf_view(&b), v));
	buf_release(&b);
	view_free(v);
}

static void every_truncation_is_refused(void **state)
{
	struct view v = view_of_hex(list), n = view_of_hex(names);
	size_t count;

	(void)state;
	for (size_t i = 1; i < v.n; i++)
		assert_int_not_equal(all(view_slice(v, 0, i), &count), NS_OK);
	for (size_t i = 1; i < n.n; i++)
		assert_int_not_equal(all_names(view_slice(n, 0, i), &count), NS_OK);
	assert_int_equal(all((struct view){0}, &count), NS_OK);
	assert_int_equal(count, 0);
	view_free(v);
	view_free(n);
}

/* One byte of the list is another; what comes of it. */
static void bad_entries_are_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t byte;
		enum ns_err err;
	} rows[] = {
		{0, 21, NS_EFORMAT},   /* not aligned */
		{0, 4, NS_ETRUNC},     /* into the entry */
		{0, 16, NS_ETRUNC},    /* into its value */
		{0, 32, NS_EFORMAT},   /* past the end */
		{3, 0x80, NS_EFORMAT}, /* far past it */
		{5, 2, NS_EFORMAT},    /* no NUL behind the name */
		{5, 255, NS_ETRUNC},   {7, 0xff, NS_ETRUNC},
		{20, 4, NS_ETRUNC}, /* in circles */
		{25, 2, NS_ETRUNC},    {26, 1, NS_ETRUNC},
		{29, 'x', NS_EFORMAT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct view v = view_of_hex(list);
		uint8_t bytes[64];
		size_t count;

		memcpy(bytes, v.p, v.n);
		bytes[rows[i].at] = rows[i].byte;
		if (all(view_of(bytes, v.n), &count) != rows[i].err)
			fail_msg("row %zu", i);
		view_free(v);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_read_and_written),
		cmocka_unit_test(names_are_read_and_written),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(bad_entries_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

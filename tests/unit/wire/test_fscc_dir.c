/* SPDX-License-Identifier: MIT */
#include "wire/fscc_dir.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "lib/hex.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Two entries of FileIdBothDirectoryInformation. */
static const char id_both[] =
	"70000000"         /*   0 NextEntryOffset 112 */
	"07000000"         /*   4 FileIndex */
	"1100000000000000" /*   8 CreationTime */
	"2200000000000000" /*  16 LastAccessTime */
	"3300000000000000" /*  24 LastWriteTime */
	"4400000000000000" /*  32 ChangeTime */
	"0500000000000000" /*  40 EndOfFile */
	"0010000000000000" /*  48 AllocationSize */
	"20000000"         /*  56 FileAttributes */
	"02000000"         /*  60 FileNameLength */
	"09000000"         /*  64 EaSize */
	"0000"             /*  68 ShortNameLength, Reserved1 */
	"000000000000000000000000000000000000000000000000" /* 70 ShortName */
	"0000"                                             /*  94 Reserved2 */
	"6600000000000000"                                 /*  96 FileId */
	"6100"                                             /* 104 FileName */
	"000000000000"                                     /* 106 padding */
	"0000000008000000110000000000000022000000000000003300000000000000"
	"4400000000000000060000000000000000200000000000001000000004000000"
	"000000000000000000000000000000000000000000000000000000000000"
	"00007700000000000000"
	"62006300"; /* the second: no padding behind it */

static const unsigned classes[] = {
	FILE_NAMES_INFORMATION,
	FILE_DIRECTORY_INFORMATION,
	FILE_FULL_DIRECTORY_INFORMATION,
	FILE_BOTH_DIRECTORY_INFORMATION,
	FILE_ID_FULL_DIRECTORY_INFORMATION,
	FILE_ID_BOTH_DIRECTORY_INFORMATION,
	FILE_ID_EXTD_DIRECTORY_INFORMATION,
};

static const struct fscc_dir_entry entries[] = {
	{7, 0x11, 0x22, 0x33, 0x44, 5, 4096, 0x20, 9, 0x66, {(const uint8_t *)"a", 2}},
	{8, 0x11, 0x22, 0x33, 0x44, 6, 8192, 0x10, 0, 0x77, {(const uint8_t *)"b\0c", 4}},
};

static void write_list(struct buf *out, unsigned info_class)
{
	struct fscc_dir_list list = {.info_class = info_class};
	struct wire_writer w;

	buf_init(out, 4096);
	w = wire_writer_at_end(out);
	for (size_t i = 0; i < COUNT(entries); i++) {
		size_t before = out->n;
		size_t cost = fscc_dir_cost(&list, &w, entries[i].name.n);

		fscc_dir_put(&list, &w, &entries[i]);
		assert_int_equal(out->n - before, cost);
	}
	assert_int_equal(wire_put_status(&w), NS_OK);
}

static void the_layout_is_the_specification_s(void **state)
{
	struct view want = view_of_hex(id_both);
	struct buf got;

	(void)state;
	write_list(&got, FILE_ID_BOTH_DIRECTORY_INFORMATION);
	assert_view_equal(buf_view(&got), want);
	buf_release(&got);
	view_free(want);
}

static void same(const struct fscc_dir_entry *got, const struct fscc_dir_entry *want,
		 unsigned c)
{
	bool times = c != FILE_NAMES_INFORMATION;
	bool ea = times && c != FILE_DIRECTORY_INFORMATION;
	bool id = c == FILE_ID_FULL_DIRECTORY_INFORMATION ||
		  c == FILE_ID_BOTH_DIRECTORY_INFORMATION ||
		  c == FILE_ID_EXTD_DIRECTORY_INFORMATION;

	assert_int_equal(got->file_index, want->file_index);
	assert_int_equal(got->creation_time, times ? want->creation_time : 0);
	assert_int_equal(got->last_access_time, times ? want->last_access_time : 0);
	assert_int_equal(got->last_write_time, times ? want->last_write_time : 0);
	assert_int_equal(got->change_time, times ? want->change_time : 0);
	assert_int_equal(got->end_of_file, times ? want->end_of_file : 0);
	assert_int_equal(got->allocation_size, times ? want->allocation_size : 0);
	assert_int_equal(got->attributes, times ? want->attributes : 0);
	assert_int_equal(got->ea_size, ea ? want->ea_size : 0);
	assert_int_equal(got->file_id, id ? want->file_id : 0);
	assert_view_equal(got->name, want->name);
}

static void each_class_comes_back_as_it_went(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(classes); i++) {
		struct fscc_dir_entry got;
		struct fscc_dir_walk walk;
		struct buf b;
		size_t n = 0;

		write_list(&b, classes[i]);
		walk = fscc_dir_walk_of(classes[i], buf_view(&b));
		while (fscc_dir_next(&walk, &got))
			same(&got, &entries[n++], classes[i]);
		assert_int_equal(walk.err, NS_OK);
		assert_int_equal(n, COUNT(entries));
		buf_release(&b);
	}
}

/* [MS-FSCC] 2.4: where FileName stands in each */
static void the_fixed_parts_are_known(void **state)
{
	(void)state;
	assert_int_equal(fscc_dir_fixed_len(FILE_NAMES_INFORMATION), 12);
	assert_int_equal(fscc_dir_fixed_len(FILE_DIRECTORY_INFORMATION), 64);
	assert_int_equal(fscc_dir_fixed_len(FILE_FULL_DIRECTORY_INFORMATION), 68);
	assert_int_equal(fscc_dir_fixed_len(FILE_BOTH_DIRECTORY_INFORMATION), 94);
	assert_int_equal(fscc_dir_fixed_len(FILE_ID_FULL_DIRECTORY_INFORMATION), 80);
	assert_int_equal(fscc_dir_fixed_len(FILE_ID_BOTH_DIRECTORY_INFORMATION), 104);
	assert_int_equal(fscc_dir_fixed_len(FILE_ID_EXTD_DIRECTORY_INFORMATION), 88);
	assert_int_equal(fscc_dir_fixed_len(FILE_ALL_INFORMATION), 0);
}

/* How many entries come before the end or the error. */
static size_t count(struct view list, unsigned info_class, enum ns_err *err)
{
	struct fscc_dir_walk walk = fscc_dir_walk_of(info_class, list);
	struct fscc_dir_entry got;
	size_t n = 0;

	while (fscc_dir_next(&walk, &got))
		n++;
	*err = walk.err;
	return n;
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(classes); i++) {
		struct buf b;
		enum ns_err err;

		write_list(&b, classes[i]);
		for (size_t n = 1; n < b.n; n++) {
			struct view cut = view_dup(view_of(b.p, n));

			if (count(cut, classes[i], &err) == 2 || err == NS_OK)
				fail_msg("class %u: %zu of %zu", classes[i], n, b.n);
			view_free(cut);
		}
		buf_release(&b);
	}
}

static void bad_chains_are_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		size_t entries;
		enum ns_err err;
	} rows[] = {
		{0, 0, 1, NS_OK},          {0, 8, 0, NS_EFORMAT},
		{0, 104, 0, NS_EFORMAT},   {0, 113, 0, NS_EFORMAT},
		{0, 224, 0, NS_EFORMAT},   {3, 0xff, 0, NS_EFORMAT},
		{60, 9, 0, NS_EFORMAT},    {61, 0xff, 0, NS_ETRUNC},
		{112, 112, 1, NS_EFORMAT},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct view good = view_of_hex(id_both), bad;
		struct buf b;
		enum ns_err err;

		buf_init(&b, good.n);
		assert_int_equal(buf_append(&b, good), NS_OK);
		b.p[rows[i].at] = rows[i].value;
		bad = view_dup(buf_view(&b));
		if (count(bad, FILE_ID_BOTH_DIRECTORY_INFORMATION, &err) !=
			    rows[i].entries ||
		    err != rows[i].err)
			fail_msg("row %zu: %s", i, ns_err_name(err));
		view_free(bad);
		buf_release(&b);
		view_free(good);
	}
}

static void an_unknown_class_is_an_error(void **state)
{
	struct fscc_dir_list list = {.info_class = FILE_ALL_INFORMATION};
	enum ns_err err;
	struct wire_writer w;
	struct buf b;

	(void)state;
	buf_init(&b, 4096);
	w = wire_writer_at_end(&b);
	fscc_dir_put(&list, &w, &entries[0]);
	assert_int_equal(wire_put_status(&w), NS_EINVAL);
	assert_int_equal(count(view_of("abcd", 4), FILE_ALL_INFORMATION, &err), 0);
	assert_int_equal(err, NS_EINVAL);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_layout_is_the_specification_s),
		cmocka_unit_test(each_class_comes_back_as_it_went),
		cmocka_unit_test(the_fixed_parts_are_known),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(bad_chains_are_refused),
		cmocka_unit_test(an_unknown_class_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

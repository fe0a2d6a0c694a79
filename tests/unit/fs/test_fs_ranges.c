/* SPDX-License-Identifier: MIT */
/* Copies, holes and zeroes on a real disk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"
#include "fs/fs_copy.h"
#include "fs/fs_ranges.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MIB          (UINT64_C(1) << 20)
#define BLOCK        65536u /* a multiple of what any disk allocates */

static struct fs_file *made(const struct disk *d, const char *name)
{
	struct fs_open how = disk_open(d, name, FS_CREATE);

	return disk_opened(&how);
}

static const char *nth(const char *name, size_t i)
{
	static char text[32];

	snprintf(text, sizeof text, "%s%zu", name, i);
	return text;
}

static struct fs_file *made_with(const struct disk *d, const char *name, size_t i,
				 const char *text)
{
	struct fs_open how;
	char path[32];

	snprintf(path, sizeof path, "%s", nth(name, i));
	disk_make(d, path, text);
	how = disk_open(d, path, FS_OPEN);
	return disk_opened(&how);
}

static void write_block(struct fs_file *file, uint64_t offset)
{
	uint8_t bytes[BLOCK];

	memset(bytes, 'x', sizeof bytes);
	assert_status(fs_write(file, offset, view_of(bytes, sizeof bytes), true),
		      NT_STATUS_SUCCESS);
}

static uint64_t size_of(const struct fs_file *file)
{
	struct fs_info info;

	assert_status(fs_stat(file, &info), NT_STATUS_SUCCESS);
	return info.size;
}

static uint64_t allocated(const struct fs_file *file)
{
	struct fs_info info;

	assert_status(fs_flush(file), NT_STATUS_SUCCESS);
	assert_status(fs_stat(file, &info), NT_STATUS_SUCCESS);
	return info.allocated;
}

/* ------------------------------------------------------------------------------ copies --
 */

static void bytes_go_from_one_file_to_another(void **state)
{
	static const struct {
		uint64_t from, to;
		size_t n;
		const char *after;
	} rows[] = {
		{0, 0, 6, "source"},
		{1, 2, 3, "taourt"},
		{5, 5, 1, "targee"},
		{0, 6, 2, "targetso"},
		{0, FS_COPY_AT_END, 2, "targetso"},
		{6, 0, 0, "target"},
		{0, 0, 0, "target"},
	};
	const struct disk *d = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fs_file *source = made_with(d, "s", i, "source");
		struct fs_file *target = made_with(d, "t", i, "target");
		struct fs_copy c = {source, target, rows[i].from, rows[i].to, rows[i].n};
		size_t done = 99;

		assert_status(fs_copy(&c, &done), NT_STATUS_SUCCESS);
		assert_int_equal(done, rows[i].n);
		disk_close(source);
		disk_close(target);
		disk_holds(d, nth("t", i), rows[i].after);
		disk_holds(d, nth("s", i), "source");
	}
}

static void what_a_copy_can_not_be_is_refused(void **state)
{
	static const struct {
		uint64_t from, to;
		size_t n;
		uint32_t status;
	} rows[] = {
		{0, 0, 7, NT_STATUS_INVALID_VIEW_SIZE},
		{6, 0, 1, NT_STATUS_INVALID_VIEW_SIZE},
		{INT64_MAX - 1, 0, 1, NT_STATUS_INVALID_VIEW_SIZE},
		{INT64_MAX, 0, 1, NT_STATUS_INVALID_PARAMETER},
		{UINT64_MAX, 0, 1, NT_STATUS_INVALID_PARAMETER},
		{0, INT64_MAX, 1, NT_STATUS_INVALID_PARAMETER},
		{0, UINT64_MAX - 1, 1, NT_STATUS_INVALID_PARAMETER},
		{0, (uint64_t)INT64_MAX + 1, 1, NT_STATUS_INVALID_PARAMETER},
	};
	const struct disk *d = *state;
	struct fs_file *source = made_with(d, "s", 0, "source");
	struct fs_file *target = made_with(d, "t", 0, "target"), *directory;
	struct fs_open how = disk_open(d, "", FS_OPEN);
	size_t done;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fs_copy c = {source, target, rows[i].from, rows[i].to, rows[i].n};

		assert_status(fs_copy(&c, &done), rows[i].status);
		assert_int_equal(done, 0);
	}
	how.access = FS_READ;
	directory = disk_opened(&how);
	assert_status(fs_copy(&(struct fs_copy){directory, target, 0, 0, 1}, &done),
		      NT_STATUS_INVALID_DEVICE_REQUEST);
	assert_status(fs_copy(&(struct fs_copy){source, directory, 0, 0, 1}, &done),
		      NT_STATUS_INVALID_DEVICE_REQUEST);
	disk_close(directory);
	disk_close(source);
	disk_close(target);
	disk_holds(d, "t0", "target");
}

/* By hand, where the kernel copies nothing. */
static void an_overlap_takes_what_was_there_before(void **state)
{
	static const struct {
		uint64_t from, to;
		size_t n;
		const char *after;
	} rows[] = {
		{0, 2, 4, "ababcd"},
		{2, 0, 4, "cdefef"},
		{0, 0, 6, "abcdef"},
		{0, 4, 4, "abcdabcd"},
	};
	const struct disk *d = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fs_file *file = made_with(d, "f", i, "abcdef");
		size_t done;

		assert_status(fs_copy(&(struct fs_copy){file, file, rows[i].from,
							rows[i].to, rows[i].n},
				      &done),
			      NT_STATUS_SUCCESS);
		assert_int_equal(done, rows[i].n);
		disk_close(file);
		disk_holds(d, nth("f", i), rows[i].after);
	}
}

/* Who may only append does so wherever he is told to write. */
static void a_target_that_only_grows_is_appended_to(void **state)
{
	const struct disk *d = *state;
	struct fs_file *source = made_with(d, "s", 0, "source"), *target;
	struct fs_open how = disk_open(d, "t", FS_OPEN);
	size_t done;

	disk_make(d, "t", "t");
	how.access = FS_APPEND;
	target = disk_opened(&how);
	assert_status(fs_copy(&(struct fs_copy){source, target, 0, 0, 6}, &done),
		      NT_STATUS_SUCCESS);
	assert_int_equal(done, 6);
	disk_close(target);
	disk_close(source);
	disk_holds(d, "t", "tsource");
}

/* Whoever may read alone can't be made to write. */
static void a_target_that_is_read_alone_is_not_written(void **state)
{
	const struct disk *d = *state;
	struct fs_file *source = made_with(d, "s", 0, "source"), *target;
	struct fs_open how = disk_open(d, "t", FS_OPEN);
	size_t done;

	disk_make(d, "t", "target");
	how.access = FS_READ;
	target = disk_opened(&how);
	assert_status(fs_copy(&(struct fs_copy){source, target, 0, 0, 6}, &done),
		      NT_STATUS_INVALID_HANDLE);
	assert_int_equal(done, 0);
	disk_close(target);
	disk_close(source);
	disk_holds(d, "t", "target");
}

/* ------------------------------------------------------------------------------- holes --
 */

/* A block of data, a hole, a block, and a hole up to the end. */
static struct fs_file *with_holes(const struct disk *d)
{
	struct fs_file *file = made(d, "holes");

	write_block(file, 0);
	write_block(file, 4 * MIB);
	assert_status(fs_set_size(file, 8 * MIB), NT_STATUS_SUCCESS);
	return file;
}

static void data_is_told_from_holes(void **state)
{
	static const struct {
		uint64_t offset, end, found, length;
	} rows[] = {
		{0, 8 * MIB, 0, BLOCK},
		{0, 1, 0, 1},
		{0, 0, 0, 0},
		{BLOCK - 1, 8 * MIB, BLOCK - 1, 1},
		{BLOCK, 8 * MIB, 4 * MIB, BLOCK},
		{BLOCK, 4 * MIB, BLOCK, 0},
		{BLOCK, 4 * MIB + 1, 4 * MIB, 1},
		{4 * MIB + BLOCK, 8 * MIB, 4 * MIB + BLOCK, 0},
		{8 * MIB, INT64_MAX, 8 * MIB, 0},
		{INT64_MAX - 1, INT64_MAX, INT64_MAX - 1, 0},
		{0, UINT64_MAX, 0, 0},
	};
	const struct disk *d = *state;
	struct fs_file *file = with_holes(d);
	struct fs_range r;

	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_status(fs_ranges_next(file, rows[i].offset, rows[i].end, &r),
			      NT_STATUS_SUCCESS);
		assert_int_equal(r.length, rows[i].length);
		assert_true(r.offset == rows[i].found);
	}
	disk_close(file);
}

static void step(struct fs_file *file, uint64_t from, uint64_t end, bool sparse)
{
	uint64_t offset = from;

	while (offset < end)
		assert_status(fs_ranges_zero(file, &offset, end, sparse),
			      NT_STATUS_SUCCESS);
	assert_true(offset == end);
}

static bool is_zero(const struct fs_file *file, uint64_t offset, size_t n)
{
	uint8_t bytes[BLOCK];
	size_t got;

	assert_true(n <= sizeof bytes);
	assert_status(fs_read(file, offset, bytes, n, &got), NT_STATUS_SUCCESS);
	assert_int_equal(got, n);
	for (size_t i = 0; i < n; i++)
		if (bytes[i] != 0)
			return false;
	return true;
}

static void zeroes_are_written_and_space_is_given_back(void **state)
{
	const struct disk *d = *state;
	struct fs_file *file = with_holes(d);
	struct fs_range r;

	step(file, 1, BLOCK - 1, true); /* no whole blocks at its ends */
	assert_false(is_zero(file, 0, 1));
	assert_true(is_zero(file, 1, BLOCK - 2));
	assert_false(is_zero(file, BLOCK - 1, 1));
	step(file, 4 * MIB, 4 * MIB + BLOCK, true);
	assert_true(is_zero(file, 4 * MIB, BLOCK));
	assert_status(fs_ranges_next(file, BLOCK, 8 * MIB, &r), NT_STATUS_SUCCESS);
	assert_int_equal(r.length, 0);
	assert_int_equal(size_of(file), 8 * MIB);
	disk_close(file);
}

static void zeroes_end_where_the_file_ends(void **state)
{
	static const uint64_t ends[] = {3 * BLOCK, 3 * BLOCK + 1, 100 * MIB, INT64_MAX};
	const struct disk *d = *state;
	struct fs_file *file = made(d, "f");
	uint64_t was;

	for (size_t i = 0; i < COUNT(ends); i++)
		for (int sparse = 0; sparse < 2; sparse++) {
			for (uint64_t b = 0; b < 3; b++)
				write_block(file, b * BLOCK);
			was = allocated(file);
			step(file, BLOCK, ends[i], sparse);
			assert_false(is_zero(file, 0, BLOCK));
			assert_true(is_zero(file, BLOCK, BLOCK));
			assert_true(is_zero(file, 2 * BLOCK, BLOCK));
			assert_int_equal(size_of(file), 3 * BLOCK);
			assert_true(sparse ? allocated(file) < was
					   : allocated(file) == was);
			step(file, ends[i], ends[i], sparse);
			step(file, INT64_MAX, INT64_MAX, sparse);
		}
	disk_close(file);
}

static void holes_are_filled(void **state)
{
	const struct disk *d = *state;
	struct fs_file *file = with_holes(d), *reader;
	struct fs_open how = disk_open(d, "holes", FS_OPEN);
	uint64_t offset = 0;

	how.access = FS_READ;
	reader = disk_opened(&how);
	assert_status(fs_ranges_fill(reader, &offset), NT_STATUS_SUCCESS);
	assert_true(offset == UINT64_MAX);
	assert_true(allocated(file) < 8 * MIB);
	for (offset = 0; offset != UINT64_MAX;)
		assert_status(fs_ranges_fill(file, &offset), NT_STATUS_SUCCESS);
	assert_true(allocated(file) >= 8 * MIB);
	assert_int_equal(size_of(file), 8 * MIB);
	assert_true(is_zero(file, MIB, BLOCK));
	disk_close(reader);
	disk_close(file);
}

/* More than the disk has is refused before anything of it is taken. */
static void a_hole_larger_than_the_disk_stays_one(void **state)
{
	const struct disk *d = *state;
	struct fs_file *file = made(d, "f");
	uint64_t offset = 0;

	/* The largest file that the smallest of today's file systems take. */
	if (fs_set_size(file, UINT64_C(1) << 43) != NT_STATUS_SUCCESS)
		skip();
	assert_status(fs_ranges_fill(file, &offset), NT_STATUS_DISK_FULL);
	assert_int_equal(offset, 0);
	assert_int_equal(allocated(file), 0);
	disk_close(file);
}

static void a_directory_has_no_ranges(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "", FS_OPEN);
	struct fs_file *file;
	uint64_t offset = 0;
	struct fs_range r;

	how.access = FS_READ;
	file = disk_opened(&how);
	assert_status(fs_ranges_next(file, 0, 1, &r), NT_STATUS_INVALID_PARAMETER);
	assert_status(fs_ranges_zero(file, &offset, 1, true), NT_STATUS_INVALID_PARAMETER);
	assert_status(fs_ranges_fill(file, &offset), NT_STATUS_INVALID_PARAMETER);
	assert_int_equal(offset, 0);
	disk_close(file);
}

/* ---------------------------------------------------------------------- shared extents --
 */

static void what_can_not_be_shared_is_refused(void **state)
{
	static const struct {
		uint64_t from, to, n;
		uint32_t status;
	} rows[] = {
		{0, 0, 0, NT_STATUS_SUCCESS},
		{0, 0, BLOCK, NT_STATUS_NOT_SUPPORTED},             /* itself */
		{0, BLOCK / 2, BLOCK, NT_STATUS_NOT_SUPPORTED},     /* itself in part */
		{0, BLOCK, 2 * BLOCK + 1, NT_STATUS_NOT_SUPPORTED}, /* past its end */
		{INT64_MAX, 0, 1, NT_STATUS_INVALID_PARAMETER},
		{0, UINT64_MAX, 1, NT_STATUS_INVALID_PARAMETER},
		{0, 0, UINT64_MAX, NT_STATUS_INVALID_PARAMETER},
	};
	const struct disk *d = *state;
	struct fs_file *file = made(d, "f");

	write_block(file, 0);
	write_block(file, BLOCK);
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_status(fs_ranges_share(&(struct fs_sharing){file, file, rows[i].from,
								   rows[i].to, rows[i].n}),
			      rows[i].status);
	disk_close(file);
}

/* Where the disk can share it is as good as a copy; where not, nothing has happened. */
static void what_is_shared_reads_the_same(void **state)
{
	const struct disk *d = *state;
	struct fs_file *source = made(d, "s"), *target = made(d, "t");
	uint32_t status;

	write_block(source, 0);
	status = fs_ranges_share(&(struct fs_sharing){source, target, 0, 0, BLOCK});
	if (status == NT_STATUS_SUCCESS)
		assert_false(is_zero(target, 0, BLOCK));
	else
		assert_status(status, NT_STATUS_INVALID_DEVICE_REQUEST);
	assert_int_equal(size_of(target), status == NT_STATUS_SUCCESS ? BLOCK : 0);
	disk_close(source);
	disk_close(target);
}

#define DISK_TEST(name) cmocka_unit_test_setup_teardown(name, disk_setup, disk_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DISK_TEST(bytes_go_from_one_file_to_another),
		DISK_TEST(what_a_copy_can_not_be_is_refused),
		DISK_TEST(an_overlap_takes_what_was_there_before),
		DISK_TEST(a_target_that_only_grows_is_appended_to),
		DISK_TEST(a_target_that_is_read_alone_is_not_written),
		DISK_TEST(data_is_told_from_holes),
		DISK_TEST(zeroes_are_written_and_space_is_given_back),
		DISK_TEST(zeroes_end_where_the_file_ends),
		DISK_TEST(holes_are_filled),
		DISK_TEST(a_hole_larger_than_the_disk_stays_one),
		DISK_TEST(a_directory_has_no_ranges),
		DISK_TEST(what_can_not_be_shared_is_refused),
		DISK_TEST(what_is_shared_reads_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/*
 * Each allocation fails in its turn, and each directory that is read is one.  Then the
 * operation fails by NO_MEMORY and the disk is as it was; no descriptor is left open.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "fs/fs_lock.h"
#include "lib/failalloc.h"
#include "unit/fs/disk.h"

/* The C library's own allocations are not ours to make fail, but this stands for one. */
DIR *__real_fdopendir(int fd);
DIR *__wrap_fdopendir(int fd);

DIR *__wrap_fdopendir(int fd)
{
	void *volatile room = malloc(1); /* or a compiler may leave it out */

	if (room == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	free(room);
	return __real_fdopendir(fd);
}

/*
 * An operation on a new disk: what is there before, what is done (with memory short), and
 * what must be there after it, done or not.
 */
struct op {
	void (*before)(const struct disk *d);
	uint32_t (*run)(const struct disk *d);
	void (*after)(const struct disk *d, bool done);
	size_t at_least; /* allocations that there are */
};

static struct fs_file *held;   /* by before(), for run() */
static struct fs_conflict met; /* what a rename or a deletion met */

static bool play(const struct op *op, size_t n)
{
	size_t fds = disk_descriptors();
	uint32_t status;
	struct disk *d;
	void *state;
	bool hit;

	assert_int_equal(disk_setup(&state), 0);
	d = state;
	held = NULL;
	op->before(d);
	failalloc_arm(n);
	status = op->run(d);
	failalloc_disarm();
	hit = failalloc_hit();
	assert_status(status, hit ? NT_STATUS_NO_MEMORY : NT_STATUS_SUCCESS);
	op->after(d, !hit);
	if (held != NULL)
		disk_close(held);
	assert_int_equal(disk_teardown(&state), 0);
	assert_int_equal(disk_descriptors(), fds);
	return hit;
}

static void play_all(const struct op *op)
{
	size_t n = 0;

	while (play(op, n))
		n++;
	assert_true(n >= op->at_least);
}

/* --------------------------------------------------------------------------- opens -- */

static uint32_t open_and_close(const struct fs_open *how)
{
	struct fs_opened out;
	uint32_t status = fs_open(&out, how);

	if (status == NT_STATUS_SUCCESS)
		disk_close(out.file);
	else
		assert_null(out.file);
	return status;
}

static void two_files(const struct disk *d)
{
	disk_make(d, "Dir/", NULL);
	disk_make(d, "Dir/a", "abc");
	disk_make(d, "b", "of b");
}

static uint32_t opens(const struct disk *d)
{
	struct fs_open how = disk_open(d, "Dir/a", FS_OPEN);

	return open_and_close(&how);
}

/* By a name in another case: the directories are read. */
static uint32_t opens_folded(const struct disk *d)
{
	struct fs_open how = disk_open(d, "dIR/A", FS_OPEN);

	return open_and_close(&how);
}

static uint32_t overwrites(const struct disk *d)
{
	struct fs_open how = disk_open(d, "Dir/a", FS_OVERWRITE);

	return open_and_close(&how);
}

static uint32_t creates(const struct disk *d)
{
	struct fs_open how = disk_open(d, "dir/new", FS_OPEN_IF);

	return open_and_close(&how);
}

static uint32_t creates_directory(const struct disk *d)
{
	struct fs_open how = disk_open(d, "dir/new", FS_CREATE);

	how.directory = true;
	return open_and_close(&how);
}

static void as_it_was(const struct disk *d, bool done)
{
	(void)done;
	disk_holds(d, "Dir/a", "abc");
	disk_holds(d, "b", "of b");
}

static void is_empty(const struct disk *d, bool done)
{
	disk_holds(d, "Dir/a", done ? "" : "abc");
}

static void is_there(const struct disk *d, bool done)
{
	as_it_was(d, done);
	assert_int_equal(disk_has(d, "Dir/new"), done);
}

/* -------------------------------------------------------------------- names that change --
 */

static struct fs_file *second; /* who has the same file open */

static void file_twice(const struct disk *d)
{
	struct fs_open how = disk_open(d, "dir/a", FS_OPEN);

	two_files(d);
	held = disk_opened(&how);
	second = disk_opened(&how);
}

static void path_is(const struct fs_file *file, const char *path)
{
	char *is = fs_file_path(file);

	assert_string_equal(is, path);
	free(is);
}

static uint32_t renames(const struct disk *d)
{
	(void)d;
	return fs_rename(held, "C", false, &met);
}

/* The disk and all who hold the file agree on its name, whichever it is. */
static void one_name(const struct disk *d, bool done)
{
	assert_int_equal(disk_has(d, "C"), done);
	assert_int_equal(disk_has(d, "Dir/a"), !done);
	path_is(held, done ? "C" : "Dir/a");
	path_is(second, done ? "C" : "Dir/a");
	disk_close(second);
	/* And it can still be deleted by it. */
	assert_status(fs_set_delete(held, true, false, &met), NT_STATUS_SUCCESS);
	disk_close(held);
	held = NULL;
	assert_false(disk_has(d, "C"));
	assert_false(disk_has(d, "Dir/a"));
}

static uint32_t replaces(const struct disk *d)
{
	(void)d;
	return fs_rename(held, "B", true, &met);
}

static void one_of_two(const struct disk *d, bool done)
{
	disk_holds(d, "b", done ? "abc" : "of b");
	assert_int_equal(disk_has(d, "Dir/a"), !done);
	path_is(held, done ? "b" : "Dir/a");
	disk_close(second);
}

static uint32_t changes_case(const struct disk *d)
{
	(void)d;
	return fs_rename(held, "dir/A", false, &met);
}

static void one_case(const struct disk *d, bool done)
{
	assert_int_equal(disk_has(d, "Dir/A"), done);
	assert_int_equal(disk_has(d, "Dir/a"), !done);
	path_is(second, done ? "Dir/A" : "Dir/a");
	disk_close(second);
}

/* ----------------------------------------------------------------------- deletions -- */

static void directory_held(const struct disk *d)
{
	struct fs_open how = disk_open(d, "empty", FS_OPEN);

	disk_make(d, "empty/", NULL);
	held = disk_opened(&how);
}

static uint32_t disposes(const struct disk *d)
{
	(void)d;
	return fs_set_delete(held, true, false, &met);
}

static void goes_with_its_close(const struct disk *d, bool done)
{
	assert_int_equal(fs_delete_pending(held), done);
	disk_close(held);
	held = NULL;
	assert_int_equal(disk_has(d, "empty"), !done);
}

static void to_be_deleted(const struct disk *d)
{
	file_twice(d);
	assert_status(fs_set_delete(held, true, false, &met), NT_STATUS_SUCCESS);
}

/* Nobody is there any more who could be told that it did not work: so it does. */
static uint32_t closes(const struct disk *d)
{
	(void)d;
	disk_close(second);
	disk_close(held);
	held = NULL;
	return NT_STATUS_SUCCESS;
}

static void is_deleted(const struct disk *d, bool done)
{
	assert_true(done);
	assert_false(disk_has(d, "Dir/a"));
}

/* ----------------------------------------------------------------------------- locks -- */

static uint32_t locks(const struct disk *d)
{
	const struct fs_locking two[] = {{{0, 1}, true}, {{5, 1}, false}};

	(void)d;
	return fs_lock(held, two, 2);
}

/* Letting go takes no memory. */
static void both_or_none(const struct disk *d, bool done)
{
	const struct fs_range range = {0, 1};

	(void)d;
	assert_int_equal(fs_locks_held(held), done ? 2 : 0);
	assert_int_equal(fs_lock_permits(second, range, true), !done);
	disk_close(second);
}

/* ------------------------------------------------------------------- what is asked -- */

/* Made by whoever runs this, for only he may set its times. */
static void own_file(const struct disk *d)
{
	struct fs_open how = disk_open(d, "Dir/mine", FS_CREATE);

	two_files(d);
	held = disk_opened(&how);
	assert_status(fs_write(held, 0, VIEW_LITERAL("..."), false), NT_STATUS_SUCCESS);
}

static uint32_t looks(const struct disk *d)
{
	struct fs_volume volume;
	struct fs_info info;
	char bytes[10];
	size_t n;
	uint32_t status;

	(void)d;
	status = fs_stat(held, &info);
	if (status == NT_STATUS_SUCCESS)
		status = fs_volume(held, &volume);
	if (status == NT_STATUS_SUCCESS)
		status = fs_read(held, 0, bytes, sizeof(bytes), &n);
	if (status == NT_STATUS_SUCCESS)
		status = fs_write(held, 0, VIEW_LITERAL("abc"), true);
	if (status == NT_STATUS_SUCCESS)
		status = fs_set_basic(held, &(struct fs_basic){.written = info.written,
							       .mask = FS_ATTR_KEPT,
							       .bits = FS_ATTR_HIDDEN});
	if (status == NT_STATUS_SUCCESS)
		status = fs_set_allocation(held, 100);
	return status == NT_STATUS_SUCCESS ? fs_set_size(held, 3) : status;
}

static void all_done(const struct disk *d, bool done)
{
	as_it_was(d, done);
	disk_holds(d, "Dir/mine", "abc");
}

/* ------------------------------------------------------------------------ listings -- */

static size_t told; /* names so far */

static void names(const struct disk *d)
{
	struct fs_open how = disk_open(d, "", FS_OPEN);

	told = 0;
	how.access = FS_READ;
	for (int i = 0; i < 20; i++) {
		char name[16];

		snprintf(name, sizeof name, "file %d", i);
		disk_make(d, name, "");
	}
	disk_link(d, "link", "file 3");
	held = disk_opened(&how);
}

static bool tell(void *ctx, const struct fs_entry *entry)
{
	(void)ctx;
	(void)entry;
	told++;
	return told % 8 != 0; /* no room for that one yet */
}

static uint32_t list_on(void)
{
	struct fs_list how = {.each = tell};
	uint32_t status;

	do
		status = fs_list(held, &how);
	while (status == NT_STATUS_SUCCESS);
	return status == NT_STATUS_NO_MORE_FILES ? NT_STATUS_SUCCESS : status;
}

static uint32_t lists(const struct disk *d)
{
	(void)d;
	return list_on();
}

/* Whoever asks again gets all that he has not got: 23 names, three of them offered twice.
 */
static void nothing_is_lost(const struct disk *d, bool done)
{
	(void)d;
	if (!done)
		assert_status(list_on(), NT_STATUS_SUCCESS);
	assert_int_equal(told, 23 + 3);
}

static void every_operation_is_done_or_not(void **state)
{
	static const struct op ops[] = {
		{two_files, opens, as_it_was, 4},
		{two_files, opens_folded, as_it_was, 6},
		{two_files, overwrites, is_empty, 4},
		{two_files, creates, is_there, 5},
		{two_files, creates_directory, is_there, 5},
		{file_twice, renames, one_name, 1},
		{file_twice, replaces, one_of_two, 1},
		{file_twice, changes_case, one_case, 1},
		{directory_held, disposes, goes_with_its_close, 1},
		{to_be_deleted, closes, is_deleted, 0},
		{file_twice, locks, both_or_none, 2},
		{own_file, looks, all_done, 0},
		{names, lists, nothing_is_lost, 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		play_all(&ops[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_operation_is_done_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

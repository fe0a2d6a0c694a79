/* SPDX-License-Identifier: MIT */
/* New names of a file: hard links, and renames that meet one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "disk.h"

static struct fs_conflict met; /* what stood in the way */

static struct fs_file *opened(const struct disk *d, const char *path)
{
	struct fs_open how = disk_open(d, path, FS_OPEN);

	return disk_opened(&how);
}

static uint32_t links(const struct fs_file *file)
{
	struct fs_info info;

	assert_status(fs_stat(file, &info), NT_STATUS_SUCCESS);
	return info.links;
}

/* How many names there are in the share's directory, passing ones among them. */
static size_t names(const struct disk *d)
{
	DIR *dir = opendir(d->share);
	size_t n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n - 2; /* "." and ".." */
}

static void a_file_gets_another_name(void **state)
{
	const struct disk *d = *state;
	struct fs_file *file;

	disk_make(d, "a", "content");
	disk_make(d, "dir/", NULL);
	file = opened(d, "a");
	assert_status(fs_link(file, "b", 0, &met), NT_STATUS_SUCCESS);
	assert_status(fs_link(file, "DIR/c", 0, &met), NT_STATUS_SUCCESS);
	assert_int_equal(links(file), 3);
	disk_holds(d, "b", "content");
	disk_holds(d, "dir/c", "content");
	/* It is still known by the name that it was opened by. */
	assert_status(fs_set_delete(file, true, false, &met), NT_STATUS_SUCCESS);
	disk_close(file);
	assert_false(disk_has(d, "a"));
	disk_holds(d, "b", "content");
}

static void what_is_there_is_replaced_if_so_wished(void **state)
{
	const struct disk *d = *state;
	struct fs_file *file, *held;

	disk_make(d, "a", "new");
	disk_make(d, "b", "old");
	disk_make(d, "dir/", NULL);
	file = opened(d, "a");
	assert_status(fs_link(file, "B", 0, &met), NT_STATUS_OBJECT_NAME_COLLISION);
	assert_status(fs_link(file, "dir", FS_REPLACE, &met), NT_STATUS_ACCESS_DENIED);
	held = opened(d, "b");
	assert_status(fs_link(file, "b", FS_REPLACE, &met), NT_STATUS_ACCESS_DENIED);
	disk_holds(d, "b", "old");
	disk_close(held);
	assert_status(fs_link(file, "B", FS_REPLACE, &met), NT_STATUS_SUCCESS);
	disk_holds(d, "b", "new");
	assert_int_equal(links(file), 2);
	assert_int_equal(names(d), 3);
	/* And itself: nothing changes. */
	assert_status(fs_link(file, "b", 0, &met), NT_STATUS_OBJECT_NAME_COLLISION);
	assert_status(fs_link(file, "a", 0, &met), NT_STATUS_OBJECT_NAME_COLLISION);
	assert_status(fs_link(file, "b", FS_REPLACE, &met), NT_STATUS_SUCCESS);
	assert_status(fs_link(file, "a", FS_REPLACE, &met), NT_STATUS_SUCCESS);
	assert_int_equal(links(file), 2);
	assert_int_equal(names(d), 3);
	disk_close(file);
}

static void what_can_have_no_other_name_is_refused(void **state)
{
	const struct disk *d = *state;
	struct fs_file *file, *dir;

	disk_make(d, "a", "");
	disk_make(d, "dir/", NULL);
	disk_link(d, "up", "..");
	file = opened(d, "a");
	dir = opened(d, "dir");
	assert_status(fs_link(dir, "x", 0, &met), NT_STATUS_FILE_IS_A_DIRECTORY);
	assert_status(fs_link(file, "", 0, &met), NT_STATUS_OBJECT_NAME_INVALID);
	assert_status(fs_link(file, "none/x", 0, &met), NT_STATUS_OBJECT_PATH_NOT_FOUND);
	assert_status(fs_link(file, "up/x", 0, &met), NT_STATUS_ACCESS_DENIED);
	assert_status(fs_link(file, "up/secret", FS_REPLACE, &met),
		      NT_STATUS_ACCESS_DENIED);
	assert_status(fs_set_delete(file, true, false, &met), NT_STATUS_SUCCESS);
	assert_status(fs_link(file, "x", 0, &met), NT_STATUS_ACCESS_DENIED);
	disk_close(file);
	disk_close(dir);
	assert_false(disk_has(d, "../x"));
	assert_true(disk_has(d, "../secret"));
}

/* renameat(2) does nothing there, and says that it did. */
static void a_rename_onto_its_own_link_leaves_one(void **state)
{
	const struct disk *d = *state;
	struct fs_file *file;
	char *path;

	disk_make(d, "a", "content");
	disk_make(d, "dir/", NULL);
	file = opened(d, "a");
	assert_status(fs_link(file, "dir/a", 0, &met), NT_STATUS_SUCCESS);
	assert_status(fs_rename(file, "dir/a", 0, &met), NT_STATUS_OBJECT_NAME_COLLISION);
	assert_true(disk_has(d, "a"));
	assert_status(fs_rename(file, "dir/a", FS_REPLACE, &met), NT_STATUS_SUCCESS);
	assert_false(disk_has(d, "a"));
	disk_holds(d, "dir/a", "content");
	path = fs_file_path(file);
	assert_string_equal(path, "dir/a");
	free(path);
	disk_close(file);
}

/* A symbolic link and what it leads to are one file here: neither may eat the other. */
static void a_file_is_not_renamed_onto_a_link_to_it(void **state)
{
	const struct disk *d = *state;
	const unsigned all = FS_REPLACE | FS_REPLACE_OPEN | FS_REPLACE_READ_ONLY;
	struct fs_file *file;

	disk_make(d, "a", "content");
	disk_link(d, "b", "a");
	file = opened(d, "a");
	assert_status(fs_rename(file, "b", all, &met), NT_STATUS_ACCESS_DENIED);
	disk_close(file);
	file = opened(d, "b");
	assert_status(fs_rename(file, "a", all, &met), NT_STATUS_ACCESS_DENIED);
	disk_close(file);
	disk_holds(d, "a", "content");
	disk_holds(d, "b", "content");
}

/* FILE_RENAME_POSIX_SEMANTICS: who has it open goes on with what he has. */
static void what_is_open_is_replaced_if_it_lets_itself_be_deleted(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "b", FS_OPEN);
	struct fs_file *file, *held;
	char bytes[8];
	size_t got;

	disk_make(d, "a", "new");
	disk_make(d, "b", "old");
	file = opened(d, "a");
	how.share = FS_READ | FS_WRITE;
	how.access = FS_READ;
	held = disk_opened(&how);
	assert_status(fs_rename(file, "b", FS_REPLACE | FS_REPLACE_OPEN, &met),
		      NT_STATUS_ACCESS_DENIED);
	disk_close(held);
	how.share |= FS_DELETE;
	held = disk_opened(&how);
	assert_status(fs_rename(file, "b", FS_REPLACE, &met), NT_STATUS_ACCESS_DENIED);
	assert_status(fs_rename(file, "b", FS_REPLACE_OPEN, &met),
		      NT_STATUS_OBJECT_NAME_COLLISION);
	assert_status(fs_rename(file, "b", FS_REPLACE | FS_REPLACE_OPEN, &met),
		      NT_STATUS_SUCCESS);
	assert_status(fs_read(held, 0, bytes, sizeof bytes, &got), NT_STATUS_SUCCESS);
	assert_memory_equal(bytes, "old", 3);
	/* Its deletion is not that of the one that has its name now. */
	assert_status(fs_set_delete(held, true, false, &met), NT_STATUS_SUCCESS);
	disk_close(held);
	disk_holds(d, "b", "new");
	disk_close(file);
}

static void what_is_read_only_is_replaced_if_so_wished(void **state)
{
	const struct disk *d = *state;
	struct fs_file *file;
	char path[4096];

	disk_make(d, "a", "new");
	disk_make(d, "b", "old");
	snprintf(path, sizeof path, "%s/b", d->share);
	assert_int_equal(chmod(path, 0444), 0);
	file = opened(d, "a");
	assert_status(fs_rename(file, "b", FS_REPLACE, &met), NT_STATUS_ACCESS_DENIED);
	assert_status(fs_rename(file, "b", FS_REPLACE | FS_REPLACE_READ_ONLY, &met),
		      NT_STATUS_SUCCESS);
	disk_close(file);
	disk_holds(d, "b", "new");
}

#define DISK_TEST(name) cmocka_unit_test_setup_teardown(name, disk_setup, disk_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		DISK_TEST(a_file_gets_another_name),
		DISK_TEST(what_is_there_is_replaced_if_so_wished),
		DISK_TEST(what_can_have_no_other_name_is_refused),
		DISK_TEST(a_rename_onto_its_own_link_leaves_one),
		DISK_TEST(a_file_is_not_renamed_onto_a_link_to_it),
		DISK_TEST(what_is_open_is_replaced_if_it_lets_itself_be_deleted),
		DISK_TEST(what_is_read_only_is_replaced_if_so_wished),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

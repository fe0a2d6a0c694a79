/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/nttime.h"
#include "disk.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct fs_conflict met; /* what a rename or a deletion met */

static void each_disposition_does_what_it_says(void **state)
{
	static const struct {
		enum fs_disposition how;
		bool there;
		uint32_t status;
		enum fs_action action;
		const char *content;
	} rows[] = {
		{FS_OPEN, true, NT_STATUS_SUCCESS, FS_OPENED, "old"},
		{FS_OPEN, false, NT_STATUS_OBJECT_NAME_NOT_FOUND, 0, NULL},
		{FS_CREATE, true, NT_STATUS_OBJECT_NAME_COLLISION, 0, "old"},
		{FS_CREATE, false, NT_STATUS_SUCCESS, FS_CREATED, ""},
		{FS_OPEN_IF, true, NT_STATUS_SUCCESS, FS_OPENED, "old"},
		{FS_OPEN_IF, false, NT_STATUS_SUCCESS, FS_CREATED, ""},
		{FS_OVERWRITE, true, NT_STATUS_SUCCESS, FS_OVERWRITTEN, ""},
		{FS_OVERWRITE, false, NT_STATUS_OBJECT_NAME_NOT_FOUND, 0, NULL},
		{FS_OVERWRITE_IF, true, NT_STATUS_SUCCESS, FS_OVERWRITTEN, ""},
		{FS_OVERWRITE_IF, false, NT_STATUS_SUCCESS, FS_CREATED, ""},
		{FS_SUPERSEDE, true, NT_STATUS_SUCCESS, FS_SUPERSEDED, ""},
		{FS_SUPERSEDE, false, NT_STATUS_SUCCESS, FS_CREATED, ""},
	};
	const struct disk *d = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		char name[16];
		struct fs_open how = disk_open(d, name, rows[i].how);
		struct fs_opened out;

		snprintf(name, sizeof name, "file%zu", i);
		if (rows[i].there)
			disk_make(d, name, "old");
		assert_status(fs_open(&out, &how), rows[i].status);
		assert_int_equal(disk_has(d, name), rows[i].content != NULL);
		if (rows[i].status == NT_STATUS_SUCCESS) {
			assert_int_equal(out.action, rows[i].action);
			assert_int_equal(out.info.size, strlen(rows[i].content));
			assert_false(out.info.directory);
			disk_close(out.file);
		}
		if (rows[i].content != NULL)
			disk_holds(d, name, rows[i].content);
	}
}

static void data_goes_in_and_out(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_CREATE);
	struct fs_file *file = disk_opened(&how);
	char bytes[16];
	size_t got;

	assert_status(fs_write(file, 0, VIEW_LITERAL("hello"), false), NT_STATUS_SUCCESS);
	assert_status(fs_write(file, 5, VIEW_LITERAL(" you"), true), NT_STATUS_SUCCESS);
	assert_status(fs_read(file, 1, bytes, sizeof bytes, &got), NT_STATUS_SUCCESS);
	assert_int_equal(got, 8);
	assert_memory_equal(bytes, "ello you", 8);
	assert_status(fs_read(file, 9, bytes, 1, &got), NT_STATUS_END_OF_FILE);
	assert_status(fs_read(file, 100, bytes, 1, &got), NT_STATUS_END_OF_FILE);
	assert_status(fs_read(file, 9, bytes, 0, &got), NT_STATUS_SUCCESS);
	assert_status(fs_read(file, UINT64_MAX, bytes, 1, &got),
		      NT_STATUS_INVALID_PARAMETER);
	assert_status(fs_write(file, INT64_MAX, VIEW_LITERAL("ab"), false),
		      NT_STATUS_INVALID_PARAMETER);
	assert_status(fs_flush(file), NT_STATUS_SUCCESS);
	assert_status(fs_set_size(file, 4), NT_STATUS_SUCCESS);
	disk_holds(d, "a", "hell");
	assert_status(fs_set_allocation(file, 1 << 20), NT_STATUS_SUCCESS);
	disk_holds(d, "a", "hell");
	assert_status(fs_set_allocation(file, 1), NT_STATUS_SUCCESS);
	disk_holds(d, "a", "h");
	disk_close(file);
}

/* What was just written is in memory; what the disk alone has may be waited for. */
static void data_in_memory_are_read_at_once(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_CREATE);
	struct fs_file *file = disk_opened(&how);
	uint32_t status, same;
	char bytes[16];
	size_t got;

	assert_status(fs_write(file, 0, VIEW_LITERAL("hello"), true), NT_STATUS_SUCCESS);
	if (!fs_read_now(file, 1, bytes, sizeof bytes, &got, &status))
		skip(); /* a file system that can't say */
	assert_status(status, NT_STATUS_SUCCESS);
	assert_int_equal(got, 4);
	assert_memory_equal(bytes, "ello", 4);
	assert_true(fs_read_now(file, 5, bytes, 1, &got, &status));
	assert_status(status, NT_STATUS_END_OF_FILE);
	assert_true(fs_read_now(file, UINT64_MAX, bytes, 1, &got, &status));
	assert_status(status, NT_STATUS_INVALID_PARAMETER);
	assert_int_equal(posix_fadvise(file->fd, 0, 0, POSIX_FADV_DONTNEED), 0);
	if (fs_read_now(file, 0, bytes, 5, &got, &status)) {
		same = fs_read(file, 0, bytes, 5, &got);
		assert_status(status, same);
	}
	assert_status(fs_read(file, 0, bytes, 5, &got), NT_STATUS_SUCCESS);
	assert_memory_equal(bytes, "hello", 5);
	disk_close(file);
}

/* FILE_APPEND_DATA alone: wherever the client says, it goes to the end. */
static void who_may_only_append_appends(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "log", FS_OPEN);
	struct fs_file *file;

	disk_make(d, "log", "one ");
	how.access = FS_APPEND;
	file = disk_opened(&how);
	assert_status(fs_write(file, 0, VIEW_LITERAL("two"), false), NT_STATUS_SUCCESS);
	disk_close(file);
	disk_holds(d, "log", "one two");
}

static void a_file_is_no_directory(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "file", FS_OPEN);

	disk_make(d, "file", "");
	disk_make(d, "dir/", NULL);
	how.directory = true;
	disk_refuses(&how, NT_STATUS_NOT_A_DIRECTORY);
	how.path = "dir";
	how.directory = false;
	how.file = true;
	disk_refuses(&how, NT_STATUS_FILE_IS_A_DIRECTORY);
	how.file = false;
	how.disposition = FS_OVERWRITE_IF;
	disk_refuses(&how, NT_STATUS_OBJECT_NAME_COLLISION);
	how.path = "file/x";
	how.disposition = FS_OPEN;
	disk_refuses(&how, NT_STATUS_OBJECT_PATH_NOT_FOUND);
	how.path = "none/x";
	disk_refuses(&how, NT_STATUS_OBJECT_PATH_NOT_FOUND);
	how.path = "dir/x";
	disk_refuses(&how, NT_STATUS_OBJECT_NAME_NOT_FOUND);
}

static void a_directory_is_made_and_goes(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "dir", FS_CREATE);
	struct fs_file *dir, *file;
	struct fs_info info;
	char byte;
	size_t got;

	how.directory = true;
	dir = disk_opened(&how);
	assert_status(fs_stat(dir, &info), NT_STATUS_SUCCESS);
	assert_true(info.directory);
	assert_int_equal(info.size, 0);
	assert_status(fs_read(dir, 0, &byte, 1, &got), NT_STATUS_INVALID_DEVICE_REQUEST);
	how = disk_open(d, "dir/file", FS_CREATE);
	file = disk_opened(&how);
	assert_status(fs_set_delete(dir, true, false, &met), NT_STATUS_DIRECTORY_NOT_EMPTY);
	assert_status(fs_set_delete(file, true, false, &met), NT_STATUS_SUCCESS);
	disk_close(file);
	assert_false(disk_has(d, "dir/file"));
	assert_status(fs_set_delete(dir, true, false, &met), NT_STATUS_SUCCESS);
	disk_close(dir);
	assert_false(disk_has(d, "dir"));
}

/* [MS-FSA] 2.1.5.1.2.2, both ways round */
static void share_modes_keep_others_out(void **state)
{
	static const struct {
		unsigned access, share, access2, share2;
		bool fits;
	} rows[] = {
		{FS_READ, FS_READ, FS_READ, FS_READ, true},
		{FS_READ, FS_READ, FS_WRITE, FS_READ, false},
		{FS_READ, FS_READ, FS_APPEND, FS_READ, false},
		{FS_READ, FS_READ | FS_WRITE, FS_WRITE, FS_READ, true},
		{FS_READ, FS_READ | FS_WRITE, FS_WRITE, 0, false},
		{FS_WRITE, FS_READ, FS_READ, FS_READ, false},
		{FS_WRITE, FS_READ, FS_READ, FS_WRITE, true},
		{FS_READ, 0, FS_READ, FS_READ, false},
		{FS_READ, 0, 0, 0, true}, /* attributes alone never conflict */
		{0, 0, FS_READ, FS_READ, true},
		{FS_DELETE, FS_READ, FS_READ, FS_READ, false},
		{FS_READ, FS_READ, FS_DELETE, FS_READ, false},
		{FS_READ, FS_READ | FS_DELETE, FS_DELETE, FS_READ, true},
	};
	const struct disk *d = *state;

	disk_make(d, "a", "");
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fs_open how = disk_open(d, "a", FS_OPEN);
		struct fs_file *first;

		how.access = rows[i].access;
		how.share = rows[i].share;
		first = disk_opened(&how);
		how.access = rows[i].access2;
		how.share = rows[i].share2;
		if (rows[i].fits)
			disk_close(disk_opened(&how));
		else
			disk_refuses(&how, NT_STATUS_SHARING_VIOLATION);
		disk_close(first);
		disk_close(disk_opened(&how));
	}
}

/* Bug class: the second opener is refused, but the file is empty already. */
static void a_sharing_violation_empties_nothing(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_OPEN);
	struct fs_file *first;

	disk_make(d, "a", "precious");
	how.access = FS_READ;
	how.share = FS_READ;
	first = disk_opened(&how);
	how = disk_open(d, "a", FS_OVERWRITE_IF);
	how.access = FS_READ;
	disk_refuses(&how, NT_STATUS_SHARING_VIOLATION);
	disk_holds(d, "a", "precious");
	disk_close(first);
}

static void share_modes_hold_for_a_second_name_of_a_file(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_OPEN);
	struct fs_file *first;

	disk_make(d, "a", "");
	disk_link(d, "b", "a");
	how.share = 0;
	first = disk_opened(&how);
	how.path = "b";
	disk_refuses(&how, NT_STATUS_SHARING_VIOLATION);
	disk_close(first);
}

static void deletion_waits_for_the_last_close(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_OPEN);
	struct fs_file *first, *second;

	disk_make(d, "a", "");
	first = disk_opened(&how);
	second = disk_opened(&how);
	assert_status(fs_set_delete(first, true, false, &met), NT_STATUS_SUCCESS);
	assert_true(fs_delete_pending(second));
	disk_refuses(&how, NT_STATUS_DELETE_PENDING);
	disk_close(first);
	assert_true(disk_has(d, "a"));
	disk_refuses(&how, NT_STATUS_DELETE_PENDING);
	disk_close(second);
	assert_false(disk_has(d, "a"));
	disk_refuses(&how, NT_STATUS_OBJECT_NAME_NOT_FOUND);
}

static void deletion_can_be_taken_back(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_CREATE);
	struct fs_file *file = disk_opened(&how);

	assert_status(fs_set_delete(file, true, false, &met), NT_STATUS_SUCCESS);
	assert_status(fs_set_delete(file, false, false, &met), NT_STATUS_SUCCESS);
	disk_close(file);
	assert_true(disk_has(d, "a"));
}

static void delete_on_close_deletes(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_CREATE);
	struct fs_file *file, *other;

	how.delete_on_close = true;
	file = disk_opened(&how);
	how.delete_on_close = false;
	how.disposition = FS_OPEN;
	other = disk_opened(&how);
	disk_close(file);
	assert_true(disk_has(d, "a"));
	disk_refuses(&how, NT_STATUS_DELETE_PENDING);
	disk_close(other);
	assert_false(disk_has(d, "a"));
}

/* Somebody on this machine has put another file in its place: that one stays. */
static void deletion_spares_what_took_the_name(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_CREATE);
	struct fs_file *file = disk_opened(&how);
	char from[512], to[512];

	assert_status(fs_set_delete(file, true, false, &met), NT_STATUS_SUCCESS);
	snprintf(from, sizeof from, "%s/a", d->share);
	snprintf(to, sizeof to, "%s/moved", d->share);
	assert_int_equal(rename(from, to), 0);
	disk_make(d, "a", "another");
	disk_close(file);
	disk_holds(d, "a", "another");
	assert_true(disk_has(d, "moved"));
}

/* A job still reads when the open has been closed: its reference keeps the file good. */
static void a_reference_outlives_the_close(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_OPEN);
	struct fs_file *file;
	char byte;
	size_t got;

	disk_make(d, "a", "x");
	how.share = 0;
	file = disk_opened(&how);
	fs_file_ref(file);
	fs_file_close(file);
	fs_file_close(file);
	fs_file_unref(file);
	disk_close(disk_opened(&how));
	assert_status(fs_read(file, 0, &byte, 1, &got), NT_STATUS_SUCCESS);
	assert_int_equal(byte, 'x');
	fs_file_unref(file);
}

static void names_are_found_whatever_their_case(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "DIR/FILE.TXT", FS_OPEN_IF);
	struct fs_file *file;
	char *path;

	disk_make(d, "Dir/", NULL);
	disk_make(d, "Dir/File.txt", "one");
	file = disk_opened(&how);
	path = fs_file_path(file);
	assert_string_equal(path, "Dir/File.txt");
	free(path);
	disk_close(file);
	/* What is new keeps the case it was given, in the directory that is there. */
	how.path = "dIR/New";
	disk_close(disk_opened(&how));
	assert_true(disk_has(d, "Dir/New"));
	assert_false(disk_has(d, "dIR"));
	/* The exact name goes before one that is equal but for case. */
	disk_make(d, "Dir/FILE.txt", "two");
	how.path = "Dir/FILE.txt";
	how.disposition = FS_OVERWRITE;
	disk_close(disk_opened(&how));
	disk_holds(d, "Dir/FILE.txt", "");
	disk_holds(d, "Dir/File.txt", "one");
}

static void renaming_moves_and_replaces(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_OPEN);
	struct fs_file *file, *held;

	disk_make(d, "a", "a");
	disk_make(d, "b", "b");
	disk_make(d, "dir/", NULL);
	file = disk_opened(&how);
	assert_status(fs_rename(file, "dir/c", false, &met), NT_STATUS_SUCCESS);
	disk_holds(d, "dir/c", "a");
	assert_status(fs_rename(file, "B", false, &met), NT_STATUS_OBJECT_NAME_COLLISION);
	assert_status(fs_rename(file, "dir", true, &met), NT_STATUS_ACCESS_DENIED);
	assert_status(fs_rename(file, "none/x", true, &met),
		      NT_STATUS_OBJECT_PATH_NOT_FOUND);
	how.path = "b";
	held = disk_opened(&how);
	assert_status(fs_rename(file, "b", true, &met), NT_STATUS_ACCESS_DENIED);
	disk_close(held);
	assert_status(fs_rename(file, "b", true, &met), NT_STATUS_SUCCESS);
	disk_holds(d, "b", "a");
	assert_false(disk_has(d, "dir/c"));
	assert_status(fs_rename(file, "B", false, &met), NT_STATUS_SUCCESS);
	assert_true(disk_has(d, "B"));
	assert_false(disk_has(d, "b"));
	/* It is deleted by the name that it has now. */
	assert_status(fs_set_delete(file, true, false, &met), NT_STATUS_SUCCESS);
	assert_status(fs_rename(file, "x", true, &met), NT_STATUS_DELETE_PENDING);
	disk_close(file);
	assert_false(disk_has(d, "B"));
}

static void a_directory_with_opens_in_it_is_not_renamed(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "dir", FS_OPEN);
	struct fs_file *dir, *file;

	disk_make(d, "dir/", NULL);
	disk_make(d, "dir/a", "");
	dir = disk_opened(&how);
	how.path = "dir/a";
	file = disk_opened(&how);
	assert_status(fs_rename(dir, "new", false, &met), NT_STATUS_ACCESS_DENIED);
	disk_close(file);
	assert_status(fs_rename(dir, "new", false, &met), NT_STATUS_SUCCESS);
	assert_status(fs_rename(dir, "new/inside", false, &met),
		      NT_STATUS_INVALID_PARAMETER);
	disk_close(dir);
	assert_true(disk_has(d, "new/a"));
}

static void the_share_itself_stays(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "", FS_OPEN);
	struct fs_file *root;

	how.access = FS_READ;
	root = disk_opened(&how);
	assert_status(fs_set_delete(root, true, false, &met), NT_STATUS_CANNOT_DELETE);
	assert_status(fs_rename(root, "x", false, &met), NT_STATUS_ACCESS_DENIED);
	disk_close(root);
	how.delete_on_close = true;
	disk_refuses(&how, NT_STATUS_CANNOT_DELETE);
}

static void a_read_only_share_changes_nothing(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_OVERWRITE_IF);

	disk_make(d, "a", "old");
	how.read_only = true;
	how.access = FS_READ;
	disk_refuses(&how, NT_STATUS_ACCESS_DENIED);
	disk_holds(d, "a", "old");
	how.path = "new";
	disk_refuses(&how, NT_STATUS_ACCESS_DENIED);
	how.disposition = FS_OPEN_IF;
	how.directory = true;
	disk_refuses(&how, NT_STATUS_ACCESS_DENIED);
	assert_false(disk_has(d, "new"));
}

static void the_read_only_attribute_protects(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_CREATE);
	struct fs_file *file;
	struct fs_info info;

	/* Who creates it so may write it. */
	how.attributes = FS_ATTR_READ_ONLY;
	file = disk_opened(&how);
	assert_status(fs_write(file, 0, VIEW_LITERAL("x"), false), NT_STATUS_SUCCESS);
	assert_status(fs_stat(file, &info), NT_STATUS_SUCCESS);
	assert_true(info.read_only);
	disk_close(file);
	how = disk_open(d, "a", FS_OPEN);
	disk_refuses(&how, NT_STATUS_ACCESS_DENIED);
	how.delete_on_close = true;
	how.access = FS_DELETE;
	disk_refuses(&how, NT_STATUS_CANNOT_DELETE);
	how.delete_on_close = false;
	how.disposition = FS_OVERWRITE;
	disk_refuses(&how, NT_STATUS_ACCESS_DENIED);
	how.disposition = FS_OPEN;
	file = disk_opened(&how);
	assert_status(fs_set_delete(file, true, false, &met), NT_STATUS_CANNOT_DELETE);
	assert_status(fs_set_attributes(file, FS_ATTR_READ_ONLY, 0), NT_STATUS_SUCCESS);
	assert_status(fs_stat(file, &info), NT_STATUS_SUCCESS);
	assert_false(info.read_only);
	assert_status(fs_set_attributes(file, FS_ATTR_READ_ONLY, FS_ATTR_READ_ONLY),
		      NT_STATUS_SUCCESS);
	assert_status(fs_set_delete(file, true, true, &met), NT_STATUS_SUCCESS);
	disk_close(file);
	assert_false(disk_has(d, "a"));
}

/* MAXIMUM_ALLOWED: what there is, and no error. */
static void at_maximum_what_is_there_is_had(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_OPEN);
	struct fs_file *file;
	char path[512];

	disk_make(d, "a", "");
	snprintf(path, sizeof path, "%s/a", d->share);
	assert_int_equal(chmod(path, 0444), 0);
	how.maximum = true;
	file = disk_opened(&how);
	assert_int_equal(file->access, FS_READ | FS_DELETE);
	disk_close(file);
	how.path = "";
	file = disk_opened(&how);
	assert_int_equal(file->access & FS_DELETE, 0);
	disk_close(file);
}

static uint32_t set_times(struct fs_file *file, uint64_t accessed, uint64_t written)
{
	const struct fs_basic b = {.accessed = accessed, .written = written};

	return fs_set_basic(file, &b);
}

static void times_are_set_and_kept(void **state)
{
	const uint64_t then = nttime_from_unix(1000000000);
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_CREATE);
	struct fs_file *file = disk_opened(&how);
	struct fs_info before, after;

	assert_status(fs_stat(file, &before), NT_STATUS_SUCCESS);
	assert_status(set_times(file, 0, then + 1), NT_STATUS_SUCCESS);
	assert_status(fs_stat(file, &after), NT_STATUS_SUCCESS);
	assert_true(after.written == then + 1);
	assert_true(after.accessed == before.accessed);
	disk_close(file);
	/* Also through an open that may do nothing with the data. */
	how.access = 0;
	how.disposition = FS_OPEN;
	file = disk_opened(&how);
	assert_status(set_times(file, then, 0), NT_STATUS_SUCCESS);
	assert_status(fs_stat(file, &after), NT_STATUS_SUCCESS);
	assert_true(after.accessed == then && after.written == then + 1);
	assert_status(fs_set_attributes(file, FS_ATTR_READ_ONLY, FS_ATTR_READ_ONLY),
		      NT_STATUS_SUCCESS);
	disk_close(file);
}

static void the_volume_has_a_size(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "", FS_OPEN);
	struct fs_volume v;
	struct fs_file *root;

	how.access = 0;
	root = disk_opened(&how);
	assert_status(fs_volume(root, &v), NT_STATUS_SUCCESS);
	assert_true(v.unit > 0 && v.units > 0 && v.available <= v.units);
	disk_close(root);
	how.root = "/nonexistent/share";
	disk_refuses(&how, NT_STATUS_OBJECT_NAME_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, disk_setup, disk_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_disposition_does_what_it_says),
		TEST(data_goes_in_and_out),
		TEST(data_in_memory_are_read_at_once),
		TEST(who_may_only_append_appends),
		TEST(a_file_is_no_directory),
		TEST(a_directory_is_made_and_goes),
		TEST(share_modes_keep_others_out),
		TEST(a_sharing_violation_empties_nothing),
		TEST(share_modes_hold_for_a_second_name_of_a_file),
		TEST(deletion_waits_for_the_last_close),
		TEST(deletion_can_be_taken_back),
		TEST(delete_on_close_deletes),
		TEST(deletion_spares_what_took_the_name),
		TEST(a_reference_outlives_the_close),
		TEST(names_are_found_whatever_their_case),
		TEST(renaming_moves_and_replaces),
		TEST(a_directory_with_opens_in_it_is_not_renamed),
		TEST(the_share_itself_stays),
		TEST(a_read_only_share_changes_nothing),
		TEST(the_read_only_attribute_protects),
		TEST(at_maximum_what_is_there_is_had),
		TEST(times_are_set_and_kept),
		TEST(the_volume_has_a_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Nothing beside the share is reached, whatever a path or a link says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"

static struct fs_conflict met; /* what a rename or a deletion met */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* fs_path_from_wire() lets none of these through; the disk does not rely on it. */
static void no_path_leads_outside(void **state)
{
	static const char *const paths[] = {
		"..", "../secret", "/etc/passwd", "/", "dir/../../secret", "./../secret",
	};
	const struct disk *d = *state;

	disk_make(d, "dir/", NULL);
	for (size_t i = 0; i < COUNT(paths); i++) {
		struct fs_open how = disk_open(d, paths[i], FS_OPEN);

		how.access = FS_READ;
		disk_refuses(&how, NT_STATUS_ACCESS_DENIED);
	}
}

static void no_link_leads_outside(void **state)
{
	static const char *const targets[] = {
		"../secret", "/etc/passwd",     "dir/../../secret",
		"..",        "/proc/self/root", "/proc/self/fd/0",
		"/",
	};
	const struct disk *d = *state;

	disk_make(d, "dir/", NULL);
	for (size_t i = 0; i < COUNT(targets); i++) {
		char name[16];
		struct fs_open how = disk_open(d, name, FS_OPEN);

		snprintf(name, sizeof name, "link%zu", i);
		disk_link(d, name, targets[i]);
		how.access = 0;
		disk_refuses(&how, NT_STATUS_ACCESS_DENIED);
		how.disposition = FS_OVERWRITE_IF;
		disk_refuses(&how, NT_STATUS_ACCESS_DENIED);
	}
}

static void no_link_to_a_directory_leads_outside(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "up/secret", FS_OPEN);
	struct fs_file *file;

	disk_link(d, "up", "..");
	disk_link(d, "etc", "/etc");
	disk_refuses(&how, NT_STATUS_ACCESS_DENIED);
	how.path = "etc/passwd";
	disk_refuses(&how, NT_STATUS_ACCESS_DENIED);
	how.path = "ETC/new";
	how.disposition = FS_CREATE;
	disk_refuses(&how, NT_STATUS_ACCESS_DENIED);
	disk_make(d, "a", "");
	how.path = "a";
	how.disposition = FS_OPEN;
	file = disk_opened(&how);
	assert_status(fs_rename(file, "up/a", true, &met), NT_STATUS_ACCESS_DENIED);
	assert_status(fs_rename(file, "up/secret", true, &met), NT_STATUS_ACCESS_DENIED);
	assert_status(fs_rename(file, "../a", true, &met), NT_STATUS_ACCESS_DENIED);
	disk_close(file);
	assert_true(disk_has(d, "../secret"));
	assert_false(disk_has(d, "../a"));
}

static void a_link_within_the_share_is_followed(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "link/a", FS_OPEN);
	struct fs_file *file;

	disk_make(d, "dir/", NULL);
	disk_make(d, "dir/a", "content");
	disk_make(d, "sub/", NULL);
	disk_link(d, "link", "dir");
	disk_link(d, "sub/b", "../dir/a");
	disk_close(disk_opened(&how));
	how.path = "sub/b";
	file = disk_opened(&how);
	/* Deleting a link deletes the link. */
	assert_status(fs_set_delete(file, true, false, &met), NT_STATUS_SUCCESS);
	disk_close(file);
	assert_false(disk_has(d, "sub/b"));
	assert_true(disk_has(d, "dir/a"));
}

static void a_link_to_nothing_is_nothing(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "link", FS_OPEN);

	disk_link(d, "link", "nothing");
	disk_refuses(&how, NT_STATUS_OBJECT_NAME_NOT_FOUND);
	/* Nor is what it names made. */
	how.disposition = FS_OPEN_IF;
	disk_refuses(&how, NT_STATUS_OBJECT_NAME_COLLISION);
	assert_false(disk_has(d, "nothing"));
	disk_link(d, "loop", "loop");
	how.path = "loop";
	how.disposition = FS_OPEN;
	disk_refuses(&how, NT_STATUS_ACCESS_DENIED);
}

/* Opening a pipe would wait for its other end, and with it a thread of the pool. */
static void pipes_and_devices_are_not_opened(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "pipe", FS_OPEN);
	char path[512];

	snprintf(path, sizeof path, "%s/pipe", d->share);
	assert_int_equal(mkfifo(path, 0666), 0);
	disk_refuses(&how, NT_STATUS_ACCESS_DENIED);
	how.disposition = FS_OVERWRITE_IF;
	disk_refuses(&how, NT_STATUS_ACCESS_DENIED);
	how.disposition = FS_CREATE;
	disk_refuses(&how, NT_STATUS_ACCESS_DENIED);
}

/* As root the daemon takes on the user; a file of root's alone stays root's. */
static void root_is_nobody_on_the_disk(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_OPEN);
	struct fs_file *file;
	struct fs_info info;
	char path[512];

	if (geteuid() != 0) {
		skip();
		return;
	}
	disk_make(d, "a", "");
	snprintf(path, sizeof path, "%s/a", d->share);
	assert_int_equal(chown(path, 0, 0), 0);
	assert_int_equal(chmod(path, 0600), 0);
	disk_refuses(&how, NT_STATUS_ACCESS_DENIED);
	how.user = "no such user";
	disk_refuses(&how, NT_STATUS_ACCESS_DENIED);
	how.access = 0;
	file = disk_opened(&how);
	assert_status(fs_set_basic(file, &(struct fs_basic){.accessed = 1, .written = 1}),
		      NT_STATUS_ACCESS_DENIED);
	assert_status(fs_set_attributes(file, FS_ATTR_READ_ONLY, FS_ATTR_READ_ONLY),
		      NT_STATUS_ACCESS_DENIED);
	disk_close(file);
	how = disk_open(d, "new", FS_CREATE);
	file = disk_opened(&how);
	assert_status(fs_stat(file, &info), NT_STATUS_SUCCESS);
	assert_int_not_equal(info.uid, 0);
	disk_close(file);
	/* This thread is root again. */
	assert_int_equal(chmod(path, 0640), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, disk_setup, disk_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_path_leads_outside),
		TEST(no_link_leads_outside),
		TEST(no_link_to_a_directory_leads_outside),
		TEST(a_link_within_the_share_is_followed),
		TEST(a_link_to_nothing_is_nothing),
		TEST(pipes_and_devices_are_not_opened),
		TEST(root_is_nobody_on_the_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* What a user may do with a file, as the kernel has it: opens by "nobody" of files that are
 * his or a stranger's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"
#include "fs/fs_acl.h"

#define STRANGER 4242

#define READ    (FS_READ | FS_READ_EA)
#define WRITE   (FS_WRITE | FS_APPEND | FS_WRITE_EA | FS_TELL)
#define OWNER   (FS_OWN | FS_TELL)
#define OF_FILE FS_CHILDREN /* with WRITE; says nothing */

struct row {
	bool his; /* the file */
	mode_t mode;
	bool his_dir;
	mode_t dir_mode;
	unsigned rights;
};

static void place(const char *path, bool his, const struct disk *d, mode_t mode)
{
	uid_t uid = his ? d->owner.uid : STRANGER;

	assert_int_equal(chown(path, uid, STRANGER), 0);
	assert_int_equal(chmod(path, mode), 0);
}

static struct fs_open all_of(const struct disk *d, const char *name)
{
	struct fs_open how = disk_open(d, name, FS_OPEN);

	how.access = FS_RIGHTS;
	how.maximum = true;
	how.tell = true;
	return how;
}

/* All rights, and each alone, of dir/what. */
static void expect(const struct disk *d, const char *name, const struct row *row)
{
	struct fs_open how = all_of(d, name);
	struct fs_opened out;

	assert_status(fs_open(&out, &how), NT_STATUS_SUCCESS);
	assert_int_equal(out.rights, row->rights);
	assert_int_equal(out.file->access, row->rights);
	disk_close(out.file);
	for (unsigned right = 1; right < FS_RIGHTS; right <<= 1) {
		bool has = (row->rights & right) != 0;

		how.access = right;
		how.maximum = false;
		if (!has) {
			disk_refuses(&how, NT_STATUS_ACCESS_DENIED);
			/* Nor beside all that there is. */
			how.access = FS_RIGHTS;
			how.must = right;
			how.maximum = true;
			disk_refuses(&how, NT_STATUS_ACCESS_DENIED);
			continue;
		}
		assert_status(fs_open(&out, &how), NT_STATUS_SUCCESS);
		assert_int_equal(out.file->access, right);
		disk_close(out.file);
	}
}

static void each_right_is_the_kernels(void **state)
{
	static const struct row rows[] = {
		/* his file, in his directory */
		{true, 0644, true, 0755,
		 READ | WRITE | OWNER | FS_DELETE | FS_EXECUTE | OF_FILE},
		{true, 0744, true, 0755,
		 READ | WRITE | OWNER | FS_DELETE | FS_EXECUTE | OF_FILE},
		/* others may execute it, and he took that from himself */
		{true, 0645, true, 0755, READ | WRITE | OWNER | FS_DELETE | OF_FILE},
		{true, 0000, true, 0755, OWNER | FS_DELETE},
		/* a stranger's */
		{false, 0600, true, 0755, FS_DELETE},
		{false, 0604, true, 0755, READ | FS_EXECUTE | FS_DELETE},
		{false, 0704, true, 0755, READ | FS_DELETE},
		{false, 0705, true, 0755, READ | FS_EXECUTE | FS_DELETE},
		{false, 0606, true, 0755, READ | WRITE | FS_EXECUTE | FS_DELETE | OF_FILE},
		{false, 0602, true, 0755, WRITE | FS_DELETE | OF_FILE},
		/* in a directory that is not his */
		{true, 0644, false, 0755, READ | WRITE | OWNER | FS_EXECUTE | OF_FILE},
		{false, 0600, false, 0757, FS_DELETE},
		/* which is sticky */
		{false, 0600, false, 01757, 0},
		{true, 0000, false, 01757, OWNER | FS_DELETE},
		{false, 0600, true, 01757, FS_DELETE},
	};
	const struct disk *d = *state;
	char path[512], dir[512];

	if (geteuid() != 0)
		skip();
	snprintf(dir, sizeof dir, "%s/dir", d->share);
	snprintf(path, sizeof path, "%s/dir/a", d->share);
	disk_make(d, "dir/", NULL);
	disk_make(d, "dir/a", "");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		place(path, rows[i].his, d, rows[i].mode);
		place(dir, rows[i].his_dir, d, rows[i].dir_mode);
		expect(d, "dir/a", &rows[i]);
	}
}

static void and_so_it_is_of_directories(void **state)
{
	static const struct row rows[] = {
		{true, 0755, true, 0755,
		 READ | WRITE | OWNER | FS_DELETE | FS_EXECUTE | FS_CHILDREN},
		{false, 0705, false, 0755, READ | FS_EXECUTE},
		{false, 0704, false, 0755, READ},
		{false, 0701, false, 0755, FS_EXECUTE},
		/* who can't search it deletes nothing in it */
		{false, 0706, false, 0755, READ | WRITE},
		{false, 0703, false, 0755, WRITE | FS_EXECUTE | FS_CHILDREN},
	};
	const struct disk *d = *state;
	char path[512], dir[512];

	if (geteuid() != 0)
		skip();
	snprintf(dir, sizeof dir, "%s/dir", d->share);
	snprintf(path, sizeof path, "%s/dir/d", d->share);
	disk_make(d, "dir/", NULL);
	disk_make(d, "dir/d/", NULL);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		place(path, rows[i].his, d, rows[i].mode);
		place(dir, rows[i].his_dir, d, rows[i].dir_mode);
		expect(d, "dir/d", &rows[i]);
	}
}

/* What an ACL gives and takes counts, for the kernel is asked. */
static void an_acl_counts(void **state)
{
	static const struct row given = {.rights = READ | WRITE | FS_EXECUTE | OF_FILE};
	static const struct row taken = {.rights = 0};
	struct fs_acl acl = {.count = 3,
			     .entries = {{FS_ACL_OWNER, 0, 6},
					 {FS_ACL_OWNING_GROUP, 0, 0},
					 {FS_ACL_OTHER, 0, 0}}};
	const struct disk *d = *state;
	struct fs_file *file;
	struct fs_open how = all_of(d, "a");
	char path[512];

	if (geteuid() != 0)
		skip();
	snprintf(path, sizeof path, "%s/a", d->share);
	disk_make(d, "a", "");
	assert_int_equal(chown(d->share, 0, 0), 0);
	assert_int_equal(chmod(d->share, 0755), 0);
	file = disk_opened(&how);
	assert_true(fs_acl_put(&acl, (struct fs_acl_entry){FS_ACL_USER, d->owner.uid, 6}));
	if (fs_acl_set(file, &acl, NULL) == NT_STATUS_NOT_SUPPORTED) {
		disk_close(file);
		skip();
	}
	assert_int_equal(chown(path, STRANGER, STRANGER), 0);
	expect(d, "a", &given);
	/* Others may, but he has an entry of his own. */
	assert_int_equal(chown(path, d->owner.uid, STRANGER), 0);
	acl.entries[2].may = 6;
	acl.entries[3].may = 0;
	assert_status(fs_acl_set(file, &acl, NULL), NT_STATUS_SUCCESS);
	assert_int_equal(chown(path, STRANGER, STRANGER), 0);
	expect(d, "a", &taken);
	disk_close(file);
}

/* READONLY is no right that somebody lacks: MxAc tells what there would be without it. */
static void read_only_is_told_apart(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = all_of(d, "a");
	struct fs_opened out;

	how.disposition = FS_CREATE;
	how.attributes = FS_ATTR_READ_ONLY;
	assert_status(fs_open(&out, &how), NT_STATUS_SUCCESS);
	assert_int_equal(out.file->access, FS_RIGHTS);
	disk_close(out.file);
	how.disposition = FS_OPEN;
	assert_status(fs_open(&out, &how), NT_STATUS_SUCCESS);
	assert_int_equal(out.file->access & (FS_WRITE | FS_APPEND | FS_CHILDREN), 0);
	assert_int_equal(out.file->access & (FS_READ | FS_OWN), FS_READ | FS_OWN);
	disk_close(out.file);
	how.must = FS_WRITE;
	disk_refuses(&how, NT_STATUS_ACCESS_DENIED);
}

/* Whoever makes a file has all that he asks for, whatever the next one may. */
static void who_creates_has_all(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = all_of(d, "a");
	struct fs_opened out;

	how.disposition = FS_CREATE;
	how.maximum = false;
	assert_status(fs_open(&out, &how), NT_STATUS_SUCCESS);
	assert_int_equal(out.file->access, FS_RIGHTS);
	assert_int_equal(out.rights, FS_RIGHTS);
	disk_close(out.file);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, disk_setup, disk_teardown)
	const struct CMUnitTest tests[] = {
		TEST(each_right_is_the_kernels),
		TEST(and_so_it_is_of_directories),
		TEST(an_acl_counts),
		TEST(read_only_is_told_apart),
		TEST(who_creates_has_all),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}

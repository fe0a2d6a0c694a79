/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/acl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"
#include "fs/fs_acl.h"

static mode_t mode_of(const struct disk *d, const char *name)
{
	char *path = NULL;
	struct stat s;

	assert_true(asprintf(&path, "%s/%s", d->share, name) > 0);
	assert_int_equal(stat(path, &s), 0);
	free(path);
	return s.st_mode & 07777u;
}

/* A file of ours, so that we may change it. */
static struct fs_file *made(const struct disk *d, const char *name, bool directory)
{
	struct fs_open how = disk_open(d, name, FS_CREATE);

	how.directory = directory;
	return disk_opened(&how);
}

static unsigned may(const struct fs_acl *acl, enum fs_acl_tag tag, uint32_t id)
{
	const struct fs_acl_entry *e = fs_acl_find(acl, tag, id);

	assert_non_null(e);
	return e->may;
}

static struct fs_acl base(unsigned owner, unsigned group, unsigned other)
{
	return (struct fs_acl){.count = 3,
			       .entries = {{FS_ACL_OWNER, 0, owner},
					   {FS_ACL_OWNING_GROUP, 0, group},
					   {FS_ACL_OTHER, 0, other}}};
}

/* Whether the disk keeps ACLs: a tmpfs of an old kernel does not. */
static bool keeps_acls(const struct fs_file *file)
{
	struct fs_acl acl = base(7, 7, 7);

	acl.extended = true;
	if (fs_acl_set(file, &acl, NULL) == NT_STATUS_NOT_SUPPORTED)
		return false;
	acl.extended = false;
	assert_status(fs_acl_set(file, &acl, NULL), NT_STATUS_SUCCESS);
	return true;
}

static void a_mode_is_an_acl(void **state)
{
	const struct disk *d = *state;
	struct fs_file *file = made(d, "a", false);
	struct fs_acl own, down, acl = base(7, 5, 1);

	assert_status(fs_acl_set(file, &acl, NULL), NT_STATUS_SUCCESS);
	assert_int_equal(mode_of(d, "a"), 0751);
	assert_status(fs_acl_get(file, &own, &down), NT_STATUS_SUCCESS);
	assert_int_equal(own.count, 3);
	assert_false(own.extended);
	assert_int_equal(may(&own, FS_ACL_OWNER, 0), 7);
	assert_int_equal(may(&own, FS_ACL_OWNING_GROUP, 0), 5);
	assert_int_equal(may(&own, FS_ACL_OTHER, 0), 1);
	assert_int_equal(down.count, 0);
	disk_close(file);
}

static void users_and_groups_are_kept(void **state)
{
	const struct disk *d = *state;
	struct fs_file *file = made(d, "a", false);
	struct fs_acl own, acl = base(6, 4, 0);

	if (!keeps_acls(file)) {
		disk_close(file);
		skip();
	}
	assert_true(fs_acl_put(&acl, (struct fs_acl_entry){FS_ACL_USER, 1234, 6}));
	assert_true(fs_acl_put(&acl, (struct fs_acl_entry){FS_ACL_GROUP, 4321, 1}));
	assert_status(fs_acl_set(file, &acl, NULL), NT_STATUS_SUCCESS);
	assert_status(fs_acl_get(file, &own, NULL), NT_STATUS_SUCCESS);
	assert_int_equal(own.count, 5);
	assert_true(own.extended);
	assert_int_equal(may(&own, FS_ACL_USER, 1234), 6);
	assert_int_equal(may(&own, FS_ACL_GROUP, 4321), 1);
	assert_int_equal(may(&own, FS_ACL_OWNING_GROUP, 0), 4);
	/* The group's bits of the mode are the mask now; less of it is less for all. */
	assert_int_equal(mode_of(d, "a"), 0670);
	assert_int_equal(fchmod(file->fd, 0640), 0);
	assert_status(fs_acl_get(file, &own, NULL), NT_STATUS_SUCCESS);
	assert_int_equal(may(&own, FS_ACL_USER, 1234), 4);
	/* Three entries and a mask are more than a mode. */
	acl = base(6, 4, 4);
	acl.extended = true;
	assert_status(fs_acl_set(file, &acl, NULL), NT_STATUS_SUCCESS);
	assert_status(fs_acl_get(file, &own, NULL), NT_STATUS_SUCCESS);
	assert_int_equal(own.count, 3);
	assert_true(own.extended);
	disk_close(file);
}

static void a_directory_hands_down(void **state)
{
	const struct disk *d = *state;
	struct fs_file *dir = made(d, "d", true), *file, *inner;
	struct fs_acl own, down, acl = base(7, 5, 0);

	if (!keeps_acls(dir)) {
		disk_close(dir);
		skip();
	}
	assert_true(fs_acl_put(&acl, (struct fs_acl_entry){FS_ACL_USER, 1234, 7}));
	assert_status(fs_acl_set(dir, NULL, &acl), NT_STATUS_SUCCESS);
	assert_status(fs_acl_get(dir, &own, &down), NT_STATUS_SUCCESS);
	assert_false(own.count != 3);
	assert_int_equal(may(&down, FS_ACL_USER, 1234), 7);
	file = made(d, "d/a", false);
	assert_status(fs_acl_get(file, &own, &down), NT_STATUS_SUCCESS);
	assert_int_equal(may(&own, FS_ACL_USER, 1234), 6);
	assert_int_equal(down.count, 0);
	inner = made(d, "d/d", true);
	assert_status(fs_acl_get(inner, &own, &down), NT_STATUS_SUCCESS);
	assert_int_equal(may(&own, FS_ACL_USER, 1234), 7);
	assert_int_equal(may(&down, FS_ACL_USER, 1234), 7);
	/* An empty one is none. */
	down.count = 0;
	assert_status(fs_acl_set(inner, &own, &down), NT_STATUS_SUCCESS);
	assert_status(fs_acl_get(inner, &own, &down), NT_STATUS_SUCCESS);
	assert_int_equal(down.count, 0);
	disk_close(inner);
	disk_close(file);
	disk_close(dir);
}

/* set-group-ID of a directory is no right, and stays. */
static void other_mode_bits_stay(void **state)
{
	const struct disk *d = *state;
	struct fs_file *dir = made(d, "d", true);
	struct fs_acl acl = base(7, 5, 5);
	char *path = NULL;

	assert_true(asprintf(&path, "%s/d", d->share) > 0);
	assert_int_equal(chmod(path, 03777), 0);
	free(path);
	assert_status(fs_acl_set(dir, &acl, NULL), NT_STATUS_SUCCESS);
	assert_int_equal(mode_of(d, "d"), 03755);
	disk_close(dir);
}

static void another_users_file_is_not_changed(void **state)
{
	const struct disk *d = *state;
	struct fs_acl acl = base(7, 7, 7);
	struct fs_open how = disk_open(d, "a", FS_OPEN);
	struct fs_file *file;
	char *path = NULL;

	if (geteuid() != 0)
		skip();
	disk_make(d, "a", "");
	assert_true(asprintf(&path, "%s/a", d->share) > 0);
	assert_int_equal(chown(path, 0, 0), 0);
	free(path);
	how.access = FS_READ;
	file = disk_opened(&how);
	assert_status(fs_acl_set(file, &acl, NULL), NT_STATUS_ACCESS_DENIED);
	assert_int_equal(mode_of(d, "a"), 0666);
	assert_status(fs_set_owner(file, file->who.uid, FS_KEEP_ID),
		      NT_STATUS_INVALID_OWNER);
	assert_status(fs_set_owner(file, 0, 0), NT_STATUS_SUCCESS); /* as it is */
	disk_close(file);
	/* And his own he gives nobody. */
	file = made(d, "b", false);
	assert_status(fs_set_owner(file, 0, FS_KEEP_ID), NT_STATUS_INVALID_OWNER);
	assert_status(fs_set_owner(file, FS_KEEP_ID, 0), NT_STATUS_INVALID_PRIMARY_GROUP);
	disk_close(file);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, disk_setup, disk_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_mode_is_an_acl),
		TEST(users_and_groups_are_kept),
		TEST(a_directory_hands_down),
		TEST(other_mode_bits_stay),
		TEST(another_users_file_is_not_changed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "disk.h"
#include "fs/fs_ea.h"

struct seen {
	char text[1024];
	size_t n;
};

static bool see(void *ctx, struct view name, struct view value)
{
	struct seen *s = ctx;

	s->n += (size_t)snprintf(s->text + s->n, sizeof s->text - s->n, "%.*s=%.*s ",
				 (int)name.n, (const char *)name.p, (int)value.n,
				 (const char *)value.p);
	return true;
}

/* In some order. */
static void holds(const struct fs_file *file, size_t count, const char *const *want)
{
	struct seen s = {.n = 0};
	const struct fs_ea_walk walk = {see, &s};
	size_t n = 0;

	assert_status(fs_ea_each(file, &walk), NT_STATUS_SUCCESS);
	for (size_t i = 0; i < count; i++) {
		assert_non_null(strstr(s.text, want[i]));
		n += strlen(want[i]) + 1;
	}
	assert_int_equal(s.n, n);
}

static uint32_t set(const struct fs_file *file, const char *name, const char *value)
{
	return fs_ea_set(file, view_of_string(name), view_of_string(value));
}

static struct fs_file *made(const struct disk *d, const char *name)
{
	struct fs_open how = disk_open(d, name, FS_CREATE);
	struct fs_file *file = disk_opened(&how);

	if (set(file, "probe", "x") == NT_STATUS_EAS_NOT_SUPPORTED) {
		disk_close(file);
		skip();
	}
	assert_status(set(file, "probe", ""), NT_STATUS_SUCCESS);
	return file;
}

static void they_are_set_and_go(void **state)
{
	const struct disk *d = *state;
	struct fs_file *file = made(d, "a");

	holds(file, 0, NULL);
	assert_int_equal(fs_ea_size(file), 0);
	assert_status(set(file, "foo", "1"), NT_STATUS_SUCCESS);
	assert_status(set(file, "Bar", "22"), NT_STATUS_SUCCESS);
	holds(file, 2, (const char *const[]){"foo=1", "Bar=22"});
	assert_int_equal(fs_ea_size(file), 4 + 5 + 3 + 1 + 5 + 3 + 2);
	/* Whatever the case it is the same. */
	assert_status(set(file, "BAR", "333"), NT_STATUS_SUCCESS);
	holds(file, 2, (const char *const[]){"foo=1", "Bar=333"});
	assert_status(set(file, "FOO", ""), NT_STATUS_SUCCESS);
	assert_status(set(file, "none", ""), NT_STATUS_SUCCESS);
	holds(file, 1, (const char *const[]){"Bar=333"});
	disk_close(file);
}

static void a_unix_program_sees_the_same(void **state)
{
	const struct disk *d = *state;
	struct fs_file *file = made(d, "a");
	char path[512], value[8];

	snprintf(path, sizeof path, "%s/a", d->share);
	assert_status(set(file, "foo", "bar"), NT_STATUS_SUCCESS);
	assert_int_equal(getxattr(path, "user.foo", value, sizeof value), 3);
	assert_int_equal(setxattr(path, "user.other", "x", 1, 0), 0);
	holds(file, 2, (const char *const[]){"foo=bar", "other=x"});
	disk_close(file);
}

/* Some disks have room for what no client could be told; all else is told. */
static void what_is_too_long_to_be_told_hides_nothing(void **state)
{
	static char big[65536];
	const struct disk *d = *state;
	struct fs_file *file = made(d, "a");
	char path[512];

	snprintf(path, sizeof path, "%s/a", d->share);
	assert_status(set(file, "foo", "bar"), NT_STATUS_SUCCESS);
	if (setxattr(path, "user.big", big, sizeof big, 0) == 0)
		holds(file, 1, (const char *const[]){"foo=bar"});
	disk_close(file);
}

static void what_is_a_servers_own_is_not_there(void **state)
{
	static const char *const own[] = {"user.DOSATTRIB", "user.SAMBA_PAI",
					  "user.DosStream.x:$DATA", "user.\xc3\xa4",
					  "user.a:b"};
	const struct disk *d = *state;
	struct fs_file *file = made(d, "a");
	char path[512];

	snprintf(path, sizeof path, "%s/a", d->share);
	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
		assert_int_equal(setxattr(path, own[i], "x", 1, 0), 0);
	holds(file, 0, NULL);
	assert_int_equal(fs_ea_size(file), 0);
	assert_status(set(file, "DOSATTRIB", "x"), NT_STATUS_ACCESS_DENIED);
	assert_status(set(file, "dosattrib", ""), NT_STATUS_ACCESS_DENIED);
	assert_status(set(file, "dosstream.y", "x"), NT_STATUS_ACCESS_DENIED);
	assert_int_equal(getxattr(path, "user.DOSATTRIB", NULL, 0), 1);
	disk_close(file);
}

static void bad_names_and_long_values_are_refused(void **state)
{
	static char big[FS_EA_TOTAL_MAX + 1], name[FS_EA_NAME_MAX + 2];
	const struct disk *d = *state;
	struct fs_file *file = made(d, "a");

	assert_status(set(file, "", "x"), NT_STATUS_INVALID_EA_NAME);
	assert_status(set(file, "a/b", "x"), NT_STATUS_INVALID_EA_NAME);
	assert_status(set(file, "a*", "x"), NT_STATUS_INVALID_EA_NAME);
	assert_status(set(file, "a\x01", "x"), NT_STATUS_INVALID_EA_NAME);
	memset(name, 'n', sizeof name - 1);
	assert_status(set(file, name, "x"), NT_STATUS_INVALID_EA_NAME);
	name[FS_EA_NAME_MAX] = '\0';
	assert_status(set(file, name, "x"), NT_STATUS_SUCCESS);
	memset(big, 'v', sizeof big - 1);
	assert_status(set(file, "big", big), NT_STATUS_EA_TOO_LARGE);
	disk_close(file);
}

static void another_users_are_not_set(void **state)
{
	const struct disk *d = *state;
	struct fs_file *file = made(d, "a");
	char path[512];

	if (geteuid() != 0) {
		disk_close(file);
		skip();
	}
	assert_status(set(file, "foo", "x"), NT_STATUS_SUCCESS);
	snprintf(path, sizeof path, "%s/a", d->share);
	assert_int_equal(chown(path, 0, 0), 0);
	assert_int_equal(chmod(path, 0644), 0);
	assert_status(set(file, "foo", "y"), NT_STATUS_ACCESS_DENIED);
	holds(file, 1, (const char *const[]){"foo=x"});
	assert_int_equal(chmod(path, 0600), 0);
	assert_status(fs_ea_each(file, &(struct fs_ea_walk){see, &(struct seen){.n = 0}}),
		      NT_STATUS_ACCESS_DENIED);
	disk_close(file);
}

/* Whoever writes a program that runs as another takes that from it. */
static void writing_takes_the_set_user_id(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_OPEN);
	struct fs_file *file;
	char path[512];
	struct stat s;

	snprintf(path, sizeof path, "%s/a", d->share);
	disk_make(d, "a", "abc");
	assert_int_equal(chmod(path, 04777), 0);
	file = disk_opened(&how);
	assert_status(fs_write(file, 0, view_of("x", 1), false), NT_STATUS_SUCCESS);
	assert_int_equal(stat(path, &s), 0);
	assert_int_equal(s.st_mode & 07777u, 0777);
	assert_int_equal(chmod(path, 04777), 0);
	assert_status(fs_set_size(file, 1), NT_STATUS_SUCCESS);
	assert_int_equal(stat(path, &s), 0);
	assert_int_equal(s.st_mode & 07777u, 0777);
	disk_close(file);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, disk_setup, disk_teardown)
	const struct CMUnitTest tests[] = {
		TEST(they_are_set_and_go),
		TEST(a_unix_program_sees_the_same),
		TEST(what_is_too_long_to_be_told_hides_nothing),
		TEST(what_is_a_servers_own_is_not_there),
		TEST(bad_names_and_long_values_are_refused),
		TEST(another_users_are_not_set),
		TEST(writing_takes_the_set_user_id),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}

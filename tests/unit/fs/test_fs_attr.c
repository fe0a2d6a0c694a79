/* SPDX-License-Identifier: MIT */
/* DOS attributes and times: the form in which they are kept, and what a file does with
 * them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/nttime.h"
#include "fs/fs_dosattrib.h"
#include "lib/hex.h"
#include "unit/fs/disk.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NAME         "user.DOSATTRIB"

/* ---------------------------------------------------------------- the form, by itself --
 */

/* As Samba's own library packs them. */
static const struct vector {
	const char *hex;
	bool has;
	uint32_t attributes;
	uint64_t created;
} vectors[] = {
	/* version 5: a file of Samba 4.17, hidden and to be archived */
	{"0000 0500 0500 0000 11000000 22000000 c9256887537edd01", true, 0x22,
	 UINT64_C(0x01dd7e53876825c9)},
	/* version 5 of a directory */
	{"0000 0500 0500 0000 11000000 10000000 060a6987537edd01", true, 0x10,
	 UINT64_C(0x01dd7e5387690a06)},
	/* version 4: a time that makes an id before that of creation */
	{"0000 0400 0400 0000 11000000 22000000 04166887537edd01 02166887537edd01", true,
	 0x22, UINT64_C(0x01dd7e5387681602)},
	/* version 3: text, sizes, and the change behind the creation */
	{"3078323200 00 0300 0300 0000 11000000 22000000 0d0c0b0a 1817161514131211"
	 "2827262524232221 02166887537edd01 03166887537edd01",
	 true, 0x22, UINT64_C(0x01dd7e5387681602)},
	/* only one of the two */
	{"0000 0500 0500 0000 01000000 22000000 0000000000000000", true, 0x22, 0},
	{"0000 0500 0500 0000 10000000 22000000 02166887537edd01", false, 0,
	 UINT64_C(0x01dd7e5387681602)},
};

static void what_samba_writes_is_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		struct view bytes;
		struct fs_dosattrib v;

		bytes = view_of_hex(vectors[i].hex);
		assert_true(fs_dosattrib_decode(&v, bytes));
		assert_int_equal(v.has_attributes, vectors[i].has);
		assert_int_equal(v.attributes, vectors[i].attributes);
		assert_true(v.created == vectors[i].created);
		assert_true(v.changed == 0);
		view_free(bytes);
	}
}

/* A copy of its own size, so that a sanitizer sees a step too far. */
static bool decodes(const uint8_t *p, size_t n)
{
	uint8_t *copy = malloc(n > 0 ? n : 1);
	struct fs_dosattrib v;
	bool good;

	assert_non_null(copy);
	if (n > 0)
		memcpy(copy, p, n);
	good = fs_dosattrib_decode(&v, view_of(copy, n));
	free(copy);
	return good;
}

/* Version 3 has a time behind that of creation, which nobody reads. */
static void what_is_cut_off_is_not(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(vectors); i++) {
		struct view bytes;
		size_t whole;

		bytes = view_of_hex(vectors[i].hex);
		whole = bytes.n == 56 ? 48 : bytes.n;
		for (size_t n = 0; n <= bytes.n; n++)
			assert_int_equal(decodes(bytes.p, n), n >= whole);
		view_free(bytes);
	}
}

static void what_is_none_of_these_is_not(void **state)
{
	static const char *const bad[] = {
		"0000 0600 0600 0000 11000000 22000000 c9256887537edd01",
		"0000 0500 0400 0000 11000000 22000000 c9256887537edd01 0000000000000000",
		"0000 0000 0000 0000 11000000 22000000 c9256887537edd01",
		"30783232", /* the oldest: text alone */
		"3131313131313131313131313131313131313131 00000500", /* and no end of it */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct view bytes;

		bytes = view_of_hex(bad[i]);
		assert_false(decodes(bytes.p, bytes.n));
		view_free(bytes);
	}
}

static void what_we_write_is_what_samba_writes(void **state)
{
	struct fs_dosattrib v = {true, 0x22, UINT64_C(0x01dd7e53876825c9), 0, 0}, again;
	uint8_t bytes[FS_DOSATTRIB_LEN];
	struct view samba;
	size_t n;

	(void)state;
	samba = view_of_hex(vectors[0].hex);
	n = fs_dosattrib_encode(bytes, &v);
	assert_true(view_equal(view_of(bytes, n), samba));
	v.changed = UINT64_C(0x0123456789abcdef);
	v.stamp = UINT64_C(0x0223456789abcdef);
	assert_int_equal(fs_dosattrib_encode(bytes, &v), FS_DOSATTRIB_LEN);
	assert_memory_equal(bytes, samba.p, samba.n);
	assert_true(fs_dosattrib_decode(&again, view_of(bytes, sizeof bytes)));
	assert_int_equal(again.attributes, v.attributes);
	assert_true(again.has_attributes && again.created == v.created);
	assert_true(again.changed == v.changed && again.stamp == v.stamp);
	/* With a byte less or more it is somebody else's. */
	assert_true(fs_dosattrib_decode(&again, view_of(bytes, sizeof bytes - 1)));
	assert_true(again.changed == 0);
	view_free(samba);
}

/* --------------------------------------------------------------------- on a real disk --
 */

static struct fs_info info_of(struct fs_file *file)
{
	struct fs_info info;

	assert_status(fs_stat(file, &info), NT_STATUS_SUCCESS);
	return info;
}

/* Opened again, for what is on the disk. */
static struct fs_info info_at(const struct disk *d, const char *path)
{
	struct fs_open how = disk_open(d, path, FS_OPEN);
	struct fs_info info;
	struct fs_file *file;

	how.access = 0;
	file = disk_opened(&how);
	info = info_of(file);
	disk_close(file);
	return info;
}

/* The length of what is kept; -1: nothing is. */
static ssize_t kept(const struct disk *d, const char *name)
{
	char path[512], value[128];

	snprintf(path, sizeof path, "%s/%s", d->share, name);
	return getxattr(path, NAME, value, sizeof value);
}

/* Whether the disk keeps extended attributes at all. */
static bool keeps(const struct disk *d)
{
	bool yes = setxattr(d->share, "user.probe", "", 0, 0) == 0;

	if (yes)
		removexattr(d->share, "user.probe");
	return yes;
}

static void a_new_file_is_to_be_archived_and_keeps_nothing(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_CREATE);

	disk_close(disk_opened(&how));
	how.path = "d";
	how.directory = true;
	disk_close(disk_opened(&how));
	assert_int_equal(info_at(d, "a").attributes, FS_ATTR_ARCHIVE);
	assert_int_equal(info_at(d, "d").attributes, FS_ATTR_DIRECTORY);
	assert_int_equal(kept(d, "a"), -1);
	assert_int_equal(kept(d, "d"), -1);
}

static void a_file_keeps_the_attributes_it_is_given(void **state)
{
	static const uint32_t given[] = {
		FS_ATTR_HIDDEN,
		FS_ATTR_SYSTEM | FS_ATTR_ARCHIVE,
		FS_ATTR_READ_ONLY,
		FS_ATTR_TEMPORARY | FS_ATTR_OFFLINE | FS_ATTR_NOT_INDEXED,
		FS_ATTR_SETTABLE,
		0,
	};
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_CREATE);
	struct fs_file *file = disk_opened(&how);

	if (!keeps(d))
		skip();
	for (size_t i = 0; i < COUNT(given); i++) {
		assert_status(fs_set_attributes(file, FS_ATTR_SETTABLE, given[i]),
			      NT_STATUS_SUCCESS);
		assert_int_equal(info_of(file).attributes, given[i]);
		assert_int_equal(info_at(d, "a").attributes, given[i]);
	}
	/* One alone, and one that is not anybody's to set. */
	assert_status(fs_set_attributes(file, FS_ATTR_SPARSE | FS_ATTR_DIRECTORY,
					FS_ATTR_SPARSE | FS_ATTR_DIRECTORY),
		      NT_STATUS_SUCCESS);
	assert_int_equal(info_of(file).attributes, FS_ATTR_SPARSE);
	disk_close(file);
}

static void a_directory_keeps_them_too(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "d", FS_CREATE);
	struct fs_conflict met;
	struct fs_file *file;

	if (!keeps(d))
		skip();
	how.directory = true;
	how.attributes = FS_ATTR_HIDDEN | FS_ATTR_READ_ONLY;
	file = disk_opened(&how);
	assert_int_equal(info_of(file).attributes,
			 FS_ATTR_DIRECTORY | FS_ATTR_HIDDEN | FS_ATTR_READ_ONLY);
	/* READONLY says nothing of what may be done in it, but that it stays. */
	how = disk_open(d, "d/a", FS_CREATE);
	disk_close(disk_opened(&how));
	assert_status(fs_set_delete(file, true, false, &met), NT_STATUS_CANNOT_DELETE);
	disk_close(file);
	how = disk_open(d, "e", FS_CREATE);
	how.directory = true;
	how.attributes = FS_ATTR_TEMPORARY;
	disk_refuses(&how, NT_STATUS_INVALID_PARAMETER);
}

static void the_share_is_neither_hidden_nor_the_systems(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "", FS_OPEN);
	struct fs_file *file;

	if (!keeps(d))
		skip();
	how.access = 0;
	file = disk_opened(&how);
	assert_status(fs_set_attributes(file, FS_ATTR_SETTABLE,
					FS_ATTR_HIDDEN | FS_ATTR_SYSTEM | FS_ATTR_ARCHIVE),
		      NT_STATUS_SUCCESS);
	assert_int_equal(info_of(file).attributes, FS_ATTR_DIRECTORY | FS_ATTR_ARCHIVE);
	disk_close(file);
}

/* [MS-FSA] 2.1.5.1.2 */
static void only_who_says_hidden_empties_what_is_hidden(void **state)
{
	static const uint32_t bits[] = {FS_ATTR_HIDDEN, FS_ATTR_SYSTEM,
					FS_ATTR_HIDDEN | FS_ATTR_SYSTEM};
	const struct disk *d = *state;

	if (!keeps(d))
		skip();
	for (size_t i = 0; i < COUNT(bits); i++) {
		struct fs_open how = disk_open(d, "a", FS_OVERWRITE_IF);

		how.attributes = bits[i];
		disk_close(disk_opened(&how));
		how.attributes = 0;
		disk_refuses(&how, NT_STATUS_ACCESS_DENIED);
		how.disposition = FS_SUPERSEDE;
		disk_refuses(&how, NT_STATUS_ACCESS_DENIED);
		how.attributes = bits[i] | FS_ATTR_OFFLINE;
		disk_close(disk_opened(&how));
		assert_int_equal(info_at(d, "a").attributes,
				 bits[i] | FS_ATTR_OFFLINE | FS_ATTR_ARCHIVE);
		how.disposition = FS_OPEN;
		how.attributes = 0;
		how.delete_on_close = true;
		disk_close(disk_opened(&how));
	}
}

static void a_name_with_a_dot_is_hidden_and_can_be_emptied(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, ".a", FS_CREATE);

	disk_close(disk_opened(&how));
	assert_int_equal(info_at(d, ".a").attributes, FS_ATTR_HIDDEN | FS_ATTR_ARCHIVE);
	how.disposition = FS_OVERWRITE;
	disk_close(disk_opened(&how));
}

static void the_first_write_makes_it_one_to_be_archived(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_CREATE);
	struct fs_file *file = disk_opened(&how);

	if (!keeps(d))
		skip();
	assert_status(fs_set_attributes(file, FS_ATTR_SETTABLE, FS_ATTR_OFFLINE),
		      NT_STATUS_SUCCESS);
	assert_status(fs_write(file, 0, VIEW_LITERAL(""), false), NT_STATUS_SUCCESS);
	assert_int_equal(info_of(file).attributes, FS_ATTR_OFFLINE);
	assert_status(fs_write(file, 0, VIEW_LITERAL("x"), false), NT_STATUS_SUCCESS);
	assert_int_equal(info_of(file).attributes, FS_ATTR_OFFLINE | FS_ATTR_ARCHIVE);
	disk_close(file);
}

static const uint64_t years[] = {
	1,                            /* the first moment that there is */
	UINT64_C(116444736000000000), /* 1970 */
	UINT64_C(115813152000000000), /* 1968 */
	UINT64_C(134402454553876825), /* 2026, with all its digits */
	UINT64_C(266768591350000000), /* 2446 */
	UINT64_C(0x7fffffffffffffff), /* the last */
};

static void the_time_of_creation_is_set_and_kept(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_CREATE);
	struct fs_file *file = disk_opened(&how);
	struct fs_basic set = {0};
	struct fs_info before = info_of(file);

	if (!keeps(d))
		skip();
	for (size_t i = 0; i < COUNT(years); i++) {
		set.created = years[i];
		assert_status(fs_set_basic(file, &set), NT_STATUS_SUCCESS);
		assert_true(info_of(file).created == years[i]);
		assert_true(info_at(d, "a").created == years[i]);
		assert_true(info_of(file).written == before.written);
		assert_int_equal(info_of(file).attributes, before.attributes);
	}
	/* Attributes leave it alone. */
	assert_status(fs_set_attributes(file, FS_ATTR_HIDDEN, FS_ATTR_HIDDEN),
		      NT_STATUS_SUCCESS);
	assert_true(info_of(file).created == years[COUNT(years) - 1]);
	disk_close(file);
}

static void the_time_of_the_last_change_is_set_until_the_next_one(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_CREATE);
	struct fs_file *file = disk_opened(&how);
	struct fs_basic set = {
		.changed = years[2], .written = years[1], .created = years[3]};
	struct fs_info info;

	if (!keeps(d))
		skip();
	assert_status(fs_set_basic(file, &set), NT_STATUS_SUCCESS);
	info = info_of(file);
	assert_true(info.changed == years[2] && info.written == years[1]);
	assert_true(info_at(d, "a").changed == years[2]);
	/* Held, it stands whatever else is set by this open. */
	assert_status(fs_set_basic(file, &(struct fs_basic){.hold_changed = true}),
		      NT_STATUS_SUCCESS);
	assert_status(fs_set_basic(file, &(struct fs_basic){.mask = FS_ATTR_HIDDEN,
							    .bits = FS_ATTR_HIDDEN,
							    .written = years[2]}),
		      NT_STATUS_SUCCESS);
	info = info_of(file);
	assert_true(info.changed == years[2] && info.written == years[2]);
	/* Longer than the moment in which a change goes unseen. */
	usleep(150000);
	assert_int_equal(fchmod(file->fd, 0600), 0);
	assert_true(info_of(file).changed > years[3]);
	assert_true(info_of(file).created == years[3]);
	disk_close(file);
}

static void a_time_of_the_last_write_is_held(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_CREATE);
	struct fs_file *file = disk_opened(&how), *other;
	struct fs_basic set = {.written = years[1], .hold_written = true};
	const struct fs_basic thaw = {.free_written = true};

	how.disposition = FS_OPEN;
	other = disk_opened(&how);
	assert_status(fs_set_basic(file, &set), NT_STATUS_SUCCESS);
	assert_status(fs_write(file, 0, VIEW_LITERAL("x"), false), NT_STATUS_SUCCESS);
	assert_status(fs_set_size(file, 100), NT_STATUS_SUCCESS);
	assert_status(fs_set_allocation(file, 10000), NT_STATUS_SUCCESS);
	assert_true(info_of(file).written == years[1]);
	/* Of this open alone. */
	assert_status(fs_write(other, 0, VIEW_LITERAL("y"), false), NT_STATUS_SUCCESS);
	assert_true(info_of(file).written > years[3]);
	assert_status(fs_set_basic(file, &set), NT_STATUS_SUCCESS);
	assert_status(fs_set_basic(file, &thaw), NT_STATUS_SUCCESS);
	assert_true(info_of(file).written == years[1]);
	assert_status(fs_write(file, 0, VIEW_LITERAL("x"), false), NT_STATUS_SUCCESS);
	assert_true(info_of(file).written > years[3]);
	disk_close(other);
	disk_close(file);
}

/* What Samba left is what we tell, and what we can't read is as if it were not there. */
static void what_lies_there_is_read(void **state)
{
	const struct disk *d = *state;
	char path[512];

	if (!keeps(d))
		skip();
	disk_make(d, "a", "");
	snprintf(path, sizeof path, "%s/a", d->share);
	for (size_t i = 0; i < COUNT(vectors); i++) {
		struct view bytes;
		struct fs_info info;

		bytes = view_of_hex(vectors[i].hex);
		assert_int_equal(setxattr(path, NAME, bytes.p, bytes.n, 0), 0);
		info = info_at(d, "a");
		if (vectors[i].has)
			assert_int_equal(info.attributes,
					 vectors[i].attributes & FS_ATTR_KEPT);
		else
			assert_int_equal(info.attributes, FS_ATTR_ARCHIVE);
		if (vectors[i].created != 0)
			assert_true(info.created == vectors[i].created);
		view_free(bytes);
	}
	for (size_t n = 0; n < 200; n += 10) {
		char junk[200] = {0};

		memset(junk + n / 2, 0xee, n / 2);
		assert_int_equal(setxattr(path, NAME, junk, n, 0), 0);
		assert_int_equal(info_at(d, "a").attributes, FS_ATTR_ARCHIVE);
	}
}

struct flipper {
	pthread_t thread;
	struct fs_file *file;
	uint32_t bit;
	bool good;
};

static void *flip(void *ctx)
{
	struct flipper *f = ctx;
	struct fs_info info;

	f->good = true;
	for (int i = 0; f->good && i < 200; i++) {
		uint32_t want = i % 2 == 0 ? f->bit : 0;

		f->good = fs_set_attributes(f->file, f->bit, want) == NT_STATUS_SUCCESS &&
			  fs_stat(f->file, &info) == NT_STATUS_SUCCESS &&
			  (info.attributes & f->bit) == want;
	}
	return NULL;
}

/* Each his own bit of one file: nobody's is lost. */
static void changes_at_once_do_not_undo_each_other(void **state)
{
	static const uint32_t bits[] = {FS_ATTR_HIDDEN, FS_ATTR_SYSTEM, FS_ATTR_OFFLINE};
	const struct disk *d = *state;
	struct flipper flippers[COUNT(bits)];
	struct fs_open how = disk_open(d, "a", FS_CREATE);
	struct fs_file *file = disk_opened(&how);

	if (!keeps(d))
		skip();
	for (size_t i = 0; i < COUNT(bits); i++) {
		flippers[i] = (struct flipper){.file = file, .bit = bits[i]};
		assert_int_equal(
			pthread_create(&flippers[i].thread, NULL, flip, &flippers[i]), 0);
	}
	for (size_t i = 0; i < COUNT(bits); i++) {
		assert_int_equal(pthread_join(flippers[i].thread, NULL), 0);
		assert_true(flippers[i].good);
	}
	disk_close(file);
}

/* ------------------------------------------------------------------ who may do what -- */

/* Somebody else's file: who may write it may change what tells of it, and nobody else. */
static void who_may_write_may_change_them(void **state)
{
	static const struct {
		mode_t mode;
		uint32_t status;
	} rows[] = {{0644, NT_STATUS_ACCESS_DENIED}, {0666, NT_STATUS_SUCCESS}};
	const struct disk *d = *state;
	const struct fs_basic set = {.written = years[1], .created = years[2]};

	if (geteuid() != 0 || !keeps(d))
		skip();
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct fs_open how = disk_open(d, "a", FS_OPEN);
		struct fs_file *file;
		char path[512];

		disk_make(d, "a", "");
		snprintf(path, sizeof path, "%s/a", d->share);
		assert_int_equal(chown(path, 0, 0), 0);
		assert_int_equal(chmod(path, rows[i].mode), 0);
		how.access = 0;
		file = disk_opened(&how);
		assert_status(fs_set_attributes(file, FS_ATTR_HIDDEN, FS_ATTR_HIDDEN),
			      rows[i].status);
		assert_status(fs_set_basic(file, &set), rows[i].status);
		assert_int_equal((info_of(file).attributes & FS_ATTR_HIDDEN) != 0,
				 rows[i].status == NT_STATUS_SUCCESS);
		disk_close(file);
		unlink(path);
	}
}

/* Its owner, though he took the right to write from himself; and all may know of them. */
static void the_owner_may_and_everybody_sees(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_CREATE);
	const struct fs_basic set = {
		.created = years[2], .mask = FS_ATTR_HIDDEN, .bits = FS_ATTR_HIDDEN};
	struct fs_file *file = disk_opened(&how);

	if (!keeps(d))
		skip();
	assert_int_equal(fchmod(file->fd, 0000), 0);
	disk_close(file);
	how = disk_open(d, "a", FS_OPEN);
	how.access = 0;
	file = disk_opened(&how);
	if (geteuid() == 0) /* else the kernel asks us for rights that we do not have */
		assert_status(fs_set_basic(file, &set), NT_STATUS_SUCCESS);
	disk_close(file);
	if (geteuid() == 0)
		assert_true(info_at(d, "a").created == years[2]);
}

/* ------------------------------------------- a file system without extended attributes --
 */

static bool without;

ssize_t __real_fgetxattr(int fd, const char *name, void *value, size_t size);
ssize_t __wrap_fgetxattr(int fd, const char *name, void *value, size_t size);
int __real_fsetxattr(int fd, const char *name, const void *value, size_t size, int flags);
int __wrap_fsetxattr(int fd, const char *name, const void *value, size_t size, int flags);

ssize_t __wrap_fgetxattr(int fd, const char *name, void *value, size_t size)
{
	if (!without)
		return __real_fgetxattr(fd, name, value, size);
	errno = EOPNOTSUPP;
	return -1;
}

int __wrap_fsetxattr(int fd, const char *name, const void *value, size_t size, int flags)
{
	if (!without)
		return __real_fsetxattr(fd, name, value, size, flags);
	errno = EOPNOTSUPP;
	return -1;
}

static void without_extended_attributes_the_mode_must_do(void **state)
{
	const struct disk *d = *state;
	struct fs_open how = disk_open(d, "a", FS_CREATE);
	struct fs_basic set = {.created = years[2], .written = years[1]};
	struct fs_file *file;

	without = true;
	how.attributes = FS_ATTR_READ_ONLY | FS_ATTR_HIDDEN;
	file = disk_opened(&how);
	assert_int_equal(info_of(file).attributes, FS_ATTR_READ_ONLY | FS_ATTR_ARCHIVE);
	assert_int_equal(info_of(file).mode & 0222, 0);
	assert_status(fs_set_attributes(file, FS_ATTR_SETTABLE, 0), NT_STATUS_SUCCESS);
	assert_int_equal(info_of(file).mode & 0200, 0200);
	assert_status(fs_set_basic(file, &set), NT_STATUS_SUCCESS);
	assert_true(info_of(file).written == years[1]);
	assert_true(info_of(file).created != years[2]);
	without = false;
	assert_int_equal(kept(d, "a"), -1);
	disk_close(file);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, disk_setup, disk_teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_samba_writes_is_read),
		cmocka_unit_test(what_is_cut_off_is_not),
		cmocka_unit_test(what_is_none_of_these_is_not),
		cmocka_unit_test(what_we_write_is_what_samba_writes),
		TEST(a_new_file_is_to_be_archived_and_keeps_nothing),
		TEST(a_file_keeps_the_attributes_it_is_given),
		TEST(a_directory_keeps_them_too),
		TEST(the_share_is_neither_hidden_nor_the_systems),
		TEST(only_who_says_hidden_empties_what_is_hidden),
		TEST(a_name_with_a_dot_is_hidden_and_can_be_emptied),
		TEST(the_first_write_makes_it_one_to_be_archived),
		TEST(the_time_of_creation_is_set_and_kept),
		TEST(the_time_of_the_last_change_is_set_until_the_next_one),
		TEST(a_time_of_the_last_write_is_held),
		TEST(what_lies_there_is_read),
		TEST(changes_at_once_do_not_undo_each_other),
		TEST(who_may_write_may_change_them),
		TEST(the_owner_may_and_everybody_sees),
		TEST(without_extended_attributes_the_mode_must_do),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/*
 * Names of large directories, found whatever their case: how often a directory is read
 * (each reading begins with fdopendir(), which is counted here), and that what is kept is
 * right whoever changes the directory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf16.h"
#include "fs/fs_dircache.h"
#include "fs/fs_nameset.h"
#include "lib/failalloc.h"
#include "unit/fs/disk.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* More than are read each time. */
#define LARGE 150

static _Atomic size_t readings;

DIR *__real_fdopendir(int fd);
DIR *__wrap_fdopendir(int fd);

DIR *__wrap_fdopendir(int fd)
{
	readings++;
	return __real_fdopendir(fd);
}

static int open_share(const struct disk *d)
{
	int fd = open(d->share, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fd;
}

static void touch(int dir, const char *name)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

	assert_true(fd >= 0);
	close(fd);
}

/* Links to one file: they cost least. */
static void fill(int dir, size_t n)
{
	char name[32];

	touch(dir, "File-0");
	for (size_t i = 1; i < n; i++) {
		snprintf(name, sizeof name, "File-%zu", i);
		assert_int_equal(linkat(dir, "File-0", dir, name, 0), 0);
	}
}

/* 0 or an errno, by the cache. */
static int look(int dir, const char *name, char out[FS_NAME_BYTES_MAX + 1])
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(fd >= 0);
	return fs_dircache_find(out, fd, view_of_string(name));
}

static void finds(int dir, const char *name, const char *expected)
{
	char out[FS_NAME_BYTES_MAX + 1];

	assert_int_equal(look(dir, name, out), 0);
	assert_string_equal(out, expected);
}

static void finds_none(int dir, const char *name)
{
	char out[FS_NAME_BYTES_MAX + 1];

	assert_int_equal(look(dir, name, out), ENOENT);
}

static void a_large_directory_is_not_read_again(void **state)
{
	const struct disk *d = *state;
	int dir = open_share(d);
	struct fs_open how;
	size_t before;
	char name[32];

	fill(dir, LARGE);
	finds_none(dir, "none");
	before = readings;
	finds(dir, "fILE-7", "File-7");
	for (size_t i = 0; i < 1000; i++) {
		snprintf(name, sizeof name, "new-%zu", i);
		how = disk_open(d, name, FS_CREATE);
		disk_close(disk_opened(&how));
		snprintf(name, sizeof name, "NEW-%zu", i);
		disk_refuses(&how, NT_STATUS_OBJECT_NAME_COLLISION);
	}
	assert_int_equal(readings, before);
	close(dir);
}

static void a_small_one_is(void **state)
{
	int dir = open_share(*state);
	size_t before = readings;

	fill(dir, 10);
	finds(dir, "FILE-3", "File-3");
	finds_none(dir, "FILE-33");
	assert_int_equal(readings, before + 2);
	close(dir);
}

/* All that can happen to a name, each seen by the very next look. */
static void what_others_change_is_seen_at_once(void **state)
{
	int dir = open_share(*state);

	fill(dir, LARGE);
	finds_none(dir, "one");
	touch(dir, "One");
	finds(dir, "oNE", "One");
	assert_int_equal(renameat(dir, "One", dir, "ONE"), 0);
	finds(dir, "oNE", "ONE");
	assert_int_equal(renameat(dir, "ONE", dir, "Two"), 0);
	finds_none(dir, "oNE");
	finds(dir, "tWO", "Two");
	assert_int_equal(unlinkat(dir, "Two", 0), 0);
	finds_none(dir, "tWO");
	assert_int_equal(mkdirat(dir, "Dir", 0777), 0);
	finds(dir, "DIR", "Dir");
	assert_int_equal(renameat(dir, "File-1", dir, "Dir/File-1"), 0);
	finds_none(dir, "FILE-1");
	assert_int_equal(linkat(dir, "File-2", dir, "Link", 0), 0);
	finds(dir, "LINK", "Link");
	touch(dir, "Two");
	assert_int_equal(symlinkat("nowhere", dir, "Soft"), 0);
	finds(dir, "SOFT", "Soft");
	assert_int_equal(renameat(dir, "Two", dir, "File-4"), 0);
	finds_none(dir, "tWO");
	finds(dir, "FILE-4", "File-4");
	close(dir);
}

static void names_are_found_as_windows_folds_them(void **state)
{
	int dir = open_share(*state);

	fill(dir, LARGE);
	touch(dir, "\xc3\x84"
		   "rger"); /* Ä */
	touch(dir, "\xce\xa3"
		   "igma"); /* Σ */
	touch(dir, "\xf0\x9f\x98\x80"
		   "Smile");   /* an emoji */
	touch(dir, "bad\xff"); /* not UTF-8: nobody asks for it */
	finds_none(dir, "x");
	finds(dir, "\xc3\xa4RGER",
	      "\xc3\x84"
	      "rger");
	finds(dir, "\xcf\x83IGMA",
	      "\xce\xa3"
	      "igma");
	finds(dir, "\xf0\x9f\x98\x80sMILE",
	      "\xf0\x9f\x98\x80"
	      "Smile");
	finds_none(dir, "\xf0\x9f\x98\x81sMILE");
	close(dir);
}

/* A fixed sequence that looks like chance. */
static unsigned chance(unsigned *seed)
{
	*seed = *seed * 1103515245u + 12345u;
	return *seed >> 16;
}

/* By reading, as long as it takes: what the cache must say, too. */
static bool is_there(int dir, const char *name)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *all = __real_fdopendir(fd);
	const struct dirent *entry;
	bool there = false;

	assert_non_null(all);
	while ((entry = readdir(all)) != NULL)
		there = there || utf8_equal_folded(view_of_string(entry->d_name),
						   view_of_string(name));
	closedir(all);
	return there;
}

static void a_long_sequence_of_changes_is_followed(void **state)
{
	static const char *const names[] = {"alpha", "ALPHA", "beta",
					    "Beta",  "gamma", "GaMMa"};
	int dir = open_share(*state);
	char out[FS_NAME_BYTES_MAX + 1];
	unsigned seed = 1;
	size_t before;

	fill(dir, LARGE);
	finds_none(dir, "none");
	before = readings;
	for (int i = 0; i < 3000; i++) {
		const char *a = names[chance(&seed) % COUNT(names)];
		const char *b = names[chance(&seed) % COUNT(names)];

		switch (chance(&seed) % 4) {
		case 0:
			touch(dir, a);
			break;
		case 1:
			unlinkat(dir, a, 0);
			break;
		case 2:
			renameat(dir, a, dir, b);
			break;
		default:
			break;
		}
		if (chance(&seed) % 3 == 0)
			continue; /* several changes, then a look */
		assert_int_equal(look(dir, b, out), is_there(dir, b) ? 0 : ENOENT);
	}
	assert_int_equal(readings, before);
	close(dir);
}

/* More than the kernel keeps for us (fs.inotify.max_queued_events): all is read anew. */
static void more_changes_than_are_kept(void **state)
{
	int dir = open_share(*state);
	char name[32];

	fill(dir, LARGE);
	finds_none(dir, "late");
	for (int i = 0; i < 20000; i++) {
		snprintf(name, sizeof name, "t%d", i);
		touch(dir, name);
		unlinkat(dir, name, 0);
	}
	touch(dir, "Late");
	finds(dir, "LATE", "Late");
	unlinkat(dir, "Late", 0);
	finds_none(dir, "LATE");
	close(dir);
}

static void another_directory_of_the_same_name(void **state)
{
	int top = open_share(*state), dir;
	char name[32];

	for (int round = 0; round < 5; round++) {
		assert_int_equal(mkdirat(top, "d", 0777), 0);
		dir = openat(top, "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		fill(dir, LARGE);
		finds_none(dir, "Of");
		snprintf(name, sizeof name, "Of-%d", round);
		touch(dir, name);
		finds(dir, name, name);
		snprintf(name, sizeof name, "of-%d", round - 1);
		finds_none(dir, name);
		for (int i = 0; i < LARGE; i++) {
			snprintf(name, sizeof name, "File-%d", i);
			assert_int_equal(unlinkat(dir, name, 0), 0);
		}
		snprintf(name, sizeof name, "Of-%d", round);
		assert_int_equal(unlinkat(dir, name, 0), 0);
		close(dir);
		assert_int_equal(unlinkat(top, "d", AT_REMOVEDIR), 0);
	}
	close(top);
}

/* More directories than are kept: the least used go, and come again when asked for. */
static void many_large_directories(void **state)
{
	enum { N = 66 };
	int top = open_share(*state), dirs[N];
	char name[32];

	for (int i = 0; i < N; i++) {
		snprintf(name, sizeof name, "d%d", i);
		assert_int_equal(mkdirat(top, name, 0777), 0);
		dirs[i] = openat(top, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		fill(dirs[i], LARGE);
		finds_none(dirs[i], "none");
	}
	for (int i = 0; i < N; i++) {
		snprintf(name, sizeof name, "Of-%d", i);
		touch(dirs[i], name);
		snprintf(name, sizeof name, "oF-%d", i);
		finds_none(dirs[(i + 1) % N], name);
	}
	for (int i = 0; i < N; i++) {
		char is[32];

		snprintf(is, sizeof is, "Of-%d", i);
		snprintf(name, sizeof name, "OF-%d", i);
		finds(dirs[i], name, is);
		close(dirs[i]);
	}
	close(top);
}

struct worker {
	pthread_t thread;
	int dir;
	int number;
	bool good;
};

/* Names of its own in one directory: what it makes it finds, what it removes it doesn't. */
static void *work(void *ctx)
{
	struct worker *w = ctx;
	char out[FS_NAME_BYTES_MAX + 1], made[32], asked[32];

	w->good = true;
	for (int i = 0; w->good && i < 500; i++) {
		int fd;

		snprintf(made, sizeof made, "Worker-%d-%d", w->number, i % 7);
		snprintf(asked, sizeof asked, "wORKER-%d-%d", w->number, i % 7);
		fd = openat(w->dir, made, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		w->good =
			fd >= 0 && look(w->dir, asked, out) == 0 && strcmp(out, made) == 0;
		close(fd);
		w->good = w->good && unlinkat(w->dir, made, 0) == 0 &&
			  look(w->dir, asked, out) == ENOENT;
	}
	return NULL;
}

static void several_at_once(void **state)
{
	struct worker workers[4];
	int dir = open_share(*state);

	fill(dir, LARGE);
	for (int i = 0; i < 4; i++) {
		workers[i] = (struct worker){.dir = dir, .number = i};
		assert_int_equal(
			pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (int i = 0; i < 4; i++) {
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
		assert_true(workers[i].good);
	}
	close(dir);
}

/* Short of memory nothing is kept, and what is said is right all the same. */
static void without_memory_it_is_read(void **state)
{
	int dir = open_share(*state);
	bool hit = true;

	fill(dir, LARGE);
	for (size_t n = 0; hit; n++) {
		char out[FS_NAME_BYTES_MAX + 1];
		int error;

		touch(dir, "Extra"); /* a change that is to be taken in */
		failalloc_arm(n);
		error = look(dir, "eXTRA", out);
		failalloc_disarm();
		hit = failalloc_hit();
		assert_int_equal(error, 0);
		assert_string_equal(out, "Extra");
		unlinkat(dir, "Extra", 0);
		finds_none(dir, "extra");
	}
	close(dir);
}

/* A set of few names looks at the last byte of their hashes alone. */
static void names_made_up_to_meet_are_not_kept(void **state)
{
	struct fs_nameset set = {0};
	size_t added = 0;
	char name[32];

	(void)state;
	for (size_t i = 0; added <= FS_NAMESET_CHAIN_MAX; i++) {
		uint64_t h;

		snprintf(name, sizeof name, "%zu", i);
		h = utf8_hash_folded(view_of_string(name), FS_NAMESET_SEED);
		if (((h ^ h >> 32) & 0xff) != 0)
			continue;
		if (!fs_nameset_add(&set, view_of_string(name)))
			break;
		added++;
	}
	assert_int_equal(added, FS_NAMESET_CHAIN_MAX);
	assert_int_equal(set.count, added);
	assert_null(fs_nameset_find(&set, view_of_string(name)));
	fs_nameset_remove(&set, view_of_string(name));
	assert_int_equal(set.count, added);
	fs_nameset_release(&set);
}

static void half_a_million_names_are(void **state)
{
	struct fs_nameset set = {0};
	char name[32];

	(void)state;
	for (size_t i = 0; i < 500000; i++) {
		snprintf(name, sizeof name, "IMG_%06zu.JPG", i);
		assert_true(fs_nameset_add(&set, view_of_string(name)));
	}
	assert_string_equal(fs_nameset_find(&set, view_of_string("img_123456.jpg")),
			    "IMG_123456.JPG");
	fs_nameset_release(&set);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, disk_setup, disk_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_large_directory_is_not_read_again),
		TEST(a_small_one_is),
		TEST(what_others_change_is_seen_at_once),
		TEST(names_are_found_as_windows_folds_them),
		TEST(a_long_sequence_of_changes_is_followed),
		TEST(more_changes_than_are_kept),
		TEST(another_directory_of_the_same_name),
		TEST(many_large_directories),
		TEST(several_at_once),
		TEST(without_memory_it_is_read),
		cmocka_unit_test(names_made_up_to_meet_are_not_kept),
		cmocka_unit_test(half_a_million_names_are),
	};
#undef TEST

	return cmocka_run_group_tests(tests, NULL, NULL);
}

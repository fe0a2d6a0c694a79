/* SPDX-License-Identifier: MIT */
#include "fs/fs_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "disk.h"
#include "fs/fs_copy.h"
#include "fs/fs_ranges.h"
#include "fs/fs_rename.h"
#include "fs/fs_watch_table.h"
#include "lib/hex.h"

#define WAIT_MS 20000 /* for inotify: nothing takes a hundredth of it */
#define ALL     0xfffu

/* One who watches, and what he has heard: "+a ~a >a b -b", as it came. */
struct watcher {
	struct fs_file *file;
	struct buf heard;
	bool lost, deleted;
};

static const struct disk *disk;
static struct watcher watchers[4];
static int inotify;

static int up(void **state)
{
	disk_setup(state);
	disk = *state;
	inotify = fs_watch_open();
	assert_true(inotify >= 0);
	return 0;
}

/* Whoever is left goes, and with the last one every directory. */
static int down(void **state)
{
	for (size_t i = 0; i < 4; i++) {
		if (watchers[i].file != NULL)
			disk_close(watchers[i].file);
		buf_release(&watchers[i].heard);
		watchers[i] = (struct watcher){0};
	}
	assert_int_equal(fs_watch_directories(), 0);
	assert_false(fs_watch_has_news());
	fs_watch_close();
	return disk_teardown(state);
}

static const char *at(const char *path)
{
	static char full[2][4300];
	static unsigned which;

	which ^= 1;
	snprintf(full[which], sizeof full[which], "%s/%s", disk->share, path);
	return full[which];
}

/* ----------------------------------------------------------------------- watching -- */

static struct watcher *watch_how(size_t i, const struct fs_open *open, uint32_t filter,
				 bool tree)
{
	struct watcher *w = &watchers[i];
	const struct fs_watch_how how = {.owner = watchers,
					 .id = i + 1,
					 .session = 7,
					 .filter = filter,
					 .tree = tree};

	w->file = disk_opened(open);
	buf_init(&w->heard, 1u << 20);
	assert_status(fs_watch_begin(w->file, &how), NT_STATUS_SUCCESS);
	fs_watch_spread(w->file);
	return w;
}

static struct watcher *watch(size_t i, const char *path, uint32_t filter, bool tree)
{
	struct fs_open open = disk_open(disk, path, FS_OPEN);

	open.directory = true;
	open.access = FS_READ;
	return watch_how(i, &open, filter, tree);
}

static void unwatch(struct watcher *w)
{
	disk_close(w->file);
	w->file = NULL;
}

static void hear(struct watcher *w, const struct fs_note *note)
{
	static const char marks[] = "?+-~><";
	const char mark[] = {marks[note->happened], '\0'};

	if (w->heard.n > 0)
		assert_int_equal(buf_append(&w->heard, VIEW_LITERAL(" ")), NS_OK);
	assert_int_equal(buf_append(&w->heard, view_of_string(mark)), NS_OK);
	assert_int_equal(buf_append(&w->heard, view_of_string(note->path)), NS_OK);
}

static void take(void *ctx, const struct fs_news *news)
{
	struct watcher *w = &watchers[news->id - 1];

	(void)ctx;
	for (const struct fs_note *n = news->notes; n != NULL; n = n->next)
		hear(w, n);
	w->lost = w->lost || news->lost;
	w->deleted = w->deleted || news->deleted;
}

static void collect(void)
{
	fs_watch_collect(watchers, take, NULL);
}

/* What inotify has becomes news; false: it has nothing for as long as one may wait. */
static bool read_some(int ms)
{
	struct pollfd p = {.fd = inotify, .events = POLLIN};

	if (poll(&p, 1, ms) <= 0)
		return false;
	fs_watch_read();
	collect();
	return true;
}

static bool has_heard(const struct watcher *w, const char *what)
{
	struct view heard = buf_view(&w->heard);
	size_t n = strlen(what);

	return heard.n >= n && memmem(heard.p, heard.n, what, n) != NULL;
}

static void wait_until_heard(const struct watcher *w, const char *what)
{
	collect();
	while (!has_heard(w, what))
		assert_true(read_some(WAIT_MS));
}

/*
 * All that happened until now has been told: this file, which somebody else makes in the
 * watched directory, comes behind it.
 */
static void heard_in(struct watcher *w, const char *directory, const char *what)
{
	static unsigned count;
	char name[64], path[4200], mark[80], want[8192];

	snprintf(name, sizeof name, "last%u", count++);
	snprintf(path, sizeof path, "%s%s", directory, name);
	assert_int_equal(mkdir(at(path), 0755), 0);
	snprintf(mark, sizeof mark, "+%s", name);
	wait_until_heard(w, mark);
	snprintf(want, sizeof want, "%s%s%s", what, *what != '\0' ? " " : "", mark);
	assert_int_equal(buf_append_zero(&w->heard, 1), NS_OK);
	assert_string_equal((const char *)w->heard.p, want);
	buf_clear(&w->heard);
}

static void heard(struct watcher *w, const char *what)
{
	heard_in(w, "", what);
}

/* --------------------------------------------------------- what others do to files -- */

static void move(const char *from, const char *to)
{
	assert_int_equal(rename(at(from), at(to)), 0);
}

static void append(const char *path, const char *text)
{
	int fd = open(at(path), O_WRONLY | O_APPEND);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void what_others_change_is_told(void **state)
{
	struct watcher *w;

	(void)state;
	disk_make(disk, "old", "1");
	w = watch(0, "", ALL, false);
	append("old", "2");
	heard(w, "~old");
	assert_int_equal(chmod(at("old"), 0600), 0);
	heard(w, "~old");
	assert_int_equal(mknod(at("new"), S_IFREG | 0644, 0), 0);
	assert_int_equal(mkdir(at("dir"), 0755), 0);
	heard(w, "+new +dir");
	move("new", "newer");
	heard(w, ">new <newer");
	assert_int_equal(unlink(at("newer")), 0);
	assert_int_equal(rmdir(at("dir")), 0);
	heard(w, "-newer -dir");
}

static void only_what_is_asked_for_is_told(void **state)
{
	struct watcher *files, *dirs, *writes, *none;

	(void)state;
	files = watch(0, "", FS_CHANGE_FILE_NAME | FS_CHANGE_DIR_NAME, false);
	dirs = watch(1, "", FS_CHANGE_DIR_NAME, false);
	writes = watch(2, "", FS_CHANGE_WRITTEN | FS_CHANGE_DIR_NAME, false);
	none = watch(3, "", 0, true);
	assert_int_equal(mknod(at("a"), S_IFREG | 0644, 0), 0);
	append("a", "1");
	heard(files, "+a");
	assert_false(has_heard(dirs, "a "));
	assert_true(has_heard(writes, "~a +last"));
	assert_false(has_heard(writes, "+a"));
	assert_int_equal(none->heard.n, 0);
}

static void directories_beneath_are_told_if_the_tree_is_watched(void **state)
{
	struct watcher *tree, *flat;

	(void)state;
	disk_make(disk, "a/", NULL);
	disk_make(disk, "a/b/", NULL);
	tree = watch(0, "", ALL, true);
	flat = watch(1, "", ALL, false);
	assert_int_equal(mknod(at("a/b/f"), S_IFREG | 0644, 0), 0);
	heard(tree, "+a/b/f");
	assert_false(has_heard(flat, "a/b"));
}

/* Whatever of them came before inotify could listen there. */
static void directories_are_watched_as_they_appear(void **state)
{
	struct watcher *w;

	(void)state;
	w = watch(0, "", FS_CHANGE_FILE_NAME | FS_CHANGE_DIR_NAME, true);
	assert_int_equal(mkdir(at("a"), 0755), 0);
	assert_int_equal(mkdir(at("a/b"), 0755), 0);
	assert_int_equal(mknod(at("a/b/early"), S_IFREG | 0644, 0), 0);
	heard(w, "+a +a/b +a/b/early");
	assert_int_equal(mknod(at("a/b/late"), S_IFREG | 0644, 0), 0);
	heard(w, "+a/b/late");
}

static void a_move_between_directories_is_told_as_two(void **state)
{
	struct watcher *w, *edge;

	(void)state;
	disk_make(disk, "a/", NULL);
	disk_make(disk, "b/", NULL);
	disk_make(disk, "a/f", "1");
	w = watch(0, "", ALL, true);
	edge = watch(1, "b", ALL, true);
	move("a/f", "b/f");
	heard(w, "-a/f +b/f");
	heard_in(edge, "b/", "+f");
	move("b/f", "f");
	heard_in(edge, "b/", "-f");
}

static void a_moved_directory_goes_on_being_watched(void **state)
{
	struct watcher *w;

	(void)state;
	disk_make(disk, "a/", NULL);
	disk_make(disk, "a/b/", NULL);
	w = watch(0, "", FS_CHANGE_FILE_NAME | FS_CHANGE_DIR_NAME, true);
	move("a", "c");
	assert_int_equal(mknod(at("c/b/f"), S_IFREG | 0644, 0), 0);
	heard(w, ">a <c +c/b/f");
	disk_make(disk, "a/", NULL);
	disk_make(disk, "a/f", "1");
	heard(w, "+a +a/f");
	/* It leaves the share: nothing of it is told any more. */
	assert_int_equal(rename(at("c"), at("../c")), 0);
	assert_int_equal(mknod(at("../c/b/g"), S_IFREG | 0644, 0), 0);
	heard(w, "-c");
	assert_int_equal(rename(at("../c"), at("d")), 0);
	heard(w, "+d");
	assert_int_equal(mknod(at("d/b/h"), S_IFREG | 0644, 0), 0);
	heard(w, "+d/b/h");
}

static void a_watched_directory_may_itself_be_moved(void **state)
{
	struct watcher *w;

	(void)state;
	disk_make(disk, "a/", NULL);
	disk_make(disk, "a/b/", NULL);
	w = watch(0, "a", ALL, true);
	move("a", "z");
	assert_int_equal(mknod(at("z/b/f"), S_IFREG | 0644, 0), 0);
	heard_in(w, "z/", "+b/f");
	assert_false(w->deleted);
}

/* All before anybody has heard of any of it: its path is then that of who held it. */
static void a_watched_directory_may_take_the_place_of_the_one_above(void **state)
{
	struct watcher *w;

	(void)state;
	disk_make(disk, "a/", NULL);
	disk_make(disk, "a/b/", NULL);
	w = watch(0, "a/b", ALL, false);
	move("a/b", "t");
	assert_int_equal(rmdir(at("a")), 0);
	move("t", "a");
	heard_in(w, "a/", "");
	assert_false(w->deleted);
}

static void two_watched_directories_may_change_places(void **state)
{
	struct watcher *a, *b;

	(void)state;
	disk_make(disk, "a/", NULL);
	disk_make(disk, "b/", NULL);
	a = watch(0, "a", ALL, true);
	b = watch(1, "b", ALL, true);
	move("a", "t");
	move("b", "a");
	move("t", "b");
	heard_in(a, "b/", "");
	heard_in(b, "a/", "");
	assert_false(a->deleted || b->deleted);
}

/* In the tree of another, who hears of each step; and the one above is deleted last. */
static void what_is_deleted_is_not_who_has_its_name_now(void **state)
{
	struct watcher *w, *above;

	(void)state;
	disk_make(disk, "a/", NULL);
	disk_make(disk, "a/b/", NULL);
	above = watch(0, "", FS_CHANGE_DIR_NAME, true);
	w = watch(1, "a/b", ALL, false);
	move("a/b", "t");
	assert_int_equal(rmdir(at("a")), 0);
	move("t", "a");
	heard(above, "-a/b +t -a >t <a");
	assert_false(w->deleted);
	heard_in(w, "a/", "");
}

static void a_directory_that_others_delete_is_told_to_be_gone(void **state)
{
	struct watcher *w, *above;

	(void)state;
	disk_make(disk, "a/", NULL);
	disk_make(disk, "a/b/", NULL);
	w = watch(0, "a/b", ALL, false);
	above = watch(1, "", ALL, false);
	assert_int_equal(rmdir(at("a/b")), 0);
	while (!w->deleted)
		assert_true(read_some(WAIT_MS));
	heard(above, "");
}

/* ------------------------------------------------------- what this process does -- */

static struct fs_file *own(const char *path, enum fs_disposition how)
{
	struct fs_open open = disk_open(disk, path, how);

	open.user = "root";
	return disk_opened(&open);
}

static void remove_own(const char *path)
{
	struct fs_open open = disk_open(disk, path, FS_OPEN);

	open.user = "root";
	open.delete_on_close = true;
	disk_close(disk_opened(&open));
}

/* Exactly once, though inotify tells of it, too. */
static void what_is_changed_here_is_told_once(void **state)
{
	const struct fs_basic basic = {.written = 1u << 30};
	struct fs_conflict met;
	struct watcher *w;
	struct fs_file *f;

	(void)state;
	w = watch(0, "", ALL, true);
	f = own("a", FS_CREATE);
	heard(w, "+a");
	assert_status(fs_write(f, 0, VIEW_LITERAL("1"), false), NT_STATUS_SUCCESS);
	heard(w, "~a");
	assert_status(fs_set_size(f, 100), NT_STATUS_SUCCESS);
	assert_status(fs_set_basic(f, &basic), NT_STATUS_SUCCESS);
	heard(w, "~a");
	assert_status(fs_rename(f, "b", 0, &met), NT_STATUS_SUCCESS);
	heard(w, ">a <b");
	disk_close(f);
	heard(w, "~b"); /* FILE_ATTRIBUTE_ARCHIVE, told at the close */
	disk_close(own("b", FS_OVERWRITE));
	heard(w, "~b");
	remove_own("b");
	heard(w, "-b");
}

/* And before inotify could have told of any. */
static void what_is_changed_here_is_told_at_once(void **state)
{
	struct watcher *w;
	struct fs_open open;

	(void)state;
	w = watch(0, "", FS_CHANGE_FILE_NAME | FS_CHANGE_DIR_NAME, true);
	open = disk_open(disk, "d", FS_CREATE);
	open.directory = true;
	disk_close(disk_opened(&open));
	disk_close(own("d/f", FS_CREATE));
	remove_own("d/f");
	remove_own("d");
	collect();
	assert_view_equal(buf_view(&w->heard), VIEW_LITERAL("+d +d/f -d/f -d"));
	buf_clear(&w->heard);
	heard(w, "");
}

static void heard_at_once(struct watcher *w, const char *what)
{
	collect();
	assert_int_equal(buf_append_zero(&w->heard, 1), NS_OK);
	assert_string_equal((const char *)w->heard.p, what);
	buf_clear(&w->heard);
}

/* Whichever call it is that changes a file's bytes. */
static void copies_and_zeroes_made_here_are_told_as_writes_are(void **state)
{
	struct fs_file *source, *target;
	struct watcher *size, *written;
	uint64_t offset = 0;
	size_t done;

	(void)state;
	disk_make(disk, "a", "12345");
	size = watch(0, "", FS_CHANGE_SIZE, false);
	written = watch(1, "", FS_CHANGE_WRITTEN, false);
	source = own("a", FS_OPEN);
	target = own("b", FS_CREATE);
	assert_status(fs_copy(&(struct fs_copy){source, target, 0, 0, 5}, &done),
		      NT_STATUS_SUCCESS);
	heard_at_once(size, "~b");
	heard_at_once(written, "~b");
	assert_status(fs_copy(&(struct fs_copy){source, target, 0, 1, 4}, &done),
		      NT_STATUS_SUCCESS);
	heard_at_once(size, "");
	heard_at_once(written, "~b");
	if (fs_ranges_zero(target, &offset, 5, false) == NT_STATUS_SUCCESS)
		heard_at_once(written, "~b");
	if (fs_ranges_share(&(struct fs_sharing){source, target, 0, 0, 5}) ==
	    NT_STATUS_SUCCESS)
		heard_at_once(written, "~b");
	heard_at_once(size, "");
	disk_close(source);
	disk_close(target);
}

static void a_directory_made_here_is_watched_for_what_others_do_in_it(void **state)
{
	struct watcher *w;
	struct fs_open open;

	(void)state;
	w = watch(0, "", FS_CHANGE_FILE_NAME | FS_CHANGE_DIR_NAME, true);
	open = disk_open(disk, "d", FS_CREATE);
	open.directory = true;
	disk_close(disk_opened(&open));
	disk_close(own("d/own", FS_CREATE));
	assert_int_equal(mknod(at("d/other"), S_IFREG | 0644, 0), 0);
	heard(w, "+d +d/own +d/other");
}

static void renames_here_are_told_as_the_specification_says(void **state)
{
	struct fs_conflict met;
	struct watcher *w;
	struct fs_file *f;

	(void)state;
	disk_make(disk, "d/", NULL);
	disk_make(disk, "there", "1");
	w = watch(0, "", FS_CHANGE_FILE_NAME | FS_CHANGE_SIZE, true);
	f = own("f", FS_CREATE);
	assert_status(fs_rename(f, "d/g", 0, &met), NT_STATUS_SUCCESS);
	assert_status(fs_rename(f, "there", FS_REPLACE, &met), NT_STATUS_SUCCESS);
	assert_status(fs_rename(f, "THERE", 0, &met), NT_STATUS_SUCCESS);
	disk_close(f);
	collect();
	assert_view_equal(buf_view(&w->heard),
			  VIEW_LITERAL("+f -f +d/g -d/g ~there >there <THERE"));
}

/* Somebody else does what we tried in vain. */
static void what_failed_here_is_not_told(void **state)
{
	struct fs_open open;
	struct watcher *w;

	(void)state;
	disk_make(disk, "a", "1");
	w = watch(0, "", ALL, true);
	open = disk_open(disk, "a", FS_CREATE);
	disk_refuses(&open, NT_STATUS_OBJECT_NAME_COLLISION);
	open = disk_open(disk, "none", FS_OPEN);
	disk_refuses(&open, NT_STATUS_OBJECT_NAME_NOT_FOUND);
	heard(w, "");
}

static void a_directory_that_is_to_be_deleted_says_so(void **state)
{
	struct fs_conflict met;
	struct watcher *w;
	struct fs_file *f;
	struct fs_watch_how how = {.owner = watchers, .id = 2, .filter = ALL};

	(void)state;
	disk_make(disk, "a/", NULL);
	w = watch(0, "a", ALL, true);
	f = own("a", FS_OPEN);
	assert_status(fs_set_delete(f, true, false, &met), NT_STATUS_SUCCESS);
	collect();
	assert_true(w->deleted);
	disk_close(f);
	unwatch(w);
	/* By the time of the second watch it is gone from the disk. */
	disk_make(disk, "b/", NULL);
	f = own("b", FS_OPEN);
	assert_int_equal(rmdir(at("b")), 0);
	assert_status(fs_watch_begin(f, &how), NT_STATUS_DELETE_PENDING);
	disk_close(f);
}

static void by_a_link_it_is_the_same_directory(void **state)
{
	struct watcher *w;

	(void)state;
	disk_make(disk, "real/", NULL);
	disk_link(disk, "link", "real");
	w = watch(0, "link", ALL, false);
	disk_close(own("link/a", FS_CREATE));
	disk_close(own("real/b", FS_CREATE));
	heard_in(w, "real/", "+a +b");
}

/* -------------------------------------------------------------------- who may hear -- */

static void nobody_hears_of_what_he_may_not_read(void **state)
{
	struct fs_open open = disk_open(disk, "", FS_OPEN);
	struct watcher *nobody, *root;

	(void)state;
	if (geteuid() != 0)
		skip();
	disk_make(disk, "private/", NULL);
	disk_make(disk, "public/", NULL);
	assert_int_equal(chown(at("private"), 0, 0), 0);
	assert_int_equal(chmod(at("private"), 0700), 0);
	open.directory = true;
	open.access = FS_READ;
	open.user = ""; /* nobody */
	nobody = watch_how(0, &open, ALL, true);
	open.user = "root";
	root = watch_how(1, &open, ALL, true);
	open = disk_open(disk, "private/own", FS_CREATE);
	open.user = "root";
	disk_close(disk_opened(&open));
	open.path = "public/own";
	disk_close(disk_opened(&open));
	assert_int_equal(mknod(at("private/other"), S_IFREG | 0644, 0), 0);
	assert_int_equal(mknod(at("public/other"), S_IFREG | 0644, 0), 0);
	heard(nobody, "+public/own +public/other");
	assert_true(has_heard(root, "+private/own +public/own +private/other "));
}

/* -------------------------------------------------------------------------- limits -- */

static void more_than_can_be_kept_is_lost_and_said(void **state)
{
	struct watcher *w;
	char name[32];

	(void)state;
	w = watch(0, "", ALL, false);
	for (int i = 0; i < 10000; i++) {
		snprintf(name, sizeof name, "f%d", i);
		assert_int_equal(mknod(at(name), S_IFREG | 0644, 0), 0);
	}
	while (!w->lost)
		assert_true(read_some(WAIT_MS));
	while (read_some(0))
		;
	buf_clear(&w->heard);
	/* From then on all is as before. */
	assert_int_equal(unlink(at("f0")), 0);
	heard(w, "-f0");
}

static void a_deep_tree_is_watched_to_its_bottom(void **state)
{
	char path[4096] = "", file[4200], want[4300];
	size_t depth = 300;
	struct watcher *w;

	(void)state;
	for (size_t i = 0; i < depth; i++) {
		snprintf(path + strlen(path), sizeof path - strlen(path), "%sd%zu",
			 i > 0 ? "/" : "", i);
		assert_int_equal(mkdir(at(path), 0755), 0);
	}
	w = watch(0, "", ALL, true);
	assert_true(fs_watch_directories() > depth);
	snprintf(file, sizeof file, "%s/f", path);
	assert_int_equal(mknod(at(file), S_IFREG | 0644, 0), 0);
	snprintf(want, sizeof want, "+%s", file);
	heard(w, want);
	/* All of it moves at once, and goes at once. */
	move("d0", "e0");
	path[0] = 'e';
	snprintf(file, sizeof file, "%s/g", path);
	assert_int_equal(mknod(at(file), S_IFREG | 0644, 0), 0);
	snprintf(want, sizeof want, ">d0 <e0 +%s", file);
	heard(w, want);
	assert_int_equal(rename(at("e0"), at("../e0")), 0);
	wait_until_heard(w, "-e0");
	assert_true(fs_watch_directories() < 10);
}

static void a_storm_of_renames_leaves_the_tree_in_order(void **state)
{
	char from[32], to[48];
	struct watcher *w;

	(void)state;
	for (int i = 0; i < 20; i++) {
		snprintf(from, sizeof from, "d%d/", i);
		disk_make(disk, from, NULL);
		snprintf(from, sizeof from, "d%d/sub/", i);
		disk_make(disk, from, NULL);
	}
	w = watch(0, "", FS_CHANGE_FILE_NAME | FS_CHANGE_DIR_NAME, true);
	for (int i = 20; i < 520; i++) {
		snprintf(from, sizeof from, "d%d", i - 20);
		snprintf(to, sizeof to, "d%d", i);
		move(from, to);
	}
	while (read_some(0))
		;
	buf_clear(&w->heard);
	w->lost = false;
	for (int i = 500; i < 520; i++) {
		snprintf(from, sizeof from, "d%d/sub/f", i);
		assert_int_equal(mknod(at(from), S_IFREG | 0644, 0), 0);
		snprintf(to, sizeof to, "+%s", from);
		heard(w, to);
	}
	assert_false(w->lost);
}

static void an_end_takes_all_directories_along(void **state)
{
	struct watcher *outer, *inner;
	size_t both;

	(void)state;
	disk_make(disk, "a/", NULL);
	disk_make(disk, "a/b/", NULL);
	disk_make(disk, "a/b/c/", NULL);
	outer = watch(0, "", ALL, true);
	inner = watch(1, "a/b", ALL, true);
	both = fs_watch_directories();
	assert_int_equal(both, 4);
	unwatch(outer);
	assert_int_equal(fs_watch_directories(), 3); /* a/b, a/b/c; a for its deletion */
	disk_make(disk, "a/b/c/f", "1");
	heard_in(inner, "a/b/", "+c/f ~c/f");
	unwatch(inner);
	assert_int_equal(fs_watch_directories(), 0);
}

/* The tree ends before its directories have been entered. */
static void an_end_takes_along_what_was_there_before(void **state)
{
	const struct fs_watch_how how = {
		.owner = watchers, .id = 2, .filter = ALL, .tree = true};
	struct fs_open open = disk_open(disk, "", FS_OPEN);
	struct watcher *inner;
	struct fs_file *outer;

	(void)state;
	disk_make(disk, "a/", NULL);
	disk_make(disk, "a/b/", NULL);
	inner = watch(0, "a/b", ALL, false);
	open.access = FS_READ;
	outer = disk_opened(&open);
	assert_status(fs_watch_begin(outer, &how), NT_STATUS_SUCCESS);
	unwatch(inner);
	disk_close(outer);
	assert_int_equal(fs_watch_directories(), 0);
}

static void without_inotify_there_are_still_own_changes(void **state)
{
	struct watcher *w;

	(void)state;
	fs_watch_close();
	w = watch(0, "", ALL, true);
	disk_close(own("a", FS_CREATE));
	collect();
	assert_view_equal(buf_view(&w->heard), VIEW_LITERAL("+a"));
	assert_int_equal(fs_watch_directories(), 0);
	inotify = fs_watch_open();
}

/* Nobody hears of names in what has come to be at the place of what he held. */
static void what_is_gone_is_not_what_has_its_name_now(void **state)
{
	struct watcher *w;

	(void)state;
	fs_watch_close();
	disk_make(disk, "d/", NULL);
	w = watch(0, "d", ALL, true);
	assert_int_equal(rmdir(at("d")), 0);
	disk_make(disk, "d/", NULL);
	disk_close(own("d/a", FS_CREATE));
	collect();
	assert_int_equal(w->heard.n, 0);
	inotify = fs_watch_open();
}

/* However many directories are watched for others' sake. */
static void a_full_table_has_room_for_who_watches_a_directory(void **state)
{
	struct fs_dir *above;
	char path[32];
	int n;

	(void)state;
	pthread_mutex_lock(&fs_watch_lock);
	above = fs_dir_enter("/", 1);
	for (size_t i = 0; i < FS_WATCH_DIRS_MAX; i++) {
		n = snprintf(path, sizeof path, "/no-such-%zu", i);
		assert_true(n > 0 && fs_dir_enter(path, (size_t)n) != NULL);
	}
	pthread_mutex_unlock(&fs_watch_lock);
	disk_make(disk, "d/", NULL);
	disk_make(disk, "d/e/", NULL);
	watch(0, "d", ALL, true);
	disk_close(own("d/e/a", FS_CREATE));
	heard_at_once(&watchers[0], "+e/a");
	unwatch(&watchers[0]);
	pthread_mutex_lock(&fs_watch_lock);
	fs_dir_prune(above);
	pthread_mutex_unlock(&fs_watch_lock);
}

/* Long names, a few directories: each within what it may keep, together beyond it. */
static void what_waits_for_all_together_is_bounded(void **state)
{
	char path[FS_WATCH_PATH_MAX];
	size_t n, total = 0;

	(void)state;
	for (size_t i = 0; i < 4; i++)
		watch(i, "", ALL, false);
	memset(path, 'x', sizeof path);
	path[sizeof path - 1] = '\0';
	pthread_mutex_lock(&fs_watch_lock);
	for (size_t i = 0; i < 4; i++)
		for (n = 0; n < FS_WATCH_NOTES_MAX && !watchers[i].file->watch->lost; n++) {
			path[0] = n % 2 == 0 ? 'x' : 'y';
			fs_watch_put(watchers[i].file->watch, FS_ADDED, path);
		}
	for (size_t i = 0; i < 4; i++)
		total += watchers[i].file->watch->note_count * sizeof path;
	pthread_mutex_unlock(&fs_watch_lock);
	assert_true(total > 0 && total <= FS_WATCH_NOTES_BYTES);
	/* What has been heard makes room. */
	for (size_t i = 0; i < 4; i++)
		unwatch(&watchers[i]);
	watch(0, "", ALL, false);
	disk_close(own("a", FS_CREATE));
	heard_at_once(&watchers[0], "+a");
}

#define WATCH_TEST(name) cmocka_unit_test_setup_teardown(name, up, down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WATCH_TEST(what_others_change_is_told),
		WATCH_TEST(only_what_is_asked_for_is_told),
		WATCH_TEST(directories_beneath_are_told_if_the_tree_is_watched),
		WATCH_TEST(directories_are_watched_as_they_appear),
		WATCH_TEST(a_move_between_directories_is_told_as_two),
		WATCH_TEST(a_moved_directory_goes_on_being_watched),
		WATCH_TEST(a_watched_directory_may_itself_be_moved),
		WATCH_TEST(a_watched_directory_may_take_the_place_of_the_one_above),
		WATCH_TEST(two_watched_directories_may_change_places),
		WATCH_TEST(what_is_deleted_is_not_who_has_its_name_now),
		WATCH_TEST(a_directory_that_others_delete_is_told_to_be_gone),
		WATCH_TEST(what_is_changed_here_is_told_once),
		WATCH_TEST(what_is_changed_here_is_told_at_once),
		WATCH_TEST(copies_and_zeroes_made_here_are_told_as_writes_are),
		WATCH_TEST(a_directory_made_here_is_watched_for_what_others_do_in_it),
		WATCH_TEST(renames_here_are_told_as_the_specification_says),
		WATCH_TEST(what_failed_here_is_not_told),
		WATCH_TEST(a_directory_that_is_to_be_deleted_says_so),
		WATCH_TEST(by_a_link_it_is_the_same_directory),
		WATCH_TEST(nobody_hears_of_what_he_may_not_read),
		WATCH_TEST(more_than_can_be_kept_is_lost_and_said),
		WATCH_TEST(a_deep_tree_is_watched_to_its_bottom),
		WATCH_TEST(a_storm_of_renames_leaves_the_tree_in_order),
		WATCH_TEST(an_end_takes_all_directories_along),
		WATCH_TEST(an_end_takes_along_what_was_there_before),
		WATCH_TEST(without_inotify_there_are_still_own_changes),
		WATCH_TEST(what_is_gone_is_not_what_has_its_name_now),
		WATCH_TEST(a_full_table_has_room_for_who_watches_a_directory),
		WATCH_TEST(what_waits_for_all_together_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

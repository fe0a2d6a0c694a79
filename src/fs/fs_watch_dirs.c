/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <utlist.h>

#include "base/log.h"
#include "fs/fs_watch_table.h"

/* What inotify is to tell of a directory. */
#define LISTEN                                                                             \
	(IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_MODIFY | IN_ATTRIB |     \
	 IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK)
#define LISTEN_GUARD (IN_DELETE | IN_ONLYDIR | IN_MASK_ADD)

/*
 * Two hash tables of a fixed width, so that entering and moving need no memory but the
 * entry's: sixteen entries a bucket at FS_WATCH_DIRS_MAX.
 */
#define BUCKETS 4096u

static struct fs_dir *by_path[BUCKETS];
static struct fs_dir *by_wd[BUCKETS];
static size_t dir_count, listening;

static struct fs_dir **path_bucket(const char *path, size_t n)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < n; i++)
		h = (h ^ (uint8_t)path[i]) * 16777619u;
	return &by_path[(h ^ h >> 16) % BUCKETS];
}

static struct fs_dir **wd_bucket(int wd)
{
	return &by_wd[(unsigned)wd % BUCKETS];
}

struct fs_dir *fs_dir_find(const char *path, size_t n)
{
	struct fs_dir *d = *path_bucket(path, n);

	while (d != NULL && !view_equal(view_of(d->path, d->n), view_of(path, n)))
		d = d->path_next;
	return d;
}

struct fs_dir *fs_dir_of(int wd)
{
	struct fs_dir *d = *wd_bucket(wd);

	while (d != NULL && d->wd != wd)
		d = d->wd_next;
	return d;
}

bool fs_dirs_full(void)
{
	return dir_count >= FS_WATCH_DIRS_MAX;
}

size_t fs_dirs_listening(void)
{
	return listening;
}

bool fs_dir_covered(const char *path, size_t n)
{
	while (n > 1) {
		const struct fs_dir *d;

		n = fs_watch_parent(path, n);
		d = fs_dir_find(path, n);
		if (d != NULL && d->trees > 0)
			return true;
	}
	return false;
}

/* ------------------------------------------------------------- entries and links -- */

static bool is_below(const struct fs_dir *d, const struct fs_dir *above)
{
	while (d != NULL && d != above)
		d = d->parent;
	return d != NULL;
}

/*
 * Under the entry of the directory above, if there is one; one that lies beneath it, by a
 * path that is no more, is none.
 */
static void link_parent(struct fs_dir *d)
{
	struct fs_dir *above;

	if (d->parent != NULL || d->n == 1)
		return;
	above = fs_dir_find(d->path, fs_watch_parent(d->path, d->n));
	if (above == NULL || is_below(above, d))
		return;
	d->parent = above;
	DL_APPEND(above->children, d);
}

static void unlink_parent(struct fs_dir *d)
{
	if (d->parent != NULL)
		DL_DELETE(d->parent->children, d);
	d->parent = NULL;
}

static void path_enter(struct fs_dir *d)
{
	struct fs_dir **bucket = path_bucket(d->path, d->n);

	d->path_next = *bucket;
	*bucket = d;
	dir_count++;
}

static void path_leave(struct fs_dir *d)
{
	struct fs_dir **at = path_bucket(d->path, d->n);

	while (*at != d)
		at = &(*at)->path_next;
	*at = d->path_next;
	dir_count--;
}

static char *copy_of(const char *path, size_t n)
{
	char *copy = malloc(n + 1);

	if (copy == NULL)
		return NULL;
	memcpy(copy, path, n);
	copy[n] = '\0';
	return copy;
}

struct fs_dir *fs_dir_enter(const char *path, size_t n)
{
	struct fs_dir *d = fs_dir_find(path, n);

	if (d == NULL) {
		d = calloc(1, sizeof *d);
		if (d == NULL)
			return NULL;
		d->path = copy_of(path, n);
		if (d->path == NULL) {
			free(d);
			return NULL;
		}
		d->n = n;
		d->wd = -1;
		path_enter(d);
	}
	link_parent(d);
	return d;
}

/* ------------------------------------------------------------------------ inotify -- */

static void wd_set(struct fs_dir *d, int wd)
{
	struct fs_dir **bucket = wd_bucket(wd);

	d->wd = wd;
	d->wd_next = *bucket;
	*bucket = d;
	listening++;
}

/* It is not of this directory any more. */
static void wd_forget(struct fs_dir *d)
{
	struct fs_dir **at = wd_bucket(d->wd);

	if (d->wd < 0)
		return;
	while (*at != d)
		at = &(*at)->wd_next;
	*at = d->wd_next;
	d->wd = -1;
	listening--;
}

bool fs_dir_listen(struct fs_dir *d, const char *name, bool guard)
{
	struct fs_dir *other;
	int wd;

	if (fs_watch_fd < 0)
		return false;
	if (guard && d->wd >= 0)
		return true;
	wd = inotify_add_watch(fs_watch_fd, name, guard ? LISTEN_GUARD : LISTEN);
	if (wd < 0)
		return false;
	if (wd == d->wd)
		return true;
	/* The same directory by a path that is no more, or another one at this path. */
	other = fs_dir_of(wd);
	if (other != NULL)
		wd_forget(other);
	wd_forget(d);
	wd_set(d, wd);
	return true;
}

void fs_dir_mute(struct fs_dir *d)
{
	if (d->wd >= 0)
		(void)inotify_rm_watch(fs_watch_fd, d->wd);
	wd_forget(d);
}

void fs_dir_deaf(struct fs_dir *d)
{
	wd_forget(d);
}

void fs_dirs_deaf(void)
{
	for (size_t i = 0; i < BUCKETS; i++)
		while (by_wd[i] != NULL)
			wd_forget(by_wd[i]);
}

/* ------------------------------------------------------------------ who is needed -- */

static void drop(struct fs_dir *d)
{
	while (d->children != NULL)
		unlink_parent(d->children);
	unlink_parent(d);
	fs_dir_mute(d);
	path_leave(d);
	free(d->path);
	free(d);
}

static void prune(struct fs_dir *d)
{
	struct fs_dir *child, *next;

	if (d->trees > 0)
		return; /* and so is all beneath */
	DL_FOREACH_SAFE(d->children, child, next)
	prune(child);
	if (d->watches == NULL && d->guards == 0)
		drop(d);
}

/* By the links: what can't be reached by them from the tree would never go with it. */
bool fs_dir_in_tree(const struct fs_dir *d)
{
	const struct fs_dir *above = d->parent;

	while (above != NULL && above->trees == 0)
		above = above->parent;
	return above != NULL;
}

void fs_dir_prune(struct fs_dir *d)
{
	if (!fs_dir_in_tree(d))
		prune(d);
}

/* ------------------------------------------------------------------- its changes -- */

/*
 * One that is moved may have the path of one that is not there any more, which may have
 * been moved, too.  Only who renames faster than we look has more of them in a row.
 */
#define MOVES_IN_A_ROW 8u

static void moved(struct fs_dir *d, const char *path, size_t n, unsigned row);

static void gone(struct fs_dir *d, unsigned row);

/*
 * It is not where it was, or something else is there.  What is told of renames may be heard
 * late, and of some steps nothing is told; but who holds it knows.
 */
static void settle(struct fs_dir *d, unsigned row)
{
	static char path[FS_WATCH_PATH_MAX]; /* of the lock's holder; it is copied */

	if (d->watches == NULL || row == MOVES_IN_A_ROW ||
	    !fs_watch_path(path, d->watches->file->fd))
		gone(d, row);
	else if (strcmp(path, d->path) != 0)
		moved(d, path, strlen(path), row + 1);
}

static void gone(struct fs_dir *d, unsigned row)
{
	d->guards++; /* it stays until the last has been told */
	while (d->children != NULL) {
		struct fs_dir *child = d->children;

		unlink_parent(child);
		settle(child, row);
	}
	fs_dir_mute(d);
	while (d->watches != NULL)
		fs_watch_delete(d->watches);
	d->guards--;
	if (d->guards == 0)
		drop(d);
}

void fs_dir_settle(struct fs_dir *d)
{
	settle(d, 0);
}

void fs_dir_gone(struct fs_dir *d)
{
	gone(d, 0);
}

/* Its path, which is `path` from now on. */
static void rename_to(struct fs_dir *d, char *path, size_t n)
{
	path_leave(d);
	free(d->path);
	d->path = path;
	d->n = n;
	path_enter(d);
}

static char *child_path(const struct fs_dir *child, size_t old_n, const char *path,
			size_t n)
{
	size_t below = child->n - old_n;
	char *text = malloc(n + below + 1);

	if (text == NULL)
		return NULL;
	memcpy(text, path, n);
	memcpy(text + n, child->path + old_n, below + 1);
	return text;
}

/* Without memory they keep a path that is no more, until all trees are entered anew. */
static void move_below(struct fs_dir *d, size_t old_n)
{
	struct fs_dir *child;

	DL_FOREACH(d->children, child)
	{
		size_t child_n = child->n;
		char *path = child_path(child, old_n, d->path, d->n);

		if (path == NULL) {
			fs_watch_lose_all();
			return;
		}
		rename_to(child, path, strlen(path));
		move_below(child, child_n);
	}
}

static void moved(struct fs_dir *d, const char *path, size_t n, unsigned row)
{
	struct fs_dir *there = fs_dir_find(path, n);
	size_t old_n = d->n;
	struct fs_watch *w;
	char *text;

	if (there == d)
		return;
	text = strndup(path, n);
	if (text == NULL) {
		fs_watch_lose_all();
		return;
	}
	/* What lies beneath it moves along: it is not what this one takes the place of. */
	if (there != NULL && is_below(there, d))
		there = NULL;
	d->guards++; /* what was above it may go now, but not this */
	unlink_parent(d);
	rename_to(d, text, n);
	move_below(d, old_n);
	if (there != NULL)
		settle(there, row);
	link_parent(d);
	DL_FOREACH(d->watches, w)
	fs_watch_unguard(w);
	d->guards--;
	fs_dir_prune(d);
}

void fs_dir_moved(struct fs_dir *d, const char *path, size_t n)
{
	moved(d, path, n, 0);
}

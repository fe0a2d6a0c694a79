/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utlist.h>

#include "fs/fs_watch_table.h"

/* Whom it concerns: a reference to each one's file, so that he stays for the while. */
struct listener {
	struct fs_file *file;
	bool is_own; /* it happened in the very directory that he opened */
	bool may;
};

struct listeners {
	struct listener *v;
	size_t n, max;
};

static bool hears(const struct fs_watch *w, bool is_own, uint32_t filter)
{
	return (is_own || w->how.tree) && (w->how.filter & filter) != 0;
}

bool fs_watch_heard(const char *dir, size_t dir_n)
{
	for (size_t n = dir_n;; n = fs_watch_parent(dir, n)) {
		const struct fs_dir *d = fs_dir_find(dir, n);

		if (d != NULL && (d->trees > 0 || (n == dir_n && d->watches != NULL)))
			return true;
		if (n == 1)
			return false;
	}
}

static void add(struct listeners *l, struct fs_watch *w, bool is_own)
{
	if (l->n == l->max) {
		size_t max = l->max == 0 ? 16 : 2 * l->max;
		struct listener *v = realloc(l->v, max * sizeof *v);

		if (v == NULL) {
			fs_watch_lose(w);
			return;
		}
		l->v = v;
		l->max = max;
	}
	l->v[l->n++] = (struct listener){fs_file_ref(w->file), is_own, false};
}

static void find(struct listeners *l, const struct fs_tale *tale)
{
	for (size_t n = tale->dir_n;; n = fs_watch_parent(tale->dir, n)) {
		const struct fs_dir *d = fs_dir_find(tale->dir, n);
		bool is_own = n == tale->dir_n;
		struct fs_watch *w;

		if (d != NULL)
			DL_FOREACH(d->watches, w)
		if (hears(w, is_own, tale->filter))
			add(l, w, is_own);
		if (n == 1)
			return;
	}
}

/* --------------------------------------------------------------- who may hear of it -- */

/* As who he is, reading a directory by its path beneath the one he holds: 0 or an errno. */
static int try_to_read(const struct fs_file *file, const char *below)
{
	struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	const struct fs_who *home;
	int error = EACCES;
	long fd = -1;

	if (fs_who_visit(&file->who, &home)) {
		fd = syscall(SYS_openat2, file->fd, below, &how, sizeof how);
		error = fd < 0 ? errno : 0;
	}
	fs_who_return(home);
	if (fd >= 0)
		close((int)fd);
	return error;
}

static bool is_in_group(const struct fs_who *who, gid_t gid)
{
	bool found = who->gid == gid;

	for (size_t i = 0; i < who->group_count; i++)
		found = found || who->groups[i] == gid;
	return found;
}

/* What the mode bits of a directory say that is no more. */
static bool might_have_read(const struct fs_who *who, const char *path, size_t n)
{
	const struct fs_dir *d;
	bool may = false;

	pthread_mutex_lock(&fs_watch_lock);
	d = fs_dir_find(path, n);
	if (d != NULL && d->uid == who->uid)
		may = (d->mode & S_IRUSR) != 0;
	else if (d != NULL && is_in_group(who, d->gid))
		may = (d->mode & S_IRGRP) != 0;
	else if (d != NULL)
		may = (d->mode & S_IROTH) != 0;
	pthread_mutex_unlock(&fs_watch_lock);
	return may;
}

/*
 * Whether who holds `file`, the directory at the first `top` bytes of `dir`, may read `dir`
 * itself.  That may be gone by now: then what is above it decides, and its mode bits.
 */
static bool may_read(const struct fs_file *file, const char *dir, size_t n, size_t top)
{
	char path[FS_WATCH_PATH_MAX];
	size_t at = fs_watch_below(dir, top);
	int error;

	if (n <= top)
		return true;
	memcpy(path, dir, n);
	path[n] = '\0';
	error = try_to_read(file, path + at);
	if (error != ENOENT && error != ENOTDIR)
		return error == 0;
	if (!file->who.change)
		return true; /* all is done by one user */
	return might_have_read(&file->who, path, n) &&
	       may_read(file, dir, fs_watch_parent(dir, n), top);
}

/* Of a directory that has been deleted, what is told is of another of its name. */
static bool is_there(const struct fs_file *file)
{
	struct stat s;

	return fstat(file->fd, &s) == 0 && s.st_nlink > 0;
}

static void judge(struct listener *l, const struct fs_tale *tale)
{
	size_t top = 0;

	l->may = is_there(l->file);
	if (l->is_own || !l->may)
		return;
	pthread_mutex_lock(&fs_watch_lock);
	if (l->file->watch->dir != NULL)
		top = l->file->watch->dir->n;
	pthread_mutex_unlock(&fs_watch_lock);
	l->may = top > 0 && top <= tale->dir_n &&
		 may_read(l->file, tale->dir, tale->dir_n, top);
}

/* -------------------------------------------------------------------- telling them -- */

/* The path of a name as one who watches has it. */
static void put(struct fs_watch *w, const struct fs_tale *tale)
{
	char path[FS_WATCH_PATH_MAX];
	const struct fs_dir *d = w->dir;
	size_t from, n;

	if (d == NULL || d->n > tale->dir_n ||
	    !view_equal(view_of(d->path, d->n), view_of(tale->dir, d->n)))
		return; /* it has gone or moved since */
	from = d->n == tale->dir_n ? d->n : fs_watch_below(d->path, d->n);
	n = tale->dir_n - from;
	memcpy(path, tale->dir + from, n);
	if (n > 0)
		path[n++] = '/';
	for (size_t i = 0; i < tale->n; i++) {
		size_t name_n = strlen(tale->what[i].name);

		if (n + name_n >= sizeof path) {
			fs_watch_lose(w);
			return;
		}
		memcpy(path + n, tale->what[i].name, name_n + 1);
		fs_watch_put(w, tale->what[i].happened, path);
	}
}

void fs_watch_tell(const struct fs_tale *tale)
{
	struct listeners l = {0};

	pthread_mutex_lock(&fs_watch_lock);
	find(&l, tale);
	pthread_mutex_unlock(&fs_watch_lock);
	for (size_t i = 0; i < l.n; i++)
		judge(&l.v[i], tale);
	pthread_mutex_lock(&fs_watch_lock);
	for (size_t i = 0; i < l.n; i++)
		if (l.v[i].may && !l.v[i].file->watch->ended)
			put(l.v[i].file->watch, tale);
	pthread_mutex_unlock(&fs_watch_lock);
	for (size_t i = 0; i < l.n; i++)
		fs_file_unref(l.v[i].file);
	free(l.v);
}

void fs_watch_tell_path(const char *path, enum fs_happened happened, uint32_t filter)
{
	size_t n = strlen(path), dir_n = fs_watch_parent(path, n);
	struct fs_tale tale = {
		.dir = path,
		.dir_n = dir_n,
		.filter = filter,
		.n = 1,
		.what = {{happened, path + fs_watch_below(path, dir_n)}},
	};

	if (n > 1)
		fs_watch_tell(&tale);
}

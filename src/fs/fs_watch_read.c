/* SPDX-License-Identifier: MIT */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>
#include <utlist.h>

#include "fs/fs_watch_table.h"

/* What one read() takes: a thousand events and more. */
#define READ_MAX 65536

/* So many reads in a row; then others' jobs have their turn. */
#define READS_MAX 16

/*
 * The second half of a rename is there when the first is, or in the next moment; if not by
 * then, it has left what is watched.
 */
#define MOVE_WAIT_MS 10

/* First halves that wait for their second. */
#define MOVES_MAX 64

struct move {
	uint32_t cookie;
	bool directory;
	bool own;
	char *path;
};

struct reading {
	struct move moves[MOVES_MAX];
	size_t move_count;
	bool overflowed;
};

static uint32_t name_filter(bool directory)
{
	return directory ? FS_CHANGE_DIR_NAME : FS_CHANGE_FILE_NAME;
}

/*
 * Of IN_ATTRIB it is not known which: mode bits and owner are what a security descriptor is
 * made of, extended attributes hold what DOS knows of a file, and there are its times.
 */
#define ATTRIBUTES                                                                         \
	(FS_CHANGE_ATTRIBUTES | FS_CHANGE_WRITTEN | FS_CHANGE_ACCESSED | FS_CHANGE_EA |    \
	 FS_CHANGE_SECURITY)

/* ------------------------------------------------------------------------ renames -- */

static void dir_gone(const char *path)
{
	struct fs_dir *d;

	pthread_mutex_lock(&fs_watch_lock);
	d = fs_dir_find(path, strlen(path));
	if (d != NULL)
		fs_dir_settle(d);
	pthread_mutex_unlock(&fs_watch_lock);
}

/* To where its file is now; that may be nowhere. */
static void follow(struct fs_dir *d)
{
	char path[FS_WATCH_PATH_MAX];
	struct fs_watch *w = d->watches;

	if (w != NULL && fs_watch_path(path, w->file->fd))
		fs_dir_moved(d, path, strlen(path));
	else if (w == NULL)
		fs_dir_gone(d);
}

/* It has left what is watched, and those who hold it, or what lies in it, along with it. */
static void dir_left(const char *path)
{
	struct fs_dir *d;

	pthread_mutex_lock(&fs_watch_lock);
	d = fs_dir_find(path, strlen(path));
	if (d != NULL)
		follow(d);
	pthread_mutex_unlock(&fs_watch_lock);
}

static void move_free(struct reading *r, size_t at)
{
	free(r->moves[at].path);
	r->moves[at] = r->moves[--r->move_count];
}

/* The second half has not come. */
static void move_away(struct reading *r, size_t at)
{
	struct move *m = &r->moves[at];

	if (!m->own)
		fs_watch_tell_path(m->path, FS_REMOVED, name_filter(m->directory));
	if (m->directory)
		dir_left(m->path);
	move_free(r, at);
}

/* What happens in a directory after it has left is not told: it has left by then. */
static void moves_above(struct reading *r, const char *path)
{
	size_t at = 0;

	while (at < r->move_count) {
		size_t n = strlen(r->moves[at].path);

		if (strncmp(path, r->moves[at].path, n) == 0 && path[n] == '/')
			move_away(r, at);
		else
			at++;
	}
}

static void moved_from(struct reading *r, const struct inotify_event *e, const char *path,
		       bool own)
{
	struct move *m;

	if (r->move_count == MOVES_MAX)
		move_away(r, 0);
	m = &r->moves[r->move_count];
	*m = (struct move){e->cookie, (e->mask & IN_ISDIR) != 0, own, strdup(path)};
	if (m->path != NULL)
		r->move_count++;
	else
		r->overflowed = true;
}

static void tell_rename(const struct move *m, const char *to)
{
	size_t from_n = fs_watch_parent(m->path, strlen(m->path));
	size_t to_n = fs_watch_parent(to, strlen(to));
	struct fs_tale tale = {
		.dir = to,
		.dir_n = to_n,
		.filter = name_filter(m->directory),
		.n = 2,
		.what = {{FS_RENAMED_OLD_NAME, m->path + fs_watch_below(m->path, from_n)},
			 {FS_RENAMED_NEW_NAME, to + fs_watch_below(to, to_n)}},
	};

	if (view_equal(view_of(m->path, from_n), view_of(to, to_n))) {
		fs_watch_tell(&tale);
		return;
	}
	fs_watch_tell_path(m->path, FS_REMOVED, tale.filter);
	fs_watch_tell_path(to, FS_ADDED, tale.filter);
}

/* False: it was not in the table.  Of what is held the event may be old. */
static bool dir_moved(const char *from, const char *to)
{
	struct fs_dir *d;
	bool known;

	pthread_mutex_lock(&fs_watch_lock);
	d = fs_dir_find(from, strlen(from));
	if (d != NULL && d->watches != NULL)
		fs_dir_settle(d);
	else if (d != NULL)
		fs_dir_moved(d, to, strlen(to));
	known = fs_dir_find(to, strlen(to)) != NULL;
	pthread_mutex_unlock(&fs_watch_lock);
	return d != NULL && known;
}

static void moved_to(struct reading *r, const struct inotify_event *e, const char *path,
		     bool own)
{
	bool directory = (e->mask & IN_ISDIR) != 0;
	size_t at = 0;

	while (at < r->move_count && r->moves[at].cookie != e->cookie)
		at++;
	if (at < r->move_count) {
		/* First: who holds it may be where this happened by now. */
		if (!own && !r->moves[at].own)
			tell_rename(&r->moves[at], path);
		if (directory && dir_moved(r->moves[at].path, path))
			directory = false; /* it is known, and so is what lies in it */
		move_free(r, at);
	} else if (!own) {
		fs_watch_tell_path(path, FS_ADDED, name_filter(directory));
	}
	if (directory)
		fs_watch_walk_new(path, false);
}

/* --------------------------------------------------------------------- one event -- */

static void handle_name(struct reading *r, const struct inotify_event *e, const char *path)
{
	bool directory = (e->mask & IN_ISDIR) != 0;
	bool own = fs_change_is_own(path, e->mask & IN_ALL_EVENTS);

	if ((e->mask & IN_MOVED_FROM) != 0)
		moved_from(r, e, path, own);
	if ((e->mask & IN_MOVED_TO) != 0)
		moved_to(r, e, path, own);
	if ((e->mask & IN_CREATE) != 0) {
		if (!own)
			fs_watch_tell_path(path, FS_ADDED, name_filter(directory));
		if (directory)
			fs_watch_walk_new(path, true);
	}
	if ((e->mask & IN_DELETE) != 0) {
		if (!own)
			fs_watch_tell_path(path, FS_REMOVED, name_filter(directory));
		if (directory)
			dir_gone(path);
	}
	if ((e->mask & IN_MODIFY) != 0 && !own)
		fs_watch_tell_path(path, FS_MODIFIED, FS_CHANGE_SIZE | FS_CHANGE_WRITTEN);
	if ((e->mask & IN_ATTRIB) != 0 && !own)
		fs_watch_tell_path(path, FS_MODIFIED, ATTRIBUTES);
}

/* Of the directory itself. */
static void handle_self(struct fs_dir *d, uint32_t mask)
{
	struct fs_watch *w;

	if ((mask & IN_IGNORED) != 0)
		fs_dir_deaf(d);
	if ((mask & (IN_DELETE_SELF | IN_UNMOUNT)) != 0) {
		fs_dir_gone(d);
		return;
	}
	if ((mask & IN_MOVE_SELF) == 0 || d->watches == NULL)
		return;
	follow(d);
	d->guards++; /* following may have pruned what it does not need */
	DL_FOREACH(d->watches, w)
	fs_watch_guard(w);
	d->guards--;
}

/* Of what an event with a name is about; false: of nothing that is watched any more. */
static bool path_of(const struct inotify_event *e, char path[FS_WATCH_PATH_MAX])
{
	const struct fs_dir *d;
	bool good = false;

	if (e->len == 0)
		return false;
	pthread_mutex_lock(&fs_watch_lock);
	d = fs_dir_of(e->wd);
	if (d != NULL)
		good = snprintf(path, FS_WATCH_PATH_MAX, "%s/%s", d->n > 1 ? d->path : "",
				e->name) < (int)FS_WATCH_PATH_MAX;
	pthread_mutex_unlock(&fs_watch_lock);
	return good;
}

static void handle(struct reading *r, const struct inotify_event *e)
{
	char path[FS_WATCH_PATH_MAX];
	struct fs_dir *d;

	if ((e->mask & IN_Q_OVERFLOW) != 0) {
		r->overflowed = true;
		return;
	}
	if (path_of(e, path)) {
		moves_above(r, path);
		/* Which may have changed whose path that is, or that it is anybody's. */
		if (path_of(e, path))
			handle_name(r, e, path);
	} else if (e->len == 0) {
		pthread_mutex_lock(&fs_watch_lock);
		d = fs_dir_of(e->wd);
		if (d != NULL)
			handle_self(d, e->mask);
		pthread_mutex_unlock(&fs_watch_lock);
	}
}

/* ------------------------------------------------------------------------ the whole -- */

static void handle_all(struct reading *r, const char *bytes, size_t n)
{
	struct inotify_event e;
	size_t at = 0;

	while (n - at >= sizeof e) {
		memcpy(&e, bytes + at, sizeof e);
		if (e.len > n - at - sizeof e)
			return;
		handle(r, (const struct inotify_event *)(const void *)(bytes + at));
		at += sizeof e + e.len;
	}
}

static bool more_comes(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, MOVE_WAIT_MS) > 0;
}

static int descriptor(void)
{
	int fd;

	pthread_mutex_lock(&fs_watch_lock);
	fd = fs_watch_fd;
	pthread_mutex_unlock(&fs_watch_lock);
	return fd;
}

/* Whether all that inotify had has been read. */
static bool read_all(struct reading *r, int fd)
{
	_Alignas(struct inotify_event) char bytes[READ_MAX];

	for (int i = 0; i < READS_MAX; i++) {
		ssize_t n = read(fd, bytes, sizeof bytes);

		if (n <= 0) {
			if (r->move_count == 0 || !more_comes(fd))
				return true;
			continue;
		}
		handle_all(r, bytes, (size_t)n);
	}
	return false;
}

void fs_watch_read(void)
{
	static bool whole = true; /* one at a time */
	struct reading r = {0};
	int fd = descriptor();

	if (fd < 0)
		return;
	if (whole)
		fs_change_reading();
	whole = read_all(&r, fd);
	while (r.move_count > 0)
		move_away(&r, 0);
	if (whole)
		fs_change_read();
	if (!r.overflowed)
		return;
	pthread_mutex_lock(&fs_watch_lock);
	fs_watch_lose_all();
	pthread_mutex_unlock(&fs_watch_lock);
	fs_watch_walk_again();
}

bool fs_watch_wants_read(void)
{
	return fs_change_many();
}

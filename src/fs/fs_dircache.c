/* SPDX-License-Identifier: MIT */
#include "fs/fs_dircache.h"

#include <dirent.h>
#include <errno.h>
#include <linux/magic.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <utlist.h>

#include "base/utf16.h"
#include "fs/fs_file.h"
#include "fs/fs_nameset.h"
#include "fs/fs_status.h"

/* A directory of fewer names is read in less time than it takes to keep its names right. */
#define LEAST 128

/* Directories of more names than there is memory for are not tried. */
#define MOST (1u << 20)

/* All that is kept: a directory of half a million short names. */
#define BYTES_MAX (32u << 20)

/* Directories, each with a watch; so few that a list will do. */
#define DIRECTORIES_MAX 64

/* Changes while a directory is read for the first time; past it, it is not kept. */
#define CHANGES_MAX 4096

#define CHANGES (IN_CREATE | IN_MOVED_TO | IN_DELETE | IN_MOVED_FROM)

/* Room for "/proc/self/fd/" and a number. */
#define PROC_NAME_MAX 32

/* What the kernel told of a directory that is still being read. */
struct change {
	struct change *next;
	bool added;
	size_t n;
	char text[];
};

struct directory {
	struct fs_id id;
	int watch; /* -1: the kernel has ended it */
	struct fs_nameset names;
	bool reading; /* by the thread that made it, which alone may free it then */
	bool spoiled; /* while reading: it is not to be kept */
	struct change *changes;
	size_t change_count;
	struct directory *prev, *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int inotify = -1;
static struct directory *directories; /* the last used first */
static size_t directory_count;
static size_t bytes;

/* ----------------------------------------------------------- one directory, locked -- */

static void free_changes(struct directory *d)
{
	struct change *c, *next;

	LL_FOREACH_SAFE(d->changes, c, next)
	free(c);
	d->changes = NULL;
}

static void forget(struct directory *d)
{
	if (d->reading) {
		d->spoiled = true;
		return;
	}
	if (d->watch >= 0)
		inotify_rm_watch(inotify, d->watch);
	DL_DELETE(directories, d);
	directory_count--;
	bytes -= d->names.bytes;
	fs_nameset_release(&d->names);
	free_changes(d);
	free(d);
}

static void forget_all(void)
{
	struct directory *d, *next;

	DL_FOREACH_SAFE(directories, d, next)
	forget(d);
}

/* The least used go, but for those that are still being read. */
static void keep_bounds(void)
{
	struct directory *d = directories == NULL ? NULL : directories->prev, *before;

	while (d != NULL && (bytes > BYTES_MAX || directory_count > DIRECTORIES_MAX)) {
		before = d == directories ? NULL : d->prev;
		if (!d->reading)
			forget(d);
		d = before;
	}
}

/* False: it is not to be kept. */
static bool apply(struct directory *d, bool added, struct view name)
{
	size_t before = d->names.bytes;
	bool good = true;

	if (added)
		good = fs_nameset_add(&d->names, name);
	else
		fs_nameset_remove(&d->names, name);
	bytes += d->names.bytes - before;
	return good;
}

static bool note(struct directory *d, bool added, struct view name)
{
	struct change *c = malloc(sizeof(*c) + name.n);

	if (c == NULL || d->change_count >= CHANGES_MAX) {
		free(c);
		return false;
	}
	c->added = added;
	c->n = name.n;
	memcpy(c->text, name.p, name.n);
	LL_PREPEND(d->changes, c);
	d->change_count++;
	return true;
}

/* ---------------------------------------------------- what the kernel tells, locked -- */

static void take_event(const struct inotify_event *event, struct view name)
{
	struct directory *d;
	bool added = (event->mask & (IN_CREATE | IN_MOVED_TO)) != 0;

	if ((event->mask & IN_Q_OVERFLOW) != 0) {
		forget_all();
		return;
	}
	DL_SEARCH_SCALAR(directories, d, watch, event->wd);
	if (d == NULL)
		return; /* of a watch that we ended */
	if ((event->mask & IN_IGNORED) != 0) {
		d->watch = -1;
		forget(d);
	} else if ((event->mask & CHANGES) != 0 &&
		   !(d->reading ? note(d, added, name) : apply(d, added, name))) {
		forget(d);
	}
}

/* Events as read(2) gives them: whole ones, each with its name filled up by NULs. */
static void take_events(const char *p, size_t n)
{
	struct inotify_event event;

	while (n >= sizeof event) {
		memcpy(&event, p, sizeof event);
		p += sizeof event;
		n -= sizeof event;
		if (event.len > n)
			return;
		take_event(&event, view_of(p, strnlen(p, event.len)));
		p += event.len;
		n -= event.len;
	}
}

/* No more than what waits now: who changes names without end must not hold us here. */
static void take_what_waits(void)
{
	char room[16384];
	int waiting = 0;

	if (inotify < 0 || ioctl(inotify, FIONREAD, &waiting) != 0)
		return;
	while (waiting > 0) {
		ssize_t n = read(inotify, room, sizeof room);

		if (n <= 0)
			break;
		take_events(room, (size_t)n);
		waiting -= (int)n;
	}
	keep_bounds();
}

/* ------------------------------------------------------------------ reading it once -- */

/* Whether all changes of what is on it pass through this kernel. */
static bool is_local(int fd)
{
	static const unsigned long kinds[] = {
		EXT4_SUPER_MAGIC, XFS_SUPER_MAGIC, BTRFS_SUPER_MAGIC,
		F2FS_SUPER_MAGIC, TMPFS_MAGIC,     OVERLAYFS_SUPER_MAGIC,
	};
	struct statfs s;

	if (fstatfs(fd, &s) != 0)
		return false;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		if ((unsigned long)s.f_type == kinds[i])
			return true;
	return false;
}

static struct directory *find(struct fs_id id)
{
	struct directory *d;

	DL_FOREACH(directories, d)
	if (d->id.id == id.id && d->id.device == id.device)
		return d;
	return NULL;
}

/* Watched before it is read, so that no change falls between the two.  NULL: not now. */
static struct directory *begin(int fd, struct fs_id id)
{
	struct directory *d = NULL;
	char name[PROC_NAME_MAX];

	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	pthread_mutex_lock(&lock);
	if (inotify < 0)
		inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (inotify >= 0 && find(id) == NULL)
		d = calloc(1, sizeof *d);
	if (d != NULL) {
		d->id = id;
		d->reading = true;
		d->watch = inotify_add_watch(inotify, name, CHANGES | IN_ONLYDIR);
		if (d->watch < 0) {
			free(d);
			d = NULL;
		} else {
			DL_PREPEND(directories, d);
			directory_count++;
		}
	}
	pthread_mutex_unlock(&lock);
	return d;
}

static bool read_names(struct fs_nameset *names, DIR *dir)
{
	const struct dirent *entry;

	rewinddir(dir);
	while ((entry = readdir(dir)) != NULL)
		if (!fs_nameset_add(names, view_of_string(entry->d_name)) ||
		    names->bytes > BYTES_MAX)
			return false;
	return true;
}

/* The last change of a name counts, and the list begins with the last. */
static bool apply_changes(struct directory *d)
{
	struct change *c, *next, *in_order = NULL;
	bool good = true;

	LL_FOREACH_SAFE(d->changes, c, next)
	{
		LL_DELETE(d->changes, c);
		LL_PREPEND(in_order, c);
	}
	d->changes = in_order;
	LL_FOREACH(d->changes, c)
	good = good && apply(d, c->added, view_of(c->text, c->n));
	return good;
}

static void keep(DIR *dir, struct fs_id id)
{
	struct fs_nameset names = {0};
	struct directory *d;
	bool good;

	if (!is_local(dirfd(dir)))
		return;
	d = begin(dirfd(dir), id);
	if (d == NULL)
		return;
	good = read_names(&names, dir);
	pthread_mutex_lock(&lock);
	d->reading = false;
	d->names = names;
	bytes += names.bytes;
	good = good && !d->spoiled && apply_changes(d);
	free_changes(d);
	if (!good)
		forget(d);
	keep_bounds();
	pthread_mutex_unlock(&lock);
}

/* ------------------------------------------------------------------------ looking up -- */

static int take(char *out, const char *name)
{
	size_t n = strlen(name);

	if (n > FS_NAME_BYTES_MAX)
		return ENAMETOOLONG;
	memcpy(out, name, n + 1);
	return 0;
}

/* Whether the directory is kept; then *error is the answer. */
static bool look_up(int *error, char *out, struct fs_id id, struct view name)
{
	struct directory *d;
	const char *found;
	bool kept;

	pthread_mutex_lock(&lock);
	take_what_waits();
	d = find(id);
	kept = d != NULL && !d->reading;
	if (kept) {
		DL_DELETE(directories, d);
		DL_PREPEND(directories, d);
		found = fs_nameset_find(&d->names, name);
		*error = found == NULL ? ENOENT : take(out, found);
	}
	pthread_mutex_unlock(&lock);
	return kept;
}

static int search(char *out, DIR *dir, struct fs_id id, struct view name)
{
	const struct dirent *entry;
	int error = ENOENT;
	size_t count = 0;

	for (; error == ENOENT && (entry = readdir(dir)) != NULL; count++)
		if (utf8_equal_folded(view_of_string(entry->d_name), name))
			error = take(out, entry->d_name);
	if (count >= LEAST && count <= MOST)
		keep(dir, id);
	return error;
}

int fs_dircache_find(char out[FS_NAME_BYTES_MAX + 1], int fd, struct view name)
{
	int error = 0;
	struct fs_id id;
	struct stat s;
	DIR *dir;

	if (fstat(fd, &s) != 0) {
		error = errno;
		close(fd);
		return error;
	}
	id = (struct fs_id){s.st_dev, s.st_ino};
	if (look_up(&error, out, id, name)) {
		close(fd);
		return error;
	}
	dir = fdopendir(fd);
	if (dir == NULL) {
		error = errno;
		close(fd);
		return error;
	}
	error = search(out, dir, id, name);
	closedir(dir);
	return error;
}

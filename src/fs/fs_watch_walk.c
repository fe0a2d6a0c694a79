/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utlist.h>

#include "base/log.h"
#include "fs/fs_table.h"
#include "fs/fs_watch_table.h"

/* "/proc/self/fd/" and a number, and "/..". */
#define PROC_NAME_MAX 40

/* A directory that is still to be entered: its path beneath the one that was begun with. */
struct todo {
	struct todo *next;
	char path[];
};

struct todos {
	struct todo *first, **end;
	size_t n;
};

static void push(struct todos *list, const char *above, const char *name)
{
	size_t n = strlen(above), name_n = strlen(name) + 1;
	struct todo *t;

	if (list->n >= FS_WATCH_DIRS_EACH || n + name_n >= FS_WATCH_PATH_MAX)
		return;
	t = malloc(sizeof *t + n + 1 + name_n);
	if (t == NULL)
		return;
	memcpy(t->path, above, n);
	if (n > 0)
		t->path[n++] = '/';
	memcpy(t->path + n, name, name_n);
	t->next = NULL;
	*list->end = t;
	list->end = &t->next;
	list->n++;
}

static struct todo *pop(struct todos *list)
{
	struct todo *t = list->first;

	if (t == NULL)
		return NULL;
	list->first = t->next;
	if (t->next == NULL)
		list->end = &list->first;
	list->n--;
	return t;
}

static int open_below(int fd, const char *path)
{
	struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK,
		.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS |
			   (fd == AT_FDCWD ? 0 : RESOLVE_BENEATH),
	};

	return (int)syscall(SYS_openat2, fd, path, &how, sizeof how);
}

/* ------------------------------------------------------------------ one directory -- */

static bool is_needed(const struct fs_dir *there, const char *path, size_t n)
{
	return (there != NULL && there->watches != NULL) || fs_dir_covered(path, n);
}

/* Under the lock.  False: it is not to be gone on with. */
static bool enter_locked(struct fs_walk *walk, const char *path, const char *name,
			 const struct stat *s)
{
	size_t n = strlen(path);
	struct fs_dir *d = fs_dir_find(path, n);
	bool is_new = d == NULL;

	if (!is_needed(d, path, n) ||
	    (is_new && (walk->entered >= walk->max || fs_dirs_full())))
		return false;
	d = fs_dir_enter(path, n);
	if (d == NULL)
		return false;
	d->mode = s->st_mode;
	d->uid = s->st_uid;
	d->gid = s->st_gid;
	/* One that is not linked to its tree is, when what is above it is entered. */
	if ((is_new && !fs_dir_in_tree(d)) || !fs_dir_listen(d, name, false)) {
		if (is_new)
			fs_dir_gone(d);
		return false;
	}
	walk->entered += is_new;
	return true;
}

/* `path` becomes its path, as it is now. */
static bool enter(struct fs_walk *walk, int fd, char path[FS_WATCH_PATH_MAX])
{
	char name[PROC_NAME_MAX];
	struct stat s;
	bool entered;

	if (fstat(fd, &s) != 0)
		return false;
	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	pthread_mutex_lock(&fs_watch_lock);
	entered = fs_watch_path(path, fd) && enter_locked(walk, path, name, &s);
	pthread_mutex_unlock(&fs_watch_lock);
	return entered;
}

static bool is_directory(int dir, const struct dirent *entry)
{
	struct stat s;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type == DT_DIR;
	return fstatat(dir, entry->d_name, &s, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(s.st_mode);
}

/* It may have come before the directory was listened to, or while it was. */
static void tell_found(const char *above, const char *name, bool directory)
{
	char path[FS_WATCH_PATH_MAX];

	if (snprintf(path, sizeof path, "%s/%s", above, name) >= (int)sizeof path ||
	    fs_change_is_own(path, IN_CREATE))
		return;
	fs_change_told(path, IN_CREATE);
	fs_watch_tell_path(path, FS_ADDED,
			   directory ? FS_CHANGE_DIR_NAME : FS_CHANGE_FILE_NAME);
}

static void look(const struct fs_walk *walk, int fd, const char *path, const char *below,
		 struct todos *list)
{
	DIR *dir = fdopendir(fd);
	const struct dirent *entry;

	if (dir == NULL) {
		close(fd);
		return;
	}
	while ((entry = readdir(dir)) != NULL) {
		const char *name = entry->d_name;
		bool directory;

		if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
			continue;
		directory = is_directory(dirfd(dir), entry);
		if (walk->tell)
			tell_found(path, name, directory);
		if (directory)
			push(list, below, name);
	}
	closedir(dir);
}

void fs_watch_walk(struct fs_walk *walk)
{
	struct todos list = {.end = &list.first};
	char path[FS_WATCH_PATH_MAX];
	struct todo *t;

	push(&list, "", ".");
	while ((t = pop(&list)) != NULL) {
		int fd = open_below(walk->fd, t->path);
		const char *below = strcmp(t->path, ".") == 0 ? "" : t->path;

		if (fd >= 0 && enter(walk, fd, path) && (walk->tree || walk->tell))
			look(walk, fd, path, below, &list);
		else if (fd >= 0)
			close(fd);
		free(t);
	}
}

/* ----------------------------------------------------------------------- for whom -- */

void fs_watch_walk_new(const char *path, bool tell)
{
	struct fs_walk walk = {
		.fd = open_below(AT_FDCWD, path),
		.tree = true,
		.tell = tell,
		.max = FS_WATCH_DIRS_MAX,
	};

	if (walk.fd < 0)
		return;
	fs_watch_walk(&walk);
	close(walk.fd);
}

void fs_watch_guard(struct fs_watch *w)
{
	char name[PROC_NAME_MAX];
	struct fs_dir *d;

	if (w->dir == NULL || w->guard != NULL || w->dir->n == 1)
		return;
	d = fs_dir_enter(w->dir->path, fs_watch_parent(w->dir->path, w->dir->n));
	if (d == NULL)
		return;
	snprintf(name, sizeof name, "/proc/self/fd/%d/..", w->file->fd);
	if (fs_dir_listen(d, name, true)) {
		d->guards++;
		w->guard = d;
	} else {
		fs_dir_prune(d);
	}
}

/* What its session may still enter. */
static size_t room_for(const struct fs_watch *w)
{
	const struct fs_watch *other;
	size_t used = 0;

	DL_FOREACH2(fs_watches, other, all_next)
	if (other->how.owner == w->how.owner && other->how.session == w->how.session)
		used += other->entered;
	return used < FS_WATCH_DIRS_EACH ? FS_WATCH_DIRS_EACH - used : 0;
}

void fs_watch_spread(struct fs_file *file)
{
	struct fs_path *path = fs_table_path(file);
	struct fs_watch *w = file->watch;
	struct fs_walk walk = {.fd = file->fd, .tree = w->how.tree};

	pthread_mutex_lock(&fs_watch_lock);
	/* What lies above a share is none of its business. */
	if (*path->text != '\0' && fs_watch_fd >= 0)
		fs_watch_guard(w);
	walk.max = room_for(w);
	pthread_mutex_unlock(&fs_watch_lock);
	fs_path_put(path);
	fs_watch_walk(&walk);
	pthread_mutex_lock(&fs_watch_lock);
	w->entered += walk.entered;
	pthread_mutex_unlock(&fs_watch_lock);
}

void fs_watch_walk_again(void)
{
	struct fs_file **files;
	struct fs_watch *w;
	size_t n = 0, max = 0;

	pthread_mutex_lock(&fs_watch_lock);
	DL_COUNT2(fs_watches, w, max, all_next);
	files = max > 0 ? calloc(max, sizeof(struct fs_file *)) : NULL;
	if (files != NULL)
		DL_FOREACH2(fs_watches, w, all_next)
	files[n++] = fs_file_ref(w->file);
	pthread_mutex_unlock(&fs_watch_lock);
	for (size_t i = 0; i < n; i++) {
		fs_watch_spread(files[i]);
		fs_file_unref(files[i]);
	}
	free(files);
}

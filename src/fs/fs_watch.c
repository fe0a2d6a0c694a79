/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utlist.h>

#include "fs/fs_table.h"
#include "fs/fs_watch_table.h"

pthread_mutex_t fs_watch_lock = PTHREAD_MUTEX_INITIALIZER;
int fs_watch_fd = -1;

struct fs_watch *fs_watches;
static unsigned opened; /* fs_watch_open() less fs_watch_close() */
static atomic_uint watch_count;
static atomic_uint fresh_count;
static struct fs_watch *fresh; /* who has news, oldest first */
static size_t note_bytes;      /* that wait */

bool fs_watch_any(void)
{
	return atomic_load(&watch_count) > 0;
}

/* -------------------------------------------------------------------------- paths -- */

size_t fs_watch_parent(const char *path, size_t n)
{
	while (n > 1 && path[n - 1] != '/')
		n--;
	return n > 1 ? n - 1 : 1;
}

size_t fs_watch_below(const char *path, size_t n)
{
	return n == 1 && path[0] == '/' ? 1 : n + 1;
}

/* The kernel's word for a name that is no more; a file may be called so, too. */
static bool is_deleted(const char *path, size_t n, int fd)
{
	static const char suffix[] = " (deleted)";
	const size_t len = sizeof suffix - 1;
	struct stat s;

	return n > len && strcmp(path + n - len, suffix) == 0 &&
	       (fstat(fd, &s) != 0 || s.st_nlink == 0 || S_ISDIR(s.st_mode));
}

bool fs_watch_path(char path[FS_WATCH_PATH_MAX], int fd)
{
	char name[32]; /* "/proc/self/fd/" and a number */
	ssize_t n;

	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	n = readlink(name, path, FS_WATCH_PATH_MAX - 1);
	if (n <= 0 || n == FS_WATCH_PATH_MAX - 1 || path[0] != '/')
		return false;
	path[n] = '\0';
	return !is_deleted(path, (size_t)n, fd);
}

/* --------------------------------------------------------------------------- news -- */

static void has_news(struct fs_watch *w)
{
	if (w->fresh)
		return;
	w->fresh = true;
	DL_APPEND2(fresh, w, fresh_prev, fresh_next);
	atomic_fetch_add(&fresh_count, 1);
}

static void no_news(struct fs_watch *w)
{
	if (!w->fresh)
		return;
	w->fresh = false;
	DL_DELETE2(fresh, w, fresh_prev, fresh_next);
	atomic_fetch_sub(&fresh_count, 1);
}

static void free_notes(struct fs_note *note)
{
	while (note != NULL) {
		struct fs_note *next = note->next;

		free(note);
		note = next;
	}
}

static struct fs_note *take_notes(struct fs_watch *w)
{
	struct fs_note *notes = w->notes;

	w->notes = w->last = NULL;
	w->note_count = 0;
	note_bytes -= w->note_bytes;
	w->note_bytes = 0;
	return notes;
}

static struct fs_note *new_note(const struct fs_watch *w, size_t bytes)
{
	if (w->note_count >= FS_WATCH_NOTES_MAX ||
	    bytes > FS_WATCH_NOTES_BYTES - note_bytes)
		return NULL;
	return malloc(bytes);
}

void fs_watch_lose(struct fs_watch *w)
{
	free_notes(take_notes(w));
	w->lost = true;
	has_news(w);
}

void fs_watch_put(struct fs_watch *w, enum fs_happened happened, const char *path)
{
	size_t bytes = sizeof(struct fs_note) + strlen(path) + 1;
	struct fs_note *note;

	if (w->lost)
		return;
	/* What was told a moment ago and has not been heard yet need not be told again. */
	if (w->last != NULL && w->last->happened == happened &&
	    strcmp(w->last->path, path) == 0)
		return;
	note = new_note(w, bytes);
	if (note == NULL) {
		fs_watch_lose(w);
		return;
	}
	note->next = NULL;
	note->happened = happened;
	memcpy(note->path, path, strlen(path) + 1);
	if (w->last != NULL)
		w->last->next = note;
	else
		w->notes = note;
	w->last = note;
	w->note_count++;
	w->note_bytes += bytes;
	note_bytes += bytes;
	has_news(w);
}

bool fs_watch_has_news(void)
{
	return atomic_load(&fresh_count) > 0;
}

static struct fs_watch *first_fresh(const void *owner)
{
	struct fs_watch *w;

	DL_FOREACH2(fresh, w, fresh_next)
	if (w->how.owner == owner)
		return w;
	return NULL;
}

void fs_watch_collect(const void *owner,
		      void (*each)(void *ctx, const struct fs_news *news), void *ctx)
{
	struct fs_watch *w;

	pthread_mutex_lock(&fs_watch_lock);
	while ((w = first_fresh(owner)) != NULL) {
		struct fs_news news = {
			.id = w->how.id, .lost = w->lost, .deleted = w->deleted};
		struct fs_note *notes = take_notes(w);

		news.notes = notes;
		w->lost = false;
		no_news(w);
		pthread_mutex_unlock(&fs_watch_lock);
		each(ctx, &news);
		free_notes(notes);
		pthread_mutex_lock(&fs_watch_lock);
	}
	pthread_mutex_unlock(&fs_watch_lock);
}

/* ----------------------------------------------------------------- its beginning -- */

int fs_watch_open(void)
{
	int fd;

	pthread_mutex_lock(&fs_watch_lock);
	if (fs_watch_fd < 0)
		fs_watch_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (fs_watch_fd >= 0)
		opened++;
	fd = fs_watch_fd;
	pthread_mutex_unlock(&fs_watch_lock);
	return fd;
}

void fs_watch_close(void)
{
	pthread_mutex_lock(&fs_watch_lock);
	if (opened > 0 && --opened == 0) {
		close(fs_watch_fd);
		fs_watch_fd = -1;
		fs_dirs_deaf();
	}
	pthread_mutex_unlock(&fs_watch_lock);
}

static void attach(struct fs_watch *w, struct fs_dir *d)
{
	w->dir = d;
	DL_APPEND(d->watches, w);
	if (w->how.tree)
		d->trees++;
}

static void detach(struct fs_watch *w)
{
	struct fs_dir *d = w->dir;

	if (d == NULL)
		return;
	DL_DELETE(d->watches, w);
	if (w->how.tree)
		d->trees--;
	w->dir = NULL;
}

uint32_t fs_watch_begin(struct fs_file *file, const struct fs_watch_how *how)
{
	struct fs_watch *w = calloc(1, sizeof *w);
	char path[FS_WATCH_PATH_MAX];
	struct fs_dir *d = NULL;

	if (w == NULL)
		return NT_STATUS_NO_MEMORY;
	w->file = file;
	w->how = *how;
	if (!fs_watch_path(path, file->fd)) {
		free(w);
		return NT_STATUS_DELETE_PENDING;
	}
	pthread_mutex_lock(&fs_watch_lock);
	d = fs_dir_enter(path, strlen(path));
	if (d != NULL) {
		attach(w, d);
		DL_APPEND2(fs_watches, w, all_prev, all_next);
		file->watch = w;
		atomic_fetch_add(&watch_count, 1);
	}
	pthread_mutex_unlock(&fs_watch_lock);
	if (d != NULL)
		return NT_STATUS_SUCCESS;
	free(w);
	return NT_STATUS_NO_MEMORY;
}

/* ------------------------------------------------------------------------ its end -- */

void fs_watch_unguard(struct fs_watch *w)
{
	struct fs_dir *guard = w->guard;

	w->guard = NULL;
	if (guard == NULL)
		return;
	guard->guards--;
	fs_dir_prune(guard);
}

void fs_watch_delete(struct fs_watch *w)
{
	struct fs_dir *d = w->dir;

	detach(w);
	w->deleted = true;
	has_news(w);
	if (d != NULL)
		fs_dir_prune(d);
	fs_watch_unguard(w);
}

void fs_watch_end(struct fs_watch *w)
{
	struct fs_dir *d;

	if (w == NULL)
		return;
	pthread_mutex_lock(&fs_watch_lock);
	if (!w->ended) {
		w->ended = true;
		DL_DELETE2(fs_watches, w, all_prev, all_next);
		atomic_fetch_sub(&watch_count, 1);
		no_news(w);
		free_notes(take_notes(w));
		d = w->dir;
		detach(w);
		if (d != NULL)
			fs_dir_prune(d);
		fs_watch_unguard(w);
	}
	pthread_mutex_unlock(&fs_watch_lock);
}

void fs_watch_doomed(struct fs_id directory)
{
	struct fs_watch *w, *next;

	if (!fs_watch_any())
		return;
	pthread_mutex_lock(&fs_watch_lock);
	DL_FOREACH_SAFE2(fs_watches, w, next, all_next)
	if (w->file->device == directory.device && w->file->id == directory.id &&
	    !w->deleted)
		fs_watch_delete(w);
	pthread_mutex_unlock(&fs_watch_lock);
}

void fs_watch_lose_all(void)
{
	struct fs_watch *w;

	DL_FOREACH2(fs_watches, w, all_next)
	fs_watch_lose(w);
}

void fs_watch_free(struct fs_watch *w)
{
	free(w);
}

size_t fs_watch_directories(void)
{
	size_t n;

	pthread_mutex_lock(&fs_watch_lock);
	n = fs_dirs_listening();
	pthread_mutex_unlock(&fs_watch_lock);
	return n;
}

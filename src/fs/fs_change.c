/* SPDX-License-Identifier: MIT */
#include "fs/fs_change.h"

#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>

#include "fs/fs_watch_table.h"

/*
 * What inotify is going to say of a path, or has said, because this process does something
 * to it.  While somebody is at it, all such events are its echo; afterwards, those that
 * inotify had already when somebody began to read it for the next time.
 */
struct echo {
	struct echo *next; /* in its bucket */
	uint32_t mask;     /* IN_... */
	uint32_t heard;    /* of these, what came */
	unsigned users;    /* who are at it */
	uint64_t left_in;  /* the reading in which the last one was done */
	char path[];
};

#define BUCKETS 256u

/* More of them than that are not left to themselves until inotify has something to say. */
#define ECHOES_MANY 64u
/* And past this a change may be told twice, by both sides. */
#define ECHOES_MAX 65536u

static struct echo *echoes[BUCKETS];
static size_t echo_count;
static uint64_t reading; /* how many have begun */

static struct echo **bucket_of(const char *path)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (; *path != '\0'; path++)
		h = (h ^ (uint8_t)*path) * 16777619u;
	return &echoes[(h ^ h >> 16) % BUCKETS];
}

/* Where it hangs, or would. */
static struct echo **find(const char *path)
{
	struct echo **at = bucket_of(path);

	while (*at != NULL && strcmp((*at)->path, path) != 0)
		at = &(*at)->next;
	return at;
}

static void echo_free(struct echo **at)
{
	struct echo *e = *at;

	*at = e->next;
	echo_count--;
	free(e);
}

/* NULL: short of memory, and it may be told twice. */
static struct echo *echo_get(const char *path)
{
	struct echo **at = find(path);
	size_t n = strlen(path) + 1;

	if (*at != NULL || echo_count >= ECHOES_MAX)
		return *at;
	*at = calloc(1, sizeof **at + n);
	if (*at == NULL)
		return NULL;
	memcpy((*at)->path, path, n);
	echo_count++;
	return *at;
}

bool fs_change_is_own(const char *path, uint32_t mask)
{
	struct echo *e;
	bool own;

	pthread_mutex_lock(&fs_watch_lock);
	e = *find(path);
	own = e != NULL && (e->mask & mask) != 0;
	if (own)
		e->heard |= mask;
	pthread_mutex_unlock(&fs_watch_lock);
	return own;
}

void fs_change_told(const char *path, uint32_t mask)
{
	struct echo *e;

	pthread_mutex_lock(&fs_watch_lock);
	e = echo_get(path);
	if (e != NULL) {
		e->mask |= mask;
		e->left_in = reading;
	}
	pthread_mutex_unlock(&fs_watch_lock);
}

void fs_change_reading(void)
{
	pthread_mutex_lock(&fs_watch_lock);
	reading++;
	pthread_mutex_unlock(&fs_watch_lock);
}

void fs_change_read(void)
{
	pthread_mutex_lock(&fs_watch_lock);
	for (size_t i = 0; echo_count > 0 && i < BUCKETS; i++) {
		struct echo **at = &echoes[i];

		while (*at != NULL)
			if ((*at)->users == 0 && (*at)->left_in < reading)
				echo_free(at);
			else
				at = &(*at)->next;
	}
	pthread_mutex_unlock(&fs_watch_lock);
}

bool fs_change_many(void)
{
	bool many;

	pthread_mutex_lock(&fs_watch_lock);
	many = echo_count >= ECHOES_MANY;
	pthread_mutex_unlock(&fs_watch_lock);
	return many;
}

/* ------------------------------------------------------------------- what is done -- */

static uint32_t mask_of(enum fs_change_kind kind)
{
	static const uint32_t table[] = {
		/* What is new is opened for writing, and may get attributes. */
		[FS_MAKES] = IN_CREATE | IN_MODIFY | IN_ATTRIB,
		[FS_REMOVES] = IN_DELETE,
		[FS_LEAVES] = IN_MOVED_FROM,
		[FS_ARRIVES] = IN_MOVED_TO,
		[FS_TOUCHES] = IN_MODIFY | IN_ATTRIB,
	};

	return table[kind];
}

static void begin(struct fs_change *c)
{
	struct echo *e;

	pthread_mutex_lock(&fs_watch_lock);
	c->heard = fs_watch_heard(c->path, fs_watch_parent(c->path, strlen(c->path)));
	if (c->heard && fs_watch_fd >= 0) {
		e = echo_get(c->path);
		if (e != NULL) {
			e->mask |= mask_of(c->kind);
			e->users++;
		}
	}
	pthread_mutex_unlock(&fs_watch_lock);
}

void fs_change_at(struct fs_change *c, enum fs_change_kind kind, int parent,
		  const char *name)
{
	size_t n, name_n;

	c->heard = false;
	c->kind = kind;
	c->path[0] = '\0';
	if (!fs_watch_any() || !fs_watch_path(c->path, parent))
		return;
	n = fs_watch_below(c->path, strlen(c->path));
	name_n = strlen(name);
	if (n + name_n >= sizeof c->path) {
		c->path[0] = '\0';
		return;
	}
	c->path[n - 1] = '/';
	memcpy(c->path + n, name, name_n + 1);
	begin(c);
}

void fs_change_of(struct fs_change *c, int fd)
{
	c->heard = false;
	c->kind = FS_TOUCHES;
	if (fs_watch_any() && fs_watch_path(c->path, fd))
		begin(c);
}

/*
 * Nobody is at it any more.  Returns what was heard of it; if it was not done, that was
 * somebody else.
 */
static uint32_t leave(const struct fs_change *c, bool done)
{
	uint32_t heard = 0;
	struct echo **at;

	pthread_mutex_lock(&fs_watch_lock);
	at = find(c->path);
	if (*at != NULL && (*at)->users > 0) {
		heard = (*at)->heard & mask_of(c->kind);
		(*at)->users--;
		(*at)->left_in = reading;
		if (!done && (*at)->users == 0 && (*at)->mask == mask_of(c->kind))
			echo_free(at);
	}
	pthread_mutex_unlock(&fs_watch_lock);
	return heard;
}

void fs_change_done(struct fs_change *c, enum fs_happened happened, uint32_t filter)
{
	if (!c->heard)
		return;
	c->heard = false;
	fs_watch_tell_path(c->path, happened, filter);
	(void)leave(c, true);
}

void fs_change_not(struct fs_change *c)
{
	static const enum fs_happened instead[] = {
		[FS_MAKES] = FS_ADDED,      [FS_REMOVES] = FS_REMOVED,
		[FS_LEAVES] = FS_REMOVED,   [FS_ARRIVES] = FS_ADDED,
		[FS_TOUCHES] = FS_MODIFIED,
	};

	if (!c->heard)
		return;
	c->heard = false;
	if (leave(c, false) != 0)
		fs_watch_tell_path(c->path, instead[c->kind], UINT32_MAX);
}

uint32_t fs_change_end(struct fs_change *c, uint32_t status, enum fs_happened happened,
		       uint32_t filter)
{
	if (status == NT_STATUS_SUCCESS)
		fs_change_done(c, happened, filter);
	else
		fs_change_not(c);
	return status;
}

/* [MS-FSA] 2.1.5.15.12: within a directory it is a rename, else one goes and one comes. */
static void tell_move(const struct fs_change_move *m)
{
	uint32_t filter = m->directory ? FS_CHANGE_DIR_NAME : FS_CHANGE_FILE_NAME;
	const char *from = m->from.path, *to = m->to.path;
	size_t from_n = fs_watch_parent(from, strlen(from));
	size_t to_n = fs_watch_parent(to, strlen(to));
	struct fs_tale tale = {
		.dir = to,
		.dir_n = to_n,
		.filter = filter,
		.n = 2,
		.what = {{FS_RENAMED_OLD_NAME, from + fs_watch_below(from, from_n)},
			 {FS_RENAMED_NEW_NAME, to + fs_watch_below(to, to_n)}},
	};

	if (!m->replaced && *from != '\0' &&
	    view_equal(view_of(from, from_n), view_of(to, to_n))) {
		fs_watch_tell(&tale);
		return;
	}
	fs_watch_tell_path(from, FS_REMOVED, filter);
	if (m->replaced)
		fs_watch_tell_path(to, FS_MODIFIED,
				   FS_CHANGE_ATTRIBUTES | FS_CHANGE_SIZE |
					   FS_CHANGE_WRITTEN | FS_CHANGE_ACCESSED |
					   FS_CHANGE_CREATED | FS_CHANGE_SECURITY |
					   FS_CHANGE_EA);
	else
		fs_watch_tell_path(to, FS_ADDED, filter);
}

void fs_change_moved(struct fs_change_move *m)
{
	if (m->from.heard || m->to.heard)
		tell_move(m);
	if (m->from.heard)
		(void)leave(&m->from, true);
	if (m->to.heard)
		(void)leave(&m->to, true);
	m->from.heard = m->to.heard = false;
}

void fs_change_tell(int fd, enum fs_happened happened, uint32_t filter)
{
	char path[FS_WATCH_PATH_MAX];

	if (fs_watch_any() && fs_watch_path(path, fd))
		fs_watch_tell_path(path, happened, filter);
}

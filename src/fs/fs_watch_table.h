/* SPDX-License-Identifier: MIT */
/*
 * What the files of fs_watch.h share.  All of it is guarded by fs_watch_lock, and functions
 * here are called with it held unless they say otherwise.
 *
 * Paths are absolute, as the kernel tells them of a descriptor; so a symbolic link leads to
 * the same directory, and so do two shares.
 */
#ifndef FS_FS_WATCH_TABLE_H
#define FS_FS_WATCH_TABLE_H

#include <pthread.h>

#include "fs/fs_watch.h"

/* What the kernel tells of a descriptor, and a name behind it; with NUL. */
#define FS_WATCH_PATH_MAX (4096u + 256u)

/*
 * A directory: that somebody watches, or above such a one (to hear of its deletion), or
 * beneath one whose tree is watched.
 */
struct fs_dir {
	char *path;
	size_t n;
	int wd;                   /* inotify's; -1: it does not tell of this directory */
	struct fs_watch *watches; /* of this very directory */
	unsigned trees;           /* how many of them watch all beneath */
	unsigned guards;          /* watches of directories in it */
	mode_t mode;              /* who might read it, for when it is no more */
	uid_t uid;
	gid_t gid;
	struct fs_dir *parent; /* NULL: that is not in the table */
	struct fs_dir *children, *prev, *next;
	struct fs_dir *path_next, *wd_next; /* in their buckets */
};

/* Hangs from its file, and is freed with it. */
struct fs_watch {
	struct fs_file *file;
	struct fs_watch_how how;
	struct fs_dir *dir;   /* NULL: the directory has gone, or the watch has ended */
	struct fs_dir *guard; /* the one above */
	bool ended;
	size_t entered;               /* directories that came into the table for it */
	struct fs_watch *prev, *next; /* of the directory */
	struct fs_watch *all_prev, *all_next;

	struct fs_note *notes, *last;
	size_t note_count, note_bytes;
	bool lost, deleted;
	bool fresh; /* has news; then in the list of those */
	struct fs_watch *fresh_prev, *fresh_next;
};

extern pthread_mutex_t fs_watch_lock;
extern int fs_watch_fd; /* inotify's; -1 */

extern struct fs_watch *fs_watches; /* all that have not ended */

/* How many watch: whoever changes a file looks at it first.  Needs no lock. */
bool fs_watch_any(void);

/* The length of the path of the directory above; "/" is above itself. */
size_t fs_watch_parent(const char *path, size_t n);
/* Where names beneath a directory with a path of this length begin. */
size_t fs_watch_below(const char *path, size_t n);

/*
 * The kernel's path of a descriptor.  False: it has none any more, or one that is too long.
 * Needs no lock.
 */
bool fs_watch_path(char path[FS_WATCH_PATH_MAX], int fd);

/* ------------------------------------------------------------------- fs_watch.c -- */

/* One more of the news; without memory, or past the maximum, they are lost. */
void fs_watch_put(struct fs_watch *w, enum fs_happened happened, const char *path);
void fs_watch_lose(struct fs_watch *w);
void fs_watch_lose_all(void);
/* The directory is going. */
void fs_watch_delete(struct fs_watch *w);
/* Hears of its directory's deletion by the directory above; and no more. */
void fs_watch_guard(struct fs_watch *w);
void fs_watch_unguard(struct fs_watch *w);
/* [MS-FSA] 2.1.5.15.3: all who hold this directory hear of it.  Takes the lock. */
void fs_watch_doomed(struct fs_id directory);
/* For fs_file.c; NULL is fine.  Each takes the lock. */
void fs_watch_end(struct fs_watch *w);
void fs_watch_free(struct fs_watch *w);

/* -------------------------------------------------------------- fs_watch_tell.c -- */

/* One change, or the two of a rename, in one directory. */
struct fs_tale {
	const char *dir;
	size_t dir_n;
	uint32_t filter;
	size_t n;
	struct {
		enum fs_happened happened;
		const char *name;
	} what[2];
};

/* Whether anybody would hear of a change in this directory. */
bool fs_watch_heard(const char *dir, size_t dir_n);
/* Takes the lock, and waits for the disk. */
void fs_watch_tell(const struct fs_tale *tale);
/* The same of one path. */
void fs_watch_tell_path(const char *path, enum fs_happened happened, uint32_t filter);

/* -------------------------------------------------------------- fs_watch_dirs.c -- */

struct fs_dir *fs_dir_find(const char *path, size_t n);
struct fs_dir *fs_dir_of(int wd);
/* Finds or makes it; NULL: no memory. */
struct fs_dir *fs_dir_enter(const char *path, size_t n);
/* FS_WATCH_DIRS_MAX: then none is entered but for who watches it, or what is in it. */
bool fs_dirs_full(void);
/* Whether somebody watches the tree that a path (no directory yet, perhaps) is part of. */
bool fs_dir_covered(const char *path, size_t n);
/*
 * inotify tells of it from now on; `name` leads to it.  `guard`: only of directories that
 * are deleted.  False: inotify has no room.
 */
bool fs_dir_listen(struct fs_dir *d, const char *name, bool guard);
void fs_dir_mute(struct fs_dir *d);
/* The same, which inotify knows already; and of all. */
void fs_dir_deaf(struct fs_dir *d);
void fs_dirs_deaf(void);
/* How many it tells of. */
size_t fs_dirs_listening(void);
/* Whether it is entered for the sake of somebody who watches a tree above it. */
bool fs_dir_in_tree(const struct fs_dir *d);
/* Takes out of the table whatever of it, and beneath it, nobody needs. */
void fs_dir_prune(struct fs_dir *d);
/* It has another path now; what lay there has been replaced. */
void fs_dir_moved(struct fs_dir *d, const char *path, size_t n);
/*
 * It is no more, and nothing beneath it but what somebody holds elsewhere; or, of settle(),
 * is where he who holds it says.  Either may free it.
 */
void fs_dir_gone(struct fs_dir *d);
void fs_dir_settle(struct fs_dir *d);

/* -------------------------------------------------------------- fs_watch_walk.c -- */

struct fs_walk {
	int fd;           /* of the directory to begin with */
	const char *path; /* its path */
	bool tree;        /* and what lies beneath it */
	bool tell;        /* what is found there is new */
	size_t max;       /* so many directories may be entered */
	size_t entered;   /* how many were */
};

/* Enters directories, as long as somebody needs them.  Takes the lock, waits for the disk.
 */
void fs_watch_walk(struct fs_walk *walk);
/* Of a directory that has appeared, by its path. */
void fs_watch_walk_new(const char *path, bool tell);
/* inotify has forgotten what happened: all trees anew. */
void fs_watch_walk_again(void);

/* ------------------------------------------------------------------ fs_change.c -- */

/* Whether this event (IN_...) is what this process does itself just now. */
bool fs_change_is_own(const char *path, uint32_t mask);
/* These events would tell what has been told already. */
void fs_change_told(const char *path, uint32_t mask);
/* A reading of all that inotify has begins; and is at its end. */
void fs_change_reading(void);
void fs_change_read(void);
/* So many are kept that it is time to read. */
bool fs_change_many(void);

#endif

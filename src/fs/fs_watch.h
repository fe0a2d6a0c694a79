/* SPDX-License-Identifier: MIT */
/*
 * What changes beneath a directory that somebody holds open, [MS-FSA] 2.1.5.11.
 *
 * News come from two sides.  What this process changes it tells itself (fs_change.h):
 * exactly, as [MS-FSA] says, whether or not the system watches that directory.  What others
 * change on this machine inotify(7) tells, of each directory that has been entered there;
 * of what is told by both sides, inotify's is dropped.
 *
 *	fs_watch.c	 who watches, and his news
 *	fs_watch_tell.c	 whom a change concerns
 *	fs_watch_dirs.c	 directories that inotify watches
 *	fs_watch_walk.c	 how they get there
 *	fs_watch_read.c	 what inotify says
 *	fs_change.c	 what this process changes itself
 *
 * Nobody hears of names in a directory that he may not read, though he watches a tree which
 * that is part of.
 *
 * All may be called in any thread.  What may wait for a disk says so; the rest waits for a
 * mutex alone, under which nothing is done that waits.  As in fs_table.h there is one of
 * all this in a process.
 */
#ifndef FS_FS_WATCH_H
#define FS_FS_WATCH_H

#include "fs/fs_file.h"

/* Kinds of changes: CompletionFilter, [MS-SMB2] 2.2.35. */
#define FS_CHANGE_FILE_NAME    0x001u
#define FS_CHANGE_DIR_NAME     0x002u
#define FS_CHANGE_ATTRIBUTES   0x004u
#define FS_CHANGE_SIZE         0x008u
#define FS_CHANGE_WRITTEN      0x010u
#define FS_CHANGE_ACCESSED     0x020u
#define FS_CHANGE_CREATED      0x040u
#define FS_CHANGE_EA           0x080u
#define FS_CHANGE_SECURITY     0x100u
#define FS_CHANGE_STREAM_NAME  0x200u
#define FS_CHANGE_STREAM_SIZE  0x400u
#define FS_CHANGE_STREAM_WRITE 0x800u

/* What happened: Action, [MS-FSCC] 2.7.1. */
enum fs_happened {
	FS_ADDED = 1,
	FS_REMOVED,
	FS_MODIFIED,
	FS_RENAMED_OLD_NAME, /* always with the one that follows it */
	FS_RENAMED_NEW_NAME,
	FS_ADDED_STREAM,
	FS_REMOVED_STREAM,
	FS_MODIFIED_STREAM,
};

/*
 * Directories that inotify watches for us at once: half of what Linux gives a user on a
 * machine with 1 GiB, each with half a kilobyte here and one in the kernel.  A tree beyond
 * it is watched for what this process changes alone.
 */
#define FS_WATCH_DIRS_MAX 65536u

/* Of these, what may be entered for one who shares them out to nobody else. */
#define FS_WATCH_DIRS_EACH 16384u

/* News that wait for one watch; past it they are lost, and that is told. */
#define FS_WATCH_NOTES_MAX 4096u

/* And for all together: what comes in between two turns of who collects them is less. */
#define FS_WATCH_NOTES_BYTES (32u << 20)

struct fs_watch_how {
	const void *owner; /* who asks for the news: fs_watch_collect() */
	uint64_t id;       /* told with them */
	uint64_t
		session; /* FS_WATCH_DIRS_EACH is for all with the same owner and session */
	uint32_t filter; /* FS_CHANGE_... */
	bool tree;       /* and what lies in directories beneath */
};

/*
 * Opens inotify: a descriptor to be polled for reading, or -1; then nobody hears of what
 * others change.  fs_watch_close() once nobody polls it any more.
 */
int fs_watch_open(void);
void fs_watch_close(void);

/*
 * From now on there are news of a directory that was opened with FS_READ; once for each
 * file.  fs_file_close() ends it.  NO_MEMORY; DELETE_PENDING: there will be none.
 */
uint32_t fs_watch_begin(struct fs_file *file, const struct fs_watch_how *how);

/* And of what others change.  Waits for the disk. */
void fs_watch_spread(struct fs_file *file);

/* What the descriptor has to say becomes news.  Waits for the disk; one at a time. */
void fs_watch_read(void);

/* Though the descriptor says nothing: fs_watch_read() has something to tidy up. */
bool fs_watch_wants_read(void);

struct fs_note {
	struct fs_note *next;
	enum fs_happened happened;
	char path[]; /* beneath the watched directory, as it stands on the disk */
};

struct fs_news {
	uint64_t id;                 /* fs_watch_how.id */
	const struct fs_note *notes; /* oldest first; good for the call */
	bool lost;                   /* there were more than could be kept */
	bool deleted;                /* the directory is going or gone: there are no more */
};

/* Whether anybody has news; costs next to nothing. */
bool fs_watch_has_news(void);

/* Hands over all that waits for those who began with this owner. */
void fs_watch_collect(const void *owner,
		      void (*each)(void *ctx, const struct fs_news *news), void *ctx);

/* How many directories inotify watches. */
size_t fs_watch_directories(void);

#endif

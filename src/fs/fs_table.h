/* SPDX-License-Identifier: MIT */
/*
 * Who holds which file: share modes and pending deletions, [MS-FSA] 2.1.5.1.2.2 and
 * 2.1.5.4.  Files are told by device and inode, so several names of one file, or several
 * shares over it, are the same file.
 *
 * There is one table in a process, as there is one disk; a mutex guards it, and nothing
 * that waits is done under it.
 */
#ifndef FS_FS_TABLE_H
#define FS_FS_TABLE_H

#include "fs/fs_file.h"

/*
 * A path as it stands on the disk.  It never changes; files hold it together, and one that
 * is renamed holds another from then on.  So whoever has made the new one beforehand can't
 * fail when the disk has changed, and whoever reads one needs no copy.
 */
struct fs_path {
	atomic_uint references;
	char text[];
};

/* One reference; NULL when memory is short. */
struct fs_path *fs_path_new(const char *text);
/* NULL is fine. */
void fs_path_put(struct fs_path *path);

/*
 * Enters a file if its access and share modes agree with those of all who hold it.
 * SHARING_VIOLATION, DELETE_PENDING, NO_MEMORY, OPLOCK_BREAK_IN_PROGRESS (and the rights
 * that are to go): it is not entered.
 */
uint32_t fs_table_enter(struct fs_file *file, unsigned *rights);

/*
 * It is being closed: whether it was the last, and the file is now to be deleted.  Until
 * fs_table_leave() nobody else gets in.
 */
bool fs_table_closing(struct fs_file *file);
void fs_table_leave(struct fs_file *file);

/* As fs_file_discard(). */
void fs_table_discard(struct fs_file *file, bool created);

/* DELETE_PENDING of the file, whoever asked for it. */
void fs_table_set_delete(struct fs_file *file, bool delete_it);
bool fs_table_delete_pending(const struct fs_file *file);

/* Whether, and how, somebody is in the way of who wants to replace or move a name. */
enum fs_hold {
	FS_HOLD_NONE,
	FS_HOLD_CACHED, /* he may yet let go: he is to be asked first */
	FS_HOLD_OPEN,
};

/* The file that is to be replaced: [MS-FSA] 2.1.5.15.12 breaks what is not level II. */
enum fs_hold fs_table_holds(struct fs_id id);
/* Whether all who hold it let it be deleted. */
bool fs_table_lets_delete(struct fs_id id);
/* Anything beneath a directory, 2.1.4.2: handles that are cached alone; `cached` is one. */
enum fs_hold fs_table_holds_below(const struct fs_root *root, const char *path,
				  struct fs_id *cached);
/* 2.1.4.12, SET_INFORMATION: the file's name goes, and somebody else caches his handle. */
bool fs_table_handle_cached(const struct fs_file *file);
/*
 * Whether the share modes of all who hold this directory let names be put into it.  `file`
 * itself does not count.
 */
bool fs_table_may_fill(struct fs_id directory, const struct fs_file *file);

/* What is locked of one file: fs_lock.c's. */
struct fs_locks {
	struct fs_lock *shared, *exclusive; /* trees */
	uint32_t count;
};

/*
 * The locks of the file, though this open of it may be closed; NULL: nobody holds it any
 * more.  Nobody gets at the table until fs_table_release(), in any case.
 */
struct fs_locks *fs_table_hold(const struct fs_file *file);
void fs_table_release(void);

/* One reference to the file's path. */
struct fs_path *fs_table_path(const struct fs_file *file);
/* The file's path, for all who opened it by the same one, is now this (borrowed). */
void fs_table_moved(struct fs_file *file, struct fs_path *path);

#endif

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
 * Enters a file if its access and share modes agree with those of all who hold it.
 * SHARING_VIOLATION, DELETE_PENDING, OPLOCK_BREAK_IN_PROGRESS, NO_MEMORY: it is not
 * entered.
 */
uint32_t fs_table_enter(struct fs_file *file);

/*
 * It is being closed: whether it was the last, and the file is now to be deleted.  Until
 * fs_table_leave() nobody else gets in.
 */
bool fs_table_closing(struct fs_file *file);
void fs_table_leave(struct fs_file *file);

/* DELETE_PENDING of the file, whoever asked for it. */
void fs_table_set_delete(struct fs_file *file, bool delete_it);
bool fs_table_delete_pending(const struct fs_file *file);

/* Whether anybody holds this inode; and anything beneath the directory `path`. */
bool fs_table_holds(dev_t device, ino_t id);
bool fs_table_holds_below(const struct fs_root *root, const char *path);

/* A copy; NULL when memory is short. */
char *fs_table_path(const struct fs_file *file);
/* The file's path, for all who opened it by the same one, is now this. */
void fs_table_moved(struct fs_file *file, const char *path);

#endif

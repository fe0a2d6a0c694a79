/* SPDX-License-Identifier: MIT */
/* What the table knows of one file: for the files that look at it, under its lock. */
#ifndef FS_FS_INODE_H
#define FS_FS_INODE_H

#include <uthash.h>
#include <utlist.h>

#include "fs/fs_table.h"

struct fs_inode {
	struct fs_id key;
	struct fs_file *files; /* who hold it; never empty */
	bool delete_pending;
	bool listed;
	struct fs_locks locks;
	UT_hash_handle hh;
};

/* fs_table.c; until fs_table_release(). */
void fs_table_lock(void);

/* [MS-FSA] 2.1.5.1.2.2: whether their share modes let each other do what they may. */
bool fs_share_agrees(const struct fs_file *a, const struct fs_file *b);

/* ------------------------------------------------------------------------- fs_cache.c --
 */

/*
 * Whether `file` may be entered: SHARING_VIOLATION, or OPLOCK_BREAK_IN_PROGRESS and the
 * rights that are to go.
 */
uint32_t fs_cache_check(const struct fs_inode *inode, const struct fs_file *file,
			unsigned *rights);

/* It is being entered: what its lease has, it has. */
void fs_cache_join(const struct fs_inode *inode, struct fs_file *file);

/* And it leaves. */
void fs_cache_part(struct fs_file *file);

/* Whether this is a lease's open, not an oplock's. */
bool fs_cache_is_lease(const struct fs_file *file);

/* Whether another owner has one of these rights. */
bool fs_cache_met(const struct fs_inode *inode, const struct fs_file *file,
		  unsigned rights);

#endif

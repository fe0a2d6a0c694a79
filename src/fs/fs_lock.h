/* SPDX-License-Identifier: MIT */
/*
 * Byte-range locks, [MS-FSA] 2.1.4.10, 2.1.5.8 and 2.1.5.9: what of a file an open has
 * locked, and what others may therefore not do.  They belong to the open (struct fs_file),
 * stand under the lock of fs_table.h, and go with fs_file_close() at the latest.  Nobody
 * waits here: who is to wait asks again when somebody has let go.
 *
 * fs_read() and fs_write() ask by themselves; whoever touches a file's data past them asks
 * fs_lock_permits().  Nobody else on this machine hears of these locks.
 */
#ifndef FS_FS_LOCK_H
#define FS_FS_LOCK_H

#include "fs/fs_file.h"

/*
 * Locks of one file, whoever has them: more than any database of the day takes, and what
 * can be let go of at once in a few hundredths of a second.
 */
#define FS_LOCKS_MAX 65536u

struct fs_locking {
	struct fs_range range;
	bool exclusive; /* else shared */
};

/*
 * All of them or none, in this order: what a later one must not meet may be an earlier one.
 *
 *	LOCK_NOT_GRANTED	somebody, or the open itself, has locked a byte of them
 *	INVALID_LOCK_RANGE	it goes past 2^64
 *	INVALID_PARAMETER	a directory
 *	INSUFFICIENT_RESOURCES	FS_LOCKS_MAX
 *	FILE_CLOSED		fs_file_close() was called
 *	NO_MEMORY
 */
uint32_t fs_lock(struct fs_file *file, const struct fs_locking *locks, size_t count);

/*
 * One lock of this open with exactly this range, an exclusive one before a shared one;
 * RANGE_NOT_LOCKED, INVALID_LOCK_RANGE, INVALID_PARAMETER.
 */
uint32_t fs_unlock(struct fs_file *file, struct fs_range range);

/* All that this open has. */
void fs_unlock_all(struct fs_file *file);

uint32_t fs_locks_held(const struct fs_file *file);

/* Whether these bytes may be read, or written, by this open; if not: FILE_LOCK_CONFLICT. */
bool fs_lock_permits(const struct fs_file *file, struct fs_range range, bool write);

#endif

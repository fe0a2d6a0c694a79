/* SPDX-License-Identifier: MIT */
/*
 * Bytes from one open file to another, within this machine: by the kernel where it can, by
 * hand where it can't.
 */
#ifndef FS_FS_COPY_H
#define FS_FS_COPY_H

#include "fs/fs_file.h"

/* What one call copies at most: a thread of the pool is busy with it that long. */
#define FS_COPY_MAX (1u << 20)

/* Instead of an offset in the target: where it ends. */
#define FS_COPY_AT_END UINT64_MAX

struct fs_copy {
	const struct fs_file *source;
	struct fs_file *target;
	uint64_t from, to;
	size_t length; /* at most FS_COPY_MAX */
};

/*
 * All of it, or an error; then *done is what was copied until there.  What is read is what
 * was there before, though the two overlap in one file.
 *
 *	INVALID_VIEW_SIZE	the source ends before
 *	INVALID_DEVICE_REQUEST	a directory
 *	FILE_LOCK_CONFLICT	somebody has locked some of it
 */
uint32_t fs_copy(const struct fs_copy *copy, size_t *done);

#endif

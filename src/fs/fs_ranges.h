/* SPDX-License-Identifier: MIT */
/*
 * Parts of a file that hold data, and parts that are nothing but zeroes: sparse files, and
 * extents that two files share.  What may take long is done in steps, so that nobody else
 * waits for the thread that does it; each step begins at *offset and moves it.
 */
#ifndef FS_FS_RANGES_H
#define FS_FS_RANGES_H

#include "fs/fs_file.h"

/* What a step zeroes or allocates at most: as [MS-FSA] 2.1.5.10.39 has it, 1 GiB. */
#define FS_RANGES_STEP (UINT64_C(1) << 30)

/*
 * The first part at or behind `offset`, and before `end`, that is not known to be zeroes;
 * its length is 0 where there is none.  A file system that does not know says all of it.
 */
uint32_t fs_ranges_next(const struct fs_file *file, uint64_t offset, uint64_t end,
			struct fs_range *out);

/*
 * One step of zeroing up to `end` or the file's: that never moves.  `sparse`: the space is
 * given back; else it stays the file's.  FILE_LOCK_CONFLICT.
 */
uint32_t fs_ranges_zero(struct fs_file *file, uint64_t *offset, uint64_t end, bool sparse);

/*
 * One step of giving space to all that has none, [MS-FSA] 2.1.5.10.38.  DISK_FULL before
 * anything is done where there is not enough.  Whoever may not write the file's data
 * changes nothing.  At the end *offset is UINT64_MAX.
 */
uint32_t fs_ranges_fill(const struct fs_file *file, uint64_t *offset);

/*
 * [MS-FSA] 2.1.5.10.4: the target's bytes are the source's, without being copied.
 * INVALID_DEVICE_REQUEST: that file system can't.
 */
struct fs_sharing {
	const struct fs_file *source;
	struct fs_file *target;
	uint64_t source_offset, target_offset;
	uint64_t length;
};

uint32_t fs_ranges_share(const struct fs_sharing *s);

#endif

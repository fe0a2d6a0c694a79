/* SPDX-License-Identifier: MIT */
/*
 * Many ranges, and whether one of them meets another: a balanced tree in the order of
 * offsets, in which each lock knows what lies below it.  All costs grow with the logarithm
 * of their number.  For fs_lock.c alone.
 */
#ifndef FS_FS_LOCK_TREE_H
#define FS_FS_LOCK_TREE_H

#include "fs/fs_file.h"

struct fs_lock {
	uint64_t offset, length; /* not both 0 */
	const struct fs_file *owner;
	bool exclusive;
	struct fs_lock *prev, *next; /* of the owner; fs_lock.c's */

	/* --- fs_lock_tree.c's --- */
	struct fs_lock *left, *right;
	int height;
	uint64_t last_below;               /* the last byte of any, itself included */
	const struct fs_file *owner_below; /* whose they all are; NULL: several have some */
};

/*
 * The last byte of a range.  One of no bytes ends before it begins: it meets what has bytes
 * on both sides of it, and nothing else ([MS-FSA] 2.1.4.10).  {0, 0} meets nothing and has
 * no last byte.
 */
static inline uint64_t fs_range_last(uint64_t offset, uint64_t length)
{
	return offset + length - 1;
}

void fs_lock_tree_add(struct fs_lock **root, struct fs_lock *lock);
void fs_lock_tree_remove(struct fs_lock **root, const struct fs_lock *lock);

/* A lock of this owner with exactly this range; NULL. */
struct fs_lock *fs_lock_tree_find(struct fs_lock *root, const struct fs_file *owner,
				  struct fs_range range);

/*
 * Whether any lock but those of one owner (NULL: any at all) meets the range, which is not
 * {0, 0}.  With an owner left out, no two locks of his may overlap in more than a seam, or
 * it takes as long as there are such.
 */
bool fs_lock_tree_meets(const struct fs_lock *root, struct fs_range range,
			const struct fs_file *but);

#endif

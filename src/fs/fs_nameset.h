/* SPDX-License-Identifier: MIT */
/*
 * A set of names as they stand on the disk, in which a name is found whatever its case; for
 * fs_dircache.c alone.  No lock of its own.
 */
#ifndef FS_FS_NAMESET_H
#define FS_FS_NAMESET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* Where the hash of a name begins, utf16.h. */
#define FS_NAMESET_SEED UINT64_C(0xcbf29ce484222325)

/*
 * Names that meet in one chain.  By chance a tenth of it never do; who makes such names up
 * has a directory that can't be kept, and none that takes the square of its names to keep.
 */
#define FS_NAMESET_CHAIN_MAX 64

struct fs_nameset_name;

/* All zero: empty. */
struct fs_nameset {
	struct fs_nameset_name **buckets;
	size_t bucket_count; /* a power of two, or 0 */
	size_t count;
	size_t bytes; /* of memory, about */
};

/*
 * Adding one that is there does nothing.  False: memory is short, or too many meet it, and
 * nothing has changed.
 */
NS_MUST_USE bool fs_nameset_add(struct fs_nameset *set, struct view name);
/* This very name; none is fine. */
void fs_nameset_remove(struct fs_nameset *set, struct view name);
/* One that is equal but for case, with a NUL behind it; NULL: none. */
const char *fs_nameset_find(const struct fs_nameset *set, struct view name);
void fs_nameset_release(struct fs_nameset *set);

#endif

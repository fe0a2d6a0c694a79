/* SPDX-License-Identifier: MIT */
/*
 * What who holds a file may cache of it, [MS-FSA] 2.1.1.10: oplocks and leases, by the
 * rights they give.  This is where opens meet, so it is decided here, under the lock of the
 * table: what an open may cache, and what others must let go of before something happens.
 * Whoever opened files tells those that cache, waits for them, and says here what became of
 * it; nothing here waits.
 *
 * A lease is shared: every open that names its owner has it, and they never stand in each
 * other's way.  An oplock is one open's own.
 */
#ifndef FS_FS_CACHE_H
#define FS_FS_CACHE_H

#include <stdbool.h>
#include <stdint.h>

struct fs_file;

/* Rights.  None comes without FS_CACHE_READ. */
#define FS_CACHE_READ   1u /* what is read, until somebody writes */
#define FS_CACHE_HANDLE 2u /* the file's closing */
#define FS_CACHE_WRITE  4u /* what is written, until somebody else opens */

/* The oplocks. */
#define FS_OPLOCK_NONE      0u
#define FS_OPLOCK_II        FS_CACHE_READ
#define FS_OPLOCK_EXCLUSIVE (FS_CACHE_READ | FS_CACHE_WRITE)
#define FS_OPLOCK_BATCH     (FS_CACHE_READ | FS_CACHE_WRITE | FS_CACHE_HANDLE)

/* Of a lease: some name that its opens share. */
#define FS_LEASE_NAME_LEN 32

/* For whom an open caches. */
struct fs_owner {
	const struct fs_file *alone; /* itself; NULL: all that have the same name */
	uint8_t lease[FS_LEASE_NAME_LEN];
};

bool fs_owner_is(const struct fs_owner *a, const struct fs_owner *b);

/* A file, whatever its names. */
struct fs_id {
	uint64_t device;
	uint64_t id;
};

/*
 * Of OPLOCK_BREAK_IN_PROGRESS: all who cache this file, but for whoever met them, are to
 * let go of these rights first.
 */
struct fs_conflict {
	struct fs_id file;
	unsigned rights;
};

/*
 * What this open, and all that share its lease, may cache from now on; an oplock is asked
 * for by its name.  `more`: a lease that is there already, and that gets all of what it
 * asks, its own rights among it, or stays as it is.
 */
unsigned fs_cache_take(struct fs_file *file, unsigned wanted, bool more);

/* They have only these rights from now on. */
void fs_cache_lower(struct fs_file *file, unsigned rights);

#endif

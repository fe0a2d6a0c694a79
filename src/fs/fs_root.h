/* SPDX-License-Identifier: MIT */
/*
 * The directory that a share exposes, and the way to anything in it.  Whatever a path says,
 * the kernel resolves it beneath that directory (openat2(2), RESOLVE_BENEATH and
 * RESOLVE_NO_MAGICLINKS): a symbolic link is followed while it stays inside, and refused
 * with NT_STATUS_ACCESS_DENIED where it would lead outside.
 *
 * Names are found without regard to case, the exact name first; what is created has the
 * case it was given.
 *
 * Roots are shared by all files beneath and counted; all functions may be called in any
 * thread.  Errors are NTSTATUS.
 */
#ifndef FS_FS_ROOT_H
#define FS_FS_ROOT_H

#include <stdint.h>
#include <sys/types.h>

#include "fs/fs_name.h"

struct fs_root {
	char *path;
	int fd; /* O_PATH */
	unsigned references;
	struct fs_root *next;
};

/* One reference to the root at this absolute path, which is opened if it isn't yet. */
uint32_t fs_root_get(struct fs_root **out, const char *path);
/* NULL is fine. */
void fs_root_put(struct fs_root *root);

/*
 * Opens a path beneath the root ("" is the root itself).  Returns a descriptor, or -1 with
 * errno; what leads outside is EACCES.  Never waits for a pipe's other end.
 */
int fs_root_open(const struct fs_root *root, const char *path, int flags, mode_t mode);

/* Where a path leads. */
struct fs_place {
	/* As it stands on the disk; its end is as given if that is new.  Here, not on the
	 * heap, so that a deletion that was promised does not fail for want of memory. */
	char path[FS_PATH_MAX];
	const char *name; /* in `path`, the last component; "" for the root */
	int parent;       /* O_PATH; -1 for the root */
	int object;       /* O_PATH; -1: there is nothing yet */
};

/*
 * NT_STATUS_SUCCESS also when only the last component is missing; else what fails is the
 * path.  In any case `out` is to be released.
 */
uint32_t fs_place_find(struct fs_place *out, const struct fs_root *root, const char *path);
void fs_place_release(struct fs_place *place);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Names found without regard to case, in a directory whose file system minds it.  A small
 * directory is read each time; the names of a large one are kept, so that to make n files
 * in one costs n look-ups and not n readings of all that is there.
 *
 * What is kept is right whoever changes the directory: the kernel tells of each name that
 * comes or goes (inotify(7)) before the call that did it returns, and what it has told is
 * taken in before a name is looked up.  Times would not do, for all that happens in one
 * tick of the clock has the same.  Only file systems whose every change passes through this
 * kernel can tell, so a directory of another (NFS, FUSE, ...) is always read.
 *
 * One for the process, with bounds on memory and watches; any thread may call.
 */
#ifndef FS_FS_DIRCACHE_H
#define FS_FS_DIRCACHE_H

#include <stddef.h>

#include "base/span.h"
#include "fs/fs_name.h"

/*
 * The name in this directory, which is open for reading, that is equal but for case; any of
 * them if there are several.  `out` has it with a NUL.  0, ENOENT, or why the directory
 * can't be read; takes the descriptor over.
 */
int fs_dircache_find(char out[FS_NAME_BYTES_MAX + 1], int fd, struct view name);

#endif

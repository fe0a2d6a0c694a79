/* SPDX-License-Identifier: MIT */
/* What the kernel would let a user do with a file; for the files of fs/ alone. */
#ifndef FS_FS_RIGHTS_H
#define FS_FS_RIGHTS_H

#include "fs/fs_file.h"

/*
 * Of the rights `asked` (FS_...) those that the thread's user, who is `who`, has to what
 * lies at the place, of which `info` is known.  READONLY takes none here.
 *
 * - FS_READ, FS_READ_EA: r
 * - FS_WRITE, FS_APPEND, FS_WRITE_EA: w
 * - FS_EXECUTE: x; and r of a file that nobody may execute, for there x says nothing, and
 *   the program runs where it is read to
 * - FS_CHILDREN: w and x
 * - FS_TELL: w, or being the owner
 * - FS_OWN: being the owner, or root
 * - FS_DELETE: w and x of the directory that it is in; and in one that is sticky, owning
 * one of the two
 */
unsigned fs_rights(const struct fs_info *info, const struct fs_place *place,
		   const struct fs_who *who, unsigned asked);

/* What FILE_ATTRIBUTE_READONLY forbids of a file, [MS-FSA] 2.1.5.1.2.1. */
#define FS_RIGHTS_NOT_READ_ONLY (FS_WRITE | FS_APPEND | FS_CHILDREN)

#endif

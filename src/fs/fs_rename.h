/* SPDX-License-Identifier: MIT */
/* What a rename and a new link have in common; for the files of fs/ alone. */
#ifndef FS_FS_RENAME_H
#define FS_FS_RENAME_H

#include "fs/fs_file.h"

struct fs_renaming {
	struct fs_file *file;
	const char *name; /* the new path's last component */
	unsigned how;     /* FS_REPLACE... */
	struct fs_conflict *met;
};

/* [MS-FSA] 2.1.5.15.7 and .12: may what is at the new name be replaced? */
uint32_t fs_rename_may_replace(const struct fs_renaming *r, const struct fs_place *to);

/*
 * The directory is opened to add a file, and <183> and <185> let others read and write it,
 * but not delete it: so do Windows up to Server 2022 and Samba.
 */
uint32_t fs_rename_may_fill(const struct fs_renaming *r, const struct fs_place *to);

#endif

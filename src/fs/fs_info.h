/* SPDX-License-Identifier: MIT */
/* What the disk knows of a file; for the files of fs/ alone. */
#ifndef FS_FS_INFO_H
#define FS_FS_INFO_H

#include "fs/fs_file.h"

/*
 * Of what lies at `path` in the directory, links not followed; "" is the descriptor itself.
 * `name` decides whether it is hidden.  Returns 0 or an errno.
 */
int fs_info_at(struct fs_info *out, int directory, const char *path, const char *name);

/* Only files and directories are served: opening anything else may wait, or do things. */
bool fs_info_served(const struct fs_info *info);

#endif

/* SPDX-License-Identifier: MIT */
/* Where an open directory's listing is; for the files of fs/ alone. */
#ifndef FS_FS_LIST_H
#define FS_FS_LIST_H

#include "fs/fs_file.h"

/* NULL when memory is short.  What it needs of the disk it opens when it is first used. */
struct fs_cursor *fs_cursor_new(void);
/* NULL is fine. */
void fs_cursor_free(struct fs_cursor *cursor);

#endif

/* SPDX-License-Identifier: MIT */
/* What fs_file_close() does for a file that is to go; for the files of fs/ alone. */
#ifndef FS_FS_REMOVE_H
#define FS_FS_REMOVE_H

#include "fs/fs_file.h"

/*
 * Removes the name by which the file was opened, if it still leads to it.  What stands in
 * the way then is logged: nobody is there to be told.
 */
void fs_remove(const struct fs_file *file);

/* Whether the place leads to this file. */
bool fs_place_is(const struct fs_place *place, const struct fs_file *file);

#endif

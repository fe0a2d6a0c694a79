/* SPDX-License-Identifier: MIT */
/*
 * What Windows knows of a file and a Unix keeps only beside it (fs_dosattrib.h): DOS
 * attributes and the time of creation; for the files of fs/ alone.
 *
 * Where the file system has no user.* attributes, READONLY is the owner's right to write,
 * creation is when the inode was made, and the rest is taken and forgotten.
 */
#ifndef FS_FS_ATTR_H
#define FS_FS_ATTR_H

#include "fs/fs_file.h"

/*
 * Puts into `info`, which is told by the inode already, what is kept beside it: of what
 * lies at `path` in the directory, "" is the descriptor itself; no link is followed.
 * AT_FDCWD (fs_here.h) is the fastest.  In a thread that is another user it is read all the
 * same, as an inode's data would be.
 */
void fs_attr_read(struct fs_info *info, int directory, const char *path);

/* A change; one at a time for each file. */
struct fs_attr_change {
	uint32_t mask; /* of FS_ATTR_...: those that become as in `bits` */
	uint32_t bits;
	uint64_t created; /* 0: keep */
	uint64_t changed; /* 0: now */
};

/*
 * As fs_attr_may_change() allows.  The thread is nobody else's yet: see fs_who_enter().
 */
uint32_t fs_attr_change(const struct fs_file *file, const struct fs_attr_change *change);

/*
 * Whether who opened the file, and is now the thread's user, may change what tells of it:
 * FILE_WRITE_ATTRIBUTES is the owner's and of all who may write, whatever a Unix makes of
 * it.
 */
bool fs_attr_may_change(const struct fs_file *file);

#endif

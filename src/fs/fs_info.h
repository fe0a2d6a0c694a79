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

/* The same by the inode alone: attributes and the time of creation may be kept elsewhere.
 * It costs a third. */
int fs_info_of_inode(struct fs_info *out, int directory, const char *path,
		     const char *name);

/* Only files and directories are served: opening anything else may wait, or do things. */
bool fs_info_served(const struct fs_info *info);

/* Room on the disk for so many bytes, where it can be had beforehand. */
uint32_t fs_reserve(const struct fs_file *file, uint64_t size);

/*
 * Around whatever changes a file's data, [MS-FSA] 2.1.4.17: its time of the last write and
 * its ARCHIVE attribute become what they are to be.  fs_written() if it has been changed.
 */
struct fs_writing {
	struct fs_file *file;
	bool held; /* `before` has the time that is to stay */
	struct fs_info before;
};

void fs_writing(struct fs_writing *w, struct fs_file *file);
void fs_written(const struct fs_writing *w);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The name of an open file for system calls that take no O_PATH descriptor: the same file,
 * by its link in /proc.  For the files of fs/ alone.
 */
#ifndef FS_FS_PROC_H
#define FS_FS_PROC_H

#include <stdio.h>

struct fs_proc_name {
	char text[32]; /* "/proc/self/fd/" and a number */
};

static inline struct fs_proc_name fs_proc_name(int fd)
{
	struct fs_proc_name name;

	snprintf(name.text, sizeof name.text, "/proc/self/fd/%d", fd);
	return name;
}

#endif

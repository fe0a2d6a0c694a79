/* SPDX-License-Identifier: MIT */
/*
 * A directory as the thread's working directory, for the calls that take a path and no
 * descriptor: each name through /proc costs three times as much.  For the files of fs/
 * alone.
 */
#ifndef FS_FS_HERE_H
#define FS_FS_HERE_H

struct fs_here {
	int before; /* O_PATH; -1: the thread is where it was */
};

/*
 * From then on the thread shares its working directory with no other.  Returns what names
 * are to be looked up from: AT_FDCWD or, where that can't be, the directory itself.
 */
int fs_here_enter(struct fs_here *here, int directory);
/* As who entered, or as somebody who may go where the thread was. */
void fs_here_leave(struct fs_here *here);

#endif

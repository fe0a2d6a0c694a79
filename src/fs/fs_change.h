/* SPDX-License-Identifier: MIT */
/*
 * What a function of src/fs changes, it tells those who watch (fs_watch.h):
 *
 *	struct fs_change c;
 *
 *	fs_change_at(&c, FS_MAKES, parent, name);	before
 *	... mkdirat(parent, name, ...)
 *	fs_change_done(&c, FS_ADDED, FS_CHANGE_DIR_NAME);	or fs_change_not(&c)
 *
 * In between, and for a short while after, what inotify says of the same name is taken for
 * the echo of this, and dropped.  A function that tells nothing is heard of by inotify
 * alone, where that listens: later, and less exactly.
 *
 * With nobody who watches, all this costs a look at a number.
 */
#ifndef FS_FS_CHANGE_H
#define FS_FS_CHANGE_H

#include "fs/fs_watch.h"

/* What is about to be done to a name. */
enum fs_change_kind {
	FS_MAKES,
	FS_REMOVES,
	FS_LEAVES,  /* it is renamed */
	FS_ARRIVES, /* what is renamed gets it */
	FS_TOUCHES, /* the file itself changes */
};

struct fs_change {
	bool heard; /* somebody watches */
	enum fs_change_kind kind;
	char path[4096 + 256];
};

/* A name in a directory; and a file or directory that is open, which is touched. */
void fs_change_at(struct fs_change *c, enum fs_change_kind kind, int parent,
		  const char *name);
void fs_change_of(struct fs_change *c, int fd);

/* It has happened.  Waits for the disk, if somebody else watches a tree around it. */
void fs_change_done(struct fs_change *c, enum fs_happened happened, uint32_t filter);

/* It has not. */
void fs_change_not(struct fs_change *c);

/* One of the two, as the status says, which it returns. */
uint32_t fs_change_end(struct fs_change *c, uint32_t status, enum fs_happened happened,
		       uint32_t filter);

/* How a rename went. */
struct fs_change_move {
	struct fs_change from; /* FS_LEAVES */
	struct fs_change to;   /* FS_ARRIVES */
	bool directory;
	bool replaced; /* another file had the new name, which goes */
};

void fs_change_moved(struct fs_change_move *move);

/* Of a file, whatever its name: for what is told when nothing is done any more. */
void fs_change_tell(int fd, enum fs_happened happened, uint32_t filter);

#endif

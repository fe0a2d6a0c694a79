/* SPDX-License-Identifier: MIT */
/*
 * Byte-range locks of files, and the LOCK requests that wait for one.  What is locked is
 * known to fs/fs_lock.h, for that is where opens of one file meet.  Nothing here touches a
 * disk.
 *
 *	lock_take()	takes locks, or says that somebody is in the way
 *	lock_wait()	a request waits for its lock
 *	lock_drop()	an open unlocks; whoever waited is to be told by lock_proceed()
 *	lock_stop_waiting()	an open is kept without its client (durable.h)
 *	lock_leave()	an open ends: its locks go, and whoever waited for them has his
 *
 * Who waits is tried in the order of coming, whenever something of his file is unlocked.
 * Who comes anew is not held up by those who wait: [MS-FSA] 2.1.5.8 minds only what is
 * locked.
 */
#ifndef SERVER_FILE_LOCK_H
#define SERVER_FILE_LOCK_H

#include "fs/fs_lock.h"

struct lock_queue; /* all who wait for a lock of one file */
struct request;
struct server;
struct smb2_lock_req;
struct srv_file;

/* As fs_lock(); INSUFFICIENT_RESOURCES also past LIMIT_LOCKS_MAX. */
uint32_t lock_take(struct srv_file *f, const struct fs_locking *locks, size_t count);

/*
 * Pends `rq`, which is a LOCK of one range that could not be granted; it is answered when
 * it can be.  `granted` is called for it just before.  NT_STATUS_PENDING, or why it can't
 * wait.
 */
uint32_t lock_wait(struct request *rq, const struct fs_locking *what,
		   void (*granted)(struct srv_file *f, uint32_t tag), uint32_t tag);

/* As fs_unlock(). */
uint32_t lock_drop(struct srv_file *f, struct fs_range range);

/*
 * Something of this file was unlocked.  Answers may take a connection along, and what is on
 * it: look again at what you hold.
 */
void lock_proceed(struct server *server, struct fs_id file);

/* The open is detached: its locks stay, its requests are answered; the same holds. */
void lock_stop_waiting(struct srv_file *f);

/* While f->file is still there; the same holds. */
void lock_leave(struct srv_file *f);

#endif

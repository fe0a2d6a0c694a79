/* SPDX-License-Identifier: MIT */
/*
 * Oplocks of files, [MS-SMB2] 3.3.1.10 and [MS-FSA] 2.1.5.18: who opens a file alone may
 * cache what it reads and writes, until somebody else wants it.  There are no leases: who
 * asks for one has no oplock.  A share grants oplocks only if its configuration says so:
 * Linux's client keeps stale data by them on 3.x, where it expects leases.
 *
 * Whether an oplock may be had, and whether a job must wait for one, src/fs decides under
 * the lock of its table, for that is where opens meet.  Here is the rest: who holds which,
 * what a client is told, and the jobs (a CREATE, a rename) that wait.
 *
 *	oplock_grant()		a CREATE has its open
 *	oplock_wait()		a job met an exclusive or batch oplock: its holder is told,
 *				and the job runs again when he has acknowledged, closed, or
 *				let OPLOCK_BREAK_MS pass
 *	oplock_acknowledge()	OPLOCK_BREAK from the holder
 *	oplock_written()	level II goes at once, for all who have it
 *	oplock_leave()		an open ends: the jobs that waited for it come back, to run
 *				once its file is closed
 *
 * A holder who can't be told that his oplock goes loses the open with it (3.3.4.6): he must
 * not go on with what he has cached.
 */
#ifndef SERVER_OPLOCK_H
#define SERVER_OPLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "fs/fs_file.h"

/* 3.3.2.1: "Windows SMB2 servers set this timer to 35 seconds" <217> */
#define OPLOCK_BREAK_MS 35000u

struct job;
struct oplock_inode; /* all who have an oplock on one file */
struct server;
struct srv_file;

/* A job that waits: a member of it, filled in by its owner. */
struct oplock_waiter {
	struct job *job;
	struct fs_id file;             /* whose oplock it met */
	bool to_none;                  /* and that is to go; else level II will do */
	void (*free)(struct job *job); /* instead of running: its request is gone */
	struct oplock_waiter *prev, *next;
};

/* Of an open.  All zero: it has none. */
struct oplock {
	uint8_t level;  /* Open.OplockLevel */
	bool breaking;  /* Open.OplockState: Breaking, not Held */
	uint8_t to;     /* the most that may be acknowledged, while it breaks */
	uint64_t until; /* Open.OplockTimeout; 0: no break is on its way to the client */
	struct oplock_inode *inode;             /* NULL: no oplock */
	struct oplock_waiter *waiting;          /* list, oldest first */
	size_t waiting_count, sweep_at;         /* see oplock_wait() */
	struct srv_file *prev, *next;           /* of the inode */
	struct srv_file *late_prev, *late_next; /* server->breaking, oldest first */
};

/* The level that the open gets, of RequestedOplockLevel.  It has been entered. */
uint8_t oplock_grant(struct srv_file *f, uint8_t wanted);

/*
 * Takes over a job that met an oplock.  Its holder may be gone since: then it runs again at
 * once.  Who waits and is cancelled, or whose session ends, is found and freed later, but
 * never are there many more of those than of the others.
 */
void oplock_wait(struct server *server, struct oplock_waiter *w);

/*
 * The file was emptied, or is about to be written or cut, or was.  A connection that breaks
 * by a notification takes its sessions along: look again at what you hold.
 */
void oplock_written(struct server *server, struct fs_id file);

/*
 * Whether its client may cache the handle itself, and need not let go just now: only then
 * is an open durable, 3.3.5.9.6 and 3.3.7.1.
 */
bool oplock_caches_handle(const struct srv_file *f);

/* 3.3.5.22.1; `now` is the level that the open has then. */
uint32_t oplock_acknowledge(struct srv_file *f, uint8_t level, uint8_t *now);

/* While f->file is still there.  The list goes to oplock_resume() after the close. */
struct oplock_waiter *oplock_leave(struct srv_file *f);
void oplock_resume(struct server *server, struct oplock_waiter *list);

/* For the server's timer: acknowledgments that did not come in time. */
uint64_t oplocks_next_deadline(const struct server *server);
void oplocks_tick(struct server *server);

#endif

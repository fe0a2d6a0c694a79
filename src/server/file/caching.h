/* SPDX-License-Identifier: MIT */
/*
 * Who caches what of a file, and who waits until he lets go: what oplocks (oplock.h) and
 * leases (lease.h) have in common.
 *
 * Which rights may be had, and what must go before something happens, src/fs decides under
 * the lock of its table (fs/fs_cache.h), for that is where opens meet.  Here is the rest: a
 * struct caching for each open with an oplock and for each lease, what its client is told,
 * and the jobs (a CREATE, a rename, a deletion) that wait.
 *
 *	caching_wait()		a job met somebody who caches: he is told, and the job runs
 *				again when he has acknowledged, closed, or let
 *				CACHING_BREAK_MS pass
 *	caching_changed()	data changes: who reads from his cache is told, and nobody
 *				is waited for
 *	caching_settle()	the client has acknowledged
 *	caching_leave()		an open ends: the jobs that waited for it come back, to run
 *				once its file is closed
 *
 * A client that can't be told that his rights go loses his opens with them (3.3.4.6 and
 * 3.3.4.7): he must not go on with what he has cached.
 */
#ifndef SERVER_FILE_CACHING_H
#define SERVER_FILE_CACHING_H

#include "fs/fs_file.h"
#include "server/server.h"

/* 3.3.2.1, 3.3.2.5: "Windows SMB2 servers set this timer to 35 seconds" <217>, <220> */
#define CACHING_BREAK_MS 35000u

struct caching;
struct caching_inode; /* all who cache one file */
struct job;

/* A job that waits: a member of it, filled in by its owner. */
struct caching_waiter {
	struct job *job;
	struct fs_conflict met;
	const struct fs_owner *owner;  /* of the job, in it: no conflict of his; NULL */
	void (*free)(struct job *job); /* instead of running: its request is gone */
	struct caching_waiter *prev, *next;
};

struct caching_waiters {
	struct caching_waiter *list; /* oldest first */
	size_t count, sweep_at;      /* see caching_wait() */
};

/* An oplock, or a lease. */
struct caching_kind {
	bool is_lease;

	/* What is left of its rights without these. */
	unsigned (*without)(const struct caching *c, unsigned rights);

	/*
	 * Tells the client what it has, and is to have from now on; false: nobody could be
	 * told.  A connection that breaks by it may take the caching's opens along.
	 */
	bool (*tell)(struct caching *c, unsigned from, unsigned to);

	/* Closes all its opens. */
	void (*close)(struct caching *c);
};

struct caching {
	const struct caching_kind *kind;
	struct server *server;
	struct fs_file *file; /* of an open of it; borrowed */
	unsigned rights;      /* FS_CACHE_..., held until a break is over */

	bool breaking;     /* an acknowledgment is awaited */
	bool again;        /* it is told for a second time: see `required` */
	unsigned to;       /* the most that may be acknowledged */
	unsigned required; /* what was met since leaves so much: it breaks on after that */
	uint64_t until;    /* of a break, also one that nobody waits for; 0: none */

	struct caching_inode *inode; /* NULL: it has no rights */
	struct caching_waiters waiters;
	struct caching *prev, *next;           /* of the inode */
	struct caching *late_prev, *late_next; /* server->breaking, oldest first */
};

/*
 * It has these rights from now on, as src/fs gave them.  False: memory is short, and it has
 * what it had.
 */
bool caching_hold(struct caching *c, unsigned rights);

/*
 * Takes over a job that met somebody.  He may be gone since: then it runs again at once.
 * Who waits and is cancelled, or whose session ends, is found and freed later, but never
 * are there many more of those than of the others.
 */
void caching_wait(struct server *server, struct caching_waiter *w);

/*
 * The file was emptied, or is about to be written, cut or locked, or was; by this owner
 * (NULL: by nobody's).  A connection that breaks by a notification takes its sessions
 * along: look again at what you hold.
 */
void caching_changed(struct server *server, struct fs_id file,
		     const struct fs_owner *owner);

/* The client has let go of all but these rights; who waited may go on, or it breaks on. */
void caching_settle(struct caching *c, unsigned rights);

/*
 * The last open of it ends, and its file is still there.  The list goes to caching_resume()
 * once that is closed.
 */
struct caching_waiter *caching_leave(struct caching *c);

/* caching_wait.c: runs them again, or frees those whose requests are gone. */
void caching_resume(struct server *server, struct caching_waiter *list);
/* For caching.c: who waits for one. */
void caching_waiters_add(struct server *server, struct caching_waiters *ws,
			 struct caching_waiter *w);
struct caching_waiter *caching_waiters_take(struct caching_waiters *ws);

/* For the server's timer: acknowledgments that did not come in time. */
uint64_t cachings_next_deadline(const struct server *server);
void cachings_tick(struct server *server);

#endif

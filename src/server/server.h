/* SPDX-License-Identifier: MIT */
/*
 * The server engine.  All protocol state hangs from a struct server and lives in one
 * thread.  Sans-IO: nothing here reads a clock, draws randomness, opens a file or touches
 * a socket; struct server_env brings all that in.
 *
 * The loop, and the tests, run it so:
 *
 *	server_turn(server, now)	at the top of every turn of the loop: sets the time,
 *					frees what died in the last one
 *	server_conn_recv(), server_conn_sent(), server_conn_eof(), server_job_done() ...
 *					as things happen
 *	server_tick(server)		when server_next_deadline() has come
 *
 * Whatever of these makes bytes for a connection, or its end, calls server_env.output for
 * it.  `now` is in milliseconds, monotonic, and only grows.
 *
 * Death.  An object that ends (connection, session, tree, open, request) leaves every table
 * at once and is buried: server_bury().  Its memory stays good until the next
 * server_turn(), so a function further up that still holds the pointer may look at it.
 * Across turns nothing holds a pointer but tables and the pending requests, which
 * srv_requests_end() answers and frees before what they point to goes.
 */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include <stdbool.h>

#include "security/auth.h"
#include "security/auth_credentials.h"
#include "server/counters.h"
#include "server/order.h"
#include "wire/smb2_negotiate.h"

struct durable; /* server/file/durable.h */
struct job;
struct server_conn;
struct server_config; /* server/server_config.h */
struct session_table; /* server/session_table.h */
struct tombstones;    /* server/tombstone.h */
struct lock_queue;    /* server/file/lock.h */
struct open_owner;    /* server/open_owner.h */
struct caching;       /* server/file/caching.h */
struct caching_inode;
struct lease; /* server/file/lease.h */
struct request;

/* Of this machine, for FSCTL_QUERY_NETWORK_INTERFACE_INFO ([MS-SMB2] 2.2.32.5). */
struct server_interface {
	uint32_t index;
	uint64_t link_speed; /* bits per second */
	bool rss;
	bool v6;
	uint8_t address[16]; /* network byte order; v4: the first four */
};

/* What the engine needs of the world.  All functions are called in the engine's thread. */
struct server_env {
	void *ctx;

	/* The wall clock (FILETIME) and the generator, in the form security/ takes them. */
	const struct auth_env *auth;

	/* The accounts: as auth_server_config.lookup. */
	enum ns_err (*lookup)(void *ctx, struct secret *nt_hash, const char *user,
			      const char *domain);

	/* Runs the job somewhere and brings it back by server_job_done(). */
	void (*submit)(void *ctx, struct job *job);

	/*
	 * `conn` has more output, or is over (server_conn_over()): look at it soon.  This
	 * comes from the middle of the engine, so it must only take a note: it may not call
	 * the engine back.
	 */
	void (*output)(void *ctx, struct server_conn *conn);

	/*
	 * server_watch_ready() is to be called, once, when the descriptor of
	 * fs_watch_open() can be read; at first it is waited for without being asked. NULL:
	 * nobody waits for it.
	 */
	void (*watch)(void *ctx);

	/* Fills at most `max`, returns how many; NULL: none are told. */
	size_t (*interfaces)(void *ctx, struct server_interface *out, size_t max);

	/* One line, without newline, for the audit log; NULL: it goes to base/log. */
	void (*audit)(void *ctx, const char *line);
};

/* The head of what can be buried; freed by `free` at the next server_turn(). */
struct grave {
	struct grave *next;
	void (*free)(struct grave *grave);
};

struct server {
	const struct server_config *config; /* borrowed; server_reconfigure() replaces it */
	struct server_env env;
	struct server_counters counters;
	uint64_t now;        /* ms, monotonic, of this turn */
	uint64_t start_time; /* FILETIME */
	uint64_t start_now;  /* the same moment as ms */
	uint64_t next_sweep; /* ms */
	uint8_t guid[SMB2_GUID_LEN];
	bool draining; /* no new connection or session; set by server_drain() */

	struct server_conn *conns; /* list, newest first */
	uint64_t last_conn;        /* ids only grow */
	struct address *addresses; /* hash: conn_limits.c */
	struct session_table *sessions;
	struct tombstones *tombstones;
	struct order trees; /* every tree connect, by global id: tree.h */
	struct order opens; /* every open, by GlobalFileId: open.h */

	struct open_owner *owners;    /* list: of durable opens */
	struct durable *durables;     /* hash by persistent id: durable.h */
	struct durable *replays;      /* hash by ClientGuid and CreateGuid */
	struct durable *detached;     /* list, oldest first */
	uint64_t next_scavenge;       /* ms; not after the first of them is due */
	struct caching_inode *cached; /* hash, caching.c's: who caches, by file */
	struct caching *breaking;     /* list, oldest first: who is asked to let go */
	struct lease *leases;         /* hash, lease.c's: by ClientGuid and LeaseKey */

	struct lock_queue *lock_queues; /* hash, lock.c's: who waits for a lock, by file */

	size_t notify_bytes; /* kept for those who asked for changes, notify.c */
	bool watch_armed;    /* server_watch_ready() will be called */
	bool watch_reading;  /* a job reads what others have changed */

	struct request *pending;  /* hash by id: see request.h */
	uint64_t last_request;    /* ids only grow: none is used twice */
	struct request *interims; /* list: pending, no interim sent; oldest first */
	struct chain *ready;      /* compounds that can go on: chain.h */
	unsigned in_chain;        /* a request is being worked on, a few calls up */
	struct grave *graves;
	void *owner; /* for the daemon; the engine does not look */
};

/*
 * `config` is borrowed until the server is freed or reconfigured.  NULL when memory or
 * randomness is short.
 */
struct server *server_new(const struct server_config *config, const struct server_env *env,
			  uint64_t now);

/* All connections must be freed and all jobs be back. */
void server_free(struct server *server);

void server_turn(struct server *server, uint64_t now);

/* When server_tick() is next due, ms; UINT64_MAX: nothing is awaited. */
uint64_t server_next_deadline(const struct server *server);

/* Interim responses, 45-second and stalled connections, expiry, idle sessions, tombstones.
 */
void server_tick(struct server *server);

/* What others change on the disk can be read: see server_env.watch. */
void server_watch_ready(struct server *server);

/*
 * From now on `config`; the old one may be freed when this returns.  Sessions go on; new
 * rules hold for new sessions and trees.
 */
void server_reconfigure(struct server *server, const struct server_config *config);

/*
 * No connection or session is taken any more; those that are here end as session_end() does
 * for a shutdown, their last answers are queued, and every connection is over.
 */
void server_drain(struct server *server);

/* See "Death" above.  `grave` is a member of the object; burying twice is a bug. */
void server_bury(struct server *server, struct grave *grave,
		 void (*free)(struct grave *grave));

/* The wall clock, FILETIME. */
uint64_t server_time(const struct server *server);

/* The FILETIME of a moment `then` of the monotonic clock, not after now. */
uint64_t server_time_of(const struct server *server, uint64_t then);

/* Random bytes; NS_ESYSTEM where there are none. */
NS_MUST_USE enum ns_err server_random(const struct server *server, void *out, size_t n);

#endif

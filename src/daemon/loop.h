/* SPDX-License-Identifier: MIT */
/*
 * The daemon's one thread, on libuv: it gives the engine (server/server.h) its world.
 *
 *	loop_init(), loop_listen_...()	before
 *	loop_run()			until loop_drain() has come to its end
 *	loop_release()
 *
 * A turn.  libuv polls; each event goes through loop_enter(), which begins the engine's
 * turn with the first, and then into the engine.  Streams with something to write, or at
 * their end, are put on a list and looked at once, before the next poll: loop_settle().
 * So however many answers an event makes, each stream is written to once a turn.
 *
 * Ownership.  The loop owns listeners and streams; a stream owns its socket and its object
 * of the engine.  libuv's handles lie in them: they are freed when libuv is done.
 */
#ifndef DAEMON_LOOP_H
#define DAEMON_LOOP_H

#include <uv.h>

#include "server/server.h"
#include "server/server_config.h"

struct listener;
struct loop_stream;

/* Bytes taken from a socket at once; the buffer is shared by all, for one thread reads. */
#define LOOP_READ_MAX (256u << 10)

struct loop {
	uv_loop_t uv;
	uv_timer_t tick; /* the engine's next deadline, and the last of `lingering` */
	uv_timer_t accept_again;
	uv_timer_t drain_limit;
	uv_prepare_t settle;
	uv_poll_t watch; /* what others change on the disk; unless `watched` is false */
	bool watched;
	bool stopped;
	struct server *server;
	const struct server_config *config;
	bool in_turn;
	uint64_t crowd;         /* the most that were there since memory was given back */
	uint64_t trim_at;       /* ms: memory is given back then; 0: not again */
	bool owns_local_socket; /* local_socket_open() made its name */
	bool draining;
	bool abandoned; /* jobs did not come back in time: nothing may be freed */

	struct listener *listeners; /* list */
	uint64_t say_full_at;       /* ms: not before this again */
	int spare_fd; /* given up to accept and close when descriptors run out */

	struct loop_stream *streams; /* list of all */
	size_t stream_count;
	struct loop_stream *dirty; /* list: to be settled */
	struct loop_stream
		*lingering; /* list: over, and their last bytes wait; oldest first */
	uint8_t *read_buffer;
	struct loop_owner *owners; /* loop_jobs.c: those who have jobs */
};

/* Zero on success, else libuv's error.  `config` is borrowed; loop->config may be set anew.
 */
int loop_init(struct loop *loop, const struct server_config *config);

/* The functions of the environment that are the loop's: submit, output, interfaces. */
void loop_fill_env(struct loop *loop, struct server_env *env);

/* The monotonic clock, ms, as the engine counts it. */
uint64_t loop_now(struct loop *loop);

/* A connection is closed: what it had is given back to the system before long. */
void loop_memory_later(struct loop *loop);

/* From now on events go to this engine. */
void loop_attach(struct loop *loop, struct server *server);

/* Returns when the drain is over. */
void loop_run(struct loop *loop);

/* Every event begins with it: the engine's turn is open afterwards. */
void loop_enter(struct loop *loop);

/*
 * No listener any more; the engine says farewell; streams have until `ms` from now to take
 * it.  Again while draining: they have no time any more.
 */
void loop_drain(struct loop *loop, uint64_t ms);

/* listeners_resume() comes in so many milliseconds. */
void loop_accept_later(struct loop *loop, uint64_t ms);

/* Frees what is left; the engine must be freed, unless `abandoned`. */
void loop_release(struct loop *loop);

/* --- loop_jobs.c --- */
void loop_submit(void *loop, struct job *job);

/* --- loop_watch.c --- */

/* Without inotify clients hear of what we change ourselves, and that is said. */
void loop_watch_open(struct loop *loop);
/* From now on it is polled; as server_env.watch. */
void loop_watch(void *loop);
void loop_watch_stop(struct loop *loop);

/* --- loop_interfaces.c --- */
size_t loop_interfaces(void *loop, struct server_interface *out, size_t max);

#endif

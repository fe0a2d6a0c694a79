/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>
#include <unistd.h>
#include <utlist.h>

#include "base/log.h"
#include "daemon/listen.h"
#include "daemon/loop_stream.h"
#include "server/conn.h"
#include "server/tombstone.h"

uint64_t loop_now(struct loop *loop)
{
	return uv_now(&loop->uv);
}

void loop_enter(struct loop *loop)
{
	if (loop->in_turn)
		return;
	loop->in_turn = true;
	server_turn(loop->server, uv_now(&loop->uv));
}

/* ---------------------------------------------------------------------- its memory -- */

/*
 * malloc() keeps what was freed.  After a crowd has left it is asked to give it back to the
 * system; below so many that is not worth the walk through the heap.
 */
#define CROWD 1024

/*
 * The buffers of long messages come and go by the hundred in a second.  By default malloc()
 * would have each, or the heap's end, from the system anew, page by page; so much it keeps.
 */
#define KEPT_AT_END (16 << 20)
#define MAPPED_ALONE                                                                       \
	(4 << 20) /* from this size on a block is the system's; none is so long */

/* It is given back when a connection has closed; at most once in so long a time. */
#define TRIM_AFTER_MS 2000

static void tune_memory(void)
{
	(void)mallopt(M_TRIM_THRESHOLD, KEPT_AT_END);
	(void)mallopt(M_MMAP_THRESHOLD, MAPPED_ALONE);
}

/* The dead count: the keys that stay of each keep a page or two from the system. */
static uint64_t crowd_now(const struct loop *loop)
{
	const struct server_counters *c = &loop->server->counters;

	return c->conns_now + c->sessions_now + tombstones_count(loop->server->tombstones);
}

static void note_crowd(struct loop *loop)
{
	if (crowd_now(loop) > loop->crowd)
		loop->crowd = crowd_now(loop);
}

void loop_memory_later(struct loop *loop)
{
	if (loop->trim_at == 0)
		loop->trim_at = loop_now(loop) + TRIM_AFTER_MS;
}

static void give_back_memory(struct loop *loop)
{
	bool late = loop->trim_at != 0 && loop->trim_at <= loop_now(loop);

	if (!late && (loop->crowd < CROWD || crowd_now(loop) > loop->crowd / 2))
		return;
	(void)malloc_trim(0);
	loop->crowd = crowd_now(loop);
	loop->trim_at = 0;
}

/* ------------------------------------------------------------------------ its time -- */

static void on_tick(uv_timer_t *timer)
{
	struct loop *loop = timer->data;

	loop_enter(loop);
	server_tick(loop->server);
	while (loop->lingering != NULL && loop->lingering->linger_until <= loop_now(loop))
		loop_stream_close(loop->lingering);
	give_back_memory(loop);
}

static void set_tick(struct loop *loop)
{
	uint64_t at = server_next_deadline(loop->server);
	uint64_t now = loop_now(loop);

	if (loop->lingering != NULL && loop->lingering->linger_until < at)
		at = loop->lingering->linger_until;
	if (loop->trim_at != 0 && loop->trim_at < at)
		at = loop->trim_at;
	if (at == UINT64_MAX)
		(void)uv_timer_stop(&loop->tick);
	else
		(void)uv_timer_start(&loop->tick, on_tick, at > now ? at - now : 0, 0);
}

/* ----------------------------------------------------------------------- its turns -- */

static void settle_streams(struct loop *loop)
{
	while (loop->dirty != NULL) {
		struct loop_stream *s = loop->dirty;

		loop->dirty = s->dirty_next;
		s->is_dirty = false;
		if (!s->closed)
			loop_stream_settle(s);
	}
}

/* Nothing keeps libuv from returning any more. */
static void loop_stop(struct loop *loop)
{
	uv_close((uv_handle_t *)&loop->tick, NULL);
	uv_close((uv_handle_t *)&loop->accept_again, NULL);
	uv_close((uv_handle_t *)&loop->drain_limit, NULL);
	uv_close((uv_handle_t *)&loop->settle, NULL);
	loop_watch_stop(loop);
	uv_stop(&loop->uv);
}

/* Before each poll: the end of a turn. */
static void on_settle(uv_prepare_t *prepare)
{
	struct loop *loop = prepare->data;

	settle_streams(loop);
	note_crowd(loop);
	if (loop->draining && loop->stream_count == 0 &&
	    (loop->abandoned || loop->server->counters.jobs_now == 0)) {
		loop_stop(loop);
		return;
	}
	set_tick(loop);
	loop->in_turn = false;
}

static void on_accept_again(uv_timer_t *timer)
{
	listeners_resume(timer->data);
}

/* ------------------------------------------------------------------ the engine's -- */

static void on_output(void *ctx, struct server_conn *conn)
{
	(void)ctx;
	/* Not before it stands in a stream, nor when that is being closed. */
	if (conn->io != NULL)
		loop_stream_wake(conn->io);
}

void loop_fill_env(struct loop *loop, struct server_env *env)
{
	env->ctx = loop;
	env->submit = loop_submit;
	env->output = on_output;
	env->interfaces = loop_interfaces;
	env->watch = loop_watch;
}

/* ------------------------------------------------------------------------ its life -- */

int loop_init(struct loop *loop, const struct server_config *config)
{
	int err;

	*loop = (struct loop){.config = config, .spare_fd = -1};
	tune_memory();
	err = uv_loop_init(&loop->uv);
	if (err != 0)
		return err;
	loop->read_buffer = malloc(LOOP_READ_MAX);
	loop->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	/* These four cannot fail: they only fill their structs. */
	(void)uv_timer_init(&loop->uv, &loop->tick);
	(void)uv_timer_init(&loop->uv, &loop->accept_again);
	(void)uv_timer_init(&loop->uv, &loop->drain_limit);
	(void)uv_prepare_init(&loop->uv, &loop->settle);
	loop->tick.data = loop->accept_again.data = loop->drain_limit.data = loop;
	loop->settle.data = loop;
	loop_watch_open(loop);
	return loop->read_buffer != NULL ? 0 : UV_ENOMEM;
}

void loop_attach(struct loop *loop, struct server *server)
{
	loop->server = server;
	(void)uv_prepare_start(&loop->settle, on_settle);
	loop_watch(loop);
}

void loop_run(struct loop *loop)
{
	uv_update_time(&loop->uv);
	(void)uv_run(&loop->uv, UV_RUN_DEFAULT);
}

void loop_accept_later(struct loop *loop, uint64_t ms)
{
	(void)uv_timer_start(&loop->accept_again, on_accept_again, ms, 0);
}

static void on_drain_limit(uv_timer_t *timer)
{
	struct loop *loop = timer->data;
	struct loop_stream *s, *next;

	loop_enter(loop);
	DL_FOREACH_SAFE(loop->streams, s, next)
	loop_stream_close(s);
	loop->abandoned = loop->server->counters.jobs_now > 0;
	if (loop->abandoned)
		log_warn("daemon", "files that do not answer are left alone");
}

void loop_drain(struct loop *loop, uint64_t ms)
{
	struct loop_stream *s;

	loop_enter(loop);
	if (!loop->draining) {
		loop->draining = true;
		listeners_close(loop);
		server_drain(loop->server);
		DL_FOREACH(loop->streams, s)
		loop_stream_wake(s);
	} else {
		ms = 0;
	}
	(void)uv_timer_start(&loop->drain_limit, on_drain_limit, ms, 0);
}

void loop_release(struct loop *loop)
{
	/* The close callbacks of what was closed last. */
	(void)uv_run(&loop->uv, UV_RUN_NOWAIT);
	(void)uv_loop_close(&loop->uv);
	free(loop->read_buffer);
	if (loop->spare_fd >= 0)
		(void)close(loop->spare_fd);
}

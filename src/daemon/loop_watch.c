/* SPDX-License-Identifier: MIT */
/*
 * inotify under the loop.  It is polled until it has something to say, once each time the
 * engine asks for it: what is read of it, a job reads.
 */
#include "base/log.h"
#include "daemon/loop.h"
#include "fs/fs_watch.h"

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct loop *loop = poll->data;

	(void)status;
	(void)events;
	(void)uv_poll_stop(poll);
	loop_enter(loop);
	server_watch_ready(loop->server);
}

void loop_watch_open(struct loop *loop)
{
	int fd = fs_watch_open();

	if (fd >= 0 && uv_poll_init(&loop->uv, &loop->watch, fd) == 0) {
		loop->watch.data = loop;
		loop->watched = true;
		return;
	}
	log_warn("daemon", "no inotify: clients do not hear of what others change");
	if (fd >= 0)
		fs_watch_close();
}

void loop_watch(void *ctx)
{
	struct loop *loop = ctx;

	if (loop->watched && !loop->stopped)
		(void)uv_poll_start(&loop->watch, UV_READABLE, on_readable);
}

static void on_closed(uv_handle_t *handle)
{
	(void)handle;
	fs_watch_close();
}

void loop_watch_stop(struct loop *loop)
{
	loop->stopped = true;
	if (loop->watched)
		uv_close((uv_handle_t *)&loop->watch, on_closed);
}

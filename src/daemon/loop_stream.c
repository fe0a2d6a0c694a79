/* SPDX-License-Identifier: MIT */
#include "daemon/loop_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utlist.h>

/* What is thrown away at most of a peer that still talks when its connection is over. */
#define DISCARD_ROUNDS 16

static void on_poll(uv_poll_t *poll, int status, int events);

struct loop_stream *loop_stream_new(struct loop *loop, int fd,
				    const struct loop_stream_ops *ops, void *object)
{
	struct loop_stream *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	if (uv_poll_init(&loop->uv, &s->poll, fd) != 0) {
		free(s);
		return NULL;
	}
	s->poll.data = s;
	s->loop = loop;
	s->ops = ops;
	s->object = object;
	s->fd = fd;
	DL_APPEND(loop->streams, s);
	loop->stream_count++;
	loop_stream_wake(s);
	return s;
}

void loop_stream_wake(struct loop_stream *s)
{
	if (s->is_dirty || s->closed)
		return;
	s->is_dirty = true;
	s->dirty_next = s->loop->dirty;
	s->loop->dirty = s;
}

/* --------------------------------------------------------------------------- input -- */

static void stream_gone(struct loop_stream *s)
{
	s->broken = true;
	s->ops->eof(s->object);
}

static void stream_read(struct loop_stream *s)
{
	size_t max = 0;
	uint8_t *room = s->ops->room != NULL ? s->ops->room(s->object, &max) : NULL;
	ssize_t n = recv(s->fd, room != NULL ? room : s->loop->read_buffer,
			 room != NULL ? max : LOOP_READ_MAX, MSG_DONTWAIT);

	if (n > 0 && room != NULL)
		s->ops->filled(s->object, (size_t)n);
	else if (n > 0)
		s->ops->recv(s->object, view_of(s->loop->read_buffer, (size_t)n));
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		stream_gone(s);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct loop_stream *s = poll->data;

	loop_enter(s->loop);
	if (status < 0)
		stream_gone(s);
	else if ((events & UV_READABLE) != 0 && s->ops->wants_input(s->object))
		stream_read(s);
	loop_stream_wake(s);
}

/* -------------------------------------------------------------------------- output -- */

static void stream_write(struct loop_stream *s)
{
	struct view out;

	while (!s->broken && (out = s->ops->output(s->object)).n > 0) {
		ssize_t n = send(s->fd, out.p, out.n, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n >= 0)
			s->ops->sent(s->object, (size_t)n);
		else if (errno == EAGAIN)
			return;
		else if (errno != EINTR)
			stream_gone(s);
	}
}

static void stream_watch(struct loop_stream *s, int events)
{
	if (events == s->events)
		return;
	s->events = events;
	if (events == 0)
		(void)uv_poll_stop(&s->poll);
	else if (uv_poll_start(&s->poll, events, on_poll) != 0)
		stream_gone(s);
}

static void stream_linger(struct loop_stream *s)
{
	struct loop *loop = s->loop;

	if (s->linger_until != 0)
		return;
	s->linger_until = loop_now(loop) + LOOP_LINGER_MS;
	DL_APPEND2(loop->lingering, s, linger_prev, linger_next);
}

void loop_stream_settle(struct loop_stream *s)
{
	size_t waiting;
	int events = 0;

	stream_write(s);
	waiting = s->broken ? 0 : s->ops->output(s->object).n;
	if (s->ops->over(s->object) && waiting == 0) {
		loop_stream_close(s);
		return;
	}
	if (s->ops->over(s->object))
		stream_linger(s);
	else if (s->ops->wants_input(s->object))
		events |= UV_READABLE;
	if (waiting > 0)
		events |= UV_WRITABLE;
	stream_watch(s, events);
}

/* ----------------------------------------------------------------------------- end -- */

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

/*
 * A socket that is closed with unread bytes in it resets the connection, and the peer may
 * lose what we wrote last.
 */
static void stream_discard(struct loop_stream *s)
{
	(void)shutdown(s->fd, SHUT_WR);
	for (unsigned i = 0; i < DISCARD_ROUNDS; i++) {
		if (recv(s->fd, s->loop->read_buffer, LOOP_READ_MAX, MSG_DONTWAIT) <= 0)
			return;
	}
}

void loop_stream_close(struct loop_stream *s)
{
	struct loop *loop = s->loop;

	if (s->closed)
		return;
	s->closed = true;
	if (s->linger_until != 0)
		DL_DELETE2(loop->lingering, s, linger_prev, linger_next);
	DL_DELETE(loop->streams, s);
	loop->stream_count--;
	loop_memory_later(loop);
	stream_discard(s);
	uv_close((uv_handle_t *)&s->poll, on_closed);
	(void)close(s->fd);
	s->ops->free(s->object);
}

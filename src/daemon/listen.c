/* SPDX-License-Identifier: MIT */
#include "daemon/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utlist.h>

#include "base/log.h"
#include "daemon/loop_stream.h"
#include "server/conn.h"

/* Peers taken in one event; the others wait a turn, so that nobody who works does. */
#define ACCEPT_AT_ONCE 64

/* How long we take nobody when the system has no memory or descriptor for another. */
#define ACCEPT_PAUSE_MS 100

/* That there is no room is said once in so long. */
#define SAY_FULL_MS 10000

/* Probes of a silent peer before it is given up, [RFC 1122] 4.2.3.6. */
#define KEEPALIVE_PROBES 6

/* ---------------------------------------------------------------------- listeners -- */

static void listeners_pause(struct loop *loop)
{
	struct listener *l;

	LL_FOREACH(loop->listeners, l)
	(void)uv_poll_stop(&l->poll);
	loop_accept_later(loop, ACCEPT_PAUSE_MS);
}

/* So that a flood of peers is not one of lines. */
static void say_full(struct loop *loop, int error)
{
	uint64_t now = loop_now(loop);

	if (now < loop->say_full_at)
		return;
	loop->say_full_at = now + SAY_FULL_MS;
	log_warn("daemon", "a peer cannot be taken: %s", strerror(error));
}

/*
 * No descriptor is left: the spare one makes room to take the peer and send it away, for
 * else it would wait, and wake us, for ever.  False: there was none to send away.
 */
static bool refuse_one(struct listener *l)
{
	int fd;

	if (l->loop->spare_fd >= 0)
		(void)close(l->loop->spare_fd);
	fd = accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0 && errno != EAGAIN)
		listeners_pause(l->loop);
	if (fd >= 0)
		(void)close(fd);
	l->loop->spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	return fd >= 0;
}

/* False: nobody waits any more, or nobody can be taken now. */
static bool take_one(struct listener *l)
{
	int fd = accept4(l->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd >= 0) {
		l->accepted(l->loop, fd);
		return true;
	}
	switch (errno) {
	case EAGAIN:
		return false;
	case EMFILE:
	case ENFILE:
		say_full(l->loop, errno);
		return refuse_one(l);
	case ENOBUFS:
	case ENOMEM:
		say_full(l->loop, errno);
		listeners_pause(l->loop);
		return false;
	default: /* an error of that one peer, accept(2) "Error handling" */
		return true;
	}
}

static void on_peer(uv_poll_t *poll, int status, int events)
{
	struct listener *l = poll->data;

	(void)status;
	(void)events;
	loop_enter(l->loop);
	for (unsigned i = 0; i < ACCEPT_AT_ONCE; i++) {
		if (!take_one(l))
			return;
	}
}

int listener_add(struct loop *loop, int fd, void (*accepted)(struct loop *loop, int fd))
{
	struct listener *l = calloc(1, sizeof(*l));
	int err;

	if (l == NULL)
		return UV_ENOMEM;
	err = uv_poll_init(&loop->uv, &l->poll, fd);
	if (err != 0) {
		free(l);
		return err;
	}
	l->poll.data = l;
	l->loop = loop;
	l->fd = fd;
	l->accepted = accepted;
	LL_PREPEND(loop->listeners, l);
	return uv_poll_start(&l->poll, UV_READABLE, on_peer);
}

void listeners_resume(struct loop *loop)
{
	struct listener *l;

	LL_FOREACH(loop->listeners, l)
	(void)uv_poll_start(&l->poll, UV_READABLE, on_peer);
}

static void on_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void listeners_close(struct loop *loop)
{
	struct listener *l, *next;

	LL_FOREACH_SAFE(loop->listeners, l, next)
	{
		uv_close((uv_handle_t *)&l->poll, on_closed);
		(void)close(l->fd);
	}
	loop->listeners = NULL;
}

/* --------------------------------------------------------------------- connections -- */

static void conn_recv(void *object, struct view bytes)
{
	server_conn_recv(object, bytes);
}

static uint8_t *conn_room(void *object, size_t *n)
{
	return server_conn_room(object, n);
}

static void conn_filled(void *object, size_t n)
{
	server_conn_filled(object, n);
}

static struct view conn_output(const void *object)
{
	return server_conn_output(object);
}

static void conn_sent(void *object, size_t n)
{
	server_conn_sent(object, n);
}

static bool conn_wants_input(const void *object)
{
	return server_conn_wants_input(object);
}

static void conn_eof(void *object)
{
	server_conn_eof(object);
}

static bool conn_over(const void *object)
{
	return server_conn_over(object);
}

static void conn_free(void *object)
{
	struct server_conn *conn = object;

	conn->io = NULL;
	server_conn_free(conn);
}

static const struct loop_stream_ops conn_ops = {
	.recv = conn_recv,
	.room = conn_room,
	.filled = conn_filled,
	.output = conn_output,
	.sent = conn_sent,
	.wants_input = conn_wants_input,
	.eof = conn_eof,
	.over = conn_over,
	.free = conn_free,
};

/*
 * Answers leave at once, and a peer that vanished without a word is noticed, whether we
 * wait for it (keep-alive) or it for us (user timeout).
 */
static void tune(int fd, uint32_t keepalive_s)
{
	const struct {
		int level, name, value;
	} options[] = {
		{IPPROTO_TCP, TCP_NODELAY, 1},
		{SOL_SOCKET, SO_KEEPALIVE, 1},
		{IPPROTO_TCP, TCP_KEEPIDLE, (int)keepalive_s},
		{IPPROTO_TCP, TCP_KEEPINTVL, (int)(keepalive_s / KEEPALIVE_PROBES) + 1},
		{IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_PROBES},
		{IPPROTO_TCP, TCP_USER_TIMEOUT, (int)(2 * keepalive_s + 1) * 1000},
	};

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		(void)setsockopt(fd, options[i].level, options[i].name, &options[i].value,
				 sizeof(options[i].value));
}

/* IPv4 peers of a socket for both families look like "::ffff:10.0.0.5". */
static bool peer_of(struct peer *peer, int fd)
{
	static const char mapped[] = "::ffff:";
	struct sockaddr_storage address;
	socklen_t n = sizeof(address);
	char host[NI_MAXHOST], port[NI_MAXSERV];
	const char *name = host;

	*peer = (struct peer){0};
	if (getpeername(fd, (struct sockaddr *)&address, &n) != 0 ||
	    getnameinfo((struct sockaddr *)&address, n, host, sizeof(host), port,
			sizeof(port), NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return false;
	if (strncmp(host, mapped, sizeof(mapped) - 1) == 0 && strchr(host, '.') != NULL)
		name += sizeof(mapped) - 1;
	peer->port = (uint16_t)strtoul(port, NULL, 10);
	return (size_t)snprintf(peer->name, sizeof(peer->name), "%s", name) <
	       sizeof(peer->name);
}

void listen_accepted_tcp(struct loop *loop, int fd)
{
	struct server_conn *conn = NULL;
	struct loop_stream *stream = NULL;
	struct peer peer;

	if (peer_of(&peer, fd))
		conn = server_conn_new(loop->server, &peer);
	if (conn != NULL)
		stream = loop_stream_new(loop, fd, &conn_ops, conn);
	if (stream == NULL) {
		server_conn_free(conn);
		(void)close(fd);
		return;
	}
	conn->io = stream;
	tune(fd, loop->config->keepalive_s);
}

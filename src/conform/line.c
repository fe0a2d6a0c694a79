/* SPDX-License-Identifier: MIT */
#include "conform/line.h"

#include <arpa/inet.h>
#include <poll.h>
#include <unistd.h>

#include "wire/nbss.h"

/* As much as an SMB2 message of a server has: 8 MiB of data and room. */
#define MESSAGE_MAX ((8u << 20) + 64u * 1024)

/* What is read in one go. */
#define CHUNK 65536u

void line_init(struct line *l)
{
	*l = (struct line){.fd = -1};
	buf_init(&l->in, NBSS_HDR_LEN + MESSAGE_MAX);
	buf_init(&l->out, NBSS_HDR_LEN + MESSAGE_MAX);
}

void line_close(struct line *l)
{
	socket_close(l->fd);
	buf_release(&l->in);
	buf_release(&l->out);
	line_init(l);
}

void line_pause(unsigned ms)
{
	(void)poll(NULL, 0, (int)ms);
}

/* NS_ETIMEOUT when `end` has passed. */
static enum ns_err wait_for(const struct line *l, short events, uint64_t end)
{
	struct pollfd p = {.fd = l->fd, .events = events};
	uint64_t now = socket_clock();

	if (now >= end || poll(&p, 1, (int)(end - now)) == 0)
		return NS_ETIMEOUT;
	return NS_OK;
}

/* Binds a fresh socket to the text of an address of the family of `to`. */
static enum ns_err bind_to(int fd, const char *from, const union address *to)
{
	union address own = {.sa.sa_family = to->sa.sa_family};
	socklen_t len = sizeof(own.v4);
	void *at = &own.v4.sin_addr;

	if (to->sa.sa_family == AF_INET6) {
		len = sizeof(own.v6);
		at = &own.v6.sin6_addr;
	}
	if (inet_pton(to->sa.sa_family, from, at) != 1 || bind(fd, &own.sa, len) != 0)
		return NS_EINVAL;
	return NS_OK;
}

static enum ns_err open_from(struct line *l, const union address *to, const char *from)
{
	socklen_t len = to->sa.sa_family == AF_INET6 ? sizeof(to->v6) : sizeof(to->v4);
	enum ns_err err;

	l->fd = socket(to->sa.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (l->fd < 0)
		return NS_ESYSTEM;
	err = bind_to(l->fd, from, to);
	if (err == NS_OK && connect(l->fd, &to->sa, len) != 0)
		err = NS_AGAIN;
	return err;
}

static enum ns_err open_one(struct line *l, const union address *to, const char *from,
			    uint64_t end)
{
	int error;
	enum ns_err err;

	err = from != NULL ? open_from(l, to, from) : socket_connect(&l->fd, to, &error);
	if (err == NS_AGAIN) {
		err = wait_for(l, POLLOUT, end);
		if (err == NS_OK)
			err = socket_connected(l->fd, &error);
	}
	return err == NS_AGAIN ? NS_ETIMEOUT : err;
}

enum ns_err line_open(struct line *l, const struct addresses *to, const char *from,
		      unsigned limit_ms)
{
	uint64_t end = socket_clock() + limit_ms;
	enum ns_err err = NS_EUNREACHABLE;

	for (size_t i = 0; i < to->n; i++) {
		line_close(l);
		err = open_one(l, &to->at[i], from, end);
		if (err == NS_OK)
			return NS_OK;
	}
	line_close(l);
	return err;
}

enum ns_err line_send(struct line *l, struct view message, unsigned limit_ms)
{
	uint64_t end = socket_clock() + limit_ms;
	enum ns_err err;

	if (l->fd < 0)
		return NS_ECLOSED;
	buf_clear(&l->out);
	err = nbss_put(&l->out);
	if (err == NS_OK)
		err = buf_append(&l->out, message);
	if (err == NS_OK)
		err = nbss_patch(&l->out, 0);
	while (err == NS_OK && l->out.n > 0) {
		size_t n = 0;

		err = socket_send(l->fd, buf_view(&l->out), &n);
		buf_consume(&l->out, n);
		if (err == NS_AGAIN)
			err = wait_for(l, POLLOUT, end);
	}
	return err;
}

/* Adds to l->in what has come. */
static enum ns_err read_more(struct line *l, uint64_t end)
{
	size_t n = 0;
	enum ns_err err;

	err = wait_for(l, POLLIN, end);
	if (err == NS_OK)
		err = buf_reserve(&l->in, CHUNK);
	if (err != NS_OK)
		return err;
	err = socket_recv(l->fd, l->in.p + l->in.n, CHUNK, &n);
	l->in.n += n;
	return err == NS_AGAIN ? NS_OK : err;
}

enum ns_err line_recv(struct line *l, struct view *message, unsigned limit_ms)
{
	uint64_t end = socket_clock() + limit_ms;
	enum ns_err err;

	if (l->fd < 0)
		return NS_ECLOSED;
	buf_consume(&l->in, l->taken);
	l->taken = 0;
	for (;;) {
		size_t total;

		err = nbss_frame(message, &total, buf_view(&l->in), MESSAGE_MAX);
		if (err == NS_OK)
			l->taken = total;
		if (err != NS_AGAIN)
			return err;
		err = read_more(l, end);
		if (err != NS_OK)
			return err;
	}
}

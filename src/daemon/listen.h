/* SPDX-License-Identifier: MIT */
/*
 * Listening sockets, and what begins when somebody connects.
 */
#ifndef DAEMON_LISTEN_H
#define DAEMON_LISTEN_H

#include "daemon/loop.h"

#define LISTEN_ERROR_MAX 512

struct listener {
	uv_poll_t poll;
	struct loop *loop;
	int fd;
	/* A peer has connected: takes the socket. */
	void (*accepted)(struct loop *loop, int fd);
	struct listener *next;
};

/*
 * Puts a listening socket under the loop, which then owns it.  Zero, or libuv's error: the
 * socket is still the caller's.
 */
int listener_add(struct loop *loop, int fd, void (*accepted)(struct loop *loop, int fd));

/* After a pause: see loop_accept_later(). */
void listeners_resume(struct loop *loop);

/* Closes all. */
void listeners_close(struct loop *loop);

/*
 * listen_open.c: opens the addresses of the configuration, IPv6 and IPv4.  False, and
 * `error` says which one could not be had, and why.
 */
bool listen_open(struct loop *loop, char error[LISTEN_ERROR_MAX]);

/* For a socket that somebody else has opened (systemd). */
void listen_accepted_tcp(struct loop *loop, int fd);

#endif

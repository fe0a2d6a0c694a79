/* SPDX-License-Identifier: MIT */
/*
 * A TCP connection that carries SMB2 messages in their frames.  Unlike the library's, it
 * waits: a conformance case is a row of questions, and nothing else is to be done before
 * the answer.  Each wait has a limit, so a server that never answers costs just that.
 */
#ifndef CONFORM_LINE_H
#define CONFORM_LINE_H

#include "base/buf.h"
#include "client/io_socket.h"

struct line {
	int fd; /* -1: closed */
	struct buf in;
	struct buf out;
	size_t taken; /* bytes of `in` that the last message took */
};

/* Zeroed but for `fd`; line_close() may be called on it. */
void line_init(struct line *l);

/*
 * Connects, from the address `from` where that is not NULL.  NS_EUNREACHABLE, NS_ETIMEOUT,
 * NS_ESYSTEM; NS_EINVAL: `from` is no address of this computer.
 */
NS_MUST_USE enum ns_err line_open(struct line *l, const struct addresses *to,
				  const char *from, unsigned limit_ms);

/* Frees all; a closed line may be opened again. */
void line_close(struct line *l);

/* One message in its frame.  NS_ECLOSED; NS_ETIMEOUT: the peer does not read. */
NS_MUST_USE enum ns_err line_send(struct line *l, struct view message, unsigned limit_ms);

/* The next message, borrowed until the next call.  NS_ETIMEOUT, NS_ECLOSED, NS_EFORMAT. */
NS_MUST_USE enum ns_err line_recv(struct line *l, struct view *message, unsigned limit_ms);

/* Waits without doing anything: for what a server does behind our back. */
void line_pause(unsigned ms);

#endif

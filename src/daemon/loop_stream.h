/* SPDX-License-Identifier: MIT */
/*
 * A connected socket under the loop, of whatever kind: what is behind it is an object of
 * the engine that takes bytes and has bytes, through a table of functions.
 *
 * Reads stop while the object wants no input; writes go straight from the object's output,
 * without a copy.  An object that is over has LOOP_LINGER_MS for its last bytes.
 */
#ifndef DAEMON_LOOP_STREAM_H
#define DAEMON_LOOP_STREAM_H

#include "daemon/loop.h"

/* A peer that does not take its last answer in so long does not get it. */
#define LOOP_LINGER_MS 5000

struct loop_stream_ops {
	void (*recv)(void *object, struct view bytes);
	/* May be NULL; else asked first: where the object itself would have at most `n`
	 * bytes.  NULL: nowhere.  Then filled() with what came there, if anything did. */
	uint8_t *(*room)(void *object, size_t *n);
	void (*filled)(void *object, size_t n);
	struct view (*output)(const void *object);
	void (*sent)(void *object, size_t n);
	bool (*wants_input)(const void *object);
	void (*eof)(void *object); /* the peer has gone */
	bool (*over)(const void *object);
	void (*free)(void *object);
};

struct loop_stream {
	uv_poll_t poll; /* its data is the stream */
	struct loop *loop;
	const struct loop_stream_ops *ops;
	void *object;
	int fd;
	int events; /* what libuv watches for */
	bool is_dirty;
	bool broken; /* nothing can be written any more */
	bool closed;
	uint64_t linger_until; /* 0: not lingering */
	struct loop_stream *prev, *next;
	struct loop_stream *dirty_next;
	struct loop_stream *linger_prev, *linger_next;
};

/* Takes the socket and the object; NULL on failure, and both are still the caller's. */
struct loop_stream *loop_stream_new(struct loop *loop, int fd,
				    const struct loop_stream_ops *ops, void *object);

/* Look at it before the next poll. */
void loop_stream_wake(struct loop_stream *stream);

/* For loop_uv.c: writes, watches or closes, as the object is. */
void loop_stream_settle(struct loop_stream *stream);

/* Closes the socket and frees the object; the memory goes when libuv is done. */
void loop_stream_close(struct loop_stream *stream);

#endif

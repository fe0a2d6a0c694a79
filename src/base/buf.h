/* SPDX-License-Identifier: MIT */
/*
 * A growing byte buffer that is born with a maximum: whatever a peer sends, it never holds
 * more than its owner allowed.
 *
 * Invariants: n <= cap <= max; p is NULL exactly when cap is 0.  A failed call leaves the
 * buffer as it was.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/err.h"
#include "base/span.h"

struct buf {
	uint8_t *p;
	size_t n;
	size_t cap;
	size_t max;
};

static inline void buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){.max = max};
}

/* Frees the bytes; the buffer is empty and keeps its maximum. */
void buf_release(struct buf *b);

/* As buf_release(), and the bytes are wiped first: for secrets. */
void buf_wipe(struct buf *b);

/* Empties the buffer and keeps its memory. */
static inline void buf_clear(struct buf *b)
{
	b->n = 0;
}

/* Makes room for `extra` bytes behind the last.  NS_ELIMIT past the maximum; NS_ENOMEM. */
NS_MUST_USE enum ns_err buf_reserve(struct buf *b, size_t extra);

/* The same, and no more than that: for what will be as long as it is said to be. */
NS_MUST_USE enum ns_err buf_reserve_exactly(struct buf *b, size_t extra);

/* `v` must not lie in the buffer itself. */
NS_MUST_USE enum ns_err buf_append(struct buf *b, struct view v);
NS_MUST_USE enum ns_err buf_append_zero(struct buf *b, size_t n);

/* Gives back memory that holds no bytes, for what is kept long.  The bytes may move. */
void buf_shrink(struct buf *b);

/* Drops the first n bytes (n <= b->n). */
void buf_consume(struct buf *b, size_t n);

/* `to` takes the bytes of `from` and frees its own; `from` is left empty. */
void buf_move(struct buf *to, struct buf *from);

/* Borrowed until the buffer is next changed. */
static inline struct view buf_view(const struct buf *b)
{
	return (struct view){b->p, b->n};
}

#endif

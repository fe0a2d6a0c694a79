/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include <assert.h>
#include <stdlib.h>

#include "base/secret.h"

/* Less is not worth a call of the allocator. */
#define BUF_FIRST 256u

void buf_release(struct buf *b)
{
	free(b->p);
	b->p = NULL;
	b->n = 0;
	b->cap = 0;
}

void buf_wipe(struct buf *b)
{
	secret_wipe_bytes(b->p, b->cap);
	buf_release(b);
}

enum ns_err buf_reserve(struct buf *b, size_t extra)
{
	size_t cap;
	uint8_t *p;

	if (extra <= b->cap - b->n)
		return NS_OK;
	if (extra > b->max - b->n)
		return NS_ELIMIT;
	cap = b->cap < BUF_FIRST ? BUF_FIRST : b->cap;
	while (cap < b->n + extra)
		cap = cap > b->max / 2 ? b->max : cap * 2;
	if (cap > b->max)
		cap = b->max;
	p = realloc(b->p, cap);
	if (p == NULL)
		return NS_ENOMEM;
	b->p = p;
	b->cap = cap;
	return NS_OK;
}

enum ns_err buf_reserve_exactly(struct buf *b, size_t extra)
{
	uint8_t *p;

	if (extra <= b->cap - b->n)
		return NS_OK;
	if (extra > b->max - b->n)
		return NS_ELIMIT;
	p = realloc(b->p, b->n + extra);
	if (p == NULL)
		return NS_ENOMEM;
	b->p = p;
	b->cap = b->n + extra;
	return NS_OK;
}

enum ns_err buf_append(struct buf *b, struct view v)
{
	enum ns_err err = buf_reserve(b, v.n);

	if (err != NS_OK)
		return err;
	if (v.n > 0)
		memcpy(b->p + b->n, v.p, v.n);
	b->n += v.n;
	return NS_OK;
}

enum ns_err buf_append_zero(struct buf *b, size_t n)
{
	enum ns_err err = buf_reserve(b, n);

	if (err != NS_OK)
		return err;
	if (n > 0)
		memset(b->p + b->n, 0, n);
	b->n += n;
	return NS_OK;
}

void buf_shrink(struct buf *b)
{
	uint8_t *p;

	if (b->n == 0) {
		buf_release(b);
		return;
	}
	p = realloc(b->p, b->n);
	if (p == NULL)
		return; /* it stays as large as it is */
	b->p = p;
	b->cap = b->n;
}

void buf_consume(struct buf *b, size_t n)
{
	assert(n <= b->n);
	b->n -= n;
	if (n > 0 && b->n > 0)
		memmove(b->p, b->p + n, b->n);
}

void buf_move(struct buf *to, struct buf *from)
{
	free(to->p);
	*to = *from;
	*from = (struct buf){.max = to->max};
}

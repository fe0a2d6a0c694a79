/* SPDX-License-Identifier: MIT */
/*
 * A bounded little-endian reader.  The first failure sticks: from then on every read moves
 * nothing and stores zero, so a decoder is straight-line code that asks once, at its end,
 * whether all of it fitted.  Only this header adds to a pointer in wire/, rpc/ and above.
 *
 * Invariant: pos <= msg.n.
 */
#ifndef WIRE_READER_H
#define WIRE_READER_H

#include "base/err.h"
#include "base/span.h"

struct wire_reader {
	struct view msg; /* the whole message: SMB2 offsets count from its start */
	size_t pos;
	enum ns_err err;
};

static inline void wire_fail(struct wire_reader *r, enum ns_err err)
{
	if (r->err == NS_OK)
		r->err = err;
}

static inline size_t wire_left(const struct wire_reader *r)
{
	return r->msg.n - r->pos;
}

static inline uint64_t wire_le(struct wire_reader *r, size_t n)
{
	uint64_t v = 0;

	if (n > wire_left(r))
		wire_fail(r, NS_ETRUNC);
	if (r->err != NS_OK)
		return 0;
	r->pos += n;
	for (size_t i = 1; i <= n; i++)
		v = v << 8 | r->msg.p[r->pos - i];
	return v;
}

static inline void wire_u8(struct wire_reader *r, uint8_t *out)
{
	*out = (uint8_t)wire_le(r, 1);
}

static inline void wire_le16(struct wire_reader *r, uint16_t *out)
{
	*out = (uint16_t)wire_le(r, 2);
}

static inline void wire_le32(struct wire_reader *r, uint32_t *out)
{
	*out = (uint32_t)wire_le(r, 4);
}

static inline void wire_le64(struct wire_reader *r, uint64_t *out)
{
	*out = wire_le(r, 8);
}

static inline void wire_skip(struct wire_reader *r, size_t n)
{
	if (n > wire_left(r))
		wire_fail(r, NS_ETRUNC);
	if (r->err == NS_OK)
		r->pos += n;
}

/* To the next multiple of n (a power of two) from the start of the message. */
static inline void wire_align(struct wire_reader *r, size_t n)
{
	wire_skip(r, (n - r->pos % n) % n);
}

static inline void wire_expect16(struct wire_reader *r, uint16_t want)
{
	if (wire_le(r, 2) != want)
		wire_fail(r, NS_EFORMAT);
}

static inline void wire_expect32(struct wire_reader *r, uint32_t want)
{
	if (wire_le(r, 4) != want)
		wire_fail(r, NS_EFORMAT);
}

/* The next n bytes, borrowed from the message. */
static inline void wire_take(struct wire_reader *r, size_t n, struct view *out)
{
	size_t at = r->pos;

	wire_skip(r, n);
	*out = r->err == NS_OK && n > 0 ? (struct view){r->msg.p + at, n}
					: (struct view){0};
}

/* The next n bytes, copied into an array of exactly n. */
static inline void wire_copy(struct wire_reader *r, void *out, size_t n)
{
	struct view v;

	wire_take(r, n, &v);
	if (v.n == n && n > 0)
		memcpy(out, v.p, n);
	else if (n > 0)
		memset(out, 0, n);
}

/*
 * The bytes an (offset, length) pair names; the reader does not move.  They must lie past
 * all that was read so far, or a peer could make its own fixed part be read twice.
 */
static inline void wire_view(struct wire_reader *r, size_t off, size_t n, struct view *out)
{
	if (n > 0 && (off < r->pos || off > r->msg.n || n > r->msg.n - off))
		wire_fail(r, NS_EFORMAT);
	*out = r->err == NS_OK && n > 0 ? (struct view){r->msg.p + off, n}
					: (struct view){0};
}

NS_MUST_USE static inline enum ns_err wire_status(const struct wire_reader *r)
{
	return r->err;
}

#endif

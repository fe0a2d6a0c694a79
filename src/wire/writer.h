/* SPDX-License-Identifier: MIT */
/*
 * The reader's mirror: little-endian, appends to a struct buf, and its first failure
 * sticks.  Positions count from `base`, the place in the buffer where the message begins,
 * for SMB2 counts offsets from the message's header.
 *
 * A length or offset that is known only later is written as zero and patched: each
 * wire_put_… returns nothing, wire_pos() before it is the place to patch.
 */
#ifndef WIRE_WRITER_H
#define WIRE_WRITER_H

#include "base/buf.h"

struct wire_writer {
	struct buf *out; /* borrowed; its maximum bounds the message */
	size_t base;
	enum ns_err err;
};

/* A writer whose message begins at the buffer's present end. */
static inline struct wire_writer wire_writer_at_end(struct buf *out)
{
	return (struct wire_writer){.out = out, .base = out->n};
}

static inline void wire_put_fail(struct wire_writer *w, enum ns_err err)
{
	if (w->err == NS_OK)
		w->err = err;
}

static inline size_t wire_pos(const struct wire_writer *w)
{
	return w->out->n - w->base;
}

void wire_put_bytes(struct wire_writer *w, struct view v);
void wire_put_zero(struct wire_writer *w, size_t n);
void wire_put_u8(struct wire_writer *w, uint8_t v);
void wire_put_le16(struct wire_writer *w, uint16_t v);
void wire_put_le32(struct wire_writer *w, uint32_t v);
void wire_put_le64(struct wire_writer *w, uint64_t v);

/* Zeroes up to the next multiple of n (a power of two) from the message's start. */
void wire_put_align(struct wire_writer *w, size_t n);

/* Overwrites what was written at position `at`; a value that does not fit is NS_ELIMIT. */
void wire_patch16(struct wire_writer *w, size_t at, size_t v);
void wire_patch32(struct wire_writer *w, size_t at, size_t v);
void wire_patch_bytes(struct wire_writer *w, size_t at, struct view v);

NS_MUST_USE static inline enum ns_err wire_put_status(const struct wire_writer *w)
{
	return w->err;
}

#endif

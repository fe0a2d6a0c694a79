/* SPDX-License-Identifier: MIT */
#include "fuzz/mutate.h"

/* Bytes that one change may add. */
#define GROWTH_MAX 64

static void set(struct buf *b, size_t from, size_t width, struct fuzz_input *in)
{
	size_t at = from + fuzz_u16(in);

	for (size_t i = 0; i < width; i++) {
		uint8_t byte = fuzz_u8(in);

		if (at + i < b->n)
			b->p[at + i] = byte;
	}
}

static void cut(struct buf *b, size_t from, struct fuzz_input *in)
{
	size_t n = fuzz_u8(in);

	b->n = n < b->n - from ? b->n - n : from;
}

static void replace(struct buf *b, size_t from, struct fuzz_input *in)
{
	size_t at = from + fuzz_u8(in);

	if (at < b->n)
		b->n = at;
	FUZZ_CHECK(buf_append(b, fuzz_bytes(in, fuzz_u8(in))) == NS_OK);
}

void fuzz_mutate(struct buf *b, size_t from, struct fuzz_input *in)
{
	uint8_t how = fuzz_u8(in);

	if (how % 2 == 0 || b->n <= from)
		return;
	switch (how / 2 % 8) {
	case 0:
	case 1:
		set(b, from, 1, in);
		break;
	case 2:
		set(b, from, 2, in);
		break;
	case 3:
		set(b, from, 4, in);
		break;
	case 4:
		cut(b, from, in);
		break;
	case 5:
		FUZZ_CHECK(buf_append(b, fuzz_bytes(in, fuzz_u8(in) % GROWTH_MAX)) ==
			   NS_OK);
		break;
	case 6:
		replace(b, from, in);
		break;
	default: /* two at once: an offset and its length, say */
		set(b, from, 2, in);
		set(b, from, 4, in);
		break;
	}
}

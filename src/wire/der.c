/* SPDX-License-Identifier: MIT */
#include "wire/der.h"

#define LONG_FORM     0x80u /* X.690 8.1.3.5: the other bits count the length's bytes */
#define LENGTH_MAX    4u    /* tokens are at most 64 KiB, a uint32_t is plenty */
#define HIGH_TAG      0x1fu /* X.690 8.1.2.4: the tag goes on in the next byte */
#define SHORT_LENGTHS 0x80u

static size_t read_length(struct wire_reader *r)
{
	uint8_t first, byte;
	size_t n = 0;

	wire_u8(r, &first);
	if (first < LONG_FORM)
		return first;
	first ^= LONG_FORM;
	if (first == 0 || first > LENGTH_MAX) /* 0: indefinite, which DER has not */
		wire_fail(r, NS_EFORMAT);
	for (uint8_t i = 0; i < first && wire_status(r) == NS_OK; i++) {
		wire_u8(r, &byte);
		n = n << 8 | byte;
	}
	return n;
}

static uint8_t read_element(struct wire_reader *r, struct view *contents)
{
	uint8_t tag;

	wire_u8(r, &tag);
	if ((tag & HIGH_TAG) == HIGH_TAG)
		wire_fail(r, NS_EFORMAT);
	wire_take(r, read_length(r), contents);
	return tag;
}

bool der_is(const struct wire_reader *r, uint8_t tag)
{
	struct wire_reader ahead = *r;
	uint8_t next;

	wire_u8(&ahead, &next);
	return wire_status(&ahead) == NS_OK && next == tag;
}

void der_take(struct wire_reader *r, uint8_t tag, struct view *contents)
{
	if (read_element(r, contents) != tag)
		wire_fail(r, NS_EFORMAT);
	if (wire_status(r) != NS_OK)
		*contents = (struct view){0};
}

void der_take_whole(struct wire_reader *r, uint8_t tag, struct view *element)
{
	struct wire_reader start = *r;

	der_take(r, tag, element);
	if (wire_status(r) == NS_OK)
		wire_take(&start, r->pos - start.pos, element);
}

void der_skip(struct wire_reader *r)
{
	struct view contents;

	read_element(r, &contents);
}

struct wire_reader der_enter(struct wire_reader *r, uint8_t tag)
{
	struct wire_reader inner = {0};

	der_take(r, tag, &inner.msg);
	inner.err = wire_status(r);
	return inner;
}

void der_leave(struct wire_reader *r, const struct wire_reader *inner)
{
	wire_fail(r, wire_status(inner));
	if (wire_left(inner) > 0)
		wire_fail(r, NS_EFORMAT);
}

void der_leave_open(struct wire_reader *r, struct wire_reader *inner)
{
	while (wire_left(inner) > 0 && wire_status(inner) == NS_OK)
		der_skip(inner);
	der_leave(r, inner);
}

/* How many bytes a length takes behind its first. */
static size_t length_bytes(size_t n)
{
	size_t bytes = 0;

	if (n < SHORT_LENGTHS)
		return 0;
	for (; n > 0; n >>= 8)
		bytes++;
	return bytes;
}

size_t der_size(size_t n)
{
	return 2 + length_bytes(n) + n;
}

void der_put_head(struct wire_writer *w, uint8_t tag, size_t n)
{
	size_t bytes = length_bytes(n);

	if (bytes > LENGTH_MAX)
		wire_put_fail(w, NS_ELIMIT);
	wire_put_u8(w, tag);
	if (bytes == 0) {
		wire_put_u8(w, (uint8_t)n);
		return;
	}
	wire_put_u8(w, (uint8_t)(LONG_FORM | bytes));
	while (bytes-- > 0)
		wire_put_u8(w, (uint8_t)(n >> (8 * bytes)));
}

void der_put(struct wire_writer *w, uint8_t tag, struct view contents)
{
	der_put_head(w, tag, contents.n);
	wire_put_bytes(w, contents);
}

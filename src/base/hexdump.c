/* SPDX-License-Identifier: MIT */
#include "base/hexdump.h"

#define ROW_BYTES 16u

/* Offset digits: as many as the longest SMB2 message we accept needs, and some. */
#define OFFSET_DIGITS_MIN 4u

static uint8_t hex_digit(size_t v)
{
	return (uint8_t) "0123456789abcdef"[v & 0xf];
}

static size_t offset_digits(size_t n)
{
	size_t digits = OFFSET_DIGITS_MIN;

	while (digits < 2 * sizeof(n) && n - 1 >= (size_t)1 << (4 * digits))
		digits++;
	return digits;
}

static uint8_t *put_offset(uint8_t *p, size_t off, size_t digits)
{
	for (size_t i = digits; i > 0; i--)
		*p++ = hex_digit(off >> (4 * (i - 1)));
	*p++ = ' ';
	return p;
}

static uint8_t *put_hex(uint8_t *p, struct view row)
{
	for (size_t i = 0; i < ROW_BYTES; i++) {
		if (i % 8 == 0)
			*p++ = ' ';
		*p++ = i < row.n ? hex_digit(row.p[i] >> 4) : ' ';
		*p++ = i < row.n ? hex_digit(row.p[i]) : ' ';
		*p++ = ' ';
	}
	*p++ = ' ';
	return p;
}

static uint8_t *put_ascii(uint8_t *p, struct view row)
{
	*p++ = '|';
	for (size_t i = 0; i < row.n; i++)
		*p++ = row.p[i] >= 0x20 && row.p[i] < 0x7f ? row.p[i] : '.';
	*p++ = '|';
	*p++ = '\n';
	return p;
}

enum ns_err hexdump(struct buf *out, struct view v)
{
	/* offset and its space; three places a byte, two gaps and one behind; bars, \n */
	uint8_t line[2 * sizeof(size_t) + 1 + 3 * ROW_BYTES + 3 + ROW_BYTES + 3];
	size_t digits = offset_digits(v.n);
	size_t before = out->n;

	for (size_t off = 0; off < v.n; off += ROW_BYTES) {
		struct view row = view_slice(v, off, ROW_BYTES);
		uint8_t *p = put_ascii(put_hex(put_offset(line, off, digits), row), row);
		enum ns_err err = buf_append(out, view_of(line, (size_t)(p - line)));

		if (err != NS_OK) {
			out->n = before;
			return err;
		}
	}
	return NS_OK;
}

/* SPDX-License-Identifier: MIT */
#include "base/utf16.h"

#include "base/upcase_table.h" /* made by tools/gen-upcase.py */

#define REPLACEMENT 0xfffdu

/* What the two readers below give for bytes that encode no character. */
#define BAD_CHARACTER UINT32_MAX

static bool is_surrogate(uint32_t c)
{
	return c >= 0xd800 && c <= 0xdfff;
}

/* How many bytes follow the first byte of a UTF-8 character; -1 where none may begin. */
static int utf8_tail_length(uint8_t first)
{
	if (first < 0x80)
		return 0;
	if (first >= 0xc2 && first <= 0xdf) /* 0xc0 and 0xc1 could only be overlong */
		return 1;
	if (first >= 0xe0 && first <= 0xef)
		return 2;
	if (first >= 0xf0 && first <= 0xf4)
		return 3;
	return -1;
}

/* The character at *pos, which must be inside `v`; *pos moves behind it if it is good. */
static uint32_t utf8_next(struct view v, size_t *pos)
{
	static const uint32_t smallest[] = {0, 0x80, 0x800, 0x10000};
	uint8_t first = v.p[*pos];
	int tail = utf8_tail_length(first);
	uint32_t c = tail > 0 ? first & (0x3fu >> tail) : first;

	if (tail < 0 || (size_t)tail >= v.n - *pos)
		return BAD_CHARACTER;
	for (size_t i = 1; i <= (size_t)tail; i++) {
		if ((v.p[*pos + i] & 0xc0) != 0x80)
			return BAD_CHARACTER;
		c = c << 6 | (v.p[*pos + i] & 0x3f);
	}
	if (c < smallest[tail] || c > 0x10ffff || is_surrogate(c))
		return BAD_CHARACTER;
	*pos += (size_t)tail + 1;
	return c;
}

/* As utf8_next(), but *pos counts bytes of UTF-16LE and always moves: past one unit. */
static uint32_t utf16_next(struct view v, size_t *pos)
{
	uint32_t high, low;

	if (v.n - *pos < 2) {
		*pos = v.n;
		return BAD_CHARACTER;
	}
	high = utf16_unit(v, *pos / 2);
	*pos += 2;
	if (!is_surrogate(high))
		return high;
	if (high >= 0xdc00 || v.n - *pos < 2)
		return BAD_CHARACTER;
	low = utf16_unit(v, *pos / 2);
	if (low < 0xdc00 || low > 0xdfff)
		return BAD_CHARACTER;
	*pos += 2;
	return 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
}

static uint8_t *put_unit(uint8_t *p, uint32_t unit)
{
	*p++ = (uint8_t)unit;
	*p++ = (uint8_t)(unit >> 8);
	return p;
}

static uint8_t *put_utf16(uint8_t *p, uint32_t c)
{
	if (c < 0x10000)
		return put_unit(p, c);
	p = put_unit(p, 0xd800 + ((c - 0x10000) >> 10));
	return put_unit(p, 0xdc00 + (c & 0x3ff));
}

static size_t utf8_length(uint32_t c)
{
	if (c < 0x80)
		return 1;
	if (c < 0x800)
		return 2;
	return c < 0x10000 ? 3 : 4;
}

static uint8_t *put_utf8(uint8_t *p, uint32_t c)
{
	static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t n = utf8_length(c);

	for (size_t i = n; i > 1; i--) {
		p[i - 1] = (uint8_t)(0x80 | (c & 0x3f));
		c >>= 6;
	}
	p[0] = (uint8_t)(lead[n] | c);
	return p + n;
}

/*
 * Both directions go over the text twice: once to judge and to count, then to write into
 * room that is known to suffice.  So nothing is appended of a text that is refused.
 */
enum ns_err utf16_from_utf8(struct buf *out, struct view utf8)
{
	size_t bytes = 0;
	enum ns_err err;
	uint8_t *p;

	for (size_t pos = 0; pos < utf8.n;) {
		uint32_t c = utf8_next(utf8, &pos);

		if (c == BAD_CHARACTER)
			return NS_EFORMAT;
		bytes += c < 0x10000 ? 2 : 4;
	}
	err = buf_reserve(out, bytes);
	if (err != NS_OK || bytes == 0)
		return err;
	p = out->p + out->n;
	for (size_t pos = 0; pos < utf8.n;)
		p = put_utf16(p, utf8_next(utf8, &pos));
	out->n += bytes;
	return NS_OK;
}

enum ns_err utf8_from_utf16_lossy(struct buf *out, struct view utf16le)
{
	size_t bytes = 0;
	enum ns_err err;
	uint8_t *p;

	for (size_t pos = 0; pos < utf16le.n;) {
		uint32_t c = utf16_next(utf16le, &pos);

		bytes += utf8_length(c == BAD_CHARACTER ? REPLACEMENT : c);
	}
	err = buf_reserve(out, bytes);
	if (err != NS_OK || bytes == 0)
		return err;
	p = out->p + out->n;
	for (size_t pos = 0; pos < utf16le.n;) {
		uint32_t c = utf16_next(utf16le, &pos);

		p = put_utf8(p, c == BAD_CHARACTER ? REPLACEMENT : c);
	}
	out->n += bytes;
	return NS_OK;
}

enum ns_err utf8_from_utf16(struct buf *out, struct view utf16le)
{
	for (size_t pos = 0; pos < utf16le.n;) {
		if (utf16_next(utf16le, &pos) == BAD_CHARACTER)
			return NS_EFORMAT;
	}
	return utf8_from_utf16_lossy(out, utf16le);
}

uint16_t utf16_upcase(uint16_t unit)
{
	return (uint16_t)(unit + upcase_delta[upcase_page[unit >> 8]][unit & 0xff]);
}

bool utf16_equal_folded(struct view a, struct view b)
{
	if (a.n != b.n || a.n % 2 != 0)
		return view_equal(a, b);
	for (size_t i = 0; i < a.n / 2; i++) {
		if (utf16_upcase(utf16_unit(a, i)) != utf16_upcase(utf16_unit(b, i)))
			return false;
	}
	return true;
}

/* Above the BMP no unit of a pair has an upper case, so there is none here either. */
static uint32_t character_upcase(uint32_t c)
{
	return c < 0x10000 ? utf16_upcase((uint16_t)c) : c;
}

bool utf8_equal_folded(struct view a, struct view b)
{
	size_t i = 0, j = 0;

	while (i < a.n && j < b.n) {
		uint32_t c = utf8_next(a, &i);
		uint32_t d = utf8_next(b, &j);

		if (c == BAD_CHARACTER || d == BAD_CHARACTER)
			return view_equal(a, b);
		if (character_upcase(c) != character_upcase(d))
			return false;
	}
	return i == a.n && j == b.n;
}

/* One step of FNV-1a, 64 bits. */
static uint64_t hash_step(uint64_t h, uint32_t value)
{
	return (h ^ value) * UINT64_C(0x100000001b3);
}

uint64_t utf8_hash_folded(struct view utf8, uint64_t seed)
{
	uint64_t h = seed;

	for (size_t pos = 0; pos < utf8.n;) {
		uint32_t c = utf8_next(utf8, &pos);

		if (c == BAD_CHARACTER) {
			h = seed;
			for (size_t i = 0; i < utf8.n; i++)
				h = hash_step(h, utf8.p[i]);
			return h;
		}
		h = hash_step(h, character_upcase(c));
	}
	return h;
}

enum ns_err utf16_upper_from_utf8(struct buf *out, struct view utf8)
{
	size_t at = out->n;
	enum ns_err err = utf16_from_utf8(out, utf8);
	struct view added;

	if (err != NS_OK)
		return err;
	added = view_slice(buf_view(out), at, out->n - at);
	for (size_t i = 0; i < added.n / 2; i++)
		put_unit(out->p + at + 2 * i, utf16_upcase(utf16_unit(added, i)));
	return NS_OK;
}

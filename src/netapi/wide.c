/* SPDX-License-Identifier: MIT */
#include "netapi/wide.h"

#include "base/utf16.h"

#define HIGH_SURROGATE 0xd800u
#define LOW_SURROGATE  0xdc00u
#define SURROGATE_END  0xe000u
#define UNICODE_LAST   0x10ffffu

uint32_t wide_unit(struct wide s, size_t i)
{
	return s.width == WIDE_16 ? ((const uint16_t *)s.p)[i] : ((const uint32_t *)s.p)[i];
}

size_t wide_length(struct wide s, size_t most)
{
	size_t n = 0;

	while (n < most && wide_unit(s, n) != 0)
		n++;
	return n;
}

static enum ns_err append_unit(struct buf *out, uint32_t unit)
{
	const uint8_t le[2] = {(uint8_t)unit, (uint8_t)(unit >> 8)};

	return buf_append(out, view_of(le, sizeof(le)));
}

static enum ns_err append_code_point(struct buf *out, uint32_t c)
{
	enum ns_err err;

	if (c > UNICODE_LAST)
		return append_unit(out, HIGH_SURROGATE);
	if (c < 0x10000)
		return append_unit(out, c);
	c -= 0x10000;
	err = append_unit(out, HIGH_SURROGATE | c >> 10);
	if (err != NS_OK)
		return err;
	return append_unit(out, LOW_SURROGATE | (c & 0x3ff));
}

enum ns_err wide_to_utf16(struct buf *out, struct wide s, size_t n)
{
	enum ns_err err = NS_OK;

	for (size_t i = 0; i < n && err == NS_OK; i++) {
		uint32_t c = wide_unit(s, i);

		/* Two 32-bit surrogates in a row must not pass as one character. */
		if (s.width == WIDE_32 && c >= HIGH_SURROGATE && c < SURROGATE_END)
			c = HIGH_SURROGATE;
		err = append_code_point(out, c);
	}
	return err;
}

enum ns_err wide_to_utf8_lossy(struct buf *out, struct wide s, size_t n)
{
	struct buf utf16;
	enum ns_err err;

	buf_init(&utf16, out->max);
	err = wide_to_utf16(&utf16, s, n);
	if (err == NS_OK)
		err = utf8_from_utf16_lossy(out, buf_view(&utf16));
	buf_release(&utf16);
	return err;
}

/* Whether unit i and the next are one character outside the BMP. */
static int is_pair(struct view utf16le, size_t i)
{
	if (2 * i + 4 > utf16le.n)
		return 0;
	return (utf16_unit(utf16le, i) & 0xfc00) == HIGH_SURROGATE &&
	       (utf16_unit(utf16le, i + 1) & 0xfc00) == LOW_SURROGATE;
}

size_t wide_units_of_utf16(struct view utf16le, enum wide_width width)
{
	size_t units = utf16le.n / 2;
	size_t pairs = 0;

	if (width == WIDE_16)
		return units;
	for (size_t i = 0; i < units; i++) {
		if (is_pair(utf16le, i)) {
			pairs++;
			i++;
		}
	}
	return units - pairs;
}

uint8_t *wide_store(uint8_t *to, struct view utf16le, enum wide_width width)
{
	size_t units = utf16le.n / 2;
	uint16_t *w16 = (uint16_t *)(void *)to;
	uint32_t *w32 = (uint32_t *)(void *)to;

	if (width == WIDE_16) {
		for (size_t i = 0; i < units; i++)
			*w16++ = utf16_unit(utf16le, i);
		*w16++ = 0;
		return (uint8_t *)w16;
	}
	for (size_t i = 0; i < units; i++) {
		uint32_t c = utf16_unit(utf16le, i);

		if (is_pair(utf16le, i)) {
			i++;
			c = 0x10000 + ((c & 0x3ff) << 10) +
			    (utf16_unit(utf16le, i) & 0x3ffu);
		}
		*w32++ = c;
	}
	*w32++ = 0;
	return (uint8_t *)w32;
}

/* SPDX-License-Identifier: MIT */
/*
 * Wide strings of either width.  Windows' WCHAR has 16 bits, glibc's wchar_t 32, and a
 * program built with -fshort-wchar is served by the 16-bit twin of each function.  Inside,
 * a wide string is a struct wide: where it begins and how wide its units are.
 */
#ifndef NETAPI_WIDE_H
#define NETAPI_WIDE_H

#include "base/buf.h"

enum wide_width {
	WIDE_16 = 2,
	WIDE_32 = 4,
};

struct wide {
	const void *p; /* ended by a unit of zero; NULL is an absent string */
	enum wide_width width;
};

/* The i-th unit. */
uint32_t wide_unit(struct wide s, size_t i);

/* Units before the NUL, or `most` when none of the first `most` units is one. */
size_t wide_length(struct wide s, size_t most);

/*
 * Appends the first n units as UTF-16LE bytes.  16-bit units are taken as they are; a
 * 32-bit unit that is no Unicode scalar value becomes a lone surrogate, which whoever
 * checks the text refuses.
 */
NS_MUST_USE enum ns_err wide_to_utf16(struct buf *out, struct wide s, size_t n);

/* Appends the first n units as UTF-8; what is not valid becomes U+FFFD. */
NS_MUST_USE enum ns_err wide_to_utf8_lossy(struct buf *out, struct wide s, size_t n);

/* Units that `utf16le` takes in that width, without a NUL. */
size_t wide_units_of_utf16(struct view utf16le, enum wide_width width);

/*
 * Stores `utf16le` and a NUL at `to`, which is aligned and has room for them; returns the
 * first byte behind.  A lone surrogate is kept as it came, so that the name still names
 * what it named.
 */
uint8_t *wide_store(uint8_t *to, struct view utf16le, enum wide_width width);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * UTF-16LE, as every name travels in SMB2 and MS-SRVS, to and from UTF-8; and the simple
 * upper-casing by which Windows compares names.
 */
#ifndef BASE_UTF16_H
#define BASE_UTF16_H

#include <stdbool.h>

#include "base/buf.h"

/*
 * Strict: refuses overlong forms, surrogates and values past U+10FFFF (NS_EFORMAT).
 * Appends to `out` as little-endian bytes, without a NUL.
 */
NS_MUST_USE enum ns_err utf16_from_utf8(struct buf *out, struct view utf8);

/* Strict: a lone surrogate or an odd number of bytes is NS_EFORMAT.  No NUL is added. */
NS_MUST_USE enum ns_err utf8_from_utf16(struct buf *out, struct view utf16le);

/* For showing what a peer sent: each unit that is not valid becomes U+FFFD. */
NS_MUST_USE enum ns_err utf8_from_utf16_lossy(struct buf *out, struct view utf16le);

/* One code unit at index i of UTF-16LE bytes. */
static inline uint16_t utf16_unit(struct view utf16le, size_t i)
{
	return (uint16_t)(utf16le.p[2 * i] | utf16le.p[2 * i + 1] << 8);
}

/*
 * One-to-one upper case of a code unit as Windows compares names: sharp s stays itself,
 * dotless i stays itself.  The table is made at build time by tools/gen-upcase.py.
 */
uint16_t utf16_upcase(uint16_t unit);

/* Equal but for case, unit by unit.  Both are UTF-16LE bytes. */
bool utf16_equal_folded(struct view a, struct view b);

/* The same for UTF-8; two strings that are not valid UTF-8 are equal only byte by byte. */
bool utf8_equal_folded(struct view a, struct view b);

/* A number that is the same for what is equal by utf8_equal_folded(). */
uint64_t utf8_hash_folded(struct view utf8, uint64_t seed);

/* Appends the upper-cased UTF-16LE of `utf8`: what NTLMv2 hashes of a user's name. */
NS_MUST_USE enum ns_err utf16_upper_from_utf8(struct buf *out, struct view utf8);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Heap blocks of exactly the size asked for, so that the address sanitizer sees an
 * over-read of one byte; and hex text as bytes.
 */
#ifndef TESTS_LIB_HEX_H
#define TESTS_LIB_HEX_H

#include "base/span.h"

/* A copy of `v` in a block of exactly v.n bytes; freed with view_free(). */
struct view view_dup(struct view v);
void view_free(struct view v);

/* Hex digits to bytes; white space is skipped.  Anything else fails the test. */
struct view view_of_hex(const char *hex);

/* n zero bytes followed by the hex: an SMB2 body behind an empty header. */
struct view view_of_hex_behind(size_t n, const char *hex);

/* Fails the test with both sides in hex where they differ. */
void assert_view_equal(struct view got, struct view want);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Bytes are passed as spans, never as a loose pointer and a number.  A view borrows: it
 * is good for as long as the bytes' owner says.  An empty view has n == 0; its pointer
 * must not be looked at.
 */
#ifndef BASE_SPAN_H
#define BASE_SPAN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define NS_MUST_USE __attribute__((warn_unused_result))

struct view {
	const uint8_t *p;
	size_t n;
};

/* The bytes of a string literal, without its NUL. */
#define VIEW_LITERAL(s) ((struct view){(const uint8_t *)(s), sizeof(s) - 1})

static inline struct view view_of(const void *p, size_t n)
{
	return (struct view){p, n};
}

static inline struct view view_of_string(const char *s)
{
	return (struct view){(const uint8_t *)s, strlen(s)};
}

/* At most n bytes from off on; less, or nothing, where `v` ends before. */
static inline struct view view_slice(struct view v, size_t off, size_t n)
{
	if (off >= v.n)
		return (struct view){0};
	return (struct view){v.p + off, n < v.n - off ? n : v.n - off};
}

/* For public bytes only: secrets are compared with secret_equal(). */
static inline int view_equal(struct view a, struct view b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

#endif

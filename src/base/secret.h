/* SPDX-License-Identifier: MIT */
/*
 * Secrets: a key or a password lives in a struct secret, is wiped when released, compared
 * in constant time and never printed.
 */
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

/* The longest key this tree handles: an AES-256 Kerberos session key is 32, SHA-512 is 64.
 */
#define SECRET_MAX 64

struct secret {
	uint8_t bytes[SECRET_MAX];
	size_t n;
};

static inline struct view secret_view(const struct secret *s)
{
	return (struct view){s->bytes, s->n};
}

/* NS_ELIMIT if `v` is longer than SECRET_MAX. */
NS_MUST_USE enum ns_err secret_set(struct secret *s, struct view v);
void secret_wipe(struct secret *s);

/* Wipes memory in a way the compiler may not drop.  p may be NULL when n is 0. */
void secret_wipe_bytes(void *p, size_t n);

/* Constant time in the bytes; the lengths are public. */
bool secret_equal(struct view a, struct view b);

/*
 * Memory for what must not be found in a core dump or on a swap device: zeroed pages of
 * their own, left out of dumps and, as far as the system's limits allow, locked.  NULL when
 * memory is short.  secret_free() wipes; NULL is fine.
 */
void *secret_alloc(size_t n);
void secret_free(void *p);

/* A string in such memory: strdup() and its free.  NULL gives NULL. */
char *secret_strdup(const char *s);
void secret_strfree(char *s);

#endif

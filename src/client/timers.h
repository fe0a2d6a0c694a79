/* SPDX-License-Identifier: MIT */
/*
 * Times to wake up at, earliest first: a binary heap of timers that live in their owners.
 */
#ifndef CLIENT_TIMERS_H
#define CLIENT_TIMERS_H

#include "base/err.h"
#include "base/span.h"

/* Zero-initialised: not set. */
struct timer {
	uint64_t at;
	size_t place; /* 1 + index in the heap; 0: not in it */
};

/* Zero-initialised: empty. */
struct timers {
	struct timer **heap;
	size_t n;
	size_t cap;
};

/* Frees the heap, not the timers. */
void timers_release(struct timers *t);

/* Room for n timers in all, so that timers_set() can't fail. */
NS_MUST_USE enum ns_err timers_reserve(struct timers *t, size_t n);

/* Sets or moves; there must be room. */
void timers_set(struct timers *t, struct timer *timer, uint64_t at);

/* Fine for one that is not set. */
void timers_remove(struct timers *t, struct timer *timer);

/* The earliest, NULL if there is none. */
struct timer *timers_first(const struct timers *t);

#endif

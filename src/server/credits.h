/* SPDX-License-Identifier: MIT */
/*
 * Credits and the MessageId window, [MS-SMB2] 3.3.1.1 and 3.3.1.2: the ids a client may
 * use next.  A ring of bits says which of the ids from `low` on are used up already; it is
 * one word as long as that will do, and grows with what is granted.
 *
 * Invariants: `low` is the lowest id that was not used; width <= 64 * words; all bits
 * outside [low, low + width) are 0.
 */
#ifndef SERVER_CREDITS_H
#define SERVER_CREDITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct credits {
	uint64_t low;
	size_t width;   /* how many ids from low on were granted */
	size_t free;    /* of these, not used yet: what the client holds */
	size_t words;   /* of the ring; a power of two */
	uint64_t *ring; /* NULL: `one` is the ring */
	uint64_t one;
};

/* One credit, id 0: [MS-SMB2] 3.3.5.1. */
void credits_init(struct credits *c);
void credits_release(struct credits *c);

/*
 * Takes the `charge` ids from `id` on (a charge of 0 counts as 1).  False, with nothing
 * taken: one of them is not in the window or was used (3.3.5.2.3: disconnect).
 */
bool credits_take(struct credits *c, uint64_t id, uint16_t charge);

/*
 * Grants up to `want` more, as far as the window stays within `max`, and at least one if
 * the client would be left without any; returns how many.  Short of memory it grants less.
 */
uint16_t credits_grant(struct credits *c, uint16_t want, size_t max);

#endif

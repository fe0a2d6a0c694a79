/* SPDX-License-Identifier: MIT */
#include "server/credits.h"

#include <assert.h>
#include <stdlib.h>

#define WORD_BITS 64

void credits_init(struct credits *c)
{
	*c = (struct credits){.width = 1, .free = 1, .words = 1};
}

void credits_release(struct credits *c)
{
	free(c->ring);
	*c = (struct credits){.words = 1};
}

static uint64_t *ring_of(struct credits *c)
{
	return c->ring != NULL ? c->ring : &c->one;
}

/* The word and the bit in it that stand for an id. */
static uint64_t *word_of(struct credits *c, uint64_t id, uint64_t *bit)
{
	*bit = UINT64_C(1) << (id % WORD_BITS);
	return &ring_of(c)[id / WORD_BITS % c->words];
}

static bool is_used(struct credits *c, uint64_t id)
{
	uint64_t bit, *word = word_of(c, id, &bit);

	return (*word & bit) != 0;
}

static void set_used(struct credits *c, uint64_t id, bool used)
{
	uint64_t bit, *word = word_of(c, id, &bit);

	if (used)
		*word |= bit;
	else
		*word &= ~bit;
}

bool credits_take(struct credits *c, uint64_t id, uint16_t charge)
{
	size_t n = charge > 0 ? charge : 1;

	if (id < c->low || id - c->low >= c->width || n > c->width - (id - c->low))
		return false;
	for (size_t i = 0; i < n; i++)
		if (is_used(c, id + i))
			return false;
	for (size_t i = 0; i < n; i++)
		set_used(c, id + i, true);
	assert(c->free >= n);
	c->free -= n;
	while (c->width > 0 && is_used(c, c->low)) {
		set_used(c, c->low, false);
		c->low++;
		c->width--;
	}
	return true;
}

/* Makes the ring at least `width` bits; false when memory is short. */
static bool ring_grow(struct credits *c, size_t width)
{
	struct credits bigger = *c;

	while (bigger.words * WORD_BITS < width)
		bigger.words *= 2;
	if (bigger.words == c->words)
		return true;
	bigger.ring = calloc(bigger.words, sizeof(*bigger.ring));
	if (bigger.ring == NULL)
		return false;
	for (size_t i = 0; i < c->width; i++)
		if (is_used(c, c->low + i))
			set_used(&bigger, c->low + i, true);
	free(c->ring);
	*c = bigger;
	return true;
}

uint16_t credits_grant(struct credits *c, uint16_t want, size_t max)
{
	size_t room = max > c->width ? max - c->width : 0;
	size_t n = want < room ? want : room;

	if (n == 0 && c->free == 0)
		n = 1;
	/* 3.3.1.1: "If the 64-bit sequence wraps, the connection MUST be terminated": it
	 * is, for no id past the last is ever granted. */
	if (n > UINT64_MAX - c->low - c->width)
		n = 0;
	if (!ring_grow(c, c->width + n))
		n = c->words * WORD_BITS - c->width < n ? c->words * WORD_BITS - c->width
							: n;
	c->width += n;
	c->free += n;
	return (uint16_t)n;
}

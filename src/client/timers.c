/* SPDX-License-Identifier: MIT */
#include "client/timers.h"

#include <assert.h>
#include <stdlib.h>

void timers_release(struct timers *t)
{
	free(t->heap);
	*t = (struct timers){0};
}

enum ns_err timers_reserve(struct timers *t, size_t n)
{
	struct timer **heap;

	if (n <= t->cap)
		return NS_OK;
	heap = reallocarray(t->heap, n, sizeof(struct timer *));
	if (heap == NULL)
		return NS_ENOMEM;
	t->heap = heap;
	t->cap = n;
	return NS_OK;
}

static void put(struct timers *t, size_t i, struct timer *timer)
{
	t->heap[i] = timer;
	timer->place = i + 1;
}

/* Moves the one at i towards the root, as far as it is earlier than those above. */
static void sift_up(struct timers *t, size_t i)
{
	struct timer *timer = t->heap[i];

	while (i > 0 && timer->at < t->heap[(i - 1) / 2]->at) {
		put(t, i, t->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	put(t, i, timer);
}

/* Moves the one at i away from the root, as far as one below is earlier. */
static void sift_down(struct timers *t, size_t i)
{
	struct timer *timer = t->heap[i];

	for (size_t child = 2 * i + 1; child < t->n; child = 2 * i + 1) {
		if (child + 1 < t->n && t->heap[child + 1]->at < t->heap[child]->at)
			child++;
		if (timer->at <= t->heap[child]->at)
			break;
		put(t, i, t->heap[child]);
		i = child;
	}
	put(t, i, timer);
}

void timers_set(struct timers *t, struct timer *timer, uint64_t at)
{
	timer->at = at;
	if (timer->place == 0) {
		assert(t->n < t->cap);
		put(t, t->n++, timer);
	}
	sift_up(t, timer->place - 1);
	sift_down(t, timer->place - 1);
}

void timers_remove(struct timers *t, struct timer *timer)
{
	size_t i;
	struct timer *last;

	if (timer->place == 0)
		return;
	i = timer->place - 1;
	last = t->heap[--t->n];
	timer->place = 0;
	if (last == timer)
		return;
	put(t, i, last);
	sift_up(t, i);
	sift_down(t, last->place - 1);
}

struct timer *timers_first(const struct timers *t)
{
	return t->n > 0 ? t->heap[0] : NULL;
}

/* SPDX-License-Identifier: MIT */
#include "server/order.h"

#include <stdlib.h>
#include <string.h>

/* The first allocation; small, for most servers have few of anything. */
#define ORDER_ROOM 16

void order_init(struct order *o)
{
	*o = (struct order){0};
}

void order_release(struct order *o)
{
	free(o->slots);
	order_init(o);
}

/* The first slot whose id is above `id`; o->n at the end. */
static size_t above(const struct order *o, uint32_t id)
{
	size_t low = 0, high = o->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (o->slots[mid].id > id)
			high = mid;
		else
			low = mid + 1;
	}
	return low;
}

/* The slot of `id`, a hole or not; NULL. */
static struct order_slot *slot_of(const struct order *o, uint32_t id)
{
	size_t i = above(o, id);

	if (i == 0 || o->slots[i - 1].id != id)
		return NULL;
	return &o->slots[i - 1];
}

static void close_holes(struct order *o)
{
	size_t to = 0;

	for (size_t i = 0; i < o->n; i++) {
		if (o->slots[i].object != NULL)
			o->slots[to++] = o->slots[i];
	}
	o->n = to;
}

static enum ns_err make_room(struct order *o)
{
	size_t cap = o->cap != 0 ? o->cap * 2 : ORDER_ROOM;
	struct order_slot *slots;

	if (o->n < o->cap)
		return NS_OK;
	slots = reallocarray(o->slots, cap, sizeof(*slots));
	if (slots == NULL)
		return NS_ENOMEM;
	o->slots = slots;
	o->cap = cap;
	return NS_OK;
}

static uint32_t next_id(const struct order *o)
{
	uint32_t id = o->last;

	do {
		id = id == UINT32_MAX ? 1 : id + 1;
	} while (order_find(o, id) != NULL);
	return id;
}

enum ns_err order_add(struct order *o, uint32_t *id, void *object)
{
	uint32_t next = next_id(o);
	size_t at = above(o, next);
	enum ns_err err = make_room(o);

	if (err != NS_OK)
		return err;
	if (slot_of(o, next) != NULL) { /* a hole of the last round */
		at--;
	} else {
		memmove(&o->slots[at + 1], &o->slots[at], (o->n - at) * sizeof(*o->slots));
		o->n++;
	}
	o->slots[at] = (struct order_slot){object, next};
	o->last = *id = next;
	o->live++;
	return NS_OK;
}

void order_remove(struct order *o, uint32_t id)
{
	struct order_slot *slot = slot_of(o, id);

	if (slot == NULL || slot->object == NULL)
		return;
	slot->object = NULL;
	o->live--;
	if (o->n > 2 * o->live)
		close_holes(o);
}

void *order_find(const struct order *o, uint32_t id)
{
	const struct order_slot *slot = slot_of(o, id);

	return slot != NULL ? slot->object : NULL;
}

void *order_after(const struct order *o, uint32_t id)
{
	for (size_t i = above(o, id); i < o->n; i++) {
		if (o->slots[i].object != NULL)
			return o->slots[i].object;
	}
	return NULL;
}

size_t order_count_after(const struct order *o, uint32_t id)
{
	size_t n = 0;

	for (size_t i = above(o, id); i < o->n; i++)
		n += o->slots[i].object != NULL;
	return n;
}

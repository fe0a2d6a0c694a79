/* SPDX-License-Identifier: MIT */
/*
 * Objects in the order of 32-bit ids that only grow: what the enumerations of MS-SRVS walk
 * and resume.  An id is given at the end and found by halving; a removed id leaves a hole,
 * and holes are closed when they outnumber the objects, so adding and removing cost the
 * same however many there are.
 *
 * Ids start at 1; 0 is no id.  After the last of 32 bits (at a thousand a second, after
 * seven weeks) they begin anew with those that are free, and adding costs those that are
 * still there from before.
 */
#ifndef SERVER_ORDER_H
#define SERVER_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

struct order_slot {
	void *object; /* NULL: a hole */
	uint32_t id;
};

struct order {
	struct order_slot *slots;
	size_t n; /* slots in use, holes among them */
	size_t cap;
	size_t live;   /* without the holes */
	uint32_t last; /* the last id given */
};

void order_init(struct order *o);
void order_release(struct order *o);

/* Gives the object the next id, or says NS_ENOMEM. */
NS_MUST_USE enum ns_err order_add(struct order *o, uint32_t *id, void *object);

/* Nothing, for an id that is not there. */
void order_remove(struct order *o, uint32_t id);

void *order_find(const struct order *o, uint32_t id);

/* The object with the least id above `id`; NULL at the end. */
void *order_after(const struct order *o, uint32_t id);

/* How many there are with an id above `id`; looks at none of them. */
size_t order_count_after(const struct order *o, uint32_t id);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What waits to be sent on a connection: frames, in their order.  Small ones are gathered,
 * so that many leave in one write; a large one stays in the buffer it was made in.
 */
#ifndef SERVER_OUTBOX_H
#define SERVER_OUTBOX_H

#include <stdbool.h>

#include "base/buf.h"

struct outbox {
	struct outbox_part *first, *last; /* lists; empty: no memory is held */
	size_t n;                         /* bytes that wait */
	size_t max;
};

static inline void outbox_init(struct outbox *o, size_t max)
{
	*o = (struct outbox){.max = max};
}

void outbox_release(struct outbox *o);

/*
 * Adds what stands in `frame` from `at` on; may take the buffer over, which is then empty.
 * NS_ELIMIT: more would wait than may; NS_ENOMEM.  Then nothing was added.
 */
NS_MUST_USE enum ns_err outbox_add(struct outbox *o, struct buf *frame, size_t at);

/* The first bytes, as many as lie together; empty: nothing waits. */
struct view outbox_front(const struct outbox *o);

/* So many of them were sent. */
void outbox_sent(struct outbox *o, size_t n);

#endif

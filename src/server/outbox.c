/* SPDX-License-Identifier: MIT */
#include "server/outbox.h"

#include <assert.h>
#include <stdlib.h>

/* Below it a copy costs less than a write of its own. */
#define LARGE (16u << 10)

/* Small frames are gathered up to so many bytes. */
#define GATHERED (64u << 10)

struct outbox_part {
	struct outbox_part *next;
	struct buf bytes;
	size_t at;    /* what was sent already, or is no part of the frame */
	bool gathers; /* takes more small frames */
};

static struct view rest_of(const struct outbox_part *part)
{
	return view_slice(buf_view(&part->bytes), part->at, SIZE_MAX);
}

static void part_free(struct outbox_part *part)
{
	buf_release(&part->bytes);
	free(part);
}

void outbox_release(struct outbox *o)
{
	while (o->first != NULL) {
		struct outbox_part *part = o->first;

		o->first = part->next;
		part_free(part);
	}
	o->last = NULL;
	o->n = 0;
}

static void link_part(struct outbox *o, struct outbox_part *part)
{
	if (o->last != NULL)
		o->last->next = part;
	else
		o->first = part;
	o->last = part;
}

static enum ns_err add_large(struct outbox *o, struct buf *frame, size_t at)
{
	struct outbox_part *part = calloc(1, sizeof(*part));

	if (part == NULL)
		return NS_ENOMEM;
	/* What is promised to a peer is counted by the byte, and held by the buffer. */
	if (frame->n < frame->cap / 2)
		buf_shrink(frame);
	part->at = at;
	buf_move(&part->bytes, frame);
	link_part(o, part);
	return NS_OK;
}

static enum ns_err add_small(struct outbox *o, struct view frame)
{
	struct outbox_part *part = o->last;
	enum ns_err err = NS_ELIMIT;

	if (part != NULL && part->gathers)
		err = buf_append(&part->bytes, frame);
	if (err != NS_ELIMIT)
		return err;
	part = calloc(1, sizeof(*part));
	if (part == NULL)
		return NS_ENOMEM;
	buf_init(&part->bytes, GATHERED);
	part->gathers = true;
	err = buf_append(&part->bytes, frame);
	if (err == NS_OK)
		link_part(o, part);
	else
		part_free(part);
	return err;
}

enum ns_err outbox_add(struct outbox *o, struct buf *frame, size_t at)
{
	struct view bytes = view_slice(buf_view(frame), at, SIZE_MAX);
	enum ns_err err;

	if (bytes.n > o->max - o->n)
		return NS_ELIMIT;
	err = bytes.n >= LARGE ? add_large(o, frame, at) : add_small(o, bytes);
	if (err == NS_OK)
		o->n += bytes.n;
	return err;
}

struct view outbox_front(const struct outbox *o)
{
	return o->first != NULL ? rest_of(o->first) : (struct view){0};
}

void outbox_sent(struct outbox *o, size_t n)
{
	assert(n <= o->n);
	o->n -= n;
	while (n > 0) {
		struct outbox_part *part = o->first;
		size_t rest = rest_of(part).n;

		if (n < rest) {
			part->at += n;
			return;
		}
		n -= rest;
		o->first = part->next;
		if (o->first == NULL)
			o->last = NULL;
		part_free(part);
	}
}

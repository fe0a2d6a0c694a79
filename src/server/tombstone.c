/* SPDX-License-Identifier: MIT */
#include "server/tombstone.h"

#include <stdlib.h>
#include <utlist.h>

struct tombstone {
	uint64_t id;
	uint64_t until;
	struct smb_keys keys;
	struct channel *channels; /* utlist; of no session and no connection any more */
};

/* A ring in the order of deaths: all stand equally long, so it is that of their ends, too.
 */
struct tombstones {
	struct tombstone *ring[TOMBSTONES_MAX];
	size_t first;
	size_t n;
};

static struct tombstone *at(const struct tombstones *t, size_t i)
{
	return t->ring[(t->first + i) % TOMBSTONES_MAX];
}

static void tombstone_free(struct tombstone *stone)
{
	struct channel *c, *next;

	DL_FOREACH_SAFE(stone->channels, c, next)
	{
		channel_free(c);
	}
	smb_keys_release(&stone->keys);
	free(stone);
}

static void drop_first(struct tombstones *t)
{
	tombstone_free(at(t, 0));
	t->first = (t->first + 1) % TOMBSTONES_MAX;
	t->n--;
}

struct tombstones *tombstones_new(void)
{
	return calloc(1, sizeof(struct tombstones));
}

void tombstones_free(struct tombstones *t)
{
	if (t == NULL)
		return;
	while (t->n > 0)
		drop_first(t);
	free(t);
}

/*
 * The session's signing key stays behind under another address: a channel that signed with
 * it now does so with the stone's.
 */
static void take_channels(struct tombstone *stone, struct session *s)
{
	struct channel *c;

	DL_FOREACH(s->channels, c)
	{
		c->session = NULL;
		if (c->signing == &s->keys)
			c->signing = &stone->keys;
	}
	stone->channels = s->channels;
	s->channels = NULL;
	s->channel_count = 0;
}

void tombstone_take(struct tombstones *t, struct session *s, uint64_t now)
{
	struct tombstone *stone;

	if (!s->has_keys)
		return;
	stone = calloc(1, sizeof(*stone));
	if (stone == NULL)
		return; /* its client meets the specification's answer */
	stone->id = s->id;
	stone->until = now + TOMBSTONE_MS;
	smb_keys_move(&stone->keys, &s->keys);
	s->has_keys = false;
	take_channels(stone, s);
	if (t->n == TOMBSTONES_MAX)
		drop_first(t);
	t->ring[(t->first + t->n) % TOMBSTONES_MAX] = stone;
	t->n++;
}

static const struct channel *channel_on(const struct tombstone *stone, uint64_t conn_id)
{
	const struct channel *c;

	DL_FOREACH(stone->channels, c)
	{
		if (c->bound && c->conn_id == conn_id)
			return c;
	}
	return NULL;
}

/* From the last: who has just died is asked for most. */
struct tombstone *tombstone_find(struct tombstones *t, uint64_t session_id,
				 uint64_t conn_id, uint64_t now)
{
	for (size_t i = t->n; i > 0; i--) {
		struct tombstone *stone = at(t, i - 1);

		if (stone->id != session_id)
			continue;
		return stone->until > now && channel_on(stone, conn_id) != NULL ? stone
										: NULL;
	}
	return NULL;
}

const struct smb_keys *tombstone_signing(const struct tombstone *stone, uint64_t conn_id)
{
	const struct channel *c = channel_on(stone, conn_id);

	return c != NULL ? c->signing : NULL;
}

struct smb_keys *tombstone_sealing(struct tombstone *stone)
{
	return stone->keys.cipher != 0 ? &stone->keys : NULL;
}

void tombstones_tick(struct tombstones *t, uint64_t now)
{
	while (t->n > 0 && at(t, 0)->until <= now)
		drop_first(t);
}

size_t tombstones_count(const struct tombstones *t)
{
	return t->n;
}

uint64_t tombstones_next_deadline(const struct tombstones *t)
{
	return t->n > 0 ? at(t, 0)->until : UINT64_MAX;
}

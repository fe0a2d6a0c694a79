/* SPDX-License-Identifier: MIT */
#include "client/request.h"

#include <assert.h>
#include <string.h>

void requests_init(struct requests *rs)
{
	*rs = (struct requests){.limit = 1};
}

size_t requests_room(const struct requests *rs)
{
	size_t places = REQUESTS_MAX - rs->n;
	uint64_t credits = rs->limit - rs->next;

	return credits < places ? (size_t)credits : places;
}

struct request *requests_add(struct requests *rs, enum request_step step, uint16_t command)
{
	struct request *r;

	assert(requests_room(rs) > 0);
	r = &rs->list[rs->n++];
	*r = (struct request){.step = step, .command = command, .message_id = rs->next++};
	return r;
}

struct request *requests_find(struct requests *rs, uint64_t message_id)
{
	for (size_t i = 0; i < rs->n; i++)
		if (rs->list[i].message_id == message_id)
			return &rs->list[i];
	return NULL;
}

void requests_remove(struct requests *rs, struct request *r)
{
	size_t i = (size_t)(r - rs->list);

	assert(i < rs->n);
	rs->n--;
	memmove(r, r + 1, (rs->n - i) * sizeof(*r));
}

void requests_grant(struct requests *rs, uint16_t credits)
{
	uint64_t most = rs->next + CREDITS_MAX;

	rs->limit += credits;
	if (rs->limit > most)
		rs->limit = most;
}

bool requests_has(const struct requests *rs, enum request_step step)
{
	for (size_t i = 0; i < rs->n; i++)
		if (rs->list[i].step == step)
			return true;
	return false;
}

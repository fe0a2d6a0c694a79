/* SPDX-License-Identifier: MIT */
#include "wire/fscc_ea.h"

#define EA_ALIGNMENT 4u
#define EA_FIXED     8u /* what stands before EaName */

static const struct view nul = {(const uint8_t *)"", 1};

/* An entry alone, and where the next one begins. */
static struct wire_reader begin(struct fscc_eas *it, uint32_t *next)
{
	struct wire_reader r = {.msg = it->rest};

	wire_le32(&r, next); /* 0 NextEntryOffset */
	if (*next == 0)
		return r;
	if (*next % EA_ALIGNMENT != 0 || *next >= it->rest.n)
		wire_fail(&r, NS_EFORMAT);
	r.msg = view_slice(it->rest, 0, *next); /* it ends where the next one begins */
	if (r.pos > r.msg.n)
		r.pos = r.msg.n;
	return r;
}

static bool end(struct fscc_eas *it, const struct wire_reader *r, uint32_t next)
{
	it->err = wire_status(r);
	if (it->err != NS_OK)
		return false;
	it->rest = next == 0 ? (struct view){0} : view_slice(it->rest, next, it->rest.n);
	return true;
}

static void take_name(struct wire_reader *r, size_t n, struct view *name)
{
	uint8_t zero;

	wire_take(r, n, name);
	wire_u8(r, &zero);
	if (zero != 0)
		wire_fail(r, NS_EFORMAT);
}

bool fscc_ea_next(struct fscc_eas *it, struct fscc_ea *out)
{
	struct wire_reader r;
	uint32_t next;
	uint8_t name_len;
	uint16_t value_len;

	*out = (struct fscc_ea){0};
	if (it->err != NS_OK || it->rest.n == 0)
		return false;
	r = begin(it, &next);
	wire_u8(&r, &out->flags);            /* 4 Flags */
	wire_u8(&r, &name_len);              /* 5 EaNameLength */
	wire_le16(&r, &value_len);           /* 6 EaValueLength */
	take_name(&r, name_len, &out->name); /* 8 EaName */
	wire_take(&r, value_len, &out->value);
	return end(it, &r, next);
}

bool fscc_ea_name_next(struct fscc_eas *it, struct view *name)
{
	struct wire_reader r;
	uint32_t next;
	uint8_t name_len;

	*name = (struct view){0};
	if (it->err != NS_OK || it->rest.n == 0)
		return false;
	r = begin(it, &next);
	wire_u8(&r, &name_len);        /* 4 EaNameLength */
	take_name(&r, name_len, name); /* 5 EaName */
	return end(it, &r, next);
}

/* ------------------------------------------------------------------------- writing -- */

static size_t padding(const struct wire_writer *w)
{
	return (EA_ALIGNMENT - wire_pos(w) % EA_ALIGNMENT) % EA_ALIGNMENT;
}

/* The last one gets its NextEntryOffset when there is one behind it. */
static void link_next(struct fscc_ea_list *list, struct wire_writer *w)
{
	if (list->count > 0) {
		wire_put_align(w, EA_ALIGNMENT);
		wire_patch32(w, list->last, wire_pos(w) - list->last);
	}
	list->last = wire_pos(w);
	list->count++;
	wire_put_le32(w, 0);
}

size_t fscc_ea_cost(const struct wire_writer *w, const struct fscc_ea *v)
{
	return padding(w) + EA_FIXED + v->name.n + 1 + v->value.n;
}

void fscc_ea_put(struct fscc_ea_list *list, struct wire_writer *w, const struct fscc_ea *v)
{
	size_t at;

	link_next(list, w);
	wire_put_u8(w, v->flags);
	if (v->name.n > UINT8_MAX)
		wire_put_fail(w, NS_ELIMIT);
	wire_put_u8(w, (uint8_t)v->name.n);
	at = wire_pos(w);
	wire_put_le16(w, 0);
	wire_patch16(w, at, v->value.n);
	wire_put_bytes(w, v->name);
	wire_put_bytes(w, nul);
	wire_put_bytes(w, v->value);
}

void fscc_ea_name_put(struct fscc_ea_list *list, struct wire_writer *w, struct view name)
{
	link_next(list, w);
	if (name.n > UINT8_MAX)
		wire_put_fail(w, NS_ELIMIT);
	wire_put_u8(w, (uint8_t)name.n);
	wire_put_bytes(w, name);
	wire_put_bytes(w, nul);
}

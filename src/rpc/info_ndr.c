/* SPDX-License-Identifier: MIT */
#include "rpc/info_ndr.h"

#include <stdio.h>
#include <stdlib.h>

/* Every member takes so much of a flat structure at least: a DWORD or a referent. */
#define FLAT_MEMBER 4u

static union info_value *row_values(const struct info_rows *rows, uint32_t row)
{
	return &rows->values[(size_t)row * rows->level->n];
}

/* The text's place in the stub it was pulled from. */
static void set_span(struct ndr *x, union info_value *v, struct view text)
{
	v->span.off = text.n == 0 ? 0 : (uint32_t)(text.p - x->in.msg.p);
	v->span.len = (uint32_t)text.n;
}

static struct view get_span(const struct info_rows *rows, const union info_value *v)
{
	return view_slice(rows->pool, v->span.off, v->span.len);
}

/* The referent of a string or of bytes; a pull notes in `v` whether a pointee follows. */
static void referent_code(struct ndr *x, const struct info_field *field,
			  union info_value *v)
{
	bool present = v->span.off != INFO_ABSENT;

	(void)ndr_unique(x, field->member, &present);
	if (x->direction != NDR_PULL)
		return;
	v->span.off = present ? 0 : INFO_ABSENT;
	v->span.len = 0;
	if (field->type == INFO_BYTES && !present)
		v[-1].u32 = 0; /* a length of nothing must mislead nobody */
}

/* A member's share of the flat structure. */
static void flat_code(struct ndr *x, const struct info_field *field, union info_value *v)
{
	if (field->type == INFO_U32 || field->type == INFO_SIZE)
		ndr_u32(x, field->member, &v->u32);
	else if (field->type == INFO_U64)
		ndr_u64(x, field->member, &v->u64);
	else
		referent_code(x, field, v);
}

/* A member's pointee, behind the outermost construct. */
static void pointee_code(struct ndr *x, struct info_rows *rows,
			 const struct info_field *field, union info_value *v)
{
	bool pointer = field->type == INFO_STRING || field->type == INFO_BYTES;
	struct view span;

	if (!pointer || v->span.off == INFO_ABSENT)
		return;
	span = get_span(rows, v);
	if (field->type == INFO_STRING)
		ndr_string(x, field->member, &span);
	else
		ndr_bytes(x, field->member, v[-1].u32, &span);
	if (x->direction == NDR_PULL)
		set_span(x, v, span);
}

/* For a person: each member whole before the next, which is not the order of the wire. */
static void rows_print(struct ndr *x, struct info_rows *rows)
{
	char title[sizeof("[4294967295]")];

	for (uint32_t row = 0; row < rows->count; row++) {
		union info_value *v = row_values(rows, row);

		(void)snprintf(title, sizeof(title), "[%u]", (unsigned)row);
		ndr_open(x, title);
		for (size_t i = 0; i < rows->level->n; i++) {
			flat_code(x, rows->level->fields[i], &v[i]);
			pointee_code(x, rows, rows->level->fields[i], &v[i]);
		}
		ndr_close(x);
	}
}

/* Of the structure: that of its widest member, [C706] 14.3.2. */
static size_t alignment(const struct info_level *level)
{
	for (size_t i = 0; i < level->n; i++)
		if (level->fields[i]->type == INFO_U64)
			return sizeof(uint64_t);
	return sizeof(uint32_t);
}

static void rows_code(struct ndr *x, struct info_rows *rows)
{
	size_t n = rows->level->n, align = alignment(rows->level);

	if (x->direction == NDR_PRINT) {
		rows_print(x, rows);
		return;
	}
	for (uint32_t row = 0; row < rows->count && ndr_status(x) == NS_OK; row++) {
		ndr_align(x, align);
		for (size_t i = 0; i < n; i++)
			flat_code(x, rows->level->fields[i], &row_values(rows, row)[i]);
	}
	for (uint32_t row = 0; row < rows->count && ndr_status(x) == NS_OK; row++)
		for (size_t i = 0; i < n; i++)
			pointee_code(x, rows, rows->level->fields[i],
				     &row_values(rows, row)[i]);
}

/* Pull: room for `count` rows, once the stub is known to be long enough to hold them. */
static void rows_allocate(struct ndr *x, struct info_rows *rows, uint32_t count)
{
	size_t n = rows->level->n;

	if (x->direction != NDR_PULL || ndr_status(x) != NS_OK || count == 0)
		return;
	if (x->in.msg.n > INFO_POOL_MAX)
		ndr_fail(x, NS_ELIMIT);
	else if (count > wire_left(&x->in) / (n * FLAT_MEMBER))
		ndr_fail(x, NS_ETRUNC);
	if (ndr_status(x) != NS_OK)
		return;
	rows->values = calloc(count, n * sizeof(*rows->values));
	if (rows->values == NULL) {
		ndr_fail(x, NS_ENOMEM);
		return;
	}
	rows->count = count;
	rows->room = count;
	rows->pool = x->in.msg;
}

/* { DWORD EntriesRead; [size_is(EntriesRead)] Buffer; } */
static void container_code(struct ndr *x, struct info_enum *e)
{
	uint32_t count = e->rows.count;
	bool buffer = count > 0 || !e->no_buffer;

	ndr_u32(x, "EntriesRead", &count);
	if (ndr_unique(x, "Buffer", &buffer)) {
		ndr_conformance(x, count, e->rows.level->n * FLAT_MEMBER);
		rows_allocate(x, &e->rows, count);
		rows_code(x, &e->rows);
	} else if (x->direction == NDR_PULL && count != 0) {
		ndr_fail(x, NS_EFORMAT);
	}
	if (x->direction == NDR_PULL)
		e->no_buffer = !buffer;
}

/* Pull: empty rows of the level that the message names, none if nobody knows it. */
static void rows_select(struct ndr *x, struct info_rows *rows,
			const struct info_family *family, uint32_t level)
{
	if (x->direction != NDR_PULL)
		return;
	info_rows_release(rows);
	info_rows_init(rows, info_level_find(family, level));
}

void info_enum_init(struct info_enum *e, const struct info_family *family, uint32_t level)
{
	*e = (struct info_enum){.level = level, .no_buffer = true};
	info_rows_init(&e->rows, info_level_find(family, level));
}

void info_enum_release(struct info_enum *e)
{
	info_rows_release(&e->rows);
}

void info_enum_code(struct ndr *x, const struct info_family *family, struct info_enum *e)
{
	bool present = !e->no_container;
	uint32_t tag = e->level;

	ndr_u32(x, "Level", &e->level);
	if (x->direction != NDR_PRINT)
		ndr_u32(x, "Level", &tag);
	if (tag != e->level)
		ndr_fail(x, NS_EFORMAT);
	rows_select(x, &e->rows, family, e->level);
	if (e->rows.level == NULL || ndr_status(x) != NS_OK)
		return;
	if (ndr_unique(x, e->rows.level->name, &present)) {
		ndr_open(x, e->rows.level->name);
		container_code(x, e);
		ndr_close(x);
	}
	if (x->direction == NDR_PULL)
		e->no_container = !present;
}

void info_single_init(struct info_single *s, const struct info_family *family,
		      uint32_t level)
{
	*s = (struct info_single){.level = level};
	info_rows_init(&s->rows, info_level_find(family, level));
}

void info_single_release(struct info_single *s)
{
	info_rows_release(&s->rows);
}

void info_pointer_code(struct ndr *x, const char *name, struct info_rows *rows)
{
	bool present = rows->count > 0;

	if (!ndr_unique(x, name, &present))
		return;
	ndr_open(x, name);
	rows_allocate(x, rows, 1);
	rows_code(x, rows);
	ndr_close(x);
}

void info_single_code(struct ndr *x, const struct info_family *family,
		      struct info_single *s)
{
	ndr_u32(x, "Level", &s->level);
	rows_select(x, &s->rows, family, s->level);
	if (s->rows.level != NULL && ndr_status(x) == NS_OK)
		info_pointer_code(x, s->rows.level->name, &s->rows);
}

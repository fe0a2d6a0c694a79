/* SPDX-License-Identifier: MIT */
#include "rpc/info_rows.h"

#include <assert.h>
#include <stdlib.h>

#include "base/utf16.h"

/* Rows that the first info_rows_add() makes room for. */
#define ROOM_FIRST 16u

/* Sizes in a 64-bit Windows structure; a pointer's is a hyper's, too. */
#define WIN64_POINTER 8u
#define WIN64_DWORD   4u

void info_rows_init(struct info_rows *rows, const struct info_level *level)
{
	*rows = (struct info_rows){.level = level};
	buf_init(&rows->owned, INFO_POOL_MAX);
}

void info_rows_release(struct info_rows *rows)
{
	free(rows->values);
	buf_release(&rows->owned);
	info_rows_init(rows, rows->level);
}

void info_rows_move(struct info_rows *to, struct info_rows *from)
{
	info_rows_release(to);
	*to = *from;
	info_rows_init(from, to->level);
}

void info_rows_adopt(struct info_rows *rows, struct buf *stub)
{
	buf_release(&rows->owned);
	buf_move(&rows->owned, stub);
}

static union info_value *value_at(const struct info_rows *rows, uint32_t row, size_t field)
{
	assert(row < rows->count && field < rows->level->n);
	return &rows->values[(size_t)row * rows->level->n + field];
}

static bool is_dword(const struct info_field *field)
{
	return field->type == INFO_U32 || field->type == INFO_SIZE;
}

static bool is_number(const struct info_field *field)
{
	return is_dword(field) || field->type == INFO_U64;
}

uint32_t info_u32(const struct info_rows *rows, uint32_t row, size_t field)
{
	const union info_value *v = value_at(rows, row, field);

	assert(is_dword(rows->level->fields[field]));
	return v->u32;
}

uint64_t info_u64(const struct info_rows *rows, uint32_t row, size_t field)
{
	const union info_value *v = value_at(rows, row, field);

	assert(rows->level->fields[field]->type == INFO_U64);
	return v->u64;
}

bool info_absent(const struct info_rows *rows, uint32_t row, size_t field)
{
	const union info_value *v = value_at(rows, row, field);

	return !is_number(rows->level->fields[field]) && v->span.off == INFO_ABSENT;
}

static struct view span_of(const struct info_rows *rows, const union info_value *v)
{
	if (v->span.off == INFO_ABSENT)
		return (struct view){0};
	return view_slice(rows->pool, v->span.off, v->span.len);
}

struct view info_text(const struct info_rows *rows, uint32_t row, size_t field)
{
	assert(rows->level->fields[field]->type == INFO_STRING);
	return span_of(rows, value_at(rows, row, field));
}

struct view info_bytes(const struct info_rows *rows, uint32_t row, size_t field)
{
	assert(rows->level->fields[field]->type == INFO_BYTES);
	return span_of(rows, value_at(rows, row, field));
}

/* What a member is that nobody has given: 0, "", no bytes. */
static union info_value empty_value(const struct info_field *field)
{
	union info_value v = {.span = {0, 0}};

	if (field->type == INFO_BYTES)
		v.span.off = INFO_ABSENT;
	return v;
}

static enum ns_err make_room(struct info_rows *rows)
{
	size_t row = rows->level->n * sizeof(*rows->values);
	size_t room = rows->room == 0 ? ROOM_FIRST : (size_t)rows->room * 2;
	union info_value *values;

	if (rows->count < rows->room)
		return NS_OK;
	if (room > INFO_POOL_MAX / row)
		return NS_ELIMIT;
	values = realloc(rows->values, room * row);
	if (values == NULL)
		return NS_ENOMEM;
	rows->values = values;
	rows->room = (uint32_t)room;
	return NS_OK;
}

enum ns_err info_rows_add(struct info_rows *rows)
{
	enum ns_err err = make_room(rows);

	if (err != NS_OK)
		return err;
	rows->count++;
	for (size_t i = 0; i < rows->level->n; i++)
		*value_at(rows, rows->count - 1, i) = empty_value(rows->level->fields[i]);
	return NS_OK;
}

void info_rows_put_u32(struct info_rows *rows, const char *member, uint32_t v)
{
	size_t field = info_level_member(rows->level, member);

	if (field == INFO_NO_FIELD)
		return;
	assert(rows->level->fields[field]->type == INFO_U32);
	value_at(rows, rows->count - 1, field)->u32 = v;
}

void info_rows_put_u64(struct info_rows *rows, const char *member, uint64_t v)
{
	size_t field = info_level_member(rows->level, member);

	if (field == INFO_NO_FIELD)
		return;
	assert(rows->level->fields[field]->type == INFO_U64);
	value_at(rows, rows->count - 1, field)->u64 = v;
}

/* The last row's member becomes what was appended to the pool from `off` on. */
static void point_at_end(struct info_rows *rows, size_t field, size_t off)
{
	union info_value *v = value_at(rows, rows->count - 1, field);

	v->span.off = (uint32_t)off;
	v->span.len = (uint32_t)(rows->owned.n - off);
	rows->pool = buf_view(&rows->owned);
}

static enum ns_err put_span(struct info_rows *rows, size_t field, struct view v)
{
	size_t off = rows->owned.n;
	enum ns_err err;

	assert(rows->pool.p == rows->owned.p); /* pulled rows are not written to */
	err = buf_append(&rows->owned, v);
	if (err == NS_OK)
		point_at_end(rows, field, off);
	return err;
}

enum ns_err info_rows_put_text(struct info_rows *rows, const char *member,
			       struct view utf16le)
{
	size_t field = info_level_member(rows->level, member);

	if (field == INFO_NO_FIELD)
		return NS_OK;
	assert(rows->level->fields[field]->type == INFO_STRING);
	return put_span(rows, field, utf16le);
}

enum ns_err info_rows_put_utf8(struct info_rows *rows, const char *member, struct view utf8)
{
	size_t field = info_level_member(rows->level, member);
	size_t off = rows->owned.n;
	enum ns_err err;

	if (field == INFO_NO_FIELD)
		return NS_OK;
	assert(rows->level->fields[field]->type == INFO_STRING);
	assert(rows->pool.p == rows->owned.p);
	err = utf16_from_utf8(&rows->owned, utf8);
	if (err == NS_OK) {
		point_at_end(rows, field, off);
		return NS_OK;
	}
	rows->owned.n = off;
	rows->pool = buf_view(&rows->owned); /* it may have moved */
	return err;
}

enum ns_err info_rows_put_bytes(struct info_rows *rows, const char *member,
				struct view bytes)
{
	size_t field = info_level_member(rows->level, member);
	enum ns_err err;

	if (field == INFO_NO_FIELD)
		return NS_OK;
	assert(rows->level->fields[field]->type == INFO_BYTES);
	err = put_span(rows, field, bytes);
	if (err == NS_OK)
		value_at(rows, rows->count - 1, field - 1)->u32 = (uint32_t)bytes.n;
	return err;
}

enum ns_err info_rows_project(struct info_rows *rows, const struct info_level *level)
{
	size_t from[INFO_FIELDS_MAX];
	union info_value *values;
	union info_value *to;

	if (rows->level == level)
		return NS_OK;
	values = calloc(rows->count == 0 ? 1 : rows->count, level->n * sizeof(*values));
	if (values == NULL)
		return NS_ENOMEM;
	for (size_t i = 0; i < level->n; i++)
		from[i] = info_level_index(rows->level, level->fields[i]);
	to = values;
	for (uint32_t row = 0; row < rows->count; row++)
		for (size_t i = 0; i < level->n; i++)
			*to++ = from[i] == INFO_NO_FIELD ? empty_value(level->fields[i])
							 : *value_at(rows, row, from[i]);
	free(rows->values);
	rows->values = values;
	rows->room = rows->count;
	rows->level = level;
	return NS_OK;
}

void info_rows_filter(struct info_rows *rows,
		      bool (*keep)(void *ctx, const struct info_rows *rows, uint32_t row),
		      void *ctx)
{
	size_t size;
	uint32_t kept = 0;

	if (rows->count == 0)
		return;
	size = rows->level->n * sizeof(*rows->values);
	for (uint32_t row = 0; row < rows->count; row++) {
		if (!keep(ctx, rows, row))
			continue;
		if (kept != row)
			memcpy(value_at(rows, kept, 0), value_at(rows, row, 0), size);
		kept++;
	}
	rows->count = kept;
}

/* A structure of DWORDs and pointers, each aligned to its size, the whole to 8 if needed.
 */
static size_t win64_struct_size(const struct info_level *level)
{
	size_t size = 0;
	size_t widest = WIN64_DWORD;

	for (size_t i = 0; i < level->n; i++) {
		size_t n = is_dword(level->fields[i]) ? WIN64_DWORD : WIN64_POINTER;

		size = (size + n - 1) / n * n + n;
		widest = n > widest ? n : widest;
	}
	return (size + widest - 1) / widest * widest;
}

uint64_t info_rows_win32_size(const struct info_rows *rows, uint32_t first, uint32_t end)
{
	uint64_t size = 0;

	if (first >= end)
		return 0;
	size = (uint64_t)(end - first) * win64_struct_size(rows->level);
	for (uint32_t row = first; row < end; row++) {
		for (size_t i = 0; i < rows->level->n; i++) {
			const struct info_field *field = rows->level->fields[i];
			const union info_value *v = value_at(rows, row, i);

			if (is_number(field) || v->span.off == INFO_ABSENT)
				continue;
			size += v->span.len;
			if (field->type == INFO_STRING)
				size += 2; /* its NUL */
		}
	}
	return size;
}

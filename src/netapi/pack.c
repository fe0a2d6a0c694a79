/* SPDX-License-Identifier: MIT */
#include "netapi/pack.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static size_t align_up(size_t n, size_t to)
{
	return (n + to - 1) / to * to;
}

static size_t member_size(const struct info_field *field)
{
	switch (field->type) {
	case INFO_U32:
	case INFO_SIZE:
		return sizeof(uint32_t);
	case INFO_U64:
		return sizeof(uint64_t);
	case INFO_STRING:
	case INFO_BYTES:
		break;
	}
	return sizeof(void *);
}

size_t pack_offset(const struct info_level *level, size_t field)
{
	size_t at = 0;

	for (size_t i = 0; i < field; i++) {
		at = align_up(at, member_size(level->fields[i]));
		at += member_size(level->fields[i]);
	}
	return align_up(at, member_size(level->fields[field]));
}

size_t pack_struct_size(const struct info_level *level)
{
	size_t widest = 1;
	size_t last = level->n - 1;

	for (size_t i = 0; i < level->n; i++) {
		if (member_size(level->fields[i]) > widest)
			widest = member_size(level->fields[i]);
	}
	return align_up(pack_offset(level, last) + member_size(level->fields[last]),
			widest);
}

/* What a member points to, in bytes: strings come first, each with its NUL. */
static size_t pointee_size(const struct info_rows *rows, uint32_t row, size_t field,
			   enum wide_width width)
{
	switch (rows->level->fields[field]->type) {
	case INFO_STRING:
		return (wide_units_of_utf16(info_text(rows, row, field), width) + 1) *
		       width;
	case INFO_BYTES:
		/* Rounded up, so that the string behind stays aligned. */
		return align_up(info_bytes(rows, row, field).n, width);
	case INFO_U32:
	case INFO_U64:
	case INFO_SIZE:
		break;
	}
	return 0;
}

/* Stores one member; returns the first free byte behind what it points to. */
static uint8_t *store_member(uint8_t *member, uint8_t *heap, const struct info_rows *rows,
			     uint32_t row, size_t field, enum wide_width width)
{
	const struct info_field *f = rows->level->fields[field];
	struct view bytes;
	uint32_t u32;
	uint64_t u64;

	if (f->type == INFO_U32 || f->type == INFO_SIZE) {
		u32 = info_u32(rows, row, field);
		memcpy(member, &u32, sizeof(u32));
		return heap;
	}
	if (f->type == INFO_U64) {
		u64 = info_u64(rows, row, field);
		memcpy(member, &u64, sizeof(u64));
		return heap;
	}
	memcpy(member, &heap, sizeof(heap));
	if (f->type == INFO_STRING)
		return wide_store(heap, info_text(rows, row, field), width);
	bytes = info_bytes(rows, row, field);
	if (bytes.n > 0)
		memcpy(heap, bytes.p, bytes.n);
	else
		memset(member, 0, sizeof(void *));
	return heap + align_up(bytes.n, width);
}

enum ns_err pack_rows(void **block, const struct info_rows *rows, enum wide_width width)
{
	const struct info_level *level = rows->level;
	size_t size = pack_struct_size(level);
	size_t offsets[INFO_FIELDS_MAX];
	size_t total = size * rows->count;
	uint8_t *structs, *heap;

	assert(level->n <= INFO_FIELDS_MAX);
	for (uint32_t row = 0; row < rows->count; row++) {
		for (size_t f = 0; f < level->n; f++)
			total += pointee_size(rows, row, f, width);
	}
	structs = calloc(1, total > 0 ? total : 1);
	if (structs == NULL)
		return NS_ENOMEM;
	for (size_t f = 0; f < level->n; f++)
		offsets[f] = pack_offset(level, f);
	heap = structs + size * rows->count;
	for (uint32_t row = 0; row < rows->count; row++) {
		for (size_t f = 0; f < level->n; f++)
			heap = store_member(structs + size * row + offsets[f], heap, rows,
					    row, f, width);
	}
	assert(heap == structs + total);
	*block = structs;
	return NS_OK;
}

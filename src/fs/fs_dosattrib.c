/* SPDX-License-Identifier: MIT */
#include "fs/fs_dosattrib.h"

/* The text of old versions, "0x3f", with its NUL: none is longer. */
#define TEXT_MAX 16

/* Which fields are valid. */
#define VALID_ATTRIBUTES 0x00000001u
#define VALID_CREATED    0x00000010u

/* Where the creation time is, counted from the valid-fields word. */
#define CREATED_AT_3 28 /* behind the size of EAs, size, and allocation size */
#define CREATED_AT_4 16 /* behind a time that makes a file's id */
#define CREATED_AT_5 8

/* Of version 5 without text: how long it is, and where ours is. */
#define LENGTH_5   24
#define CHANGED_AT 24
#define STAMP_AT   32

static uint64_t get(struct view v, size_t at, size_t n)
{
	uint64_t value = 0;

	for (size_t i = n; i > 0; i--)
		value = value << 8 | v.p[at + i - 1];
	return value;
}

static void put(uint8_t *p, uint64_t value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(value >> 8 * i);
}

static size_t align(size_t at, size_t to)
{
	return (at + to - 1) / to * to;
}

/* 0: a version that we do not know. */
static size_t created_at(uint64_t version)
{
	switch (version) {
	case 3:
		return CREATED_AT_3;
	case 4:
		return CREATED_AT_4;
	case 5:
		return CREATED_AT_5;
	default:
		return 0;
	}
}

bool fs_dosattrib_decode(struct fs_dosattrib *out, struct view v)
{
	const uint8_t *nul =
		v.n == 0 ? NULL : memchr(v.p, 0, v.n < TEXT_MAX ? v.n : TEXT_MAX);
	size_t at, body, created;
	uint64_t valid;

	*out = (struct fs_dosattrib){0};
	if (nul == NULL)
		return false;
	at = align((size_t)(nul - v.p) + 1, 2);
	body = align(at + 4, 4);
	if (v.n < body)
		return false;
	created = created_at(get(v, at, 2));
	if (created == 0 || get(v, at, 2) != get(v, at + 2, 2) || v.n < body + created + 8)
		return false;
	valid = get(v, body, 4);
	out->has_attributes = (valid & VALID_ATTRIBUTES) != 0;
	if (out->has_attributes)
		out->attributes = (uint32_t)get(v, body + 4, 4);
	if ((valid & VALID_CREATED) != 0)
		out->created = get(v, body + created, 8);
	if (created == CREATED_AT_5 && body + created + 8 == LENGTH_5 &&
	    v.n == FS_DOSATTRIB_LEN) {
		out->changed = get(v, CHANGED_AT, 8);
		out->stamp = get(v, STAMP_AT, 8);
	}
	return true;
}

size_t fs_dosattrib_encode(uint8_t out[FS_DOSATTRIB_LEN], const struct fs_dosattrib *v)
{
	uint32_t valid = (v->has_attributes ? VALID_ATTRIBUTES : 0u) |
			 (v->created != 0 ? VALID_CREATED : 0u);

	put(out, 0, 2); /* no text */
	put(out + 2, 5, 2);
	put(out + 4, 5, 4);
	put(out + 8, valid, 4);
	put(out + 12, v->attributes, 4);
	put(out + 16, v->created, 8);
	if (v->changed == 0)
		return LENGTH_5;
	put(out + CHANGED_AT, v->changed, 8);
	put(out + STAMP_AT, v->stamp, 8);
	return FS_DOSATTRIB_LEN;
}

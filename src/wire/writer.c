/* SPDX-License-Identifier: MIT */
#include "wire/writer.h"

#include <assert.h>

static void put_le(struct wire_writer *w, uint64_t v, size_t n)
{
	uint8_t le[8];

	for (size_t i = 0; i < n; i++)
		le[i] = (uint8_t)(v >> (8 * i));
	wire_put_bytes(w, view_of(le, n));
}

static void patch_le(struct wire_writer *w, size_t at, size_t v, size_t n)
{
	if (v >> (8 * n) != 0)
		wire_put_fail(w, NS_ELIMIT);
	if (w->err != NS_OK)
		return;
	assert(at + n <= wire_pos(w));
	for (size_t i = 0; i < n; i++)
		w->out->p[w->base + at + i] = (uint8_t)(v >> (8 * i));
}

void wire_put_bytes(struct wire_writer *w, struct view v)
{
	if (w->err == NS_OK)
		w->err = buf_append(w->out, v);
}

void wire_put_zero(struct wire_writer *w, size_t n)
{
	if (w->err == NS_OK)
		w->err = buf_append_zero(w->out, n);
}

void wire_put_u8(struct wire_writer *w, uint8_t v)
{
	put_le(w, v, 1);
}

void wire_put_le16(struct wire_writer *w, uint16_t v)
{
	put_le(w, v, 2);
}

void wire_put_le32(struct wire_writer *w, uint32_t v)
{
	put_le(w, v, 4);
}

void wire_put_le64(struct wire_writer *w, uint64_t v)
{
	put_le(w, v, 8);
}

void wire_put_align(struct wire_writer *w, size_t n)
{
	wire_put_zero(w, (0 - wire_pos(w)) & (n - 1));
}

void wire_patch16(struct wire_writer *w, size_t at, size_t v)
{
	patch_le(w, at, v, 2);
}

void wire_patch32(struct wire_writer *w, size_t at, size_t v)
{
	patch_le(w, at, v, 4);
}

void wire_patch_bytes(struct wire_writer *w, size_t at, struct view v)
{
	if (w->err != NS_OK || v.n == 0)
		return;
	assert(at <= wire_pos(w) && v.n <= wire_pos(w) - at);
	memcpy(w->out->p + w->base + at, v.p, v.n);
}

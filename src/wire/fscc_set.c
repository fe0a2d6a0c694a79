/* SPDX-License-Identifier: MIT */
#include "wire/fscc_set.h"

/* From RootDirectory on. */
static void take_name(struct wire_reader *r, struct fscc_rename *out)
{
	uint32_t len;

	wire_le64(r, &out->root_directory); /*  8 RootDirectory */
	wire_le32(r, &len);                 /* 16 FileNameLength */
	wire_take(r, len, &out->name);      /* 20 FileName */
}

static void put_name(struct wire_writer *w, const struct fscc_rename *v)
{
	wire_put_le64(w, v->root_directory);
	wire_put_le32(w, (uint32_t)v->name.n);
	wire_put_bytes(w, v->name);
	if (wire_put_status(w) == NS_OK && wire_pos(w) < FSCC_RENAME_LEN)
		wire_put_zero(w, FSCC_RENAME_LEN - wire_pos(w));
}

enum ns_err fscc_rename_decode(struct fscc_rename *out, struct view v)
{
	struct wire_reader r = {.msg = v};
	uint8_t replace;

	wire_u8(&r, &replace); /*  0 ReplaceIfExists */
	wire_skip(&r, 7);      /*  1 Reserved */
	out->flags = replace != 0 ? FILE_RENAME_REPLACE_IF_EXISTS : 0;
	take_name(&r, out);
	return wire_status(&r);
}

void fscc_rename_encode(struct wire_writer *w, const struct fscc_rename *v)
{
	wire_put_u8(w, (v->flags & FILE_RENAME_REPLACE_IF_EXISTS) != 0);
	wire_put_zero(w, 7);
	put_name(w, v);
}

enum ns_err fscc_rename_ex_decode(struct fscc_rename *out, struct view v)
{
	struct wire_reader r = {.msg = v};

	wire_le32(&r, &out->flags); /*  0 Flags */
	wire_skip(&r, 4);           /*  4 Reserved */
	take_name(&r, out);
	return wire_status(&r);
}

void fscc_rename_ex_encode(struct wire_writer *w, const struct fscc_rename *v)
{
	wire_put_le32(w, v->flags);
	wire_put_zero(w, 4);
	put_name(w, v);
}

enum ns_err fscc_disposition_decode(bool *out, struct view v)
{
	struct wire_reader r = {.msg = v};
	uint8_t pending;

	wire_u8(&r, &pending); /* 0 DeletePending */
	*out = pending != 0;
	return wire_status(&r);
}

void fscc_disposition_encode(struct wire_writer *w, bool delete_pending)
{
	wire_put_u8(w, delete_pending);
}

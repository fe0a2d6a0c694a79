/* SPDX-License-Identifier: MIT */
#include "wire/smb2_create_context.h"

#define CONTEXT_LEN       16 /* the part before Buffer */
#define CONTEXT_ALIGNMENT 8
#define NAME_LEN_MIN      4 /* "four or more octets" */
#define DATA_OFFSET_AT    10

static enum ns_err context_decode(struct smb2_create_context *out, uint32_t *next,
				  struct view rest)
{
	struct wire_reader r = {.msg = rest};
	uint16_t name_off, name_len, data_off;
	uint32_t data_len;

	wire_le32(&r, next); /*  0 Next */
	if (*next != 0) {
		if (*next % CONTEXT_ALIGNMENT != 0 || *next < CONTEXT_LEN ||
		    *next >= rest.n)
			wire_fail(&r, NS_EFORMAT);
		r.msg = view_slice(rest, 0, *next); /* it ends where the next one begins */
	}
	wire_le16(&r, &name_off);                      /*  4 NameOffset */
	wire_le16(&r, &name_len);                      /*  6 NameLength */
	wire_skip(&r, 2);                              /*  8 Reserved */
	wire_le16(&r, &data_off);                      /* 10 DataOffset */
	wire_le32(&r, &data_len);                      /* 12 DataLength */
	wire_view(&r, name_off, name_len, &out->name); /* 16 Buffer */
	wire_view(&r, data_off, data_len, &out->data);
	if (name_len < NAME_LEN_MIN)
		wire_fail(&r, NS_EFORMAT);
	return wire_status(&r);
}

bool smb2_create_context_next(struct smb2_create_contexts *it,
			      struct smb2_create_context *out)
{
	uint32_t next;

	*out = (struct smb2_create_context){0};
	if (it->err != NS_OK || it->rest.n == 0)
		return false;
	it->err = context_decode(out, &next, it->rest);
	if (it->err != NS_OK)
		return false;
	it->rest = next == 0 ? (struct view){0} : view_slice(it->rest, next, SIZE_MAX);
	return true;
}

/* Returns where it began, for the Next of the one before. */
static size_t context_put(struct wire_writer *w, const struct smb2_create_context *v)
{
	size_t start = wire_pos(w);

	wire_put_le32(w, 0); /* Next */
	wire_put_le16(w, CONTEXT_LEN);
	wire_put_le16(w, 0); /* NameLength */
	wire_put_le16(w, 0);
	wire_put_le16(w, 0); /* DataOffset: 0 if there is no data */
	wire_put_le32(w, 0); /* DataLength */
	wire_patch16(w, start + 6, v->name.n);
	wire_put_bytes(w, v->name);
	if (v->data.n > 0) {
		wire_put_align(w, CONTEXT_ALIGNMENT);
		wire_patch16(w, start + DATA_OFFSET_AT, wire_pos(w) - start);
		wire_patch32(w, start + DATA_OFFSET_AT + 2, v->data.n);
		wire_put_bytes(w, v->data);
	}
	return start;
}

void smb2_create_contexts_encode(struct wire_writer *w,
				 const struct smb2_create_context *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t start = context_put(w, &list[i]);

		if (i + 1 < count) {
			wire_put_align(w, CONTEXT_ALIGNMENT);
			wire_patch32(w, start, wire_pos(w) - start);
		}
	}
}

/* SPDX-License-Identifier: MIT */
#include "wire/smb2_error.h"

enum ns_err smb2_error_rsp_decode(struct smb2_error_rsp *out, struct view msg)
{
	struct wire_reader r = smb2_body(msg, 9); /* 0 StructureSize */
	uint32_t len;

	wire_u8(&r, &out->context_count); /* 2 ErrorContextCount */
	wire_skip(&r, 1);                 /* 3 Reserved */
	wire_le32(&r, &len);              /* 4 ByteCount */
	wire_take(&r, len, &out->data);   /* 8 ErrorData */
	return wire_status(&r);
}

void smb2_error_rsp_encode(struct wire_writer *w, const struct smb2_error_rsp *v)
{
	size_t at;

	wire_put_le16(w, 9);
	wire_put_u8(w, v->context_count);
	wire_put_u8(w, 0);
	at = wire_pos(w);
	wire_put_le32(w, 0); /* ByteCount */
	wire_patch32(w, at, v->data.n);
	wire_put_bytes(w, v->data);
	if (v->data.n == 0)
		wire_put_u8(w, 0); /* StructureSize counts one byte of ErrorData */
}

struct smb2_error_contexts smb2_error_contexts_of(const struct smb2_error_rsp *rsp)
{
	return (struct smb2_error_contexts){.r = {.msg = rsp->data},
					    .left = rsp->context_count};
}

bool smb2_error_context_next(struct smb2_error_contexts *it, struct smb2_error_context *out)
{
	uint32_t len;

	*out = (struct smb2_error_context){0};
	if (it->left == 0 || wire_status(&it->r) != NS_OK)
		return false;
	it->left--;
	wire_align(&it->r, 8);              /* ErrorData itself begins at such a boundary */
	wire_le32(&it->r, &len);            /* 0 ErrorDataLength */
	wire_le32(&it->r, &out->error_id);  /* 4 ErrorId */
	wire_take(&it->r, len, &out->data); /* 8 ErrorContextData */
	return wire_status(&it->r) == NS_OK;
}

void smb2_error_contexts_encode(struct wire_writer *w,
				const struct smb2_error_context *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t at;

		wire_put_align(w, 8);
		at = wire_pos(w);
		wire_put_le32(w, 0); /* ErrorDataLength */
		wire_put_le32(w, list[i].error_id);
		wire_patch32(w, at, list[i].data.n);
		wire_put_bytes(w, list[i].data);
	}
}

/* SPDX-License-Identifier: MIT */
#include "wire/smb2_set_info.h"

enum ns_err smb2_set_info_req_decode(struct smb2_set_info_req *out, struct view msg)
{
	struct wire_reader r = smb2_body(msg, 33); /*  0 StructureSize */
	uint16_t off;
	uint32_t len;

	wire_u8(&r, &out->info_type);         /*  2 InfoType */
	wire_u8(&r, &out->info_class);        /*  3 FileInfoClass */
	wire_le32(&r, &len);                  /*  4 BufferLength */
	wire_le16(&r, &off);                  /*  8 BufferOffset */
	wire_skip(&r, 2);                     /* 10 Reserved */
	wire_le32(&r, &out->additional);      /* 12 AdditionalInformation */
	smb2_file_id_read(&r, &out->file_id); /* 16 FileId */
	wire_view(&r, off, len, &out->data);  /* 32 Buffer */
	return wire_status(&r);
}

void smb2_set_info_req_encode(struct wire_writer *w, const struct smb2_set_info_req *v)
{
	size_t at;

	wire_put_le16(w, 33);
	wire_put_u8(w, v->info_type);
	wire_put_u8(w, v->info_class);
	wire_put_le32(w, 0);
	at = wire_pos(w);
	wire_put_zero(w, 4); /* BufferOffset, Reserved */
	wire_put_le32(w, v->additional);
	smb2_file_id_put(w, v->file_id);
	wire_patch32(w, at - 4, v->data.n);
	wire_patch16(w, at, wire_pos(w));
	wire_put_bytes(w, v->data);
	if (v->data.n == 0)
		wire_put_u8(w, 0); /* StructureSize counts one byte of Buffer */
}

enum ns_err smb2_set_info_rsp_decode(struct view msg)
{
	struct wire_reader r = smb2_body(msg, 2);

	return wire_status(&r);
}

void smb2_set_info_rsp_encode(struct wire_writer *w)
{
	wire_put_le16(w, 2);
}

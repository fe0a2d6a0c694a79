/* SPDX-License-Identifier: MIT */
#include "wire/smb2_query_info.h"

#include "wire/smb2_output.h"

enum ns_err smb2_query_info_req_decode(struct smb2_query_info_req *out, struct view msg)
{
	struct wire_reader r = smb2_body(msg, 41); /*  0 StructureSize */
	uint16_t off;
	uint32_t len;

	wire_u8(&r, &out->info_type);         /*  2 InfoType */
	wire_u8(&r, &out->info_class);        /*  3 FileInfoClass */
	wire_le32(&r, &out->output_len);      /*  4 OutputBufferLength */
	wire_le16(&r, &off);                  /*  8 InputBufferOffset */
	wire_skip(&r, 2);                     /* 10 Reserved */
	wire_le32(&r, &len);                  /* 12 InputBufferLength */
	wire_le32(&r, &out->additional);      /* 16 AdditionalInformation */
	wire_le32(&r, &out->flags);           /* 20 Flags */
	smb2_file_id_read(&r, &out->file_id); /* 24 FileId */
	wire_view(&r, off, len, &out->input); /* 40 Buffer */
	return wire_status(&r);
}

void smb2_query_info_req_encode(struct wire_writer *w, const struct smb2_query_info_req *v)
{
	size_t at;

	wire_put_le16(w, 41);
	wire_put_u8(w, v->info_type);
	wire_put_u8(w, v->info_class);
	wire_put_le32(w, v->output_len);
	at = wire_pos(w);
	wire_put_zero(w, 8); /* InputBufferOffset, Reserved, InputBufferLength */
	wire_put_le32(w, v->additional);
	wire_put_le32(w, v->flags);
	smb2_file_id_put(w, v->file_id);
	if (v->input.n == 0) {
		wire_put_u8(w, 0); /* StructureSize counts one byte of Buffer */
		return;
	}
	wire_patch16(w, at, wire_pos(w));
	wire_patch32(w, at + 4, v->input.n);
	wire_put_bytes(w, v->input);
}

enum ns_err smb2_query_info_rsp_decode(struct smb2_query_info_rsp *out, struct view msg)
{
	return smb2_output_rsp_decode(&out->data, msg);
}

void smb2_query_info_rsp_encode(struct wire_writer *w, const struct smb2_query_info_rsp *v)
{
	smb2_output_rsp_encode(w, v->data);
}

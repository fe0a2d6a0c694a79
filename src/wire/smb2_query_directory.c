/* SPDX-License-Identifier: MIT */
#include "wire/smb2_query_directory.h"

#include "wire/smb2_output.h"

enum ns_err smb2_query_directory_req_decode(struct smb2_query_directory_req *out,
					    struct view msg)
{
	struct wire_reader r = smb2_body(msg, 33); /*  0 StructureSize */
	uint16_t off, len;

	wire_u8(&r, &out->info_class);          /*  2 FileInformationClass */
	wire_u8(&r, &out->flags);               /*  3 Flags */
	wire_le32(&r, &out->file_index);        /*  4 FileIndex */
	smb2_file_id_read(&r, &out->file_id);   /*  8 FileId */
	wire_le16(&r, &off);                    /* 24 FileNameOffset */
	wire_le16(&r, &len);                    /* 26 FileNameLength */
	wire_le32(&r, &out->output_len);        /* 28 OutputBufferLength */
	wire_view(&r, off, len, &out->pattern); /* 32 Buffer */
	return wire_status(&r);
}

void smb2_query_directory_req_encode(struct wire_writer *w,
				     const struct smb2_query_directory_req *v)
{
	size_t at;

	wire_put_le16(w, 33);
	wire_put_u8(w, v->info_class);
	wire_put_u8(w, v->flags);
	wire_put_le32(w, v->file_index);
	smb2_file_id_put(w, v->file_id);
	at = wire_pos(w);
	wire_put_zero(w, 4); /* FileNameOffset, FileNameLength */
	wire_put_le32(w, v->output_len);
	if (v->pattern.n == 0) {
		wire_put_u8(w, 0); /* StructureSize counts one byte of Buffer */
		return;
	}
	wire_patch16(w, at, wire_pos(w));
	wire_patch16(w, at + 2, v->pattern.n);
	wire_put_bytes(w, v->pattern);
}

enum ns_err smb2_query_directory_rsp_decode(struct smb2_query_directory_rsp *out,
					    struct view msg)
{
	return smb2_output_rsp_decode(&out->data, msg);
}

void smb2_query_directory_rsp_encode(struct wire_writer *w,
				     const struct smb2_query_directory_rsp *v)
{
	smb2_output_rsp_encode(w, v->data);
}

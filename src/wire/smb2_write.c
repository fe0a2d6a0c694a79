/* SPDX-License-Identifier: MIT */
#include "wire/smb2_write.h"

enum ns_err smb2_write_req_decode(struct smb2_write_req *out, struct view msg)
{
	struct wire_reader r = smb2_body(msg, 49); /*  0 StructureSize */
	uint16_t off, info_off, info_len;
	uint32_t len;

	wire_le16(&r, &off);                  /*  2 DataOffset */
	wire_le32(&r, &len);                  /*  4 Length */
	wire_le64(&r, &out->offset);          /*  8 Offset */
	smb2_file_id_read(&r, &out->file_id); /* 16 FileId */
	wire_le32(&r, &out->channel);         /* 32 Channel */
	wire_le32(&r, &out->remaining_bytes); /* 36 RemainingBytes */
	wire_le16(&r, &info_off);             /* 40 WriteChannelInfoOffset */
	wire_le16(&r, &info_len);             /* 42 WriteChannelInfoLength */
	wire_le32(&r, &out->flags);           /* 44 Flags */
	wire_view(&r, off, len, &out->data);  /* 48 Buffer */
	wire_view(&r, info_off, info_len, &out->channel_info);
	return wire_status(&r);
}

void smb2_write_req_encode(struct wire_writer *w, const struct smb2_write_req *v)
{
	size_t at, info_at;

	wire_put_le16(w, 49);
	at = wire_pos(w);
	wire_put_zero(w, 6); /* DataOffset, Length */
	wire_put_le64(w, v->offset);
	smb2_file_id_put(w, v->file_id);
	wire_put_le32(w, v->channel);
	wire_put_le32(w, v->remaining_bytes);
	info_at = wire_pos(w);
	wire_put_zero(w, 4); /* WriteChannelInfoOffset, -Length */
	wire_put_le32(w, v->flags);
	if (v->channel_info.n > 0) {
		wire_patch16(w, info_at, wire_pos(w));
		wire_patch16(w, info_at + 2, v->channel_info.n);
		wire_put_bytes(w, v->channel_info);
	}
	wire_patch16(w, at, wire_pos(w));
	wire_patch32(w, at + 2, v->data.n);
	wire_put_bytes(w, v->data);
	if (v->data.n == 0 && v->channel_info.n == 0)
		wire_put_u8(w, 0); /* StructureSize counts one byte of Buffer */
}

enum ns_err smb2_write_rsp_decode(struct smb2_write_rsp *out, struct view msg)
{
	struct wire_reader r = smb2_body(msg, 17); /*  0 StructureSize */

	wire_skip(&r, 2);           /*  2 Reserved */
	wire_le32(&r, &out->count); /*  4 Count */
	wire_skip(&r, 8); /*  8 Remaining, WriteChannelInfo: "the client MUST ignore" */
	return wire_status(&r);
}

void smb2_write_rsp_encode(struct wire_writer *w, const struct smb2_write_rsp *v)
{
	wire_put_le16(w, 17);
	wire_put_le16(w, 0);
	wire_put_le32(w, v->count);
	wire_put_zero(w, 8);
}

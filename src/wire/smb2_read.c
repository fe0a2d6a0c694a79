/* SPDX-License-Identifier: MIT */
#include "wire/smb2_read.h"

enum ns_err smb2_read_req_decode(struct smb2_read_req *out, struct view msg)
{
	struct wire_reader r = smb2_body(msg, 49); /*  0 StructureSize */
	uint16_t off, len;

	wire_u8(&r, &out->padding);                  /*  2 Padding */
	wire_u8(&r, &out->flags);                    /*  3 Flags */
	wire_le32(&r, &out->length);                 /*  4 Length */
	wire_le64(&r, &out->offset);                 /*  8 Offset */
	smb2_file_id_read(&r, &out->file_id);        /* 16 FileId */
	wire_le32(&r, &out->minimum_count);          /* 32 MinimumCount */
	wire_le32(&r, &out->channel);                /* 36 Channel */
	wire_le32(&r, &out->remaining_bytes);        /* 40 RemainingBytes */
	wire_le16(&r, &off);                         /* 44 ReadChannelInfoOffset */
	wire_le16(&r, &len);                         /* 46 ReadChannelInfoLength */
	wire_view(&r, off, len, &out->channel_info); /* 48 Buffer */
	return wire_status(&r);
}

void smb2_read_req_encode(struct wire_writer *w, const struct smb2_read_req *v)
{
	size_t at;

	wire_put_le16(w, 49);
	wire_put_u8(w, v->padding);
	wire_put_u8(w, v->flags);
	wire_put_le32(w, v->length);
	wire_put_le64(w, v->offset);
	smb2_file_id_put(w, v->file_id);
	wire_put_le32(w, v->minimum_count);
	wire_put_le32(w, v->channel);
	wire_put_le32(w, v->remaining_bytes);
	at = wire_pos(w);
	wire_put_zero(w, 4); /* ReadChannelInfoOffset, -Length */
	if (v->channel_info.n > 0) {
		wire_patch16(w, at, wire_pos(w));
		wire_patch16(w, at + 2, v->channel_info.n);
		wire_put_bytes(w, v->channel_info);
	} else {
		wire_put_u8(w, 0); /* StructureSize counts one byte of Buffer */
	}
}

enum ns_err smb2_read_rsp_decode(struct smb2_read_rsp *out, struct view msg)
{
	struct wire_reader r = smb2_body(msg, 17); /*  0 StructureSize */
	uint8_t off;
	uint32_t len;

	wire_u8(&r, &off);                   /*  2 DataOffset */
	wire_skip(&r, 1);                    /*  3 Reserved */
	wire_le32(&r, &len);                 /*  4 DataLength */
	wire_le32(&r, &out->data_remaining); /*  8 DataRemaining */
	wire_le32(&r, &out->flags);          /* 12 Reserved2/Flags */
	wire_view(&r, off, len, &out->data); /* 16 Buffer */
	return wire_status(&r);
}

void smb2_read_rsp_encode_fixed(struct wire_writer *w, const struct smb2_read_rsp *v)
{
	size_t at;

	wire_put_le16(w, 17);
	wire_put_u8(w, SMB2_READ_RSP_DATA_AT); /* DataOffset: right behind this part */
	wire_put_u8(w, 0);
	at = wire_pos(w);
	wire_put_le32(w, 0); /* DataLength */
	wire_put_le32(w, v->data_remaining);
	wire_put_le32(w, v->flags);
	wire_patch32(w, at, v->data.n);
}

void smb2_read_rsp_encode(struct wire_writer *w, const struct smb2_read_rsp *v)
{
	smb2_read_rsp_encode_fixed(w, v);
	wire_put_bytes(w, v->data);
	if (v->data.n == 0)
		wire_put_u8(w, 0); /* Buffer: "The minimum length is 1 byte" */
}

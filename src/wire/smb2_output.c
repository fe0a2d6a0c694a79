/* SPDX-License-Identifier: MIT */
#include "wire/smb2_output.h"

enum ns_err smb2_output_rsp_decode(struct view *data, struct view msg)
{
	struct wire_reader r = smb2_body(msg, 9); /* 0 StructureSize */
	uint16_t off;
	uint32_t len;

	wire_le16(&r, &off);           /* 2 OutputBufferOffset */
	wire_le32(&r, &len);           /* 4 OutputBufferLength */
	wire_view(&r, off, len, data); /* 8 Buffer */
	return wire_status(&r);
}

void smb2_output_rsp_encode(struct wire_writer *w, struct view data)
{
	size_t at;

	wire_put_le16(w, 9);
	at = wire_pos(w);
	wire_put_zero(w, 6); /* OutputBufferOffset, OutputBufferLength */
	wire_patch16(w, at, wire_pos(w));
	wire_patch32(w, at + 2, data.n);
	wire_put_bytes(w, data);
	if (data.n == 0)
		wire_put_u8(w, 0); /* StructureSize counts one byte of Buffer */
}

/* SPDX-License-Identifier: MIT */
#include "wire/smb2_session_setup.h"

enum ns_err smb2_session_setup_req_decode(struct smb2_session_setup_req *out,
					  struct view msg)
{
	struct wire_reader r = smb2_body(msg, 25); /*  0 StructureSize */
	uint16_t off, len;

	wire_u8(&r, &out->flags);              /*  2 Flags */
	wire_u8(&r, &out->security_mode);      /*  3 SecurityMode */
	wire_le32(&r, &out->capabilities);     /*  4 Capabilities */
	wire_skip(&r, 4);                      /*  8 Channel: "the server MUST ignore it" */
	wire_le16(&r, &off);                   /* 12 SecurityBufferOffset */
	wire_le16(&r, &len);                   /* 14 SecurityBufferLength */
	wire_le64(&r, &out->previous_session); /* 16 PreviousSessionId */
	wire_view(&r, off, len, &out->token);  /* 24 Buffer */
	return wire_status(&r);
}

void smb2_session_setup_req_encode(struct wire_writer *w,
				   const struct smb2_session_setup_req *v)
{
	size_t at;

	wire_put_le16(w, 25);
	wire_put_u8(w, v->flags);
	wire_put_u8(w, v->security_mode);
	wire_put_le32(w, v->capabilities);
	wire_put_le32(w, 0);
	at = wire_pos(w);
	wire_put_zero(w, 4); /* SecurityBufferOffset, -Length */
	wire_put_le64(w, v->previous_session);
	wire_patch16(w, at, wire_pos(w));
	wire_patch16(w, at + 2, v->token.n);
	wire_put_bytes(w, v->token);
}

enum ns_err smb2_session_setup_rsp_decode(struct smb2_session_setup_rsp *out,
					  struct view msg)
{
	struct wire_reader r = smb2_body(msg, 9); /* 0 StructureSize */
	uint16_t off, len;

	wire_le16(&r, &out->session_flags);   /* 2 SessionFlags */
	wire_le16(&r, &off);                  /* 4 SecurityBufferOffset */
	wire_le16(&r, &len);                  /* 6 SecurityBufferLength */
	wire_view(&r, off, len, &out->token); /* 8 Buffer */
	return wire_status(&r);
}

void smb2_session_setup_rsp_encode(struct wire_writer *w,
				   const struct smb2_session_setup_rsp *v)
{
	size_t at;

	wire_put_le16(w, 9);
	wire_put_le16(w, v->session_flags);
	at = wire_pos(w);
	wire_put_zero(w, 4); /* SecurityBufferOffset, -Length */
	wire_patch16(w, at, wire_pos(w));
	wire_patch16(w, at + 2, v->token.n);
	wire_put_bytes(w, v->token);
}

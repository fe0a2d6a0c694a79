/* SPDX-License-Identifier: MIT */
#include "wire/smb2_ioctl.h"

enum ns_err smb2_ioctl_req_decode(struct smb2_ioctl_req *out, struct view msg)
{
	struct wire_reader r = smb2_body(msg, 57); /*  0 StructureSize */
	uint32_t in_off, in_len, out_off, out_len;
	struct view output;

	wire_skip(&r, 2);                           /*  2 Reserved */
	wire_le32(&r, &out->ctl_code);              /*  4 CtlCode */
	smb2_file_id_read(&r, &out->file_id);       /*  8 FileId */
	wire_le32(&r, &in_off);                     /* 24 InputOffset */
	wire_le32(&r, &in_len);                     /* 28 InputCount */
	wire_le32(&r, &out->max_input);             /* 32 MaxInputResponse */
	wire_le32(&r, &out_off);                    /* 36 OutputOffset */
	wire_le32(&r, &out_len);                    /* 40 OutputCount */
	wire_le32(&r, &out->max_output);            /* 44 MaxOutputResponse */
	wire_le32(&r, &out->flags);                 /* 48 Flags */
	wire_skip(&r, 4);                           /* 52 Reserved2 */
	wire_view(&r, in_off, in_len, &out->input); /* 56 Buffer */
	wire_view(&r, out_off, out_len, &output);
	return wire_status(&r);
}

void smb2_ioctl_req_encode(struct wire_writer *w, const struct smb2_ioctl_req *v)
{
	size_t at;

	wire_put_le16(w, 57);
	wire_put_le16(w, 0);
	wire_put_le32(w, v->ctl_code);
	smb2_file_id_put(w, v->file_id);
	at = wire_pos(w);
	wire_put_zero(w, 8); /* InputOffset, InputCount */
	wire_put_le32(w, v->max_input);
	wire_put_zero(w, 8); /* OutputOffset, OutputCount */
	wire_put_le32(w, v->max_output);
	wire_put_le32(w, v->flags);
	wire_put_le32(w, 0);
	if (v->input.n > 0)
		wire_patch32(w, at, wire_pos(w));
	wire_patch32(w, at + 4, v->input.n);
	wire_put_bytes(w, v->input);
}

enum ns_err smb2_ioctl_rsp_decode(struct smb2_ioctl_rsp *out, struct view msg)
{
	struct wire_reader r = smb2_body(msg, 49); /*  0 StructureSize */
	uint32_t in_off, in_len, out_off, out_len;

	wire_skip(&r, 2);                           /*  2 Reserved */
	wire_le32(&r, &out->ctl_code);              /*  4 CtlCode */
	smb2_file_id_read(&r, &out->file_id);       /*  8 FileId */
	wire_le32(&r, &in_off);                     /* 24 InputOffset */
	wire_le32(&r, &in_len);                     /* 28 InputCount */
	wire_le32(&r, &out_off);                    /* 32 OutputOffset */
	wire_le32(&r, &out_len);                    /* 36 OutputCount */
	wire_le32(&r, &out->flags);                 /* 40 Flags */
	wire_skip(&r, 4);                           /* 44 Reserved2 */
	wire_view(&r, in_off, in_len, &out->input); /* 48 Buffer */
	wire_view(&r, out_off, out_len, &out->output);
	return wire_status(&r);
}

void smb2_ioctl_rsp_encode(struct wire_writer *w, const struct smb2_ioctl_rsp *v)
{
	size_t at;

	wire_put_le16(w, 49);
	wire_put_le16(w, 0);
	wire_put_le32(w, v->ctl_code);
	smb2_file_id_put(w, v->file_id);
	at = wire_pos(w);
	wire_put_zero(w, 16); /* Input- and OutputOffset and -Count */
	wire_put_le32(w, v->flags);
	wire_put_le32(w, 0);
	wire_patch32(w, at, wire_pos(w));
	wire_patch32(w, at + 4, v->input.n);
	wire_put_bytes(w, v->input);
	if (v->output.n > 0) {
		wire_put_align(w, 8);
		wire_patch32(w, at + 8, wire_pos(w));
		wire_patch32(w, at + 12, v->output.n);
		wire_put_bytes(w, v->output);
	}
}

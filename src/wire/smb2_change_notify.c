/* SPDX-License-Identifier: MIT */
#include "wire/smb2_change_notify.h"

#include "wire/smb2_output.h"

enum ns_err smb2_change_notify_req_decode(struct smb2_change_notify_req *out,
					  struct view msg)
{
	struct wire_reader r = smb2_body(msg, 32); /*  0 StructureSize */

	wire_le16(&r, &out->flags);           /*  2 Flags */
	wire_le32(&r, &out->output_len);      /*  4 OutputBufferLength */
	smb2_file_id_read(&r, &out->file_id); /*  8 FileId */
	wire_le32(&r, &out->filter);          /* 24 CompletionFilter */
	wire_skip(&r, 4);                     /* 28 Reserved */
	return wire_status(&r);
}

void smb2_change_notify_req_encode(struct wire_writer *w,
				   const struct smb2_change_notify_req *v)
{
	wire_put_le16(w, 32);
	wire_put_le16(w, v->flags);
	wire_put_le32(w, v->output_len);
	smb2_file_id_put(w, v->file_id);
	wire_put_le32(w, v->filter);
	wire_put_zero(w, 4); /* Reserved */
}

enum ns_err smb2_change_notify_rsp_decode(struct smb2_change_notify_rsp *out,
					  struct view msg)
{
	return smb2_output_rsp_decode(&out->data, msg);
}

void smb2_change_notify_rsp_encode(struct wire_writer *w,
				   const struct smb2_change_notify_rsp *v)
{
	smb2_output_rsp_encode(w, v->data);
}

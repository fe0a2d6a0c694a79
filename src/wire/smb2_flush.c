/* SPDX-License-Identifier: MIT */
#include "wire/smb2_flush.h"

enum ns_err smb2_flush_req_decode(struct smb2_flush_req *out, struct view msg)
{
	struct wire_reader r = smb2_body(msg, 24); /* 0 StructureSize */

	wire_skip(&r, 6);                     /* 2 Reserved1, Reserved2 */
	smb2_file_id_read(&r, &out->file_id); /* 8 FileId */
	return wire_status(&r);
}

void smb2_flush_req_encode(struct wire_writer *w, const struct smb2_flush_req *v)
{
	wire_put_le16(w, 24);
	wire_put_zero(w, 6);
	smb2_file_id_put(w, v->file_id);
}

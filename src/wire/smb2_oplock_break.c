/* SPDX-License-Identifier: MIT */
#include "wire/smb2_oplock_break.h"

#define STRUCTURE_SIZE 24

enum ns_err smb2_oplock_break_decode(struct smb2_oplock_break *out, struct view msg)
{
	struct wire_reader r = smb2_body(msg, STRUCTURE_SIZE); /* 0 StructureSize */

	wire_u8(&r, &out->oplock_level);      /* 2 OplockLevel */
	wire_skip(&r, 5);                     /* 3 Reserved, Reserved2 */
	smb2_file_id_read(&r, &out->file_id); /* 8 FileId */
	return wire_status(&r);
}

void smb2_oplock_break_encode(struct wire_writer *w, const struct smb2_oplock_break *v)
{
	wire_put_le16(w, STRUCTURE_SIZE);
	wire_put_u8(w, v->oplock_level);
	wire_put_zero(w, 5);
	smb2_file_id_put(w, v->file_id);
}

/* SPDX-License-Identifier: MIT */
/*
 * OPLOCK_BREAK of an oplock, [MS-SMB2] 2.2.23.1, 2.2.24.1 and 2.2.25.1: the server's
 * notification, the client's acknowledgment and the server's response look the same.
 * Those of a lease are longer, and NS_EFORMAT here.
 */
#ifndef WIRE_SMB2_OPLOCK_BREAK_H
#define WIRE_SMB2_OPLOCK_BREAK_H

#include "wire/smb2_file_id.h"
#include "wire/smb2_hdr.h"

struct smb2_oplock_break {
	uint8_t oplock_level; /* what it is to be, or is now: SMB2_OPLOCK_LEVEL_... */
	struct smb2_file_id file_id;
};

NS_MUST_USE enum ns_err smb2_oplock_break_decode(struct smb2_oplock_break *out,
						 struct view msg);
void smb2_oplock_break_encode(struct wire_writer *w, const struct smb2_oplock_break *v);

#endif

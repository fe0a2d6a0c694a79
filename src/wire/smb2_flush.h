/* SPDX-License-Identifier: MIT */
/* The FLUSH request, [MS-SMB2] 2.2.17; its response is in wire/smb2_simple.h. */
#ifndef WIRE_SMB2_FLUSH_H
#define WIRE_SMB2_FLUSH_H

#include "wire/smb2_file_id.h"
#include "wire/smb2_hdr.h"

struct smb2_flush_req {
	struct smb2_file_id file_id;
};

NS_MUST_USE enum ns_err smb2_flush_req_decode(struct smb2_flush_req *out, struct view msg);
void smb2_flush_req_encode(struct wire_writer *w, const struct smb2_flush_req *v);

#endif

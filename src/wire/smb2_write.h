/* SPDX-License-Identifier: MIT */
/* WRITE, [MS-SMB2] 2.2.21 and 2.2.22. */
#ifndef WIRE_SMB2_WRITE_H
#define WIRE_SMB2_WRITE_H

#include "wire/smb2_file_id.h"
#include "wire/smb2_hdr.h"

struct smb2_write_req {
	struct view data;
	uint64_t offset; /* 0 on a pipe */
	struct smb2_file_id file_id;
	uint32_t channel; /* SMB2_CHANNEL_NONE: the next two are nothing */
	uint32_t remaining_bytes;
	struct view channel_info; /* WriteChannelInfo */
	uint32_t flags;
};

struct smb2_write_rsp {
	uint32_t count; /* bytes written */
};

NS_MUST_USE enum ns_err smb2_write_req_decode(struct smb2_write_req *out, struct view msg);
void smb2_write_req_encode(struct wire_writer *w, const struct smb2_write_req *v);

NS_MUST_USE enum ns_err smb2_write_rsp_decode(struct smb2_write_rsp *out, struct view msg);
void smb2_write_rsp_encode(struct wire_writer *w, const struct smb2_write_rsp *v);

#endif

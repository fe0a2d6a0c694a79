/* SPDX-License-Identifier: MIT */
/* CLOSE, [MS-SMB2] 2.2.15 and 2.2.16. */
#ifndef WIRE_SMB2_CLOSE_H
#define WIRE_SMB2_CLOSE_H

#include "wire/smb2_file_id.h"
#include "wire/smb2_hdr.h"

struct smb2_close_req {
	uint16_t flags; /* SMB2_CLOSE_FLAG_POSTQUERY_ATTRIB */
	struct smb2_file_id file_id;
};

/* All but flags is zero unless flags has SMB2_CLOSE_FLAG_POSTQUERY_ATTRIB. */
struct smb2_close_rsp {
	uint16_t flags;
	uint64_t creation_time; /* FILETIMEs */
	uint64_t last_access_time;
	uint64_t last_write_time;
	uint64_t change_time;
	uint64_t allocation_size;
	uint64_t end_of_file;
	uint32_t file_attributes;
};

NS_MUST_USE enum ns_err smb2_close_req_decode(struct smb2_close_req *out, struct view msg);
void smb2_close_req_encode(struct wire_writer *w, const struct smb2_close_req *v);

NS_MUST_USE enum ns_err smb2_close_rsp_decode(struct smb2_close_rsp *out, struct view msg);
void smb2_close_rsp_encode(struct wire_writer *w, const struct smb2_close_rsp *v);

#endif

/* SPDX-License-Identifier: MIT */
/* READ, [MS-SMB2] 2.2.19 and 2.2.20. */
#ifndef WIRE_SMB2_READ_H
#define WIRE_SMB2_READ_H

#include "wire/smb2_file_id.h"
#include "wire/smb2_hdr.h"

struct smb2_read_req {
	uint8_t padding; /* where the client would like the data in the response */
	uint8_t flags;
	uint32_t length;
	uint64_t offset; /* 0 on a pipe */
	struct smb2_file_id file_id;
	uint32_t minimum_count;
	uint32_t channel; /* SMB2_CHANNEL_NONE: the next two are nothing */
	uint32_t remaining_bytes;
	struct view channel_info; /* ReadChannelInfo */
};

struct smb2_read_rsp {
	struct view data;
	uint32_t data_remaining;
	uint32_t flags;
};

NS_MUST_USE enum ns_err smb2_read_req_decode(struct smb2_read_req *out, struct view msg);
void smb2_read_req_encode(struct wire_writer *w, const struct smb2_read_req *v);

NS_MUST_USE enum ns_err smb2_read_rsp_decode(struct smb2_read_rsp *out, struct view msg);
void smb2_read_rsp_encode(struct wire_writer *w, const struct smb2_read_rsp *v);

/* Where the data of a response that is made here begins. */
#define SMB2_READ_RSP_DATA_AT (SMB2_HDR_LEN + 16)

/* What stands in front of the data, for whoever has them in their place already. */
void smb2_read_rsp_encode_fixed(struct wire_writer *w, const struct smb2_read_rsp *v);

#endif

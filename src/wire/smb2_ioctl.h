/* SPDX-License-Identifier: MIT */
/* IOCTL, [MS-SMB2] 2.2.31 and 2.2.32. */
#ifndef WIRE_SMB2_IOCTL_H
#define WIRE_SMB2_IOCTL_H

#include "wire/smb2_file_id.h"
#include "wire/smb2_hdr.h"

/*
 * OutputOffset and OutputCount of a request, which "MUST be 0", are written so; when read
 * they must lie inside the message and are then forgotten.
 */
struct smb2_ioctl_req {
	uint32_t ctl_code; /* FSCTL_... */
	struct smb2_file_id file_id;
	struct view input;
	uint32_t max_input;  /* MaxInputResponse */
	uint32_t max_output; /* MaxOutputResponse */
	uint32_t flags;      /* SMB2_0_IOCTL_IS_FSCTL */
};

struct smb2_ioctl_rsp {
	uint32_t ctl_code;
	struct smb2_file_id file_id;
	struct view input;  /* empty but for pass-through operations, 3.3.5.15.8 */
	struct view output; /* also with NT_STATUS_BUFFER_OVERFLOW: the first part */
	uint32_t flags;
};

NS_MUST_USE enum ns_err smb2_ioctl_req_decode(struct smb2_ioctl_req *out, struct view msg);
void smb2_ioctl_req_encode(struct wire_writer *w, const struct smb2_ioctl_req *v);

NS_MUST_USE enum ns_err smb2_ioctl_rsp_decode(struct smb2_ioctl_rsp *out, struct view msg);
void smb2_ioctl_rsp_encode(struct wire_writer *w, const struct smb2_ioctl_rsp *v);

#endif

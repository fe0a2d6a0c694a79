/* SPDX-License-Identifier: MIT */
/*
 * VALIDATE_NEGOTIATE_INFO, [MS-SMB2] 2.2.31.4 and 2.2.32.6: input and output of the IOCTL
 * FSCTL_VALIDATE_NEGOTIATE_INFO.  No SMB2 header: `bytes` is that buffer, and the writer
 * one of its own.
 */
#ifndef WIRE_SMB2_VALIDATE_NEGOTIATE_H
#define WIRE_SMB2_VALIDATE_NEGOTIATE_H

#include "wire/smb2_negotiate.h"

struct smb2_validate_negotiate_req {
	uint32_t capabilities;
	uint8_t guid[SMB2_GUID_LEN];
	uint16_t security_mode;
	uint16_t dialects[SMB2_DIALECTS_MAX];
	size_t dialect_count;
};

struct smb2_validate_negotiate_rsp {
	uint32_t capabilities;
	uint8_t guid[SMB2_GUID_LEN];
	uint16_t security_mode;
	uint16_t dialect;
};

NS_MUST_USE enum ns_err
smb2_validate_negotiate_req_decode(struct smb2_validate_negotiate_req *out,
				   struct view bytes);
void smb2_validate_negotiate_req_encode(struct wire_writer *w,
					const struct smb2_validate_negotiate_req *v);

NS_MUST_USE enum ns_err
smb2_validate_negotiate_rsp_decode(struct smb2_validate_negotiate_rsp *out,
				   struct view bytes);
void smb2_validate_negotiate_rsp_encode(struct wire_writer *w,
					const struct smb2_validate_negotiate_rsp *v);

#endif

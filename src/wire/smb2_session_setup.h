/* SPDX-License-Identifier: MIT */
/* SESSION_SETUP, [MS-SMB2] 2.2.5 and 2.2.6. */
#ifndef WIRE_SMB2_SESSION_SETUP_H
#define WIRE_SMB2_SESSION_SETUP_H

#include "wire/smb2_hdr.h"

struct smb2_session_setup_req {
	uint8_t flags; /* SMB2_SESSION_FLAG_BINDING */
	uint8_t security_mode;
	uint32_t capabilities;
	uint64_t previous_session; /* PreviousSessionId */
	struct view token;         /* SecurityBuffer */
};

struct smb2_session_setup_rsp {
	uint16_t session_flags; /* SMB2_SESSION_FLAG_IS_GUEST ... */
	struct view token;
};

NS_MUST_USE enum ns_err smb2_session_setup_req_decode(struct smb2_session_setup_req *out,
						      struct view msg);
void smb2_session_setup_req_encode(struct wire_writer *w,
				   const struct smb2_session_setup_req *v);

NS_MUST_USE enum ns_err smb2_session_setup_rsp_decode(struct smb2_session_setup_rsp *out,
						      struct view msg);
void smb2_session_setup_rsp_encode(struct wire_writer *w,
				   const struct smb2_session_setup_rsp *v);

#endif

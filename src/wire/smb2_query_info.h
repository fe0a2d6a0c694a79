/* SPDX-License-Identifier: MIT */
/*
 * QUERY_INFO, [MS-SMB2] 2.2.37 and 2.2.38.  The classes are in wire/fscc.h, what the
 * response's data holds in wire/fscc_file.h, fscc_volume.h and security_descriptor.h.
 */
#ifndef WIRE_SMB2_QUERY_INFO_H
#define WIRE_SMB2_QUERY_INFO_H

#include "wire/smb2_file_id.h"
#include "wire/smb2_hdr.h"

/* InfoType, here and in SET_INFO */
#define SMB2_0_INFO_FILE       0x01u
#define SMB2_0_INFO_FILESYSTEM 0x02u
#define SMB2_0_INFO_SECURITY   0x03u
#define SMB2_0_INFO_QUOTA      0x04u

/* AdditionalInformation of SMB2_0_INFO_SECURITY, here and in SET_INFO */
#define OWNER_SECURITY_INFORMATION 0x00000001u
#define GROUP_SECURITY_INFORMATION 0x00000002u
#define DACL_SECURITY_INFORMATION  0x00000004u
#define SACL_SECURITY_INFORMATION  0x00000008u
#define LABEL_SECURITY_INFORMATION 0x00000010u

struct smb2_query_info_req {
	uint8_t info_type;
	uint8_t info_class;  /* FileInfoClass */
	uint32_t output_len; /* OutputBufferLength */
	uint32_t additional; /* AdditionalInformation */
	uint32_t flags;
	struct smb2_file_id file_id;
	struct view input;
};

struct smb2_query_info_rsp {
	struct view data;
};

NS_MUST_USE enum ns_err smb2_query_info_req_decode(struct smb2_query_info_req *out,
						   struct view msg);
void smb2_query_info_req_encode(struct wire_writer *w, const struct smb2_query_info_req *v);

NS_MUST_USE enum ns_err smb2_query_info_rsp_decode(struct smb2_query_info_rsp *out,
						   struct view msg);
void smb2_query_info_rsp_encode(struct wire_writer *w, const struct smb2_query_info_rsp *v);

#endif

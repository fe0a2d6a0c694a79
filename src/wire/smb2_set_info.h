/* SPDX-License-Identifier: MIT */
/*
 * SET_INFO, [MS-SMB2] 2.2.39 and 2.2.40.  InfoType and AdditionalInformation are those of
 * wire/smb2_query_info.h; what the data holds is in wire/fscc_set.h.
 */
#ifndef WIRE_SMB2_SET_INFO_H
#define WIRE_SMB2_SET_INFO_H

#include "wire/smb2_file_id.h"
#include "wire/smb2_hdr.h"

struct smb2_set_info_req {
	uint8_t info_type;
	uint8_t info_class;  /* FileInfoClass */
	uint32_t additional; /* AdditionalInformation */
	struct smb2_file_id file_id;
	struct view data;
};

NS_MUST_USE enum ns_err smb2_set_info_req_decode(struct smb2_set_info_req *out,
						 struct view msg);
void smb2_set_info_req_encode(struct wire_writer *w, const struct smb2_set_info_req *v);

/* The response is its StructureSize and nothing else. */
NS_MUST_USE enum ns_err smb2_set_info_rsp_decode(struct view msg);
void smb2_set_info_rsp_encode(struct wire_writer *w);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * QUERY_DIRECTORY, [MS-SMB2] 2.2.33 and 2.2.34.  What the response's data holds is in
 * wire/fscc_dir.h.
 */
#ifndef WIRE_SMB2_QUERY_DIRECTORY_H
#define WIRE_SMB2_QUERY_DIRECTORY_H

#include "wire/smb2_file_id.h"
#include "wire/smb2_hdr.h"

/* Flags */
#define SMB2_RESTART_SCANS       0x01u
#define SMB2_RETURN_SINGLE_ENTRY 0x02u
#define SMB2_INDEX_SPECIFIED     0x04u
#define SMB2_REOPEN              0x10u

struct smb2_query_directory_req {
	uint8_t info_class; /* FileInformationClass, wire/fscc.h */
	uint8_t flags;
	uint32_t file_index;
	struct smb2_file_id file_id;
	uint32_t output_len; /* OutputBufferLength */
	struct view pattern; /* FileName, UTF-16LE; empty: none */
};

struct smb2_query_directory_rsp {
	struct view data;
};

NS_MUST_USE enum ns_err
smb2_query_directory_req_decode(struct smb2_query_directory_req *out, struct view msg);
void smb2_query_directory_req_encode(struct wire_writer *w,
				     const struct smb2_query_directory_req *v);

NS_MUST_USE enum ns_err
smb2_query_directory_rsp_decode(struct smb2_query_directory_rsp *out, struct view msg);
void smb2_query_directory_rsp_encode(struct wire_writer *w,
				     const struct smb2_query_directory_rsp *v);

#endif

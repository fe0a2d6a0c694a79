/* SPDX-License-Identifier: MIT */
/* CREATE, [MS-SMB2] 2.2.13 and 2.2.14; its contexts are in wire/smb2_create_context.h. */
#ifndef WIRE_SMB2_CREATE_H
#define WIRE_SMB2_CREATE_H

#include "wire/smb2_file_id.h"
#include "wire/smb2_hdr.h"

struct smb2_create_req {
	uint8_t oplock_level; /* RequestedOplockLevel */
	uint32_t impersonation_level;
	uint32_t desired_access;
	uint32_t file_attributes;
	uint32_t share_access;
	uint32_t disposition; /* CreateDisposition */
	uint32_t options;     /* CreateOptions */
	struct view name;     /* UTF-16LE, no leading backslash; a pipe's is "srvsvc" */
	struct view contexts; /* the chain as bytes */
};

struct smb2_create_rsp {
	uint8_t oplock_level;
	uint8_t flags;
	uint32_t action;        /* CreateAction */
	uint64_t creation_time; /* FILETIMEs */
	uint64_t last_access_time;
	uint64_t last_write_time;
	uint64_t change_time;
	uint64_t allocation_size;
	uint64_t end_of_file;
	uint32_t file_attributes;
	struct smb2_file_id file_id;
	struct view contexts;
};

NS_MUST_USE enum ns_err smb2_create_req_decode(struct smb2_create_req *out,
					       struct view msg);
void smb2_create_req_encode(struct wire_writer *w, const struct smb2_create_req *v);

NS_MUST_USE enum ns_err smb2_create_rsp_decode(struct smb2_create_rsp *out,
					       struct view msg);
void smb2_create_rsp_encode(struct wire_writer *w, const struct smb2_create_rsp *v);

#endif

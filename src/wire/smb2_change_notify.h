/* SPDX-License-Identifier: MIT */
/*
 * CHANGE_NOTIFY, [MS-SMB2] 2.2.35 and 2.2.36.  What the response's data holds is in
 * wire/fscc_notify.h.
 */
#ifndef WIRE_SMB2_CHANGE_NOTIFY_H
#define WIRE_SMB2_CHANGE_NOTIFY_H

#include "wire/smb2_file_id.h"
#include "wire/smb2_hdr.h"

/* Flags */
#define SMB2_WATCH_TREE 0x0001u

/* CompletionFilter */
#define FILE_NOTIFY_CHANGE_FILE_NAME    0x00000001u
#define FILE_NOTIFY_CHANGE_DIR_NAME     0x00000002u
#define FILE_NOTIFY_CHANGE_ATTRIBUTES   0x00000004u
#define FILE_NOTIFY_CHANGE_SIZE         0x00000008u
#define FILE_NOTIFY_CHANGE_LAST_WRITE   0x00000010u
#define FILE_NOTIFY_CHANGE_LAST_ACCESS  0x00000020u
#define FILE_NOTIFY_CHANGE_CREATION     0x00000040u
#define FILE_NOTIFY_CHANGE_EA           0x00000080u
#define FILE_NOTIFY_CHANGE_SECURITY     0x00000100u
#define FILE_NOTIFY_CHANGE_STREAM_NAME  0x00000200u
#define FILE_NOTIFY_CHANGE_STREAM_SIZE  0x00000400u
#define FILE_NOTIFY_CHANGE_STREAM_WRITE 0x00000800u

struct smb2_change_notify_req {
	uint16_t flags;
	uint32_t output_len; /* OutputBufferLength */
	struct smb2_file_id file_id;
	uint32_t filter; /* CompletionFilter */
};

struct smb2_change_notify_rsp {
	struct view data;
};

NS_MUST_USE enum ns_err smb2_change_notify_req_decode(struct smb2_change_notify_req *out,
						      struct view msg);
void smb2_change_notify_req_encode(struct wire_writer *w,
				   const struct smb2_change_notify_req *v);

NS_MUST_USE enum ns_err smb2_change_notify_rsp_decode(struct smb2_change_notify_rsp *out,
						      struct view msg);
void smb2_change_notify_rsp_encode(struct wire_writer *w,
				   const struct smb2_change_notify_rsp *v);

#endif

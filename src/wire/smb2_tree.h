/* SPDX-License-Identifier: MIT */
/*
 * TREE_CONNECT, [MS-SMB2] 2.2.9 and 2.2.10; TREE_DISCONNECT is in wire/smb2_simple.h.
 */
#ifndef WIRE_SMB2_TREE_H
#define WIRE_SMB2_TREE_H

#include "wire/smb2_hdr.h"

/*
 * The extension of 3.1.1 (2.2.9.1, remoted identity between cluster nodes) is neither
 * written nor looked into: PathOffset names the path with and without it.
 */
struct smb2_tree_connect_req {
	uint16_t flags;   /* 3.1.1 only: SMB2_TREE_CONNECT_FLAG_... */
	struct view path; /* \\server\share, UTF-16LE */
};

struct smb2_tree_connect_rsp {
	uint8_t share_type; /* SMB2_SHARE_TYPE_... */
	uint32_t share_flags;
	uint32_t capabilities; /* SMB2_SHARE_CAP_... */
	uint32_t maximal_access;
};

NS_MUST_USE enum ns_err smb2_tree_connect_req_decode(struct smb2_tree_connect_req *out,
						     struct view msg);
void smb2_tree_connect_req_encode(struct wire_writer *w,
				  const struct smb2_tree_connect_req *v);

NS_MUST_USE enum ns_err smb2_tree_connect_rsp_decode(struct smb2_tree_connect_rsp *out,
						     struct view msg);
void smb2_tree_connect_rsp_encode(struct wire_writer *w,
				  const struct smb2_tree_connect_rsp *v);

#endif

/* SPDX-License-Identifier: MIT */
#include "wire/smb2_tree.h"

enum ns_err smb2_tree_connect_req_decode(struct smb2_tree_connect_req *out, struct view msg)
{
	struct wire_reader r = smb2_body(msg, 9); /* 0 StructureSize */
	uint16_t off, len;

	wire_le16(&r, &out->flags);          /* 2 Flags/Reserved */
	wire_le16(&r, &off);                 /* 4 PathOffset */
	wire_le16(&r, &len);                 /* 6 PathLength */
	wire_view(&r, off, len, &out->path); /* 8 Buffer */
	return wire_status(&r);
}

void smb2_tree_connect_req_encode(struct wire_writer *w,
				  const struct smb2_tree_connect_req *v)
{
	size_t at;

	wire_put_le16(w, 9);
	wire_put_le16(w, v->flags);
	at = wire_pos(w);
	wire_put_zero(w, 4); /* PathOffset, PathLength */
	wire_patch16(w, at, wire_pos(w));
	wire_patch16(w, at + 2, v->path.n);
	wire_put_bytes(w, v->path);
}

enum ns_err smb2_tree_connect_rsp_decode(struct smb2_tree_connect_rsp *out, struct view msg)
{
	struct wire_reader r = smb2_body(msg, 16); /*  0 StructureSize */

	wire_u8(&r, &out->share_type);       /*  2 ShareType */
	wire_skip(&r, 1);                    /*  3 Reserved */
	wire_le32(&r, &out->share_flags);    /*  4 ShareFlags */
	wire_le32(&r, &out->capabilities);   /*  8 Capabilities */
	wire_le32(&r, &out->maximal_access); /* 12 MaximalAccess */
	return wire_status(&r);
}

void smb2_tree_connect_rsp_encode(struct wire_writer *w,
				  const struct smb2_tree_connect_rsp *v)
{
	wire_put_le16(w, 16);
	wire_put_u8(w, v->share_type);
	wire_put_u8(w, 0);
	wire_put_le32(w, v->share_flags);
	wire_put_le32(w, v->capabilities);
	wire_put_le32(w, v->maximal_access);
}

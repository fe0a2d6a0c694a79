/* SPDX-License-Identifier: MIT */
#include "wire/smb2_close.h"

enum ns_err smb2_close_req_decode(struct smb2_close_req *out, struct view msg)
{
	struct wire_reader r = smb2_body(msg, 24); /* 0 StructureSize */

	wire_le16(&r, &out->flags);           /* 2 Flags */
	wire_skip(&r, 4);                     /* 4 Reserved */
	smb2_file_id_read(&r, &out->file_id); /* 8 FileId */
	return wire_status(&r);
}

void smb2_close_req_encode(struct wire_writer *w, const struct smb2_close_req *v)
{
	wire_put_le16(w, 24);
	wire_put_le16(w, v->flags);
	wire_put_le32(w, 0);
	smb2_file_id_put(w, v->file_id);
}

enum ns_err smb2_close_rsp_decode(struct smb2_close_rsp *out, struct view msg)
{
	struct wire_reader r = smb2_body(msg, 60); /*  0 StructureSize */

	wire_le16(&r, &out->flags);            /*  2 Flags */
	wire_skip(&r, 4);                      /*  4 Reserved */
	wire_le64(&r, &out->creation_time);    /*  8 CreationTime */
	wire_le64(&r, &out->last_access_time); /* 16 LastAccessTime */
	wire_le64(&r, &out->last_write_time);  /* 24 LastWriteTime */
	wire_le64(&r, &out->change_time);      /* 32 ChangeTime */
	wire_le64(&r, &out->allocation_size);  /* 40 AllocationSize */
	wire_le64(&r, &out->end_of_file);      /* 48 EndofFile */
	wire_le32(&r, &out->file_attributes);  /* 56 FileAttributes */
	return wire_status(&r);
}

void smb2_close_rsp_encode(struct wire_writer *w, const struct smb2_close_rsp *v)
{
	wire_put_le16(w, 60);
	wire_put_le16(w, v->flags);
	wire_put_le32(w, 0);
	wire_put_le64(w, v->creation_time);
	wire_put_le64(w, v->last_access_time);
	wire_put_le64(w, v->last_write_time);
	wire_put_le64(w, v->change_time);
	wire_put_le64(w, v->allocation_size);
	wire_put_le64(w, v->end_of_file);
	wire_put_le32(w, v->file_attributes);
}

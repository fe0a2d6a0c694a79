/* SPDX-License-Identifier: MIT */
#include "wire/smb2_create.h"

enum ns_err smb2_create_req_decode(struct smb2_create_req *out, struct view msg)
{
	struct wire_reader r = smb2_body(msg, 57); /*  0 StructureSize */
	uint16_t name_off, name_len;
	uint32_t contexts_off, contexts_len;

	wire_skip(&r, 1);                              /*  2 SecurityFlags: "MUST ignore" */
	wire_u8(&r, &out->oplock_level);               /*  3 RequestedOplockLevel */
	wire_le32(&r, &out->impersonation_level);      /*  4 ImpersonationLevel */
	wire_skip(&r, 16);                             /*  8 SmbCreateFlags, Reserved */
	wire_le32(&r, &out->desired_access);           /* 24 DesiredAccess */
	wire_le32(&r, &out->file_attributes);          /* 28 FileAttributes */
	wire_le32(&r, &out->share_access);             /* 32 ShareAccess */
	wire_le32(&r, &out->disposition);              /* 36 CreateDisposition */
	wire_le32(&r, &out->options);                  /* 40 CreateOptions */
	wire_le16(&r, &name_off);                      /* 44 NameOffset */
	wire_le16(&r, &name_len);                      /* 46 NameLength */
	wire_le32(&r, &contexts_off);                  /* 48 CreateContextsOffset */
	wire_le32(&r, &contexts_len);                  /* 52 CreateContextsLength */
	wire_view(&r, name_off, name_len, &out->name); /* 56 Buffer */
	wire_view(&r, contexts_off, contexts_len, &out->contexts);
	return wire_status(&r);
}

/* Aligns and appends a chain of contexts; patches its offset and length at `at`. */
static void contexts_put(struct wire_writer *w, size_t at, struct view contexts)
{
	if (contexts.n == 0)
		return;
	wire_put_align(w, 8);
	wire_patch32(w, at, wire_pos(w));
	wire_patch32(w, at + 4, contexts.n);
	wire_put_bytes(w, contexts);
}

void smb2_create_req_encode(struct wire_writer *w, const struct smb2_create_req *v)
{
	size_t at;

	wire_put_le16(w, 57);
	wire_put_u8(w, 0);
	wire_put_u8(w, v->oplock_level);
	wire_put_le32(w, v->impersonation_level);
	wire_put_zero(w, 16);
	wire_put_le32(w, v->desired_access);
	wire_put_le32(w, v->file_attributes);
	wire_put_le32(w, v->share_access);
	wire_put_le32(w, v->disposition);
	wire_put_le32(w, v->options);
	at = wire_pos(w);
	wire_put_zero(w, 12); /* NameOffset, -Length, CreateContextsOffset, -Length */
	wire_patch16(w, at, wire_pos(w));
	wire_patch16(w, at + 2, v->name.n);
	wire_put_bytes(w, v->name);
	contexts_put(w, at + 4, v->contexts);
	if (v->name.n == 0 && v->contexts.n == 0)
		wire_put_u8(w, 0); /* Buffer "MUST be at least one byte in length" */
}

enum ns_err smb2_create_rsp_decode(struct smb2_create_rsp *out, struct view msg)
{
	struct wire_reader r = smb2_body(msg, 89); /*  0 StructureSize */
	uint32_t off, len;

	wire_u8(&r, &out->oplock_level);         /*  2 OplockLevel */
	wire_u8(&r, &out->flags);                /*  3 Flags */
	wire_le32(&r, &out->action);             /*  4 CreateAction */
	wire_le64(&r, &out->creation_time);      /*  8 CreationTime */
	wire_le64(&r, &out->last_access_time);   /* 16 LastAccessTime */
	wire_le64(&r, &out->last_write_time);    /* 24 LastWriteTime */
	wire_le64(&r, &out->change_time);        /* 32 ChangeTime */
	wire_le64(&r, &out->allocation_size);    /* 40 AllocationSize */
	wire_le64(&r, &out->end_of_file);        /* 48 EndofFile */
	wire_le32(&r, &out->file_attributes);    /* 56 FileAttributes */
	wire_skip(&r, 4);                        /* 60 Reserved2 */
	smb2_file_id_read(&r, &out->file_id);    /* 64 FileId */
	wire_le32(&r, &off);                     /* 80 CreateContextsOffset */
	wire_le32(&r, &len);                     /* 84 CreateContextsLength */
	wire_view(&r, off, len, &out->contexts); /* 88 Buffer */
	return wire_status(&r);
}

void smb2_create_rsp_encode(struct wire_writer *w, const struct smb2_create_rsp *v)
{
	size_t at;

	wire_put_le16(w, 89);
	wire_put_u8(w, v->oplock_level);
	wire_put_u8(w, v->flags);
	wire_put_le32(w, v->action);
	wire_put_le64(w, v->creation_time);
	wire_put_le64(w, v->last_access_time);
	wire_put_le64(w, v->last_write_time);
	wire_put_le64(w, v->change_time);
	wire_put_le64(w, v->allocation_size);
	wire_put_le64(w, v->end_of_file);
	wire_put_le32(w, v->file_attributes);
	wire_put_le32(w, 0);
	smb2_file_id_put(w, v->file_id);
	at = wire_pos(w);
	wire_put_zero(w, 8); /* CreateContextsOffset, -Length */
	contexts_put(w, at, v->contexts);
}

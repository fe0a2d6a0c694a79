/* SPDX-License-Identifier: MIT */
#include "wire/smb2_negotiate.h"

#include "wire/smb2_negotiate_contexts.h"

bool smb2_negotiate_req_offers(const struct smb2_negotiate_req *req, uint16_t dialect)
{
	for (size_t i = 0; i < req->dialect_count; i++) {
		if (req->dialects[i] == dialect)
			return true;
	}
	return false;
}

/* NegotiateContextOffset and -Count; the list may run to the message's end. */
static void contexts_decode(struct wire_reader *r, struct smb2_negotiate_contexts *out,
			    uint32_t off, uint16_t count)
{
	struct view list;

	if (count == 0)
		return;
	if (off % 8 != 0)
		wire_fail(r, NS_EFORMAT);
	wire_view(r, off, view_slice(r->msg, off, SIZE_MAX).n, &list);
	if (wire_status(r) == NS_OK)
		wire_fail(r, smb2_negotiate_contexts_decode(out, list, count));
}

/* Appends the list and patches its offset (4 bytes, at `off_at`) and count (2 bytes). */
static void contexts_put(struct wire_writer *w, const struct smb2_negotiate_contexts *v,
			 size_t off_at, size_t count_at)
{
	size_t off, count;

	wire_put_align(w, 8);
	off = wire_pos(w);
	count = smb2_negotiate_contexts_encode(w, v);
	wire_patch32(w, off_at, count > 0 ? off : 0);
	wire_patch16(w, count_at, count);
}

enum ns_err smb2_negotiate_req_decode(struct smb2_negotiate_req *out, struct view msg)
{
	struct wire_reader r = smb2_body(msg, 36); /*  0 StructureSize */
	uint16_t dialects, count;
	uint32_t off;

	*out = (struct smb2_negotiate_req){0};
	wire_le16(&r, &dialects);                       /*  2 DialectCount */
	wire_le16(&r, &out->security_mode);             /*  4 SecurityMode */
	wire_skip(&r, 2);                               /*  6 Reserved */
	wire_le32(&r, &out->capabilities);              /*  8 Capabilities */
	wire_copy(&r, out->client_guid, SMB2_GUID_LEN); /* 12 ClientGuid */
	wire_le32(&r, &off);                            /* 28 NegotiateContextOffset */
	wire_le16(&r, &count);                          /* 32 NegotiateContextCount */
	wire_skip(&r, 2);                               /* 34 Reserved2 */
	if (dialects == 0)
		wire_fail(&r, NS_EFORMAT);
	if (dialects > SMB2_DIALECTS_MAX)
		wire_fail(&r, NS_ELIMIT);
	if (wire_status(&r) != NS_OK)
		return wire_status(&r);
	for (size_t i = 0; i < dialects; i++)
		wire_le16(&r, &out->dialects[i]); /* 36 Dialects */
	out->dialect_count = dialects;
	if (smb2_negotiate_req_offers(out, SMB2_DIALECT_311))
		contexts_decode(&r, &out->contexts, off, count);
	return wire_status(&r);
}

void smb2_negotiate_req_encode(struct wire_writer *w, const struct smb2_negotiate_req *v)
{
	size_t contexts;

	wire_put_le16(w, 36);
	wire_put_le16(w, (uint16_t)v->dialect_count);
	wire_put_le16(w, v->security_mode);
	wire_put_le16(w, 0);
	wire_put_le32(w, v->capabilities);
	wire_put_bytes(w, view_of(v->client_guid, SMB2_GUID_LEN));
	contexts = wire_pos(w);
	wire_put_zero(w, 8); /* NegotiateContextOffset, -Count, Reserved2 */
	for (size_t i = 0; i < v->dialect_count; i++)
		wire_put_le16(w, v->dialects[i]);
	if (smb2_negotiate_req_offers(v, SMB2_DIALECT_311))
		contexts_put(w, &v->contexts, contexts, contexts + 4);
}

enum ns_err smb2_negotiate_rsp_decode(struct smb2_negotiate_rsp *out, struct view msg)
{
	struct wire_reader r = smb2_body(msg, 65); /*  0 StructureSize */
	uint16_t count, token_off, token_len;
	uint32_t off;

	*out = (struct smb2_negotiate_rsp){0};
	wire_le16(&r, &out->security_mode);               /*  2 SecurityMode */
	wire_le16(&r, &out->dialect);                     /*  4 DialectRevision */
	wire_le16(&r, &count);                            /*  6 NegotiateContextCount */
	wire_copy(&r, out->server_guid, SMB2_GUID_LEN);   /*  8 ServerGuid */
	wire_le32(&r, &out->capabilities);                /* 24 Capabilities */
	wire_le32(&r, &out->max_transact_size);           /* 28 MaxTransactSize */
	wire_le32(&r, &out->max_read_size);               /* 32 MaxReadSize */
	wire_le32(&r, &out->max_write_size);              /* 36 MaxWriteSize */
	wire_le64(&r, &out->system_time);                 /* 40 SystemTime */
	wire_le64(&r, &out->server_start_time);           /* 48 ServerStartTime */
	wire_le16(&r, &token_off);                        /* 56 SecurityBufferOffset */
	wire_le16(&r, &token_len);                        /* 58 SecurityBufferLength */
	wire_le32(&r, &off);                              /* 60 NegotiateContextOffset */
	wire_view(&r, token_off, token_len, &out->token); /* 64 Buffer */
	if (out->dialect == SMB2_DIALECT_311)
		contexts_decode(&r, &out->contexts, off, count);
	return wire_status(&r);
}

void smb2_negotiate_rsp_encode(struct wire_writer *w, const struct smb2_negotiate_rsp *v)
{
	size_t count_at, token_at;

	wire_put_le16(w, 65);
	wire_put_le16(w, v->security_mode);
	wire_put_le16(w, v->dialect);
	count_at = wire_pos(w);
	wire_put_le16(w, 0);
	wire_put_bytes(w, view_of(v->server_guid, SMB2_GUID_LEN));
	wire_put_le32(w, v->capabilities);
	wire_put_le32(w, v->max_transact_size);
	wire_put_le32(w, v->max_read_size);
	wire_put_le32(w, v->max_write_size);
	wire_put_le64(w, v->system_time);
	wire_put_le64(w, v->server_start_time);
	token_at = wire_pos(w);
	wire_put_zero(w, 8); /* SecurityBufferOffset, -Length, NegotiateContextOffset */
	wire_patch16(w, token_at, wire_pos(w));
	wire_patch16(w, token_at + 2, v->token.n);
	wire_put_bytes(w, v->token);
	if (v->dialect == SMB2_DIALECT_311)
		contexts_put(w, &v->contexts, token_at + 4, count_at);
}

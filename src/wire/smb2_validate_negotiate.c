/* SPDX-License-Identifier: MIT */
#include "wire/smb2_validate_negotiate.h"

enum ns_err smb2_validate_negotiate_req_decode(struct smb2_validate_negotiate_req *out,
					       struct view bytes)
{
	struct wire_reader r = {.msg = bytes};
	uint16_t dialects;

	*out = (struct smb2_validate_negotiate_req){0};
	wire_le32(&r, &out->capabilities);       /*  0 Capabilities */
	wire_copy(&r, out->guid, SMB2_GUID_LEN); /*  4 Guid */
	wire_le16(&r, &out->security_mode);      /* 20 SecurityMode */
	wire_le16(&r, &dialects);                /* 22 DialectCount */
	if (dialects > SMB2_DIALECTS_MAX)
		wire_fail(&r, NS_ELIMIT);
	if (wire_status(&r) != NS_OK)
		return wire_status(&r);
	for (size_t i = 0; i < dialects; i++)
		wire_le16(&r, &out->dialects[i]); /* 24 Dialects */
	out->dialect_count = dialects;
	return wire_status(&r);
}

void smb2_validate_negotiate_req_encode(struct wire_writer *w,
					const struct smb2_validate_negotiate_req *v)
{
	wire_put_le32(w, v->capabilities);
	wire_put_bytes(w, view_of(v->guid, SMB2_GUID_LEN));
	wire_put_le16(w, v->security_mode);
	wire_put_le16(w, (uint16_t)v->dialect_count);
	for (size_t i = 0; i < v->dialect_count; i++)
		wire_put_le16(w, v->dialects[i]);
}

enum ns_err smb2_validate_negotiate_rsp_decode(struct smb2_validate_negotiate_rsp *out,
					       struct view bytes)
{
	struct wire_reader r = {.msg = bytes};

	wire_le32(&r, &out->capabilities);       /*  0 Capabilities */
	wire_copy(&r, out->guid, SMB2_GUID_LEN); /*  4 Guid */
	wire_le16(&r, &out->security_mode);      /* 20 SecurityMode */
	wire_le16(&r, &out->dialect);            /* 22 Dialect */
	return wire_status(&r);
}

void smb2_validate_negotiate_rsp_encode(struct wire_writer *w,
					const struct smb2_validate_negotiate_rsp *v)
{
	wire_put_le32(w, v->capabilities);
	wire_put_bytes(w, view_of(v->guid, SMB2_GUID_LEN));
	wire_put_le16(w, v->security_mode);
	wire_put_le16(w, v->dialect);
}

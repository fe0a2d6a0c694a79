/* SPDX-License-Identifier: MIT */
#include "wire/smb2_durable.h"

#define REQUEST_LEN  16
#define RESPONSE_LEN 8

/* All of it was read: what is longer is another structure. */
static enum ns_err whole(struct wire_reader *r)
{
	if (wire_left(r) > 0)
		wire_fail(r, NS_EFORMAT);
	return wire_status(r);
}

enum ns_err smb2_durable_request_decode(struct view data)
{
	struct wire_reader r = {.msg = data};

	wire_skip(&r, REQUEST_LEN); /*  0 DurableRequest: "ignored by the server" */
	return whole(&r);
}

void smb2_durable_request_encode(struct wire_writer *w)
{
	wire_put_zero(w, REQUEST_LEN);
}

enum ns_err smb2_durable_response_decode(struct view data)
{
	struct wire_reader r = {.msg = data};

	wire_skip(&r, RESPONSE_LEN); /*  0 Reserved */
	return whole(&r);
}

void smb2_durable_response_encode(struct wire_writer *w)
{
	wire_put_zero(w, RESPONSE_LEN);
}

enum ns_err smb2_durable_reconnect_decode(struct smb2_durable_reconnect *out,
					  struct view data)
{
	struct wire_reader r = {.msg = data};

	smb2_file_id_read(&r, &out->file_id); /*  0 Data */
	return whole(&r);
}

void smb2_durable_reconnect_encode(struct wire_writer *w,
				   const struct smb2_durable_reconnect *v)
{
	smb2_file_id_put(w, v->file_id);
}

enum ns_err smb2_durable_request_v2_decode(struct smb2_durable_request_v2 *out,
					   struct view data)
{
	struct wire_reader r = {.msg = data};

	wire_le32(&r, &out->timeout);                   /*  0 Timeout */
	wire_le32(&r, &out->flags);                     /*  4 Flags */
	wire_skip(&r, 8);                               /*  8 Reserved */
	wire_copy(&r, out->create_guid, SMB2_GUID_LEN); /* 16 CreateGuid */
	return whole(&r);
}

void smb2_durable_request_v2_encode(struct wire_writer *w,
				    const struct smb2_durable_request_v2 *v)
{
	wire_put_le32(w, v->timeout);
	wire_put_le32(w, v->flags);
	wire_put_zero(w, 8);
	wire_put_bytes(w, view_of(v->create_guid, SMB2_GUID_LEN));
}

enum ns_err smb2_durable_reconnect_v2_decode(struct smb2_durable_reconnect_v2 *out,
					     struct view data)
{
	struct wire_reader r = {.msg = data};

	smb2_file_id_read(&r, &out->file_id);           /*  0 FileId */
	wire_copy(&r, out->create_guid, SMB2_GUID_LEN); /* 16 CreateGuid */
	wire_le32(&r, &out->flags);                     /* 32 Flags */
	return whole(&r);
}

void smb2_durable_reconnect_v2_encode(struct wire_writer *w,
				      const struct smb2_durable_reconnect_v2 *v)
{
	smb2_file_id_put(w, v->file_id);
	wire_put_bytes(w, view_of(v->create_guid, SMB2_GUID_LEN));
	wire_put_le32(w, v->flags);
}

enum ns_err smb2_durable_response_v2_decode(struct smb2_durable_response_v2 *out,
					    struct view data)
{
	struct wire_reader r = {.msg = data};

	wire_le32(&r, &out->timeout); /*  0 Timeout */
	wire_le32(&r, &out->flags);   /*  4 Flags */
	return whole(&r);
}

void smb2_durable_response_v2_encode(struct wire_writer *w,
				     const struct smb2_durable_response_v2 *v)
{
	wire_put_le32(w, v->timeout);
	wire_put_le32(w, v->flags);
}

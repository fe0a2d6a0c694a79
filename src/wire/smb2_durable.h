/* SPDX-License-Identifier: MIT */
/*
 * The data of the create contexts of durable handles, [MS-SMB2] 2.2.13.2.3, .4, .11, .12
 * and 2.2.14.2.3, .12.  No SMB2 header, and no chain: wire/smb2_create_context.h has that.
 * Each must be as long as its structure, 3.3.5.9.
 */
#ifndef WIRE_SMB2_DURABLE_H
#define WIRE_SMB2_DURABLE_H

#include "wire/smb2_file_id.h"
#include "wire/smb2_negotiate.h"

#define SMB2_DHANDLE_FLAG_PERSISTENT 0x00000002u

/* SMB2_CREATE_DURABLE_HANDLE_REQUEST and _RESPONSE: bytes that mean nothing. */
NS_MUST_USE enum ns_err smb2_durable_request_decode(struct view data);
void smb2_durable_request_encode(struct wire_writer *w);
NS_MUST_USE enum ns_err smb2_durable_response_decode(struct view data);
void smb2_durable_response_encode(struct wire_writer *w);

/* SMB2_CREATE_DURABLE_HANDLE_RECONNECT */
struct smb2_durable_reconnect {
	struct smb2_file_id file_id;
};

NS_MUST_USE enum ns_err smb2_durable_reconnect_decode(struct smb2_durable_reconnect *out,
						      struct view data);
void smb2_durable_reconnect_encode(struct wire_writer *w,
				   const struct smb2_durable_reconnect *v);

/* SMB2_CREATE_DURABLE_HANDLE_REQUEST_V2 */
struct smb2_durable_request_v2 {
	uint32_t timeout; /* ms; 0: the server's */
	uint32_t flags;
	uint8_t create_guid[SMB2_GUID_LEN];
};

NS_MUST_USE enum ns_err smb2_durable_request_v2_decode(struct smb2_durable_request_v2 *out,
						       struct view data);
void smb2_durable_request_v2_encode(struct wire_writer *w,
				    const struct smb2_durable_request_v2 *v);

/* SMB2_CREATE_DURABLE_HANDLE_RECONNECT_V2 */
struct smb2_durable_reconnect_v2 {
	struct smb2_file_id file_id;
	uint8_t create_guid[SMB2_GUID_LEN];
	uint32_t flags;
};

NS_MUST_USE enum ns_err
smb2_durable_reconnect_v2_decode(struct smb2_durable_reconnect_v2 *out, struct view data);
void smb2_durable_reconnect_v2_encode(struct wire_writer *w,
				      const struct smb2_durable_reconnect_v2 *v);

/* SMB2_CREATE_DURABLE_HANDLE_RESPONSE_V2 */
struct smb2_durable_response_v2 {
	uint32_t timeout; /* ms */
	uint32_t flags;
};

NS_MUST_USE enum ns_err
smb2_durable_response_v2_decode(struct smb2_durable_response_v2 *out, struct view data);
void smb2_durable_response_v2_encode(struct wire_writer *w,
				     const struct smb2_durable_response_v2 *v);

#endif

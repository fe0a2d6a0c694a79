/* SPDX-License-Identifier: MIT */
#include "wire/smb2_notification.h"

#define STRUCTURE_SIZE 12

enum ns_err smb2_notification_decode(struct smb2_notification *out, struct view msg)
{
	struct wire_reader r = {.msg = msg};

	*out = (struct smb2_notification){0};
	wire_skip(&r, SMB2_HDR_LEN);
	wire_skip(&r, 2);          /* 0 StructureSize: see the header */
	wire_skip(&r, 2);          /* 2 Reserved */
	wire_le32(&r, &out->type); /* 4 NotificationType */
	if (out->type == SMB2_NOTIFY_SESSION_CLOSED)
		wire_skip(&r, 4); /* 8 Reserved, 2.2.44.2 */
	else
		wire_take(&r, wire_left(&r), &out->data); /* 8 Notification */
	return wire_status(&r);
}

void smb2_notification_session_closed_encode(struct wire_writer *w)
{
	wire_put_le16(w, STRUCTURE_SIZE);
	wire_put_le16(w, 0);
	wire_put_le32(w, SMB2_NOTIFY_SESSION_CLOSED);
	wire_put_le32(w, 0);
}

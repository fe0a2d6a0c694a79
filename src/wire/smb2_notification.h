/* SPDX-License-Identifier: MIT */
/*
 * SERVER_TO_CLIENT_NOTIFICATION, [MS-SMB2] 2.2.44 (3.1.1 only): a server says unasked that
 * it has ended the session which the header names.  The header has MessageId
 * SMB2_MESSAGE_ID_UNSOLICITED, SMB2_FLAGS_SERVER_TO_REDIR and TreeId 0.
 *
 * The documents disagree on StructureSize: the text makes it 12, an example prints 18.  We
 * write 12 and read anything.
 */
#ifndef WIRE_SMB2_NOTIFICATION_H
#define WIRE_SMB2_NOTIFICATION_H

#include "wire/smb2_hdr.h"

struct smb2_notification {
	uint32_t type;    /* SMB2_NOTIFY_SESSION_CLOSED, or one we don't know */
	struct view data; /* of an unknown type; else empty */
};

NS_MUST_USE enum ns_err smb2_notification_decode(struct smb2_notification *out,
						 struct view msg);

/* SMB2_NOTIFY_SESSION_CLOSED, the only one there is. */
void smb2_notification_session_closed_encode(struct wire_writer *w);

#endif

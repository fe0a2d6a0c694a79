/* SPDX-License-Identifier: MIT */
/*
 * OPLOCK_BREAK of a lease: the server's notification, [MS-SMB2] 2.2.23.2; the client's
 * acknowledgment and the server's response (2.2.24.2, 2.2.25.2), which look the same.
 * Those of an oplock are in wire/smb2_oplock_break.h.
 */
#ifndef WIRE_SMB2_LEASE_BREAK_H
#define WIRE_SMB2_LEASE_BREAK_H

#include <stdbool.h>

#include "wire/smb2_hdr.h"
#include "wire/smb2_lease.h"

/* StructureSize of the acknowledgment: it tells one from that of an oplock. */
#define SMB2_LEASE_BREAK_ACK_SIZE 36

/* Flags of the notification */
#define SMB2_NOTIFY_BREAK_LEASE_FLAG_ACK_REQUIRED 0x00000001u

struct smb2_lease_break {
	uint16_t new_epoch; /* 0 for a lease of version 1 */
	uint32_t flags;
	uint8_t key[SMB2_LEASE_KEY_LEN];
	uint32_t current_state;
	uint32_t new_state;
};

struct smb2_lease_break_ack {
	uint8_t key[SMB2_LEASE_KEY_LEN];
	uint32_t state;
};

NS_MUST_USE enum ns_err smb2_lease_break_decode(struct smb2_lease_break *out,
						struct view msg);
void smb2_lease_break_encode(struct wire_writer *w, const struct smb2_lease_break *v);

/* Whether an OPLOCK_BREAK request is an acknowledgment of this kind. */
bool smb2_lease_break_ack_is(struct view msg);

NS_MUST_USE enum ns_err smb2_lease_break_ack_decode(struct smb2_lease_break_ack *out,
						    struct view msg);
void smb2_lease_break_ack_encode(struct wire_writer *w,
				 const struct smb2_lease_break_ack *v);

#endif

/* SPDX-License-Identifier: MIT */
#include "wire/smb2_lease_break.h"

#define NOTIFICATION_SIZE 44

enum ns_err smb2_lease_break_decode(struct smb2_lease_break *out, struct view msg)
{
	struct wire_reader r = smb2_body(msg, NOTIFICATION_SIZE); /* 0 StructureSize */

	wire_le16(&r, &out->new_epoch);            /*  2 NewEpoch */
	wire_le32(&r, &out->flags);                /*  4 Flags */
	wire_copy(&r, out->key, sizeof(out->key)); /*  8 LeaseKey */
	wire_le32(&r, &out->current_state);        /* 24 CurrentLeaseState */
	wire_le32(&r, &out->new_state);            /* 28 NewLeaseState */
	wire_skip(&r, 12); /* 32 BreakReason, AccessMaskHint, ShareMaskHint */
	return wire_status(&r);
}

void smb2_lease_break_encode(struct wire_writer *w, const struct smb2_lease_break *v)
{
	wire_put_le16(w, NOTIFICATION_SIZE);
	wire_put_le16(w, v->new_epoch);
	wire_put_le32(w, v->flags);
	wire_put_bytes(w, view_of(v->key, sizeof(v->key)));
	wire_put_le32(w, v->current_state);
	wire_put_le32(w, v->new_state);
	wire_put_zero(w, 12);
}

bool smb2_lease_break_ack_is(struct view msg)
{
	struct wire_reader r = smb2_body(msg, SMB2_LEASE_BREAK_ACK_SIZE);

	return wire_status(&r) == NS_OK;
}

enum ns_err smb2_lease_break_ack_decode(struct smb2_lease_break_ack *out, struct view msg)
{
	struct wire_reader r = smb2_body(msg, SMB2_LEASE_BREAK_ACK_SIZE);

	wire_skip(&r, 6);                          /*  2 Reserved, Flags */
	wire_copy(&r, out->key, sizeof(out->key)); /*  8 LeaseKey */
	wire_le32(&r, &out->state);                /* 24 LeaseState */
	wire_skip(&r, 8);                          /* 28 LeaseDuration */
	return wire_status(&r);
}

void smb2_lease_break_ack_encode(struct wire_writer *w,
				 const struct smb2_lease_break_ack *v)
{
	wire_put_le16(w, SMB2_LEASE_BREAK_ACK_SIZE);
	wire_put_zero(w, 6);
	wire_put_bytes(w, view_of(v->key, sizeof(v->key)));
	wire_put_le32(w, v->state);
	wire_put_zero(w, 8);
}

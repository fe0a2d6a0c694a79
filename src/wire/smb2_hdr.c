/* SPDX-License-Identifier: MIT */
#include "wire/smb2_hdr.h"

#define PROTOCOL_ID        0x424d53feu /* 0xFE 'S' 'M' 'B' */
#define NEXT_COMMAND_AT    20
#define SIGNATURE_AT       48
#define COMPOUND_ALIGNMENT 8

enum ns_err smb2_hdr_decode(struct smb2_hdr *out, struct view msg)
{
	struct wire_reader r = {.msg = msg};

	*out = (struct smb2_hdr){0};
	wire_expect32(&r, PROTOCOL_ID);     /*  0 ProtocolId */
	wire_expect16(&r, SMB2_HDR_LEN);    /*  4 StructureSize */
	wire_le16(&r, &out->credit_charge); /*  6 CreditCharge */
	wire_le32(&r, &out->status);        /*  8 ChannelSequence/Status */
	wire_le16(&r, &out->command);       /* 12 Command */
	wire_le16(&r, &out->credits);       /* 14 CreditRequest/CreditResponse */
	wire_le32(&r, &out->flags);         /* 16 Flags */
	wire_le32(&r, &out->next);          /* 20 NextCommand */
	wire_le64(&r, &out->message_id);    /* 24 MessageId */
	if (out->flags & SMB2_FLAGS_ASYNC_COMMAND) {
		wire_le64(&r, &out->async_id); /* 32 AsyncId */
	} else {
		wire_skip(&r, 4);             /* 32 Reserved */
		wire_le32(&r, &out->tree_id); /* 36 TreeId */
	}
	wire_le64(&r, &out->session_id);                       /* 40 SessionId */
	wire_copy(&r, out->signature, sizeof(out->signature)); /* 48 Signature */
	return wire_status(&r);
}

void smb2_hdr_encode(struct wire_writer *w, const struct smb2_hdr *v)
{
	wire_put_le32(w, PROTOCOL_ID);
	wire_put_le16(w, SMB2_HDR_LEN);
	wire_put_le16(w, v->credit_charge);
	wire_put_le32(w, v->status);
	wire_put_le16(w, v->command);
	wire_put_le16(w, v->credits);
	wire_put_le32(w, v->flags);
	wire_put_le32(w, v->next);
	wire_put_le64(w, v->message_id);
	if (v->flags & SMB2_FLAGS_ASYNC_COMMAND) {
		wire_put_le64(w, v->async_id);
	} else {
		wire_put_le32(w, 0);
		wire_put_le32(w, v->tree_id);
	}
	wire_put_le64(w, v->session_id);
	wire_put_bytes(w, view_of(v->signature, sizeof(v->signature)));
}

void smb2_hdr_patch_next(struct wire_writer *w)
{
	wire_put_align(w, COMPOUND_ALIGNMENT);
	wire_patch32(w, NEXT_COMMAND_AT, wire_pos(w));
}

void smb2_hdr_patch_signature(struct buf *out, size_t base,
			      const uint8_t signature[SMB2_SIGNATURE_LEN])
{
	struct wire_writer w = {.out = out, .base = base};

	wire_patch_bytes(&w, SIGNATURE_AT, view_of(signature, SMB2_SIGNATURE_LEN));
}

struct wire_reader smb2_body(struct view msg, uint16_t structure_size)
{
	struct wire_reader r = {.msg = msg};

	wire_skip(&r, SMB2_HDR_LEN);
	wire_expect16(&r, structure_size);
	return r;
}

/* Is NextCommand good in a message with a whole header and n bytes up to the payload's end?
 */
static bool next_is_good(size_t next, size_t n)
{
	return next == 0 || (next % COMPOUND_ALIGNMENT == 0 && next >= SMB2_HDR_LEN &&
			     next <= n - SMB2_HDR_LEN);
}

bool smb2_chain_next(struct smb2_chain *c, struct view *msg)
{
	struct smb2_hdr hdr;

	*msg = (struct view){0};
	if (c->err != NS_OK || c->rest.n == 0)
		return false;
	c->err = smb2_hdr_decode(&hdr, c->rest);
	if (c->err == NS_OK && !next_is_good(hdr.next, c->rest.n))
		c->err = NS_EFORMAT;
	if (c->err != NS_OK)
		return false;
	*msg = hdr.next == 0 ? c->rest : view_slice(c->rest, 0, hdr.next);
	c->rest = view_slice(c->rest, msg->n, SIZE_MAX);
	return true;
}

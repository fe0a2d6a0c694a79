/* SPDX-License-Identifier: MIT */
#include "wire/smb2_transform.h"

#define PROTOCOL_ID  0x424d53fdu /* 0xFD 'S' 'M' 'B' */
#define SIGNATURE_AT 4
#define NONCE_AT     20

enum smb2_frame_kind smb2_frame_kind(struct view msg)
{
	struct wire_reader r = {.msg = msg};
	uint32_t id;

	wire_le32(&r, &id);
	switch (id) {
	case 0x424d53feu:
		return SMB2_FRAME_PLAIN;
	case PROTOCOL_ID:
		return SMB2_FRAME_SEALED;
	case 0x424d53fcu:
		return SMB2_FRAME_COMPRESSED;
	case 0x424d53ffu:
		return SMB2_FRAME_SMB1;
	default:
		return SMB2_FRAME_UNKNOWN;
	}
}

enum ns_err smb2_transform_decode(struct smb2_transform *out, struct view *sealed,
				  struct view msg)
{
	struct wire_reader r = {.msg = msg};

	*sealed = (struct view){0};
	if (smb2_frame_kind(msg) == SMB2_FRAME_COMPRESSED)
		return NS_EUNSUPPORTED;
	wire_expect32(&r, PROTOCOL_ID);                        /*  0 ProtocolId */
	wire_copy(&r, out->signature, sizeof(out->signature)); /*  4 Signature */
	wire_copy(&r, out->nonce, sizeof(out->nonce));         /* 20 Nonce */
	wire_le32(&r, &out->original_size);                    /* 36 OriginalMessageSize */
	wire_skip(&r, 2);                                      /* 40 Reserved */
	wire_le16(&r, &out->flags);      /* 42 Flags/EncryptionAlgorithm */
	wire_le64(&r, &out->session_id); /* 44 SessionId */
	wire_take(&r, out->original_size, sealed);
	if (out->flags != SMB2_TRANSFORM_ENCRYPTED || wire_left(&r) > 0)
		wire_fail(&r, NS_EFORMAT);
	return wire_status(&r);
}

void smb2_transform_encode(struct wire_writer *w, const struct smb2_transform *v)
{
	wire_put_le32(w, PROTOCOL_ID);
	wire_put_bytes(w, view_of(v->signature, sizeof(v->signature)));
	wire_put_bytes(w, view_of(v->nonce, sizeof(v->nonce)));
	wire_put_le32(w, v->original_size);
	wire_put_le16(w, 0);
	wire_put_le16(w, v->flags);
	wire_put_le64(w, v->session_id);
}

struct view smb2_transform_aad(struct view msg)
{
	if (msg.n < SMB2_TRANSFORM_LEN)
		return (struct view){0};
	return view_slice(msg, NONCE_AT, SMB2_TRANSFORM_LEN - NONCE_AT);
}

void smb2_transform_patch_signature(struct buf *out, size_t base,
				    const uint8_t signature[SMB2_SIGNATURE_LEN])
{
	struct wire_writer w = {.out = out, .base = base};

	wire_patch_bytes(&w, SIGNATURE_AT, view_of(signature, SMB2_SIGNATURE_LEN));
}

enum ns_err smb2_transform_patch(struct buf *out, size_t base,
				 const struct smb2_transform *v)
{
	struct wire_writer w = {.out = out, .base = base};
	struct wire_writer header;
	struct buf bytes;

	buf_init(&bytes, SMB2_TRANSFORM_LEN);
	header = wire_writer_at_end(&bytes);
	smb2_transform_encode(&header, v);
	wire_patch_bytes(&w, 0, buf_view(&bytes));
	buf_release(&bytes);
	return wire_put_status(&header) != NS_OK ? wire_put_status(&header)
						 : wire_put_status(&w);
}

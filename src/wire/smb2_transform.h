/* SPDX-License-Identifier: MIT */
/*
 * What a frame holds, told by its first four bytes, and the header of an encrypted one,
 * [MS-SMB2] 2.2.41.
 */
#ifndef WIRE_SMB2_TRANSFORM_H
#define WIRE_SMB2_TRANSFORM_H

#include "wire/smb2_hdr.h"

#define SMB2_TRANSFORM_LEN       52
#define SMB2_TRANSFORM_NONCE_LEN 16
#define SMB2_TRANSFORM_ENCRYPTED 0x0001u /* Flags in 3.1.1; AES128-CCM in 3.0 and 3.0.2 */

enum smb2_frame_kind {
	SMB2_FRAME_UNKNOWN,    /* also: shorter than four bytes */
	SMB2_FRAME_PLAIN,      /* 0xFE 'S' 'M' 'B': smb2_chain_of() */
	SMB2_FRAME_SEALED,     /* 0xFD: smb2_transform_decode() */
	SMB2_FRAME_COMPRESSED, /* 0xFC, 2.2.42: never negotiated by us */
	SMB2_FRAME_SMB1,       /* 0xFF: [MS-CIFS] 2.2.3.1 */
};

enum smb2_frame_kind smb2_frame_kind(struct view msg);

struct smb2_transform {
	uint8_t signature[SMB2_SIGNATURE_LEN];
	uint8_t nonce[SMB2_TRANSFORM_NONCE_LEN]; /* the cipher uses 11 (CCM) or 12 (GCM) */
	uint32_t original_size;                  /* OriginalMessageSize */
	uint16_t flags;                          /* Flags/EncryptionAlgorithm */
	uint64_t session_id;
};

/*
 * On NS_OK `sealed` are the original_size bytes behind the header, borrowed from `msg`.
 * NS_EUNSUPPORTED for a compressed frame; NS_EFORMAT for any other ProtocolId, for Flags
 * that are not SMB2_TRANSFORM_ENCRYPTED, and for bytes behind the message.
 */
NS_MUST_USE enum ns_err smb2_transform_decode(struct smb2_transform *out,
					      struct view *sealed, struct view msg);
void smb2_transform_encode(struct wire_writer *w, const struct smb2_transform *v);

/*
 * What the cipher authenticates and does not encrypt: from Nonce to the header's end,
 * bytes 20 to 51 ([MS-SMB2] 3.1.4.3).  Empty if `msg` is shorter than the header.
 */
struct view smb2_transform_aad(struct view msg);

/* Writes the header over the bytes at `base` in `out`. */
NS_MUST_USE enum ns_err smb2_transform_patch(struct buf *out, size_t base,
					     const struct smb2_transform *v);

/* Writes the Signature of the transform header that begins at `base` in `out`. */
void smb2_transform_patch_signature(struct buf *out, size_t base,
				    const uint8_t signature[SMB2_SIGNATURE_LEN]);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The SMB2 header, [MS-SMB2] 2.2.1, and compound chains of messages.
 *
 * A message, here and in all smb2_*.h, is a view that begins with the header: every offset
 * in its body counts from there.  Decoders fill a plain struct whose views borrow from the
 * message; what they leave in it after an error is not to be used.  Encoders append the
 * body behind a header that was written by smb2_hdr_encode() at the writer's base, and
 * their errors stick in the writer.
 */
#ifndef WIRE_SMB2_HDR_H
#define WIRE_SMB2_HDR_H

#include <stdbool.h>

#include "wire/reader.h"
#include "wire/smb2.h"
#include "wire/writer.h"

#define SMB2_HDR_LEN       64
#define SMB2_SIGNATURE_LEN 16

struct smb2_hdr {
	uint16_t credit_charge;
	uint32_t status; /* of a response; a 3.x request has ChannelSequence in the low half
			  */
	uint16_t command;
	uint16_t credits; /* CreditRequest/CreditResponse */
	uint32_t flags;
	uint32_t next; /* NextCommand */
	uint64_t message_id;
	uint64_t async_id; /* if flags has SMB2_FLAGS_ASYNC_COMMAND; else 0 */
	uint32_t tree_id;  /* if it has not; else 0 */
	uint64_t session_id;
	uint8_t signature[SMB2_SIGNATURE_LEN];
};

static inline uint16_t smb2_hdr_channel_sequence(const struct smb2_hdr *h)
{
	return (uint16_t)h->status;
}

/* NS_ETRUNC, or NS_EFORMAT for another ProtocolId or StructureSize. */
NS_MUST_USE enum ns_err smb2_hdr_decode(struct smb2_hdr *out, struct view msg);
void smb2_hdr_encode(struct wire_writer *w, const struct smb2_hdr *v);

/*
 * Ends a message that another will follow: pads it to 8 bytes and sets its NextCommand.
 * The next one is written by a new wire_writer_at_end().
 */
void smb2_hdr_patch_next(struct wire_writer *w);

/* Writes the Signature of the message that begins at `base` in `out`. */
void smb2_hdr_patch_signature(struct buf *out, size_t base,
			      const uint8_t signature[SMB2_SIGNATURE_LEN]);

/* A reader behind the header and the body's StructureSize, which is checked. */
struct wire_reader smb2_body(struct view msg, uint16_t structure_size);

/*
 * Walks a compound, [MS-SMB2] 3.2.4.1.4:
 *	struct smb2_chain chain = smb2_chain_of(payload);
 *	while (smb2_chain_next(&chain, &msg))
 *		...
 *	if (chain.err != NS_OK)
 *		...
 * Each element comes with its padding, for that is signed with it.
 */
struct smb2_chain {
	struct view rest; /* from the next element on; empty after the last */
	enum ns_err err;  /* sticks */
};

static inline struct smb2_chain smb2_chain_of(struct view payload)
{
	return (struct smb2_chain){.rest = payload};
}

/*
 * False after the last element, and on error: NS_ETRUNC or NS_EFORMAT if the next one has
 * no whole header, or a NextCommand that is not 8-aligned, points into its own header or
 * not at another message inside.  An empty payload has no element and no error.
 */
NS_MUST_USE bool smb2_chain_next(struct smb2_chain *c, struct view *msg);

#endif

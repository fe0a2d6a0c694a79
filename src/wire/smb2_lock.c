/* SPDX-License-Identifier: MIT */
#include "wire/smb2_lock.h"

/* "regardless of the number of locks that are sent" */
#define STRUCTURE_SIZE 48

/* In LockSequenceNumber, LockSequenceIndex. */
#define NUMBER_BITS 4
#define NUMBER_MASK 0xfu

enum ns_err smb2_lock_req_decode(struct smb2_lock_req *out, struct view msg)
{
	struct wire_reader r = smb2_body(msg, STRUCTURE_SIZE); /*  0 StructureSize */
	uint32_t sequence;
	uint16_t count;

	wire_le16(&r, &count);                /*  2 LockCount */
	wire_le32(&r, &sequence);             /*  4 LockSequenceNumber, -Index */
	smb2_file_id_read(&r, &out->file_id); /*  8 FileId */
	if (count == 0)
		wire_fail(&r, NS_EFORMAT);
	wire_take(&r, (size_t)count * SMB2_LOCK_ELEMENT_LEN, &out->locks); /* 24 Locks */
	out->sequence_number = (uint8_t)(sequence & NUMBER_MASK);
	out->sequence_index = sequence >> NUMBER_BITS;
	return wire_status(&r);
}

void smb2_lock_req_encode(struct wire_writer *w, const struct smb2_lock_req *v)
{
	wire_put_le16(w, STRUCTURE_SIZE);
	wire_put_le16(w, (uint16_t)smb2_lock_count(v));
	wire_put_le32(w, v->sequence_index << NUMBER_BITS |
				 (v->sequence_number & NUMBER_MASK));
	smb2_file_id_put(w, v->file_id);
	wire_put_bytes(w, v->locks);
}

struct smb2_lock_element smb2_lock_at(const struct smb2_lock_req *req, size_t index)
{
	struct wire_reader r = {.msg = req->locks};
	struct smb2_lock_element element;

	wire_skip(&r, index * SMB2_LOCK_ELEMENT_LEN);
	wire_le64(&r, &element.offset); /*  0 Offset */
	wire_le64(&r, &element.length); /*  8 Length */
	wire_le32(&r, &element.flags);  /* 16 Flags; 20 Reserved */
	return element;
}

void smb2_lock_element_put(struct wire_writer *w, const struct smb2_lock_element *element)
{
	wire_put_le64(w, element->offset);
	wire_put_le64(w, element->length);
	wire_put_le32(w, element->flags);
	wire_put_zero(w, 4);
}

/* SPDX-License-Identifier: MIT */
/*
 * LOCK, [MS-SMB2] 2.2.26: ranges of a file that are locked, or unlocked.  The response
 * (2.2.27) is smb2_simple.h's.
 */
#ifndef WIRE_SMB2_LOCK_H
#define WIRE_SMB2_LOCK_H

#include "wire/smb2_file_id.h"
#include "wire/smb2_hdr.h"

/* 2.2.26.1 Flags */
#define SMB2_LOCKFLAG_SHARED_LOCK      0x00000001u
#define SMB2_LOCKFLAG_EXCLUSIVE_LOCK   0x00000002u
#define SMB2_LOCKFLAG_UNLOCK           0x00000004u
#define SMB2_LOCKFLAG_FAIL_IMMEDIATELY 0x00000010u

/* LockSequenceIndex goes from 1 to this; 0 is none. */
#define SMB2_LOCK_SEQUENCES 64

/* Bytes of an element on the wire. */
#define SMB2_LOCK_ELEMENT_LEN 24

struct smb2_lock_element {
	uint64_t offset;
	uint64_t length;
	uint32_t flags; /* SMB2_LOCKFLAG_... */
};

struct smb2_lock_req {
	uint8_t sequence_number; /* LockSequenceNumber, 4 bits */
	uint32_t sequence_index; /* LockSequenceIndex, 28 bits */
	struct smb2_file_id file_id;
	struct view locks; /* whole elements, one at least: smb2_lock_at() */
};

NS_MUST_USE enum ns_err smb2_lock_req_decode(struct smb2_lock_req *out, struct view msg);
void smb2_lock_req_encode(struct wire_writer *w, const struct smb2_lock_req *v);

static inline size_t smb2_lock_count(const struct smb2_lock_req *req)
{
	return req->locks.n / SMB2_LOCK_ELEMENT_LEN;
}

/* The element with this index, which must be less than smb2_lock_count(). */
struct smb2_lock_element smb2_lock_at(const struct smb2_lock_req *req, size_t index);
/* Appends one to what is to be `locks`. */
void smb2_lock_element_put(struct wire_writer *w, const struct smb2_lock_element *element);

#endif

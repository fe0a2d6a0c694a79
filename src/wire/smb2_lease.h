/* SPDX-License-Identifier: MIT */
/*
 * What SMB2_CREATE_REQUEST_LEASE carries, [MS-SMB2] 2.2.13.2.8, and its version 2 (.10),
 * and what the response tells (2.2.14.2.10, .11): all have one name and two lengths.
 */
#ifndef WIRE_SMB2_LEASE_H
#define WIRE_SMB2_LEASE_H

#include "wire/reader.h"
#include "wire/writer.h"

#define SMB2_LEASE_KEY_LEN 16

/* LeaseState */
#define SMB2_LEASE_READ_CACHING   0x00000001u
#define SMB2_LEASE_HANDLE_CACHING 0x00000002u
#define SMB2_LEASE_WRITE_CACHING  0x00000004u

/* Flags */
#define SMB2_LEASE_FLAG_BREAK_IN_PROGRESS    0x00000002u
#define SMB2_LEASE_FLAG_PARENT_LEASE_KEY_SET 0x00000004u

struct smb2_lease {
	unsigned version; /* 1 or 2: by the length of what is decoded */
	uint8_t key[SMB2_LEASE_KEY_LEN];
	uint32_t state;
	uint32_t flags;

	/* --- version 2; else zero --- */
	uint8_t parent_key[SMB2_LEASE_KEY_LEN];
	uint16_t epoch;
};

/* `data` is the context's.  Any other length than the two is NS_EFORMAT. */
NS_MUST_USE enum ns_err smb2_lease_decode(struct smb2_lease *out, struct view data);
void smb2_lease_encode(struct wire_writer *w, const struct smb2_lease *v);

#endif

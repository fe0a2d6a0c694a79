/* SPDX-License-Identifier: MIT */
/*
 * What the tests of leases have in common, on top of oplock_rig.h.  A lease is told by one
 * byte, of which its key is made:
 *
 *	id = who_leases(alice, "a", lease_v1(1, RWH), RWH);
 *	who_asks_lease(bob, "a", FILE_OPEN, lease_v1(2, RWH));
 *	who_is_told_lease(alice, 1, RWH, RH);
 *	assert_status(who_acks_lease(alice, 1, RH), NT_STATUS_SUCCESS);
 *	id = who_gets_lease(bob, &lease);
 */
#ifndef TESTS_UNIT_SERVER_LEASE_RIG_H
#define TESTS_UNIT_SERVER_LEASE_RIG_H

#include "oplock_rig.h"
#include "wire/smb2_lease_break.h"

#define R   SMB2_LEASE_READ_CACHING
#define H   SMB2_LEASE_HANDLE_CACHING
#define W   SMB2_LEASE_WRITE_CACHING
#define RH  (R | H)
#define RW  (R | W)
#define RWH (R | W | H)

/* What a client asks for. */
struct smb2_lease lease_v1(uint8_t key, uint32_t state);
struct smb2_lease lease_v2(uint8_t key, uint32_t state, uint16_t epoch);

/* A CREATE that asks for it, everything shared; its bytes are good until the next one. */
struct smb2_create_req with_lease(uint32_t disposition, struct smb2_lease lease);

/* Opens what is there, or makes it, and gets a lease of this state. */
struct smb2_file_id who_leases(struct fs_rig *who, const char *name,
			       struct smb2_lease lease, uint32_t got);
/* Asks, and there is no answer yet. */
void who_asks_lease(struct fs_rig *who, const char *name, uint32_t disposition,
		    struct smb2_lease lease);
/* The answer is there, with a lease: version 0 in it means there is none. */
struct smb2_file_id who_gets_lease(struct fs_rig *who, struct smb2_lease *lease);

/* The notification is there, with every field as it has to be. */
void who_is_told_lease(struct fs_rig *who, uint8_t key, uint32_t from, uint32_t to);
void who_is_told_epoch(struct fs_rig *who, uint8_t key, uint32_t from, uint32_t to,
		       uint16_t epoch);
uint32_t who_acks_lease(struct fs_rig *who, uint8_t key, uint32_t state);

/* What the lease has now, by an open of the same key that is closed again. */
uint32_t lease_state(struct fs_rig *who, const char *name, uint8_t key);

#endif

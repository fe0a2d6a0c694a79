/* SPDX-License-Identifier: MIT */
/*
 * What the tests of locks have in common: alice, bob and carol at their workstations
 * (oplock_rig.h), each with an open of the file "ten", which holds "0123456789".
 */
#ifndef TESTS_UNIT_SERVER_LOCK_RIG_H
#define TESTS_UNIT_SERVER_LOCK_RIG_H

#include "oplock_rig.h"
#include "server/open.h"
#include "wire/smb2_lock.h"

#define SHARED    SMB2_LOCKFLAG_SHARED_LOCK
#define EXCLUSIVE SMB2_LOCKFLAG_EXCLUSIVE_LOCK
#define UNLOCK    SMB2_LOCKFLAG_UNLOCK
#define AT_ONCE   SMB2_LOCKFLAG_FAIL_IMMEDIATELY

struct lock_rig {
	struct oplock_rig *who;
	struct fs_rig *alice, *bob, *carol;
	struct smb2_file_id a, b, c; /* whose open is which */
};

/* cmocka's setup and teardown: *state is a struct lock_rig. */
int lock_rig_up(void **state);
int lock_rig_down(void **state);

#define LOCK_TEST(name) cmocka_unit_test_setup_teardown(name, lock_rig_up, lock_rig_down)

/* A LOCK of several ranges; the answer is the caller's to await. */
struct lock_ask {
	struct smb2_file_id id;
	uint32_t sequence_index;
	uint8_t sequence_number;
	const struct smb2_lock_element *elements;
	size_t count;
};
/* As the next request of a message that was begun; and as a message of its own. */
void lock_put(struct fs_rig *who, const struct lock_ask *ask);
void lock_send(struct fs_rig *who, const struct lock_ask *ask);

/* The same of one range. */
void lock_asks(struct fs_rig *who, struct smb2_file_id id, uint64_t offset, uint64_t length,
	       uint32_t flags);
/* And there is no answer yet. */
void lock_waits(struct fs_rig *who, struct smb2_file_id id, uint64_t offset,
		uint64_t length, uint32_t flags);
/* And the status of the answer, which must be there. */
uint32_t lock_now(struct fs_rig *who, struct smb2_file_id id, uint64_t offset,
		  uint64_t length, uint32_t flags);

/* The answer to a LOCK that waited is there, whole and verified. */
void lock_ends(struct fs_rig *who, uint32_t status);

/* What the engine counts. */
struct server_counters *lock_counters(const struct lock_rig *rig);
/* FILE_INFO_3.num_locks of an open. */
uint32_t lock_count(const struct lock_rig *rig, struct smb2_file_id id);

#endif

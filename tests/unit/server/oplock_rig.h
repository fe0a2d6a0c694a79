/* SPDX-License-Identifier: MIT */
/*
 * What the tests of oplocks have in common: alice, bob and carol, each at a workstation and
 * connected to one share (fs_rig.h).  One has a file, another wants it:
 *
 *	id = who_holds(alice, "a", SMB2_OPLOCK_LEVEL_BATCH, SMB2_OPLOCK_LEVEL_BATCH);
 *	who_asks(bob, "a", FILE_OPEN, SMB2_OPLOCK_LEVEL_II);
 *	who_is_told(alice, id, SMB2_OPLOCK_LEVEL_II);
 *	assert_status(who_acknowledges(alice, id, SMB2_OPLOCK_LEVEL_II, &now), ...);
 *	id = who_gets(bob, SMB2_OPLOCK_LEVEL_II);
 */
#ifndef TESTS_UNIT_SERVER_OPLOCK_RIG_H
#define TESTS_UNIT_SERVER_OPLOCK_RIG_H

#include "fs_rig.h"
#include "wire/smb2_oplock_break.h"

#define NONE  SMB2_OPLOCK_LEVEL_NONE
#define II    SMB2_OPLOCK_LEVEL_II
#define EXCL  SMB2_OPLOCK_LEVEL_EXCLUSIVE
#define BATCH SMB2_OPLOCK_LEVEL_BATCH
#define LEASE SMB2_OPLOCK_LEVEL_LEASE

struct oplock_rig {
	struct fs_rig *alice;
	struct fs_rig bob, carol;
	struct serverlab *lab;
};

/* cmocka's setup and teardown: *state is a struct oplock_rig. */
int oplock_rig_up(void **state);
int oplock_rig_up_sealed(void **state);     /* the share encrypts */
int oplock_rig_up_all_sealed(void **state); /* every session does */
int oplock_rig_down(void **state);

#define OPLOCK_TEST(name)                                                                  \
	cmocka_unit_test_setup_teardown(name, oplock_rig_up, oplock_rig_down)

/* A CREATE that asks for this level, everything shared. */
struct smb2_create_req with_oplock(uint32_t disposition, uint8_t level);

/* Opens what is there, asking for one level and getting another. */
struct smb2_file_id who_holds(struct fs_rig *who, const char *name, uint8_t wanted,
			      uint8_t got);
/* Asks, and there is no answer yet. */
void who_asks(struct fs_rig *who, const char *name, uint32_t disposition, uint8_t level);
/* The answer is there: with this level, or with this status. */
struct smb2_file_id who_gets(struct fs_rig *who, uint8_t level);
void who_is_refused(struct fs_rig *who, uint16_t command, uint32_t status);
void who_waits(struct fs_rig *who);

/* The notification is there, with every field as it has to be. */
void who_is_told(struct fs_rig *who, struct smb2_file_id id, uint8_t level);
uint32_t who_acknowledges(struct fs_rig *who, struct smb2_file_id id, uint8_t level,
			  uint8_t *now);

/* Sends a WRITE of one byte; the answer is the caller's to await. */
void who_writes(struct fs_rig *who, struct smb2_file_id id);

/* An administrator ends the session. */
void who_is_ended(struct fs_rig *who);

#endif

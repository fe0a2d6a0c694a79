/* SPDX-License-Identifier: MIT */
/*
 * What the tests of durable opens have in common: alice, bob and carol (oplock_rig.h).
 * Alice has a file open, her connection breaks, and she comes again:
 *
 *	struct smb2_file_id id = durable_open(rig->alice, "a", V2);
 *
 *	durable_away(rig);
 *	... what happens meanwhile ...
 *	durable_again(rig);
 *	assert_status(durable_back(&rig->again, V2, &id), NT_STATUS_SUCCESS);
 */
#ifndef TESTS_UNIT_SERVER_DURABLE_RIG_H
#define TESTS_UNIT_SERVER_DURABLE_RIG_H

#include "oplock_rig.h"
#include "server/file/durable.h"
#include "wire/smb2_create_context.h"

struct durable_rig {
	struct oplock_rig *who;
	struct serverlab *lab;
	struct fs_rig *alice, *bob, *carol;
	struct fs_rig again;         /* alice, come again; all zero before */
	uint8_t guid[SMB2_GUID_LEN]; /* hers */
};

/* cmocka's setup and teardown: *state is a struct durable_rig. */
int durable_rig_up(void **state);
int durable_rig_down(void **state);

#define DURABLE_TEST(name)                                                                 \
	cmocka_unit_test_setup_teardown(name, durable_rig_up, durable_rig_down)

/* The versions. */
#define V1 1
#define V2 2

/* One create context; and a CREATE with several, whose bytes stay until the next one. */
struct durable_part {
	const char *name;
	uint8_t data[64];
	size_t n;
};
struct durable_part durable_part_ask(int version, uint32_t timeout, uint8_t guid);
struct durable_part durable_part_again(int version, struct smb2_file_id id, uint8_t guid,
				       uint32_t flags);
struct smb2_create_req durable_create(uint32_t disposition, uint8_t oplock,
				      const struct durable_part *parts, size_t count);

/* The CreateGuid that the functions below give: all of it is this byte. */
#define DURABLE_GUID 7

/*
 * What a response says of durability: the version, 0 for none; and of version 2 the
 * timeout.
 */
int durable_granted(const struct smb2_create_rsp *rsp, uint32_t *timeout);

/* Opens what is there with a batch oplock, and it is durable, with the usual timeout. */
struct smb2_file_id durable_open(struct fs_rig *who, const char *name, int version);
/* The same, alone: nobody else may share it. */
struct smb2_file_id durable_open_alone(struct fs_rig *who, const char *name, int version);

/* Alice's connection breaks; and she signs in on another one, as the same client. */
void durable_away(struct durable_rig *rig);
void durable_again(struct durable_rig *rig);
/* Whoever signs in as alice, by this ClientGuid. */
void durable_alice(struct fs_rig *who, struct durable_rig *rig, const uint8_t *guid);

/*
 * Asks for an open; *id is in and, on success, out: the persistent part is the same, the
 * volatile part is not, and the oplock is a batch oplock still.
 */
uint32_t durable_back(struct fs_rig *who, int version, struct smb2_file_id *id);

#endif

/* SPDX-License-Identifier: MIT */
/* A CREATE that comes again since its answer was lost, [MS-SMB2] 3.3.5.9 and 3.3.5.9.10. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "durable_rig.h"

static uint32_t create(struct fs_rig *who, uint32_t disposition, uint8_t oplock, bool again,
		       struct smb2_create_rsp *rsp)
{
	struct durable_part ask = durable_part_ask(V2, 30000, DURABLE_GUID);
	struct smb2_create_req how = durable_create(disposition, oplock, &ask, 1);
	struct raw_reply r;

	how.name = view_of("n\0", 2);
	raw_begin(&who->c);
	smb2_create_req_encode(raw_add(&who->c, &who->s, SMB2_CREATE), &how);
	if (again)
		raw_hdr(&who->c)->flags |= SMB2_FLAGS_REPLAY_OPERATION;
	raw_send(&who->c);
	assert_true(raw_next(&who->c, &r));
	assert_int_equal(r.hdr.command, SMB2_CREATE);
	assert_true(r.verified);
	if (r.hdr.status == NT_STATUS_SUCCESS)
		assert_int_equal(smb2_create_rsp_decode(rsp, r.msg), NS_OK);
	return r.hdr.status;
}

static void the_same_answer_comes_again(void **state)
{
	static const uint8_t levels[] = {NONE, BATCH};
	struct durable_rig *rig = *state;

	for (int i = 0; i < 2; i++) {
		struct smb2_create_rsp first, second;
		uint32_t timeout = 0;

		assert_status(create(rig->alice, FILE_SUPERSEDE, levels[i], false, &first),
			      NT_STATUS_SUCCESS);
		assert_int_equal(first.action, i == 0 ? FILE_CREATED : FILE_SUPERSEDED);
		assert_status(create(rig->alice, FILE_SUPERSEDE, levels[i], true, &second),
			      NT_STATUS_SUCCESS);
		assert_true(second.file_id.persistent_id == first.file_id.persistent_id);
		assert_true(second.file_id.volatile_id == first.file_id.volatile_id);
		assert_int_equal(second.action, first.action);
		assert_int_equal(second.oplock_level, levels[i]);
		assert_int_equal(durable_granted(&second, &timeout),
				 levels[i] == BATCH ? V2 : 0);
		assert_int_equal(timeout, levels[i] == BATCH ? 30000 : 0);
		assert_int_equal(rig->lab->server->counters.opens_now, 1);
		assert_status(fs_rig_close(rig->alice, second.file_id), NT_STATUS_SUCCESS);
	}
}

static void without_the_flag_it_is_a_second_one(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_create_rsp rsp;

	assert_status(create(rig->alice, FILE_OPEN_IF, BATCH, false, &rsp),
		      NT_STATUS_SUCCESS);
	assert_status(create(rig->alice, FILE_OPEN_IF, BATCH, false, &rsp),
		      NT_STATUS_DUPLICATE_OBJECTID);
	assert_int_equal(rig->lab->server->counters.opens_now, 1);
}

/* With nothing to be found it is a CREATE like others. */
static void the_first_may_bear_the_flag(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_create_rsp rsp;

	assert_status(create(rig->alice, FILE_CREATE, BATCH, true, &rsp),
		      NT_STATUS_SUCCESS);
	assert_int_equal(rsp.action, FILE_CREATED);
}

/* Open.IsReplayEligible: who used the open has had the answer. */
static void what_was_used_is_not_told_again(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_create_rsp rsp;
	struct smb2_file_id first;
	struct view data;

	assert_status(create(rig->alice, FILE_OPEN_IF, NONE, false, &rsp),
		      NT_STATUS_SUCCESS);
	first = rsp.file_id;
	assert_status(fs_rig_read(rig->alice, first, 0, 1, &data), NT_STATUS_END_OF_FILE);
	assert_status(create(rig->alice, FILE_CREATE, NONE, true, &rsp),
		      NT_STATUS_OBJECT_NAME_COLLISION);
	assert_status(create(rig->alice, FILE_OPEN, NONE, true, &rsp), NT_STATUS_SUCCESS);
	assert_true(rsp.file_id.persistent_id != first.persistent_id);
	/* Now the second is the one that is known by the guid. */
	assert_status(create(rig->alice, FILE_OPEN, NONE, false, &rsp),
		      NT_STATUS_DUPLICATE_OBJECTID);
}

/* The same client, by its ClientGuid; but another user, or another session. */
static void nobody_else_is_told(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_create_rsp rsp;
	struct raw_session carol, alice;
	struct fs_rig *who = rig->alice;
	struct raw_session hers = who->s;
	uint32_t tree = who->c.tree;

	assert_status(create(who, FILE_OPEN_IF, BATCH, false, &rsp), NT_STATUS_SUCCESS);
	assert_status(raw_sign_in(&who->c, &carol, "carol", "passcarol"),
		      NT_STATUS_SUCCESS);
	assert_status(raw_tree(&who->c, &carol, "data", &who->c.tree), NT_STATUS_SUCCESS);
	who->s = carol;
	assert_status(create(who, FILE_OPEN_IF, BATCH, true, &rsp),
		      NT_STATUS_ACCESS_DENIED);
	assert_status(raw_sign_in(&who->c, &alice, "alice", "passalice"),
		      NT_STATUS_SUCCESS);
	assert_status(raw_tree(&who->c, &alice, "data", &who->c.tree), NT_STATUS_SUCCESS);
	who->s = alice;
	assert_status(create(who, FILE_OPEN_IF, BATCH, true, &rsp),
		      NT_STATUS_DUPLICATE_OBJECTID);
	assert_status(raw_logoff(&who->c, &alice), NT_STATUS_SUCCESS);
	assert_status(raw_logoff(&who->c, &carol), NT_STATUS_SUCCESS);
	raw_session_release(&alice);
	raw_session_release(&carol);
	who->s = hers;
	who->c.tree = tree;
	assert_status(create(who, FILE_OPEN_IF, BATCH, true, &rsp), NT_STATUS_SUCCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DURABLE_TEST(the_same_answer_comes_again),
		DURABLE_TEST(without_the_flag_it_is_a_second_one),
		DURABLE_TEST(the_first_may_bear_the_flag),
		DURABLE_TEST(what_was_used_is_not_told_again),
		DURABLE_TEST(nobody_else_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

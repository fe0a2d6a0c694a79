/* SPDX-License-Identifier: MIT */
/* Durable opens: who gets one, who has it back, and who does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "durable_rig.h"
#include "lock_rig.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct server_counters *counters(const struct durable_rig *rig)
{
	return &rig->lab->server->counters;
}

/* ------------------------------------------------------------------ who gets one -- */

/* 3.3.5.9.6 and 3.3.5.9.10: no more than who may cache the handle. */
static void only_a_batch_oplock_makes_an_open_durable(void **state)
{
	static const uint8_t levels[] = {NONE, II, EXCL, BATCH};
	struct durable_rig *rig = *state;

	for (int version = V1; version <= V2; version++) {
		for (size_t i = 0; i < COUNT(levels); i++) {
			struct durable_part ask =
				durable_part_ask(version, 0, DURABLE_GUID);
			struct smb2_create_req how =
				durable_create(FILE_OPEN, levels[i], &ask, 1);
			struct smb2_create_rsp rsp;
			uint32_t timeout;

			assert_status(fs_rig_open(rig->alice, "a", &how, &rsp),
				      NT_STATUS_SUCCESS);
			assert_int_equal(durable_granted(&rsp, &timeout),
					 levels[i] == BATCH ? version : 0);
			assert_status(fs_rig_close(rig->alice, rsp.file_id),
				      NT_STATUS_SUCCESS);
		}
	}
}

/* Who got less than he asked for, since somebody else has the file open. */
static void who_is_not_alone_has_none(void **state)
{
	struct durable_rig *rig = *state;
	struct durable_part ask = durable_part_ask(V2, 0, DURABLE_GUID);
	struct smb2_create_req how = durable_create(FILE_OPEN, BATCH, &ask, 1);
	struct smb2_create_rsp rsp;
	uint32_t timeout;

	who_holds(rig->bob, "a", NONE, NONE);
	assert_status(fs_rig_open(rig->alice, "a", &how, &rsp), NT_STATUS_SUCCESS);
	assert_int_equal(rsp.oplock_level, II);
	assert_int_equal(durable_granted(&rsp, &timeout), 0);
	durable_away(rig);
	assert_int_equal(counters(rig)->opens_now, 1); /* bob's */
}

static void a_directory_is_not_durable(void **state)
{
	struct durable_rig *rig = *state;
	struct durable_part ask = durable_part_ask(V2, 0, DURABLE_GUID);
	struct smb2_create_req how = durable_create(FILE_OPEN, BATCH, &ask, 1);
	struct smb2_create_rsp rsp;
	uint32_t timeout;

	assert_status(fs_rig_open(rig->alice, "", &how, &rsp), NT_STATUS_SUCCESS);
	assert_int_equal(durable_granted(&rsp, &timeout), 0);
	durable_away(rig);
	assert_int_equal(counters(rig)->opens_now, 0);
}

/* 3.3.5.9.10: what was asked for, but no more than 300 seconds. */
static void the_time_it_waits_is_bounded(void **state)
{
	static const struct {
		uint32_t asked, got;
	} rows[] = {{0, 60000},       {1, 1},           {299999, 299999},
		    {300000, 300000}, {300001, 300000}, {UINT32_MAX, 300000}};
	struct durable_rig *rig = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct durable_part ask = durable_part_ask(V2, rows[i].asked, DURABLE_GUID);
		struct smb2_create_req how = durable_create(FILE_OPEN, BATCH, &ask, 1);
		struct smb2_create_rsp rsp;
		uint32_t timeout = 0;

		assert_status(fs_rig_open(rig->alice, "a", &how, &rsp), NT_STATUS_SUCCESS);
		assert_int_equal(durable_granted(&rsp, &timeout), V2);
		assert_int_equal(timeout, rows[i].got);
		assert_status(fs_rig_close(rig->alice, rsp.file_id), NT_STATUS_SUCCESS);
	}
}

/* Version 2 is of 3.x: before, nobody knows what it means. */
static void version_2_is_ignored_before_3_0(void **state)
{
	struct durable_part ask = durable_part_ask(V2, 0, DURABLE_GUID);
	struct smb2_create_req how = durable_create(FILE_OPEN, BATCH, &ask, 1);
	struct smb2_create_rsp rsp;
	struct fs_rig *rig;
	uint32_t timeout;
	void *first;

	(void)state;
	assert_int_equal(fs_rig_up_with(&first, SMB2_DIALECT_210), 0);
	rig = first;
	disk_make(rig->disk, "a", "abc");
	assert_status(fs_rig_open(rig, "a", &how, &rsp), NT_STATUS_SUCCESS);
	assert_int_equal(durable_granted(&rsp, &timeout), 0);
	assert_int_equal(fs_rig_down(&first), 0);
}

/* 3.3.5.9.6, .7, .10, .12 */
static void contexts_that_contradict_each_other_are_refused(void **state)
{
	static const struct {
		unsigned parts; /* ask and again of version 1, then of 2 */
		uint32_t status;
	} rows[] = {
		{1, NT_STATUS_SUCCESS},
		{2, NT_STATUS_OBJECT_NAME_NOT_FOUND},
		{3, NT_STATUS_OBJECT_NAME_NOT_FOUND},
		{4, NT_STATUS_SUCCESS},
		{5, NT_STATUS_INVALID_PARAMETER},
		{6, NT_STATUS_INVALID_PARAMETER},
		{7, NT_STATUS_INVALID_PARAMETER},
		{8, NT_STATUS_OBJECT_NAME_NOT_FOUND},
		{9, NT_STATUS_INVALID_PARAMETER},
		{10, NT_STATUS_INVALID_PARAMETER},
		{12, NT_STATUS_INVALID_PARAMETER},
		{15, NT_STATUS_INVALID_PARAMETER},
	};
	struct durable_rig *rig = *state;
	struct smb2_file_id none = {1, 1};

	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct durable_part each[] = {
			durable_part_ask(V1, 0, 0), durable_part_again(V1, none, 0, 0),
			durable_part_ask(V2, 0, 0), durable_part_again(V2, none, 0, 0)};
		struct durable_part parts[4];
		struct smb2_create_req how;
		struct smb2_create_rsp rsp;
		size_t n = 0;

		for (size_t k = 0; k < 4; k++)
			if ((rows[i].parts & 1u << k) != 0)
				parts[n++] = each[k];
		how = durable_create(FILE_OPEN, BATCH, parts, n);
		assert_status(fs_rig_open(rig->alice, "a", &how, &rsp), rows[i].status);
		if (rows[i].status == NT_STATUS_SUCCESS)
			assert_status(fs_rig_close(rig->alice, rsp.file_id),
				      NT_STATUS_SUCCESS);
	}
}

/* 3.3.5.9: "If the size of each individual create context is not equal ..." */
static void a_context_of_another_length_is_refused(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id none = {1, 1};
	struct durable_part each[] = {
		durable_part_ask(V1, 0, 0), durable_part_again(V1, none, 0, 0),
		durable_part_ask(V2, 0, 0), durable_part_again(V2, none, 0, 0)};

	for (size_t i = 0; i < COUNT(each); i++) {
		for (int by = -1; by <= 1; by += 2) {
			struct durable_part part = each[i];
			struct smb2_create_req how;

			part.n = by < 0 ? part.n - 1 : part.n + 1;
			how = durable_create(FILE_OPEN, BATCH, &part, 1);
			assert_status(fs_rig_open(rig->alice, "a", &how, NULL),
				      NT_STATUS_INVALID_PARAMETER);
		}
	}
	assert_int_equal(counters(rig)->opens_now, 0);
}

/* ----------------------------------------------------------------- who has it back -- */

static void comes_in_time(struct durable_rig *rig, int version)
{
	struct smb2_file_id id = durable_open_alone(rig->alice, "a", version);
	struct smb2_file_id before = id;
	struct view data;

	durable_away(rig);
	assert_int_equal(counters(rig)->opens_now, 1);
	assert_int_equal(counters(rig)->durables_now, 1);
	serverlab_pass(rig->lab, DURABLE_TIMEOUT_MS - 1);
	durable_again(rig);
	assert_status(durable_back(&rig->again, version, &id), NT_STATUS_SUCCESS);
	assert_int_equal(counters(rig)->durables_now, 0);
	assert_int_equal(counters(rig)->durables_reconnected, 1);
	assert_status(fs_rig_read(&rig->again, before, 0, 3, &data), NT_STATUS_FILE_CLOSED);
	/* It ends no more by itself, and is what it was. */
	serverlab_pass(rig->lab, 2 * DURABLE_TIMEOUT_MS);
	assert_status(fs_rig_read(&rig->again, id, 0, 3, &data), NT_STATUS_SUCCESS);
	assert_true(view_equal(data, VIEW_LITERAL("abc")));
	who_asks(rig->bob, "a", FILE_OPEN, NONE);
	who_is_told(&rig->again, id, II);
	assert_status(fs_rig_close(&rig->again, id), NT_STATUS_SUCCESS);
	fs_rig_close(rig->bob, who_gets(rig->bob, NONE));
	assert_int_equal(counters(rig)->opens_now, 0);
	assert_int_equal(counters(rig)->durables_scavenged, 0);
}

static void who_comes_in_time_goes_on(void **state)
{
	comes_in_time(*state, V1);
}

static void who_comes_in_time_goes_on_with_version_2(void **state)
{
	comes_in_time(*state, V2);
}

/* As often as the connection breaks. */
static void it_may_be_had_back_again_and_again(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = durable_open(rig->alice, "a", V2);

	for (int i = 0; i < 5; i++) {
		durable_away(rig);
		serverlab_pass(rig->lab, DURABLE_TIMEOUT_MS / 2);
		durable_again(rig);
		assert_status(durable_back(&rig->again, V2, &id), NT_STATUS_SUCCESS);
	}
	assert_int_equal(counters(rig)->durables_reconnected, 5);
	assert_status(fs_rig_close(&rig->again, id), NT_STATUS_SUCCESS);
}

/* 3.3.5.9.7: there is no CreateGuid in it; but not the other way round. */
static void version_1_may_ask_for_what_version_2_made(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = durable_open(rig->alice, "a", V2);

	durable_away(rig);
	durable_again(rig);
	assert_status(durable_back(&rig->again, V1, &id), NT_STATUS_SUCCESS);
	assert_status(fs_rig_close(&rig->again, id), NT_STATUS_SUCCESS);
	id = durable_open(&rig->again, "a", V1);
	durable_away(rig);
	durable_again(rig);
	assert_status(durable_back(&rig->again, V2, &id), NT_STATUS_OBJECT_NAME_NOT_FOUND);
	assert_status(durable_back(&rig->again, V1, &id), NT_STATUS_SUCCESS);
}

/* All but the context says nothing, and of the FileId only the persistent part counts. */
static void the_rest_of_the_request_is_not_looked_at(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = durable_open(rig->alice, "a", V1);
	struct durable_part again;
	struct smb2_create_req how;
	struct smb2_create_rsp rsp;

	durable_away(rig);
	durable_again(rig);
	id.volatile_id ^= 0x5555;
	again = durable_part_again(V1, id, 0, 0);
	how = durable_create(0x78, 0x78, &again, 1);
	how.impersonation_level = 0x12345678;
	how.desired_access = 0;
	how.share_access = 0x12345678;
	how.options = 0x12345678;
	assert_status(fs_rig_open(&rig->again, "no:such*name", &how, &rsp),
		      NT_STATUS_SUCCESS);
	assert_int_equal(rsp.end_of_file, 3);
	assert_status(fs_rig_close(&rig->again, rsp.file_id), NT_STATUS_SUCCESS);
}

/* Its locks are still its own, 3.3.7.1. */
static void locks_are_kept(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = durable_open(rig->alice, "a", V2);

	assert_status(lock_now(rig->alice, id, 1, 1, EXCLUSIVE), NT_STATUS_SUCCESS);
	durable_away(rig);
	assert_int_equal(counters(rig)->locks_now, 1);
	durable_again(rig);
	assert_status(durable_back(&rig->again, V2, &id), NT_STATUS_SUCCESS);
	assert_status(lock_now(&rig->again, id, 1, 1, UNLOCK), NT_STATUS_SUCCESS);
	assert_int_equal(counters(rig)->locks_now, 0);
	assert_status(lock_now(&rig->again, id, 1, 1, EXCLUSIVE), NT_STATUS_SUCCESS);
	durable_away(rig);
	serverlab_pass(rig->lab, DURABLE_TIMEOUT_MS);
	assert_int_equal(counters(rig)->locks_now, 0);
}

/* 3.3.5.5.3: she comes before the server knows that she has gone. */
static void the_session_before_gives_it_up(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = durable_open(rig->alice, "a", V2);
	struct raw_setup setup = {
		.user = "alice", .password = "passalice", .previous = rig->alice->s.id};
	struct fs_rig *again = &rig->again;

	*again = (struct fs_rig){.disk = rig->alice->disk};
	raw_connect(&again->c, rig->lab, "10.0.0.1");
	raw_negotiate(&again->c, SMB2_DIALECT_311);
	assert_status(raw_sign_in_as(&again->c, &again->s, &setup), NT_STATUS_SUCCESS);
	assert_status(raw_tree(&again->c, &again->s, "data", &again->c.tree),
		      NT_STATUS_SUCCESS);
	assert_int_equal(counters(rig)->durables_now, 1);
	assert_status(durable_back(again, V2, &id), NT_STATUS_SUCCESS);
	assert_status(fs_rig_close(again, id), NT_STATUS_SUCCESS);
}

/* 3.3.5.6; but not 3.3.5.8. */
static void a_logoff_keeps_it_and_a_tree_disconnect_does_not(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = durable_open(rig->alice, "a", V2);

	assert_status(raw_logoff(&rig->alice->c, &rig->alice->s), NT_STATUS_SUCCESS);
	assert_int_equal(counters(rig)->durables_now, 1);
	durable_again(rig);
	assert_status(durable_back(&rig->again, V2, &id), NT_STATUS_SUCCESS);
	assert_status(raw_simple(&rig->again.c, &rig->again.s, SMB2_TREE_DISCONNECT),
		      NT_STATUS_SUCCESS);
	assert_int_equal(counters(rig)->opens_now, 0);
	assert_status(raw_tree(&rig->again.c, &rig->again.s, "data", &rig->again.c.tree),
		      NT_STATUS_SUCCESS);
	assert_status(durable_back(&rig->again, V2, &id), NT_STATUS_OBJECT_NAME_NOT_FOUND);
}

/* --------------------------------------------------------------------- and who not -- */

static uint32_t back_with(struct fs_rig *who, struct durable_part part)
{
	struct smb2_create_req how = durable_create(FILE_OPEN, NONE, &part, 1);

	return fs_rig_open(who, "a", &how, NULL);
}

static void who_comes_too_late_finds_nothing(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = durable_open(rig->alice, "a", V2);

	durable_away(rig);
	serverlab_pass(rig->lab, DURABLE_TIMEOUT_MS);
	assert_int_equal(counters(rig)->opens_now, 0);
	assert_int_equal(counters(rig)->durables_scavenged, 1);
	durable_again(rig);
	assert_status(durable_back(&rig->again, V2, &id), NT_STATUS_OBJECT_NAME_NOT_FOUND);
}

/* CVE-2026-31717, CVE-2026-31718: of another user nobody may have it, however he asks. */
static void nobody_else_has_it(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = durable_open(rig->alice, "a", V2);

	assert_status(durable_back(rig->bob, V2, &id), NT_STATUS_OBJECT_NAME_NOT_FOUND);
	durable_away(rig);
	assert_status(durable_back(rig->bob, V1, &id), NT_STATUS_ACCESS_DENIED);
	assert_status(durable_back(rig->bob, V2, &id), NT_STATUS_ACCESS_DENIED);
	durable_again(rig);
	assert_status(durable_back(&rig->again, V2, &id), NT_STATUS_SUCCESS);
	assert_status(durable_back(rig->bob, V2, &id), NT_STATUS_OBJECT_NAME_NOT_FOUND);
	assert_status(durable_back(&rig->again, V2, &id), NT_STATUS_OBJECT_NAME_NOT_FOUND);
}

static void what_does_not_fit_is_refused(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = durable_open(rig->alice, "a", V2), other = id;
	uint32_t data;

	other.persistent_id++;
	durable_away(rig);
	durable_again(rig);
	assert_status(back_with(&rig->again, durable_part_again(V2, id, 0, 0)),
		      NT_STATUS_OBJECT_NAME_NOT_FOUND);
	assert_status(
		back_with(&rig->again, durable_part_again(V2, other, DURABLE_GUID, 0)),
		NT_STATUS_OBJECT_NAME_NOT_FOUND);
	assert_status(back_with(&rig->again, durable_part_again(V1, other, 0, 0)),
		      NT_STATUS_OBJECT_NAME_NOT_FOUND);
	assert_status(
		back_with(&rig->again, durable_part_again(V2, id, DURABLE_GUID,
							  SMB2_DHANDLE_FLAG_PERSISTENT)),
		NT_STATUS_INVALID_PARAMETER);
	/* By another share it is another file, whatever it is on the disk. */
	data = rig->again.c.tree;
	assert_status(raw_tree(&rig->again.c, &rig->again.s, "ro", &rig->again.c.tree),
		      NT_STATUS_SUCCESS);
	assert_status(durable_back(&rig->again, V2, &id), NT_STATUS_OBJECT_NAME_NOT_FOUND);
	rig->again.c.tree = data;
	assert_status(durable_back(&rig->again, V2, &id), NT_STATUS_SUCCESS);
}

static void a_session_has_no_more_opens_by_it(void **state)
{
	struct durable_rig *rig = *state;
	struct smb2_file_id id = durable_open(rig->alice, "a", V2), root;

	durable_away(rig);
	durable_again(rig);
	rig->lab->config.max_opens_per_session = 1;
	root = fs_rig_opened(&rig->again, "", FILE_OPEN);
	assert_status(durable_back(&rig->again, V2, &id), NT_STATUS_INSUFFICIENT_RESOURCES);
	assert_status(fs_rig_close(&rig->again, root), NT_STATUS_SUCCESS);
	assert_status(durable_back(&rig->again, V2, &id), NT_STATUS_SUCCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		DURABLE_TEST(only_a_batch_oplock_makes_an_open_durable),
		DURABLE_TEST(who_is_not_alone_has_none),
		DURABLE_TEST(a_directory_is_not_durable),
		DURABLE_TEST(the_time_it_waits_is_bounded),
		cmocka_unit_test(version_2_is_ignored_before_3_0),
		DURABLE_TEST(contexts_that_contradict_each_other_are_refused),
		DURABLE_TEST(a_context_of_another_length_is_refused),
		DURABLE_TEST(who_comes_in_time_goes_on),
		DURABLE_TEST(who_comes_in_time_goes_on_with_version_2),
		DURABLE_TEST(it_may_be_had_back_again_and_again),
		DURABLE_TEST(version_1_may_ask_for_what_version_2_made),
		DURABLE_TEST(the_rest_of_the_request_is_not_looked_at),
		DURABLE_TEST(locks_are_kept),
		DURABLE_TEST(the_session_before_gives_it_up),
		DURABLE_TEST(a_logoff_keeps_it_and_a_tree_disconnect_does_not),
		DURABLE_TEST(who_comes_too_late_finds_nothing),
		DURABLE_TEST(nobody_else_has_it),
		DURABLE_TEST(what_does_not_fit_is_refused),
		DURABLE_TEST(a_session_has_no_more_opens_by_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

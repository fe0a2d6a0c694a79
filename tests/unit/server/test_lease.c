/* SPDX-License-Identifier: MIT */
/* Which leases are granted, beside which others, and what an acknowledgment may say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lease_rig.h"
#include "server/server_config.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void closes(struct fs_rig *who, struct smb2_file_id id)
{
	assert_status(fs_rig_close(who, id), NT_STATUS_SUCCESS);
}

/* ----------------------------------------------------------------------- granted -- */

static void who_is_alone_gets_what_makes_sense(void **state)
{
	static const uint32_t rows[][2] = {
		{0, 0},   {R, R},     {H, 0},     {W, 0},          {RH, RH},
		{RW, RW}, {H | W, 0}, {RWH, RWH}, {0xfffffff0, 0}, {0xfffffff7, RWH},
	};
	struct oplock_rig *rig = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct smb2_file_id id =
			who_leases(rig->alice, "a", lease_v1(1, rows[i][0]), rows[i][1]);

		assert_int_equal(rig->lab->server->counters.leases_now, rows[i][1] != 0);
		closes(rig->alice, id);
	}
	assert_int_equal(rig->lab->server->counters.leases_now, 0);
	assert_null(rig->lab->server->leases);
}

static void gets_none(struct fs_rig *who, const char *name,
		      const struct smb2_create_req *how, uint8_t level)
{
	struct smb2_create_rsp rsp;

	assert_status(fs_rig_open(who, name, how, &rsp), NT_STATUS_SUCCESS);
	assert_int_equal(rsp.oplock_level, level);
	assert_int_equal(rsp.contexts.n, 0);
	closes(who, rsp.file_id);
}

/* 3.3.5.9.8: it must be asked for in both places; and a directory has none. */
static void what_is_not_asked_for_rightly_is_not_granted(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_create_req how = with_lease(FILE_OPEN, lease_v1(1, RWH));

	how.oplock_level = BATCH;
	gets_none(rig->alice, "a", &how, BATCH);
	how.oplock_level = LEASE;
	how.contexts = (struct view){0};
	gets_none(rig->alice, "a", &how, NONE);
	disk_make(rig->alice->disk, "dir/", NULL);
	how = with_lease(FILE_OPEN, lease_v2(1, RH, 0));
	gets_none(rig->alice, "dir", &how, NONE);
	rig->alice->c.tree = rig->alice->ro;
	how = with_lease(FILE_OPEN, lease_v1(1, RWH));
	how.desired_access = GENERIC_READ;
	gets_none(rig->alice, "a", &how, NONE); /* that share's configuration says so */
	assert_null(rig->lab->server->leases);
}

static void a_context_of_another_length_is_refused(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_create_req how = with_lease(FILE_OPEN, lease_v1(1, RWH));

	how.contexts.n -= 8; /* DataLength says more than there is */
	assert_status(fs_rig_open(rig->alice, "a", &how, NULL),
		      NT_STATUS_INVALID_PARAMETER);
}

/* 2.0.2 knows none, 2.1 the first version; 2.2.13.2.10. */
static void each_dialect_has_its_version(void **state)
{
	static const struct {
		uint16_t dialect;
		unsigned first, second;
	} rows[] = {
		{SMB2_DIALECT_202, 0, 0}, {SMB2_DIALECT_210, 1, 0},
		{SMB2_DIALECT_300, 1, 2}, {SMB2_DIALECT_302, 1, 2},
		{SMB2_DIALECT_311, 1, 2},
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct smb2_create_req how;
		struct smb2_lease lease;
		struct fs_rig *alice;

		assert_int_equal(fs_rig_up_with(state, rows[i].dialect), 0);
		alice = *state;
		disk_make(alice->disk, "a", "abc");
		how = with_lease(FILE_OPEN, lease_v1(1, RWH));
		fs_rig_ask(alice, "a", &how);
		closes(alice, who_gets_lease(alice, &lease));
		assert_int_equal(lease.version, rows[i].first);
		how = with_lease(FILE_OPEN, lease_v2(1, RWH, 0x4711));
		fs_rig_ask(alice, "a", &how);
		closes(alice, who_gets_lease(alice, &lease));
		assert_int_equal(lease.version, rows[i].second);
		assert_int_equal(lease.epoch, rows[i].second == 2 ? 0x4712 : 0);
		assert_int_equal(fs_rig_down(state), 0);
	}
}

/* Asked of another's file; what stays to who has it, and what the second gets. */
static void what_one_has_leaves_another(void **state)
{
	static const struct {
		uint32_t held, asked, left, got;
	} rows[] = {
		{R, R, R, R},    {R, RH, R, RH},    {R, RW, R, R},    {R, RWH, R, RH},
		{RH, R, RH, R},  {RH, RH, RH, RH},  {RH, RW, RH, R},  {RH, RWH, RH, RH},
		{RW, R, R, R},   {RW, RH, R, RH},   {RW, RW, R, R},   {RW, RWH, R, RH},
		{RWH, R, RH, R}, {RWH, RH, RH, RH}, {RWH, RW, RH, R}, {RWH, RWH, RH, RH},
		{0, RWH, 0, RH},
	};
	struct oplock_rig *rig = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct smb2_file_id a, b;
		struct smb2_lease got;

		a = who_leases(rig->alice, "a", lease_v1(1, rows[i].held), rows[i].held);
		if (rows[i].held == rows[i].left) {
			b = who_leases(&rig->bob, "a", lease_v1(1, rows[i].asked),
				       rows[i].got);
		} else {
			who_asks_lease(&rig->bob, "a", FILE_OPEN,
				       lease_v1(1, rows[i].asked));
			who_is_told_lease(rig->alice, 1, rows[i].held, rows[i].left);
			assert_status(who_acks_lease(rig->alice, 1, rows[i].left),
				      NT_STATUS_SUCCESS);
			b = who_gets_lease(&rig->bob, &got);
			assert_int_equal(got.state, rows[i].got);
		}
		who_waits(rig->alice);
		assert_int_equal(lease_state(rig->alice, "a", 1), rows[i].left);
		closes(rig->alice, a);
		closes(&rig->bob, b);
	}
}

/* Of one lease all opens have the same, and more is had all at once or not at all. */
static void a_lease_grows_if_it_may(void **state)
{
	static const struct {
		uint32_t first, then, both;
	} rows[] = {
		{0, 0, 0},      {0, R, R},     {0, RWH, RWH},  {R, 0, R},      {R, RH, RH},
		{R, RW, RW},    {RH, R, RH},   {RH, RW, RH},   {RH, RWH, RWH}, {RW, RH, RW},
		{RW, RWH, RWH}, {RWH, 0, RWH}, {RWH, RH, RWH},
	};
	struct oplock_rig *rig = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct smb2_file_id a, b;

		a = who_leases(rig->alice, "a", lease_v1(1, rows[i].first), rows[i].first);
		b = who_leases(rig->alice, "a", lease_v1(1, rows[i].then), rows[i].both);
		assert_int_equal(lease_state(rig->alice, "a", 1), rows[i].both);
		closes(rig->alice, a);
		assert_int_equal(lease_state(rig->alice, "a", 1), rows[i].both);
		closes(rig->alice, b);
	}
}

static void beside_another_it_grows_only_as_a_whole(void **state)
{
	static const struct {
		uint32_t first, second, then, has;
	} rows[] = {
		{R, R, RH, RH},   {R, R, RW, R},   {R, R, RWH, R}, {R, RH, RH, RH},
		{RH, R, RWH, RH}, {0, RH, RWH, 0}, {0, RH, R, R},
	};
	struct oplock_rig *rig = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct smb2_file_id a, b, c;

		a = who_leases(rig->alice, "a", lease_v1(1, rows[i].first), rows[i].first);
		b = who_leases(&rig->bob, "a", lease_v1(2, rows[i].second), rows[i].second);
		c = who_leases(rig->alice, "a", lease_v1(1, rows[i].then), rows[i].has);
		who_waits(rig->alice);
		who_waits(&rig->bob);
		closes(rig->alice, a);
		closes(rig->alice, c);
		closes(&rig->bob, b);
	}
}

/* One client's two keys are two owners; the same key of two clients is, too. */
static void the_owner_is_client_and_key(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_file_id a = who_leases(rig->alice, "a", lease_v1(1, RH), RH);

	who_leases(rig->alice, "a", lease_v1(2, RH), RH);
	who_leases(&rig->bob, "a", lease_v1(1, RH), RH);
	assert_int_equal(rig->lab->server->counters.leases_now, 3);
	who_writes(rig->alice, a);
	who_is_told_lease(rig->alice, 2, RH, 0);
	who_is_refused(rig->alice, SMB2_WRITE, NT_STATUS_SUCCESS);
	who_is_told_lease(&rig->bob, 1, RH, 0);
	who_waits(rig->alice);
	assert_int_equal(lease_state(rig->alice, "a", 1), RH);
}

/* 2.1.5.18.1 and .2: level II and a lease with H do not agree. */
static void oplocks_and_leases_stand_beside_each_other(void **state)
{
	static const struct {
		uint32_t held;
		uint8_t asked;
		uint32_t left;
		uint8_t got;
	} leases[] = {
		{R, II, R, II},       {R, BATCH, R, II}, {RH, II, RH, NONE},
		{RH, EXCL, RH, NONE}, {RW, EXCL, R, II}, {RWH, BATCH, RH, NONE},
	};
	static const struct {
		uint8_t held;
		uint32_t asked, got;
	} oplocks[] = {
		{II, R, R}, {II, RH, R}, {II, RWH, R}, {EXCL, RWH, R}, {BATCH, RWH, R},
	};
	struct oplock_rig *rig = *state;
	struct smb2_file_id a, b;
	struct smb2_lease got;
	uint8_t now;

	for (size_t i = 0; i < COUNT(leases); i++) {
		struct smb2_create_req how = with_oplock(FILE_OPEN, leases[i].asked);

		a = who_leases(rig->alice, "a", lease_v1(1, leases[i].held),
			       leases[i].held);
		fs_rig_ask(&rig->bob, "a", &how);
		if (leases[i].held != leases[i].left) {
			who_is_told_lease(rig->alice, 1, leases[i].held, leases[i].left);
			who_acks_lease(rig->alice, 1, leases[i].left);
		}
		b = who_gets(&rig->bob, leases[i].got);
		closes(rig->alice, a);
		closes(&rig->bob, b);
	}
	for (size_t i = 0; i < COUNT(oplocks); i++) {
		struct smb2_create_req how =
			with_lease(FILE_OPEN, lease_v1(1, oplocks[i].asked));

		a = who_holds(rig->alice, "a", oplocks[i].held, oplocks[i].held);
		fs_rig_ask(&rig->bob, "a", &how);
		if (oplocks[i].held != II) {
			who_is_told(rig->alice, a, II);
			assert_status(who_acknowledges(rig->alice, a, II, &now),
				      NT_STATUS_SUCCESS);
		}
		b = who_gets_lease(&rig->bob, &got);
		assert_int_equal(got.state, oplocks[i].got);
		closes(rig->alice, a);
		closes(&rig->bob, b);
	}
}

/* ------------------------------------------------------------- a key, and its file -- */

static void a_key_is_for_one_file(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_create_req how;
	struct smb2_file_id id, other;

	disk_make(rig->alice->disk, "b", "");
	disk_make(rig->alice->disk, "dir/", NULL);
	id = who_leases(rig->alice, "a", lease_v1(1, RWH), RWH);
	how = with_lease(FILE_OPEN_IF, lease_v2(1, R, 0));
	assert_status(fs_rig_open(rig->alice, "b", &how, NULL),
		      NT_STATUS_INVALID_PARAMETER);
	assert_status(fs_rig_open(rig->alice, "new", &how, NULL),
		      NT_STATUS_INVALID_PARAMETER);
	assert_status(fs_rig_open(rig->alice, "dir", &how, NULL),
		      NT_STATUS_INVALID_PARAMETER);
	assert_false(disk_has(rig->alice->disk, "new"));
	/* By another name it is the same file; and another client may use the key. */
	assert_status(fs_rig_rename(rig->alice, id, "c", false), NT_STATUS_SUCCESS);
	assert_int_equal(lease_state(rig->alice, "c", 1), RWH);
	who_leases(&rig->bob, "b", lease_v1(1, RWH), RWH);
	/* What is deleted lets its key go, 3.3.5.9.8 FileDeleteOnClose. */
	assert_status(fs_rig_set(rig->alice, id, FILE_DISPOSITION_INFORMATION,
				 VIEW_LITERAL("\1")),
		      NT_STATUS_SUCCESS);
	how = with_lease(FILE_OPEN_IF, lease_v1(1, RWH));
	gets_none(rig->alice, "c2", &how, NONE);
	closes(rig->alice, id);
	other = who_leases(rig->alice, "c2", lease_v1(1, RWH), RWH);
	closes(rig->alice, other);
}

/* Both were under way before either had its lease. */
static void of_two_files_at_once_one_gets_the_key(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_create_req how = with_lease(FILE_OPEN_IF, lease_v1(1, RWH));
	struct smb2_lease lease;

	rig->alice->c.ask = 4;
	assert_status(raw_echo(&rig->alice->c, &rig->alice->s), NT_STATUS_SUCCESS);
	rig->lab->hold_jobs = true;
	fs_rig_ask(rig->alice, "a", &how);
	fs_rig_ask(rig->alice, "new", &how);
	rig->lab->hold_jobs = false;
	serverlab_run_jobs(rig->lab);
	who_gets_lease(rig->alice, &lease);
	assert_int_equal(lease.state, RWH);
	who_is_refused(rig->alice, SMB2_CREATE, NT_STATUS_INVALID_PARAMETER);
	serverlab_run_jobs(rig->lab);
	assert_false(disk_has(rig->alice->disk, "new"));
}

/* -------------------------------------------------------------- epoch and parent -- */

static void the_epoch_counts_changes(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_lease lease = lease_v2(1, R, 0x4711), got;
	struct smb2_create_req how;
	struct smb2_file_id b;

	lease.flags = SMB2_LEASE_FLAG_PARENT_LEASE_KEY_SET;
	memset(lease.parent_key, 9, sizeof(lease.parent_key));
	how = with_lease(FILE_OPEN, lease);
	fs_rig_ask(rig->alice, "a", &how);
	who_gets_lease(rig->alice, &got);
	assert_int_equal(got.epoch, 0x4712);
	assert_int_equal(got.flags, SMB2_LEASE_FLAG_PARENT_LEASE_KEY_SET);
	assert_memory_equal(got.parent_key, lease.parent_key, sizeof(got.parent_key));
	/* The lease's version is the first one's; its epoch is the server's by then. */
	how = with_lease(FILE_OPEN, lease_v1(1, RWH));
	fs_rig_ask(rig->alice, "a", &how);
	who_gets_lease(rig->alice, &got);
	assert_int_equal(got.version, 2);
	assert_int_equal(got.epoch, 0x4713);
	how = with_lease(FILE_OPEN, lease_v2(1, RH, 0x1111));
	fs_rig_ask(rig->alice, "a", &how);
	who_gets_lease(rig->alice, &got);
	assert_int_equal(got.epoch, 0x4713);
	who_asks_lease(&rig->bob, "a", FILE_OPEN, lease_v2(1, R, 0));
	who_is_told_epoch(rig->alice, 1, RWH, RH, 0x4714);
	assert_status(who_acks_lease(rig->alice, 1, RH), NT_STATUS_SUCCESS);
	b = who_gets_lease(&rig->bob, &got);
	assert_int_equal(got.epoch, 1);
	assert_status(fs_rig_write(&rig->bob, b, 0, VIEW_LITERAL("x")), NT_STATUS_SUCCESS);
	who_is_told_epoch(rig->alice, 1, RH, 0, 0x4715);
}

/* -------------------------------------------------------- acknowledging, 3.3.5.22.2 -- */

static void an_acknowledgment_says_no_more_than_it_may(void **state)
{
	static const struct {
		uint32_t disposition, to, state, status;
	} rows[] = {
		{FILE_OPEN, RH, RWH, NT_STATUS_REQUEST_NOT_ACCEPTED},
		{FILE_OPEN, RH, RW, NT_STATUS_REQUEST_NOT_ACCEPTED},
		{FILE_OPEN, RH, 0x80000001, NT_STATUS_REQUEST_NOT_ACCEPTED},
		{FILE_OPEN, RH, RH, NT_STATUS_SUCCESS},
		{FILE_OPEN, RH, R, NT_STATUS_SUCCESS},
		{FILE_OPEN, RH, 0, NT_STATUS_SUCCESS},
		{FILE_OVERWRITE, 0, R, NT_STATUS_REQUEST_NOT_ACCEPTED},
		{FILE_OVERWRITE, 0, 0, NT_STATUS_SUCCESS},
	};
	struct oplock_rig *rig = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct smb2_file_id a = who_leases(rig->alice, "a", lease_v1(1, RWH), RWH);
		bool taken = rows[i].status == NT_STATUS_SUCCESS;

		assert_status(who_acks_lease(rig->alice, 1, RH), NT_STATUS_UNSUCCESSFUL);
		who_asks(&rig->bob, "a", rows[i].disposition, NONE);
		who_is_told_lease(rig->alice, 1, RWH, rows[i].to);
		assert_status(who_acks_lease(rig->alice, 1, rows[i].state), rows[i].status);
		if (!taken) {
			who_waits(&rig->bob);
			assert_status(who_acks_lease(rig->alice, 1, 0), NT_STATUS_SUCCESS);
		}
		assert_int_equal(lease_state(rig->alice, "a", 1),
				 taken ? rows[i].state : 0);
		assert_status(who_acks_lease(rig->alice, 1, 0), NT_STATUS_UNSUCCESSFUL);
		closes(&rig->bob, who_gets(&rig->bob, NONE));
		closes(rig->alice, a);
	}
	assert_status(who_acks_lease(rig->alice, 1, 0), NT_STATUS_OBJECT_NAME_NOT_FOUND);
	/* Another client has no such lease, whatever key it says. */
	who_leases(rig->alice, "a", lease_v1(1, RWH), RWH);
	who_asks(&rig->bob, "a", FILE_OPEN, NONE);
	assert_status(who_acks_lease(&rig->carol, 1, RH), NT_STATUS_OBJECT_NAME_NOT_FOUND);
	who_waits(&rig->bob);
}

/* 2.0.2 has but one form; and an open with a lease has no oplock to be acknowledged. */
static void the_other_form_is_not_for_a_lease(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_file_id a = who_leases(rig->alice, "a", lease_v1(1, RWH), RWH);
	uint8_t now;

	who_asks(&rig->bob, "a", FILE_OPEN, NONE);
	who_is_told_lease(rig->alice, 1, RWH, RH);
	assert_status(who_acknowledges(rig->alice, a, II, &now),
		      NT_STATUS_INVALID_DEVICE_STATE);
	who_waits(&rig->bob);
}

/* 3.3.1.4: creates by the same key pass a break, and are told of it. */
static void who_has_the_key_passes_a_break(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_create_req how;
	struct smb2_lease lease;

	who_leases(rig->alice, "a", lease_v1(1, RWH), RWH);
	who_asks_lease(&rig->bob, "a", FILE_OPEN, lease_v1(1, RWH));
	who_is_told_lease(rig->alice, 1, RWH, RH);
	for (uint32_t asked = 0; asked <= RWH; asked += RWH) {
		how = with_lease(FILE_OPEN, lease_v1(1, asked));
		fs_rig_ask(rig->alice, "a", &how);
		closes(rig->alice, who_gets_lease(rig->alice, &lease));
		assert_int_equal(lease.state, RWH);
		assert_int_equal(lease.flags, SMB2_LEASE_FLAG_BREAK_IN_PROGRESS);
	}
	who_waits(&rig->bob);
	assert_status(who_acks_lease(rig->alice, 1, RH), NT_STATUS_SUCCESS);
	who_gets_lease(&rig->bob, &lease);
	assert_int_equal(lease.flags, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPLOCK_TEST(who_is_alone_gets_what_makes_sense),
		OPLOCK_TEST(what_is_not_asked_for_rightly_is_not_granted),
		OPLOCK_TEST(a_context_of_another_length_is_refused),
		cmocka_unit_test(each_dialect_has_its_version),
		OPLOCK_TEST(what_one_has_leaves_another),
		OPLOCK_TEST(a_lease_grows_if_it_may),
		OPLOCK_TEST(beside_another_it_grows_only_as_a_whole),
		OPLOCK_TEST(the_owner_is_client_and_key),
		OPLOCK_TEST(oplocks_and_leases_stand_beside_each_other),
		OPLOCK_TEST(a_key_is_for_one_file),
		OPLOCK_TEST(of_two_files_at_once_one_gets_the_key),
		OPLOCK_TEST(the_epoch_counts_changes),
		OPLOCK_TEST(an_acknowledgment_says_no_more_than_it_may),
		OPLOCK_TEST(the_other_form_is_not_for_a_lease),
		OPLOCK_TEST(who_has_the_key_passes_a_break),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* Oplocks: who has which, what breaks them, and how a break is acknowledged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "oplock_rig.h"
#include "server/file/oplock.h"
#include "wire/smb2_flush.h"
#include "wire/smb2_query_info.h"
#include "wire/smb2_set_info.h"
#include "wire/smb2_write.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* -------------------------------------------------------------------------- granting -- */

static void who_is_alone_has_what_he_asks_for(void **state)
{
	static const struct {
		const char *name;
		uint8_t wanted, got;
	} rows[] = {
		{"a", NONE, NONE},    {"a", II, II},      {"a", EXCL, EXCL},
		{"a", BATCH, BATCH},  {"a", LEASE, NONE}, {"a", 5, NONE},
		{"dir", BATCH, NONE}, {"dir", II, NONE},
	};
	struct oplock_rig *rig = *state;
	struct smb2_file_id id;

	disk_make(rig->alice->disk, "dir/", NULL);
	for (size_t i = 0; i < COUNT(rows); i++) {
		id = who_holds(rig->alice, rows[i].name, rows[i].wanted, rows[i].got);
		assert_status(fs_rig_close(rig->alice, id), NT_STATUS_SUCCESS);
		who_waits(rig->alice);
	}
}

static void who_is_not_alone_has_level_two_at_most(void **state)
{
	struct oplock_rig *rig = *state;

	who_holds(rig->alice, "a", NONE, NONE);
	who_holds(&rig->bob, "a", BATCH, II);
	who_holds(&rig->carol, "a", EXCL, II);
	who_holds(rig->alice, "a", II, II);
	who_waits(rig->alice);
	who_waits(&rig->bob);
	who_waits(&rig->carol);
}

/* 2.1.4.12: attributes are nobody's secret; but beside what is exclusive there is none. */
static void who_looks_at_attributes_breaks_nothing(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_create_req how = with_oplock(FILE_OPEN, BATCH);
	struct smb2_file_id id = who_holds(rig->alice, "a", BATCH, BATCH);
	uint8_t now;

	how.desired_access =
		FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES | ACCESS_SYNCHRONIZE;
	fs_rig_ask(&rig->bob, "a", &how);
	who_gets(&rig->bob, NONE);
	who_waits(rig->alice);
	assert_status(who_acknowledges(rig->alice, id, II, &now),
		      NT_STATUS_INVALID_DEVICE_STATE);
	how.desired_access |= ACCESS_READ_CONTROL;
	fs_rig_ask(&rig->bob, "a", &how);
	who_waits(&rig->bob);
	who_is_told(rig->alice, id, II);
	/* Who empties a file does more than look. */
	disk_make(rig->alice->disk, "b", "abc");
	id = who_holds(rig->alice, "b", BATCH, BATCH);
	how.desired_access = FILE_READ_ATTRIBUTES;
	how.disposition = FILE_OVERWRITE;
	fs_rig_ask(&rig->carol, "b", &how);
	who_waits(&rig->carol);
	who_is_told(rig->alice, id, NONE);
}

/* Where the configuration says nothing of them nobody has one, and nobody waits. */
static void a_share_without_oplocks_grants_none(void **state)
{
	struct oplock_rig *rig = *state;
	struct server_share *data = &rig->lab->config.shares[0];

	assert_string_equal(data->name, "data");
	data->oplocks = false;
	who_holds(rig->alice, "a", BATCH, NONE);
	who_holds(&rig->bob, "a", II, NONE);
}

/* -------------------------------------------------------------------------- breaking -- */

static void a_second_open_waits_for_the_acknowledgment(void **state)
{
	static const uint8_t levels[] = {EXCL, BATCH};
	struct oplock_rig *rig = *state;
	struct raw_reply r;
	uint8_t now = 99;

	for (size_t i = 0; i < COUNT(levels); i++) {
		struct smb2_file_id a = who_holds(rig->alice, "a", levels[i], levels[i]), b;

		who_asks(&rig->bob, "a", FILE_OPEN, BATCH);
		who_is_told(rig->alice, a, II);
		who_waits(rig->alice);
		serverlab_pass(rig->lab, 49);
		who_waits(&rig->bob);
		serverlab_pass(rig->lab, 1);
		raw_expect(&rig->bob.c, &r, SMB2_CREATE, NT_STATUS_PENDING);
		assert_true(r.hdr.flags & SMB2_FLAGS_ASYNC_COMMAND);
		assert_false(r.is_signed);
		assert_status(who_acknowledges(rig->alice, a, II, &now), NT_STATUS_SUCCESS);
		assert_int_equal(now, II);
		b = who_gets(&rig->bob, II);
		who_waits(&rig->bob);
		who_waits(rig->alice);
		assert_status(fs_rig_close(rig->alice, a), NT_STATUS_SUCCESS);
		assert_status(fs_rig_close(&rig->bob, b), NT_STATUS_SUCCESS);
	}
}

/* Nothing happens to the file before the holder has written what he has cached. */
static void who_empties_a_file_leaves_no_oplock(void **state)
{
	static const struct {
		uint32_t disposition;
		uint8_t told;
		const char *left;
	} rows[] = {
		{FILE_OPEN, II, "abc"},     {FILE_OPEN_IF, II, "abc"},
		{FILE_OVERWRITE, NONE, ""}, {FILE_OVERWRITE_IF, NONE, ""},
		{FILE_SUPERSEDE, NONE, ""},
	};
	struct oplock_rig *rig = *state;
	uint8_t now = 99;

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char name[] = {(char)('0' + i), 0};
		struct smb2_file_id a, b;

		disk_make(rig->alice->disk, name, "abc");
		a = who_holds(rig->alice, name, EXCL, EXCL);
		who_asks(&rig->bob, name, rows[i].disposition, II);
		who_is_told(rig->alice, a, rows[i].told);
		disk_holds(rig->alice->disk, name, "abc");
		assert_status(who_acknowledges(rig->alice, a, rows[i].told, &now),
			      NT_STATUS_SUCCESS);
		assert_int_equal(now, rows[i].told);
		b = who_gets(&rig->bob, II);
		disk_holds(rig->alice->disk, name, rows[i].left);
		who_waits(rig->alice);
		assert_status(fs_rig_close(rig->alice, a), NT_STATUS_SUCCESS);
		assert_status(fs_rig_close(&rig->bob, b), NT_STATUS_SUCCESS);
	}
}

/* 2.1.5.1.2: who has a batch oplock is asked before share modes are looked at. */
static void share_modes_come_after_batch_and_before_exclusive(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_create_req how = with_oplock(FILE_OPEN, EXCL);
	struct smb2_file_id a;
	uint8_t now;

	how.share_access = 0;
	fs_rig_ask(rig->alice, "a", &how);
	a = who_gets(rig->alice, EXCL);
	fs_rig_ask(&rig->bob, "a", &how);
	who_is_refused(&rig->bob, SMB2_CREATE, NT_STATUS_SHARING_VIOLATION);
	who_waits(rig->alice);
	assert_status(fs_rig_close(rig->alice, a), NT_STATUS_SUCCESS);

	how.oplock_level = BATCH;
	fs_rig_ask(rig->alice, "a", &how);
	a = who_gets(rig->alice, BATCH);
	fs_rig_ask(&rig->bob, "a", &how);
	who_waits(&rig->bob);
	who_is_told(rig->alice, a, II);
	assert_status(who_acknowledges(rig->alice, a, II, &now), NT_STATUS_SUCCESS);
	who_is_refused(&rig->bob, SMB2_CREATE, NT_STATUS_SHARING_VIOLATION);
	/* What must not be there does not disturb who has it. */
	how.disposition = FILE_CREATE;
	fs_rig_ask(&rig->bob, "a", &how);
	who_is_refused(&rig->bob, SMB2_CREATE, NT_STATUS_OBJECT_NAME_COLLISION);
	who_waits(rig->alice);
}

/* [MS-SMB2] 2.2.13: it "MUST be ignored by the server". */
static void complete_if_oplocked_is_ignored(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_create_req how = with_oplock(FILE_OPEN, II);
	struct smb2_file_id a = who_holds(rig->alice, "a", BATCH, BATCH);
	uint8_t now;

	how.options = FILE_COMPLETE_IF_OPLOCKED;
	fs_rig_ask(&rig->bob, "a", &how);
	who_waits(&rig->bob);
	who_is_told(rig->alice, a, II);
	assert_status(who_acknowledges(rig->alice, a, NONE, &now), NT_STATUS_SUCCESS);
	who_gets(&rig->bob, II);
}

/* ------------------------------------------------------------- acknowledging, 3.3.5.22.1
 * -- */

static void each_level_of_an_acknowledgment(void **state)
{
	static const struct {
		uint8_t had;
		uint32_t disposition;
		uint8_t level;
		uint32_t status;
		uint8_t now;
	} rows[] = {
		{EXCL, FILE_OPEN, II, NT_STATUS_SUCCESS, II},
		{EXCL, FILE_OPEN, NONE, NT_STATUS_SUCCESS, NONE},
		{EXCL, FILE_OPEN, EXCL, NT_STATUS_INVALID_OPLOCK_PROTOCOL, NONE},
		{EXCL, FILE_OPEN, BATCH, NT_STATUS_INVALID_OPLOCK_PROTOCOL, NONE},
		{EXCL, FILE_OPEN, 5, NT_STATUS_INVALID_OPLOCK_PROTOCOL, NONE},
		{EXCL, FILE_OPEN, LEASE, NT_STATUS_INVALID_PARAMETER, NONE},
		{BATCH, FILE_OPEN, II, NT_STATUS_SUCCESS, II},
		{BATCH, FILE_OPEN, NONE, NT_STATUS_SUCCESS, NONE},
		{BATCH, FILE_OPEN, EXCL, NT_STATUS_SUCCESS, NONE},
		{BATCH, FILE_OPEN, BATCH, NT_STATUS_INVALID_OPLOCK_PROTOCOL, NONE},
		{BATCH, FILE_OPEN, LEASE, NT_STATUS_INVALID_PARAMETER, NONE},
		/* More than was offered: [MS-FSA] 2.1.5.19 gives none. */
		{BATCH, FILE_OVERWRITE, II, NT_STATUS_SUCCESS, NONE},
	};
	struct oplock_rig *rig = *state;

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct smb2_file_id a =
			who_holds(rig->alice, "a", rows[i].had, rows[i].had);
		struct smb2_file_id b;
		uint8_t now = rows[i].now;

		who_asks(&rig->bob, "a", rows[i].disposition, NONE);
		who_is_told(rig->alice, a, rows[i].disposition == FILE_OPEN ? II : NONE);
		assert_status(who_acknowledges(rig->alice, a, rows[i].level, &now),
			      rows[i].status);
		assert_int_equal(now, rows[i].now);
		assert_status(who_acknowledges(rig->alice, a, rows[i].level, &now),
			      NT_STATUS_INVALID_DEVICE_STATE);
		b = who_gets(&rig->bob, NONE);
		/* What she has now is what she was told: a write says so. */
		assert_status(fs_rig_write(&rig->bob, b, 0, VIEW_LITERAL("x")),
			      NT_STATUS_SUCCESS);
		if (rows[i].now == II)
			who_is_told(rig->alice, a, NONE);
		who_waits(rig->alice);
		assert_status(fs_rig_close(rig->alice, a), NT_STATUS_SUCCESS);
		assert_status(fs_rig_close(&rig->bob, b), NT_STATUS_SUCCESS);
	}
}

static void what_does_not_break_is_not_acknowledged(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_file_id a = who_holds(rig->alice, "a", BATCH, BATCH), other, pipe;
	uint8_t now;

	disk_make(rig->alice->disk, "b", "");
	other = who_holds(rig->alice, "b", NONE, NONE);
	assert_status(who_acknowledges(rig->alice, a, II, &now),
		      NT_STATUS_INVALID_DEVICE_STATE);
	assert_status(who_acknowledges(rig->alice, other, II, &now),
		      NT_STATUS_INVALID_DEVICE_STATE);
	who_asks(&rig->bob, "a", FILE_OPEN, II);
	who_is_told(rig->alice, a, II);
	/* Not hers, though it is told to another; and half of what it is. */
	assert_status(who_acknowledges(&rig->carol, a, II, &now), NT_STATUS_FILE_CLOSED);
	other = a;
	other.persistent_id++;
	assert_status(who_acknowledges(rig->alice, other, II, &now), NT_STATUS_FILE_CLOSED);
	who_waits(&rig->bob);
	assert_status(raw_tree(&rig->carol.c, &rig->carol.s, "IPC$", &rig->carol.c.tree),
		      NT_STATUS_SUCCESS);
	assert_status(raw_open_pipe(&rig->carol.c, &rig->carol.s, "srvsvc", &pipe),
		      NT_STATUS_SUCCESS);
	assert_status(who_acknowledges(&rig->carol, pipe, II, &now),
		      NT_STATUS_INVALID_DEVICE_STATE);
	assert_status(who_acknowledges(rig->alice, a, II, &now), NT_STATUS_SUCCESS);
	who_gets(&rig->bob, II);
}

/* ----------------------------------------------------------------------- level two -- */

static void set_size(struct fs_rig *who, struct smb2_file_id id, uint8_t info_class)
{
	raw_begin(&who->c);
	smb2_set_info_req_encode(raw_add(&who->c, &who->s, SMB2_SET_INFO),
				 &(struct smb2_set_info_req){
					 .info_type = SMB2_0_INFO_FILE,
					 .info_class = info_class,
					 .file_id = id,
					 .data = VIEW_LITERAL("\1\0\0\0\0\0\0\0"),
				 });
	raw_send(&who->c);
}

static void cut(struct fs_rig *who, struct smb2_file_id id)
{
	set_size(who, id, FILE_END_OF_FILE_INFORMATION);
}

static void allocate(struct fs_rig *who, struct smb2_file_id id)
{
	set_size(who, id, FILE_ALLOCATION_INFORMATION);
}

/* All who have it are told, the one who writes first; nobody is waited for. */
static void level_two_goes_when_the_file_changes(void **state)
{
	static const struct {
		void (*change)(struct fs_rig *who, struct smb2_file_id id);
		uint16_t command;
		const char *left;
	} rows[] = {
		{who_writes, SMB2_WRITE, "xbc"},
		{cut, SMB2_SET_INFO, "a"},
		{allocate, SMB2_SET_INFO, "a"},
	};
	struct oplock_rig *rig = *state;
	struct raw_reply r;
	uint8_t now;

	for (size_t i = 0; i < COUNT(rows); i++) {
		const char name[] = {(char)('0' + i), 0};
		struct smb2_file_id a, b;

		disk_make(rig->alice->disk, name, "abc");
		a = who_holds(rig->alice, name, II, II);
		b = who_holds(&rig->bob, name, II, II);
		rows[i].change(&rig->bob, b);
		who_is_told(&rig->bob, b, NONE);
		raw_expect(&rig->bob.c, &r, rows[i].command, NT_STATUS_SUCCESS);
		who_is_told(rig->alice, a, NONE);
		disk_holds(rig->alice->disk, name, rows[i].left);
		/* An acknowledgment is for nothing; 3.3.4.6 lets it be one for so long. */
		assert_status(who_acknowledges(rig->alice, a, NONE, &now),
			      NT_STATUS_INVALID_OPLOCK_PROTOCOL);
		assert_status(who_acknowledges(rig->alice, a, NONE, &now),
			      NT_STATUS_INVALID_DEVICE_STATE);
		assert_status(who_acknowledges(&rig->bob, b, LEASE, &now),
			      NT_STATUS_INVALID_PARAMETER);
		/* They have none any more, and are not told again. */
		rows[i].change(&rig->bob, b);
		raw_expect(&rig->bob.c, &r, rows[i].command, NT_STATUS_SUCCESS);
		who_waits(rig->alice);
		assert_status(fs_rig_close(rig->alice, a), NT_STATUS_SUCCESS);
		assert_status(fs_rig_close(&rig->bob, b), NT_STATUS_SUCCESS);
	}
}

static void level_two_goes_when_the_file_is_emptied(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_file_id a = who_holds(rig->alice, "a", II, II);
	struct smb2_file_id b = who_holds(&rig->bob, "a", II, II);
	struct smb2_create_req how = with_oplock(FILE_SUPERSEDE, BATCH);
	uint8_t now;

	fs_rig_ask(&rig->carol, "a", &how);
	who_gets(&rig->carol, II);
	who_is_told(rig->alice, a, NONE);
	who_is_told(&rig->bob, b, NONE);
	who_waits(&rig->carol);
	disk_holds(rig->alice->disk, "a", "");
	serverlab_pass(rig->lab, CACHING_BREAK_MS);
	assert_status(who_acknowledges(rig->alice, a, NONE, &now),
		      NT_STATUS_INVALID_DEVICE_STATE);
}

/* [MS-FSA] 2.1.4.12: what leaves the data as it is. */
static void level_two_outlives_what_changes_no_data(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_file_id a = who_holds(rig->alice, "a", II, II);
	struct smb2_file_id b = who_holds(&rig->bob, "a", II, II);
	struct view data;
	struct raw_reply r;

	assert_status(fs_rig_read(&rig->bob, b, 0, 3, &data), NT_STATUS_SUCCESS);
	assert_status(fs_rig_write(&rig->bob, b, 0, (struct view){0}), NT_STATUS_SUCCESS);
	raw_begin(&rig->bob.c);
	smb2_flush_req_encode(raw_add(&rig->bob.c, &rig->bob.s, SMB2_FLUSH),
			      &(struct smb2_flush_req){b});
	raw_send(&rig->bob.c);
	raw_expect(&rig->bob.c, &r, SMB2_FLUSH, NT_STATUS_SUCCESS);
	assert_status(fs_rig_rename(&rig->bob, b, "b", false), NT_STATUS_SUCCESS);
	assert_status(
		fs_rig_set(&rig->bob, b, FILE_DISPOSITION_INFORMATION, VIEW_LITERAL("\1")),
		NT_STATUS_SUCCESS);
	who_waits(rig->alice);
	who_waits(&rig->bob);
	assert_status(fs_rig_write(rig->alice, a, 0, (struct view){0}), NT_STATUS_SUCCESS);
}

/* Who gets level II between a WRITE's arrival and its work has read what was before. */
static void who_comes_in_while_a_write_is_under_way_is_told(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_create_req how = with_oplock(FILE_OPEN, II);
	struct smb2_file_id b = who_holds(&rig->bob, "a", NONE, NONE), c;
	struct smb2_file_id a = who_holds(rig->alice, "a", II, II);
	struct job *write;
	struct raw_reply r;

	rig->lab->hold_jobs = true;
	who_writes(&rig->bob, b);
	who_is_told(rig->alice, a, NONE); /* before it is done */
	fs_rig_ask(&rig->carol, "a", &how);
	assert_int_equal(rig->lab->job_count, 2);
	write = rig->lab->jobs[0];
	rig->lab->jobs[0] = rig->lab->jobs[1];
	rig->lab->jobs[1] = write;
	serverlab_run_jobs(rig->lab);
	rig->lab->hold_jobs = false;
	c = who_gets(&rig->carol, II);
	who_is_told(&rig->carol, c, NONE);
	raw_expect(&rig->bob.c, &r, SMB2_WRITE, NT_STATUS_SUCCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPLOCK_TEST(who_is_alone_has_what_he_asks_for),
		OPLOCK_TEST(who_is_not_alone_has_level_two_at_most),
		OPLOCK_TEST(who_looks_at_attributes_breaks_nothing),
		OPLOCK_TEST(a_share_without_oplocks_grants_none),
		OPLOCK_TEST(a_second_open_waits_for_the_acknowledgment),
		OPLOCK_TEST(who_empties_a_file_leaves_no_oplock),
		OPLOCK_TEST(share_modes_come_after_batch_and_before_exclusive),
		OPLOCK_TEST(complete_if_oplocked_is_ignored),
		OPLOCK_TEST(each_level_of_an_acknowledgment),
		OPLOCK_TEST(what_does_not_break_is_not_acknowledged),
		OPLOCK_TEST(level_two_goes_when_the_file_changes),
		OPLOCK_TEST(level_two_goes_when_the_file_is_emptied),
		OPLOCK_TEST(level_two_outlives_what_changes_no_data),
		OPLOCK_TEST(who_comes_in_while_a_write_is_under_way_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

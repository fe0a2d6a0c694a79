/* SPDX-License-Identifier: MIT */
/* Renames that meet an oplock, [MS-FSA] 2.1.5.15.12 and 2.1.4.2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "oplock_rig.h"
#include "wire/smb2_simple.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void renamed(struct fs_rig *who)
{
	who_is_refused(who, SMB2_SET_INFO, NT_STATUS_SUCCESS);
}

/* Who holds the target for its oplock alone closes it when asked. */
static void a_target_that_is_let_go_is_replaced(void **state)
{
	static const uint8_t levels[] = {EXCL, BATCH};
	struct oplock_rig *rig = *state;
	struct smb2_file_id target, id;

	for (size_t i = 0; i < COUNT(levels); i++) {
		const char name[] = {(char)('0' + i), 0};

		disk_make(rig->alice->disk, name, "new");
		id = who_holds(&rig->bob, name, NONE, NONE);
		target = who_holds(rig->alice, "a", levels[i], levels[i]);
		fs_rig_ask_rename(&rig->bob, id, "a", true);
		who_waits(&rig->bob);
		who_is_told(rig->alice, target, NONE);
		assert_status(fs_rig_close(rig->alice, target), NT_STATUS_SUCCESS);
		renamed(&rig->bob);
		assert_false(disk_has(rig->alice->disk, name));
		disk_holds(rig->alice->disk, "a", "new");
		assert_status(fs_rig_close(&rig->bob, id), NT_STATUS_SUCCESS);
	}
}

static void a_target_that_stays_open_stays(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_file_id id, target;
	uint8_t now;

	disk_make(rig->alice->disk, "b", "new");
	id = who_holds(&rig->bob, "b", BATCH, BATCH);
	target = who_holds(rig->alice, "a", BATCH, BATCH);
	assert_status(fs_rig_rename(&rig->bob, id, "a", false),
		      NT_STATUS_OBJECT_NAME_COLLISION);
	fs_rig_ask_rename(&rig->bob, id, "a", true);
	who_is_told(rig->alice, target, NONE);
	assert_status(who_acknowledges(rig->alice, target, NONE, &now), NT_STATUS_SUCCESS);
	who_is_refused(&rig->bob, SMB2_SET_INFO, NT_STATUS_ACCESS_DENIED);
	/* Who has no such oplock is not asked. */
	assert_status(fs_rig_rename(&rig->bob, id, "a", true), NT_STATUS_ACCESS_DENIED);
	assert_status(fs_rig_close(rig->alice, target), NT_STATUS_SUCCESS);
	target = who_holds(rig->alice, "a", II, II);
	assert_status(fs_rig_rename(&rig->bob, id, "a", true), NT_STATUS_ACCESS_DENIED);
	who_waits(rig->alice);
	disk_holds(rig->alice->disk, "a", "abc");
	/* Her own oplock does not stand in her way. */
	assert_status(fs_rig_rename(&rig->bob, id, "c", false), NT_STATUS_SUCCESS);
	who_waits(&rig->bob);
}

static void a_directory_is_renamed_when_all_have_let_go(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct smb2_create_rsp dir;
	struct smb2_file_id x, y;
	uint8_t now;

	disk_make(rig->alice->disk, "dir/", NULL);
	disk_make(rig->alice->disk, "dir/x", "");
	disk_make(rig->alice->disk, "dir/y", "");
	assert_status(fs_rig_open(&rig->bob, "dir", &how, &dir), NT_STATUS_SUCCESS);
	x = who_holds(rig->alice, "dir\\x", BATCH, BATCH);
	y = who_holds(&rig->carol, "dir\\y", EXCL, EXCL);
	/* One will not go, so the other is not asked. */
	assert_status(fs_rig_rename(&rig->bob, dir.file_id, "new", false),
		      NT_STATUS_ACCESS_DENIED);
	who_waits(rig->alice);
	assert_status(fs_rig_close(&rig->carol, y), NT_STATUS_SUCCESS);
	y = who_holds(&rig->carol, "dir\\y", BATCH, BATCH);
	fs_rig_ask_rename(&rig->bob, dir.file_id, "new", false);
	who_waits(&rig->bob);
	who_is_told(&rig->carol, y, NONE);
	who_waits(rig->alice);
	assert_status(fs_rig_close(&rig->carol, y), NT_STATUS_SUCCESS);
	who_waits(&rig->bob);
	who_is_told(rig->alice, x, NONE);
	assert_status(fs_rig_close(rig->alice, x), NT_STATUS_SUCCESS);
	renamed(&rig->bob);
	assert_true(disk_has(rig->alice->disk, "new/x"));
	/* And not when one stays. */
	x = who_holds(rig->alice, "new\\x", BATCH, BATCH);
	fs_rig_ask_rename(&rig->bob, dir.file_id, "dir", false);
	who_is_told(rig->alice, x, NONE);
	assert_status(who_acknowledges(rig->alice, x, NONE, &now), NT_STATUS_SUCCESS);
	who_is_refused(&rig->bob, SMB2_SET_INFO, NT_STATUS_ACCESS_DENIED);
	assert_true(disk_has(rig->alice->disk, "new/x"));
}

static void cancel(struct fs_rig *who)
{
	raw_begin(&who->c);
	smb2_simple_encode(raw_add(&who->c, &who->s, SMB2_CANCEL));
	raw_hdr(&who->c)->message_id = who->c.next_id - 1;
	raw_send(&who->c);
}

/* However a rename's wait ends, it is not done behind anybody's back. */
static void a_rename_that_nobody_awaits_is_not_done(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_file_id id, target;
	uint8_t now;

	disk_make(rig->alice->disk, "b", "new");
	for (unsigned i = 0; i < 3; i++) {
		target = who_holds(rig->alice, "a", BATCH, BATCH);
		id = who_holds(&rig->bob, "b", NONE, NONE);
		rig->bob.c.ask = 4;
		assert_status(raw_echo(&rig->bob.c, &rig->bob.s), NT_STATUS_SUCCESS);
		fs_rig_ask_rename(&rig->bob, id, "a", true);
		who_is_told(rig->alice, target, NONE);
		if (i == 0) {
			cancel(&rig->bob);
			who_is_refused(&rig->bob, SMB2_SET_INFO, NT_STATUS_CANCELLED);
			assert_status(fs_rig_close(&rig->bob, id), NT_STATUS_SUCCESS);
		} else if (i == 1) {
			raw_begin(&rig->bob.c);
			raw_put_close(raw_add(&rig->bob.c, &rig->bob.s, SMB2_CLOSE), id);
			raw_send(&rig->bob.c);
			who_is_refused(&rig->bob, SMB2_SET_INFO, NT_STATUS_CANCELLED);
			who_is_refused(&rig->bob, SMB2_CLOSE, NT_STATUS_SUCCESS);
		} else {
			who_is_ended(&rig->bob);
			who_is_refused(&rig->bob, SMB2_SET_INFO, NT_STATUS_CANCELLED);
		}
		assert_status(who_acknowledges(rig->alice, target, NONE, &now),
			      NT_STATUS_SUCCESS);
		assert_int_equal(rig->lab->server->counters.opens_now, 1);
		assert_status(fs_rig_close(rig->alice, target), NT_STATUS_SUCCESS);
		disk_holds(rig->alice->disk, "a", "abc");
		disk_holds(rig->alice->disk, "b", "new");
	}
}

/* Note 185: the directory's holders have a say; the renamed file's oplock has none. */
static void the_directory_of_the_new_name_has_share_modes(void **state)
{
	static const struct {
		uint32_t access, share;
		uint32_t status;
	} rows[] = {
		{FILE_READ_DATA, 7, NT_STATUS_SUCCESS},
		{FILE_READ_DATA | ACCESS_DELETE, 7, NT_STATUS_SHARING_VIOLATION},
		{FILE_READ_DATA, FILE_SHARE_READ | FILE_SHARE_DELETE,
		 NT_STATUS_SHARING_VIOLATION},
		{FILE_READ_DATA, FILE_SHARE_WRITE, NT_STATUS_SUCCESS},
		{FILE_READ_ATTRIBUTES, 0, NT_STATUS_SUCCESS},
	};
	struct oplock_rig *rig = *state;
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct smb2_create_rsp dir;
	struct smb2_file_id id;

	disk_make(rig->alice->disk, "dir/", NULL);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *name = rows[i].status == NT_STATUS_SUCCESS ? "dir\\b" : "b";

		disk_make(rig->alice->disk, "b", "");
		how.desired_access = rows[i].access;
		how.share_access = rows[i].share;
		assert_status(fs_rig_open(rig->alice, "dir", &how, &dir),
			      NT_STATUS_SUCCESS);
		id = who_holds(&rig->bob, "b", BATCH, BATCH);
		assert_status(fs_rig_rename(&rig->bob, id, "dir\\b", false),
			      rows[i].status);
		who_waits(&rig->bob);
		assert_status(fs_rig_close(rig->alice, dir.file_id), NT_STATUS_SUCCESS);
		assert_status(fs_rig_set(&rig->bob, id, FILE_DISPOSITION_INFORMATION,
					 VIEW_LITERAL("\1")),
			      NT_STATUS_SUCCESS);
		assert_status(fs_rig_close(&rig->bob, id), NT_STATUS_SUCCESS);
		assert_false(disk_has(rig->alice->disk, name));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPLOCK_TEST(a_target_that_is_let_go_is_replaced),
		OPLOCK_TEST(a_target_that_stays_open_stays),
		OPLOCK_TEST(a_directory_is_renamed_when_all_have_let_go),
		OPLOCK_TEST(a_rename_that_nobody_awaits_is_not_done),
		OPLOCK_TEST(the_directory_of_the_new_name_has_share_modes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

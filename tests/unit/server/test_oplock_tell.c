/* SPDX-License-Identifier: MIT */
/* How the notification of a break travels: sealed, by another channel; and at the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "oplock_rig.h"
#include "server/session_table.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* who_is_told() asserts that it is sealed where alice's requests are. */
static void a_break_is_told_sealed_where_all_is(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_file_id a, b;
	uint8_t now;

	assert_true(rig->alice->s.seal);
	a = who_holds(rig->alice, "a", BATCH, BATCH);
	who_asks(&rig->bob, "a", FILE_OPEN, II);
	who_is_told(rig->alice, a, II);
	assert_status(who_acknowledges(rig->alice, a, II, &now), NT_STATUS_SUCCESS);
	b = who_gets(&rig->bob, II);
	assert_status(fs_rig_write(rig->alice, a, 0, (struct view){0}), NT_STATUS_SUCCESS);
	assert_status(fs_rig_close(rig->alice, a), NT_STATUS_SUCCESS);
	a = who_holds(rig->alice, "a", NONE, NONE);
	assert_status(fs_rig_write(rig->alice, a, 0, VIEW_LITERAL("x")), NT_STATUS_SUCCESS);
	who_is_told(&rig->bob, b, NONE);
}

/* Before 3.x there is one connection, and no more than that to choose from. */
static void every_dialect_is_told_alike(void **state)
{
	static const uint16_t dialects[] = {SMB2_DIALECT_202, SMB2_DIALECT_210,
					    SMB2_DIALECT_300, SMB2_DIALECT_302};

	for (size_t i = 0; i < COUNT(dialects); i++) {
		struct smb2_file_id a;
		struct fs_rig *alice, bob;
		uint8_t now;

		assert_int_equal(fs_rig_up_with(state, dialects[i]), 0);
		alice = *state;
		disk_make(alice->disk, "a", "abc");
		fs_rig_join(&bob, alice, "bob", "10.0.0.2");
		a = who_holds(alice, "a", EXCL, EXCL);
		who_asks(&bob, "a", FILE_OPEN, II);
		who_is_told(alice, a, II);
		assert_status(who_acknowledges(alice, a, II, &now), NT_STATUS_SUCCESS);
		who_gets(&bob, II);
		fs_rig_leave(&bob);
		assert_int_equal(fs_rig_down(state), 0);
	}
}

/* 3.3.4.6: "the first available connection in Open.Session.ChannelList" */
static void the_second_channel_is_told_when_the_first_is_gone(void **state)
{
	struct oplock_rig *rig = *state;
	struct raw_setup binding = {
		.user = "alice", .password = "passalice", .bind = &rig->alice->s};
	struct smb2_file_id a = who_holds(rig->alice, "a", BATCH, BATCH);
	struct fs_rig two = {.disk = rig->alice->disk};
	uint8_t now;

	raw_connect(&two.c, rig->lab, "10.0.0.9");
	raw_negotiate(&two.c, SMB2_DIALECT_311);
	assert_status(raw_sign_in_as(&two.c, &two.s, &binding), NT_STATUS_SUCCESS);
	assert_true(two.s.id == rig->alice->s.id);
	two.c.tree = rig->alice->data;
	who_asks(&rig->bob, "a", FILE_OPEN, II);
	who_waits(&two);
	who_is_told(rig->alice, a, II);
	/* The acknowledgment may take another way than the break. */
	assert_status(who_acknowledges(&two, a, II, &now), NT_STATUS_SUCCESS);
	assert_status(fs_rig_close(&rig->bob, who_gets(&rig->bob, II)), NT_STATUS_SUCCESS);
	assert_status(fs_rig_close(&two, a), NT_STATUS_SUCCESS);

	a = who_holds(&two, "a", BATCH, BATCH);
	raw_disconnect(&rig->alice->c);
	who_asks(&rig->bob, "a", FILE_OVERWRITE, II);
	who_is_told(&two, a, NONE);
	/* And with the last of them goes the session, the open and the wait. */
	raw_disconnect(&two.c);
	serverlab_run_jobs(rig->lab);
	who_gets(&rig->bob, II);
	fs_rig_leave(&two);
}

/* Whether it drains or the clients leave it: oplock_rig_down() finds nothing left. */
static void a_drain_ends_breaks_and_waits(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_file_id a = who_holds(rig->alice, "a", BATCH, BATCH);

	who_asks(&rig->bob, "a", FILE_OVERWRITE, II);
	who_asks(&rig->carol, "a", FILE_OPEN, II);
	who_is_told(rig->alice, a, NONE);
	server_drain(rig->lab->server);
	serverlab_run_jobs(rig->lab);
	serverlab_turn(rig->lab);
	who_is_refused(&rig->bob, SMB2_CREATE, NT_STATUS_CANCELLED);
	who_is_refused(&rig->carol, SMB2_CREATE, NT_STATUS_CANCELLED);
	assert_int_equal(rig->lab->server->counters.requests_now, 0);
	assert_int_equal(rig->lab->server->counters.opens_now, 0);
	assert_true(server_next_deadline(rig->lab->server) > rig->lab->now);
	disk_holds(rig->alice->disk, "a", "abc");
}

static void a_server_may_stop_while_an_oplock_breaks(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_file_id a = who_holds(rig->alice, "a", BATCH, BATCH);

	who_asks(&rig->bob, "a", FILE_OVERWRITE, II);
	who_is_told(rig->alice, a, NONE);
	rig->lab->hold_jobs = true;
	assert_int_equal(rig->lab->server->counters.requests_now, 1);
}

#define WITH(name, up) cmocka_unit_test_setup_teardown(name, up, oplock_rig_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(a_break_is_told_sealed_where_all_is, oplock_rig_up_sealed),
		WITH(a_break_is_told_sealed_where_all_is, oplock_rig_up_all_sealed),
		cmocka_unit_test(every_dialect_is_told_alike),
		OPLOCK_TEST(the_second_channel_is_told_when_the_first_is_gone),
		OPLOCK_TEST(a_drain_ends_breaks_and_waits),
		OPLOCK_TEST(a_server_may_stop_while_an_oplock_breaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

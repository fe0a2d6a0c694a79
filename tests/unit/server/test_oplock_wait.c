/* SPDX-License-Identifier: MIT */
/* Those who wait for an oplock to break: how their wait ends, and what becomes of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "oplock_rig.h"
#include "server/file/file.h"
#include "wire/smb2_simple.h"
#include "wire/smb2_write.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct server_counters *counters(const struct oplock_rig *rig)
{
	return &rig->lab->server->counters;
}

static struct open *open_of(const struct oplock_rig *rig, struct smb2_file_id id)
{
	struct open *o = open_find_global(rig->lab->server, (uint32_t)id.volatile_id);

	assert_non_null(o);
	return o;
}

static void jobs_run(struct oplock_rig *rig)
{
	serverlab_run_jobs(rig->lab);
	serverlab_turn(rig->lab);
}

/* --------------------------------------------------------- how the holder ends a wait --
 */

static void closes(struct oplock_rig *rig, struct fs_rig *holder, struct smb2_file_id id)
{
	(void)rig;
	assert_status(fs_rig_close(holder, id), NT_STATUS_SUCCESS);
}

static void logs_off(struct oplock_rig *rig, struct fs_rig *holder, struct smb2_file_id id)
{
	(void)rig;
	(void)id;
	assert_status(raw_logoff(&holder->c, &holder->s), NT_STATUS_SUCCESS);
}

static void leaves_the_tree(struct oplock_rig *rig, struct fs_rig *holder,
			    struct smb2_file_id id)
{
	(void)rig;
	(void)id;
	assert_status(raw_simple(&holder->c, &holder->s, SMB2_TREE_DISCONNECT),
		      NT_STATUS_SUCCESS);
}

static void is_ended(struct oplock_rig *rig, struct fs_rig *holder, struct smb2_file_id id)
{
	(void)rig;
	(void)id;
	who_is_ended(holder);
}

static void is_gone(struct oplock_rig *rig, struct fs_rig *holder, struct smb2_file_id id)
{
	(void)id;
	raw_disconnect(&holder->c);
	jobs_run(rig);
}

/* NetrFileClose */
static void has_his_file_closed(struct oplock_rig *rig, struct fs_rig *holder,
				struct smb2_file_id id)
{
	(void)holder;
	open_end(open_of(rig, id), OPEN_END_CLOSED);
	jobs_run(rig);
}

/* The holder shared nothing: who waited gets in, so the file was closed by then. */
static void a_holder_who_goes_ends_the_wait(void **state)
{
	void (*const ends[])(struct oplock_rig * rig, struct fs_rig * holder,
			     struct smb2_file_id id) = {
		closes, logs_off, leaves_the_tree, is_ended, is_gone, has_his_file_closed,
	};
	struct oplock_rig *rig = *state;
	struct smb2_create_req how = with_oplock(FILE_OPEN, BATCH);

	how.share_access = 0;
	for (size_t i = 0; i < COUNT(ends); i++) {
		struct smb2_file_id id;
		struct fs_rig holder;

		fs_rig_join(&holder, rig->alice, "alice", "10.0.0.4");
		fs_rig_ask(&holder, "a", &how);
		id = who_gets(&holder, BATCH);
		who_asks(&rig->bob, "a", FILE_OPEN, BATCH);
		who_is_told(&holder, id, II);
		ends[i](rig, &holder, id);
		id = who_gets(&rig->bob, BATCH);
		assert_status(fs_rig_close(&rig->bob, id), NT_STATUS_SUCCESS);
		fs_rig_leave(&holder);
		assert_int_equal(counters(rig)->opens_now, 0);
		assert_int_equal(counters(rig)->requests_now, 0);
	}
}

/* 3.3.6.1.  Two breaks, ten seconds apart: each has its own time. */
static void a_holder_who_says_nothing_loses_his_oplock(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_file_id a = who_holds(rig->alice, "a", BATCH, BATCH), b, c;
	struct raw_reply r;
	uint8_t now;

	disk_make(rig->alice->disk, "b", "");
	b = who_holds(rig->alice, "b", BATCH, BATCH);
	who_asks(&rig->bob, "a", FILE_OPEN, BATCH);
	who_is_told(rig->alice, a, II);
	serverlab_pass(rig->lab, 10000);
	raw_expect(&rig->bob.c, &r, SMB2_CREATE, NT_STATUS_PENDING);
	who_asks(&rig->carol, "b", FILE_OVERWRITE, NONE);
	who_is_told(rig->alice, b, NONE);
	serverlab_pass(rig->lab, 35000 - 10001); /* <217> */
	jobs_run(rig);
	who_waits(&rig->bob);
	serverlab_pass(rig->lab, 1);
	jobs_run(rig);
	c = who_gets(&rig->bob, II);
	raw_expect(&rig->carol.c, &r, SMB2_CREATE, NT_STATUS_PENDING);
	who_waits(&rig->carol);
	serverlab_pass(rig->lab, 10000);
	jobs_run(rig);
	who_gets(&rig->carol, NONE);
	/* Too late; and she has nothing left that could break. */
	assert_status(who_acknowledges(rig->alice, a, II, &now),
		      NT_STATUS_INVALID_DEVICE_STATE);
	assert_status(fs_rig_write(rig->alice, a, 0, VIEW_LITERAL("x")), NT_STATUS_SUCCESS);
	who_is_told(&rig->bob, c, NONE);
	who_waits(rig->alice);
}

/* ------------------------------------------------------------- who waits, and goes -- */

static void cancel(struct fs_rig *who, uint64_t async_id)
{
	raw_begin(&who->c);
	smb2_simple_encode(raw_add(&who->c, &who->s, SMB2_CANCEL));
	raw_hdr(&who->c)->message_id = who->c.next_id - 1;
	if (async_id != 0)
		raw_hdr(&who->c)->flags |= SMB2_FLAGS_ASYNC_COMMAND;
	raw_hdr(&who->c)->async_id = async_id;
	raw_send(&who->c);
}

static void a_wait_can_be_cancelled(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_file_id a = who_holds(rig->alice, "a", BATCH, BATCH);
	struct raw_reply r;
	uint8_t now;

	who_asks(&rig->bob, "a", FILE_OVERWRITE, II);
	cancel(&rig->bob, 0);
	who_is_refused(&rig->bob, SMB2_CREATE, NT_STATUS_CANCELLED);
	who_asks(&rig->bob, "a", FILE_OVERWRITE, II);
	serverlab_pass(rig->lab, 50);
	raw_expect(&rig->bob.c, &r, SMB2_CREATE, NT_STATUS_PENDING);
	cancel(&rig->bob, r.hdr.async_id);
	who_is_refused(&rig->bob, SMB2_CREATE, NT_STATUS_CANCELLED);
	assert_int_equal(counters(rig)->requests_now, 0);
	/* The break itself can't be taken back. */
	who_is_told(rig->alice, a, NONE);
	assert_status(who_acknowledges(rig->alice, a, NONE, &now), NT_STATUS_SUCCESS);
	who_waits(&rig->bob);
	assert_int_equal(counters(rig)->opens_now, 1);
	disk_holds(rig->alice->disk, "a", "abc");
}

static void cancelled_waits_do_not_pile_up(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_file_id a = who_holds(rig->alice, "a", BATCH, BATCH);
	const struct caching *c = &srv_file_of(open_of(rig, a))->oplock.caching;
	size_t most = 0;

	who_asks(&rig->carol, "a", FILE_OPEN, II);
	for (size_t i = 0; i < 200; i++) {
		who_asks(&rig->bob, "a", FILE_OPEN, II);
		cancel(&rig->bob, 0);
		who_is_refused(&rig->bob, SMB2_CREATE, NT_STATUS_CANCELLED);
		most = c->waiters.count > most ? c->waiters.count : most;
	}
	assert_true(most < 30);
	/* The one who really waits is still among them. */
	who_is_told(rig->alice, a, II);
	assert_status(fs_rig_close(rig->alice, a), NT_STATUS_SUCCESS);
	who_gets(&rig->carol, II);
}

static void who_waits_may_be_ended_or_gone(void **state)
{
	struct oplock_rig *rig = *state;

	for (unsigned gone = 0; gone < 2; gone++) {
		struct smb2_file_id a = who_holds(rig->alice, "a", BATCH, BATCH);
		struct fs_rig guest;
		uint8_t now;

		fs_rig_join(&guest, rig->alice, "bob", "10.0.0.4");
		who_asks(&guest, "a", FILE_OVERWRITE, BATCH);
		who_is_told(rig->alice, a, NONE);
		if (gone == 1) {
			is_gone(rig, &guest, a);
		} else {
			who_is_ended(&guest);
			who_is_refused(&guest, SMB2_CREATE, NT_STATUS_CANCELLED);
		}
		assert_int_equal(counters(rig)->requests_now, 0);
		assert_status(who_acknowledges(rig->alice, a, NONE, &now),
			      NT_STATUS_SUCCESS);
		assert_int_equal(counters(rig)->opens_now, 1);
		disk_holds(rig->alice->disk, "a", "abc");
		assert_status(fs_rig_close(rig->alice, a), NT_STATUS_SUCCESS);
		fs_rig_leave(&guest);
	}
}

/* ---------------------------------------------------------------------- several wait -- */

static void two_who_wait_both_go_on(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_file_id a = who_holds(rig->alice, "a", BATCH, BATCH), b;
	uint8_t now;

	/* One break for both, to what the first needs. */
	who_asks(&rig->bob, "a", FILE_OPEN, II);
	who_asks(&rig->carol, "a", FILE_OVERWRITE, II);
	who_is_told(rig->alice, a, II);
	who_waits(rig->alice);
	assert_status(who_acknowledges(rig->alice, a, II, &now), NT_STATUS_SUCCESS);
	assert_int_equal(now, II);
	b = who_gets(&rig->bob, II);
	/* The second needs more, which level II owes at once. */
	who_is_told(&rig->bob, b, NONE);
	who_is_told(rig->alice, a, NONE);
	who_gets(&rig->carol, II);
	disk_holds(rig->alice->disk, "a", "");
}

static void the_second_waits_for_the_first_in_turn(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_file_id a = who_holds(rig->alice, "a", BATCH, BATCH), b;
	uint8_t now;

	who_asks(&rig->bob, "a", FILE_OPEN, BATCH);
	who_asks(&rig->carol, "a", FILE_OPEN, BATCH);
	assert_int_equal(counters(rig)->requests_now, 2);
	who_is_told(rig->alice, a, II);
	assert_status(fs_rig_close(rig->alice, a), NT_STATUS_SUCCESS);
	b = who_gets(&rig->bob, BATCH);
	who_waits(&rig->carol);
	who_is_told(&rig->bob, b, II);
	assert_status(who_acknowledges(&rig->bob, b, II, &now), NT_STATUS_SUCCESS);
	who_gets(&rig->carol, II);
}

/* The holder's own second open is another's, too; and stands on one connection with it. */
static void who_waits_may_be_the_holder(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_create_req how = with_oplock(FILE_OPEN, EXCL);
	struct smb2_file_id a;
	uint8_t now;

	rig->alice->c.ask = 4; /* what waits has not given its credit back */
	a = who_holds(rig->alice, "a", EXCL, EXCL);
	fs_rig_ask(rig->alice, "a", &how);
	who_is_told(rig->alice, a, II);
	who_waits(rig->alice);
	/* His CREATE is answered right behind. */
	assert_status(who_acknowledges(rig->alice, a, II, &now), NT_STATUS_SUCCESS);
	who_gets(rig->alice, II);
}

/* ----------------------------------------------------------------------- in compounds --
 */

static void send_compound(struct fs_rig *who)
{
	struct smb2_create_req how = with_oplock(FILE_OPEN, NONE);

	how.name = view_of("a", 2);
	who->c.related = true;
	raw_begin(&who->c);
	smb2_create_req_encode(raw_add(&who->c, &who->s, SMB2_CREATE), &how);
	smb2_write_req_encode(raw_add(&who->c, &who->s, SMB2_WRITE),
			      &(struct smb2_write_req){.file_id = SMB2_FILE_ID_NONE,
						       .data = VIEW_LITERAL("x")});
	raw_put_close(raw_add(&who->c, &who->s, SMB2_CLOSE), SMB2_FILE_ID_NONE);
	raw_send(&who->c);
	who->c.related = false;
	who_waits(who);
}

static void a_compound_goes_on_when_its_create_does(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_file_id a = who_holds(rig->alice, "a", BATCH, BATCH);
	struct raw_reply r;
	uint8_t now;

	send_compound(&rig->bob);
	who_is_told(rig->alice, a, II);
	serverlab_pass(rig->lab, 50);
	raw_expect(&rig->bob.c, &r, SMB2_CREATE, NT_STATUS_PENDING);
	who_waits(&rig->bob);
	assert_status(who_acknowledges(rig->alice, a, II, &now), NT_STATUS_SUCCESS);
	jobs_run(rig);
	raw_expect(&rig->bob.c, &r, SMB2_CREATE, NT_STATUS_SUCCESS);
	raw_expect(&rig->bob.c, &r, SMB2_WRITE, NT_STATUS_SUCCESS);
	raw_expect(&rig->bob.c, &r, SMB2_CLOSE, NT_STATUS_SUCCESS);
	who_is_told(rig->alice, a, NONE);
	disk_holds(rig->alice->disk, "a", "xbc");
	assert_int_equal(counters(rig)->opens_now, 1);
}

static void a_compound_whose_create_is_cancelled_does_nothing(void **state)
{
	struct oplock_rig *rig = *state;
	struct smb2_file_id a = who_holds(rig->alice, "a", BATCH, BATCH);
	struct raw_reply r;

	send_compound(&rig->bob);
	who_is_told(rig->alice, a, II);
	serverlab_pass(rig->lab, 50);
	raw_expect(&rig->bob.c, &r, SMB2_CREATE, NT_STATUS_PENDING);
	cancel(&rig->bob, r.hdr.async_id);
	jobs_run(rig);
	who_is_refused(&rig->bob, SMB2_CREATE, NT_STATUS_CANCELLED);
	who_is_refused(&rig->bob, SMB2_WRITE, NT_STATUS_CANCELLED);
	who_is_refused(&rig->bob, SMB2_CLOSE, NT_STATUS_CANCELLED);
	assert_status(fs_rig_close(rig->alice, a), NT_STATUS_SUCCESS);
	disk_holds(rig->alice->disk, "a", "abc");
	assert_int_equal(counters(rig)->opens_now, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OPLOCK_TEST(a_holder_who_goes_ends_the_wait),
		OPLOCK_TEST(a_holder_who_says_nothing_loses_his_oplock),
		OPLOCK_TEST(a_wait_can_be_cancelled),
		OPLOCK_TEST(cancelled_waits_do_not_pile_up),
		OPLOCK_TEST(who_waits_may_be_ended_or_gone),
		OPLOCK_TEST(two_who_wait_both_go_on),
		OPLOCK_TEST(the_second_waits_for_the_first_in_turn),
		OPLOCK_TEST(who_waits_may_be_the_holder),
		OPLOCK_TEST(a_compound_goes_on_when_its_create_does),
		OPLOCK_TEST(a_compound_whose_create_is_cancelled_does_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

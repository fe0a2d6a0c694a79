/* SPDX-License-Identifier: MIT */
/* LOCK that waits: for whom, in which order, and all the ways in which that ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lock_rig.h"
#include "server/limits.h"
#include "server/session_end.h"
#include "server/session_table.h"
#include "wire/smb2_create_context.h"
#include "wire/smb2_read.h"
#include "wire/smb2_simple.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void alice_has_it_all(struct lock_rig *rig)
{
	assert_status(lock_now(rig->alice, rig->a, 0, 10, EXCLUSIVE), NT_STATUS_SUCCESS);
}

static void alice_lets_go(struct lock_rig *rig)
{
	assert_status(lock_now(rig->alice, rig->a, 0, 10, UNLOCK), NT_STATUS_SUCCESS);
}

/* --------------------------------------------------------------------------- waiting -- */

static void who_waits_is_told_so_and_granted_by_the_unlock(void **state)
{
	struct lock_rig *rig = *state;
	struct raw_reply r;

	alice_has_it_all(rig);
	lock_waits(rig->bob, rig->b, 2, 1, EXCLUSIVE);
	assert_int_equal(lock_counters(rig)->lock_waits_now, 1);
	assert_int_equal(lock_counters(rig)->locks_now, 1);
	serverlab_pass(rig->who->lab, LIMIT_INTERIM_AFTER_MS - 1);
	who_waits(rig->bob);
	serverlab_pass(rig->who->lab, 1);
	raw_expect(&rig->bob->c, &r, SMB2_LOCK, NT_STATUS_PENDING);
	assert_true(r.hdr.flags & SMB2_FLAGS_ASYNC_COMMAND);
	serverlab_pass(rig->who->lab, 3600000);
	who_waits(rig->bob);
	alice_lets_go(rig);
	raw_expect(&rig->bob->c, &r, SMB2_LOCK, NT_STATUS_SUCCESS);
	assert_true(r.hdr.flags & SMB2_FLAGS_ASYNC_COMMAND);
	assert_true(r.verified);
	assert_int_equal(lock_counters(rig)->lock_waits_now, 0);
	assert_int_equal(lock_count(rig, rig->b), 1);
}

static void who_waits_is_served_in_order(void **state)
{
	struct lock_rig *rig = *state;

	alice_has_it_all(rig);
	lock_waits(rig->bob, rig->b, 0, 4, EXCLUSIVE);
	lock_waits(rig->carol, rig->c, 0, 1, EXCLUSIVE);
	lock_waits(rig->carol, rig->c, 6, 1, SHARED);
	alice_lets_go(rig);
	lock_ends(rig->bob, NT_STATUS_SUCCESS);
	lock_ends(rig->carol, NT_STATUS_SUCCESS); /* that of 6, which nobody has */
	who_waits(rig->carol);
	assert_status(lock_now(rig->bob, rig->b, 0, 4, UNLOCK), NT_STATUS_SUCCESS);
	lock_ends(rig->carol, NT_STATUS_SUCCESS);
}

/* Each unlock tries all; only who meets nobody any more goes on. */
static void who_waits_for_two_waits_for_both(void **state)
{
	struct lock_rig *rig = *state;

	assert_status(lock_now(rig->alice, rig->a, 0, 1, SHARED), NT_STATUS_SUCCESS);
	assert_status(lock_now(rig->carol, rig->c, 9, 1, SHARED), NT_STATUS_SUCCESS);
	lock_waits(rig->bob, rig->b, 0, 10, EXCLUSIVE);
	assert_status(lock_now(rig->alice, rig->a, 0, 1, UNLOCK), NT_STATUS_SUCCESS);
	who_waits(rig->bob);
	assert_status(lock_now(rig->carol, rig->c, 9, 1, UNLOCK), NT_STATUS_SUCCESS);
	lock_ends(rig->bob, NT_STATUS_SUCCESS);
}

static void all_who_want_to_share_go_on_together(void **state)
{
	struct lock_rig *rig = *state;

	alice_has_it_all(rig);
	lock_waits(rig->bob, rig->b, 0, 10, SHARED);
	lock_waits(rig->carol, rig->c, 0, 10, SHARED);
	alice_lets_go(rig);
	lock_ends(rig->bob, NT_STATUS_SUCCESS);
	lock_ends(rig->carol, NT_STATUS_SUCCESS);
	/* One may wait for oneself. */
	lock_waits(rig->bob, rig->b, 0, 1, EXCLUSIVE);
	assert_status(lock_now(rig->bob, rig->b, 0, 10, UNLOCK), NT_STATUS_SUCCESS);
	who_waits(rig->bob);
	assert_status(lock_now(rig->carol, rig->c, 0, 10, UNLOCK), NT_STATUS_SUCCESS);
	lock_ends(rig->bob, NT_STATUS_SUCCESS);
}

/* What stands behind it in its message waits with it. */
static void a_compound_goes_on_when_its_lock_is_granted(void **state)
{
	const struct smb2_lock_element one = {0, 4, EXCLUSIVE};
	struct lock_rig *rig = *state;
	struct raw_reply r;

	alice_has_it_all(rig);
	raw_begin(&rig->bob->c);
	lock_put(rig->bob, &(struct lock_ask){.id = rig->b, .elements = &one, .count = 1});
	rig->bob->c.related = true;
	raw_put_read(raw_add(&rig->bob->c, &rig->bob->s, SMB2_READ), rig->b, 4);
	raw_put_close(raw_add(&rig->bob->c, &rig->bob->s, SMB2_CLOSE), rig->b);
	raw_send(&rig->bob->c);
	rig->bob->c.related = false;
	who_waits(rig->bob);
	alice_lets_go(rig);
	serverlab_run_jobs(rig->who->lab);
	serverlab_turn(rig->who->lab);
	serverlab_run_jobs(rig->who->lab);
	lock_ends(rig->bob, NT_STATUS_SUCCESS);
	raw_expect(&rig->bob->c, &r, SMB2_READ, NT_STATUS_SUCCESS);
	raw_expect(&rig->bob->c, &r, SMB2_CLOSE, NT_STATUS_SUCCESS);
	assert_int_equal(lock_counters(rig)->locks_now, 0);
}

/* ------------------------------------------------------- the one who has it goes away --
 */

static void closes(struct lock_rig *rig)
{
	assert_status(fs_rig_close(rig->alice, rig->a), NT_STATUS_SUCCESS);
}

static void closes_within_a_busy_pool(struct lock_rig *rig)
{
	rig->who->lab->hold_jobs = true;
	raw_begin(&rig->alice->c);
	raw_put_close(raw_add(&rig->alice->c, &rig->alice->s, SMB2_CLOSE), rig->a);
	raw_send(&rig->alice->c);
}

static void leaves_the_tree(struct lock_rig *rig)
{
	assert_status(raw_simple(&rig->alice->c, &rig->alice->s, SMB2_TREE_DISCONNECT),
		      NT_STATUS_SUCCESS);
}

static void logs_off(struct lock_rig *rig)
{
	assert_status(raw_logoff(&rig->alice->c, &rig->alice->s), NT_STATUS_SUCCESS);
}

static void is_ended(struct lock_rig *rig)
{
	struct session_table *table = rig->who->lab->server->sessions;

	rig->who->lab->hold_jobs = true;
	session_end(session_table_find(table, rig->alice->s.id), SESSION_END_ADMIN,
		    "admin");
}

static void loses_the_connection(struct lock_rig *rig)
{
	rig->who->lab->hold_jobs = true;
	server_conn_eof(rig->alice->c.conn);
}

static void is_closed_by_an_administrator(struct lock_rig *rig)
{
	struct open *o =
		open_find_global(rig->who->lab->server, (uint32_t)rig->a.volatile_id);

	assert_non_null(o);
	open_end(o, OPEN_END_CLOSED);
}

/* At once: before a job has run, or time has passed. */
static void whoever_waits_goes_on_when_the_holder_ends(void **state)
{
	void (*const ends[])(struct lock_rig * rig) = {closes,
						       closes_within_a_busy_pool,
						       leaves_the_tree,
						       logs_off,
						       is_ended,
						       loses_the_connection,
						       is_closed_by_an_administrator};

	(void)state;
	for (size_t i = 0; i < COUNT(ends); i++) {
		struct lock_rig *rig;
		void *scene;

		lock_rig_up(&scene);
		rig = scene;
		alice_has_it_all(rig);
		assert_status(lock_now(rig->alice, rig->a, 5, 1, SHARED),
			      NT_STATUS_SUCCESS);
		lock_waits(rig->bob, rig->b, 0, 10, EXCLUSIVE);
		lock_waits(rig->carol, rig->c, 5, 1, EXCLUSIVE);
		ends[i](rig);
		lock_ends(rig->bob, NT_STATUS_SUCCESS);
		who_waits(rig->carol);
		assert_int_equal(lock_counters(rig)->locks_now, 1);
		rig->who->lab->hold_jobs = false;
		serverlab_run_jobs(rig->who->lab);
		lock_rig_down(&scene);
	}
}

/* ----------------------------------------------------- the one who waits gives it up -- */

static void cancel(struct fs_rig *who, uint64_t message_id, uint64_t async_id)
{
	raw_begin(&who->c);
	smb2_simple_encode(raw_add(&who->c, &who->s, SMB2_CANCEL));
	raw_hdr(&who->c)->message_id = message_id;
	if (async_id != 0) {
		raw_hdr(&who->c)->flags |= SMB2_FLAGS_ASYNC_COMMAND;
		raw_hdr(&who->c)->async_id = async_id;
	}
	raw_send(&who->c);
}

static void who_cancels_gets_nothing_later(void **state)
{
	struct lock_rig *rig = *state;
	struct raw_reply r;

	alice_has_it_all(rig);
	for (unsigned told = 0; told < 2; told++) {
		uint64_t id = rig->bob->c.next_id, async = 0;

		lock_waits(rig->bob, rig->b, 0, 1, EXCLUSIVE);
		if (told) {
			serverlab_pass(rig->who->lab, LIMIT_INTERIM_AFTER_MS);
			raw_expect(&rig->bob->c, &r, SMB2_LOCK, NT_STATUS_PENDING);
			async = r.hdr.async_id;
		}
		cancel(rig->bob, id, async);
		lock_ends(rig->bob, NT_STATUS_CANCELLED);
		assert_int_equal(lock_counters(rig)->lock_waits_now, 0);
	}
	/* What waits is not locked yet. */
	lock_waits(rig->bob, rig->b, 0, 1, EXCLUSIVE);
	assert_status(lock_now(rig->bob, rig->b, 0, 1, UNLOCK), NT_STATUS_RANGE_NOT_LOCKED);
	cancel(rig->bob, rig->bob->c.next_id - 2, 0);
	lock_ends(rig->bob, NT_STATUS_CANCELLED);
	alice_lets_go(rig);
	who_waits(rig->bob);
	assert_int_equal(lock_count(rig, rig->b), 0);
	assert_status(lock_now(rig->carol, rig->c, 0, 10, EXCLUSIVE), NT_STATUS_SUCCESS);
}

static void whose_open_closes_has_no_range(void **state)
{
	struct lock_rig *rig = *state;

	alice_has_it_all(rig);
	lock_waits(rig->bob, rig->b, 0, 1, EXCLUSIVE);
	lock_waits(rig->bob, rig->b, 5, 1, SHARED);
	lock_waits(rig->carol, rig->c, 5, 1, SHARED);
	raw_begin(&rig->bob->c);
	raw_put_close(raw_add(&rig->bob->c, &rig->bob->s, SMB2_CLOSE), rig->b);
	raw_send(&rig->bob->c);
	lock_ends(rig->bob, NT_STATUS_RANGE_NOT_LOCKED);
	lock_ends(rig->bob, NT_STATUS_RANGE_NOT_LOCKED);
	who_is_refused(rig->bob, SMB2_CLOSE, NT_STATUS_SUCCESS);
	who_waits(rig->carol);
	assert_int_equal(lock_counters(rig)->lock_waits_now, 1);
	alice_lets_go(rig);
	lock_ends(rig->carol, NT_STATUS_SUCCESS);
}

/* With the keys of the session that ends. */
static void whose_session_is_ended_is_told_by_it(void **state)
{
	struct lock_rig *rig = *state;

	alice_has_it_all(rig);
	lock_waits(rig->bob, rig->b, 0, 1, EXCLUSIVE);
	lock_waits(rig->carol, rig->c, 0, 1, EXCLUSIVE);
	who_is_ended(rig->bob);
	lock_ends(rig->bob, NT_STATUS_RANGE_NOT_LOCKED);
	assert_int_equal(lock_counters(rig)->lock_waits_now, 1);
	alice_lets_go(rig);
	lock_ends(rig->carol, NT_STATUS_SUCCESS);
	who_waits(rig->carol);
}

static void whose_connection_is_lost_is_forgotten(void **state)
{
	struct lock_rig *rig = *state;

	alice_has_it_all(rig);
	lock_waits(rig->bob, rig->b, 0, 10, EXCLUSIVE);
	raw_disconnect(&rig->bob->c);
	assert_int_equal(lock_counters(rig)->lock_waits_now, 0);
	alice_lets_go(rig);
	assert_status(lock_now(rig->carol, rig->c, 0, 10, EXCLUSIVE), NT_STATUS_SUCCESS);
}

/*
 * Within one tree, or one session, opens go in the order in which they came: who waits for
 * an older one has his lock for a moment (smbtorture: smb2.lock cancel-tdis,
 * cancel-logoff).
 */
static void an_older_open_of_the_same_tree_goes_first(void **state)
{
	struct lock_rig *rig = *state;

	for (unsigned way = 0; way < 2; way++) {
		struct smb2_file_id second = fs_rig_opened(rig->alice, "ten", FILE_OPEN);
		uint16_t command = way == 0 ? SMB2_TREE_DISCONNECT : SMB2_LOGOFF;

		alice_has_it_all(rig);
		lock_waits(rig->alice, second, 0, 1, EXCLUSIVE);
		lock_waits(rig->bob, rig->b, 0, 1, EXCLUSIVE);
		raw_begin(&rig->alice->c);
		smb2_simple_encode(raw_add(&rig->alice->c, &rig->alice->s, command));
		raw_send(&rig->alice->c);
		lock_ends(rig->alice, NT_STATUS_SUCCESS);
		who_is_refused(rig->alice, command, NT_STATUS_SUCCESS);
		lock_ends(rig->bob, NT_STATUS_SUCCESS);
		assert_status(lock_now(rig->bob, rig->b, 0, 1, UNLOCK), NT_STATUS_SUCCESS);
		if (way == 0) {
			assert_status(raw_tree(&rig->alice->c, &rig->alice->s, "data",
					       &rig->alice->c.tree),
				      NT_STATUS_SUCCESS);
			rig->a = fs_rig_opened(rig->alice, "ten", FILE_OPEN);
		}
	}
}

static void nobody_waits_for_a_server_that_stops(void **state)
{
	struct lock_rig *rig = *state;
	struct raw_reply r;

	alice_has_it_all(rig);
	lock_waits(rig->bob, rig->b, 0, 1, EXCLUSIVE);
	server_drain(rig->who->lab->server);
	serverlab_run_jobs(rig->who->lab);
	assert_true(raw_next(&rig->bob->c, &r));
	assert_int_equal(r.hdr.command, SMB2_LOCK);
	assert_true(r.verified);
	assert_int_equal(lock_counters(rig)->lock_waits_now, 0);
	assert_int_equal(lock_counters(rig)->locks_now, 0);
}

/* ----------------------------------------------------------------------------- limits --
 */

static void fill(struct lock_rig *rig, struct fs_rig *who, struct smb2_file_id id)
{
	struct raw_reply r;

	who->c.ask = 2 * LIMIT_WAITING_MAX;
	assert_status(raw_echo(&who->c, &who->s), NT_STATUS_SUCCESS);
	for (size_t i = 0; i < LIMIT_WAITING_MAX; i++) {
		lock_waits(who, id, 0, 10, EXCLUSIVE);
		/* Else so much is promised to him that his next request has to wait. */
		serverlab_pass(rig->who->lab, LIMIT_INTERIM_AFTER_MS);
		raw_expect(&who->c, &r, SMB2_LOCK, NT_STATUS_PENDING);
	}
	assert_status(lock_now(who, id, 0, 1, SHARED), NT_STATUS_INSUFFICIENT_RESOURCES);
}

/* On one connection, and for one file. */
static void there_is_a_maximum_of_those_who_wait(void **state)
{
	struct lock_rig *rig = *state;

	assert_int_equal(LIMIT_LOCK_WAITS_MAX, 2 * LIMIT_WAITING_MAX);
	alice_has_it_all(rig);
	fill(rig, rig->bob, rig->b);
	fill(rig, rig->carol, rig->c);
	assert_int_equal(lock_counters(rig)->lock_waits_now, LIMIT_LOCK_WAITS_MAX);
	assert_status(lock_now(rig->alice, rig->a, 0, 1, EXCLUSIVE),
		      NT_STATUS_INSUFFICIENT_RESOURCES);
	/* There is room for what ends it, and the first is the first. */
	alice_lets_go(rig);
	lock_ends(rig->bob, NT_STATUS_SUCCESS);
	who_waits(rig->bob);
	who_waits(rig->carol);
	lock_asks(rig->bob, rig->b, 0, 10, UNLOCK);
	lock_ends(rig->bob, NT_STATUS_SUCCESS); /* the next one's, and the unlock's */
	lock_ends(rig->bob, NT_STATUS_SUCCESS);
	who_waits(rig->bob);
	assert_int_equal(lock_counters(rig)->lock_waits_now, LIMIT_LOCK_WAITS_MAX - 2);
	lock_waits(rig->alice, rig->a, 0, 1, SHARED);
}

/* ---------------------------------------------------------------- sequences, 3.3.5.14 --
 */

static uint32_t numbered(struct fs_rig *who, struct smb2_file_id id, uint32_t index,
			 uint8_t number, uint32_t flags)
{
	const struct smb2_lock_element one = {0, 1, flags};
	struct raw_reply r;

	lock_send(who, &(struct lock_ask){.id = id,
					  .sequence_index = index,
					  .sequence_number = number,
					  .elements = &one,
					  .count = 1});
	assert_true(raw_next(&who->c, &r));
	assert_int_equal(r.hdr.command, SMB2_LOCK);
	return r.hdr.status;
}

/* The workstations' dialect is 3.1.1, and they offer multichannel. */
static void what_was_done_is_not_done_again(void **state)
{
	static const struct {
		uint32_t index;
		bool known;
	} rows[] = {{0, false}, {1, true}, {64, true}, {65, false}, {0xfffffff, false}};
	struct lock_rig *rig = *state;
	uint32_t no = NT_STATUS_LOCK_NOT_GRANTED, again;

	for (size_t i = 0; i < COUNT(rows); i++) {
		uint32_t index = rows[i].index;

		again = rows[i].known ? NT_STATUS_SUCCESS : no;
		assert_status(numbered(rig->alice, rig->a, index, 7, EXCLUSIVE | AT_ONCE),
			      NT_STATUS_SUCCESS);
		assert_status(numbered(rig->alice, rig->a, index, 7, EXCLUSIVE | AT_ONCE),
			      again);
		assert_int_equal(lock_count(rig, rig->a), 1);
		/* Another one is new; having failed it is not known, nor is the old one. */
		assert_status(numbered(rig->alice, rig->a, index, 8, EXCLUSIVE | AT_ONCE),
			      no);
		assert_status(numbered(rig->alice, rig->a, index, 7, EXCLUSIVE | AT_ONCE),
			      no);
		again = rows[i].known ? NT_STATUS_SUCCESS : NT_STATUS_RANGE_NOT_LOCKED;
		assert_status(numbered(rig->alice, rig->a, index, 15, UNLOCK),
			      NT_STATUS_SUCCESS);
		assert_status(numbered(rig->alice, rig->a, index, 15, UNLOCK), again);
		assert_status(numbered(rig->alice, rig->a, index, 0, UNLOCK),
			      NT_STATUS_RANGE_NOT_LOCKED);
	}
	/* Each open has its own. */
	assert_status(numbered(rig->alice, rig->a, 1, 0, EXCLUSIVE), NT_STATUS_SUCCESS);
	assert_status(numbered(rig->bob, rig->b, 1, 0, EXCLUSIVE | AT_ONCE), no);
}

static void what_waited_is_known_once_it_is_granted(void **state)
{
	const struct smb2_lock_element one = {0, 1, EXCLUSIVE};
	struct lock_rig *rig = *state;
	const struct lock_ask ask = {.id = rig->b,
				     .sequence_index = 3,
				     .sequence_number = 9,
				     .elements = &one,
				     .count = 1};

	alice_has_it_all(rig);
	lock_send(rig->bob, &ask);
	lock_send(rig->bob, &ask);
	who_waits(rig->bob);
	cancel(rig->bob, rig->bob->c.next_id - 1, 0);
	lock_ends(rig->bob, NT_STATUS_CANCELLED);
	alice_lets_go(rig);
	lock_ends(rig->bob, NT_STATUS_SUCCESS);
	lock_send(rig->bob, &ask);
	lock_ends(rig->bob, NT_STATUS_SUCCESS);
	assert_int_equal(lock_count(rig, rig->b), 1);
}

/* "if Open.IsResilient or Open.IsDurable": on 2.1, too, and not on 2.0.2. */
static void a_durable_open_knows_what_was_done(void **state)
{
	static const uint8_t nothing[16];
	const struct smb2_create_context asks = {
		.name = VIEW_LITERAL(SMB2_CREATE_DURABLE_HANDLE_REQUEST),
		.data = view_of(nothing, sizeof(nothing))};
	struct smb2_create_req how = with_oplock(FILE_CREATE, BATCH);
	struct smb2_create_rsp rsp;
	struct wire_writer w;
	struct buf contexts;
	struct fs_rig *rig;
	void *scene;

	(void)state;
	fs_rig_up_with(&scene, SMB2_DIALECT_210);
	rig = scene;
	buf_init(&contexts, 256);
	w = wire_writer_at_end(&contexts);
	smb2_create_contexts_encode(&w, &asks, 1);
	assert_int_equal(wire_put_status(&w), NS_OK);
	how.contexts = buf_view(&contexts);
	assert_status(fs_rig_open(rig, "ten", &how, &rsp), NT_STATUS_SUCCESS);
	assert_true(rsp.contexts.n > 0);
	assert_status(numbered(rig, rsp.file_id, 64, 15, EXCLUSIVE), NT_STATUS_SUCCESS);
	assert_status(numbered(rig, rsp.file_id, 64, 15, EXCLUSIVE), NT_STATUS_SUCCESS);
	assert_status(numbered(rig, rsp.file_id, 64, 0, UNLOCK), NT_STATUS_SUCCESS);
	assert_status(numbered(rig, rsp.file_id, 64, 1, UNLOCK),
		      NT_STATUS_RANGE_NOT_LOCKED);
	assert_status(fs_rig_close(rig, rsp.file_id), NT_STATUS_SUCCESS);
	buf_release(&contexts);
	fs_rig_down(&scene);
}

/* "Connection.Dialect belongs to the SMB 3.x dialect family and ... MULTI_CHANNEL" */
static void without_channels_each_is_done(void **state)
{
	static const uint16_t dialects[] = {SMB2_DIALECT_202, SMB2_DIALECT_210};

	(void)state;
	for (size_t i = 0; i < COUNT(dialects); i++) {
		struct smb2_file_id id;
		struct fs_rig *rig;
		void *scene;

		fs_rig_up_with(&scene, dialects[i]);
		rig = scene;
		id = fs_rig_opened(rig, "ten", FILE_CREATE);
		assert_status(numbered(rig, id, 1, 0, SHARED), NT_STATUS_SUCCESS);
		assert_status(numbered(rig, id, 1, 0, SHARED), NT_STATUS_SUCCESS);
		assert_status(numbered(rig, id, 1, 0, UNLOCK), NT_STATUS_SUCCESS);
		assert_status(numbered(rig, id, 1, 0, UNLOCK), NT_STATUS_SUCCESS);
		assert_status(numbered(rig, id, 1, 0, UNLOCK), NT_STATUS_RANGE_NOT_LOCKED);
		fs_rig_down(&scene);
	}
}

/*
 * What continues a request of one's own session names no other: its header's SessionId
 * says nothing, and whoever sealed the message is who cancels.
 */
static void a_sealed_cancel_reaches_nobody_elses(void **state)
{
	struct fs_rig *rig = *state;
	struct raw_session bob;
	struct smb2_file_id a, b;
	struct raw_reply r;
	uint64_t id;

	disk_make(rig->disk, "ten", "0123456789");
	rig->c.ask = 16;
	assert_status(raw_sign_in(&rig->c, &bob, "bob", "passbob"), NT_STATUS_SUCCESS);
	a = who_holds(rig, "ten", NONE, NONE);
	b = who_holds(rig, "ten", NONE, NONE);
	assert_status(lock_now(rig, a, 0, 1, EXCLUSIVE), NT_STATUS_SUCCESS);
	lock_waits(rig, b, 0, 1, EXCLUSIVE);
	id = raw_hdr(&rig->c)->message_id;
	raw_begin(&rig->c);
	smb2_simple_encode(raw_add(&rig->c, &bob, SMB2_ECHO));
	smb2_simple_encode(raw_add(&rig->c, &bob, SMB2_CANCEL));
	raw_hdr(&rig->c)->flags |= SMB2_FLAGS_RELATED_OPERATIONS;
	raw_hdr(&rig->c)->session_id = rig->s.id;
	raw_hdr(&rig->c)->message_id = id;
	raw_send(&rig->c);
	raw_expect(&rig->c, &r, SMB2_ECHO, NT_STATUS_SUCCESS);
	raw_expect_nothing(&rig->c);
	assert_status(lock_now(rig, a, 0, 1, UNLOCK), NT_STATUS_SUCCESS);
	lock_ends(rig, NT_STATUS_SUCCESS);
	raw_session_release(&bob);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LOCK_TEST(who_waits_is_told_so_and_granted_by_the_unlock),
		LOCK_TEST(who_waits_is_served_in_order),
		LOCK_TEST(who_waits_for_two_waits_for_both),
		LOCK_TEST(all_who_want_to_share_go_on_together),
		LOCK_TEST(a_compound_goes_on_when_its_lock_is_granted),
		cmocka_unit_test(whoever_waits_goes_on_when_the_holder_ends),
		LOCK_TEST(who_cancels_gets_nothing_later),
		LOCK_TEST(whose_open_closes_has_no_range),
		LOCK_TEST(whose_session_is_ended_is_told_by_it),
		LOCK_TEST(whose_connection_is_lost_is_forgotten),
		LOCK_TEST(an_older_open_of_the_same_tree_goes_first),
		LOCK_TEST(nobody_waits_for_a_server_that_stops),
		cmocka_unit_test_setup_teardown(a_sealed_cancel_reaches_nobody_elses,
						fs_rig_up_all_sealed, fs_rig_down),
		LOCK_TEST(there_is_a_maximum_of_those_who_wait),
		LOCK_TEST(what_was_done_is_not_done_again),
		LOCK_TEST(what_waited_is_known_once_it_is_granted),
		cmocka_unit_test(a_durable_open_knows_what_was_done),
		cmocka_unit_test(without_channels_each_is_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

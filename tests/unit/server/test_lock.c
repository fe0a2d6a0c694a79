/* SPDX-License-Identifier: MIT */
/* LOCK that is answered at once: what it takes, what it refuses, what it leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lock_rig.h"
#include "server/limits.h"
#include "server/session_table.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint32_t several(struct fs_rig *who, struct smb2_file_id id,
			const struct smb2_lock_element *elements, size_t count)
{
	struct raw_reply r;

	lock_send(who, &(struct lock_ask){.id = id, .elements = elements, .count = count});
	assert_true(raw_next(&who->c, &r));
	assert_int_equal(r.hdr.command, SMB2_LOCK);
	return r.hdr.status;
}

/* ------------------------------------------------------------------ what it keeps out --
 */

static void others_neither_read_nor_write_what_is_exclusive(void **state)
{
	struct lock_rig *rig = *state;
	struct view data;

	assert_status(lock_now(rig->alice, rig->a, 2, 3, EXCLUSIVE), NT_STATUS_SUCCESS);
	assert_status(fs_rig_read(rig->bob, rig->b, 0, 10, &data),
		      NT_STATUS_FILE_LOCK_CONFLICT);
	assert_status(fs_rig_write(rig->bob, rig->b, 4, VIEW_LITERAL("xy")),
		      NT_STATUS_FILE_LOCK_CONFLICT);
	assert_status(fs_rig_read(rig->bob, rig->b, 5, 5, &data), NT_STATUS_SUCCESS);
	assert_status(fs_rig_write(rig->bob, rig->b, 0, VIEW_LITERAL("xy")),
		      NT_STATUS_SUCCESS);
	assert_status(fs_rig_read(rig->alice, rig->a, 0, 10, &data), NT_STATUS_SUCCESS);
	assert_status(fs_rig_write(rig->alice, rig->a, 4, VIEW_LITERAL("z")),
		      NT_STATUS_SUCCESS);
	disk_holds(rig->alice->disk, "ten", "xy23z56789");
	assert_status(lock_now(rig->alice, rig->a, 2, 3, UNLOCK), NT_STATUS_SUCCESS);
	assert_status(fs_rig_read(rig->bob, rig->b, 0, 10, &data), NT_STATUS_SUCCESS);
	assert_status(fs_rig_write(rig->bob, rig->b, 4, VIEW_LITERAL("4")),
		      NT_STATUS_SUCCESS);
}

static void nobody_writes_what_is_shared(void **state)
{
	struct lock_rig *rig = *state;
	struct view data;

	assert_status(lock_now(rig->alice, rig->a, 2, 3, SHARED), NT_STATUS_SUCCESS);
	assert_status(lock_now(rig->bob, rig->b, 0, 10, SHARED), NT_STATUS_SUCCESS);
	assert_status(fs_rig_read(rig->carol, rig->c, 0, 10, &data), NT_STATUS_SUCCESS);
	assert_status(fs_rig_write(rig->alice, rig->a, 4, VIEW_LITERAL("x")),
		      NT_STATUS_FILE_LOCK_CONFLICT);
	assert_status(fs_rig_write(rig->carol, rig->c, 4, VIEW_LITERAL("x")),
		      NT_STATUS_FILE_LOCK_CONFLICT);
	disk_holds(rig->alice->disk, "ten", "0123456789");
}

static void who_asks_for_an_answer_gets_one(void **state)
{
	struct lock_rig *rig = *state;
	uint32_t no = NT_STATUS_LOCK_NOT_GRANTED;

	assert_status(lock_now(rig->alice, rig->a, 2, 3, EXCLUSIVE), NT_STATUS_SUCCESS);
	assert_status(lock_now(rig->bob, rig->b, 4, 1, EXCLUSIVE | AT_ONCE), no);
	assert_status(lock_now(rig->bob, rig->b, 4, 1, SHARED | AT_ONCE), no);
	assert_status(lock_now(rig->alice, rig->a, 4, 1, EXCLUSIVE | AT_ONCE), no);
	assert_status(lock_now(rig->alice, rig->a, 4, 1, SHARED | AT_ONCE),
		      NT_STATUS_SUCCESS);
	assert_status(lock_now(rig->bob, rig->b, 2, 3, UNLOCK), NT_STATUS_RANGE_NOT_LOCKED);
	assert_status(lock_now(rig->bob, rig->b, UINT64_MAX, 2, EXCLUSIVE),
		      NT_STATUS_INVALID_LOCK_RANGE);
	assert_int_equal(lock_counters(rig)->lock_waits_now, 0);
}

/* -------------------------------------------------------------------- what is no LOCK --
 */

/* 2.2.26.1: "The following are the only valid combinations" */
static void each_combination_of_flags(void **state)
{
	struct lock_rig *rig = *state;

	for (uint32_t flags = 0; flags < 32; flags++) {
		uint32_t kind = flags & ~AT_ONCE;
		bool lock = kind == SHARED || kind == EXCLUSIVE;
		uint32_t want = lock ? NT_STATUS_SUCCESS : NT_STATUS_INVALID_PARAMETER;

		if (flags == UNLOCK)
			want = NT_STATUS_RANGE_NOT_LOCKED;
		assert_status(lock_now(rig->alice, rig->a, 0, 1, flags), want);
		assert_int_equal(lock_count(rig, rig->a), lock);
		if (lock)
			assert_status(lock_now(rig->alice, rig->a, 0, 1, UNLOCK),
				      NT_STATUS_SUCCESS);
	}
	assert_status(lock_now(rig->alice, rig->a, 0, 1, 0x80000001),
		      NT_STATUS_INVALID_PARAMETER);
}

static void what_has_no_bytes_to_lock(void **state)
{
	struct lock_rig *rig = *state;
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct smb2_create_rsp rsp;
	struct smb2_file_id id;

	disk_make(rig->alice->disk, "dir/", NULL);
	id = fs_rig_opened(rig->alice, "dir", FILE_OPEN);
	assert_status(lock_now(rig->alice, id, 0, 1, SHARED), NT_STATUS_INVALID_PARAMETER);
	assert_status(lock_now(rig->alice, id, 0, 1, UNLOCK), NT_STATUS_INVALID_PARAMETER);
	/* Whoever may not touch the data has nothing to lock it for. */
	how.desired_access = FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES;
	assert_status(fs_rig_open(rig->alice, "ten", &how, &rsp), NT_STATUS_SUCCESS);
	assert_status(lock_now(rig->alice, rsp.file_id, 0, 1, SHARED),
		      NT_STATUS_ACCESS_DENIED);
	assert_status(lock_now(rig->alice, rsp.file_id, 0, 1, UNLOCK),
		      NT_STATUS_RANGE_NOT_LOCKED);
	how.desired_access = FILE_READ_DATA;
	assert_status(fs_rig_open(rig->alice, "ten", &how, &rsp), NT_STATUS_SUCCESS);
	assert_status(lock_now(rig->alice, rsp.file_id, 0, 1, EXCLUSIVE),
		      NT_STATUS_SUCCESS);
	id.volatile_id++;
	assert_status(lock_now(rig->alice, id, 0, 1, SHARED), NT_STATUS_FILE_CLOSED);
}

/* ------------------------------------------------------------------- several in one -- */

static void several_are_granted_or_none(void **state)
{
	const struct smb2_lock_element locks[] = {{0, 1, EXCLUSIVE | AT_ONCE},
						  {2, 2, SHARED | AT_ONCE},
						  {0, 0, SHARED | AT_ONCE},
						  {9, 1, EXCLUSIVE | AT_ONCE}};
	const struct smb2_lock_element one_may_wait[] = {{0, 1, EXCLUSIVE | AT_ONCE},
							 {2, 2, SHARED}};
	const struct smb2_lock_element unlock_among[] = {{0, 1, EXCLUSIVE | AT_ONCE},
							 {0, 1, UNLOCK | AT_ONCE}};
	struct lock_rig *rig = *state;

	assert_status(several(rig->alice, rig->a, one_may_wait, 2),
		      NT_STATUS_INVALID_PARAMETER);
	assert_status(several(rig->alice, rig->a, unlock_among, 2),
		      NT_STATUS_INVALID_PARAMETER);
	assert_int_equal(lock_count(rig, rig->a), 0);
	assert_status(lock_now(rig->bob, rig->b, 9, 1, SHARED), NT_STATUS_SUCCESS);
	assert_status(several(rig->alice, rig->a, locks, 4), NT_STATUS_LOCK_NOT_GRANTED);
	assert_int_equal(lock_count(rig, rig->a), 0);
	assert_status(lock_now(rig->bob, rig->b, 0, 9, EXCLUSIVE), NT_STATUS_SUCCESS);
	assert_status(lock_now(rig->bob, rig->b, 0, 9, UNLOCK), NT_STATUS_SUCCESS);
	assert_status(lock_now(rig->bob, rig->b, 9, 1, UNLOCK), NT_STATUS_SUCCESS);
	assert_status(several(rig->alice, rig->a, locks, 4), NT_STATUS_SUCCESS);
	assert_int_equal(lock_count(rig, rig->a), 4);
	assert_int_equal(lock_counters(rig)->locks_now, 4);
}

/* 3.3.5.14.1: what was unlocked before the one that fails stays so, and is had by others.
 */
static void unlocking_stops_at_what_is_not_locked(void **state)
{
	const struct smb2_lock_element second[] = {
		{0, 1, UNLOCK}, {5, 1, UNLOCK}, {2, 1, UNLOCK}};
	const struct smb2_lock_element flags[] = {{2, 1, UNLOCK}, {4, 1, UNLOCK | SHARED}};
	struct lock_rig *rig = *state;

	for (uint64_t at = 0; at < 6; at += 2)
		assert_status(lock_now(rig->alice, rig->a, at, 1, EXCLUSIVE),
			      NT_STATUS_SUCCESS);
	lock_waits(rig->bob, rig->b, 0, 2, EXCLUSIVE);
	assert_status(several(rig->alice, rig->a, second, 3), NT_STATUS_RANGE_NOT_LOCKED);
	lock_ends(rig->bob, NT_STATUS_SUCCESS);
	assert_int_equal(lock_count(rig, rig->a), 2);
	assert_status(several(rig->alice, rig->a, flags, 2), NT_STATUS_INVALID_PARAMETER);
	assert_int_equal(lock_count(rig, rig->a), 1);
	assert_status(lock_now(rig->alice, rig->a, 4, 1, UNLOCK), NT_STATUS_SUCCESS);
}

/* ----------------------------------------------------------------------- what is left --
 */

static void the_count_of_locks_is_right_and_goes_to_zero(void **state)
{
	struct lock_rig *rig = *state;

	assert_status(lock_now(rig->alice, rig->a, 0, 1, EXCLUSIVE), NT_STATUS_SUCCESS);
	assert_status(lock_now(rig->alice, rig->a, 0, 1, SHARED), NT_STATUS_SUCCESS);
	assert_status(lock_now(rig->bob, rig->b, 5, 1, SHARED), NT_STATUS_SUCCESS);
	assert_int_equal(lock_count(rig, rig->a), 2);
	assert_int_equal(lock_count(rig, rig->b), 1);
	assert_int_equal(lock_counters(rig)->locks_now, 3);
	assert_status(fs_rig_close(rig->alice, rig->a), NT_STATUS_SUCCESS);
	assert_int_equal(lock_counters(rig)->locks_now, 1);
	who_is_ended(rig->bob);
	assert_int_equal(lock_counters(rig)->locks_now, 0);
	assert_status(lock_now(rig->carol, rig->c, 0, 10, EXCLUSIVE), NT_STATUS_SUCCESS);
}

static void the_server_has_a_maximum_of_locks(void **state)
{
	struct lock_rig *rig = *state;
	uint64_t had = lock_counters(rig)->locks_now;

	lock_counters(rig)->locks_now = LIMIT_LOCKS_MAX - 1;
	assert_status(lock_now(rig->alice, rig->a, 0, 1, SHARED), NT_STATUS_SUCCESS);
	assert_status(lock_now(rig->alice, rig->a, 0, 1, SHARED),
		      NT_STATUS_INSUFFICIENT_RESOURCES);
	assert_status(lock_now(rig->alice, rig->a, 0, 1, UNLOCK), NT_STATUS_SUCCESS);
	lock_counters(rig)->locks_now = had;
}

/* [MS-FSA] 2.1.5.8 and 2.1.4.12: by a lock, not by its end. */
static void a_lock_breaks_what_others_cache_to_read(void **state)
{
	struct lock_rig *rig = *state;
	struct smb2_file_id id = who_holds(rig->bob, "ten", II, II);

	assert_status(lock_now(rig->alice, rig->a, 0, 1, SHARED | AT_ONCE),
		      NT_STATUS_SUCCESS);
	who_is_told(rig->bob, id, NONE);
	/* Nobody caches anew what is locked: [MS-FSA] 2.1.5.18. */
	who_holds(rig->bob, "ten", II, NONE);
	assert_status(lock_now(rig->alice, rig->a, 0, 1, UNLOCK), NT_STATUS_SUCCESS);
	who_holds(rig->bob, "ten", II, II);
	assert_status(lock_now(rig->alice, rig->a, 0, 1, UNLOCK),
		      NT_STATUS_RANGE_NOT_LOCKED);
	who_waits(rig->bob);
}

/* 3.3.5.2.9: LOCK goes on in a session that has expired, to let go. */
static void an_expired_session_may_still_unlock(void **state)
{
	struct lock_rig *rig = *state;
	struct session_table *table = rig->who->lab->server->sessions;
	struct session *s = session_table_find(table, rig->alice->s.id);
	struct view data;

	assert_status(lock_now(rig->alice, rig->a, 0, 1, EXCLUSIVE), NT_STATUS_SUCCESS);
	session_expire(s);
	assert_status(fs_rig_read(rig->alice, rig->a, 0, 1, &data),
		      NT_STATUS_NETWORK_SESSION_EXPIRED);
	assert_status(lock_now(rig->alice, rig->a, 5, 1, EXCLUSIVE),
		      NT_STATUS_NETWORK_SESSION_EXPIRED);
	assert_status(lock_now(rig->alice, rig->a, 0, 1, UNLOCK), NT_STATUS_SUCCESS);
	assert_status(lock_now(rig->alice, rig->a, 0, 1, UNLOCK),
		      NT_STATUS_RANGE_NOT_LOCKED);
	assert_status(lock_now(rig->bob, rig->b, 0, 10, EXCLUSIVE), NT_STATUS_SUCCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		LOCK_TEST(others_neither_read_nor_write_what_is_exclusive),
		LOCK_TEST(nobody_writes_what_is_shared),
		LOCK_TEST(who_asks_for_an_answer_gets_one),
		LOCK_TEST(each_combination_of_flags),
		LOCK_TEST(what_has_no_bytes_to_lock),
		LOCK_TEST(several_are_granted_or_none),
		LOCK_TEST(unlocking_stops_at_what_is_not_locked),
		LOCK_TEST(the_count_of_locks_is_right_and_goes_to_zero),
		LOCK_TEST(the_server_has_a_maximum_of_locks),
		LOCK_TEST(a_lock_breaks_what_others_cache_to_read),
		LOCK_TEST(an_expired_session_may_still_unlock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

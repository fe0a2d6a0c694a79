/* SPDX-License-Identifier: MIT */
/*
 * Locks taken, waited for, granted and left, and each time the next of the server's
 * allocations fails.  A request may be refused or a connection dropped; but nobody waits
 * for what nobody has, and nothing leaks or stays locked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/failalloc.h"
#include "lock_rig.h"
#include "wire/smb2_simple.h"

/* Takes whatever came: the status of the last; NT_STATUS_PENDING if there is none. */
static uint32_t swallow(struct fs_rig *who)
{
	uint32_t status = NT_STATUS_PENDING;
	struct raw_reply r;

	while (raw_next(&who->c, &r))
		status = r.hdr.status;
	return status;
}

static bool is_there(const struct fs_rig *who)
{
	return who->c.lab != NULL && !raw_dropped(&who->c);
}

static uint32_t asks(struct fs_rig *who, struct smb2_file_id id, uint64_t offset,
		     uint64_t length, uint32_t flags)
{
	if (!is_there(who))
		return NT_STATUS_CONNECTION_DISCONNECTED;
	lock_asks(who, id, offset, length, flags);
	return swallow(who);
}

static void unlocks(struct lock_rig *rig)
{
	asks(rig->alice, rig->a, 0, 10, UNLOCK);
}

static void closes(struct lock_rig *rig)
{
	if (!is_there(rig->alice))
		return;
	raw_begin(&rig->alice->c);
	raw_put_close(raw_add(&rig->alice->c, &rig->alice->s, SMB2_CLOSE), rig->a);
	raw_send(&rig->alice->c);
}

static void leaves(struct lock_rig *rig)
{
	raw_disconnect(&rig->alice->c);
}

/* Alice has it, bob and carol wait, she does what she does. */
static void scene(struct lock_rig *rig, void (*does)(struct lock_rig *rig))
{
	const struct smb2_lock_element two[] = {{0, 10, EXCLUSIVE | AT_ONCE},
						{20, 1, SHARED | AT_ONCE}};
	uint32_t status;

	lock_send(rig->alice,
		  &(struct lock_ask){.id = rig->a, .elements = two, .count = 2});
	status = swallow(rig->alice);
	assert_int_equal(lock_counters(rig)->locks_now,
			 status == NT_STATUS_SUCCESS && is_there(rig->alice) ? 2 : 0);
	asks(rig->bob, rig->b, 0, 5, EXCLUSIVE);
	asks(rig->carol, rig->c, 4, 6, SHARED);
	serverlab_pass(rig->who->lab, 100);
	does(rig);
	serverlab_run_jobs(rig->who->lab);
	serverlab_turn(rig->who->lab);
	asks(rig->bob, rig->b, 0, 5, UNLOCK);
	serverlab_run_jobs(rig->who->lab);
	serverlab_turn(rig->who->lab);
}

/* If she could not unlock she still has it; when she has left nobody waits any more. */
static void nobody_waits(struct lock_rig *rig)
{
	if (rig->alice->c.lab != NULL)
		raw_disconnect(&rig->alice->c);
	serverlab_run_jobs(rig->who->lab);
	serverlab_turn(rig->who->lab);
	asks(rig->bob, rig->b, 0, 5, UNLOCK);
	serverlab_run_jobs(rig->who->lab);
	assert_int_equal(lock_counters(rig)->lock_waits_now, 0);
	assert_int_equal(lock_counters(rig)->requests_now, 0);
	fs_rig_leave(rig->bob);
	assert_true(lock_counters(rig)->locks_now <= 1);
	fs_rig_leave(rig->carol);
	serverlab_run_jobs(rig->who->lab);
	assert_int_equal(lock_counters(rig)->locks_now, 0);
}

static void with_the_nth_failing(size_t n, void (*does)(struct lock_rig *rig))
{
	struct lock_rig *rig;
	void *state;

	lock_rig_up(&state);
	rig = state;
	failalloc_arm(n);
	failalloc_pause(true);
	scene(rig, does);
	failalloc_disarm();
	nobody_waits(rig);
	lock_rig_down(&state);
}

static void every_allocation_may_fail(void **state)
{
	void (*const acts[])(struct lock_rig * rig) = {unlocks, closes, leaves};

	(void)state;
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		size_t n = 0;

		do
			with_the_nth_failing(n++, acts[i]);
		while (failalloc_hit());
		assert_true(n > 20);
	}
}

/*
 * A session with one channel, and a second one that is still to be bound: the connection
 * of the first breaks while what waits in its tree is answered, and takes all along.
 */
static void tree_with_the_nth_failing(size_t n)
{
	struct fs_rig *alice, two = {0};
	struct raw_setup binding = {.user = "alice", .password = "passalice", .legs = 1};
	struct serverlab *lab;
	struct lock_rig *rig;
	void *state;

	lock_rig_up(&state);
	rig = state;
	alice = rig->alice;
	lab = rig->who->lab;
	binding.bind = &alice->s;
	raw_connect(&two.c, lab, "10.0.0.9");
	raw_negotiate(&two.c, SMB2_DIALECT_311);
	assert_status(raw_sign_in_as(&two.c, &two.s, &binding),
		      NT_STATUS_MORE_PROCESSING_REQUIRED);
	lab->hold_jobs = true;
	who_writes(alice, rig->a);
	failalloc_arm(n);
	failalloc_pause(true);
	raw_begin(&alice->c);
	smb2_simple_encode(raw_add(&alice->c, &alice->s, SMB2_TREE_DISCONNECT));
	raw_send(&alice->c);
	failalloc_pause(false);
	lab->hold_jobs = false;
	serverlab_run_jobs(lab);
	serverlab_turn(lab);
	raw_session_release(&two.s);
	raw_disconnect(&two.c);
	lock_rig_down(&state);
}

static void a_tree_may_lose_its_connection_as_it_ends(void **state)
{
	size_t n = 0;

	(void)state;
	do {
		tree_with_the_nth_failing(n++);
	} while (failalloc_hit());
	failalloc_disarm();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_allocation_may_fail),
		cmocka_unit_test(a_tree_may_lose_its_connection_as_it_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

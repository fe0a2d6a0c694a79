/* SPDX-License-Identifier: MIT */
/*
 * A lease taken, shared and broken again and again, and each time the next of the server's
 * allocations fails.  A request may be refused, a connection dropped, an open closed; but
 * nobody waits for ever, nobody caches what he was not told to let go of, and nothing stays
 * counted or listed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lease_rig.h"
#include "lib/failalloc.h"
#include "server/file/caching.h"

struct swallowed {
	bool opened, told;
	struct smb2_file_id id;
	uint32_t to; /* of the notification */
};

/* Takes whatever came. */
static struct swallowed swallow(struct fs_rig *who)
{
	struct swallowed s = {0};
	struct smb2_create_rsp created;
	struct smb2_lease_break told;
	struct raw_reply r;

	if (who->c.lab == NULL || raw_dropped(&who->c))
		return s;
	while (raw_next(&who->c, &r)) {
		if (r.hdr.status != NT_STATUS_SUCCESS)
			continue;
		if (r.hdr.command == SMB2_CREATE &&
		    smb2_create_rsp_decode(&created, r.msg) == NS_OK) {
			s.opened = true;
			s.id = created.file_id;
		}
		if (r.hdr.command == SMB2_OPLOCK_BREAK && r.hdr.message_id == UINT64_MAX &&
		    smb2_lease_break_decode(&told, r.msg) == NS_OK) {
			s.told = true;
			s.to = told.new_state;
		}
	}
	return s;
}

static void acknowledges(struct fs_rig *who, uint32_t to)
{
	struct smb2_lease_break_ack ack = {.state = to};

	memset(ack.key, 1, sizeof(ack.key));
	raw_begin(&who->c);
	smb2_lease_break_ack_encode(raw_add(&who->c, &who->s, SMB2_OPLOCK_BREAK), &ack);
	raw_send(&who->c);
}

static void leaves(struct fs_rig *who, uint32_t to)
{
	(void)to;
	raw_disconnect(&who->c);
}

static void stays(struct fs_rig *who, uint32_t to)
{
	(void)who;
	(void)to;
}

static void nobody_waits(struct oplock_rig *rig)
{
	serverlab_pass(rig->lab, CACHING_BREAK_MS + 1000);
	serverlab_run_jobs(rig->lab);
	serverlab_turn(rig->lab);
	assert_int_equal(rig->lab->server->counters.requests_now, 0);
	assert_int_equal(rig->lab->server->counters.breaks_now, 0);
}

static void asks(struct fs_rig *who, struct smb2_lease lease)
{
	struct smb2_create_req how = with_lease(FILE_OPEN, lease);

	if (!raw_dropped(&who->c))
		fs_rig_ask(who, "a", &how);
}

/* Alice has a lease by two opens, bob wants the file, she does what she does, he writes. */
static void scene(struct oplock_rig *rig, void (*does)(struct fs_rig *who, uint32_t to))
{
	struct swallowed alice, bob;

	asks(rig->alice, lease_v2(1, RH, 0));
	swallow(rig->alice);
	asks(rig->alice, lease_v2(1, RWH, 0));
	swallow(rig->alice);
	asks(&rig->bob, lease_v1(2, RWH));
	alice = swallow(rig->alice);
	if (alice.told && !raw_dropped(&rig->alice->c)) {
		does(rig->alice, alice.to);
		serverlab_run_jobs(rig->lab);
	}
	nobody_waits(rig);
	bob = swallow(&rig->bob);
	if (bob.opened && !raw_dropped(&rig->bob.c))
		who_writes(&rig->bob, bob.id);
	serverlab_run_jobs(rig->lab);
	nobody_waits(rig);
}

static void with_the_nth_failing(size_t n, void (*does)(struct fs_rig *who, uint32_t to))
{
	struct smb2_create_req how = with_oplock(FILE_OPEN, BATCH);
	struct oplock_rig *rig;
	void *state;

	assert_int_equal(oplock_rig_up(&state), 0);
	rig = state;
	rig->alice->c.ask = 8;
	rig->bob.c.ask = 8;
	assert_status(raw_echo(&rig->alice->c, &rig->alice->s), NT_STATUS_SUCCESS);
	assert_status(raw_echo(&rig->bob.c, &rig->bob.s), NT_STATUS_SUCCESS);
	failalloc_arm(n);
	failalloc_pause(true);
	scene(rig, does);
	failalloc_disarm();
	/* The file is as good as new once they have left. */
	if (rig->alice->c.lab != NULL)
		raw_disconnect(&rig->alice->c);
	fs_rig_leave(&rig->bob);
	serverlab_run_jobs(rig->lab);
	assert_int_equal(rig->lab->server->counters.leases_now, 0);
	assert_null(rig->lab->server->leases);
	assert_null(rig->lab->server->cached);
	how.share_access = 0;
	fs_rig_ask(&rig->carol, "a", &how);
	who_gets(&rig->carol, BATCH);
	oplock_rig_down(&state);
}

static void every_allocation_may_fail(void **state)
{
	void (*const acts[])(struct fs_rig * who, uint32_t to) = {acknowledges, leaves,
								  stays};

	(void)state;
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		size_t n = 0;

		do
			with_the_nth_failing(n++, acts[i]);
		while (failalloc_hit());
		assert_true(n > 30);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

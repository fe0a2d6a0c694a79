/* SPDX-License-Identifier: MIT */
/*
 * A break told again and again, and each time the next of the server's allocations fails.
 * A request may be refused, a connection dropped, an open closed; but nobody waits for
 * ever, nothing leaks or stays counted, and the file is free for the next one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/failalloc.h"
#include "oplock_rig.h"
#include "server/file/oplock.h"
#include "wire/smb2_write.h"

/* Takes whatever came; the file of the last CREATE or break in it, and whether there is. */
static bool swallow(struct fs_rig *who, struct smb2_file_id *id)
{
	struct smb2_oplock_break broken;
	struct smb2_create_rsp created;
	struct raw_reply r;
	bool found = false;

	while (raw_next(&who->c, &r)) {
		if (r.hdr.status != NT_STATUS_SUCCESS)
			continue;
		if (r.hdr.command == SMB2_CREATE &&
		    smb2_create_rsp_decode(&created, r.msg) == NS_OK) {
			*id = created.file_id;
			found = true;
		}
		if (r.hdr.command == SMB2_OPLOCK_BREAK && r.hdr.message_id == UINT64_MAX &&
		    smb2_oplock_break_decode(&broken, r.msg) == NS_OK) {
			*id = broken.file_id;
			found = true;
		}
	}
	return found;
}

static void acknowledge(struct fs_rig *who, struct smb2_file_id id)
{
	raw_begin(&who->c);
	smb2_oplock_break_encode(raw_add(&who->c, &who->s, SMB2_OPLOCK_BREAK),
				 &(struct smb2_oplock_break){II, id});
	raw_send(&who->c);
}

static void close_file(struct fs_rig *who, struct smb2_file_id id)
{
	raw_begin(&who->c);
	raw_put_close(raw_add(&who->c, &who->s, SMB2_CLOSE), id);
	raw_send(&who->c);
}

static void leave(struct fs_rig *who, struct smb2_file_id id)
{
	(void)id;
	raw_disconnect(&who->c);
}

static void stay(struct fs_rig *who, struct smb2_file_id id)
{
	(void)who;
	(void)id;
}

/* Time enough for every break; whatever waited has its answer, or its connection is gone.
 */
static void nobody_waits(struct oplock_rig *rig)
{
	serverlab_pass(rig->lab, CACHING_BREAK_MS + 1000);
	serverlab_run_jobs(rig->lab);
	serverlab_turn(rig->lab);
	assert_int_equal(rig->lab->server->counters.requests_now, 0);
}

/* Alice has a batch oplock, bob wants the file, she does what she does, and he writes. */
static void open_and_write(struct oplock_rig *rig,
			   void (*does)(struct fs_rig *who, struct smb2_file_id id))
{
	struct smb2_create_req how = with_oplock(FILE_OPEN, II);
	struct smb2_file_id id;
	bool told;

	fs_rig_ask(&rig->bob, "a", &how);
	told = swallow(rig->alice, &id);
	if (told && !raw_dropped(&rig->alice->c)) {
		does(rig->alice, id);
		serverlab_run_jobs(rig->lab);
	}
	nobody_waits(rig);
	if (swallow(&rig->bob, &id) && !raw_dropped(&rig->bob.c)) {
		/* Who could not be told that his oplock goes has lost the open with it. */
		assert_true(told || rig->lab->server->counters.opens_now == 1);
		who_writes(&rig->bob, id);
	}
	nobody_waits(rig);
}

/* The same for a name that is to be replaced. */
static void replace(struct oplock_rig *rig,
		    void (*does)(struct fs_rig *who, struct smb2_file_id id))
{
	struct smb2_create_req how = with_oplock(FILE_OPEN, NONE);
	struct smb2_file_id id;

	fs_rig_ask(&rig->bob, "b", &how);
	if (!swallow(&rig->bob, &id) || raw_dropped(&rig->bob.c))
		return;
	fs_rig_ask_rename(&rig->bob, id, "a", true);
	if (swallow(rig->alice, &id) && !raw_dropped(&rig->alice->c)) {
		does(rig->alice, id);
		serverlab_run_jobs(rig->lab);
	}
	nobody_waits(rig);
}

static void with_the_nth_failing(size_t n,
				 void (*scene)(struct oplock_rig *rig,
					       void (*does)(struct fs_rig *who,
							    struct smb2_file_id id)),
				 void (*does)(struct fs_rig *who, struct smb2_file_id id))
{
	struct smb2_create_req how = with_oplock(FILE_OPEN, BATCH);
	struct oplock_rig *rig;
	void *state;

	assert_int_equal(oplock_rig_up(&state), 0);
	rig = state;
	disk_make(rig->alice->disk, "b", "new");
	rig->alice->c.ask = 8;
	rig->bob.c.ask = 8;
	assert_status(raw_echo(&rig->bob.c, &rig->bob.s), NT_STATUS_SUCCESS);
	who_holds(rig->alice, "a", BATCH, BATCH);
	failalloc_arm(n);
	failalloc_pause(true);
	scene(rig, does);
	failalloc_disarm();
	/* The file is as good as new once they have left. */
	if (rig->alice->c.lab != NULL)
		raw_disconnect(&rig->alice->c);
	fs_rig_leave(&rig->bob);
	serverlab_run_jobs(rig->lab);
	how.share_access = 0;
	fs_rig_ask(&rig->carol, "a", &how);
	who_gets(&rig->carol, BATCH);
	oplock_rig_down(&state);
}

static void every_allocation_may_fail(void **state)
{
	void (*const scenes[])(struct oplock_rig * rig,
			       void (*does)(struct fs_rig * who,
					    struct smb2_file_id id)) = {open_and_write,
									replace};
	void (*const acts[])(struct fs_rig * who, struct smb2_file_id id) = {
		acknowledge, close_file, leave, stay};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < 4; j++) {
			size_t n = 0;

			do
				with_the_nth_failing(n++, scenes[i], acts[j]);
			while (failalloc_hit());
			assert_true(n > 20);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

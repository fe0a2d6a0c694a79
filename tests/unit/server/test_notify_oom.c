/* SPDX-License-Identifier: MIT */
/*
 * A directory is watched, changes and is closed, again and again, and each time the next of
 * the server's allocations fails.  What changed may be told as something to be looked for,
 * a request be refused, a connection dropped; but nobody is told what has not happened,
 * nobody waits for ever, nothing leaks or stays counted.
 */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fs/fs_watch.h"
#include "lib/failalloc.h"
#include "lib/hex.h"
#include "notify_rig.h"
#include "wire/fscc_notify.h"

/* What is told is what bob did. */
static void check_told(const struct raw_reply *r)
{
	struct smb2_change_notify_rsp rsp;
	struct fscc_notify_record record;
	struct fscc_notify_walk walk;

	assert_int_equal(smb2_change_notify_rsp_decode(&rsp, r->msg), NS_OK);
	walk = fscc_notify_walk_of(rsp.data);
	while (fscc_notify_next(&walk, &record)) {
		assert_true(record.action == FILE_ACTION_ADDED ||
			    record.action == FILE_ACTION_REMOVED);
		assert_view_equal(record.name, view_of("f", 2));
	}
	assert_int_equal(walk.err, NS_OK);
}

/* Takes whatever came. */
static void swallow(struct fs_rig *who)
{
	struct raw_reply r;

	while (raw_next(&who->c, &r))
		if (r.hdr.command == SMB2_CHANGE_NOTIFY &&
		    r.hdr.status == NT_STATUS_SUCCESS)
			check_told(&r);
}

static void ask(struct fs_rig *who, struct smb2_file_id id)
{
	if (raw_dropped(&who->c))
		return;
	notify_ask(who, id, NOTIFY_ALL, SMB2_WATCH_TREE, 4096);
	serverlab_pass(who->c.lab, 1);
	swallow(who);
}

/* A file comes and goes. */
static void change(struct fs_rig *who)
{
	struct smb2_create_req how = fs_rig_create(FILE_OPEN_IF);

	if (raw_dropped(&who->c))
		return;
	how.options = FILE_DELETE_ON_CLOSE;
	fs_rig_ask(who, "d\\f", &how);
	serverlab_pass(who->c.lab, 1);
	swallow(who);
}

static void story(struct fs_rig *alice, struct fs_rig *bob, struct smb2_file_id id, int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	ask(alice, id);
	change(bob);
	if (poll(&p, 1, 0) == 1)
		notify_reads(&alice->lab, fd);
	swallow(alice);
	ask(alice, id);
	ask(alice, id);
	swallow(alice);
}

/* Whether the allocation that was to fail has. */
static bool run(size_t n)
{
	struct fs_rig *alice, bob;
	struct smb2_file_id id;
	int fd = fs_watch_open();
	void *state;
	bool hit;

	assert_true(fd >= 0);
	fs_rig_up(&state);
	alice = state;
	fs_rig_join(&bob, alice, "bob", "10.0.0.2");
	id = notify_directory(alice, "d");
	failalloc_arm(n);
	failalloc_pause(true);
	story(alice, &bob, id, fd);
	fs_rig_leave(&bob);
	raw_disconnect(&alice->c);
	serverlab_run_jobs(&alice->lab);
	hit = failalloc_hit();
	failalloc_disarm();
	serverlab_turn(&alice->lab);
	assert_int_equal(alice->lab.server->counters.notifies_now, 0);
	assert_int_equal(alice->lab.server->counters.watches_now, 0);
	assert_int_equal(alice->lab.server->notify_bytes, 0);
	assert_int_equal(fs_watch_directories(), 0);
	assert_false(fs_watch_has_news());
	fs_rig_down(&state);
	fs_watch_close();
	return hit;
}

static void short_of_memory_nothing_is_told_wrong(void **state)
{
	size_t n = 0;

	(void)state;
	while (run(n))
		n++;
	assert_true(n > 30);
}

static unsigned asked;

static void asks_again(void *ctx)
{
	(void)ctx;
	asked++;
}

/* Without memory for the job it is read at once, and waited for again as after a job. */
static void what_can_be_read_is_waited_for_again(void **state)
{
	struct fs_rig *rig = *state;
	struct server *server = rig->lab.server;

	assert_true(fs_watch_open() >= 0);
	server->env.watch = asks_again;
	server_watch_ready(server);
	serverlab_run_jobs(&rig->lab);
	assert_int_equal(asked, 1);
	failalloc_arm(0);
	server_watch_ready(server);
	assert_true(failalloc_hit());
	failalloc_disarm();
	assert_int_equal(asked, 2);
	fs_watch_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_of_memory_nothing_is_told_wrong),
		FS_RIG_TEST(what_can_be_read_is_waited_for_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

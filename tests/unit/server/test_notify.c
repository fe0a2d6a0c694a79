/* SPDX-License-Identifier: MIT */
/* CHANGE_NOTIFY, between workstations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "fs/fs_watch.h"
#include "notify_rig.h"
#include "server/limits.h"
#include "server/session_end.h"
#include "server/session_table.h"
#include "wire/smb2_simple.h"

static struct fs_rig bob;

static int up(void **state)
{
	fs_rig_up(state);
	fs_rig_join(&bob, *state, "bob", "10.0.0.2");
	return 0;
}

static int down(void **state)
{
	fs_rig_leave(&bob);
	return fs_rig_down(state);
}

#define NOTIFY_TEST(name) cmocka_unit_test_setup_teardown(name, up, down)

static const struct server_counters *counters(const struct fs_rig *rig)
{
	return &rig->lab.server->counters;
}

/* --------------------------------------------------------------- what is told to whom --
 */

static void one_hears_what_another_does(void **state)
{
	struct fs_rig *alice = *state;
	struct smb2_file_id id = notify_directory(alice, "d");

	notify_waits(alice, id, NOTIFY_ALL, 0, 4096);
	assert_int_equal(counters(alice)->notifies_now, 1);
	assert_int_equal(counters(alice)->watches_now, 1);
	notify_make(&bob, "d\\f");
	notify_hears(alice, "+f");
	assert_int_equal(counters(alice)->notifies_now, 0);
}

/* Not one of them between the other's two. */
static void a_rename_is_told_in_one_answer(void **state)
{
	struct fs_rig *alice = *state;
	struct smb2_file_id id = notify_directory(alice, "d"), f;

	notify_make(&bob, "d\\f");
	f = fs_rig_opened(&bob, "d\\f", FILE_OPEN);
	notify_waits(alice, id, NOTIFY_ALL, SMB2_WATCH_TREE, 4096);
	assert_status(fs_rig_rename(&bob, f, "d\\g", false), NT_STATUS_SUCCESS);
	notify_hears(alice, ">f <g");
	assert_status(fs_rig_rename(&bob, f, "g", false), NT_STATUS_SUCCESS);
	notify_waits_not(alice, id, NOTIFY_ALL, 0, 4096, "-g");
}

static void what_nobody_asked_for_yet_is_kept(void **state)
{
	struct fs_rig *alice = *state;
	struct smb2_file_id id = notify_directory(alice, "d");

	notify_make(&bob, "d\\before"); /* nobody had asked at all */
	notify_waits(alice, id, FILE_NOTIFY_CHANGE_FILE_NAME, 0, 4096);
	notify_make(&bob, "d\\a");
	notify_hears(alice, "+a");
	notify_make(&bob, "d\\b");
	notify_make(&bob, "d\\c");
	notify_waits_not(alice, id, NOTIFY_ALL, 0, 4096, "+b +c");
}

/* [MS-FSA] 2.1.5.11: what it is about, the first request alone says. */
static void the_first_request_decides(void **state)
{
	struct fs_rig *alice = *state;
	struct smb2_file_id id = notify_directory(alice, "d");
	struct smb2_file_id sub = notify_directory(&bob, "d\\sub");

	assert_status(fs_rig_close(&bob, sub), NT_STATUS_SUCCESS);
	notify_waits(alice, id, FILE_NOTIFY_CHANGE_DIR_NAME, 0, 4096);
	notify_cancelled(alice);
	notify_waits(alice, id, NOTIFY_ALL, SMB2_WATCH_TREE, 4096);
	notify_make(&bob, "d\\f");
	notify_make(&bob, "d\\sub\\f");
	raw_expect_nothing(&alice->c);
	sub = notify_directory(&bob, "d\\sub2");
	notify_hears(alice, "+sub2");
}

static void each_request_gets_the_next_change(void **state)
{
	struct fs_rig *alice = *state;
	struct smb2_file_id id = notify_directory(alice, "d");
	uint64_t first, second;

	first = notify_waits(alice, id, NOTIFY_ALL, 0, 4096);
	second = notify_waits(alice, id, NOTIFY_ALL, 0, 4096);
	assert_int_equal(counters(alice)->notifies_now, 2);
	notify_make(&bob, "d\\f");
	assert_int_equal(notify_hears(alice, "+f"), first);
	notify_make(&bob, "d\\g");
	assert_int_equal(notify_hears(alice, "+g"), second);
}

static void two_directories_hear_each_what_is_theirs(void **state)
{
	struct fs_rig *alice = *state;
	struct smb2_file_id d = notify_directory(alice, "d");
	struct smb2_file_id e = notify_directory(&bob, "e");

	notify_waits(alice, d, NOTIFY_ALL, SMB2_WATCH_TREE, 4096);
	notify_waits(&bob, e, NOTIFY_ALL, SMB2_WATCH_TREE, 4096);
	notify_make(alice, "e\\f");
	notify_hears(&bob, "+f");
	raw_expect_nothing(&alice->c);
	notify_make(&bob, "d\\g");
	notify_hears(alice, "+g");
}

/* On the disk of the server itself. */
static void make_local(const struct fs_rig *rig, const char *name)
{
	char path[4200];

	(void)snprintf(path, sizeof(path), "%s/%s", rig->disk->share, name);
	assert_int_equal(mkdir(path, 0755), 0);
}

static void what_others_change_is_heard_by_inotify(void **state)
{
	struct fs_rig *alice = *state;
	struct smb2_file_id id;
	int fd = fs_watch_open();

	assert_true(fd >= 0);
	id = notify_directory(alice, "d");
	notify_waits(alice, id, NOTIFY_ALL, SMB2_WATCH_TREE, 4096);
	make_local(alice, "d/local");
	notify_reads(&alice->lab, fd);
	notify_hears(alice, "+local");
	/* What we change ourselves is told once, though inotify tells of it, too. */
	notify_waits(alice, id, NOTIFY_ALL, 0, 4096);
	notify_make(&bob, "d\\own");
	notify_hears(alice, "+own");
	notify_waits(alice, id, NOTIFY_ALL, 0, 4096);
	notify_reads(&alice->lab, fd);
	raw_expect_nothing(&alice->c);
	make_local(alice, "d/local/sub");
	notify_reads(&alice->lab, fd);
	notify_hears(alice, "+local\\sub");
	assert_true(fs_watch_directories() >= 3);
	assert_status(fs_rig_close(alice, id), NT_STATUS_SUCCESS);
	assert_int_equal(fs_watch_directories(), 0);
	fs_watch_close();
}

/* --------------------------------------------------------------------- not enough room --
 */

static void what_does_not_fit_is_to_be_looked_for(void **state)
{
	struct fs_rig *alice = *state;
	struct smb2_file_id id = notify_directory(alice, "d");

	notify_waits(alice, id, NOTIFY_ALL, 0, 14); /* for a name of one character */
	notify_make(&bob, "d\\ab");
	notify_is_to_look(alice);
	notify_make(&bob, "d\\c");
	notify_waits_not(alice, id, NOTIFY_ALL, 0, 4096, "+c");
	notify_make(&bob, "d\\x");
	notify_make(&bob, "d\\y");
	notify_ask(alice, id, NOTIFY_ALL, 0, 4096);
	notify_is_to_look(alice);
}

static void without_any_room_only_that_is_told(void **state)
{
	struct fs_rig *alice = *state;
	struct smb2_file_id id = notify_directory(alice, "d");

	notify_waits(alice, id, NOTIFY_ALL, 0, 0);
	notify_make(&bob, "d\\f");
	notify_is_to_look(alice);
}

static void a_crowd_of_changes_is_to_be_looked_for(void **state)
{
	struct fs_rig *alice = *state;
	struct smb2_file_id id = notify_directory(alice, "d");
	char name[32];

	notify_waits(alice, id, FILE_NOTIFY_CHANGE_FILE_NAME, 0, LIMIT_NOTIFY_BUFFER);
	notify_cancelled(alice);
	for (int i = 0; i < 3000; i++) {
		(void)snprintf(name, sizeof(name), "d\\f%d", i);
		notify_make(&bob, name);
	}
	assert_true(alice->lab.server->notify_bytes <= LIMIT_NOTIFY_BUFFER);
	notify_ask(alice, id, 0, 0, LIMIT_NOTIFY_BUFFER);
	notify_is_to_look(alice);
	assert_int_equal(alice->lab.server->notify_bytes, 0);
}

/* ------------------------------------------------------------------ how a wait ends -- */

static void a_cancelled_request_is_answered_so(void **state)
{
	struct fs_rig *alice = *state;
	struct smb2_file_id id = notify_directory(alice, "d");

	for (int i = 0; i < 50; i++) {
		notify_waits(alice, id, NOTIFY_ALL, 0, 4096);
		notify_cancelled(alice);
	}
	notify_make(&bob, "d\\f");
	notify_waits_not(alice, id, NOTIFY_ALL, 0, 4096, "+f");
}

static void closes(struct fs_rig *who, struct smb2_file_id id)
{
	raw_begin(&who->c);
	raw_put_close(raw_add(&who->c, &who->s, SMB2_CLOSE), id);
	raw_send(&who->c);
}

static void logs_off(struct fs_rig *who, struct smb2_file_id id)
{
	(void)id;
	raw_begin(&who->c);
	smb2_simple_encode(raw_add(&who->c, &who->s, SMB2_LOGOFF));
	raw_send(&who->c);
}

static void leaves_the_tree(struct fs_rig *who, struct smb2_file_id id)
{
	(void)id;
	raw_begin(&who->c);
	smb2_simple_encode(raw_add(&who->c, &who->s, SMB2_TREE_DISCONNECT));
	raw_send(&who->c);
}

/* NetrSessionDel, by somebody else */
static void is_ended(struct fs_rig *who, struct smb2_file_id id)
{
	struct serverlab *lab = who->c.lab;

	(void)id;
	session_end(session_table_find(lab->server->sessions, who->s.id), SESSION_END_ADMIN,
		    "admin");
	serverlab_run_jobs(lab);
	serverlab_turn(lab);
}

static void an_end_cleans_up(struct fs_rig *alice,
			     void (*ends)(struct fs_rig *who, struct smb2_file_id id))
{
	struct smb2_file_id id = notify_directory(alice, "d");
	struct smb2_file_id other = notify_directory(&bob, "d");
	struct fs_rig carol;
	struct raw_reply r;

	notify_waits(&bob, other, NOTIFY_ALL, 0, 4096);
	notify_waits(alice, id, NOTIFY_ALL, SMB2_WATCH_TREE, 4096);
	ends(alice, id);
	raw_expect(&alice->c, &r, SMB2_CHANGE_NOTIFY, NT_STATUS_NOTIFY_CLEANUP);
	assert_true(r.verified);
	assert_int_equal(counters(alice)->watches_now, 1);
	assert_int_equal(counters(alice)->notifies_now, 1);
	/* His neighbour hears what he heard before. */
	fs_rig_join(&carol, alice, "carol", "10.0.0.3");
	notify_make(&carol, "d\\f");
	notify_hears(&bob, "+f");
	fs_rig_leave(&carol);
}

static void a_close_ends_the_wait(void **state)
{
	an_end_cleans_up(*state, closes);
}

static void a_logoff_ends_the_wait(void **state)
{
	an_end_cleans_up(*state, logs_off);
}

static void a_tree_s_end_ends_the_wait(void **state)
{
	an_end_cleans_up(*state, leaves_the_tree);
}

static void an_administrator_ends_the_wait(void **state)
{
	an_end_cleans_up(*state, is_ended);
}

static void a_lost_connection_leaves_nothing_behind(void **state)
{
	struct fs_rig *alice = *state;
	struct smb2_file_id id = notify_directory(&bob, "d");

	notify_waits(&bob, id, NOTIFY_ALL, SMB2_WATCH_TREE, 4096);
	raw_disconnect(&bob.c);
	serverlab_run_jobs(&alice->lab);
	serverlab_turn(&alice->lab);
	assert_int_equal(counters(alice)->watches_now, 0);
	assert_int_equal(counters(alice)->notifies_now, 0);
	notify_make(alice, "d\\f");
	assert_false(fs_watch_has_news());
}

/* [MS-FSA] 2.1.5.15.3 */
static void a_deleted_directory_says_so(void **state)
{
	struct fs_rig *alice = *state;
	struct smb2_file_id id = notify_directory(alice, "d"), his;
	struct raw_reply r;

	his = fs_rig_opened(&bob, "d", FILE_OPEN);
	notify_waits(alice, id, NOTIFY_ALL, 0, 4096);
	assert_status(
		fs_rig_set(&bob, his, FILE_DISPOSITION_INFORMATION, VIEW_LITERAL("\1")),
		NT_STATUS_SUCCESS);
	raw_expect(&alice->c, &r, SMB2_CHANGE_NOTIFY, NT_STATUS_DELETE_PENDING);
	notify_ask(alice, id, NOTIFY_ALL, 0, 4096);
	raw_expect(&alice->c, &r, SMB2_CHANGE_NOTIFY, NT_STATUS_DELETE_PENDING);
	notify_ask(&bob, his, NOTIFY_ALL, 0, 4096); /* his first */
	raw_expect(&bob.c, &r, SMB2_CHANGE_NOTIFY, NT_STATUS_DELETE_PENDING);
}

/* ------------------------------------------------------------------------ refusals -- */

static void what_can_t_be_watched_is_refused(void **state)
{
	struct fs_rig *alice = *state;
	struct smb2_create_req how = fs_rig_create(FILE_OPEN);
	struct smb2_file_id id = notify_directory(alice, "d");
	struct smb2_create_rsp rsp;
	struct raw_reply r;

	alice->c.ask = 64;
	notify_make(alice, "d\\f");
	notify_ask(alice, id, NOTIFY_ALL, 0, LIMIT_DATA_MAX + 1);
	raw_expect(&alice->c, &r, SMB2_CHANGE_NOTIFY, NT_STATUS_INVALID_PARAMETER);
	notify_ask(alice, id, NOTIFY_ALL, 0, LIMIT_CREDIT_BYTES + 1);
	raw_expect(&alice->c, &r, SMB2_CHANGE_NOTIFY, NT_STATUS_INVALID_PARAMETER);
	notify_ask(alice, fs_rig_opened(alice, "d\\f", FILE_OPEN), NOTIFY_ALL, 0, 4096);
	raw_expect(&alice->c, &r, SMB2_CHANGE_NOTIFY, NT_STATUS_INVALID_PARAMETER);
	how.desired_access = FILE_READ_ATTRIBUTES;
	assert_status(fs_rig_open(alice, "d", &how, &rsp), NT_STATUS_SUCCESS);
	notify_ask(alice, rsp.file_id, NOTIFY_ALL, 0, 4096);
	raw_expect(&alice->c, &r, SMB2_CHANGE_NOTIFY, NT_STATUS_ACCESS_DENIED);
	assert_int_equal(counters(alice)->watches_now, 0);
}

/* [MS-SMB2] 3.3.5.2.7 <266>: what stands behind it would wait for a change, too. */
static void in_the_midst_of_a_compound_nobody_waits(void **state)
{
	struct fs_rig *alice = *state;
	struct smb2_file_id id = notify_directory(alice, "d");
	struct raw_reply r;

	raw_begin(&alice->c);
	notify_put(raw_add(&alice->c, &alice->s, SMB2_CHANGE_NOTIFY), id, NOTIFY_ALL, 0,
		   4096);
	raw_put_close(raw_add(&alice->c, &alice->s, SMB2_CLOSE), id);
	raw_send(&alice->c);
	raw_expect(&alice->c, &r, SMB2_CHANGE_NOTIFY, NT_STATUS_INTERNAL_ERROR);
	raw_expect(&alice->c, &r, SMB2_CLOSE, NT_STATUS_SUCCESS);
}

static void a_session_watches_so_many_directories(void **state)
{
	static struct smb2_file_id ids[LIMIT_NOTIFY_OPENS];
	struct fs_rig *alice = *state;
	struct smb2_file_id id = notify_directory(alice, "d");
	struct raw_reply r;

	alice->c.ask = 64;
	for (size_t i = 0; i < LIMIT_NOTIFY_OPENS; i++) {
		ids[i] = notify_directory(alice, "d");
		notify_waits(alice, ids[i], NOTIFY_ALL, 0, 64);
		notify_cancelled(alice);
	}
	notify_ask(alice, id, NOTIFY_ALL, 0, 64);
	raw_expect(&alice->c, &r, SMB2_CHANGE_NOTIFY, NT_STATUS_INSUFFICIENT_RESOURCES);
	/* Somebody else still may. */
	notify_waits(&bob, notify_directory(&bob, "d"), NOTIFY_ALL, 0, 64);
	for (size_t i = 0; i < LIMIT_NOTIFY_OPENS; i++)
		assert_status(fs_rig_close(alice, ids[i]), NT_STATUS_SUCCESS);
	notify_waits(alice, id, NOTIFY_ALL, 0, 64);
}

/* Of one connection; there is room for what ends it. */
static void so_many_wait_on_a_connection(void **state)
{
	struct fs_rig *alice = *state;
	struct smb2_file_id id = notify_directory(alice, "d");
	struct raw_reply r;

	alice->c.ask = 2 * LIMIT_WAITING_MAX;
	assert_status(raw_echo(&alice->c, &alice->s), NT_STATUS_SUCCESS);
	for (size_t i = 0; i < LIMIT_WAITING_MAX; i++)
		notify_waits(alice, id, NOTIFY_ALL, 0, 64);
	notify_ask(alice, id, NOTIFY_ALL, 0, 64);
	raw_expect(&alice->c, &r, SMB2_CHANGE_NOTIFY, NT_STATUS_INSUFFICIENT_RESOURCES);
	raw_begin(&alice->c);
	raw_put_close(raw_add(&alice->c, &alice->s, SMB2_CLOSE), id);
	raw_send(&alice->c);
	for (size_t i = 0; i < LIMIT_WAITING_MAX; i++)
		raw_expect(&alice->c, &r, SMB2_CHANGE_NOTIFY, NT_STATUS_NOTIFY_CLEANUP);
	raw_expect(&alice->c, &r, SMB2_CLOSE, NT_STATUS_SUCCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		NOTIFY_TEST(one_hears_what_another_does),
		NOTIFY_TEST(a_rename_is_told_in_one_answer),
		NOTIFY_TEST(what_nobody_asked_for_yet_is_kept),
		NOTIFY_TEST(the_first_request_decides),
		NOTIFY_TEST(each_request_gets_the_next_change),
		NOTIFY_TEST(two_directories_hear_each_what_is_theirs),
		NOTIFY_TEST(what_others_change_is_heard_by_inotify),
		NOTIFY_TEST(what_does_not_fit_is_to_be_looked_for),
		NOTIFY_TEST(without_any_room_only_that_is_told),
		NOTIFY_TEST(a_crowd_of_changes_is_to_be_looked_for),
		NOTIFY_TEST(a_cancelled_request_is_answered_so),
		NOTIFY_TEST(a_close_ends_the_wait),
		NOTIFY_TEST(a_logoff_ends_the_wait),
		NOTIFY_TEST(a_tree_s_end_ends_the_wait),
		NOTIFY_TEST(an_administrator_ends_the_wait),
		NOTIFY_TEST(a_lost_connection_leaves_nothing_behind),
		NOTIFY_TEST(a_deleted_directory_says_so),
		NOTIFY_TEST(what_can_t_be_watched_is_refused),
		NOTIFY_TEST(in_the_midst_of_a_compound_nobody_waits),
		NOTIFY_TEST(a_session_watches_so_many_directories),
		NOTIFY_TEST(so_many_wait_on_a_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

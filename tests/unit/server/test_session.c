/* SPDX-License-Identifier: MIT */
#include "sess_rig.h"

#include <stdlib.h>

#include "server/login.h"
#include "server/tombstone.h"
#include "wire/smb2_notification.h"
#include "wire/smb2_simple.h"
#include "wire/smb2_tree.h"

static struct session_filter no_filter;

/* Two users on one connection: the end of one is nothing to the other. */
static void ending_one_leaves_its_neighbour(void **state)
{
	struct raw_session a, b;
	struct raw_reply r;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_302);
	rig_sign_in(&rig.one, &a, "alice");
	rig_sign_in(&rig.one, &b, "bob");
	session_end(rig_session(&rig, &a), SESSION_END_ADMIN, "admin@10.0.0.9");
	assert_false(raw_dropped(&rig.one));
	assert_int_equal(raw_echo(&rig.one, &b), NT_STATUS_SUCCESS);
	raw_begin(&rig.one);
	smb2_simple_encode(raw_add(&rig.one, &a, SMB2_LOGOFF));
	raw_send(&rig.one);
	raw_expect(&rig.one, &r, SMB2_LOGOFF, NT_STATUS_USER_SESSION_DELETED);
	assert_true(r.verified); /* its client can tell it from a forgery */
	assert_int_equal(raw_echo(&rig.one, &b), NT_STATUS_SUCCESS);
	assert_int_equal(serverlab_audited(&rig.lab, "reason=administrator"), 1);
	assert_int_equal(serverlab_audited(&rig.lab, "by=admin@10.0.0.9"), 1);
	assert_int_equal(serverlab_audited(&rig.lab, "user=alice"), 2);
	raw_session_release(&a);
	raw_session_release(&b);
	rig_stop(&rig);
}

static void encrypt_all(struct server_config *config)
{
	config->encryption = CONFIG_ENCRYPTION_REQUIRED;
}

/* The same, sealed: where the specification would drop the connection with the neighbour.
 */
static void ending_one_sealed_leaves_its_neighbour(void **state)
{
	struct raw_session a, b;
	struct raw_reply r;
	struct rig rig;

	(void)state;
	rig_begin(&rig, encrypt_all, SMB2_DIALECT_300);
	rig_sign_in(&rig.one, &a, "alice");
	rig_sign_in(&rig.one, &b, "bob");
	session_end(rig_session(&rig, &a), SESSION_END_ADMIN, NULL);
	raw_begin(&rig.one);
	smb2_simple_encode(raw_add(&rig.one, &a, SMB2_LOGOFF));
	raw_send(&rig.one);
	raw_expect(&rig.one, &r, SMB2_LOGOFF, NT_STATUS_USER_SESSION_DELETED);
	assert_true(r.sealed);
	assert_false(raw_dropped(&rig.one));
	assert_int_equal(raw_echo(&rig.one, &b), NT_STATUS_SUCCESS);
	/* When the stone is gone the specification's answer applies. */
	serverlab_pass(&rig.lab, TOMBSTONE_MS + 1);
	raw_begin(&rig.one);
	smb2_simple_encode(raw_add(&rig.one, &a, SMB2_LOGOFF));
	raw_send(&rig.one);
	assert_true(raw_dropped(&rig.one));
	raw_session_release(&a);
	raw_session_release(&b);
	rig_stop(&rig);
}

static void a_client_of_311_is_told(void **state)
{
	struct smb2_notification note;
	struct raw_session s;
	struct raw_reply r;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	session_end(rig_session(&rig, &s), SESSION_END_ADMIN, NULL);
	raw_pump(&rig.one);
	assert_true(raw_next(&rig.one, &r));
	assert_int_equal(r.hdr.command, SMB2_NOTIFICATION);
	assert_true(r.hdr.session_id == s.id);
	assert_true(r.hdr.message_id == SMB2_MESSAGE_ID_UNSOLICITED);
	assert_int_equal(r.hdr.credits, 0);
	assert_int_equal(smb2_notification_decode(&note, r.msg), NS_OK);
	assert_int_equal(note.type, SMB2_NOTIFY_SESSION_CLOSED);
	raw_session_release(&s);
	rig_stop(&rig);
}

static void who_logs_off_is_not_told(void **state)
{
	struct raw_session s;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	assert_int_equal(raw_logoff(&rig.one, &s), NT_STATUS_SUCCESS);
	raw_expect_nothing(&rig.one);
	assert_int_equal(raw_logoff(&rig.one, &s), NT_STATUS_USER_SESSION_DELETED);
	assert_int_equal(rig_listed(&rig), 0);
	raw_session_release(&s);
	rig_stop(&rig);
}

/* An administrator who ends his own session gets his answer first. */
static void an_end_waits_for_the_answer(void **state)
{
	struct raw_session admin, bob;
	struct session *s;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_302);
	rig_sign_in(&rig.one, &admin, "admin");
	rig_sign_in(&rig.two, &bob, "bob");
	s = rig_session(&rig, &admin);
	assert_int_equal(session_end_matching(rig.lab.server, &no_filter, s, "admin"), 2);
	assert_null(rig_session(&rig, &bob));
	assert_ptr_equal(rig_session(&rig, &admin), s);
	assert_false(session_is_listed(s));
	/* A second call finds nobody: both have been ended. */
	assert_int_equal(session_end_matching(rig.lab.server, &no_filter, s, "admin"), 0);
	assert_int_equal(raw_echo(&rig.one, &admin), NT_STATUS_SUCCESS);
	session_end_after_answer(rig.lab.server, admin.id);
	assert_null(rig_session(&rig, &admin));
	assert_int_equal(raw_echo(&rig.one, &admin), NT_STATUS_USER_SESSION_DELETED);
	assert_int_equal(serverlab_audited(&rig.lab, "by=admin"), 2);
	raw_session_release(&admin);
	raw_session_release(&bob);
	rig_stop(&rig);
}

static void an_end_does_not_wait_for_ever(void **state)
{
	struct raw_session admin;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_302);
	rig_sign_in(&rig.one, &admin, "admin");
	session_end_later(rig_session(&rig, &admin), SESSION_END_ADMIN, "admin");
	serverlab_pass(&rig.lab, SESSION_END_WAIT_MS - 1);
	assert_non_null(rig_session(&rig, &admin));
	serverlab_pass(&rig.lab, 2);
	assert_null(rig_session(&rig, &admin));
	raw_session_release(&admin);
	rig_stop(&rig);
}

static void cut_after_a_minute(struct server_config *config)
{
	config->autodisconnect_ms = 60000;
}

static void idle_sessions_are_cut_busy_ones_are_not(void **state)
{
	struct raw_session idle, busy;
	struct rig rig;

	(void)state;
	rig_begin(&rig, cut_after_a_minute, SMB2_DIALECT_302);
	rig_sign_in(&rig.one, &idle, "alice");
	rig_sign_in(&rig.one, &busy, "bob");
	for (int i = 0; i < 8; i++) {
		serverlab_pass(&rig.lab, 10000);
		assert_int_equal(raw_echo(&rig.one, &busy), NT_STATUS_SUCCESS);
	}
	assert_null(rig_session(&rig, &idle));
	assert_non_null(rig_session(&rig, &busy));
	assert_int_equal(session_idle(rig_session(&rig, &busy), rig.lab.now), 0);
	assert_int_equal(session_age(rig_session(&rig, &busy), rig.lab.now), 80);
	assert_int_equal(rig.lab.server->counters.sessions_timed_out, 1);
	assert_int_equal(serverlab_audited(&rig.lab, "reason=idle"), 1);
	raw_session_release(&idle);
	raw_session_release(&busy);
	rig_stop(&rig);
}

/* A ticket's time is over: nothing but LOGOFF and signing in again. */
static void an_expired_session_signs_in_again(void **state)
{
	const struct raw_setup again = {
		.user = "alice", .password = "passalice", .again = true};
	struct raw_session s;
	struct rig rig;
	uint32_t tree;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	rig_session(&rig, &s)->expires = rig.lab.now + 1000;
	assert_int_equal(raw_tree(&rig.one, &s, "IPC$", &tree), NT_STATUS_SUCCESS);
	serverlab_pass(&rig.lab, 1000);
	assert_int_equal(raw_tree(&rig.one, &s, "IPC$", &tree),
			 NT_STATUS_NETWORK_SESSION_EXPIRED);
	assert_int_equal(rig_session(&rig, &s)->state, SESSION_STATE_EXPIRED);
	assert_true(session_is_listed(rig_session(&rig, &s)));
	assert_int_equal(raw_sign_in_as(&rig.one, &s, &again), NT_STATUS_SUCCESS);
	assert_int_equal(raw_tree(&rig.one, &s, "IPC$", &tree), NT_STATUS_SUCCESS);
	rig_session(&rig, &s)->expires = rig.lab.now;
	assert_int_equal(raw_logoff(&rig.one, &s), NT_STATUS_SUCCESS);
	raw_session_release(&s);
	rig_stop(&rig);
}

static void sessions_of_a_lost_connection_end(void **state)
{
	struct raw_session a, b;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &a, "alice");
	rig_sign_in(&rig.two, &b, "bob");
	raw_session_release(&a);
	raw_disconnect(&rig.one);
	assert_int_equal(rig_listed(&rig), 1);
	assert_int_equal(rig.lab.server->counters.sessions_errored_out, 1);
	assert_int_equal(serverlab_audited(&rig.lab, "reason=connection-lost"), 1);
	assert_int_equal(raw_echo(&rig.two, &b), NT_STATUS_SUCCESS);
	raw_session_release(&b);
	rig_stop(&rig);
}

/* ------------------------------------- bug class 3: many ends, one object, any order -- */

static void end_by_logoff(struct rig *rig, struct raw_session *s)
{
	(void)raw_logoff(&rig->one, s);
}

static void end_by_admin(struct rig *rig, struct raw_session *s)
{
	(void)s;
	(void)session_end_matching(rig->lab.server, &no_filter, NULL, "admin");
}

static void end_by_previous(struct rig *rig, struct raw_session *s)
{
	const struct raw_setup setup = {
		.user = "alice", .password = "passalice", .previous = s->id};
	struct raw_session again;

	if (rig->two.lab == NULL || raw_dropped(&rig->two))
		return;
	(void)raw_sign_in_as(&rig->two, &again, &setup);
	raw_session_release(&again);
}

static void end_by_idle(struct rig *rig, struct raw_session *s)
{
	(void)s;
	serverlab_pass(&rig->lab, 61000);
}

static void end_by_loss(struct rig *rig, struct raw_session *s)
{
	(void)s;
	if (rig->one.conn != NULL)
		server_conn_eof(rig->one.conn);
}

static void end_by_later(struct rig *rig, struct raw_session *s)
{
	struct session *found = rig_session(rig, s);

	if (found != NULL)
		session_end_later(found, SESSION_END_ADMIN, "admin");
}

static void end_by_reauth(struct rig *rig, struct raw_session *s)
{
	const struct raw_setup wrong = {
		.user = "alice", .password = "wrong", .again = true};

	if (rig->one.conn != NULL && !raw_dropped(&rig->one))
		(void)raw_sign_in_as(&rig->one, s, &wrong);
}

typedef void end_way(struct rig *rig, struct raw_session *s);

static end_way *const ways[] = {end_by_logoff, end_by_admin, end_by_previous, end_by_idle,
				end_by_loss,   end_by_later, end_by_reauth};
#define WAYS (sizeof(ways) / sizeof(ways[0]))

/* Each pair, one right after the other, in the same turn and in the next. */
static void class_3_every_end_after_every_other(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2 * WAYS * WAYS; i++) {
		end_way *first = ways[i % WAYS], *second = ways[i / WAYS % WAYS];
		struct raw_session s;
		struct rig rig;
		uint32_t tree;

		if (first == end_by_loss &&
		    (second == end_by_logoff || second == end_by_reauth))
			continue; /* there is no way to send it */
		rig_begin(&rig, cut_after_a_minute, SMB2_DIALECT_302);
		rig_sign_in(&rig.one, &s, "alice");
		assert_int_equal(raw_tree(&rig.one, &s, "IPC$", &tree), NT_STATUS_SUCCESS);
		first(&rig, &s);
		if (i >= WAYS * WAYS)
			serverlab_turn(&rig.lab);
		second(&rig, &s);
		serverlab_pass(&rig.lab, SESSION_END_WAIT_MS + 1);
		assert_null(rig_session(&rig, &s));
		assert_int_equal(rig.lab.server->counters.trees_now, 0);
		raw_session_release(&s);
		rig_stop(&rig);
	}
}

/* -------------------------------------------- bug class 4: freed by an earlier element --
 */

static void class_4_a_compound_ends_its_own_session(void **state)
{
	struct raw_session s;
	struct raw_reply r;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	assert_int_equal(raw_echo(&rig.one, &s), NT_STATUS_SUCCESS);
	rig.one.related = true;
	raw_begin(&rig.one);
	smb2_simple_encode(raw_add(&rig.one, &s, SMB2_LOGOFF));
	raw_put_tree(&rig.one, raw_add(&rig.one, &s, SMB2_TREE_CONNECT), "IPC$");
	smb2_simple_encode(raw_add(&rig.one, &s, SMB2_LOGOFF));
	rig.one.credits += 2;
	raw_send(&rig.one);
	raw_expect(&rig.one, &r, SMB2_LOGOFF, NT_STATUS_SUCCESS);
	assert_true(r.verified);
	assert_true(raw_next(&rig.one, &r));
	assert_true(ntstatus_is_error(r.hdr.status));
	assert_true(raw_next(&rig.one, &r));
	assert_true(ntstatus_is_error(r.hdr.status));
	assert_int_equal(rig_listed(&rig), 0);
	raw_session_release(&s);
	rig_stop(&rig);
}

static void class_4_a_compound_ends_its_own_tree(void **state)
{
	struct raw_session s;
	struct raw_reply r;
	struct rig rig;
	uint32_t tree;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	assert_int_equal(raw_tree(&rig.one, &s, "IPC$", &tree), NT_STATUS_SUCCESS);
	rig.one.tree = tree;
	rig.one.related = true;
	raw_begin(&rig.one);
	smb2_simple_encode(raw_add(&rig.one, &s, SMB2_TREE_DISCONNECT));
	raw_put_create(raw_add(&rig.one, &s, SMB2_CREATE), "srvsvc");
	rig.one.credits += 2;
	raw_send(&rig.one);
	raw_expect(&rig.one, &r, SMB2_TREE_DISCONNECT, NT_STATUS_SUCCESS);
	raw_expect(&rig.one, &r, SMB2_CREATE, NT_STATUS_NETWORK_NAME_DELETED);
	assert_int_equal(rig.lab.server->counters.trees_now, 0);
	raw_session_release(&s);
	rig_stop(&rig);
}

static void the_server_stops(void **state)
{
	struct raw_session s, late;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_302);
	rig_sign_in(&rig.one, &s, "alice");
	session_end_all(rig.lab.server, SESSION_END_SHUTDOWN);
	assert_int_equal(rig_listed(&rig), 0);
	assert_int_equal(serverlab_audited(&rig.lab, "reason=shutdown"), 1);
	rig.lab.server->draining = true;
	assert_int_equal(raw_sign_in(&rig.two, &late, "bob", "passbob"),
			 NT_STATUS_REQUEST_NOT_ACCEPTED);
	raw_session_release(&s);
	raw_session_release(&late);
	rig_stop(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ending_one_leaves_its_neighbour),
		cmocka_unit_test(ending_one_sealed_leaves_its_neighbour),
		cmocka_unit_test(a_client_of_311_is_told),
		cmocka_unit_test(who_logs_off_is_not_told),
		cmocka_unit_test(an_end_waits_for_the_answer),
		cmocka_unit_test(an_end_does_not_wait_for_ever),
		cmocka_unit_test(idle_sessions_are_cut_busy_ones_are_not),
		cmocka_unit_test(an_expired_session_signs_in_again),
		cmocka_unit_test(sessions_of_a_lost_connection_end),
		cmocka_unit_test(class_3_every_end_after_every_other),
		cmocka_unit_test(class_4_a_compound_ends_its_own_session),
		cmocka_unit_test(class_4_a_compound_ends_its_own_tree),
		cmocka_unit_test(the_server_stops),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

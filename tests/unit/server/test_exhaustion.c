/* SPDX-License-Identifier: MIT */
/*
 * Peers who want all there is: bug class 8.  Every limit holds, every way out of a request
 * gives back what it took, and somebody else is served meanwhile and after.
 */
#include "sess_rig.h"

#include "server/limits.h"
#include "server/login.h"
#include "server/open.h"
#include "server/pipe.h"
#include "wire/nbss.h"
#include "wire/smb2_simple.h"

static void little_room(struct server_config *config)
{
	config->max_sessions = 3;
	config->max_sessions_per_connection = 2;
	config->max_opens_per_session = 4;
	config->max_unauthenticated = 3;
}

/* CVE-2023-32247, CVE-2023-32255, CVE-2026-23228: each failure, far more often than there
 * is room. */
static void class_8_failed_logins_take_no_slot(void **state)
{
	static const char *const users[][2] = {{"alice", "wrong"},
					       {"nobody", "passnobody"},
					       {"disabled", "passdisabled"},
					       {NULL, NULL}};
	struct raw_session s;
	struct rig rig;

	(void)state;
	rig_begin(&rig, little_room, SMB2_DIALECT_311);
	for (unsigned i = 0; i < 40; i++) {
		const char *const *user = users[i % 4];

		assert_int_equal(raw_sign_in(&rig.one, &s, user[0], user[1]),
				 NT_STATUS_LOGON_FAILURE);
		raw_session_release(&s);
		assert_int_equal(
			raw_setup_token(&rig.one, NULL, VIEW_LITERAL("\x60\x03\x06")),
			NT_STATUS_INVALID_PARAMETER);
		assert_int_equal(rig.lab.server->counters.sessions_unauthenticated_now, 0);
	}
	rig_sign_in(&rig.one, &s, "alice");
	assert_int_equal(raw_logoff(&rig.one, &s), NT_STATUS_SUCCESS);
	raw_session_release(&s);
	rig_stop(&rig);
}

/* Who begins and never ends one fills his connection, then the server; for LOGIN_MS. */
static void class_8_half_logins_are_few_and_end(void **state)
{
	const struct raw_setup half = {.user = "alice", .password = "passalice", .legs = 1};
	struct raw_session s[3], late, keeper;
	struct rig rig;

	(void)state;
	rig_begin(&rig, little_room, SMB2_DIALECT_311);
	rig_sign_in(&rig.two, &keeper, "bob");
	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 0; i < 2; i++)
			assert_int_equal(raw_sign_in_as(&rig.one, &s[i], &half),
					 NT_STATUS_MORE_PROCESSING_REQUIRED);
		assert_int_equal(raw_sign_in_as(&rig.one, &late, &half),
				 NT_STATUS_REQUEST_NOT_ACCEPTED); /* of this connection */
		raw_session_release(&late);
		assert_int_equal(raw_sign_in_as(&rig.two, &late, &half),
				 NT_STATUS_REQUEST_NOT_ACCEPTED); /* of this server */
		raw_session_release(&late);
		assert_int_equal(raw_echo(&rig.two, &keeper), NT_STATUS_SUCCESS);
		serverlab_pass(&rig.lab, LOGIN_MS + LIMIT_SWEEP_MS);
		assert_int_equal(rig.lab.server->counters.sessions_unauthenticated_now, 0);
		for (unsigned i = 0; i < 2; i++)
			raw_session_release(&s[i]);
		raw_disconnect(&rig.one);
		raw_connect(&rig.one, &rig.lab, "10.0.0.1");
		raw_negotiate(&rig.one, SMB2_DIALECT_311);
	}
	raw_session_release(&keeper);
	rig_stop(&rig);
}

/* A binding that fails, fails to the end and leaves no channel behind. */
static void class_8_failed_bindings_take_no_channel(void **state)
{
	struct raw_session s, channel;
	struct raw_setup setup = {.user = "alice", .password = "wrong", .bind = &s};
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	for (unsigned i = 0; i < 2 * CHANNELS_PER_SESSION; i++) {
		assert_int_equal(raw_sign_in_as(&rig.two, &channel, &setup),
				 NT_STATUS_LOGON_FAILURE);
		raw_session_release(&channel);
	}
	setup.password = "passalice";
	assert_int_equal(raw_sign_in_as(&rig.two, &channel, &setup), NT_STATUS_SUCCESS);
	raw_session_release(&channel);
	raw_session_release(&s);
	rig_stop(&rig);
}

/* CVE-2026-23228: whatever ends a connection, its address has its place back. */
static void class_8_dropped_connections_take_no_slot(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
	} ends[] = {
		{"\0\0\0\4GET ", 8},          /* no message */
		{"\0\x10\0\0", 4},            /* too long a message */
		{"\0\0\0\4\xffSMB", 8},       /* SMB1, cut off */
		{"\x85\0\0\0", 4},            /* a keep-alive */
		{"\0\0\0\x40\xfeSMB\x40", 9}, /* half a frame, and gone */
	};
	struct rawclient c;
	struct rig rig;

	(void)state;
	rig_start(&rig, little_room);
	for (unsigned i = 0; i < 100; i++) {
		raw_connect(&c, &rig.lab, "10.0.0.9");
		assert_false(c.refused);
		if (i % 6 < 5)
			raw_bytes(&c, view_of(ends[i % 6].bytes, ends[i % 6].n));
		else
			serverlab_pass(&rig.lab, LIMIT_UNAUTHENTICATED_MS + LIMIT_SWEEP_MS);
		raw_disconnect(&c);
	}
	assert_int_equal(rig.lab.server->counters.conns_unauthenticated_now, 0);
	assert_null(rig.lab.server->addresses);
	rig_stop(&rig);
}

/* A length is no reason to take memory: what has come is. */
static void class_8_a_length_reserves_nothing(void **state)
{
	struct rawclient c;
	struct rig rig;

	(void)state;
	rig_start(&rig, NULL);
	raw_connect(&c, &rig.lab, "10.0.0.9");
	raw_negotiate(&c, SMB2_DIALECT_311);
	raw_bytes(&c, view_of("\0\1\xff\xff\xfe", 5)); /* 128 KiB less one byte */
	assert_false(raw_dropped(&c));
	assert_true(c.conn->in.cap < 4096);
	raw_disconnect(&c);
	rig_stop(&rig);
}

/* ------------------------------------------------------------- of who has signed in -- */

static void class_8_errors_leave_nothing_counted(void **state)
{
	struct server_counters *n;
	struct smb2_file_id id[5];
	struct raw_session s;
	struct rig rig;
	uint32_t tree;

	(void)state;
	rig_begin(&rig, little_room, SMB2_DIALECT_311);
	n = &rig.lab.server->counters;
	rig_sign_in(&rig.one, &s, "alice");
	assert_int_equal(raw_tree(&rig.one, &s, "IPC$", &tree), NT_STATUS_SUCCESS);
	for (unsigned i = 0; i < 50; i++) {
		assert_int_equal(raw_tree(&rig.one, &s, "none", &rig.one.tree),
				 NT_STATUS_BAD_NETWORK_NAME);
		rig.one.tree = tree;
		assert_int_equal(raw_open_pipe(&rig.one, &s, "none", &id[0]),
				 NT_STATUS_OBJECT_NAME_NOT_FOUND);
		assert_int_equal(raw_close(&rig.one, &s, SMB2_FILE_ID_NONE),
				 NT_STATUS_FILE_CLOSED);
	}
	assert_int_equal(n->trees_now, 1);
	assert_int_equal(n->opens_now, 0);
	for (unsigned round = 0; round < 3; round++) {
		for (size_t i = 0; i < 4; i++)
			assert_int_equal(raw_open_pipe(&rig.one, &s, "srvsvc", &id[i]),
					 NT_STATUS_SUCCESS);
		for (unsigned i = 0; i < 10; i++)
			assert_int_equal(raw_open_pipe(&rig.one, &s, "srvsvc", &id[4]),
					 NT_STATUS_INSUFFICIENT_RESOURCES);
		assert_int_equal(n->opens_now, 4);
		for (size_t i = 0; i < 4; i++)
			assert_int_equal(raw_close(&rig.one, &s, id[i]), NT_STATUS_SUCCESS);
	}
	assert_int_equal(n->opens_now, 0);
	assert_int_equal(n->requests_now, 0);
	raw_session_release(&s);
	rig_stop(&rig);
}

static void class_8_trees_of_a_session_have_a_most(void **state)
{
	struct raw_session s;
	struct rig rig;
	uint32_t tree = 0;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_302);
	rig_sign_in(&rig.one, &s, "alice");
	for (unsigned i = 0; i < SESSION_TREES_MAX; i++)
		assert_int_equal(raw_tree(&rig.one, &s, "IPC$", &tree), NT_STATUS_SUCCESS);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(raw_tree(&rig.one, &s, "IPC$", &rig.one.tree),
				 NT_STATUS_INSUFFICIENT_RESOURCES);
		rig.one.tree = tree;
		assert_int_equal(raw_simple(&rig.one, &s, SMB2_TREE_DISCONNECT),
				 NT_STATUS_SUCCESS);
		assert_int_equal(raw_tree(&rig.one, &s, "IPC$", &tree), NT_STATUS_SUCCESS);
	}
	assert_int_equal(rig.lab.server->counters.trees_now, SESSION_TREES_MAX);
	raw_session_release(&s);
	rig_stop(&rig);
}

/* Each user's and each client's sessions, failed ones among them. */
static void class_8_a_refused_session_is_not_counted(void **state)
{
	struct raw_session s[2], late;
	struct rig rig;

	(void)state;
	rig_start(&rig, little_room);
	rig.lab.config.max_sessions_per_user = 1;
	rig_connect(&rig, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s[0], "alice");
	for (unsigned i = 0; i < 20; i++) {
		assert_int_equal(raw_sign_in(&rig.one, &late, "alice", "passalice"),
				 NT_STATUS_REQUEST_NOT_ACCEPTED);
		raw_session_release(&late);
	}
	rig_sign_in(&rig.one, &s[1], "bob");
	assert_int_equal(raw_logoff(&rig.one, &s[0]), NT_STATUS_SUCCESS);
	raw_session_release(&s[0]);
	rig_sign_in(&rig.one, &s[0], "alice");
	assert_int_equal(rig_listed(&rig), 2);
	raw_session_release(&s[0]);
	raw_session_release(&s[1]);
	rig_stop(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(class_8_failed_logins_take_no_slot),
		cmocka_unit_test(class_8_half_logins_are_few_and_end),
		cmocka_unit_test(class_8_failed_bindings_take_no_channel),
		cmocka_unit_test(class_8_dropped_connections_take_no_slot),
		cmocka_unit_test(class_8_a_length_reserves_nothing),
		cmocka_unit_test(class_8_errors_leave_nothing_counted),
		cmocka_unit_test(class_8_trees_of_a_session_have_a_most),
		cmocka_unit_test(class_8_a_refused_session_is_not_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "sess_rig.h"

#include "security/auth_credentials.h"
#include "server/access.h"
#include "server/login.h"
#include "wire/spnego.h"

static const uint16_t dialects[] = {SMB2_DIALECT_202, SMB2_DIALECT_210, SMB2_DIALECT_300,
				    SMB2_DIALECT_302, SMB2_DIALECT_311};

static void every_dialect_signs_in(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++) {
		struct rig rig;
		struct raw_session s;

		rig_begin(&rig, NULL, dialects[i]);
		rig_sign_in(&rig.one, &s, "alice");
		assert_int_equal(rig_session(&rig, &s)->state, SESSION_STATE_VALID);
		assert_string_equal(rig_session(&rig, &s)->user, "alice");
		assert_true(rig_session(&rig, &s)->signing_required);
		assert_int_equal(s.flags, 0);
		assert_int_equal(raw_echo(&rig.one, &s), NT_STATUS_SUCCESS);
		assert_int_equal(serverlab_audited(&rig.lab, "event=session-begin"), 1);
		raw_session_release(&s);
		rig_stop(&rig);
	}
}

static void class_8_a_refused_login_leaves_nothing(void **state)
{
	static const char *const users[][2] = {
		{"alice", "wrong"}, {"nobody", "passnobody"}, {"disabled", "passdisabled"}};
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	for (size_t i = 0; i < 3; i++) {
		struct raw_session s;

		assert_int_equal(raw_sign_in(&rig.one, &s, users[i][0], users[i][1]),
				 NT_STATUS_LOGON_FAILURE);
		assert_null(rig_session(&rig, &s));
		assert_int_equal(rig.lab.server->counters.sessions_unauthenticated_now, 0);
		assert_int_equal(rig.lab.server->counters.password_errors, i + 1);
		assert_int_equal(serverlab_audited(&rig.lab, "event=login-failed"), i + 1);
		raw_session_release(&s);
	}
	assert_int_equal(rig_listed(&rig), 0);
	rig_stop(&rig);
}

static void class_7_a_token_that_is_none_is_refused(void **state)
{
	struct rig rig;
	struct raw_reply r;
	struct smb2_session_setup_req req = {.token = VIEW_LITERAL("\x60\x81\xff")};

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	raw_begin(&rig.one);
	smb2_session_setup_req_encode(raw_add(&rig.one, NULL, SMB2_SESSION_SETUP), &req);
	raw_send(&rig.one);
	raw_expect(&rig.one, &r, SMB2_SESSION_SETUP, NT_STATUS_INVALID_PARAMETER);
	assert_int_equal(rig.lab.server->counters.sessions_unauthenticated_now, 0);
	rig_stop(&rig);
}

static void an_unknown_session_id_is_deleted(void **state)
{
	struct rig rig;
	struct raw_reply r;
	struct smb2_session_setup_req req = {.token = VIEW_LITERAL("NTLMSSP")};

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	raw_begin(&rig.one);
	smb2_session_setup_req_encode(raw_add(&rig.one, NULL, SMB2_SESSION_SETUP), &req);
	raw_hdr(&rig.one)->session_id = 42;
	raw_send(&rig.one);
	raw_expect(&rig.one, &r, SMB2_SESSION_SETUP, NT_STATUS_USER_SESSION_DELETED);
	rig_stop(&rig);
}

/* Registered at its first message, but nobody sees it, matches it or waits for it. */
static void class_8_half_a_login_is_never_listed_and_ends(void **state)
{
	const struct raw_setup half = {.user = "alice", .password = "passalice", .legs = 1};
	const struct session_filter all = {0};
	struct rig rig;
	struct raw_session s, other;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &other, "bob"); /* keeps the connection */
	assert_int_equal(raw_sign_in_as(&rig.one, &s, &half),
			 NT_STATUS_MORE_PROCESSING_REQUIRED);
	assert_int_equal(rig_session(&rig, &s)->state, SESSION_STATE_IN_PROGRESS);
	assert_false(session_is_listed(rig_session(&rig, &s)));
	assert_false(session_matches(rig_session(&rig, &s), &all));
	assert_int_equal(rig_listed(&rig), 1);
	assert_null(session_table_after(rig.lab.server->sessions,
					rig_session(&rig, &other)->global_id));
	serverlab_pass(&rig.lab, LOGIN_MS / 2);
	assert_non_null(rig_session(&rig, &s));
	serverlab_pass(&rig.lab, LOGIN_MS);
	assert_null(rig_session(&rig, &s));
	assert_int_equal(rig_listed(&rig), 1);
	assert_int_equal(serverlab_audited(&rig.lab, "event=session-end"), 0);
	raw_session_release(&s);
	raw_session_release(&other);
	rig_stop(&rig);
}

/* Bug class 5: preauthentication hashes belong to their own exchange. */
static void class_5_interleaved_logins_do_not_mix(void **state)
{
	struct raw_setup alice = {.user = "alice", .password = "passalice", .legs = 1};
	struct raw_setup bob = {.user = "bob", .password = "passbob", .legs = 1};
	struct raw_session a, b;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	assert_int_equal(raw_sign_in_as(&rig.one, &a, &alice),
			 NT_STATUS_MORE_PROCESSING_REQUIRED);
	assert_int_equal(raw_sign_in_as(&rig.one, &b, &bob),
			 NT_STATUS_MORE_PROCESSING_REQUIRED);
	assert_true(a.id != b.id);
	assert_int_equal(raw_sign_in_more(&rig.one, &a, &alice), NT_STATUS_SUCCESS);
	assert_int_equal(raw_sign_in_more(&rig.one, &b, &bob), NT_STATUS_SUCCESS);
	assert_int_equal(raw_echo(&rig.one, &a), NT_STATUS_SUCCESS);
	assert_int_equal(raw_echo(&rig.one, &b), NT_STATUS_SUCCESS);
	raw_session_release(&a);
	raw_session_release(&b);
	rig_stop(&rig);
}

/* Bug class 5: half a login is no session for any other command. */
static void class_5_no_command_before_the_login_is_complete(void **state)
{
	const struct raw_setup half = {.user = "alice", .password = "passalice", .legs = 1};
	struct raw_session s;
	struct rig rig;
	uint32_t tree;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	assert_int_equal(raw_sign_in_as(&rig.one, &s, &half),
			 NT_STATUS_MORE_PROCESSING_REQUIRED);
	assert_int_equal(raw_tree(&rig.one, &s, "IPC$", &tree),
			 NT_STATUS_USER_SESSION_DELETED);
	raw_session_release(&s);
	rig_stop(&rig);
}

/* Bug class 10 (CVE-2025-0620): a second login sees what changed. */
static void class_10_reauthentication_refreshes_groups(void **state)
{
	const struct raw_setup again = {
		.user = "alice", .password = "passalice", .again = true};
	struct server_config *config;
	struct raw_session s;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	assert_int_equal(rig_session(&rig, &s)->groups, 0);
	config = &rig.lab.config;
	assert_int_equal(
		config_list_add(&config->groups[CONFIG_GROUP_ADMINISTRATORS], "ALICE"),
		NS_OK);
	assert_int_equal(raw_sign_in_as(&rig.one, &s, &again), NT_STATUS_SUCCESS);
	assert_int_equal(rig_session(&rig, &s)->groups, ACCESS_ADMINISTRATORS);
	assert_true(access_may_manage(rig_session(&rig, &s)));
	assert_int_equal(raw_echo(&rig.one, &s), NT_STATUS_SUCCESS); /* with the old keys */
	raw_session_release(&s);
	rig_stop(&rig);
}

/* Bug class 10: a new configuration takes rights and accounts away at once. */
static void class_10_a_reload_ends_sessions_of_lost_accounts(void **state)
{
	struct raw_session admin, bob;
	struct rig rig;
	struct server_config fresh;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &admin, "admin");
	rig_sign_in(&rig.one, &bob, "bob");
	assert_true(access_may_manage(rig_session(&rig, &admin)));
	assert_int_equal(server_config_init(&fresh), NS_OK);
	assert_int_equal(config_set(&fresh.name, "SERVER1"), NS_OK);
	assert_int_equal(config_set(&fresh.accounts, "/in/memory"), NS_OK);
	rig.lab.gone[0] = "bob";
	server_reconfigure(rig.lab.server, &fresh);
	assert_null(rig_session(&rig, &bob));
	assert_int_equal(serverlab_audited(&rig.lab, "reason=account"), 1);
	assert_false(access_may_manage(rig_session(&rig, &admin)));
	server_reconfigure(rig.lab.server, &rig.lab.config);
	server_config_release(&fresh);
	raw_session_release(&admin);
	raw_session_release(&bob);
	rig_stop(&rig);
}

static void a_failed_reauthentication_ends_the_session(void **state)
{
	const struct raw_setup wrong = {
		.user = "alice", .password = "wrong", .again = true};
	struct raw_session s, other;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &other, "bob");
	rig_sign_in(&rig.one, &s, "alice");
	assert_int_equal(raw_sign_in_as(&rig.one, &s, &wrong), NT_STATUS_LOGON_FAILURE);
	assert_int_equal(raw_echo(&rig.one, &s), NT_STATUS_USER_SESSION_DELETED);
	assert_int_equal(raw_echo(&rig.one, &other), NT_STATUS_SUCCESS);
	assert_int_equal(serverlab_audited(&rig.lab, "reauthentication-failed"), 1);
	raw_session_release(&s);
	raw_session_release(&other);
	rig_stop(&rig);
}

static void class_10_nobody_turns_into_somebody_else(void **state)
{
	const struct raw_setup bob = {.user = "bob", .password = "passbob", .again = true};
	struct raw_session s;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	assert_int_equal(raw_sign_in_as(&rig.one, &s, &bob), NT_STATUS_ACCESS_DENIED);
	raw_session_release(&s);
	rig_stop(&rig);
}

/* An unsigned SESSION_SETUP for somebody's session must not touch it. */
static void class_2_an_unsigned_reauthentication_is_refused(void **state)
{
	struct raw_session s, forged;
	struct raw_reply r;
	struct smb2_session_setup_req req = {.token = VIEW_LITERAL("garbage")};
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	forged = (struct raw_session){.id = s.id};
	raw_begin(&rig.one);
	smb2_session_setup_req_encode(raw_add(&rig.one, &forged, SMB2_SESSION_SETUP), &req);
	raw_send(&rig.one);
	raw_expect(&rig.one, &r, SMB2_SESSION_SETUP, NT_STATUS_ACCESS_DENIED);
	assert_int_equal(raw_echo(&rig.one, &s), NT_STATUS_SUCCESS);
	raw_session_release(&s);
	rig_stop(&rig);
}

static void class_3_previous_session_ends_the_same_users_only(void **state)
{
	struct raw_setup setup = {.user = "Alice", .password = "passalice"};
	struct raw_session alice, bob, again, other;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &alice, "alice");
	rig_sign_in(&rig.one, &bob, "bob");
	setup.previous = bob.id;
	assert_int_equal(raw_sign_in_as(&rig.two, &other, &setup), NT_STATUS_SUCCESS);
	assert_int_equal(raw_echo(&rig.one, &bob), NT_STATUS_SUCCESS);
	setup.previous = alice.id;
	assert_int_equal(raw_sign_in_as(&rig.two, &again, &setup), NT_STATUS_SUCCESS);
	assert_int_equal(raw_echo(&rig.one, &alice), NT_STATUS_USER_SESSION_DELETED);
	assert_int_equal(raw_echo(&rig.two, &again), NT_STATUS_SUCCESS);
	assert_int_equal(raw_echo(&rig.two, &other), NT_STATUS_SUCCESS);
	assert_int_equal(serverlab_audited(&rig.lab, "reason=reconnected"), 1);
	raw_session_release(&alice);
	raw_session_release(&bob);
	raw_session_release(&again);
	raw_session_release(&other);
	rig_stop(&rig);
}

static void few_sessions(struct server_config *config)
{
	config->max_sessions = 4;
	config->max_sessions_per_connection = 3;
	config->max_sessions_per_user = 2;
}

static void class_8_limits_hold(void **state)
{
	struct raw_session s[5] = {0}, late;
	struct rig rig;

	(void)state;
	rig_begin(&rig, few_sessions, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s[0], "alice");
	assert_int_equal(raw_sign_in(&rig.one, &s[1], "ALICE", "passalice"),
			 NT_STATUS_SUCCESS);
	assert_int_equal(raw_sign_in(&rig.one, &late, "alice", "passalice"),
			 NT_STATUS_REQUEST_NOT_ACCEPTED); /* of this user */
	raw_session_release(&late);
	assert_int_equal(rig.lab.server->counters.sessions_unauthenticated_now, 0);
	rig_sign_in(&rig.one, &s[2], "bob");
	assert_int_equal(raw_sign_in(&rig.one, &late, "carol", "passcarol"),
			 NT_STATUS_REQUEST_NOT_ACCEPTED); /* of this connection */
	raw_session_release(&late);
	rig_sign_in(&rig.two, &s[3], "bob");
	assert_int_equal(raw_sign_in(&rig.two, &late, "carol", "passcarol"),
			 NT_STATUS_REQUEST_NOT_ACCEPTED); /* of this server */
	raw_session_release(&late);
	assert_int_equal(raw_logoff(&rig.two, &s[3]), NT_STATUS_SUCCESS);
	rig_sign_in(&rig.two, &s[4], "carol");
	for (size_t i = 0; i < 5; i++)
		raw_session_release(&s[i]);
	rig_stop(&rig);
}

static void allow_all(struct server_config *config)
{
	config->allow_anonymous = true;
	config->allow_guest = true;
}

static void anonymous_and_guest_are_off_by_default(void **state)
{
	struct raw_session s;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	assert_int_equal(raw_sign_in(&rig.one, &s, NULL, NULL), NT_STATUS_LOGON_FAILURE);
	raw_session_release(&s);
	assert_int_equal(raw_sign_in(&rig.one, &s, "stranger", "x"),
			 NT_STATUS_LOGON_FAILURE);
	raw_session_release(&s);
	rig_stop(&rig);
}

static void anonymous_and_guest_have_no_rights(void **state)
{
	struct raw_session s, g;
	struct rig rig;
	uint32_t tree;

	(void)state;
	rig_begin(&rig, allow_all, SMB2_DIALECT_311);
	assert_int_equal(raw_sign_in(&rig.one, &s, NULL, NULL), NT_STATUS_SUCCESS);
	assert_int_equal(s.flags, SMB2_SESSION_FLAG_IS_NULL);
	assert_int_equal(rig_session(&rig, &s)->groups, 0);
	assert_false(rig_session(&rig, &s)->signing_required);
	assert_int_equal(raw_tree(&rig.one, &s, "IPC$", &tree), NT_STATUS_SUCCESS);
	assert_int_equal(raw_sign_in(&rig.one, &g, "stranger", "x"), NT_STATUS_SUCCESS);
	assert_int_equal(g.flags, SMB2_SESSION_FLAG_IS_GUEST);
	assert_int_equal(rig_session(&rig, &g)->groups, 0);
	raw_session_release(&s);
	raw_session_release(&g);
	rig_stop(&rig);
}

static void encrypt_all(struct server_config *config)
{
	config->encryption = CONFIG_ENCRYPTION_REQUIRED;
}

static void required_encryption_is_required(void **state)
{
	struct raw_session s, plain;
	struct rig rig;
	uint32_t tree;

	(void)state;
	rig_begin(&rig, encrypt_all, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	assert_int_equal(s.flags, SMB2_SESSION_FLAG_ENCRYPT_DATA);
	assert_int_equal(raw_tree(&rig.one, &s, "IPC$", &tree), NT_STATUS_SUCCESS);
	s.seal = false;
	assert_int_equal(raw_tree(&rig.one, &s, "IPC$", &tree), NT_STATUS_ACCESS_DENIED);
	raw_disconnect(&rig.two);
	raw_connect(&rig.two, &rig.lab, "10.0.0.3");
	raw_negotiate(&rig.two, SMB2_DIALECT_210);
	assert_int_equal(raw_sign_in(&rig.two, &plain, "alice", "passalice"),
			 NT_STATUS_ACCESS_DENIED);
	raw_session_release(&s);
	raw_session_release(&plain);
	rig_stop(&rig);
}

static void sign_if_asked(struct server_config *config)
{
	config->signing_required = false;
}

static void class_9_either_side_can_require_signing(void **state)
{
	const struct raw_setup strict = {.user = "alice",
					 .password = "passalice",
					 .security_mode = SMB2_NEGOTIATE_SIGNING_ENABLED |
							  SMB2_NEGOTIATE_SIGNING_REQUIRED};
	struct raw_session s, lax;
	struct rig rig;
	uint32_t tree;

	(void)state;
	rig_begin(&rig, sign_if_asked, SMB2_DIALECT_302);
	assert_int_equal(raw_sign_in_as(&rig.one, &s, &strict), NT_STATUS_SUCCESS);
	s.unsigned_ = true;
	assert_int_equal(raw_tree(&rig.one, &s, "IPC$", &tree), NT_STATUS_ACCESS_DENIED);
	rig_sign_in(&rig.one, &lax, "bob");
	lax.unsigned_ = true;
	assert_int_equal(raw_tree(&rig.one, &lax, "IPC$", &tree), NT_STATUS_SUCCESS);
	raw_session_release(&s);
	raw_session_release(&lax);
	rig_stop(&rig);
}

/* ---------------------------------------------- logins whose steps run in the pool -- */

static void with_kerberos(struct server_config *config)
{
	assert_int_equal(config_set(&config->keytab, "/nonexistent/keytab"), NS_OK);
}

/* A SESSION_SETUP that offers Kerberos; its step is a job, and fails. */
static void send_kerberos(struct rawclient *c, struct raw_session *s)
{
	struct spnego_init init = {.mechs = {SPNEGO_MECH_KRB5},
				   .mech_count = 1,
				   .mech_token = VIEW_LITERAL("no ticket")};
	struct smb2_session_setup_req req = {0};
	struct wire_writer w;
	struct buf token;

	buf_init(&token, 4096);
	w = wire_writer_at_end(&token);
	spnego_init_encode(&w, &init);
	assert_int_equal(wire_put_status(&w), NS_OK);
	req.token = buf_view(&token);
	raw_begin(c);
	smb2_session_setup_req_encode(raw_add(c, s, SMB2_SESSION_SETUP), &req);
	raw_send(c);
	buf_release(&token);
}

static void a_step_in_the_pool_comes_back(void **state)
{
	struct raw_reply r;
	struct rig rig;

	(void)state;
	rig_begin(&rig, with_kerberos, SMB2_DIALECT_311);
	rig.lab.hold_jobs = true;
	send_kerberos(&rig.one, NULL);
	raw_expect_nothing(&rig.one);
	assert_int_equal(rig.lab.server->counters.jobs_now, 1);
	serverlab_run_jobs(&rig.lab);
	raw_expect(&rig.one, &r, SMB2_SESSION_SETUP, NT_STATUS_LOGON_FAILURE);
	assert_int_equal(rig.lab.server->counters.sessions_unauthenticated_now, 0);
	assert_int_equal(rig.lab.server->counters.jobs_now, 0);
	rig_stop(&rig);
}

/* Bug class 5 (CVE-2025-38561): one exchange, one step at a time. */
static void class_5_two_steps_at_once_are_refused(void **state)
{
	struct raw_session s = {0};
	struct raw_reply r;
	struct rig rig;

	(void)state;
	rig_start(&rig, with_kerberos);
	raw_connect(&rig.one, &rig.lab, "10.0.0.1");
	rig.one.ask = 8;
	raw_negotiate(&rig.one, SMB2_DIALECT_311);
	rig.lab.hold_jobs = true;
	send_kerberos(&rig.one, NULL);
	s.id = rig.lab.server->sessions->state[SESSION_STATE_IN_PROGRESS]->id;
	send_kerberos(&rig.one, &s);
	raw_expect(&rig.one, &r, SMB2_SESSION_SETUP, NT_STATUS_REQUEST_NOT_ACCEPTED);
	assert_int_equal(rig.lab.server->counters.jobs_now, 1);
	serverlab_run_jobs(&rig.lab);
	raw_expect(&rig.one, &r, SMB2_SESSION_SETUP, NT_STATUS_LOGON_FAILURE);
	raw_session_release(&s);
	rig_stop(&rig);
}

/* Bug class 1: whatever goes while a step is in the pool, the job finds nobody. */
static void class_1_what_a_step_was_for_is_gone(void **state)
{
	struct raw_session s;
	struct raw_reply r;
	struct rig rig;

	(void)state;
	rig_begin(&rig, with_kerberos, SMB2_DIALECT_302);
	rig.lab.hold_jobs = true;
	send_kerberos(&rig.two, NULL); /* its connection goes */
	raw_disconnect(&rig.two);
	serverlab_turn(&rig.lab);
	rig_sign_in(&rig.one, &s, "alice");
	send_kerberos(&rig.one, &s); /* a re-authentication: its session goes */
	session_end(rig_session(&rig, &s), SESSION_END_ADMIN, NULL);
	serverlab_turn(&rig.lab);
	raw_expect(&rig.one, &r, SMB2_SESSION_SETUP, NT_STATUS_CANCELLED);
	assert_true(r.verified);
	assert_int_equal(rig.lab.server->counters.jobs_now, 2);
	serverlab_run_jobs(&rig.lab);
	assert_int_equal(rig.lab.server->counters.jobs_now, 0);
	raw_expect_nothing(&rig.one);
	raw_session_release(&s);
	rig_stop(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_dialect_signs_in),
		cmocka_unit_test(class_8_a_refused_login_leaves_nothing),
		cmocka_unit_test(class_7_a_token_that_is_none_is_refused),
		cmocka_unit_test(an_unknown_session_id_is_deleted),
		cmocka_unit_test(class_8_half_a_login_is_never_listed_and_ends),
		cmocka_unit_test(class_5_interleaved_logins_do_not_mix),
		cmocka_unit_test(class_5_no_command_before_the_login_is_complete),
		cmocka_unit_test(class_10_reauthentication_refreshes_groups),
		cmocka_unit_test(class_10_a_reload_ends_sessions_of_lost_accounts),
		cmocka_unit_test(a_failed_reauthentication_ends_the_session),
		cmocka_unit_test(class_10_nobody_turns_into_somebody_else),
		cmocka_unit_test(class_2_an_unsigned_reauthentication_is_refused),
		cmocka_unit_test(class_3_previous_session_ends_the_same_users_only),
		cmocka_unit_test(class_8_limits_hold),
		cmocka_unit_test(anonymous_and_guest_are_off_by_default),
		cmocka_unit_test(anonymous_and_guest_have_no_rights),
		cmocka_unit_test(required_encryption_is_required),
		cmocka_unit_test(class_9_either_side_can_require_signing),
		cmocka_unit_test(a_step_in_the_pool_comes_back),
		cmocka_unit_test(class_5_two_steps_at_once_are_refused),
		cmocka_unit_test(class_1_what_a_step_was_for_is_gone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

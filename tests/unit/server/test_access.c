/* SPDX-License-Identifier: MIT */
#include "sess_rig.h"

#include "server/access.h"
#include "server/audit.h"
#include "wire/smb2.h"

static const char sid_list[] = "S-1-5-21-1-2-3-500\0S-1-5-21-1-2-3-1201";

struct group_row {
	const char *member;
	const char *user;
	const char *domain;
	bool ours;
	bool has_sids;
	bool in;
};

static const struct group_row group_rows[] = {
	{"alice", "alice", "WORKGROUP", true, false, true},
	{"ALICE", "alice", "WORKGROUP", true, false, true},
	{"alice", "alicea", "WORKGROUP", true, false, false},
	{"alic", "alice", "WORKGROUP", true, false, false},
	{"alice", "alice", "OTHER.REALM", false, false, false}, /* a stranger's alice */
	{"alice@OTHER.REALM", "alice", "OTHER.REALM", false, false, true},
	{"alice@other.realm", "Alice", "OTHER.REALM", false, false, true},
	{"alice@OTHER.REALM", "alice", "THIRD.REALM", false, false, false},
	{"S-1-5-21-1-2-3-1201", "alice", "OTHER.REALM", false, true, true},
	{"S-1-5-21-1-2-3-120", "alice", "OTHER.REALM", false, true, false},
	{"S-1-5-21-1-2-3-1201", "alice", "OTHER.REALM", false, false, false},
	/* A user who calls himself like a SID is not it. */
	{"S-1-5-21-1-2-3-1201", "S-1-5-21-1-2-3-1201", "G", true, false, false},
};

static struct access_who who_of(const struct group_row *row)
{
	struct access_who who = {
		.user = row->user, .domain = row->domain, .ours = row->ours};

	if (row->has_sids)
		who.sids = view_of(sid_list, sizeof(sid_list));
	return who;
}

static void members_by_name_principal_and_sid(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(group_rows) / sizeof(group_rows[0]); i++) {
		struct access_who who = who_of(&group_rows[i]);
		struct server_config config;
		unsigned groups;

		assert_int_equal(server_config_init(&config), NS_OK);
		assert_int_equal(
			config_list_add(&config.groups[CONFIG_GROUP_SERVER_OPERATORS],
					group_rows[i].member),
			NS_OK);
		groups = access_groups(&config, &who);
		if (groups != (group_rows[i].in ? ACCESS_SERVER_OPERATORS : 0))
			fail_msg("row %zu", i);
		who.guest = true;
		assert_int_equal(access_groups(&config, &who), 0);
		who.guest = false;
		who.anonymous = true;
		assert_int_equal(access_groups(&config, &who), 0);
		server_config_release(&config);
	}
}

static void a_list_of_sids_that_is_cut_ends(void **state)
{
	struct view rest = view_of(sid_list, sizeof(sid_list) - 1);

	(void)state;
	assert_string_equal(access_next_sid(&rest), "S-1-5-21-1-2-3-500");
	assert_null(access_next_sid(&rest));
	assert_int_equal(rest.n, 0);
	assert_null(access_next_sid(&rest));
}

static void shares_give_what_they_say(void **state)
{
	struct access_who alice = {.user = "alice", .domain = "", .ours = true};
	struct access_who nobody = {.user = "", .domain = "", .anonymous = true};
	struct access_who guest = {.user = "x", .domain = "", .guest = true, .ours = true};
	struct server_config config;
	struct server_share *share;

	(void)state;
	assert_int_equal(server_config_init(&config), NS_OK);
	share = server_config_add_share(&config, "s", "/srv");
	assert_non_null(share);
	assert_true((access_share(share, &alice) & FILE_WRITE_DATA) != 0);
	assert_true((access_share(share, &guest) & FILE_WRITE_DATA) != 0);
	assert_int_equal(access_share(share, &nobody), 0);
	assert_true(access_share(NULL, &nobody) != 0);
	share->read_only = true;
	assert_int_equal(access_share(share, &alice) &
				 (FILE_WRITE_DATA | FILE_APPEND_DATA | ACCESS_DELETE),
			 0);
	assert_int_equal(config_list_add(&share->users, "bob"), NS_OK);
	assert_int_equal(access_share(share, &alice), 0);
	assert_int_equal(access_share(share, &guest), 0);
	assert_int_equal(config_list_add(&share->users, "Alice"), NS_OK);
	assert_true(access_share(share, &alice) != 0);
	server_config_release(&config);
}

static void the_two_groups_may_manage(void **state)
{
	static const struct {
		const char *user;
		bool may;
	} rows[] = {{"admin", true}, {"operator", true}, {"alice", false}};
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	for (size_t i = 0; i < 3; i++) {
		struct raw_session s;

		rig_sign_in(&rig.one, &s, rows[i].user);
		assert_int_equal(access_may_manage(rig_session(&rig, &s)), rows[i].may);
		raw_session_release(&s);
	}
	rig_stop(&rig);
}

/* What a peer calls itself can't forge a line, nor a pair of one. */
static void audit_lines_can_not_be_forged(void **state)
{
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	audit_login_failed(rig.one.conn, "x\nevent=session-end user=\"admin\"",
			   NT_STATUS_LOGON_FAILURE);
	assert_int_equal(serverlab_audited(&rig.lab, "event=login-failed"), 1);
	assert_int_equal(serverlab_audited(&rig.lab, "\n"), 0);
	assert_int_equal(
		serverlab_audited(&rig.lab,
				  "user=\"x\\x0aevent=session-end user=\\\"admin\\\"\""),
		1);
	assert_int_equal(serverlab_audited(&rig.lab, "client=10.0.0.1"), 1);
	assert_int_equal(serverlab_audited(&rig.lab, "status=NT_STATUS_LOGON_FAILURE"), 1);
	assert_int_equal(serverlab_audited(&rig.lab, "time=2026-11-22T"), 1);
	rig_stop(&rig);
}

static void an_audit_pair_that_does_not_fit_is_left_out(void **state)
{
	char name[2 * AUDIT_LINE_MAX];
	struct rig rig;

	(void)state;
	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	audit_login_failed(rig.one.conn, name, NT_STATUS_LOGON_FAILURE);
	assert_int_equal(serverlab_audited(&rig.lab, "user="), 0);
	assert_int_equal(serverlab_audited(&rig.lab, "client=10.0.0.1"), 1);
	rig_stop(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_by_name_principal_and_sid),
		cmocka_unit_test(a_list_of_sids_that_is_cut_ends),
		cmocka_unit_test(shares_give_what_they_say),
		cmocka_unit_test(the_two_groups_may_manage),
		cmocka_unit_test(audit_lines_can_not_be_forged),
		cmocka_unit_test(an_audit_pair_that_does_not_fit_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

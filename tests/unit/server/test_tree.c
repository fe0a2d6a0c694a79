/* SPDX-License-Identifier: MIT */
#include "sess_rig.h"

#include "server/tree.h"
#include "wire/smb2_simple.h"
#include "wire/smb2_tree.h"

static void shares(struct server_config *config)
{
	struct server_share *share = server_config_add_share(config, "Data", "/srv/data");

	assert_non_null(share);
	share->max_uses = 2;
	share = server_config_add_share(config, "bobs", "/srv/bobs");
	assert_non_null(share);
	share->read_only = true;
	assert_int_equal(config_list_add(&share->users, "Bob"), NS_OK);
	share = server_config_add_share(config, "sealed", "/srv/sealed");
	assert_non_null(share);
	share->encrypt = true;
	config->allow_anonymous = true;
}

static void shares_are_found_folded(void **state)
{
	static const struct {
		const char *share;
		uint32_t status;
	} rows[] = {
		{"IPC$", NT_STATUS_SUCCESS},
		{"ipc$", NT_STATUS_SUCCESS},
		{"data", NT_STATUS_SUCCESS},
		{"DATA", NT_STATUS_SUCCESS},
		{"nosuch", NT_STATUS_BAD_NETWORK_NAME},
		{"bobs", NT_STATUS_ACCESS_DENIED},
		{"", NT_STATUS_INVALID_PARAMETER},
	};
	struct raw_session s;
	struct rig rig;
	uint32_t tree;

	(void)state;
	rig_begin(&rig, shares, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(raw_tree(&rig.one, &s, rows[i].share, &tree),
				 rows[i].status);
	assert_int_equal(rig_session(&rig, &s)->tree_count, 4);
	assert_int_equal(rig.lab.server->counters.trees_now, 4);
	assert_int_equal(rig.lab.server->counters.permission_errors, 1);
	raw_session_release(&s);
	rig_stop(&rig);
}

static void what_the_response_says(void **state)
{
	struct smb2_tree_connect_rsp rsp;
	struct raw_session s;
	struct raw_reply r;
	struct rig rig;

	(void)state;
	rig_begin(&rig, shares, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "bob");
	raw_begin(&rig.one);
	raw_put_tree(&rig.one, raw_add(&rig.one, &s, SMB2_TREE_CONNECT), "bobs");
	raw_send(&rig.one);
	raw_expect(&rig.one, &r, SMB2_TREE_CONNECT, NT_STATUS_SUCCESS);
	assert_int_equal(smb2_tree_connect_rsp_decode(&rsp, r.msg), NS_OK);
	assert_int_equal(rsp.share_type, SMB2_SHARE_TYPE_DISK);
	assert_int_equal(rsp.maximal_access & (FILE_WRITE_DATA | ACCESS_DELETE), 0);
	assert_true((rsp.maximal_access & FILE_READ_DATA) != 0);
	raw_begin(&rig.one);
	raw_put_tree(&rig.one, raw_add(&rig.one, &s, SMB2_TREE_CONNECT), "sealed");
	raw_send(&rig.one);
	raw_expect(&rig.one, &r, SMB2_TREE_CONNECT, NT_STATUS_SUCCESS);
	assert_int_equal(smb2_tree_connect_rsp_decode(&rsp, r.msg), NS_OK);
	assert_int_equal(rsp.share_flags & SMB2_SHAREFLAG_ENCRYPT_DATA,
			 SMB2_SHAREFLAG_ENCRYPT_DATA);
	raw_begin(&rig.one);
	raw_put_tree(&rig.one, raw_add(&rig.one, &s, SMB2_TREE_CONNECT), "IPC$");
	raw_send(&rig.one);
	raw_expect(&rig.one, &r, SMB2_TREE_CONNECT, NT_STATUS_SUCCESS);
	assert_int_equal(smb2_tree_connect_rsp_decode(&rsp, r.msg), NS_OK);
	assert_int_equal(rsp.share_type, SMB2_SHARE_TYPE_PIPE);
	raw_session_release(&s);
	rig_stop(&rig);
}

static void a_sealed_share_wants_sealed_requests(void **state)
{
	struct raw_session s, old;
	struct smb2_file_id id;
	struct rig rig;
	uint32_t tree;

	(void)state;
	rig_begin(&rig, shares, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	assert_int_equal(raw_tree(&rig.one, &s, "sealed", &tree), NT_STATUS_SUCCESS);
	rig.one.tree = tree;
	assert_int_equal(raw_open_pipe(&rig.one, &s, "x", &id), NT_STATUS_ACCESS_DENIED);
	raw_disconnect(&rig.two);
	raw_connect(&rig.two, &rig.lab, "10.0.0.3");
	raw_negotiate(&rig.two, SMB2_DIALECT_210);
	rig_sign_in(&rig.two, &old, "alice");
	assert_int_equal(raw_tree(&rig.two, &old, "sealed", &tree),
			 NT_STATUS_ACCESS_DENIED); /* it could never seal */
	raw_session_release(&s);
	raw_session_release(&old);
	rig_stop(&rig);
}

static void uses_are_counted_and_limited(void **state)
{
	struct raw_session s;
	struct rig rig;
	uint32_t a, b, c;

	(void)state;
	rig_begin(&rig, shares, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	assert_int_equal(raw_tree(&rig.one, &s, "data", &a), NT_STATUS_SUCCESS);
	assert_int_equal(raw_tree(&rig.one, &s, "data", &b), NT_STATUS_SUCCESS);
	assert_true(a != b);
	assert_int_equal(raw_tree(&rig.one, &s, "data", &c),
			 NT_STATUS_REQUEST_NOT_ACCEPTED);
	assert_int_equal(tree_share_uses(rig.lab.server, &rig.lab.config.shares[0]), 2);
	rig.one.tree = a;
	assert_int_equal(raw_simple(&rig.one, &s, SMB2_TREE_DISCONNECT), NT_STATUS_SUCCESS);
	assert_int_equal(raw_simple(&rig.one, &s, SMB2_TREE_DISCONNECT),
			 NT_STATUS_NETWORK_NAME_DELETED);
	assert_int_equal(tree_share_uses(rig.lab.server, &rig.lab.config.shares[0]), 1);
	assert_int_equal(raw_tree(&rig.one, &s, "data", &c), NT_STATUS_SUCCESS);
	assert_true(c != a && c != b);
	raw_session_release(&s);
	rig_stop(&rig);
}

static void a_tree_is_its_sessions_alone(void **state)
{
	struct raw_session a, b;
	struct rig rig;
	uint32_t tree;

	(void)state;
	rig_begin(&rig, shares, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &a, "alice");
	rig_sign_in(&rig.one, &b, "bob");
	assert_int_equal(raw_tree(&rig.one, &a, "data", &tree), NT_STATUS_SUCCESS);
	rig.one.tree = tree;
	assert_int_equal(raw_simple(&rig.one, &b, SMB2_TREE_DISCONNECT),
			 NT_STATUS_NETWORK_NAME_DELETED);
	assert_int_equal(raw_simple(&rig.one, &a, SMB2_TREE_DISCONNECT), NT_STATUS_SUCCESS);
	raw_session_release(&a);
	raw_session_release(&b);
	rig_stop(&rig);
}

static void anonymous_gets_pipes_alone(void **state)
{
	struct raw_session s;
	struct rig rig;
	uint32_t tree;

	(void)state;
	rig_begin(&rig, shares, SMB2_DIALECT_311);
	assert_int_equal(raw_sign_in(&rig.one, &s, NULL, NULL), NT_STATUS_SUCCESS);
	assert_int_equal(raw_tree(&rig.one, &s, "IPC$", &tree), NT_STATUS_SUCCESS);
	assert_int_equal(raw_tree(&rig.one, &s, "data", &tree), NT_STATUS_ACCESS_DENIED);
	raw_session_release(&s);
	rig_stop(&rig);
}

/* [MS-SMB2] 3.3.5.7: an unprotected TREE_CONNECT of 3.1.1 costs the connection. */
static void sign_if_asked(struct server_config *config)
{
	config->signing_required = false;
}

static void an_unprotected_tree_connect_is_dropped(void **state)
{
	struct raw_session s;
	struct rig rig;
	uint32_t tree;

	(void)state;
	rig_begin(&rig, sign_if_asked, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	s.unsigned_ = true;
	assert_int_equal(raw_tree(&rig.one, &s, "IPC$", &tree), NT_STATUS_PENDING);
	assert_true(raw_dropped(&rig.one));
	raw_session_release(&s);
	rig_stop(&rig);
}

/* A new configuration: a share that stays is kept, one that goes or closes is not. */
static void trees_follow_the_configuration(void **state)
{
	struct raw_session s;
	struct server_config fresh;
	struct server_share *share;
	struct rig rig;
	uint32_t ipc, data, sealed;

	(void)state;
	rig_begin(&rig, shares, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	assert_int_equal(raw_tree(&rig.one, &s, "IPC$", &ipc), NT_STATUS_SUCCESS);
	assert_int_equal(raw_tree(&rig.one, &s, "data", &data), NT_STATUS_SUCCESS);
	assert_int_equal(raw_tree(&rig.one, &s, "sealed", &sealed), NT_STATUS_SUCCESS);
	assert_int_equal(server_config_init(&fresh), NS_OK);
	assert_int_equal(config_set(&fresh.name, "SERVER1"), NS_OK);
	assert_int_equal(config_set(&fresh.accounts, "/in/memory"), NS_OK);
	share = server_config_add_share(&fresh, "DATA", "/srv/data");
	assert_non_null(share);
	share->read_only = true;
	assert_non_null(server_config_add_share(&fresh, "sealed", "/srv/elsewhere"));
	server_reconfigure(rig.lab.server, &fresh);
	assert_int_equal(rig_session(&rig, &s)->tree_count, 2);
	assert_non_null(tree_find(rig_session(&rig, &s), ipc));
	assert_null(tree_find(rig_session(&rig, &s), sealed));
	assert_ptr_equal(tree_find(rig_session(&rig, &s), data)->share, &fresh.shares[0]);
	assert_int_equal(tree_find(rig_session(&rig, &s), data)->maximal_access &
				 FILE_WRITE_DATA,
			 0);
	assert_string_equal(tree_share_name(tree_find(rig_session(&rig, &s), data)),
			    "DATA");
	raw_session_release(&s);
	raw_disconnect(&rig.one);
	raw_disconnect(&rig.two);
	server_reconfigure(rig.lab.server, &rig.lab.config);
	server_config_release(&fresh);
	rig_stop(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares_are_found_folded),
		cmocka_unit_test(what_the_response_says),
		cmocka_unit_test(a_sealed_share_wants_sealed_requests),
		cmocka_unit_test(uses_are_counted_and_limited),
		cmocka_unit_test(a_tree_is_its_sessions_alone),
		cmocka_unit_test(anonymous_gets_pipes_alone),
		cmocka_unit_test(an_unprotected_tree_connect_is_dropped),
		cmocka_unit_test(trees_follow_the_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

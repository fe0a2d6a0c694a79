/* SPDX-License-Identifier: MIT */
#include "sess_rig.h"

#include "wire/smb2_read.h"
#include "wire/smb2_simple.h"

static struct raw_setup binding(struct raw_session *s, const char *user,
				const char *password)
{
	return (struct raw_setup){.user = user, .password = password, .bind = s};
}

static void a_session_is_used_on_two_connections(void **state)
{
	static const uint16_t dialects[] = {SMB2_DIALECT_300, SMB2_DIALECT_302,
					    SMB2_DIALECT_311};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct raw_session s, channel;
		struct raw_setup setup = binding(&s, "alice", "passalice");
		struct rig rig;

		rig_begin(&rig, NULL, dialects[i]);
		rig_sign_in(&rig.one, &s, "alice");
		assert_int_equal(raw_sign_in_as(&rig.two, &channel, &setup),
				 NT_STATUS_SUCCESS);
		assert_true(channel.id == s.id);
		assert_int_equal(rig_listed(&rig), 1);
		assert_int_equal(rig_session(&rig, &s)->channel_count, 2);
		assert_int_equal(raw_echo(&rig.two, &channel), NT_STATUS_SUCCESS);
		assert_int_equal(raw_echo(&rig.one, &s), NT_STATUS_SUCCESS);
		raw_session_release(&channel);
		raw_session_release(&s);
		rig_stop(&rig);
	}
}

static void class_9_each_channel_has_its_own_signing_key(void **state)
{
	struct raw_session s, channel, stranger;
	struct raw_setup setup = binding(&s, "alice", "passalice");
	struct raw_reply r;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	assert_int_equal(raw_sign_in_as(&rig.two, &channel, &setup), NT_STATUS_SUCCESS);
	assert_false(secret_equal(secret_view(&s.keys.signing),
				  secret_view(&channel.keys.signing)));
	/* The first connection's key does not sign on the second. */
	stranger = (struct raw_session){.id = s.id, .has_keys = true};
	stranger.keys.role = s.keys.role;
	stranger.keys.sign_alg = s.keys.sign_alg;
	stranger.keys.signing = s.keys.signing;
	raw_begin(&rig.two);
	smb2_simple_encode(raw_add(&rig.two, &stranger, SMB2_ECHO));
	raw_send(&rig.two);
	raw_expect(&rig.two, &r, SMB2_ECHO, NT_STATUS_ACCESS_DENIED);
	raw_session_release(&stranger);
	raw_session_release(&channel);
	raw_session_release(&s);
	rig_stop(&rig);
}

/* Bug class 2: whatever is wrong with a binding, the bound session goes on. */
static void class_2_a_failed_binding_does_not_touch_the_session(void **state)
{
	static const struct {
		const char *user, *password;
		uint32_t status;
	} rows[] = {
		{"alice", "wrong", NT_STATUS_LOGON_FAILURE},
		{"nobody", "passnobody", NT_STATUS_LOGON_FAILURE},
		{"bob", "passbob", NT_STATUS_ACCESS_DENIED},
	};
	struct raw_session s, channel;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct raw_setup setup = binding(&s, rows[i].user, rows[i].password);

		assert_int_equal(raw_sign_in_as(&rig.two, &channel, &setup),
				 rows[i].status);
		assert_int_equal(rig_session(&rig, &s)->state, SESSION_STATE_VALID);
		assert_int_equal(rig_session(&rig, &s)->channel_count, 1);
		assert_int_equal(raw_echo(&rig.one, &s), NT_STATUS_SUCCESS);
		raw_session_release(&channel);
	}
	/* And the right user still can. */
	{
		struct raw_setup setup = binding(&s, "alice", "passalice");

		assert_int_equal(raw_sign_in_as(&rig.two, &channel, &setup),
				 NT_STATUS_SUCCESS);
		raw_session_release(&channel);
	}
	raw_session_release(&s);
	rig_stop(&rig);
}

/* Bug class 2: without the session's keys nobody so much as begins. */
static void class_2_a_binding_needs_the_keys(void **state)
{
	struct raw_session s, forged = {0}, channel;
	struct raw_setup setup = binding(&forged, "alice", "passalice");
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	forged.id = s.id;
	assert_int_equal(raw_sign_in_as(&rig.two, &channel, &setup),
			 NT_STATUS_INVALID_PARAMETER); /* unsigned */
	raw_session_release(&channel);
	forged.has_keys = true;
	forged.keys.role = SMB_CLIENT;
	forged.keys.sign_alg = s.keys.sign_alg;
	forged.keys.signing = s.keys.signing;
	forged.keys.signing.bytes[3] ^= 1;
	assert_int_equal(raw_sign_in_as(&rig.two, &channel, &setup),
			 NT_STATUS_ACCESS_DENIED);
	raw_session_release(&channel);
	forged.id = 4711;
	assert_int_equal(raw_sign_in_as(&rig.two, &channel, &setup),
			 NT_STATUS_USER_SESSION_DELETED);
	raw_session_release(&channel);
	assert_int_equal(rig_session(&rig, &s)->channel_count, 1);
	assert_int_equal(raw_echo(&rig.one, &s), NT_STATUS_SUCCESS);
	raw_session_release(&forged);
	raw_session_release(&s);
	rig_stop(&rig);
}

/* Bug class 2: dialect, cipher and signing must fit. */
static uint32_t bind_between(uint16_t first, uint16_t first_sign, uint16_t first_cipher,
			     uint16_t second, uint16_t second_sign, uint16_t second_cipher)
{
	struct raw_session s, channel;
	struct raw_setup setup = binding(&s, "alice", "passalice");
	struct smb2_negotiate_req req;
	struct rig rig;
	uint32_t status;

	rig_start(&rig, NULL);
	raw_connect(&rig.one, &rig.lab, "10.0.0.1");
	raw_negotiate_req(&rig.one, first);
	req = rig.one.asked;
	if (first == SMB2_DIALECT_311) {
		req.contexts.signing.id[0] = first_sign;
		req.contexts.signing.count = 1;
		req.contexts.encryption.id[0] = first_cipher;
		req.contexts.encryption.count = 1;
	}
	assert_int_equal(raw_negotiate_as(&rig.one, &req), NT_STATUS_SUCCESS);
	raw_connect(&rig.two, &rig.lab, "10.0.0.1");
	raw_negotiate_req(&rig.two, second);
	req = rig.two.asked;
	if (second == SMB2_DIALECT_311) {
		req.contexts.signing.id[0] = second_sign;
		req.contexts.signing.count = 1;
		req.contexts.encryption.id[0] = second_cipher;
		req.contexts.encryption.count = 1;
	}
	assert_int_equal(raw_negotiate_as(&rig.two, &req), NT_STATUS_SUCCESS);
	rig_sign_in(&rig.one, &s, "alice");
	status = raw_sign_in_as(&rig.two, &channel, &setup);
	assert_int_equal(raw_echo(&rig.one, &s), NT_STATUS_SUCCESS);
	raw_session_release(&channel);
	raw_session_release(&s);
	rig_stop(&rig);
	return status;
}

#define D210 SMB2_DIALECT_210
#define D302 SMB2_DIALECT_302
#define D311 SMB2_DIALECT_311
#define GMAC SMB2_SIGNING_AES_GMAC
#define CMAC SMB2_SIGNING_AES_CMAC
#define HMAC SMB2_SIGNING_HMAC_SHA256
#define GCM  SMB2_CIPHER_AES128_GCM
#define CCM  SMB2_CIPHER_AES128_CCM

static void class_2_connections_must_fit(void **state)
{
	static const struct {
		uint16_t first[3], second[3];
		uint32_t status;
	} rows[] = {
		{{D210, 0, 0}, {D210, 0, 0}, NT_STATUS_REQUEST_NOT_ACCEPTED},
		{{D210, 0, 0}, {D311, CMAC, GCM}, NT_STATUS_INVALID_PARAMETER},
		{{D210, 0, 0}, {D311, GMAC, GCM}, NT_STATUS_NOT_SUPPORTED},
		{{D311, CMAC, GCM}, {D210, 0, 0}, NT_STATUS_REQUEST_NOT_ACCEPTED},
		{{D311, GMAC, GCM}, {D210, 0, 0}, NT_STATUS_REQUEST_OUT_OF_SEQUENCE},
		{{D302, 0, 0}, {D311, CMAC, CCM}, NT_STATUS_INVALID_PARAMETER},
		{{D302, 0, 0}, {D311, GMAC, CCM}, NT_STATUS_NOT_SUPPORTED},
		{{D311, CMAC, GCM}, {D311, CMAC, CCM}, NT_STATUS_INVALID_PARAMETER},
		{{D311, CMAC, GCM}, {D311, HMAC, GCM}, NT_STATUS_SUCCESS},
		{{D311, HMAC, GCM}, {D311, CMAC, GCM}, NT_STATUS_SUCCESS},
		{{D311, CMAC, GCM}, {D311, GMAC, GCM}, NT_STATUS_NOT_SUPPORTED},
		{{D311, GMAC, GCM}, {D311, CMAC, GCM}, NT_STATUS_REQUEST_OUT_OF_SEQUENCE},
		{{D311, GMAC, GCM}, {D311, CMAC, CCM}, NT_STATUS_REQUEST_OUT_OF_SEQUENCE},
		{{D311, GMAC, GCM}, {D311, GMAC, GCM}, NT_STATUS_SUCCESS},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t got = bind_between(rows[i].first[0], rows[i].first[1],
					    rows[i].first[2], rows[i].second[0],
					    rows[i].second[1], rows[i].second[2]);

		if (got != rows[i].status)
			fail_msg("row %zu: %s, not %s", i, ntstatus_name(got),
				 ntstatus_name(rows[i].status));
	}
}

static void no_multichannel(struct server_config *config)
{
	config->multichannel = false;
}

static void allow_anonymous(struct server_config *config)
{
	config->allow_anonymous = true;
}

static void class_2_what_can_not_be_bound(void **state)
{
	const struct raw_setup half = {.user = "alice", .password = "passalice", .legs = 1};
	struct raw_session s, channel;
	struct raw_setup setup = binding(&s, "alice", "passalice");
	struct rig rig;

	(void)state;
	rig_begin(&rig, no_multichannel, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	assert_int_equal(raw_sign_in_as(&rig.two, &channel, &setup),
			 NT_STATUS_REQUEST_NOT_ACCEPTED);
	raw_session_release(&channel);
	raw_session_release(&s);
	rig_stop(&rig);

	rig_begin(&rig, allow_anonymous, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	/* Here already: by its own connection. */
	assert_int_equal(raw_sign_in_as(&rig.one, &channel, &setup),
			 NT_STATUS_REQUEST_NOT_ACCEPTED);
	raw_session_release(&channel);
	session_expire(rig_session(&rig, &s));
	assert_int_equal(raw_sign_in_as(&rig.two, &channel, &setup),
			 NT_STATUS_NETWORK_SESSION_EXPIRED);
	raw_session_release(&channel);
	/* One that is signing in has no keys to sign a binding by: any will do. */
	setup.bind = &channel;
	{
		struct raw_session busy, bind;

		assert_int_equal(raw_sign_in_as(&rig.one, &busy, &half),
				 NT_STATUS_MORE_PROCESSING_REQUIRED);
		setup.bind = &s;
		s.id = busy.id;
		assert_int_equal(raw_sign_in_as(&rig.two, &bind, &setup),
				 NT_STATUS_REQUEST_NOT_ACCEPTED);
		raw_session_release(&bind);
		raw_session_release(&busy);
	}
	raw_session_release(&s);
	rig_stop(&rig);
}

/* The session lives while it has a channel, and is known by the first that remains. */
static void class_1_losing_channels(void **state)
{
	struct raw_session s, channel;
	struct raw_setup setup = binding(&s, "alice", "passalice");
	static const char v6[] = "\\\0\\\0[\0f\0e\0008\0000\0:\0:\0002\0]";
	struct session *engine;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	assert_int_equal(raw_sign_in_as(&rig.two, &channel, &setup), NT_STATUS_SUCCESS);
	engine = rig_session(&rig, &s);
	raw_session_release(&s);
	raw_disconnect(&rig.one);
	assert_int_equal(engine->state, SESSION_STATE_VALID);
	assert_true(view_equal(buf_view(&engine->client16), view_of(v6, sizeof(v6))));
	assert_true(session_table_has_client(rig.lab.server->sessions,
					     view_of(v6, sizeof(v6))));
	assert_int_equal(raw_echo(&rig.two, &channel), NT_STATUS_SUCCESS);
	raw_session_release(&channel);
	raw_disconnect(&rig.two);
	assert_int_equal(rig_listed(&rig), 0);
	rig_stop(&rig);
}

/* A binding that never ends is nobody's way to the session and goes by itself. */
static void class_2_half_a_binding_is_no_channel(void **state)
{
	struct raw_session s, channel, keeper;
	struct raw_setup setup = binding(&s, "alice", "passalice");
	struct rig rig;

	(void)state;
	setup.legs = 1;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	rig_sign_in(&rig.two, &keeper, "bob");
	assert_int_equal(raw_sign_in_as(&rig.two, &channel, &setup),
			 NT_STATUS_MORE_PROCESSING_REQUIRED);
	assert_null(channel_find(rig.two.conn, s.id));
	assert_non_null(channel_find_any(rig.two.conn, s.id));
	serverlab_pass(&rig.lab, 60000);
	assert_null(channel_find_any(rig.two.conn, s.id));
	assert_int_equal(raw_echo(&rig.one, &s), NT_STATUS_SUCCESS);
	raw_session_release(&channel);
	/* Begun anew, and its connection goes before it is done. */
	assert_int_equal(raw_sign_in_as(&rig.two, &channel, &setup),
			 NT_STATUS_MORE_PROCESSING_REQUIRED);
	raw_session_release(&channel);
	raw_session_release(&keeper);
	raw_disconnect(&rig.two);
	assert_int_equal(raw_echo(&rig.one, &s), NT_STATUS_SUCCESS);
	assert_int_equal(rig_session(&rig, &s)->channel_count, 1);
	raw_session_release(&s);
	rig_stop(&rig);
}

/* Bug class 1: the session ends while a request of its other channel is pending. */
static void class_1_teardown_answers_the_other_channel(void **state)
{
	struct raw_session s, channel;
	struct raw_setup setup = binding(&s, "alice", "passalice");
	struct smb2_file_id pipe;
	struct raw_reply r;
	struct rig rig;
	uint32_t tree;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_302);
	rig_sign_in(&rig.one, &s, "alice");
	assert_int_equal(raw_sign_in_as(&rig.two, &channel, &setup), NT_STATUS_SUCCESS);
	assert_int_equal(raw_tree(&rig.one, &s, "IPC$", &tree), NT_STATUS_SUCCESS);
	rig.one.tree = tree;
	rig.two.tree = tree;
	assert_int_equal(raw_open_pipe(&rig.one, &s, "srvsvc", &pipe), NT_STATUS_SUCCESS);
	raw_begin(&rig.two);
	raw_put_read(raw_add(&rig.two, &channel, SMB2_READ), pipe, 1024);
	raw_send(&rig.two);
	raw_expect_nothing(&rig.two);
	assert_int_equal(rig.lab.server->counters.requests_now, 1);
	session_end(rig_session(&rig, &s), SESSION_END_ADMIN, NULL);
	raw_pump(&rig.two);
	raw_expect(&rig.two, &r, SMB2_READ, NT_STATUS_CANCELLED);
	assert_true(r.verified);
	assert_int_equal(rig.lab.server->counters.requests_now, 0);
	assert_int_equal(rig.lab.server->counters.opens_now, 0);
	assert_int_equal(raw_echo(&rig.two, &channel), NT_STATUS_USER_SESSION_DELETED);
	assert_int_equal(raw_echo(&rig.one, &s), NT_STATUS_USER_SESSION_DELETED);
	assert_false(raw_dropped(&rig.one));
	assert_false(raw_dropped(&rig.two));
	raw_session_release(&channel);
	raw_session_release(&s);
	rig_stop(&rig);
}

/* Bug class 1: LOGOFF on one channel, while the other is in the middle of anything. */
static void class_1_logoff_on_one_channel_ends_all(void **state)
{
	const struct raw_setup again = {
		.user = "alice", .password = "passalice", .again = true, .legs = 1};
	struct raw_session s, channel;
	struct raw_setup setup = binding(&s, "alice", "passalice");
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	rig_sign_in(&rig.one, &s, "alice");
	assert_int_equal(raw_sign_in_as(&rig.two, &channel, &setup), NT_STATUS_SUCCESS);
	assert_int_equal(raw_sign_in_as(&rig.two, &channel, &again),
			 NT_STATUS_MORE_PROCESSING_REQUIRED);
	assert_int_equal(raw_logoff(&rig.one, &s), NT_STATUS_SUCCESS);
	assert_int_equal(raw_sign_in_more(&rig.two, &channel, &again),
			 NT_STATUS_USER_SESSION_DELETED);
	serverlab_turn(&rig.lab);
	assert_int_equal(raw_echo(&rig.two, &channel), NT_STATUS_USER_SESSION_DELETED);
	assert_int_equal(rig_listed(&rig), 0);
	raw_session_release(&channel);
	raw_session_release(&s);
	rig_stop(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_is_used_on_two_connections),
		cmocka_unit_test(class_9_each_channel_has_its_own_signing_key),
		cmocka_unit_test(class_2_a_failed_binding_does_not_touch_the_session),
		cmocka_unit_test(class_2_a_binding_needs_the_keys),
		cmocka_unit_test(class_2_connections_must_fit),
		cmocka_unit_test(class_2_what_can_not_be_bound),
		cmocka_unit_test(class_1_losing_channels),
		cmocka_unit_test(class_2_half_a_binding_is_no_channel),
		cmocka_unit_test(class_1_teardown_answers_the_other_channel),
		cmocka_unit_test(class_1_logoff_on_one_channel_ends_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

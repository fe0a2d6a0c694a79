/* SPDX-License-Identifier: MIT */
/* Requests of a session in an order that nobody honest has: bug class 5. */
#include "sess_rig.h"

#include "wire/smb2_simple.h"

static const struct raw_setup half = {.user = "alice", .password = "passalice", .legs = 1};

/* CVE-2023-32252, CVE-2025-22037: before NEGOTIATE there is nothing to work with. */
static void class_5_nothing_before_negotiate(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig, NULL);
	for (uint16_t command = SMB2_SESSION_SETUP; command < SMB2_COMMANDS; command++) {
		struct smb2_session_setup_req req = {.token = VIEW_LITERAL("NTLMSSP")};
		struct raw_session s = {.id = 1};

		if (command == SMB2_CANCEL)
			continue; /* takes no answer and does nothing */
		raw_connect(&rig.one, &rig.lab, "10.0.0.1");
		raw_begin(&rig.one);
		smb2_session_setup_req_encode(raw_add(&rig.one, &s, command), &req);
		raw_send(&rig.one);
		assert_true(raw_dropped(&rig.one));
		raw_expect_nothing(&rig.one);
		raw_session_release(&s);
		raw_disconnect(&rig.one);
	}
	rig_stop(&rig);
}

static struct buf kept;

static void keep(struct rawclient *c, struct buf *msg)
{
	struct smb2_session_setup_req req;

	(void)c;
	assert_int_equal(smb2_session_setup_req_decode(&req, buf_view(msg)), NS_OK);
	buf_clear(&kept);
	assert_int_equal(buf_append(&kept, req.token), NS_OK);
}

/* The first message of a login twice; the last one first; the last one twice. */
static void class_5_legs_in_another_order(void **state)
{
	struct raw_session s;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	buf_init(&kept, UINT16_MAX);
	rig.one.touch = keep;
	assert_int_equal(raw_sign_in_as(&rig.one, &s, &half),
			 NT_STATUS_MORE_PROCESSING_REQUIRED);
	rig.one.touch = NULL;
	assert_true(ntstatus_is_error(raw_setup_token(&rig.one, &s, buf_view(&kept))));
	assert_int_equal(raw_sign_in_more(&rig.one, &s, &half),
			 NT_STATUS_USER_SESSION_DELETED);
	raw_session_release(&s);

	assert_int_equal(raw_sign_in_as(&rig.one, &s, &half),
			 NT_STATUS_MORE_PROCESSING_REQUIRED);
	rig.one.touch = keep;
	assert_int_equal(raw_sign_in_more(&rig.one, &s, &half), NT_STATUS_SUCCESS);
	rig.one.touch = NULL;
	assert_true(ntstatus_is_error(raw_setup_token(&rig.two, NULL, buf_view(&kept))));
	assert_true(ntstatus_is_error(raw_setup_token(&rig.one, &s, buf_view(&kept))));
	assert_int_equal(raw_echo(&rig.one, &s), NT_STATUS_USER_SESSION_DELETED);
	assert_int_equal(rig.lab.server->counters.sessions_unauthenticated_now, 0);
	raw_session_release(&s);
	buf_release(&kept);
	rig_stop(&rig);
}

/* CVE-2024-50086: LOGOFF of a session that is not there yet, and its login goes on. */
static void class_5_logoff_in_the_middle_of_a_login(void **state)
{
	struct raw_session s;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	assert_int_equal(raw_sign_in_as(&rig.one, &s, &half),
			 NT_STATUS_MORE_PROCESSING_REQUIRED);
	assert_int_equal(raw_logoff(&rig.two, &s), NT_STATUS_USER_SESSION_DELETED);
	s.client = &rig.one;
	assert_int_equal(raw_logoff(&rig.one, &s), NT_STATUS_SUCCESS);
	assert_int_equal(raw_sign_in_more(&rig.one, &s, &half),
			 NT_STATUS_USER_SESSION_DELETED);
	assert_int_equal(rig.lab.server->counters.sessions_unauthenticated_now, 0);
	raw_session_release(&s);
	rig_stop(&rig);
}

/* CVE-2024-50283: the session is gone before the message that began it is answered for. */
static void class_5_a_compound_ends_the_login_it_began(void **state)
{
	static const uint16_t seconds[] = {SMB2_LOGOFF, SMB2_SESSION_SETUP};
	struct smb2_session_setup_req junk = {.token = VIEW_LITERAL("junk")};
	struct smb2_session_setup_req first = {0};
	struct raw_session s;
	struct raw_reply r;
	struct rig rig;

	(void)state;
	rig_begin(&rig, NULL, SMB2_DIALECT_311);
	buf_init(&kept, UINT16_MAX);
	rig.one.touch = keep;
	assert_int_equal(raw_sign_in_as(&rig.one, &s, &half),
			 NT_STATUS_MORE_PROCESSING_REQUIRED);
	raw_session_release(&s);
	first.token = buf_view(&kept);
	for (unsigned i = 0; i < 2; i++) {
		struct rawclient c;

		raw_connect(&c, &rig.lab, "10.0.0.3");
		c.ask = 10;
		raw_negotiate(&c, SMB2_DIALECT_311);
		c.related = true;
		raw_begin(&c);
		smb2_session_setup_req_encode(raw_add(&c, NULL, SMB2_SESSION_SETUP),
					      &first);
		if (seconds[i] == SMB2_LOGOFF)
			smb2_simple_encode(raw_add(&c, NULL, SMB2_LOGOFF));
		else
			smb2_session_setup_req_encode(raw_add(&c, NULL, seconds[i]), &junk);
		smb2_simple_encode(raw_add(&c, NULL, SMB2_LOGOFF));
		raw_send(&c);
		raw_expect(&c, &r, SMB2_SESSION_SETUP, NT_STATUS_MORE_PROCESSING_REQUIRED);
		assert_true(raw_next(&c, &r));
		assert_int_equal(r.hdr.command, seconds[i]);
		assert_int_equal(ntstatus_is_error(r.hdr.status), i == 1);
		assert_true(raw_next(&c, &r));
		assert_true(ntstatus_is_error(r.hdr.status));
		raw_disconnect(&c);
	}
	buf_release(&kept);
	rig_stop(&rig);
}

/* Ten at once, and completed from the last: each with its own hash. */
static void class_5_many_logins_end_in_another_order(void **state)
{
	struct raw_session s[10];
	struct rig rig;

	(void)state;
	rig_start(&rig, NULL);
	raw_connect(&rig.one, &rig.lab, "10.0.0.1");
	rig.one.ask = 20;
	raw_negotiate(&rig.one, SMB2_DIALECT_311);
	for (size_t i = 0; i < 10; i++)
		assert_int_equal(raw_sign_in_as(&rig.one, &s[i], &half),
				 NT_STATUS_MORE_PROCESSING_REQUIRED);
	for (size_t i = 10; i-- > 0;)
		assert_int_equal(raw_sign_in_more(&rig.one, &s[i], &half),
				 NT_STATUS_SUCCESS);
	for (size_t i = 0; i < 10; i++) {
		assert_int_equal(raw_echo(&rig.one, &s[i]), NT_STATUS_SUCCESS);
		raw_session_release(&s[i]);
	}
	rig_stop(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(class_5_nothing_before_negotiate),
		cmocka_unit_test(class_5_legs_in_another_order),
		cmocka_unit_test(class_5_logoff_in_the_middle_of_a_login),
		cmocka_unit_test(class_5_a_compound_ends_the_login_it_began),
		cmocka_unit_test(class_5_many_logins_end_in_another_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

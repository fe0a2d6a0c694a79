/* SPDX-License-Identifier: MIT */
/* The real client engine and the server engine in one process: what one says, the other
 * takes, in every dialect, signed and sealed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf16.h"
#include "base/win32err.h"
#include "client/conn.h"
#include "lib/rawclient.h"
#include "rpc/srvsvc.h"
#include "server/session_table.h"

#define NETR_SESSION_DEL 13

static struct serverlab lab;

static int up(void **state)
{
	(void)state;
	serverlab_init(&lab);
	return 0;
}

static int down(void **state)
{
	(void)state;
	serverlab_stop(&lab);
	return 0;
}

/* An administrator's client and the server's end of its connection. */
struct ends {
	struct link *link;
	struct server_conn *conn;
};

static void join(struct ends *e, const char *user, const struct conn_config *like)
{
	struct conn_config config = *like;
	struct auth_credentials creds;
	char password[64] = "pass";

	auth_credentials_init(&creds);
	creds.mechs = AUTH_MECH_NTLM;
	memcpy(password + 4, user, strlen(user) + 1);
	assert_int_equal(auth_credentials_set_name(&creds, user), NS_OK);
	assert_int_equal(auth_credentials_set_password(&creds, password), NS_OK);
	config.host = "server1";
	config.credentials = &creds;
	config.env = &lab.auth;
	e->link = conn_new(&config);
	assert_non_null(e->link);
	auth_credentials_release(&creds);
	e->conn = serverlab_connect(&lab, "10.0.0.7");
	assert_non_null(e->conn);
}

static void part(struct ends *e)
{
	link_free(e->link);
	server_conn_eof(e->conn);
	server_conn_free(e->conn);
	serverlab_turn(&lab);
}

/* Carries bytes both ways until neither has any. */
static void pump(struct ends *e)
{
	for (;;) {
		struct view up_ = link_output(e->link), down_;

		serverlab_turn(&lab);
		server_conn_recv(e->conn, up_);
		link_sent(e->link, up_.n);
		serverlab_run_jobs(&lab);
		down_ = server_conn_output(e->conn);
		if (up_.n == 0 && down_.n == 0)
			return;
		link_recv(e->link, down_, lab.now);
		server_conn_sent(e->conn, down_.n);
	}
}

static void put_text(struct buf *out, struct ndr_string *s, const char *text)
{
	buf_init(out, 1024);
	*s = (struct ndr_string){.null = text == NULL};
	if (text == NULL)
		return;
	assert_int_equal(utf16_from_utf8(out, view_of_string(text)), NS_OK);
	s->text = buf_view(out);
}

/* NetrSessionDel; the Win32 code it answers. */
static uint32_t session_del(struct ends *e, const char *client, const char *user)
{
	struct netr_session_del_req req = {.server_name = {.null = true}};
	struct netr_status_resp resp = {0};
	struct buf client16, user16, stub, answer;
	struct ndr x;

	put_text(&client16, &req.client_name, client);
	put_text(&user16, &req.user_name, user);
	buf_init(&stub, 4096);
	buf_init(&answer, 4096);
	x = ndr_push(&stub);
	netr_session_del_req_code(&x, &req);
	assert_int_equal(ndr_end(&x), NS_OK);
	assert_int_equal(
		link_call(e->link, &SRVSVC, NETR_SESSION_DEL, buf_view(&stub), lab.now),
		NS_OK);
	pump(e);
	assert_int_equal(link_poll(e->link, &answer), NS_OK);
	x = ndr_pull(buf_view(&answer));
	netr_status_resp_code(&x, &resp);
	assert_int_equal(ndr_end(&x), NS_OK);
	buf_release(&client16);
	buf_release(&user16);
	buf_release(&stub);
	buf_release(&answer);
	return resp.status;
}

static void every_dialect_signed_and_sealed(void **state)
{
	static const struct {
		uint16_t dialect;
		bool seal;
	} rows[] = {
		{SMB2_DIALECT_202, false}, {SMB2_DIALECT_210, false},
		{SMB2_DIALECT_300, false}, {SMB2_DIALECT_300, true},
		{SMB2_DIALECT_302, true},  {SMB2_DIALECT_311, false},
		{SMB2_DIALECT_311, true},
	};

	(void)state;
	serverlab_start(&lab);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct conn_config like = {.lowest = rows[i].dialect,
					   .highest = rows[i].dialect,
					   .require_encryption = rows[i].seal};
		struct link_info info;
		struct rawclient c;
		struct raw_session alice;
		struct ends admin;

		raw_connect(&c, &lab, "10.0.0.1");
		raw_negotiate(&c, SMB2_DIALECT_210); /* no notifications */
		assert_int_equal(raw_sign_in(&c, &alice, "alice", "passalice"),
				 NT_STATUS_SUCCESS);
		join(&admin, "admin", &like);
		assert_int_equal(session_del(&admin, NULL, "bob"),
				 WIN32_NERR_CLIENT_NAME_NOT_FOUND);
		assert_int_equal(raw_echo(&c, &alice), NT_STATUS_SUCCESS);
		assert_int_equal(session_del(&admin, "\\\\10.0.0.1", "ALICE"),
				 WIN32_ERROR_SUCCESS);
		assert_int_equal(raw_echo(&c, &alice), NT_STATUS_USER_SESSION_DELETED);
		link_get_info(admin.link, &info);
		assert_int_equal(info.dialect, rows[i].dialect);
		assert_int_equal(info.encrypted, rows[i].seal);
		part(&admin);
		raw_session_release(&alice);
		raw_disconnect(&c);
	}
}

/* design: NEGOTIATE, two SESSION_SETUPs, one compound, the call. */
static void the_first_answer_takes_five_round_trips(void **state)
{
	struct conn_config like = {0};
	struct link_info info;
	struct ends admin;

	(void)state;
	serverlab_start(&lab);
	join(&admin, "admin", &like);
	assert_int_equal(session_del(&admin, NULL, "nobody"),
			 WIN32_NERR_CLIENT_NAME_NOT_FOUND);
	link_get_info(admin.link, &info);
	assert_int_equal(info.round_trips, 5);
	assert_false(conn_no_compound(admin.link));
	assert_int_equal(session_del(&admin, NULL, "nobody"),
			 WIN32_NERR_CLIENT_NAME_NOT_FOUND);
	link_get_info(admin.link, &info);
	assert_int_equal(info.round_trips, 6);
	part(&admin);
}

/* Bug class 10: an administrator ends his own session, and gets his answer first. */
static void class_10_an_administrator_ends_his_own_session(void **state)
{
	(void)state;
	serverlab_start(&lab);
	for (unsigned seal = 0; seal < 2; seal++) {
		struct conn_config like = {.require_encryption = seal == 1};
		struct ends admin;

		join(&admin, "admin", &like);
		assert_int_equal(session_del(&admin, NULL, "admin"), WIN32_ERROR_SUCCESS);
		pump(&admin);
		assert_int_equal(lab.server->counters.sessions_now, 0);
		assert_false(link_alive(admin.link)); /* the notification told it */
		part(&admin);
	}
}

static void who_may_not_is_told_so(void **state)
{
	struct conn_config like = {0};
	struct ends bob;

	(void)state;
	serverlab_start(&lab);
	join(&bob, "bob", &like);
	assert_int_equal(session_del(&bob, NULL, "alice"), WIN32_ERROR_ACCESS_DENIED);
	part(&bob);
}

static void leaving_logs_off(void **state)
{
	struct conn_config like = {0};
	struct ends admin;

	(void)state;
	serverlab_start(&lab);
	join(&admin, "admin", &like);
	assert_int_equal(session_del(&admin, NULL, "x"), WIN32_NERR_CLIENT_NAME_NOT_FOUND);
	assert_int_equal(lab.server->counters.sessions_now, 1);
	assert_int_equal(lab.server->counters.opens_now, 1);
	link_leave(admin.link);
	pump(&admin);
	assert_int_equal(lab.server->counters.sessions_now, 0);
	assert_int_equal(lab.server->counters.opens_now, 0);
	assert_int_equal(serverlab_audited(&lab, "reason=logoff"), 1);
	part(&admin);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, up, down)
	const struct CMUnitTest tests[] = {
		TEST(every_dialect_signed_and_sealed),
		TEST(the_first_answer_takes_five_round_trips),
		TEST(class_10_an_administrator_ends_his_own_session),
		TEST(who_may_not_is_told_so),
		TEST(leaving_logs_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

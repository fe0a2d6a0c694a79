/* SPDX-License-Identifier: MIT */
/* Requests that wait: interim responses, CANCEL, and ends of what they wait on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "one_rig.h"
#include "server/request.h"
#include "server/session_end.h"
#include "server/session_table.h"
#include "wire/smb2_error.h"
#include "wire/smb2_simple.h"

static struct raw_session s;
static struct smb2_file_id pipe_id;

static int up(void **state)
{
	one_up(state);
	one_sign_in(&s, 10);
	assert_int_equal(raw_open_pipe(&c, &s, "srvsvc", &pipe_id), NT_STATUS_SUCCESS);
	return 0;
}

static int down(void **state)
{
	raw_session_release(&s);
	return one_down(state);
}

/* A READ on a pipe that has nothing to say; returns its MessageId. */
static uint64_t send_read(void)
{
	raw_begin(&c);
	raw_put_read(raw_add(&c, &s, SMB2_READ), pipe_id, 100);
	raw_send(&c);
	raw_expect_nothing(&c);
	return c.next_id - 1;
}

static void expect_interim(struct raw_reply *r)
{
	struct smb2_error_rsp error;

	raw_expect(&c, r, SMB2_READ, NT_STATUS_PENDING);
	assert_true(r->hdr.flags & SMB2_FLAGS_ASYNC_COMMAND);
	assert_true(r->hdr.async_id != 0);
	assert_int_equal(smb2_error_rsp_decode(&error, r->msg), NS_OK);
	assert_int_equal(error.data.n, 0);
}

static void send_cancel(struct raw_session *session, uint64_t message_id, uint64_t async_id)
{
	raw_begin(&c);
	smb2_simple_encode(raw_add(&c, session, SMB2_CANCEL));
	raw_hdr(&c)->message_id = message_id;
	if (async_id != 0) {
		raw_hdr(&c)->flags |= SMB2_FLAGS_ASYNC_COMMAND;
		raw_hdr(&c)->async_id = async_id;
	}
	raw_send(&c);
}

/* --------------------------------------------------------------- interim responses -- */

/* 3.3.4.2: "The server SHOULD NOT sign an interim response." */
static void after_50_ms_an_interim_response_goes_unsigned(void **state)
{
	struct raw_reply r;

	(void)state;
	(void)send_read();
	serverlab_pass(&lab, 49);
	raw_expect_nothing(&c);
	serverlab_pass(&lab, 1);
	expect_interim(&r);
	assert_int_equal(r.hdr.flags & SMB2_FLAGS_SIGNED, 0);
	assert_int_equal(r.hdr.credits, 10);
	assert_int_equal(lab.server->counters.interims, 1);
	serverlab_pass(&lab, 10000);
	raw_expect_nothing(&c); /* only one */
	send_cancel(&s, r.hdr.message_id, r.hdr.async_id);
	raw_expect(&c, &r, SMB2_READ, NT_STATUS_CANCELLED);
	assert_true(r.is_signed);
	assert_true(r.hdr.flags & SMB2_FLAGS_ASYNC_COMMAND);
	assert_int_equal(r.hdr.credits, 0); /* the interim response had them all */
}

static void what_is_faster_has_none(void **state)
{
	struct raw_reply r;
	uint64_t id;

	(void)state;
	id = send_read();
	serverlab_pass(&lab, 30);
	send_cancel(&s, id, 0);
	raw_expect(&c, &r, SMB2_READ, NT_STATUS_CANCELLED);
	assert_true(r.is_signed);
	assert_int_equal(r.hdr.flags & SMB2_FLAGS_ASYNC_COMMAND, 0);
	assert_int_equal(r.hdr.tree_id, c.tree);
	assert_int_equal(r.hdr.credits, 10);
	serverlab_pass(&lab, 1000);
	raw_expect_nothing(&c);
	assert_int_equal(lab.server->counters.interims, 0);
}

static void the_connection_goes_on_meanwhile(void **state)
{
	struct raw_reply r;

	(void)state;
	(void)send_read();
	assert_int_equal(raw_echo(&c, &s), NT_STATUS_SUCCESS);
	serverlab_pass(&lab, 60);
	expect_interim(&r);
	assert_int_equal(raw_echo(&c, &s), NT_STATUS_SUCCESS);
	assert_int_equal(lab.server->counters.requests_now, 1);
}

/* -------------------------------------------------------------------------- CANCEL -- */

static void a_cancel_that_hits_nothing_is_silent(void **state)
{
	struct raw_session bob;
	struct raw_reply r;
	uint64_t id;

	(void)state;
	assert_int_equal(raw_sign_in(&c, &bob, "bob", "passbob"), NT_STATUS_SUCCESS);
	id = send_read();
	serverlab_pass(&lab, 60);
	expect_interim(&r);
	send_cancel(&s, id + 100, 0); /* no such request */
	send_cancel(&s, 0, r.hdr.async_id + 1);
	send_cancel(&bob, id, r.hdr.async_id); /* not his */
	s.unsigned_ = true;
	send_cancel(&s, id, r.hdr.async_id); /* not proven */
	s.unsigned_ = false;
	raw_expect_nothing(&c);
	assert_int_equal(lab.server->counters.requests_now, 1);
	assert_false(raw_dropped(&c));
	raw_session_release(&bob);
}

static void a_cancel_takes_no_message_id(void **state)
{
	struct raw_reply r;
	size_t free = c.conn->credits.free;

	(void)state;
	send_cancel(&s, 12345678, 0);
	assert_int_equal(c.conn->credits.free, free);
	/* Nor does it leave a gap in a compound. */
	raw_begin(&c);
	smb2_simple_encode(raw_add(&c, &s, SMB2_ECHO));
	smb2_simple_encode(raw_add(&c, &s, SMB2_CANCEL));
	raw_send(&c);
	raw_expect(&c, &r, SMB2_ECHO, NT_STATUS_SUCCESS);
	assert_true(r.is_signed);
	assert_int_equal(r.hdr.next, 0);
	raw_expect_nothing(&c);
}

/* --------------------------------------------------------------------- what it waits on --
 */

static void class_6_a_close_answers_what_waits_on_the_file(void **state)
{
	struct raw_reply r;

	(void)state;
	(void)send_read();
	raw_begin(&c);
	raw_put_close(raw_add(&c, &s, SMB2_CLOSE), pipe_id);
	raw_send(&c);
	raw_next(&c, &r);
	assert_int_equal(r.hdr.command, SMB2_READ);
	assert_true(ntstatus_is_error(r.hdr.status));
	assert_true(r.is_signed);
	raw_expect(&c, &r, SMB2_CLOSE, NT_STATUS_SUCCESS);
	assert_int_equal(lab.server->counters.requests_now, 0);
}

static void class_6_a_tree_disconnect_answers_what_waits_in_the_tree(void **state)
{
	struct raw_reply r;

	(void)state;
	(void)send_read();
	serverlab_pass(&lab, 60);
	expect_interim(&r);
	raw_begin(&c);
	smb2_simple_encode(raw_add(&c, &s, SMB2_TREE_DISCONNECT));
	raw_send(&c);
	raw_next(&c, &r);
	assert_int_equal(r.hdr.command, SMB2_READ);
	assert_true(ntstatus_is_error(r.hdr.status));
	assert_true(r.is_signed);
	raw_expect(&c, &r, SMB2_TREE_DISCONNECT, NT_STATUS_SUCCESS);
}

/* Bug class 3: LOGOFF with a request in flight. */
static void class_3_a_logoff_answers_what_waits_in_the_session(void **state)
{
	struct raw_reply r;

	(void)state;
	(void)send_read();
	raw_begin(&c);
	smb2_simple_encode(raw_add(&c, &s, SMB2_LOGOFF));
	raw_send(&c);
	for (unsigned i = 0; i < 2; i++) {
		assert_true(raw_next(&c, &r));
		assert_true(r.is_signed);
		if (r.hdr.command == SMB2_READ)
			assert_int_equal(r.hdr.status, NT_STATUS_CANCELLED);
		else
			assert_int_equal(r.hdr.status, NT_STATUS_SUCCESS);
	}
	assert_int_equal(lab.server->counters.requests_now, 0);
}

/* An administrator's end: what waits is answered with the session's keys, then silence. */
static void class_6_an_administrators_end_answers_what_waits(void **state)
{
	struct raw_reply r;

	(void)state;
	(void)send_read();
	serverlab_pass(&lab, 60);
	expect_interim(&r);
	session_end(session_table_find(lab.server->sessions, s.id), SESSION_END_ADMIN,
		    "ADMIN@10.0.0.9");
	serverlab_turn(&lab);
	raw_expect(&c, &r, SMB2_READ, NT_STATUS_CANCELLED);
	assert_true(r.is_signed);
	raw_expect(&c, &r, SMB2_NOTIFICATION, NT_STATUS_SUCCESS);
	assert_int_equal(raw_echo(&c, &s), NT_STATUS_USER_SESSION_DELETED);
	assert_false(raw_dropped(&c));
}

/* Bug class 1: the connection goes with requests in flight, and one the pool has. */
static void class_1_a_lost_connection_frees_what_waits(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 20; i++)
		(void)send_read();
	assert_int_equal(lab.server->counters.requests_now, 20);
	raw_session_release(&s);
	raw_disconnect(&c);
	assert_int_equal(lab.server->counters.requests_now, 0);
	serverlab_pass(&lab, 1000);
}

/* ----------------------------------------------------------------------- in a compound --
 */

static void the_last_of_a_compound_may_wait(void **state)
{
	struct raw_reply echo, r;

	(void)state;
	raw_begin(&c);
	smb2_simple_encode(raw_add(&c, &s, SMB2_ECHO));
	raw_put_read(raw_add(&c, &s, SMB2_READ), pipe_id, 100);
	raw_send(&c);
	serverlab_pass(&lab, 60);
	/* One frame: what was done, signed, and then that the rest waits, unsigned. */
	raw_expect(&c, &echo, SMB2_ECHO, NT_STATUS_SUCCESS);
	assert_true(echo.is_signed);
	expect_interim(&r);
	assert_int_equal(r.frame, echo.frame);
	send_cancel(&s, r.hdr.message_id, r.hdr.async_id);
	raw_expect(&c, &r, SMB2_READ, NT_STATUS_CANCELLED);
	assert_true(r.is_signed);
}

static void those_behind_one_that_waits_wait_too(void **state)
{
	struct raw_reply r;
	uint64_t id;

	(void)state;
	c.related = true;
	for (unsigned slow = 0; slow < 2; slow++) {
		raw_begin(&c);
		raw_put_read(raw_add(&c, &s, SMB2_READ), pipe_id, 100);
		id = raw_hdr(&c)->message_id;
		raw_put_read(raw_add(&c, &s, SMB2_READ), SMB2_FILE_ID_NONE, 100);
		raw_send(&c);
		raw_expect_nothing(&c);
		if (slow == 1) {
			serverlab_pass(&lab, 60);
			expect_interim(&r);
			assert_true(r.hdr.message_id == id);
		}
		send_cancel(&s, id, 0);
		/* The second has begun to wait; the first's answer waits for it. */
		raw_expect_nothing(&c);
		send_cancel(&s, id + 1, 0);
		raw_expect(&c, &r, SMB2_READ, NT_STATUS_CANCELLED);
		assert_true(r.hdr.message_id == id);
		assert_true(r.is_signed);
		raw_expect(&c, &r, SMB2_READ, NT_STATUS_CANCELLED);
		assert_true(r.hdr.message_id == id + 1);
		assert_true(r.is_signed);
	}
}

/* Bug class 4 with a pause in it: the session ends between two elements. */
static void class_4_a_session_ends_in_the_middle_of_a_compound(void **state)
{
	struct raw_reply r;

	(void)state;
	for (unsigned sealed = 0; sealed < 2; sealed++) {
		struct raw_session bob;

		assert_int_equal(raw_sign_in(&c, &bob, "bob", "passbob"),
				 NT_STATUS_SUCCESS);
		assert_int_equal(raw_tree(&c, &bob, "IPC$", &c.tree), NT_STATUS_SUCCESS);
		assert_int_equal(raw_open_pipe(&c, &bob, "srvsvc", &pipe_id),
				 NT_STATUS_SUCCESS);
		bob.seal = sealed == 1;
		c.related = true;
		raw_begin(&c);
		smb2_simple_encode(raw_add(&c, &bob, SMB2_ECHO));
		raw_put_read(raw_add(&c, &bob, SMB2_READ), pipe_id, 100);
		raw_hdr(&c)->flags = 0;
		smb2_simple_encode(raw_add(&c, &bob, SMB2_ECHO));
		raw_send(&c);
		raw_expect_nothing(&c);
		session_end(session_table_find(lab.server->sessions, bob.id),
			    SESSION_END_ADMIN, NULL);
		serverlab_turn(&lab);
		while (raw_next(&c, &r) && r.hdr.command == SMB2_NOTIFICATION)
			;
		assert_int_equal(r.hdr.command, SMB2_ECHO);
		assert_int_equal(r.hdr.status, NT_STATUS_SUCCESS);
		assert_true(r.verified);
		raw_expect(&c, &r, SMB2_READ, NT_STATUS_CANCELLED);
		assert_true(r.verified);
		raw_expect(&c, &r, SMB2_ECHO, NT_STATUS_USER_SESSION_DELETED);
		assert_true(r.verified);
		while (raw_next(&c, &r))
			assert_int_equal(r.hdr.command, SMB2_NOTIFICATION);
		assert_false(raw_dropped(&c));
		c.related = false;
		raw_session_release(&bob);
	}
}

static void there_is_a_most_of_requests_that_wait(void **state)
{
	struct raw_reply r;
	bool refused = false;

	(void)state;
	for (unsigned i = 0; i < 100 && !refused; i++) {
		raw_begin(&c);
		raw_put_read(raw_add(&c, &s, SMB2_READ), pipe_id, 100);
		raw_send(&c);
		if (raw_next(&c, &r)) {
			assert_int_equal(r.hdr.status, NT_STATUS_INSUFFICIENT_RESOURCES);
			refused = true;
		}
		serverlab_pass(&lab, 60);
		while (raw_next(&c, &r))
			assert_int_equal(r.hdr.status, NT_STATUS_PENDING);
	}
	assert_true(refused);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, up, down)
	const struct CMUnitTest tests[] = {
		TEST(after_50_ms_an_interim_response_goes_unsigned),
		TEST(what_is_faster_has_none),
		TEST(the_connection_goes_on_meanwhile),
		TEST(a_cancel_that_hits_nothing_is_silent),
		TEST(a_cancel_takes_no_message_id),
		TEST(class_6_a_close_answers_what_waits_on_the_file),
		TEST(class_6_a_tree_disconnect_answers_what_waits_in_the_tree),
		TEST(class_3_a_logoff_answers_what_waits_in_the_session),
		TEST(class_6_an_administrators_end_answers_what_waits),
		TEST(class_1_a_lost_connection_frees_what_waits),
		TEST(the_last_of_a_compound_may_wait),
		TEST(those_behind_one_that_waits_wait_too),
		TEST(class_4_a_session_ends_in_the_middle_of_a_compound),
		TEST(there_is_a_most_of_requests_that_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

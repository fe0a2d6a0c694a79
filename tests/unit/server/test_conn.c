/* SPDX-License-Identifier: MIT */
/* A connection: its frames, its times, its limits, its end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "one_rig.h"
#include "server/limits.h"
#include "wire/smb2_simple.h"

static void sign_in(struct raw_session *s)
{
	raw_negotiate(&c, SMB2_DIALECT_311);
	assert_int_equal(raw_sign_in(&c, s, "alice", "passalice"), NT_STATUS_SUCCESS);
}

/* ------------------------------------------------------------------------- frames -- */

/* However TCP cuts the stream, the same requests come out. */
static void a_stream_may_be_cut_anywhere(void **state)
{
	struct raw_reply r;
	struct buf two;

	(void)state;
	raw_negotiate_req(&c, SMB2_DIALECT_210);
	for (size_t chunk = 1; chunk < 40; chunk++) {
		buf_init(&two, 4096);
		raw_begin(&c);
		smb2_negotiate_req_encode(raw_add(&c, NULL, SMB2_NEGOTIATE), &c.asked);
		assert_int_equal(buf_append_zero(&two, 2), NS_OK);
		assert_int_equal(
			buf_append(&two, view_of((uint8_t[]){0, (uint8_t)c.msg.n}, 2)),
			NS_OK);
		assert_int_equal(buf_append(&two, buf_view(&c.msg)), NS_OK);
		for (size_t at = 0; at < two.n; at += chunk) {
			raw_expect_nothing(&c);
			raw_bytes(&c, view_slice(buf_view(&two), at, chunk));
		}
		raw_expect(&c, &r, SMB2_NEGOTIATE, NT_STATUS_SUCCESS);
		buf_release(&two);
		one_reconnect();
		raw_negotiate_req(&c, SMB2_DIALECT_210);
	}
}

static void what_is_no_message_drops_the_connection(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
	} rows[] = {
		{"\x85\0\0\0", 4},                   /* a NetBIOS keep-alive */
		{"\0\x10\0\0", 4},                   /* 1 MiB, and nobody has signed in */
		{"\0\xff\xff\xff", 4},               /* 16 MiB */
		{"\0\0\0\0", 4},                     /* nothing */
		{"\0\0\0\x04GET ", 8},               /* not our protocol */
		{"\0\0\0\x04\xfcSMB", 8},            /* compressed: never negotiated */
		{"\0\0\0\x04\xfdSMB", 8},            /* sealed, cut off */
		{"\0\0\0\x04\xffSMB", 8},            /* SMB1, cut off */
		{"\0\0\0\x08\xfeSMB\x40\0\0\0", 12}, /* no whole header */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		raw_bytes(&c, view_of(rows[i].bytes, rows[i].n));
		assert_true(raw_dropped(&c));
		raw_expect_nothing(&c);
		one_reconnect();
	}
	assert_int_equal(lab.server->counters.conns_dropped,
			 sizeof(rows) / sizeof(rows[0]));
}

/* Each is legal in form, and out of place. */
static void what_is_no_request_drops_the_connection(void **state)
{
	(void)state;
	for (unsigned row = 0; row < 5; row++) {
		struct raw_session s = {0};

		if (row >= 1)
			sign_in(&s);
		raw_begin(&c);
		smb2_simple_encode(raw_add(&c, s.has_keys ? &s : NULL, SMB2_ECHO));
		switch (row) {
		case 0: /* before NEGOTIATE */
			break;
		case 1:
			raw_hdr(&c)->flags |= SMB2_FLAGS_SERVER_TO_REDIR;
			break;
		case 2:
			raw_hdr(&c)->command = SMB2_NOTIFICATION;
			break;
		case 3:
			raw_hdr(&c)->message_id--; /* a replay */
			break;
		default:
			raw_hdr(&c)->message_id += 100000; /* never granted */
			break;
		}
		raw_send(&c);
		assert_true(raw_dropped(&c));
		raw_session_release(&s);
		one_reconnect();
	}
}

static void a_small_command_may_not_be_large(void **state)
{
	struct raw_session s;
	struct wire_writer *w;

	(void)state;
	sign_in(&s);
	raw_begin(&c);
	w = raw_add(&c, &s, SMB2_ECHO);
	smb2_simple_encode(w);
	wire_put_zero(w, 68 * 1024);
	raw_send(&c);
	assert_true(raw_dropped(&c));
	raw_session_release(&s);
}

/* -------------------------------------------------------------------------- times -- */

static void class_8_nobody_signs_in_for_45_seconds(void **state)
{
	struct raw_session s;
	struct rawclient busy;

	(void)state;
	raw_connect(&busy, &lab, "10.0.0.2");
	raw_negotiate(&busy, SMB2_DIALECT_311);
	assert_int_equal(raw_sign_in(&busy, &s, "bob", "passbob"), NT_STATUS_SUCCESS);
	raw_negotiate(&c, SMB2_DIALECT_311);
	serverlab_pass(&lab, 44000);
	assert_false(raw_dropped(&c));
	serverlab_pass(&lab, 6000);
	assert_true(raw_dropped(&c));
	assert_false(raw_dropped(&busy));
	/* Its last session gone, the time runs anew. */
	assert_int_equal(raw_logoff(&busy, &s), NT_STATUS_SUCCESS);
	serverlab_pass(&lab, 44000);
	assert_false(raw_dropped(&busy));
	serverlab_pass(&lab, 6000);
	assert_true(raw_dropped(&busy));
	raw_session_release(&s);
	raw_disconnect(&busy);
}

/* Bug class 8: slow loris. */
static void class_8_one_byte_a_second_does_not_last(void **state)
{
	struct raw_session s;
	unsigned seconds = 0;

	(void)state;
	sign_in(&s);
	raw_bytes(&c, view_of("\0\0\x10\0", 4));
	while (!raw_dropped(&c) && seconds < 200) {
		raw_bytes(&c, view_of("\xfe", 1));
		serverlab_pass(&lab, 1000);
		seconds++;
	}
	assert_in_range(seconds, 59, 66);
	raw_session_release(&s);
}

static void class_8_a_peer_that_never_reads_is_dropped(void **state)
{
	struct raw_session s;

	(void)state;
	sign_in(&s);
	raw_begin(&c);
	smb2_simple_encode(raw_add(&c, &s, SMB2_ECHO));
	raw_send(&c);
	server_conn_send(c.conn, NULL, 0, VIEW_LITERAL("it does not read this"));
	serverlab_pass(&lab, 59000);
	assert_false(server_conn_over(c.conn));
	serverlab_pass(&lab, 7000);
	assert_true(server_conn_over(c.conn));
	raw_session_release(&s);
}

/* Requests wait while the peer does not read; nothing is lost. */
static void a_peer_that_reads_late_is_served_then(void **state)
{
	static uint8_t much[1 << 20];
	struct raw_session s;
	struct raw_reply r;

	(void)state;
	sign_in(&s);
	for (unsigned i = 0; i < 9; i++)
		server_conn_send(c.conn, NULL, 0, view_of(much, sizeof(much)));
	assert_false(server_conn_wants_input(c.conn));
	raw_begin(&c);
	smb2_simple_encode(raw_add(&c, &s, SMB2_ECHO));
	raw_hdr(&c)->credits = 1;
	raw_send(&c); /* pumps, too */
	assert_true(c.conn->in.n == 0);
	for (unsigned i = 0; i < 9; i++)
		buf_consume(&c.in, sizeof(much) + 4);
	raw_expect(&c, &r, SMB2_ECHO, NT_STATUS_SUCCESS);
	assert_true(server_conn_wants_input(c.conn));
	raw_session_release(&s);
}

static void a_peer_with_too_much_unread_is_dropped(void **state)
{
	static uint8_t much[4 << 20];

	(void)state;
	raw_negotiate(&c, SMB2_DIALECT_311);
	for (unsigned i = 0; i < 15; i++)
		server_conn_send(c.conn, NULL, 0, view_of(much, sizeof(much)));
	assert_false(server_conn_over(c.conn));
	server_conn_send(c.conn, NULL, 0, view_of(much, sizeof(much)));
	assert_true(server_conn_over(c.conn));
}

/* ------------------------------------------------------------------------- limits -- */

/* Bug class 8: counters on every path; unauthenticated exhaustion. */
static void class_8_an_address_has_few_unauthenticated_connections(void **state)
{
	struct rawclient many[5], other;
	struct raw_session s;

	(void)state;
	lab.config.max_unauthenticated = 3;
	for (size_t i = 0; i < 5; i++)
		raw_connect(&many[i], &lab, "10.0.0.9");
	assert_false(many[2].refused);
	assert_true(many[3].refused);
	assert_true(many[4].refused);
	raw_connect(&other, &lab, "10.0.0.8");
	assert_false(other.refused);
	raw_disconnect(&other);
	/* One that signs in makes room. */
	raw_negotiate(&many[0], SMB2_DIALECT_311);
	assert_int_equal(raw_sign_in(&many[0], &s, "alice", "passalice"),
			 NT_STATUS_SUCCESS);
	raw_disconnect(&many[3]);
	raw_connect(&many[3], &lab, "10.0.0.9");
	assert_false(many[3].refused);
	/* One that leaves, too; and one that is dropped. */
	raw_disconnect(&many[1]);
	raw_bytes(&many[2], VIEW_LITERAL("\x85"
					 "abc"));
	for (size_t i = 1; i < 3; i++) {
		raw_disconnect(&many[i]);
		raw_connect(&many[i], &lab, "10.0.0.9");
		assert_false(many[i].refused);
	}
	assert_int_equal(lab.server->counters.conns_unauthenticated_now, 4);
	assert_int_equal(lab.server->counters.conns_refused, 2);
	raw_session_release(&s);
	for (size_t i = 0; i < 5; i++)
		raw_disconnect(&many[i]);
}

static void class_8_five_thousand_that_only_connect_change_nothing(void **state)
{
	static struct rawclient many[100];
	struct raw_session s;

	(void)state;
	sign_in(&s);
	for (unsigned round = 0; round < 50; round++) {
		for (size_t i = 0; i < 100; i++)
			raw_connect(&many[i], &lab, "10.6.6.6");
		assert_int_equal(raw_echo(&c, &s), NT_STATUS_SUCCESS);
		for (size_t i = 0; i < 100; i++)
			raw_disconnect(&many[i]);
	}
	assert_int_equal(lab.server->counters.conns_now, 1);
	assert_int_equal(lab.server->counters.conns_unauthenticated_now, 0);
	assert_null(lab.server->addresses);
	raw_session_release(&s);
}

static void there_is_a_most_of_connections(void **state)
{
	struct rawclient other;

	(void)state;
	lab.config.max_connections = 1;
	raw_connect(&other, &lab, "10.0.0.2");
	assert_true(other.refused);
	raw_disconnect(&other);
	one_reconnect();
	assert_false(c.refused);
}

/* ---------------------------------------------------------------------------- end -- */

static void an_idle_connection_holds_no_buffers(void **state)
{
	struct raw_session s;

	(void)state;
	sign_in(&s);
	assert_int_equal(raw_echo(&c, &s), NT_STATUS_SUCCESS);
	assert_int_equal(c.conn->in.cap, 0);
	assert_null(c.conn->out.first);
	raw_session_release(&s);
}

static void draining_ends_all_and_takes_nobody(void **state)
{
	struct raw_session s;
	struct rawclient other;

	(void)state;
	sign_in(&s);
	server_drain(lab.server);
	assert_true(server_conn_over(c.conn));
	assert_int_equal(lab.server->counters.sessions_now, 0);
	raw_connect(&other, &lab, "10.0.0.2");
	assert_true(other.refused);
	raw_disconnect(&other);
	assert_int_equal(serverlab_audited(&lab, "reason=shutdown"), 1);
	raw_session_release(&s);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, one_up, one_down)
	const struct CMUnitTest tests[] = {
		TEST(a_stream_may_be_cut_anywhere),
		TEST(what_is_no_message_drops_the_connection),
		TEST(what_is_no_request_drops_the_connection),
		TEST(a_small_command_may_not_be_large),
		TEST(class_8_nobody_signs_in_for_45_seconds),
		TEST(class_8_one_byte_a_second_does_not_last),
		TEST(class_8_a_peer_that_never_reads_is_dropped),
		TEST(a_peer_that_reads_late_is_served_then),
		TEST(a_peer_with_too_much_unread_is_dropped),
		TEST(class_8_an_address_has_few_unauthenticated_connections),
		TEST(class_8_five_thousand_that_only_connect_change_nothing),
		TEST(there_is_a_most_of_connections),
		TEST(an_idle_connection_holds_no_buffers),
		TEST(draining_ends_all_and_takes_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

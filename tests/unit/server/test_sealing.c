/* SPDX-License-Identifier: MIT */
/* Encryption: required, offered, refused; and of a session that has just died. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/rawclient.h"
#include "server/session_end.h"
#include "server/session_table.h"
#include "server/tombstone.h"
#include "wire/smb2_simple.h"
#include "wire/smb2_transform.h"

static struct serverlab lab;
static struct rawclient c;
static struct raw_session s;

static void sign_in(uint16_t dialect, uint16_t cipher)
{
	raw_connect(&c, &lab, "10.0.0.1");
	raw_negotiate_req(&c, dialect);
	if (cipher != 0)
		c.asked.contexts.encryption =
			(struct smb2_algorithms){.id = {cipher}, .count = 1};
	assert_int_equal(raw_negotiate_as(&c, &c.asked), NT_STATUS_SUCCESS);
	assert_int_equal(raw_sign_in(&c, &s, "alice", "passalice"), NT_STATUS_SUCCESS);
}

static void leave(void)
{
	raw_session_release(&s);
	raw_disconnect(&c);
}

static int up(void **state)
{
	(void)state;
	serverlab_init(&lab);
	serverlab_start(&lab);
	sign_in(SMB2_DIALECT_311, 0);
	return 0;
}

static int down(void **state)
{
	(void)state;
	leave();
	serverlab_stop(&lab);
	return 0;
}

static void echo(struct raw_session *session, uint32_t status, struct raw_reply *r)
{
	raw_begin(&c);
	smb2_simple_encode(raw_add(&c, session, SMB2_ECHO));
	raw_send(&c);
	raw_expect(&c, r, SMB2_ECHO, status);
}

static void end_by_administrator(const struct raw_session *session)
{
	session_end(session_table_find(lab.server->sessions, session->id),
		    SESSION_END_ADMIN, NULL);
	serverlab_turn(&lab);
}

/* ------------------------------------------------------------------ who seals and how --
 */

static void every_cipher_is_understood(void **state)
{
	static const struct {
		uint16_t dialect, cipher;
	} rows[] = {
		{SMB2_DIALECT_300, 0},
		{SMB2_DIALECT_302, 0},
		{SMB2_DIALECT_311, SMB2_CIPHER_AES128_CCM},
		{SMB2_DIALECT_311, SMB2_CIPHER_AES128_GCM},
		{SMB2_DIALECT_311, SMB2_CIPHER_AES256_CCM},
		{SMB2_DIALECT_311, SMB2_CIPHER_AES256_GCM},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct raw_reply r;

		leave();
		sign_in(rows[i].dialect, rows[i].cipher);
		s.seal = true;
		for (unsigned again = 0; again < 3; again++) {
			echo(&s, NT_STATUS_SUCCESS, &r);
			assert_true(r.sealed);
			assert_int_equal(r.hdr.flags & SMB2_FLAGS_SIGNED, 0);
		}
		/* As it came: the next in the clear, the next sealed. */
		s.seal = false;
		echo(&s, NT_STATUS_SUCCESS, &r);
		assert_false(r.sealed);
		assert_true(r.is_signed);
		s.seal = true;
		echo(&s, NT_STATUS_SUCCESS, &r);
		assert_true(r.sealed);
	}
}

/* Bug class 9: plaintext on a session that must be sealed. */
static void class_9_plaintext_where_sealing_is_required(void **state)
{
	struct raw_reply r;
	uint32_t tree;

	(void)state;
	lab.config.encryption = CONFIG_ENCRYPTION_REQUIRED;
	leave();
	sign_in(SMB2_DIALECT_311, 0);
	assert_true(s.flags & SMB2_SESSION_FLAG_ENCRYPT_DATA);
	assert_int_equal(raw_tree(&c, &s, "IPC$", &tree), NT_STATUS_SUCCESS);
	s.seal = false;
	assert_int_equal(raw_tree(&c, &s, "IPC$", &tree), NT_STATUS_ACCESS_DENIED);
	assert_int_equal(raw_logoff(&c, &s), NT_STATUS_ACCESS_DENIED);
	s.seal = true;
	echo(&s, NT_STATUS_SUCCESS, &r);
	assert_true(r.sealed);
}

static void class_9_who_cannot_seal_has_no_business_there(void **state)
{
	(void)state;
	lab.config.encryption = CONFIG_ENCRYPTION_REQUIRED;
	leave();
	raw_connect(&c, &lab, "10.0.0.1");
	raw_negotiate(&c, SMB2_DIALECT_210);
	assert_int_equal(raw_sign_in(&c, &s, "alice", "passalice"),
			 NT_STATUS_ACCESS_DENIED);
}

/* ----------------------------------------------------------------- what is malformed -- */

static void flip_cipher_text(struct rawclient *client, struct buf *msg)
{
	(void)client;
	msg->p[msg->n - 1] ^= 1;
}

static void flip_tag(struct rawclient *client, struct buf *msg)
{
	(void)client;
	msg->p[4] ^= 1;
}

static void flip_session(struct rawclient *client, struct buf *msg)
{
	(void)client;
	msg->p[44] ^= 1;
}

static void flip_flags(struct rawclient *client, struct buf *msg)
{
	(void)client;
	msg->p[42] ^= 2;
}

static void cut(struct rawclient *client, struct buf *msg)
{
	(void)client;
	msg->n = SMB2_TRANSFORM_LEN;
}

static void lengthen(struct rawclient *client, struct buf *msg)
{
	(void)client;
	msg->p[36] += 8;
}

/* 3.3.5.2.1.1: each of these "MUST disconnect the connection". */
static void what_does_not_open_drops_the_connection(void **state)
{
	void (*const touches[])(struct rawclient *, struct buf *) = {
		flip_cipher_text, flip_tag, flip_session, flip_flags, cut, lengthen};

	(void)state;
	for (size_t i = 0; i < sizeof(touches) / sizeof(touches[0]); i++) {
		s.seal = true;
		c.touch = touches[i];
		raw_begin(&c);
		smb2_simple_encode(raw_add(&c, &s, SMB2_ECHO));
		raw_send(&c);
		assert_true(raw_dropped(&c));
		leave();
		sign_in(SMB2_DIALECT_311, 0);
	}
}

static void class_9_a_sealed_message_is_for_one_session(void **state)
{
	struct raw_session bob;
	struct raw_reply r;

	(void)state;
	assert_int_equal(raw_sign_in(&c, &bob, "bob", "passbob"), NT_STATUS_SUCCESS);
	s.seal = true;
	raw_begin(&c);
	smb2_simple_encode(raw_add(&c, &s, SMB2_ECHO));
	smb2_simple_encode(raw_add(&c, &s, SMB2_ECHO));
	raw_send(&c);
	raw_expect(&c, &r, SMB2_ECHO, NT_STATUS_SUCCESS);
	assert_true(r.sealed);
	raw_expect(&c, &r, SMB2_ECHO, NT_STATUS_SUCCESS);
	assert_true(r.sealed);

	raw_begin(&c);
	smb2_simple_encode(raw_add(&c, &s, SMB2_ECHO));
	smb2_simple_encode(raw_add(&c, &bob, SMB2_LOGOFF)); /* under alice's seal */
	raw_send(&c);
	assert_true(raw_dropped(&c));
	raw_session_release(&bob);
}

static void sealed_before_there_is_a_cipher(void **state)
{
	struct raw_session stranger;

	(void)state;
	leave();
	sign_in(SMB2_DIALECT_300, 0);
	stranger = s;
	stranger.seal = true;
	raw_disconnect(&c);
	raw_connect(&c, &lab, "10.0.0.1");
	raw_negotiate(&c, SMB2_DIALECT_210);
	raw_begin(&c);
	smb2_simple_encode(raw_add(&c, &stranger, SMB2_ECHO));
	raw_send(&c);
	assert_true(raw_dropped(&c));
	c.sessions[0] = NULL; /* it was a copy on the stack */
}

/* ----------------------------------------------------------------------- tombstones -- */

/*
 * Two users on one connection, each sealed: one is ended, asks again, and gets an answer
 * that it can read, where the specification would have the connection dropped; the other
 * notices nothing.
 */
static void a_dead_session_is_answered_sealed(void **state)
{
	struct raw_session bob;
	struct raw_reply r;

	(void)state;
	assert_int_equal(raw_sign_in(&c, &bob, "bob", "passbob"), NT_STATUS_SUCCESS);
	s.seal = true;
	bob.seal = true;
	end_by_administrator(&bob);
	raw_expect(&c, &r, SMB2_NOTIFICATION, NT_STATUS_SUCCESS);
	assert_true(r.verified);
	for (unsigned i = 0; i < 3; i++) {
		echo(&bob, NT_STATUS_USER_SESSION_DELETED, &r);
		assert_true(r.sealed);
		assert_true(r.hdr.session_id == bob.id);
		echo(&s, NT_STATUS_SUCCESS, &r);
		assert_true(r.sealed);
	}
	raw_session_release(&bob);
}

static void a_dead_session_is_answered_signed(void **state)
{
	struct raw_session bob;
	struct raw_reply r;

	(void)state;
	assert_int_equal(raw_sign_in(&c, &bob, "bob", "passbob"), NT_STATUS_SUCCESS);
	end_by_administrator(&bob);
	raw_expect(&c, &r, SMB2_NOTIFICATION, NT_STATUS_SUCCESS);
	echo(&bob, NT_STATUS_USER_SESSION_DELETED, &r);
	assert_true(r.is_signed);
	/* Who can't sign for it gets no signature either. */
	c.touch = flip_cipher_text;
	echo(&bob, NT_STATUS_USER_SESSION_DELETED, &r);
	assert_false(r.is_signed);
	c.touch = NULL;
	echo(&s, NT_STATUS_SUCCESS, &r);
	raw_session_release(&bob);
}

/*
 * Who seals and is alone on his connection loses it with his session, once the last answers
 * are out: Linux 6.1 writes garbage if it hears of the end by an answer to a sealed WRITE.
 */
static void a_lone_sealed_session_takes_its_connection(void **state)
{
	static const enum session_end_reason reasons[] = {
		SESSION_END_ADMIN, SESSION_END_IDLE, SESSION_END_ACCOUNT};
	struct raw_reply r;

	(void)state;
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		s.seal = true;
		echo(&s, NT_STATUS_SUCCESS, &r);
		session_end(session_table_find(lab.server->sessions, s.id), reasons[i],
			    NULL);
		raw_expect(&c, &r, SMB2_NOTIFICATION, NT_STATUS_SUCCESS);
		assert_true(r.verified);
		assert_true(raw_dropped(&c));
		serverlab_turn(&lab);
		assert_int_equal(lab.server->counters.conns_dropped, 0); /* no fault */
		leave();
		sign_in(SMB2_DIALECT_311, 0);
	}
}

/* Not of one who signs only, nor of one who knows, nor while somebody else is there. */
static void other_ends_leave_the_connection(void **state)
{
	struct raw_session bob, half;
	struct raw_reply r;

	(void)state;
	end_by_administrator(&s);
	raw_expect(&c, &r, SMB2_NOTIFICATION, NT_STATUS_SUCCESS);
	assert_int_equal(raw_sign_in(&c, &bob, "bob", "passbob"), NT_STATUS_SUCCESS);
	bob.seal = true;
	echo(&bob, NT_STATUS_SUCCESS, &r);
	assert_int_equal(raw_logoff(&c, &bob), NT_STATUS_SUCCESS);
	raw_session_release(&bob);
	assert_int_equal(raw_sign_in(&c, &bob, "bob", "passbob"), NT_STATUS_SUCCESS);
	bob.seal = true;
	echo(&bob, NT_STATUS_SUCCESS, &r);
	assert_int_equal(raw_sign_in_as(&c, &half,
					&(struct raw_setup){.user = "carol",
							    .password = "passcarol",
							    .legs = 1}),
			 NT_STATUS_MORE_PROCESSING_REQUIRED);
	end_by_administrator(&bob);
	raw_expect(&c, &r, SMB2_NOTIFICATION, NT_STATUS_SUCCESS);
	assert_false(raw_dropped(&c));
	raw_session_release(&half);
	raw_session_release(&bob);
}

/* After a minute the specification's rule applies: a sealed request drops the connection.
 */
static void a_tombstone_stands_for_a_minute(void **state)
{
	struct raw_session bob;
	struct raw_reply r;

	(void)state;
	assert_int_equal(raw_sign_in(&c, &bob, "bob", "passbob"), NT_STATUS_SUCCESS);
	bob.seal = true;
	end_by_administrator(&bob);
	raw_expect(&c, &r, SMB2_NOTIFICATION, NT_STATUS_SUCCESS);
	serverlab_pass(&lab, TOMBSTONE_MS - 100);
	echo(&bob, NT_STATUS_USER_SESSION_DELETED, &r);
	serverlab_pass(&lab, 200);
	assert_int_equal(tombstones_count(lab.server->tombstones), 0);
	bob.seal = false;
	echo(&bob, NT_STATUS_USER_SESSION_DELETED, &r);
	assert_false(r.is_signed);
	bob.seal = true;
	raw_begin(&c);
	smb2_simple_encode(raw_add(&c, &bob, SMB2_ECHO));
	raw_send(&c);
	assert_true(raw_dropped(&c));
	raw_session_release(&bob);
}

/* Bug class 9: keys of one channel are nothing on another connection. */
static void class_9_a_tombstone_is_of_its_connection(void **state)
{
	struct rawclient other;
	struct raw_session bob;
	struct raw_reply r;

	(void)state;
	assert_int_equal(raw_sign_in(&c, &bob, "bob", "passbob"), NT_STATUS_SUCCESS);
	end_by_administrator(&bob);
	raw_expect(&c, &r, SMB2_NOTIFICATION, NT_STATUS_SUCCESS);
	raw_connect(&other, &lab, "10.0.0.2");
	raw_negotiate(&other, SMB2_DIALECT_311);
	raw_begin(&other);
	smb2_simple_encode(raw_add(&other, &bob, SMB2_ECHO));
	raw_send(&other);
	raw_expect(&other, &r, SMB2_ECHO, NT_STATUS_USER_SESSION_DELETED);
	assert_false(r.verified);
	bob.seal = true;
	raw_begin(&other);
	smb2_simple_encode(raw_add(&other, &bob, SMB2_ECHO));
	raw_send(&other);
	assert_true(raw_dropped(&other));
	raw_disconnect(&other);
	bob.client = &c;
	raw_session_release(&bob);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, up, down)
	const struct CMUnitTest tests[] = {
		TEST(every_cipher_is_understood),
		TEST(class_9_plaintext_where_sealing_is_required),
		TEST(class_9_who_cannot_seal_has_no_business_there),
		TEST(what_does_not_open_drops_the_connection),
		TEST(class_9_a_sealed_message_is_for_one_session),
		TEST(sealed_before_there_is_a_cipher),
		TEST(a_dead_session_is_answered_sealed),
		TEST(a_dead_session_is_answered_signed),
		TEST(a_lone_sealed_session_takes_its_connection),
		TEST(other_ends_leave_the_connection),
		TEST(a_tombstone_stands_for_a_minute),
		TEST(class_9_a_tombstone_is_of_its_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

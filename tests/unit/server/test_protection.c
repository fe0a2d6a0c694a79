/* SPDX-License-Identifier: MIT */
/* Signing and encryption that are required are required: bug class 9. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/rawclient.h"
#include "server/dispatch.h"
#include "wire/smb2_create.h"
#include "wire/smb2_simple.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const uint16_t dialects[] = {SMB2_DIALECT_202, SMB2_DIALECT_210, SMB2_DIALECT_300,
				    SMB2_DIALECT_302, SMB2_DIALECT_311};

static struct serverlab lab;
static struct rawclient c;
static struct raw_session s;

static int up(void **state)
{
	struct server_share *sealed;

	(void)state;
	serverlab_init(&lab);
	sealed = server_config_add_share(&lab.config, "sealed", "/nowhere");
	assert_non_null(sealed);
	sealed->encrypt = true;
	serverlab_start(&lab);
	return 0;
}

static int down(void **state)
{
	(void)state;
	serverlab_stop(&lab);
	return 0;
}

static void enter(uint16_t dialect)
{
	raw_connect(&c, &lab, "10.0.0.1");
	c.ask = 20;
	raw_negotiate(&c, dialect);
	assert_int_equal(raw_sign_in(&c, &s, "alice", "passalice"), NT_STATUS_SUCCESS);
	assert_int_equal(raw_tree(&c, &s, "IPC$", &c.tree), NT_STATUS_SUCCESS);
}

static void leave(void)
{
	raw_session_release(&s);
	raw_disconnect(&c);
}

/* A request with the body's size and nothing in it: whoever looks that far is too late. */
static uint32_t send_empty(struct raw_session *as, uint16_t command)
{
	uint16_t body = srv_command(command)->body;
	struct wire_writer *w;
	struct raw_reply r;

	raw_begin(&c);
	w = raw_add(&c, as, command);
	wire_put_le16(w, body);
	wire_put_zero(w, body - body % 2 - 2u + 8u);
	raw_send(&c);
	assert_true(raw_next(&c, &r));
	assert_int_equal(r.hdr.command, command);
	return r.hdr.status;
}

static bool needs_session(uint16_t command)
{
	const struct command *row = srv_command(command);

	return row != NULL && (row->need == NEED_ANY || row->need == NEED_VALID);
}

/* CVE-2023-3347: it says it requires signatures, and does. */
static void class_9_unsigned_is_refused_whatever_it_is(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(dialects); i++) {
		size_t n = 0;

		enter(dialects[i]);
		s.unsigned_ = true;
		for (uint16_t command = 0; command < SMB2_COMMANDS; command++) {
			if (!needs_session(command))
				continue;
			assert_int_equal(send_empty(&s, command), NT_STATUS_ACCESS_DENIED);
			n++;
		}
		assert_int_equal(n, 15);
		s.unsigned_ = false;
		assert_int_equal(raw_echo(&c, &s), NT_STATUS_SUCCESS);
		assert_int_equal(lab.server->counters.trees_now, 1);
		leave();
	}
}

/* What somebody else signed in front of it is no signature. */
static void class_9_an_unsigned_tail_of_a_compound(void **state)
{
	struct raw_session forged;
	struct raw_reply r;

	(void)state;
	enter(SMB2_DIALECT_311);
	forged = (struct raw_session){.id = s.id};
	for (unsigned related = 0; related < 2; related++) {
		c.related = related == 1;
		raw_begin(&c);
		smb2_simple_encode(raw_add(&c, &s, SMB2_ECHO));
		smb2_simple_encode(raw_add(&c, &forged, SMB2_LOGOFF));
		raw_send(&c);
		raw_expect(&c, &r, SMB2_ECHO, NT_STATUS_SUCCESS);
		raw_expect(&c, &r, SMB2_LOGOFF, NT_STATUS_ACCESS_DENIED);
	}
	c.related = false;
	assert_int_equal(raw_echo(&c, &s), NT_STATUS_SUCCESS);
	leave();
}

static size_t flipped_at;

static void flip(struct rawclient *client, struct buf *msg)
{
	(void)client;
	msg->p[flipped_at] ^= 1;
}

/* The header is signed, too: what it asks for, and for whom. */
static void class_9_every_byte_is_signed(void **state)
{
	/* CreditCharge, Status, CreditRequest, Flags but the signed one, TreeId. */
	static const uint8_t places[] = {8, 11, 14, 15, 17, 36, 39, 32, 35};

	(void)state;
	for (size_t i = 0; i < COUNT(dialects); i++) {
		enter(dialects[i]);
		for (size_t k = 0; k < COUNT(places); k++) {
			flipped_at = places[k];
			c.touch = flip;
			assert_int_equal(raw_echo(&c, &s), NT_STATUS_ACCESS_DENIED);
		}
		for (flipped_at = 48; flipped_at < SMB2_HDR_LEN; flipped_at++)
			assert_int_equal(raw_echo(&c, &s), NT_STATUS_ACCESS_DENIED);
		c.touch = NULL;
		assert_int_equal(raw_echo(&c, &s), NT_STATUS_SUCCESS);
		leave();
	}
}

/* Its command is signed, too. */
static void turn_into_logoff(struct rawclient *client, struct buf *msg)
{
	(void)client;
	msg->p[12] = SMB2_LOGOFF;
}

static void class_9_a_signed_request_becomes_no_other(void **state)
{
	struct raw_reply r;

	(void)state;
	enter(SMB2_DIALECT_311);
	c.touch = turn_into_logoff;
	raw_begin(&c);
	smb2_simple_encode(raw_add(&c, &s, SMB2_ECHO)); /* the bodies are alike */
	raw_send(&c);
	raw_expect(&c, &r, SMB2_LOGOFF, NT_STATUS_ACCESS_DENIED);
	c.touch = NULL;
	assert_int_equal(raw_echo(&c, &s), NT_STATUS_SUCCESS);
	leave();
}

/* ------------------------------------------------------------------ whose keys they are --
 */

/* Another user on the same connection has keys; they are not alice's. */
static void class_9_a_neighbours_keys_are_not_ours(void **state)
{
	for (size_t i = 0; i < COUNT(dialects); i++) {
		struct raw_session bob;
		uint64_t own;

		(void)state;
		enter(dialects[i]);
		assert_int_equal(raw_sign_in(&c, &bob, "bob", "passbob"),
				 NT_STATUS_SUCCESS);
		own = bob.id;
		bob.id = s.id;
		assert_int_equal(raw_logoff(&c, &bob), NT_STATUS_ACCESS_DENIED);
		assert_int_equal(raw_echo(&c, &s), NT_STATUS_SUCCESS);
		if (dialects[i] >= SMB2_DIALECT_300) {
			bob.seal = true;
			raw_begin(&c);
			smb2_simple_encode(raw_add(&c, &bob, SMB2_LOGOFF));
			raw_send(&c);
			assert_true(raw_dropped(&c));
		}
		bob.id = own;
		raw_session_release(&bob);
		leave();
	}
}

/* What we sent sealed or signed is not a request of theirs. */
static void class_9_our_own_words_come_back(void **state)
{
	struct buf copy;

	(void)state;
	for (unsigned seal = 0; seal < 2; seal++) {
		enter(SMB2_DIALECT_300);
		s.seal = seal == 1;
		raw_begin(&c);
		smb2_simple_encode(raw_add(&c, &s, SMB2_ECHO));
		raw_send(&c);
		buf_init(&copy, 4096);
		assert_int_equal(buf_append(&copy, buf_view(&c.in)), NS_OK);
		assert_true(copy.n > 0);
		raw_bytes(&c, buf_view(&copy));
		assert_true(raw_dropped(&c));
		buf_release(&copy);
		leave();
	}
}

/* -------------------------------------------------------------------- encrypted shares --
 */

/* Signed is not enough there, for any command that names the tree. */
static void class_9_plaintext_on_a_sealed_share(void **state)
{
	(void)state;
	for (size_t i = 2; i < COUNT(dialects); i++) {
		uint32_t ipc, tree;
		size_t n = 0;

		enter(dialects[i]);
		ipc = c.tree;
		s.seal = true;
		assert_int_equal(raw_tree(&c, &s, "sealed", &tree), NT_STATUS_SUCCESS);
		s.seal = false;
		c.tree = tree;
		for (uint16_t command = 0; command < SMB2_COMMANDS; command++) {
			if (!needs_session(command) || !srv_command(command)->tree)
				continue;
			assert_int_equal(send_empty(&s, command), NT_STATUS_ACCESS_DENIED);
			n++;
		}
		assert_int_equal(n, 13);
		assert_int_equal(lab.server->counters.trees_now, 2);
		c.tree = ipc; /* of a share that does not ask for it */
		assert_int_equal(raw_simple(&c, &s, SMB2_TREE_DISCONNECT),
				 NT_STATUS_SUCCESS);
		s.seal = true;
		c.tree = tree;
		assert_int_equal(raw_simple(&c, &s, SMB2_TREE_DISCONNECT),
				 NT_STATUS_SUCCESS);
		leave();
	}
}

static void class_9_who_cannot_seal_connects_to_no_sealed_share(void **state)
{
	uint32_t tree;

	(void)state;
	for (size_t i = 0; i < COUNT(dialects); i++) {
		if (i == 2)
			lab.config.encryption = CONFIG_ENCRYPTION_OFF;
		enter(dialects[i]);
		assert_int_equal(c.conn->cipher, 0);
		assert_int_equal(raw_tree(&c, &s, "sealed", &tree),
				 NT_STATUS_ACCESS_DENIED);
		leave();
	}
}

/* 3.0 tells the client: the session's flag, not its goodwill, seals. */
static void class_9_plaintext_on_a_sealed_session(void **state)
{
	(void)state;
	lab.config.encryption = CONFIG_ENCRYPTION_REQUIRED;
	for (size_t i = 2; i < COUNT(dialects); i++) {
		enter(dialects[i]);
		assert_true(s.flags & SMB2_SESSION_FLAG_ENCRYPT_DATA);
		s.seal = false;
		for (uint16_t command = 0; command < SMB2_COMMANDS; command++)
			if (needs_session(command))
				assert_int_equal(send_empty(&s, command),
						 NT_STATUS_ACCESS_DENIED);
		s.seal = true;
		assert_int_equal(raw_echo(&c, &s), NT_STATUS_SUCCESS);
		leave();
	}
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, up, down)
	const struct CMUnitTest tests[] = {
		TEST(class_9_unsigned_is_refused_whatever_it_is),
		TEST(class_9_an_unsigned_tail_of_a_compound),
		TEST(class_9_every_byte_is_signed),
		TEST(class_9_a_signed_request_becomes_no_other),
		TEST(class_9_a_neighbours_keys_are_not_ours),
		TEST(class_9_our_own_words_come_back),
		TEST(class_9_plaintext_on_a_sealed_share),
		TEST(class_9_who_cannot_seal_connects_to_no_sealed_share),
		TEST(class_9_plaintext_on_a_sealed_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* What must hold before a handler runs: session, signature, tree, form, open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "one_rig.h"
#include "server/dispatch.h"
#include "wire/smb2_simple.h"

static struct raw_session s;

static int up(void **state)
{
	one_up(state);
	one_sign_in(&s, 1);
	return 0;
}

static int down(void **state)
{
	raw_session_release(&s);
	return one_down(state);
}

static void every_command_has_its_row(void **state)
{
	(void)state;
	for (uint16_t code = 0; code < SMB2_COMMANDS; code++) {
		const struct command *row = srv_command(code);

		if (code == SMB2_NOTIFICATION) {
			assert_null(row);
			continue;
		}
		assert_non_null(row);
		assert_string_equal(row->name, smb2_command_info(code)->name);
		assert_int_equal(row->body, smb2_command_info(code)->req_size);
		if (row->tree || row->file_at > 0)
			assert_true(row->need >= NEED_ANY);
	}
	assert_null(srv_command(SMB2_COMMANDS));
	assert_null(srv_command(UINT16_MAX));
}

static void an_unknown_session_is_a_deleted_one(void **state)
{
	struct raw_session stranger = {.id = 0x4711};

	(void)state;
	assert_int_equal(raw_echo(&c, &stranger), NT_STATUS_USER_SESSION_DELETED);
	assert_int_equal(raw_simple(&c, &stranger, SMB2_LOGOFF),
			 NT_STATUS_USER_SESSION_DELETED);
	assert_int_equal(raw_simple(&c, &stranger, SMB2_TREE_DISCONNECT),
			 NT_STATUS_USER_SESSION_DELETED);
	assert_int_equal(raw_echo(&c, &s), NT_STATUS_SUCCESS);
	raw_session_release(&stranger);
}

/* Nobody has its keys: who signed has his own signature sent back. */
static void an_unknown_session_has_its_signature_echoed(void **state)
{
	struct raw_session stranger = {.id = 0x4711, .keys = s.keys, .has_keys = true};
	struct smb2_hdr asked;
	struct raw_reply r;

	(void)state;
	raw_begin(&c);
	smb2_simple_encode(raw_add(&c, &stranger, SMB2_TREE_DISCONNECT));
	raw_send(&c);
	assert_int_equal(smb2_hdr_decode(&asked, buf_view(&c.msg)), NS_OK);
	raw_expect(&c, &r, SMB2_TREE_DISCONNECT, NT_STATUS_USER_SESSION_DELETED);
	assert_true(asked.flags & SMB2_FLAGS_SIGNED);
	assert_true(r.hdr.flags & SMB2_FLAGS_SIGNED);
	assert_memory_equal(r.hdr.signature, asked.signature, SMB2_SIGNATURE_LEN);
	stranger.has_keys = false;
	raw_begin(&c);
	smb2_simple_encode(raw_add(&c, &stranger, SMB2_TREE_DISCONNECT));
	raw_send(&c);
	raw_expect(&c, &r, SMB2_TREE_DISCONNECT, NT_STATUS_USER_SESSION_DELETED);
	assert_false(r.hdr.flags & SMB2_FLAGS_SIGNED);
}

static void a_session_of_another_connection_is_not_here(void **state)
{
	struct raw_session theirs = {0};
	struct rawclient other;

	(void)state;
	raw_connect(&other, &lab, "10.0.0.2");
	raw_negotiate(&other, SMB2_DIALECT_311);
	theirs.id = s.id;
	assert_int_equal(raw_simple(&other, &theirs, SMB2_LOGOFF),
			 NT_STATUS_USER_SESSION_DELETED);
	assert_int_equal(raw_echo(&c, &s), NT_STATUS_SUCCESS);
	raw_session_release(&theirs);
	raw_disconnect(&other);
}

/* Bug class 9: signing really required. */
static void class_9_an_unsigned_request_is_refused(void **state)
{
	struct raw_reply r;

	(void)state;
	s.unsigned_ = true;
	assert_int_equal(raw_echo(&c, &s), NT_STATUS_ACCESS_DENIED);
	assert_int_equal(raw_logoff(&c, &s), NT_STATUS_ACCESS_DENIED);
	assert_int_equal(raw_simple(&c, &s, SMB2_TREE_DISCONNECT), NT_STATUS_ACCESS_DENIED);
	s.unsigned_ = false;
	raw_begin(&c);
	smb2_simple_encode(raw_add(&c, &s, SMB2_ECHO));
	raw_send(&c);
	raw_expect(&c, &r, SMB2_ECHO, NT_STATUS_SUCCESS);
	assert_true(r.is_signed);
}

static void flip_last(struct rawclient *client, struct buf *msg)
{
	(void)client;
	msg->p[msg->n - 1] ^= 1;
}

static void flip_signature(struct rawclient *client, struct buf *msg)
{
	(void)client;
	msg->p[50] ^= 0x80;
}

static void class_9_a_wrong_signature_is_refused(void **state)
{
	struct raw_reply r;

	(void)state;
	c.touch = flip_last;
	assert_int_equal(raw_echo(&c, &s), NT_STATUS_ACCESS_DENIED);
	c.touch = flip_signature;
	raw_begin(&c);
	smb2_simple_encode(raw_add(&c, &s, SMB2_LOGOFF));
	raw_send(&c);
	raw_expect(&c, &r, SMB2_LOGOFF, NT_STATUS_ACCESS_DENIED);
	assert_false(r.is_signed); /* we sign for nobody who could not */
	c.touch = NULL;
	assert_int_equal(raw_echo(&c, &s), NT_STATUS_SUCCESS);
}

static void without_a_requirement_the_client_decides(void **state)
{
	struct raw_session plain;
	struct rawclient other;
	struct raw_reply r;

	(void)state;
	lab.config.signing_required = false;
	raw_connect(&other, &lab, "10.0.0.2");
	raw_negotiate(&other, SMB2_DIALECT_210);
	assert_int_equal(raw_sign_in(&other, &plain, "bob", "passbob"), NT_STATUS_SUCCESS);
	for (unsigned i = 0; i < 2; i++) {
		plain.unsigned_ = i == 0;
		raw_begin(&other);
		smb2_simple_encode(raw_add(&other, &plain, SMB2_ECHO));
		raw_send(&other);
		raw_expect(&other, &r, SMB2_ECHO, NT_STATUS_SUCCESS);
		assert_int_equal(r.is_signed, i == 1);
	}
	raw_session_release(&plain);
	raw_disconnect(&other);
}

/* Each dialect's and each algorithm's keys, both ways. */
static void every_kind_of_signature_is_understood(void **state)
{
	static const uint16_t dialects[] = {SMB2_DIALECT_202, SMB2_DIALECT_210,
					    SMB2_DIALECT_300, SMB2_DIALECT_302};
	static const uint16_t algorithms[] = {SMB2_SIGNING_HMAC_SHA256,
					      SMB2_SIGNING_AES_CMAC, SMB2_SIGNING_AES_GMAC};

	(void)state;
	for (size_t i = 0; i < 7; i++) {
		struct raw_session mine;
		struct rawclient other;
		struct raw_reply r;

		raw_connect(&other, &lab, "10.0.0.2");
		raw_negotiate_req(&other, i < 4 ? dialects[i] : SMB2_DIALECT_311);
		if (i >= 4)
			other.asked.contexts.signing = (struct smb2_algorithms){
				.id = {algorithms[i - 4]}, .count = 1};
		assert_int_equal(raw_negotiate_as(&other, &other.asked), NT_STATUS_SUCCESS);
		assert_int_equal(raw_sign_in(&other, &mine, "bob", "passbob"),
				 NT_STATUS_SUCCESS);
		raw_begin(&other);
		smb2_simple_encode(raw_add(&other, &mine, SMB2_ECHO));
		raw_send(&other);
		raw_expect(&other, &r, SMB2_ECHO, NT_STATUS_SUCCESS);
		assert_true(r.is_signed);
		raw_session_release(&mine);
		raw_disconnect(&other);
	}
}

static void a_session_that_signs_in_is_good_for_nothing_yet(void **state)
{
	struct raw_setup half = {.user = "bob", .password = "passbob", .legs = 1};
	struct raw_session bob;

	(void)state;
	assert_int_equal(raw_sign_in_as(&c, &bob, &half),
			 NT_STATUS_MORE_PROCESSING_REQUIRED);
	assert_int_equal(raw_echo(&c, &bob), NT_STATUS_USER_SESSION_DELETED);
	assert_int_equal(raw_simple(&c, &bob, SMB2_TREE_DISCONNECT),
			 NT_STATUS_USER_SESSION_DELETED);
	assert_int_equal(raw_sign_in_more(&c, &bob, &half), NT_STATUS_SUCCESS);
	assert_int_equal(raw_echo(&c, &bob), NT_STATUS_SUCCESS);
	raw_session_release(&bob);
}

static void echo_needs_nobody_and_keeps_nobody(void **state)
{
	struct rawclient other;

	(void)state;
	assert_int_equal(raw_echo(&c, NULL), NT_STATUS_SUCCESS); /* SessionId 0 */
	raw_connect(&other, &lab, "10.0.0.2");
	raw_negotiate(&other, SMB2_DIALECT_311);
	for (unsigned i = 0; i < 50; i++) {
		serverlab_pass(&lab, 1000);
		if (raw_dropped(&other))
			break;
		assert_int_equal(raw_echo(&other, NULL), NT_STATUS_SUCCESS);
	}
	assert_true(raw_dropped(&other)); /* 45 s without a session all the same */
	raw_disconnect(&other);
}

static void a_tree_must_be_this_sessions(void **state)
{
	struct smb2_file_id id;
	struct raw_session bob;

	(void)state;
	assert_int_equal(raw_sign_in(&c, &bob, "bob", "passbob"), NT_STATUS_SUCCESS);
	assert_int_equal(raw_open_pipe(&c, &bob, "srvsvc", &id),
			 NT_STATUS_NETWORK_NAME_DELETED);
	c.tree += 77;
	assert_int_equal(raw_open_pipe(&c, &s, "srvsvc", &id),
			 NT_STATUS_NETWORK_NAME_DELETED);
	c.tree -= 77;
	assert_int_equal(raw_open_pipe(&c, &s, "srvsvc", &id), NT_STATUS_SUCCESS);
	assert_int_equal(raw_simple(&c, &s, SMB2_TREE_DISCONNECT), NT_STATUS_SUCCESS);
	assert_int_equal(raw_close(&c, &s, id), NT_STATUS_NETWORK_NAME_DELETED);
	raw_session_release(&bob);
}

static void a_file_must_be_open_here(void **state)
{
	struct smb2_file_id id, wrong;
	struct raw_session bob;
	uint32_t tree = c.tree;

	(void)state;
	assert_int_equal(raw_open_pipe(&c, &s, "srvsvc", &id), NT_STATUS_SUCCESS);
	wrong = id;
	wrong.persistent_id++;
	assert_int_equal(raw_close(&c, &s, wrong), NT_STATUS_FILE_CLOSED);
	wrong = id;
	wrong.volatile_id += 5;
	assert_int_equal(raw_close(&c, &s, wrong), NT_STATUS_FILE_CLOSED);
	assert_int_equal(raw_close(&c, &s, SMB2_FILE_ID_NONE), NT_STATUS_FILE_CLOSED);
	/* Bug class 6: another user's handle. */
	assert_int_equal(raw_sign_in(&c, &bob, "bob", "passbob"), NT_STATUS_SUCCESS);
	assert_int_equal(raw_tree(&c, &bob, "IPC$", &c.tree), NT_STATUS_SUCCESS);
	assert_int_equal(raw_close(&c, &bob, id), NT_STATUS_FILE_CLOSED);
	c.tree = tree;
	assert_int_equal(raw_close(&c, &s, id), NT_STATUS_SUCCESS);
	assert_int_equal(raw_close(&c, &s, id), NT_STATUS_FILE_CLOSED);
	raw_session_release(&bob);
}

static void a_body_of_another_size_is_refused(void **state)
{
	struct raw_reply r;

	(void)state;
	for (uint16_t code = SMB2_LOGOFF; code < SMB2_OPLOCK_BREAK; code++) {
		if (code == SMB2_CANCEL)
			continue;
		for (unsigned form = 0; form < 2; form++) {
			struct wire_writer *w;

			raw_begin(&c);
			w = raw_add(&c, &s, code);
			if (form == 1)
				wire_put_le16(w, 3); /* nobody's StructureSize */
			raw_send(&c);
			raw_expect(&c, &r, code, NT_STATUS_INVALID_PARAMETER);
			assert_true(r.is_signed);
		}
	}
	assert_int_equal(raw_echo(&c, &s), NT_STATUS_SUCCESS);
}

static void what_a_pipe_does_not_do_it_says(void **state)
{
	struct smb2_file_id id;
	struct wire_writer *w;
	struct raw_reply r;

	(void)state;
	assert_int_equal(raw_open_pipe(&c, &s, "srvsvc", &id), NT_STATUS_SUCCESS);
	raw_begin(&c);
	w = raw_add(&c, &s, SMB2_LOCK);
	wire_put_le16(w, 48);
	wire_put_le16(w, 1);
	wire_put_le32(w, 0);
	smb2_file_id_put(w, id);
	wire_put_zero(w, 24);
	raw_send(&c);
	raw_expect(&c, &r, SMB2_LOCK, NT_STATUS_INVALID_DEVICE_REQUEST);
}

static void a_response_names_its_request(void **state)
{
	struct raw_reply r;

	(void)state;
	raw_begin(&c);
	smb2_simple_encode(raw_add(&c, &s, SMB2_ECHO));
	raw_hdr(&c)->credits = 10;
	raw_send(&c);
	raw_expect(&c, &r, SMB2_ECHO, NT_STATUS_SUCCESS);
	assert_true(r.hdr.message_id == c.next_id - 1);
	assert_true(r.hdr.session_id == s.id);
	assert_int_equal(r.hdr.credits, 10);
	assert_int_equal(r.hdr.credit_charge, 1);
	assert_int_equal(r.hdr.next, 0);
	assert_int_equal(r.hdr.flags, SMB2_FLAGS_SERVER_TO_REDIR | SMB2_FLAGS_SIGNED);
}

static void credits_are_few_before_anybody_signed_in(void **state)
{
	struct rawclient other;
	struct raw_session bob;
	struct raw_reply r;

	(void)state;
	raw_connect(&other, &lab, "10.0.0.2");
	other.ask = UINT16_MAX;
	raw_negotiate(&other, SMB2_DIALECT_311);
	assert_int_equal(other.conn->credits.free, 64);
	assert_int_equal(raw_sign_in(&other, &bob, "bob", "passbob"), NT_STATUS_SUCCESS);
	assert_int_equal(other.conn->credits.free, 8192);
	raw_begin(&other);
	smb2_simple_encode(raw_add(&other, &bob, SMB2_ECHO));
	raw_send(&other);
	raw_expect(&other, &r, SMB2_ECHO, NT_STATUS_SUCCESS);
	assert_int_equal(r.hdr.credits, 1);
	raw_session_release(&bob);
	raw_disconnect(&other);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, up, down)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_command_has_its_row),
		TEST(an_unknown_session_is_a_deleted_one),
		TEST(an_unknown_session_has_its_signature_echoed),
		TEST(a_session_of_another_connection_is_not_here),
		TEST(class_9_an_unsigned_request_is_refused),
		TEST(class_9_a_wrong_signature_is_refused),
		TEST(without_a_requirement_the_client_decides),
		TEST(every_kind_of_signature_is_understood),
		TEST(a_session_that_signs_in_is_good_for_nothing_yet),
		TEST(echo_needs_nobody_and_keeps_nobody),
		TEST(a_tree_must_be_this_sessions),
		TEST(a_file_must_be_open_here),
		TEST(a_body_of_another_size_is_refused),
		TEST(what_a_pipe_does_not_do_it_says),
		TEST(a_response_names_its_request),
		TEST(credits_are_few_before_anybody_signed_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

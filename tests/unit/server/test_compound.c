/* SPDX-License-Identifier: MIT */
/* Compounds, [MS-SMB2] 3.3.5.2.7: related, unrelated, and what their elements take away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "one_rig.h"
#include "wire/smb2_create.h"
#include "wire/smb2_simple.h"

static struct raw_session s;

static int up(void **state)
{
	one_up(state);
	one_sign_in(&s, 20);
	return 0;
}

static int down(void **state)
{
	raw_session_release(&s);
	return one_down(state);
}

/* A related request carries no ids of its own. */
static void forget_ids(void)
{
	raw_hdr(&c)->session_id = UINT64_MAX;
	raw_hdr(&c)->tree_id = UINT32_MAX;
}

static void add_simple(struct raw_session *session, uint16_t command)
{
	smb2_simple_encode(raw_add(&c, session, command));
}

static void add_create(const char *name)
{
	raw_put_create(raw_add(&c, &s, SMB2_CREATE), name);
}

static void add_close(void)
{
	raw_put_close(raw_add(&c, &s, SMB2_CLOSE), SMB2_FILE_ID_NONE);
}

static void the_client_engines_three(void **state)
{
	struct raw_reply r[3];

	(void)state;
	c.related = true;
	raw_begin(&c);
	raw_put_tree(&c, raw_add(&c, &s, SMB2_TREE_CONNECT), "IPC$");
	add_create("srvsvc");
	raw_hdr(&c)->tree_id = UINT32_MAX;
	add_close();
	forget_ids();
	raw_send(&c);
	raw_expect(&c, &r[0], SMB2_TREE_CONNECT, NT_STATUS_SUCCESS);
	raw_expect(&c, &r[1], SMB2_CREATE, NT_STATUS_SUCCESS);
	raw_expect(&c, &r[2], SMB2_CLOSE, NT_STATUS_SUCCESS);
	for (size_t i = 0; i < 3; i++) {
		assert_true(r[i].is_signed); /* each by itself, padding and all */
		assert_int_equal(r[i].frame, r[0].frame);
		assert_true(r[i].hdr.session_id == s.id);
		assert_int_equal(r[i].hdr.tree_id, r[0].hdr.tree_id);
		assert_int_equal((r[i].hdr.flags & SMB2_FLAGS_RELATED_OPERATIONS) != 0,
				 i > 0);
		assert_int_equal(r[i].hdr.next % 8, 0);
		assert_int_equal(r[i].hdr.next == 0, i == 2);
		assert_int_equal(r[i].msg.n % 8, 0);
	}
	assert_int_equal(r[0].hdr.tree_id != c.tree, 1);
	raw_expect_nothing(&c);
}

static void unrelated_requests_share_a_frame_only(void **state)
{
	struct raw_session bob;
	struct raw_reply r;

	(void)state;
	assert_int_equal(raw_sign_in(&c, &bob, "bob", "passbob"), NT_STATUS_SUCCESS);
	raw_begin(&c);
	add_simple(&bob, SMB2_ECHO);
	add_close(); /* of no file */
	add_simple(&s, SMB2_ECHO);
	raw_send(&c);
	raw_expect(&c, &r, SMB2_ECHO, NT_STATUS_SUCCESS);
	assert_true(r.is_signed);
	assert_true(r.hdr.session_id == bob.id);
	raw_expect(&c, &r, SMB2_CLOSE, NT_STATUS_FILE_CLOSED);
	assert_true(r.is_signed);
	raw_expect(&c, &r, SMB2_ECHO, NT_STATUS_SUCCESS);
	assert_true(r.is_signed);
	assert_true(r.hdr.session_id == s.id);
	raw_session_release(&bob);
}

static void a_failed_create_fails_those_behind_it(void **state)
{
	struct raw_reply r;

	(void)state;
	c.related = true;
	raw_begin(&c);
	add_create("no-such-pipe");
	raw_put_read(raw_add(&c, &s, SMB2_READ), SMB2_FILE_ID_NONE, 10);
	add_close();
	raw_send(&c);
	raw_expect(&c, &r, SMB2_CREATE, NT_STATUS_OBJECT_NAME_NOT_FOUND);
	raw_expect(&c, &r, SMB2_READ, NT_STATUS_OBJECT_NAME_NOT_FOUND);
	raw_expect(&c, &r, SMB2_CLOSE, NT_STATUS_OBJECT_NAME_NOT_FOUND);
}

/* The CLOSE at the end of a compound must not be lost because something before it failed.
 */
static void a_close_is_done_whatever_failed_after_create(void **state)
{
	struct raw_reply r;

	(void)state;
	c.related = true;
	raw_begin(&c);
	add_create("srvsvc");
	smb2_ioctl_req_encode(raw_add(&c, &s, SMB2_IOCTL),
			      &(struct smb2_ioctl_req){.ctl_code = 0x99999,
						       .file_id = SMB2_FILE_ID_NONE,
						       .flags = SMB2_0_IOCTL_IS_FSCTL});
	add_close();
	raw_send(&c);
	raw_expect(&c, &r, SMB2_CREATE, NT_STATUS_SUCCESS);
	raw_expect(&c, &r, SMB2_IOCTL, NT_STATUS_INVALID_DEVICE_REQUEST);
	raw_expect(&c, &r, SMB2_CLOSE, NT_STATUS_SUCCESS);
	assert_int_equal(lab.server->counters.opens_now, 0);
}

static void related_to_nothing(void **state)
{
	struct raw_reply r;

	(void)state;
	/* The first is related already. */
	raw_begin(&c);
	add_close();
	raw_hdr(&c)->flags |= SMB2_FLAGS_RELATED_OPERATIONS;
	add_close();
	raw_hdr(&c)->flags |= SMB2_FLAGS_RELATED_OPERATIONS;
	raw_send(&c);
	raw_expect(&c, &r, SMB2_CLOSE, NT_STATUS_INVALID_PARAMETER);
	raw_expect(&c, &r, SMB2_CLOSE, NT_STATUS_INVALID_PARAMETER);

	/* The one before has no file; then, no tree. */
	c.related = true;
	raw_begin(&c);
	add_simple(&s, SMB2_ECHO);
	add_create("srvsvc");
	raw_send(&c);
	raw_expect(&c, &r, SMB2_ECHO, NT_STATUS_SUCCESS);
	raw_expect(&c, &r, SMB2_CREATE, NT_STATUS_INVALID_PARAMETER);

	raw_begin(&c);
	raw_put_tree(&c, raw_add(&c, &s, SMB2_TREE_CONNECT), "IPC$");
	add_close();
	raw_send(&c);
	raw_expect(&c, &r, SMB2_TREE_CONNECT, NT_STATUS_SUCCESS);
	raw_expect(&c, &r, SMB2_CLOSE, NT_STATUS_INVALID_HANDLE);
}

/* It names no session; but who alone is on the connection is answered as he asked. */
static void a_refusal_to_who_continues_nothing_is_signed(void **state)
{
	struct raw_session bob;
	struct raw_reply r;
	uint32_t tree;

	(void)state;
	for (unsigned others = 0; others < 2; others++) {
		raw_begin(&c);
		for (unsigned i = 0; i < 2; i++) {
			add_close();
			forget_ids();
			raw_hdr(&c)->flags |= SMB2_FLAGS_RELATED_OPERATIONS;
		}
		raw_send(&c);
		for (unsigned i = 0; i < 2; i++) {
			raw_expect(&c, &r, SMB2_CLOSE, NT_STATUS_INVALID_PARAMETER);
			assert_int_equal(r.is_signed, others == 0);
		}
		/* With a second session nobody knows whose it was. */
		if (others == 0)
			assert_int_equal(raw_sign_in(&c, &bob, "bob", "passbob"),
					 NT_STATUS_SUCCESS);
	}
	assert_int_equal(raw_tree(&c, &s, "IPC$", &tree), NT_STATUS_SUCCESS);
	raw_session_release(&bob);
}

/* A FileId that means nothing is carried on like any other. */
static void a_file_that_is_none_is_a_closed_one(void **state)
{
	struct raw_reply r;

	(void)state;
	c.related = true;
	raw_begin(&c);
	smb2_ioctl_req_encode(raw_add(&c, &s, SMB2_IOCTL),
			      &(struct smb2_ioctl_req){.ctl_code = FSCTL_PIPE_PEEK,
						       .file_id = SMB2_FILE_ID_NONE,
						       .flags = SMB2_0_IOCTL_IS_FSCTL});
	add_close();
	raw_send(&c);
	raw_expect(&c, &r, SMB2_IOCTL, NT_STATUS_FILE_CLOSED);
	raw_expect(&c, &r, SMB2_CLOSE, NT_STATUS_FILE_CLOSED);
}

static void a_session_that_is_unknown_carries_nobody_on(void **state)
{
	struct raw_session stranger = {.id = 0x1234};
	struct raw_reply r;

	(void)state;
	c.related = true;
	raw_begin(&c);
	raw_put_close(raw_add(&c, &stranger, SMB2_CLOSE), SMB2_FILE_ID_NONE);
	add_close();
	raw_send(&c);
	raw_expect(&c, &r, SMB2_CLOSE, NT_STATUS_USER_SESSION_DELETED);
	raw_expect(&c, &r, SMB2_CLOSE, NT_STATUS_INVALID_PARAMETER);
	raw_session_release(&stranger);
}

/* Bug class 4: the tree is freed by an earlier element. */
static void class_4_a_tree_freed_by_an_earlier_element(void **state)
{
	struct smb2_file_id id;
	struct raw_reply r;

	(void)state;
	assert_int_equal(raw_open_pipe(&c, &s, "srvsvc", &id), NT_STATUS_SUCCESS);
	c.related = true;
	raw_begin(&c);
	add_create("srvsvc");
	add_simple(&s, SMB2_TREE_DISCONNECT);
	add_create("srvsvc");
	raw_put_read(raw_add(&c, &s, SMB2_READ), id, 10);
	raw_send(&c);
	raw_expect(&c, &r, SMB2_CREATE, NT_STATUS_SUCCESS);
	raw_expect(&c, &r, SMB2_TREE_DISCONNECT, NT_STATUS_SUCCESS);
	raw_expect(&c, &r, SMB2_CREATE, NT_STATUS_NETWORK_NAME_DELETED);
	assert_true(r.is_signed);
	raw_expect(&c, &r, SMB2_READ, NT_STATUS_INVALID_PARAMETER);
	assert_int_equal(lab.server->counters.opens_now, 0);
	assert_int_equal(lab.server->counters.trees_now, 0);
}

/* Bug class 4: the session is freed by an earlier element. */
static void class_4_a_session_freed_by_an_earlier_element(void **state)
{
	struct raw_reply r;

	(void)state;
	for (unsigned related = 0; related < 2; related++) {
		struct raw_session bob;
		uint32_t tree = c.tree;

		assert_int_equal(raw_sign_in(&c, &bob, "bob", "passbob"),
				 NT_STATUS_SUCCESS);
		assert_int_equal(raw_tree(&c, &bob, "IPC$", &c.tree), NT_STATUS_SUCCESS);
		c.related = related == 1;
		raw_begin(&c);
		raw_put_create(raw_add(&c, &bob, SMB2_CREATE), "srvsvc");
		add_simple(&bob, SMB2_LOGOFF);
		raw_put_create(raw_add(&c, &bob, SMB2_CREATE), "srvsvc");
		add_simple(&bob, SMB2_ECHO);
		raw_send(&c);
		raw_expect(&c, &r, SMB2_CREATE, NT_STATUS_SUCCESS);
		assert_true(r.is_signed);
		raw_expect(&c, &r, SMB2_LOGOFF, NT_STATUS_SUCCESS);
		assert_true(r.is_signed);
		raw_expect(&c, &r, SMB2_CREATE,
			   related == 1 ? NT_STATUS_INVALID_PARAMETER
					: NT_STATUS_USER_SESSION_DELETED);
		raw_expect(&c, &r, SMB2_ECHO, NT_STATUS_USER_SESSION_DELETED);
		c.related = false;
		c.tree = tree;
		assert_int_equal(raw_echo(&c, &s), NT_STATUS_SUCCESS);
		raw_session_release(&bob);
	}
	assert_int_equal(lab.server->counters.sessions_now, 1);
}

static void a_compound_has_a_most_of_elements(void **state)
{
	struct raw_reply r;

	(void)state;
	while (c.conn->credits.free < 200)
		assert_int_equal(raw_echo(&c, &s), NT_STATUS_SUCCESS);
	raw_begin(&c);
	for (unsigned i = 0; i < 64; i++)
		add_simple(&s, SMB2_ECHO);
	raw_send(&c);
	for (unsigned i = 0; i < 64; i++)
		raw_expect(&c, &r, SMB2_ECHO, NT_STATUS_SUCCESS);
	raw_begin(&c);
	for (unsigned i = 0; i < 65; i++)
		add_simple(&s, SMB2_ECHO);
	raw_send(&c);
	assert_true(raw_dropped(&c));
}

static void misalign(struct rawclient *client, struct buf *msg)
{
	(void)client;
	msg->p[20] ^= 4; /* NextCommand of the first */
}

static void overshoot(struct rawclient *client, struct buf *msg)
{
	(void)client;
	msg->p[21] = 0x40;
}

/* Bug class 7: the chain is looked at before anything of it is done. */
static void class_7_a_malformed_chain_does_nothing(void **state)
{
	void (*const touches[])(struct rawclient *, struct buf *) = {misalign, overshoot};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		c.touch = touches[i];
		raw_begin(&c);
		add_create("srvsvc");
		add_simple(&s, SMB2_ECHO);
		raw_send(&c);
		assert_true(raw_dropped(&c));
		raw_expect_nothing(&c);
		assert_int_equal(lab.server->counters.pipes_opened, 0);
		raw_session_release(&s);
		raw_disconnect(&c);
		raw_connect(&c, &lab, "10.0.0.1");
		raw_negotiate(&c, SMB2_DIALECT_311);
		assert_int_equal(raw_sign_in(&c, &s, "alice", "passalice"),
				 NT_STATUS_SUCCESS);
	}
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, up, down)
	const struct CMUnitTest tests[] = {
		TEST(the_client_engines_three),
		TEST(unrelated_requests_share_a_frame_only),
		TEST(a_failed_create_fails_those_behind_it),
		TEST(a_close_is_done_whatever_failed_after_create),
		TEST(related_to_nothing),
		TEST(a_refusal_to_who_continues_nothing_is_signed),
		TEST(a_file_that_is_none_is_a_closed_one),
		TEST(a_session_that_is_unknown_carries_nobody_on),
		TEST(class_4_a_tree_freed_by_an_earlier_element),
		TEST(class_4_a_session_freed_by_an_earlier_element),
		TEST(a_compound_has_a_most_of_elements),
		TEST(class_7_a_malformed_chain_does_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

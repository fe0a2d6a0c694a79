/* SPDX-License-Identifier: MIT */
/* Servers whose messages are well formed and not true: replays, strays, lies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/ntstatus.h"
#include "client/request.h"
#include "unit/client/conn_rig.h"
#include "wire/smb2_error.h"

/* ---------------------------------------------------------- whose answer is it -- */

static void replay(struct smbpeer *p, enum smbpeer_when when, uint16_t command,
		   struct buf *b, size_t at)
{
	struct view frame = view_slice(buf_view(b), at, SIZE_MAX);
	struct buf copy;

	if (when != SMBPEER_FRAME || command != *(uint16_t *)p->cfg.arg)
		return;
	buf_init(&copy, 1u << 20);
	assert_int_equal(buf_append(&copy, frame), NS_OK);
	assert_int_equal(buf_append(b, buf_view(&copy)), NS_OK);
	buf_release(&copy);
}

static void an_answer_counts_once(void **state)
{
	static uint16_t commands[] = {SMB2_NEGOTIATE, SMB2_SESSION_SETUP, SMB2_TREE_CONNECT,
				      SMB2_READ};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		for (int sealed = 0; sealed < 2; sealed++) {
			struct smbpeer_config server = {
				.reply = 10000,
				.encrypt_session = sealed,
				.twist = replay,
				.arg = &commands[i],
			};

			assert_int_equal(rig_once(NULL, &server), NS_EUNEXPECTED);
		}
	}
}

/* An answer of the server's own making, unsigned, to a message that may be in flight. */
static enum ns_err stray(uint16_t command, uint64_t message_id, uint32_t flags,
			 uint32_t status)
{
	struct smb2_error_rsp body = {0};
	struct wire_writer w;
	struct buf reply = {0};
	struct buf msg;
	struct rig r;
	enum ns_err err;

	rig_init(&r, NULL, NULL);
	rig_expect(&r, NS_OK, true);
	r.peer.cfg.silent = true;
	assert_int_equal(link_call(r.link, &SRVSVC, 12, (struct view){0}, 0), NS_OK);
	rig_pump(&r);
	if (message_id == 0)
		message_id = r.peer.next_id - 1;
	buf_init(&msg, 1000);
	w = wire_writer_at_end(&msg);
	smbpeer_header(&w, command, message_id, flags);
	smb2_error_rsp_encode(&w, &body);
	wire_patch32(&w, 8, status);
	if ((flags & SMB2_FLAGS_ASYNC_COMMAND) != 0)
		wire_patch32(&w, 32, 1234); /* AsyncId */
	smbpeer_send_raw(&r.peer, buf_view(&msg));
	buf_release(&msg);
	rig_pump(&r);
	err = link_poll(r.link, &reply);
	rig_release(&r);
	return err;
}

static void answers_nobody_asked_for(void **state)
{
	const uint32_t async = SMB2_FLAGS_ASYNC_COMMAND;

	(void)state;
	/* Not in flight; to another command; unasked; a request. */
	assert_int_equal(stray(SMB2_IOCTL, 99999, 0, 0), NS_EUNEXPECTED);
	assert_int_equal(stray(SMB2_READ, 0, 0, 0), NS_EUNEXPECTED);
	assert_int_equal(stray(SMB2_IOCTL, UINT64_MAX, 0, 0), NS_EUNEXPECTED);
	assert_int_equal(stray(0xffff, 0, 0, 0), NS_EUNEXPECTED);
	/* An interim response that is not asynchronous; one that is. */
	assert_int_equal(stray(SMB2_IOCTL, 0, 0, NT_STATUS_PENDING), NS_EFORMAT);
	assert_int_equal(stray(SMB2_IOCTL, 0, async, NT_STATUS_PENDING), NS_AGAIN);
}

static void pending_for_ever(void **state)
{
	struct smb2_error_rsp body = {0};
	struct wire_writer w;
	struct buf reply = {0};
	struct buf msg;
	struct rig r;
	int n = 0;

	(void)state;
	rig_init(&r, NULL, NULL);
	r.peer.cfg.silent = true;
	assert_int_equal(link_call(r.link, &SRVSVC, 12, (struct view){0}, 0), NS_OK);
	rig_pump(&r);
	buf_init(&msg, 1000);
	w = wire_writer_at_end(&msg);
	smbpeer_header(&w, SMB2_NEGOTIATE, 0, SMB2_FLAGS_ASYNC_COMMAND);
	smb2_error_rsp_encode(&w, &body);
	wire_patch32(&w, 8, NT_STATUS_PENDING);
	wire_patch32(&w, 32, 1234); /* AsyncId */
	for (; link_alive(r.link) && n < 1000; n++) {
		smbpeer_send_raw(&r.peer, buf_view(&msg));
		rig_pump(&r);
	}
	buf_release(&msg);
	assert_int_equal(n, INTERIMS_MAX + 1);
	assert_int_equal(link_poll(r.link, &reply), NS_ELIMIT);
	rig_release(&r);
}

/* --------------------------------------------------------------------- what it says -- */

/* arg: what a NEGOTIATE response is to say instead. */
static void change_dialect(struct smbpeer *p, enum smbpeer_when when, uint16_t command,
			   struct buf *b, size_t at)
{
	struct wire_writer w = {.out = b, .base = at};

	if (when == SMBPEER_ELEMENT && command == SMB2_NEGOTIATE)
		wire_patch16(&w, SMB2_HDR_LEN + 4, *(uint16_t *)p->cfg.arg);
}

static void dialects_we_did_not_offer(void **state)
{
	static uint16_t dialects[] = {0, 1, 0x0201, 0x02ff, 0x0310, 0x0312, 0xffff};
	struct conn_config old = {.highest = 0x0300};
	static uint16_t newer = 0x0302;
	struct smbpeer_config server = {.twist = change_dialect, .dialect = 0x0300};

	(void)state;
	for (size_t i = 0; i < 7; i++) {
		server.arg = &dialects[i];
		assert_int_equal(rig_once(NULL, &server), NS_EUNEXPECTED);
	}
	server.arg = &newer;
	assert_int_equal(rig_once(&old, &server), NS_EUNEXPECTED);
}

static void negotiations_that_fail(void **state)
{
	static const struct {
		uint32_t status;
		enum ns_err err;
		const char *text;
	} rows[] = {
		{NT_STATUS_NOT_SUPPORTED, NS_EUNSUPPORTED,
		 "the server takes none of the dialects we offer (NT_STATUS_NOT_SUPPORTED)"},
		{NT_STATUS_INVALID_PARAMETER, NS_EUNSUPPORTED,
		 "the server takes none of the dialects we offer "
		 "(NT_STATUS_INVALID_PARAMETER)"},
		/* 5 says it in the same words. */
		{NT_STATUS_ACCESS_DENIED, NS_EACCESS, "NT_STATUS_ACCESS_DENIED"},
		{NT_STATUS_INSUFFICIENT_RESOURCES, NS_ESTATUS,
		 "the server is short of resources (NT_STATUS_INSUFFICIENT_RESOURCES)"},
		{NT_STATUS_SMB_NO_PREAUTH_INTEGRITY_HASH_OVERLAP, NS_EUNSUPPORTED,
		 "the two sides share no hash for preauthentication integrity "
		 "(NT_STATUS_SMB_NO_PREAUTH_INTEGRITY_HASH_OVERLAP)"},
	};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct smbpeer_config server = {0};
		struct rig r;

		server.status[SMB2_NEGOTIATE] = rows[i].status;
		rig_init(&r, NULL, &server);
		rig_expect(&r, rows[i].err, false);
		assert_int_equal(rig_info(&r).ntstatus, rows[i].status);
		assert_string_equal(rig_info(&r).text, rows[i].text);
		rig_release(&r);
	}
}

static void sign_in_statuses(void **state)
{
	static const struct {
		uint32_t status;
		enum ns_err err;
	} rows[] = {
		{NT_STATUS_ACCOUNT_DISABLED, NS_EAUTH},
		{NT_STATUS_PASSWORD_EXPIRED, NS_EAUTH},
		{NT_STATUS_ACCESS_DENIED, NS_EACCESS},
		{NT_STATUS_REQUEST_NOT_ACCEPTED, NS_ESTATUS},
		{0xc0ffee00, NS_ESTATUS},
		{1, NS_ESTATUS},
	};

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct smbpeer_config server = {0};
		struct rig r;

		server.status[SMB2_SESSION_SETUP] = rows[i].status;
		rig_init(&r, NULL, &server);
		rig_expect(&r, rows[i].err, false);
		assert_int_equal(rig_info(&r).ntstatus, rows[i].status);
		rig_release(&r);
	}
}

/* A server that says "success" without having proved that it knows the password. */
static void succeed_early(struct smbpeer *p, enum smbpeer_when when, uint16_t command,
			  struct buf *b, size_t at)
{
	struct wire_writer w = {.out = b, .base = at};

	(void)p;
	if (when == SMBPEER_ELEMENT && command == SMB2_SESSION_SETUP)
		wire_patch32(&w, 8, NT_STATUS_SUCCESS);
}

static void success_must_be_earned(void **state)
{
	struct smbpeer_config server = {.twist = succeed_early};

	(void)state;
	assert_int_equal(rig_once(NULL, &server), NS_EUNEXPECTED);
}

/* Each SESSION_SETUP response names another session. */
static void change_session(struct smbpeer *p, enum smbpeer_when when, uint16_t command,
			   struct buf *b, size_t at)
{
	struct wire_writer w = {.out = b, .base = at};

	if (when == SMBPEER_ELEMENT && command == SMB2_SESSION_SETUP && !p->signed_in)
		wire_patch32(&w, 40, 77); /* SessionId */
}

static void the_session_stays_the_same(void **state)
{
	struct smbpeer_config server = {.twist = change_session, .dialect = 0x0302};

	(void)state;
	assert_int_equal(rig_once(NULL, &server), NS_EUNEXPECTED);
}

/* Answers, well signed or sealed, that say they are requests or of another session. */
static void pose_as_request(struct smbpeer *p, enum smbpeer_when when, uint16_t command,
			    struct buf *b, size_t at)
{
	struct wire_writer w = {.out = b, .base = at};

	(void)p;
	if (when == SMBPEER_ELEMENT && command == SMB2_TREE_CONNECT)
		wire_patch32(&w, 16, 0); /* Flags */
}

static void pose_as_other_session(struct smbpeer *p, enum smbpeer_when when,
				  uint16_t command, struct buf *b, size_t at)
{
	struct wire_writer w = {.out = b, .base = at};

	(void)p;
	if (when == SMBPEER_ELEMENT && command == SMB2_TREE_CONNECT)
		wire_patch32(&w, 40, 77); /* SessionId */
}

static void answers_that_pose_as_others(void **state)
{
	struct smbpeer_config server = {.twist = pose_as_request};

	(void)state;
	assert_int_equal(rig_once(NULL, &server), NS_EUNEXPECTED);
	server.twist = pose_as_other_session;
	server.encrypt_session = true;
	assert_int_equal(rig_once(NULL, &server), NS_EUNEXPECTED);
}

static void no_preauthentication_no_dialect(void **state)
{
	struct smbpeer_config server = {.no_preauth = true};

	(void)state;
	assert_int_equal(rig_once(NULL, &server), NS_EFORMAT);
}

static void legs_for_ever(struct smbpeer *p, enum smbpeer_when when, uint16_t command,
			  struct buf *b, size_t at)
{
	struct wire_writer w = {.out = b, .base = at};

	(void)p;
	if (when == SMBPEER_ELEMENT && command == SMB2_SESSION_SETUP)
		wire_patch32(&w, 8, NT_STATUS_MORE_PROCESSING_REQUIRED);
}

static void signing_in_must_end(void **state)
{
	struct smbpeer_config server = {.twist = legs_for_ever};

	(void)state;
	assert_int_equal(rig_once(NULL, &server), NS_EUNEXPECTED);
}

/* ------------------------------------------------------------------------- the pipe -- */

/* The first fragment promises more (arg) than will come. */
static void promise(struct smbpeer *p, enum smbpeer_when when, uint16_t command,
		    struct buf *b, size_t at)
{
	/* Behind header and fixed part of the IOCTL response, alloc_hint of the PDU. */
	const size_t hint = SMB2_HDR_LEN + 48 + 16;
	struct wire_writer w = {.out = b, .base = at};

	if (when == SMBPEER_ELEMENT && command == SMB2_IOCTL && b->n - at > 1000)
		wire_patch32(&w, hint, *(uint32_t *)p->cfg.arg);
}

static void alloc_hints_that_lie(void **state)
{
	static uint32_t hints[] = {0, 1, 5000, 100000, UINT32_MAX};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct smbpeer_config server = {
			.reply = 20000, .twist = promise, .arg = &hints[i]};
		struct rig r;

		rig_init(&r, NULL, &server);
		rig_expect(&r, NS_OK, true);
		/* READs that wait for what never comes cost the pipe, not the link. */
		assert_int_equal(r.peer.requests[SMB2_CLOSE], r.peer.stuck > 0);
		assert_int_equal(r.peer.stuck > 0, i >= 3);
		rig_expect(&r, NS_OK, true);
		rig_release(&r);
	}
}

static void empty_reads_get_nowhere(void **state)
{
	struct smbpeer_config server = {.reply = 20000};
	struct rig r;

	(void)state;
	server.status[SMB2_READ] = NT_STATUS_END_OF_FILE;
	rig_init(&r, NULL, &server);
	rig_expect(&r, NS_ESTATUS, true);
	r.peer.cfg.status[SMB2_READ] = NT_STATUS_PIPE_BROKEN;
	rig_expect(&r, NS_ECLOSED, false);
	rig_release(&r);
}

static void reads_that_bring_nothing(void **state)
{
	struct smbpeer_config server = {.reply = 20000, .empty_reads = true};

	(void)state;
	assert_int_equal(rig_once(NULL, &server), NS_EFORMAT);
}

static void no_fragment_may_be_missing(struct smbpeer *p, enum smbpeer_when when,
				       uint16_t command, struct buf *b, size_t at)
{
	struct wire_writer w = {.out = b, .base = at};

	(void)p;
	/* ptype 2 becomes a request's: byte 2 of the PDU behind a READ response's 16. */
	if (when == SMBPEER_ELEMENT && command == SMB2_READ)
		wire_patch16(&w, SMB2_HDR_LEN + 16 + 2, 0);
}

static void nonsense_on_the_pipe_is_the_end(void **state)
{
	struct smbpeer_config server = {.reply = 20000,
					.twist = no_fragment_may_be_missing};
	struct rig r;

	(void)state;
	rig_init(&r, NULL, &server);
	rig_expect(&r, NS_EUNEXPECTED, false);
	rig_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_counts_once),
		cmocka_unit_test(answers_nobody_asked_for),
		cmocka_unit_test(pending_for_ever),
		cmocka_unit_test(dialects_we_did_not_offer),
		cmocka_unit_test(negotiations_that_fail),
		cmocka_unit_test(sign_in_statuses),
		cmocka_unit_test(success_must_be_earned),
		cmocka_unit_test(the_session_stays_the_same),
		cmocka_unit_test(answers_that_pose_as_others),
		cmocka_unit_test(no_preauthentication_no_dialect),
		cmocka_unit_test(signing_in_must_end),
		cmocka_unit_test(alloc_hints_that_lie),
		cmocka_unit_test(empty_reads_get_nowhere),
		cmocka_unit_test(reads_that_bring_nothing),
		cmocka_unit_test(nonsense_on_the_pipe_is_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

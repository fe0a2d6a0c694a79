/* SPDX-License-Identifier: MIT */
/*
 * Lengths, counts and offsets that lie: bug class 7, mostly from peers who have not signed
 * in.  Whatever is refused takes no room, and an honest client is served after it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "one_rig.h"
#include "wire/smb2_create.h"
#include "wire/smb2_query_directory.h"
#include "wire/smb2_query_info.h"
#include "wire/smb2_read.h"
#include "wire/smb2_set_info.h"
#include "wire/smb2_write.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void reconnect(uint16_t dialect)
{
	one_reconnect();
	if (dialect != 0)
		raw_negotiate(&c, dialect);
}

/* Little-endian, over what is there. */
static void put(struct buf *msg, size_t at, size_t size, uint32_t value)
{
	struct wire_writer w = {.out = msg};

	assert_true(at + size <= msg->n);
	if (size == 2)
		wire_patch16(&w, at, value);
	else
		wire_patch32(&w, at, value);
	assert_int_equal(wire_put_status(&w), NS_OK);
}

/* An honest sign-in: nobody who came before has left anything behind. */
static void all_is_well(void)
{
	struct raw_session s;

	assert_int_equal(lab.server->counters.sessions_unauthenticated_now, 0);
	assert_int_equal(raw_sign_in(&c, &s, "alice", "passalice"), NT_STATUS_SUCCESS);
	assert_int_equal(raw_logoff(&c, &s), NT_STATUS_SUCCESS);
	raw_session_release(&s);
}

/* ------------------------------------------------------------------------ NTLMSSP -- */

/* One of the six fields of an AUTHENTICATE_MESSAGE, [MS-NLMP] 2.2.1.3, as it is to be. */
static struct lie {
	unsigned field;
	int32_t len;  /* -1: as it was */
	int64_t from; /* -1: as it was */
} lie;

#define FIELD_FIRST 12u
#define FIELD_LEN   8u
#define SESSION_KEY 5u  /* EncryptedRandomSessionKey */
#define PAYLOAD     88u /* where it begins: behind the MIC */

static size_t find(const struct buf *msg, struct view what)
{
	for (size_t i = 0; i + what.n <= msg->n; i++)
		if (memcmp(msg->p + i, what.p, what.n) == 0)
			return i;
	fail_msg("no AUTHENTICATE_MESSAGE");
	return 0;
}

static void tell_lie(struct rawclient *client, struct buf *msg)
{
	size_t at = find(msg, VIEW_LITERAL("NTLMSSP\0\3\0\0")) + FIELD_FIRST +
		    lie.field * FIELD_LEN;

	(void)client;
	if (lie.len >= 0) {
		put(msg, at, 2, (uint32_t)lie.len);
		put(msg, at + 2, 2, (uint32_t)lie.len);
	}
	if (lie.from >= 0)
		put(msg, at + 4, 4, (uint32_t)lie.from);
}

static uint32_t status_of_lie(void)
{
	const struct raw_setup alice = {
		.user = "alice", .password = "passalice", .legs = 1};
	struct raw_session s;
	uint32_t status;

	assert_int_equal(raw_sign_in_as(&c, &s, &alice),
			 NT_STATUS_MORE_PROCESSING_REQUIRED);
	c.touch = tell_lie;
	status = raw_sign_in_more(&c, &s, &alice);
	c.touch = NULL;
	raw_session_release(&s);
	return status;
}

static void class_7_ntlm_fields_that_point_outside(void **state)
{
	static const struct {
		int32_t len;
		int64_t from;
	} rows[] = {
		{UINT16_MAX, -1},     {UINT16_MAX, 0},          {16, UINT32_MAX},
		{16, INT32_MAX},      {16, 0x80000000},         {16, UINT32_MAX - 15},
		{UINT16_MAX, 0x8000}, {UINT16_MAX, 0xffff0001}, /* their sum is 2^32 */
	};

	(void)state;
	raw_negotiate(&c, SMB2_DIALECT_311);
	for (unsigned field = 0; field <= SESSION_KEY; field++) {
		for (size_t i = 0; i < COUNT(rows); i++) {
			lie = (struct lie){field, rows[i].len, rows[i].from};
			assert_int_equal(status_of_lie(), NT_STATUS_INVALID_PARAMETER);
			assert_false(raw_dropped(&c));
		}
	}
	all_is_well();
}

/* CVE-2023-52440: a session key of another length than the cipher's was copied all the
 * same. */
static void class_7_a_session_key_of_another_length(void **state)
{
	static const int32_t lengths[] = {0, 1, 15, 17, 24, 64, 128};

	(void)state;
	raw_negotiate(&c, SMB2_DIALECT_311);
	for (size_t i = 0; i < COUNT(lengths); i++) {
		lie = (struct lie){SESSION_KEY, lengths[i], PAYLOAD};
		assert_int_equal(status_of_lie(), NT_STATUS_INVALID_PARAMETER);
	}
	/* Of the right length it is looked at, and is not what the MIC covers. */
	lie = (struct lie){SESSION_KEY, 16, PAYLOAD};
	assert_int_equal(status_of_lie(), NT_STATUS_LOGON_FAILURE);
	all_is_well();
}

/* ------------------------------------------------------- SPNEGO and SESSION_SETUP -- */

static struct buf honest; /* the last token of an honest client */

static void keep_token(struct rawclient *client, struct buf *msg)
{
	struct smb2_session_setup_req req;

	(void)client;
	assert_int_equal(smb2_session_setup_req_decode(&req, buf_view(msg)), NS_OK);
	buf_clear(&honest);
	assert_int_equal(buf_append(&honest, req.token), NS_OK);
}

static uint32_t send_token(uint64_t session, struct view token)
{
	struct smb2_session_setup_req req = {.token = token};
	struct raw_reply r;

	raw_begin(&c);
	smb2_session_setup_req_encode(raw_add(&c, NULL, SMB2_SESSION_SETUP), &req);
	raw_hdr(&c)->session_id = session;
	raw_send(&c);
	assert_true(raw_next(&c, &r));
	assert_int_equal(r.hdr.command, SMB2_SESSION_SETUP);
	return r.hdr.status;
}

/* Signs in by so many legs; the token of the last is kept. */
static void sign_in_honestly(struct raw_session *s, unsigned legs)
{
	const struct raw_setup setup = {
		.user = "alice", .password = "passalice", .legs = legs};

	buf_init(&honest, UINT16_MAX);
	c.touch = keep_token;
	assert_int_equal(raw_sign_in_as(&c, s, &setup),
			 legs == 1 ? NT_STATUS_MORE_PROCESSING_REQUIRED
				   : NT_STATUS_SUCCESS);
	c.touch = NULL;
}

/* Both tokens, cut off anywhere: none of them goes further. */
static void class_7_tokens_that_are_cut_off(void **state)
{
	const struct raw_setup half = {.user = "alice", .password = "passalice", .legs = 1};

	(void)state;
	for (unsigned legs = 1; legs <= 2; legs++) {
		struct raw_session s;

		reconnect(SMB2_DIALECT_311);
		sign_in_honestly(&s, legs);
		raw_session_release(&s);
		reconnect(SMB2_DIALECT_311);
		for (size_t n = 0; n < honest.n; n++) {
			uint64_t id = 0;
			uint32_t status;

			if (legs == 2) {
				assert_int_equal(raw_sign_in_as(&c, &s, &half),
						 NT_STATUS_MORE_PROCESSING_REQUIRED);
				id = s.id;
				raw_session_release(&s);
			}
			status = send_token(id, view_slice(buf_view(&honest), 0, n));
			assert_true(ntstatus_is_error(status));
			assert_int_not_equal(status, NT_STATUS_MORE_PROCESSING_REQUIRED);
			assert_int_equal(lab.server->counters.sessions_unauthenticated_now,
					 0);
		}
		buf_release(&honest);
		all_is_well();
	}
}

/* Every byte of the first token may be the length of something. */
static void class_7_lengths_within_a_token(void **state)
{
	static const uint8_t bytes[] = {0x00, 0x7f, 0x80, 0x81, 0x84, 0x88, 0xff};
	struct raw_session s;
	size_t refused = 0;

	(void)state;
	raw_negotiate(&c, SMB2_DIALECT_311);
	sign_in_honestly(&s, 1);
	raw_session_release(&s);
	for (size_t at = 0; at < honest.n; at++) {
		uint8_t was = honest.p[at];

		reconnect(SMB2_DIALECT_311);
		for (size_t i = 0; i < COUNT(bytes); i++) {
			honest.p[at] = bytes[i];
			refused += send_token(0, buf_view(&honest)) !=
				   NT_STATUS_MORE_PROCESSING_REQUIRED;
			assert_false(raw_dropped(&c));
		}
		honest.p[at] = was;
	}
	assert_true(refused > honest.n);
	buf_release(&honest);
	reconnect(SMB2_DIALECT_311);
	all_is_well();
}

static void class_7_a_security_buffer_that_lies_elsewhere(void **state)
{
	static const struct {
		uint16_t from, len;
	} rows[] = {
		{0, 10},         /* the header itself */
		{63, 10},        /* its last byte */
		{87, 10},        /* the fixed part */
		{88, 101},       /* one byte more than there is */
		{187, 2},        /* the same */
		{188, 1},        /* right behind the end */
		{UINT16_MAX, 1}, /* far behind it */
		{88, UINT16_MAX}, {UINT16_MAX, UINT16_MAX}, {2, UINT16_MAX - 1},
	};
	static const uint8_t token[100] = {0x60};
	struct smb2_session_setup_req req = {.token = view_of(token, sizeof(token))};
	struct raw_reply r;

	(void)state;
	raw_negotiate(&c, SMB2_DIALECT_311);
	for (size_t i = 0; i < COUNT(rows); i++) {
		raw_begin(&c);
		smb2_session_setup_req_encode(raw_add(&c, NULL, SMB2_SESSION_SETUP), &req);
		put(&c.msg, SMB2_HDR_LEN + 12, 2, rows[i].from);
		put(&c.msg, SMB2_HDR_LEN + 14, 2, rows[i].len);
		raw_send(&c);
		raw_expect(&c, &r, SMB2_SESSION_SETUP, NT_STATUS_INVALID_PARAMETER);
		assert_int_equal(lab.server->counters.sessions_unauthenticated_now, 0);
	}
	all_is_well();
}

/* ---------------------------------------------------------------------- NEGOTIATE -- */

#define DIALECT_COUNT  (SMB2_HDR_LEN + 2u)
#define CONTEXTS_FROM  (SMB2_HDR_LEN + 28u)
#define CONTEXTS_COUNT (SMB2_HDR_LEN + 32u)
/* One dialect, two bytes of padding less than eight: the first context, and its data. */
#define FIRST_CONTEXT (SMB2_HDR_LEN + 40u)
#define FIRST_DATA    (FIRST_CONTEXT + 8u)

static void class_7_negotiate_counts_and_offsets(void **state)
{
	static const struct {
		size_t at, size;
		uint32_t value;
	} rows[] = {
		{DIALECT_COUNT, 2, 0},
		{DIALECT_COUNT, 2, UINT16_MAX},
		{DIALECT_COUNT, 2, 0x8001},
		{CONTEXTS_FROM, 4, 0},
		{CONTEXTS_FROM, 4, 8},
		{CONTEXTS_FROM, 4, SMB2_HDR_LEN}, /* the fixed part */
		{CONTEXTS_FROM, 4, FIRST_CONTEXT + 4},
		{CONTEXTS_FROM, 4, 0x1000},
		{CONTEXTS_FROM, 4, 0x7ffffff8},
		{CONTEXTS_FROM, 4, 0x80000000},
		{CONTEXTS_FROM, 4, 0xfffffff8},
		{CONTEXTS_FROM, 4, UINT32_MAX},
		{CONTEXTS_COUNT, 2, 0},
		{CONTEXTS_COUNT, 2, 4}, /* one more than there are */
		{CONTEXTS_COUNT, 2, UINT16_MAX},
		{FIRST_CONTEXT + 2, 2, 0}, /* DataLength */
		{FIRST_CONTEXT + 2, 2, 3},
		{FIRST_CONTEXT + 2, 2, UINT16_MAX},
		{FIRST_DATA, 2, 0}, /* HashAlgorithmCount */
		{FIRST_DATA, 2, UINT16_MAX},
		{FIRST_DATA + 2, 2, UINT16_MAX}, /* SaltLength */
		{FIRST_DATA + 2, 2, 33},
	};
	struct raw_reply r;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		raw_negotiate_req(&c, SMB2_DIALECT_311);
		raw_begin(&c);
		smb2_negotiate_req_encode(raw_add(&c, NULL, SMB2_NEGOTIATE), &c.asked);
		assert_int_equal(c.msg.p[FIRST_CONTEXT], 1); /* preauthentication */
		put(&c.msg, rows[i].at, rows[i].size, rows[i].value);
		raw_send(&c);
		if (!raw_next(&c, &r))
			fail_msg("row %zu: no answer", i);
		if (r.hdr.status != NT_STATUS_INVALID_PARAMETER)
			fail_msg("row %zu: %s", i, ntstatus_name(r.hdr.status));
		assert_int_equal(c.conn->dialect, 0);
	}
	raw_negotiate(&c, SMB2_DIALECT_311);
	all_is_well();
}

/* --------------------------------------------------------------- frames and chains -- */

static uint32_t next_command;

static void set_next(struct rawclient *client, struct buf *msg)
{
	(void)client;
	put(msg, 20, 4, next_command);
}

/* CVE-2026-64578: where the next request begins is a matter of what is there. */
static void class_7_a_chain_that_leads_outside(void **state)
{
	static const uint32_t rows[] = {1,          8,          63,         0x1000,
					0x7ffffff8, 0x80000000, 0xfffffff8, UINT32_MAX,
					0xffffffc0 /* back to its own header */};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		next_command = rows[i];
		c.touch = set_next;
		raw_negotiate_req(&c, SMB2_DIALECT_311);
		assert_int_equal(raw_negotiate_as(&c, &c.asked), NT_STATUS_PENDING);
		assert_true(raw_dropped(&c));
		assert_int_equal(lab.server->counters.requests, 0);
		c.touch = NULL;
		reconnect(0);
	}
	raw_negotiate(&c, SMB2_DIALECT_311);
	all_is_well();
}

/* A transform header with nobody's seal: OriginalMessageSize at 36, SessionId at 44. */
static void class_7_a_sealed_size_is_not_believed(void **state)
{
	static const uint32_t sizes[] = {0, 1, 64, 0x10000, 0x7fffffff, UINT32_MAX};
	uint8_t message[52 + 64] = {0xfd, 'S', 'M', 'B', [42] = 1};

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		for (unsigned k = 0; k < 4; k++)
			message[36 + k] = (uint8_t)(sizes[i] >> 8 * k);
		for (unsigned id = 0; id < 2; id++) {
			reconnect(SMB2_DIALECT_311);
			message[44] = (uint8_t)id;
			raw_frame(&c, view_of(message, sizeof(message)));
			assert_true(raw_dropped(&c));
		}
	}
	reconnect(SMB2_DIALECT_311);
	all_is_well();
}

/* ------------------------------------------------------------- of who has signed in -- */

static struct raw_session alice;
static struct smb2_file_id file;

static void put_ioctl(struct wire_writer *w)
{
	smb2_ioctl_req_encode(w, &(struct smb2_ioctl_req){.ctl_code = FSCTL_PIPE_TRANSCEIVE,
							  .file_id = file,
							  .input = VIEW_LITERAL("12345678"),
							  .max_output = 1024,
							  .flags = SMB2_0_IOCTL_IS_FSCTL});
}

static void put_write(struct wire_writer *w)
{
	smb2_write_req_encode(w,
			      &(struct smb2_write_req){.file_id = file,
						       .data = VIEW_LITERAL("12345678")});
}

static void put_read(struct wire_writer *w)
{
	raw_put_read(w, file, 100);
}

static void put_create(struct wire_writer *w)
{
	raw_put_create(w, "srvsvc");
}

static void put_connect(struct wire_writer *w)
{
	raw_put_tree(&c, w, "IPC$");
}

static void put_query(struct wire_writer *w)
{
	smb2_query_info_req_encode(w, &(struct smb2_query_info_req){.info_type = 1,
								    .info_class = 5,
								    .output_len = 1024,
								    .file_id = file});
}

static void put_set(struct wire_writer *w)
{
	smb2_set_info_req_encode(
		w, &(struct smb2_set_info_req){.info_type = 1,
					       .info_class = 4,
					       .file_id = file,
					       .data = VIEW_LITERAL("12345678")});
}

static void put_list(struct wire_writer *w)
{
	smb2_query_directory_req_encode(
		w, &(struct smb2_query_directory_req){.info_class = 37,
						      .file_id = file,
						      .output_len = 1024,
						      .pattern = view_of("*", 2)});
}

/* CVE-2025-21748: 32-bit lengths that wrap, and all others that say too much. */
static void class_7_requests_that_say_too_much(void **state)
{
	static const struct {
		uint16_t command;
		void (*body)(struct wire_writer *w);
		uint8_t at, size; /* in the body */
		uint32_t value;
	} rows[] = {
		{SMB2_TREE_CONNECT, put_connect, 4, 2, UINT16_MAX},
		{SMB2_TREE_CONNECT, put_connect, 6, 2, UINT16_MAX},
		{SMB2_TREE_CONNECT, put_connect, 4, 2, 8},
		{SMB2_CREATE, put_create, 44, 2, UINT16_MAX},
		{SMB2_CREATE, put_create, 46, 2, UINT16_MAX},
		{SMB2_CREATE, put_create, 46, 2, 11},
		{SMB2_CREATE, put_create, 52, 4, UINT32_MAX},
		{SMB2_CREATE, put_create, 52, 4, 0x80000000},
		{SMB2_READ, put_read, 4, 4, UINT32_MAX},
		{SMB2_READ, put_read, 4, 4, (1u << 20) + 1},
		{SMB2_WRITE, put_write, 2, 2, UINT16_MAX},
		{SMB2_WRITE, put_write, 2, 2, 8},
		{SMB2_WRITE, put_write, 4, 4, 9},
		{SMB2_WRITE, put_write, 4, 4, UINT32_MAX},
		{SMB2_WRITE, put_write, 4, 4, UINT32_MAX - 0x6f}, /* wraps to 1 */
		{SMB2_IOCTL, put_ioctl, 24, 4, UINT32_MAX},
		{SMB2_IOCTL, put_ioctl, 24, 4, 0xfffffff8}, /* wraps to 0 */
		{SMB2_IOCTL, put_ioctl, 28, 4, 9},
		{SMB2_IOCTL, put_ioctl, 28, 4, UINT32_MAX},
		{SMB2_IOCTL, put_ioctl, 32, 4, UINT32_MAX}, /* MaxInputResponse */
		{SMB2_IOCTL, put_ioctl, 44, 4, UINT32_MAX}, /* MaxOutputResponse */
		{SMB2_QUERY_INFO, put_query, 4, 4, UINT32_MAX},
		{SMB2_QUERY_INFO, put_query, 12, 4, UINT32_MAX},
		{SMB2_SET_INFO, put_set, 4, 4, UINT32_MAX},
		{SMB2_SET_INFO, put_set, 4, 4, 9},
		{SMB2_SET_INFO, put_set, 8, 2, UINT16_MAX},
		{SMB2_QUERY_DIRECTORY, put_list, 24, 2, UINT16_MAX},
		{SMB2_QUERY_DIRECTORY, put_list, 26, 2, UINT16_MAX},
		{SMB2_QUERY_DIRECTORY, put_list, 28, 4, UINT32_MAX},
	};
	struct raw_reply r;

	(void)state;
	raw_negotiate(&c, SMB2_DIALECT_311);
	assert_int_equal(raw_sign_in(&c, &alice, "alice", "passalice"), NT_STATUS_SUCCESS);
	assert_int_equal(raw_tree(&c, &alice, "IPC$", &c.tree), NT_STATUS_SUCCESS);
	assert_int_equal(raw_open_pipe(&c, &alice, "srvsvc", &file), NT_STATUS_SUCCESS);
	for (size_t i = 0; i < COUNT(rows); i++) {
		raw_begin(&c);
		rows[i].body(raw_add(&c, &alice, rows[i].command));
		put(&c.msg, SMB2_HDR_LEN + rows[i].at, rows[i].size, rows[i].value);
		raw_send(&c);
		if (!raw_next(&c, &r))
			fail_msg("row %zu: no answer", i);
		if (r.hdr.status != NT_STATUS_INVALID_PARAMETER)
			fail_msg("row %zu: %s", i, ntstatus_name(r.hdr.status));
		assert_true(r.is_signed);
	}
	assert_int_equal(lab.server->counters.opens_now, 1);
	assert_int_equal(lab.server->counters.requests_now, 0);
	assert_int_equal(raw_close(&c, &alice, file), NT_STATUS_SUCCESS);
	raw_session_release(&alice);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, one_up, one_down)
	const struct CMUnitTest tests[] = {
		TEST(class_7_ntlm_fields_that_point_outside),
		TEST(class_7_a_session_key_of_another_length),
		TEST(class_7_tokens_that_are_cut_off),
		TEST(class_7_lengths_within_a_token),
		TEST(class_7_a_security_buffer_that_lies_elsewhere),
		TEST(class_7_negotiate_counts_and_offsets),
		TEST(class_7_a_chain_that_leads_outside),
		TEST(class_7_a_sealed_size_is_not_believed),
		TEST(class_7_requests_that_say_too_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

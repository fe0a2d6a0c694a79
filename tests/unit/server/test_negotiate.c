/* SPDX-License-Identifier: MIT */
/* NEGOTIATE in all its forms, and the two FSCTLs that ask about its outcome. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "one_rig.h"
#include "wire/smb1_negotiate.h"
#include "wire/smb2_interface_info.h"
#include "wire/smb2_validate_negotiate.h"

/* ------------------------------------------------------------------------ dialects -- */

static void each_dialect_says_what_it_can(void **state)
{
	enum { USUAL = SMB2_GLOBAL_CAP_LARGE_MTU | SMB2_GLOBAL_CAP_LEASING };
	static const struct {
		uint16_t dialect;
		uint32_t capabilities;
		uint32_t max;
		uint16_t cipher;
	} rows[] = {
		{SMB2_DIALECT_202, 0, 65536, 0},
		{SMB2_DIALECT_210, USUAL, 1 << 20, 0},
		{SMB2_DIALECT_300,
		 USUAL | SMB2_GLOBAL_CAP_MULTI_CHANNEL | SMB2_GLOBAL_CAP_ENCRYPTION,
		 1 << 20, SMB2_CIPHER_AES128_CCM},
		{SMB2_DIALECT_302,
		 USUAL | SMB2_GLOBAL_CAP_MULTI_CHANNEL | SMB2_GLOBAL_CAP_ENCRYPTION,
		 1 << 20, SMB2_CIPHER_AES128_CCM},
		/* 3.1.1 has a context for encryption, and the bit is clear. */
		{SMB2_DIALECT_311,
		 USUAL | SMB2_GLOBAL_CAP_MULTI_CHANNEL | SMB2_GLOBAL_CAP_NOTIFICATIONS,
		 1 << 20, SMB2_CIPHER_AES128_GCM},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		raw_negotiate(&c, rows[i].dialect);
		assert_int_equal(c.agreed.capabilities, rows[i].capabilities);
		assert_int_equal(c.agreed.max_transact_size, rows[i].max);
		assert_int_equal(c.agreed.max_read_size, rows[i].max);
		assert_int_equal(c.agreed.max_write_size, rows[i].max);
		assert_int_equal(c.cipher, rows[i].cipher);
		assert_int_equal(c.conn->cipher, rows[i].cipher);
		assert_int_equal(c.agreed.security_mode,
				 SMB2_NEGOTIATE_SIGNING_ENABLED |
					 SMB2_NEGOTIATE_SIGNING_REQUIRED);
		assert_memory_equal(c.agreed.server_guid, lab.server->guid, SMB2_GUID_LEN);
		assert_true(c.agreed.system_time == lab.wall);
		one_reconnect();
	}
}

static void the_greatest_common_dialect_is_chosen(void **state)
{
	struct smb2_negotiate_req req;

	(void)state;
	raw_negotiate_req(&c, SMB2_DIALECT_311);
	req = c.asked;
	req.dialects[0] = SMB2_DIALECT_202;
	req.dialects[1] = SMB2_DIALECT_311;
	req.dialects[2] = SMB2_DIALECT_300;
	req.dialects[3] = 0x0399; /* nobody's */
	req.dialect_count = 4;
	assert_int_equal(raw_negotiate_as(&c, &req), NT_STATUS_SUCCESS);
	assert_int_equal(c.agreed.dialect, SMB2_DIALECT_311);

	lab.config.max_dialect = SMB2_DIALECT_302;
	one_reconnect();
	assert_int_equal(raw_negotiate_as(&c, &req), NT_STATUS_SUCCESS);
	assert_int_equal(c.agreed.dialect, SMB2_DIALECT_300);

	lab.config.max_dialect = SMB2_DIALECT_210;
	one_reconnect();
	assert_int_equal(raw_negotiate_as(&c, &req), NT_STATUS_SUCCESS);
	assert_int_equal(c.agreed.dialect, SMB2_DIALECT_202);

	lab.config.min_dialect = SMB2_DIALECT_210;
	one_reconnect();
	assert_int_equal(raw_negotiate_as(&c, &req), NT_STATUS_NOT_SUPPORTED);
	assert_false(raw_dropped(&c));
}

static void no_dialect_at_all_is_malformed(void **state)
{
	(void)state;
	raw_negotiate_req(&c, SMB2_DIALECT_210);
	c.asked.dialect_count = 0;
	assert_int_equal(raw_negotiate_as(&c, &c.asked), NT_STATUS_INVALID_PARAMETER);
	/* It may try again: nothing has been settled. */
	raw_negotiate(&c, SMB2_DIALECT_210);
}

/* Bug class 5: repeated and out-of-order NEGOTIATE. */
static void class_5_a_second_negotiate_drops_the_connection(void **state)
{
	(void)state;
	raw_negotiate(&c, SMB2_DIALECT_311);
	raw_negotiate_req(&c, SMB2_DIALECT_202);
	assert_int_equal(raw_negotiate_as(&c, &c.asked), NT_STATUS_PENDING);
	assert_true(raw_dropped(&c));
}

static void class_5_a_second_negotiate_does_not_touch_a_session(void **state)
{
	struct raw_session s;

	(void)state;
	raw_negotiate(&c, SMB2_DIALECT_311);
	assert_int_equal(raw_sign_in_as(&c, &s,
					&(struct raw_setup){.user = "alice",
							    .password = "passalice",
							    .legs = 1}),
			 NT_STATUS_MORE_PROCESSING_REQUIRED);
	raw_negotiate_req(&c, SMB2_DIALECT_311);
	assert_int_equal(raw_negotiate_as(&c, &c.asked), NT_STATUS_PENDING);
	assert_true(raw_dropped(&c));
	raw_session_release(&s);
}

static void set_signed_flag(struct rawclient *client, struct buf *msg)
{
	struct wire_writer w = {.out = msg};

	(void)client;
	wire_patch32(&w, 16, SMB2_FLAGS_SIGNED);
	assert_int_equal(wire_put_status(&w), NS_OK);
}

static void a_signed_negotiate_is_refused(void **state)
{
	(void)state;
	c.touch = set_signed_flag;
	raw_negotiate_req(&c, SMB2_DIALECT_311);
	assert_int_equal(raw_negotiate_as(&c, &c.asked), NT_STATUS_INVALID_PARAMETER);
}

/* ----------------------------------------------------------------- 3.1.1's contexts -- */

static void preauthentication_is_a_must(void **state)
{
	(void)state;
	raw_negotiate_req(&c, SMB2_DIALECT_311);
	c.asked.contexts.preauth.count = 0;
	assert_int_equal(raw_negotiate_as(&c, &c.asked), NT_STATUS_INVALID_PARAMETER);

	raw_negotiate_req(&c, SMB2_DIALECT_311);
	c.asked.contexts.preauth.id[0] = 0x7777;
	assert_int_equal(raw_negotiate_as(&c, &c.asked),
			 NT_STATUS_SMB_NO_PREAUTH_INTEGRITY_HASH_OVERLAP);
}

static void ciphers_are_agreed(void **state)
{
	(void)state;
	raw_negotiate_req(&c, SMB2_DIALECT_311);
	c.asked.contexts.encryption = (struct smb2_algorithms){
		.id = {0x9999, SMB2_CIPHER_AES256_CCM, SMB2_CIPHER_AES128_GCM}, .count = 3};
	assert_int_equal(raw_negotiate_as(&c, &c.asked), NT_STATUS_SUCCESS);
	assert_int_equal(c.cipher, SMB2_CIPHER_AES256_CCM); /* the client's first */

	one_reconnect();
	raw_negotiate_req(&c, SMB2_DIALECT_311);
	c.asked.contexts.encryption = (struct smb2_algorithms){.id = {0x9999}, .count = 1};
	assert_int_equal(raw_negotiate_as(&c, &c.asked), NT_STATUS_SUCCESS);
	/* "MUST send ... even if the client and server have no common cipher" */
	assert_int_equal(c.agreed.contexts.encryption.count, 1);
	assert_int_equal(c.agreed.contexts.encryption.id[0], 0);
	assert_int_equal(c.conn->cipher, 0);

	lab.config.encryption = CONFIG_ENCRYPTION_OFF;
	one_reconnect();
	raw_negotiate(&c, SMB2_DIALECT_311);
	assert_int_equal(c.agreed.contexts.encryption.count, 0);
	assert_int_equal(c.conn->cipher, 0);
}

static void signing_algorithms_are_agreed(void **state)
{
	(void)state;
	raw_negotiate(&c, SMB2_DIALECT_311);
	assert_int_equal(c.sign_alg, SMB2_SIGNING_AES_GMAC);

	one_reconnect();
	raw_negotiate_req(&c, SMB2_DIALECT_311);
	c.asked.contexts.signing = (struct smb2_algorithms){.id = {0x5555}, .count = 1};
	assert_int_equal(raw_negotiate_as(&c, &c.asked), NT_STATUS_SUCCESS);
	assert_int_equal(c.sign_alg, SMB2_SIGNING_AES_CMAC);

	one_reconnect();
	raw_negotiate_req(&c, SMB2_DIALECT_311);
	c.asked.contexts.signing.count = 0;
	assert_int_equal(raw_negotiate_as(&c, &c.asked), NT_STATUS_SUCCESS);
	assert_int_equal(c.agreed.contexts.signing.count, 0);
	assert_int_equal(c.conn->sign_alg, SMB2_SIGNING_AES_CMAC);
}

/* Two answers to one question have different salts, and so different hashes. */
static void the_salt_is_fresh(void **state)
{
	struct preauth first;

	(void)state;
	raw_negotiate(&c, SMB2_DIALECT_311);
	first = c.preauth;
	assert_memory_equal(&c.preauth, &c.conn->preauth, sizeof(first));
	one_reconnect();
	c.guid[0]--; /* the very same request */
	raw_negotiate(&c, SMB2_DIALECT_311);
	assert_memory_not_equal(&first, &c.preauth, sizeof(first));
}

/* ---------------------------------------------------------------------------- SMB1 -- */

static void send_smb1(bool wildcard, bool only_202)
{
	struct wire_writer w;
	struct buf msg;

	buf_init(&msg, 1024);
	w = wire_writer_at_end(&msg);
	smb1_negotiate_req_encode(&w, &(struct smb1_negotiate_req){
					      .smb2_wildcard = wildcard,
					      .smb2_002 = only_202,
				      });
	assert_int_equal(wire_put_status(&w), NS_OK);
	raw_frame(&c, buf_view(&msg));
	buf_release(&msg);
}

static void expect_smb1_answer(uint16_t dialect)
{
	struct smb2_negotiate_rsp rsp;
	struct raw_reply r;

	raw_expect(&c, &r, SMB2_NEGOTIATE, NT_STATUS_SUCCESS);
	assert_true(r.hdr.message_id == 0);
	assert_int_equal(r.hdr.credits, 1);
	assert_int_equal(smb2_negotiate_rsp_decode(&rsp, r.msg), NS_OK);
	assert_int_equal(rsp.dialect, dialect);
	c.next_id = 1;
}

static void smb1_asks_for_any_smb2(void **state)
{
	struct raw_session s;

	(void)state;
	send_smb1(true, true);
	expect_smb1_answer(SMB2_DIALECT_WILDCARD);
	raw_negotiate(&c, SMB2_DIALECT_311);
	assert_int_equal(raw_sign_in(&c, &s, "alice", "passalice"), NT_STATUS_SUCCESS);
	raw_session_release(&s);
}

static void after_the_wildcard_nothing_but_negotiate_will_do(void **state)
{
	(void)state;
	send_smb1(true, false);
	expect_smb1_answer(SMB2_DIALECT_WILDCARD);
	assert_int_equal(raw_echo(&c, NULL), NT_STATUS_PENDING);
	assert_true(raw_dropped(&c));
}

static void smb1_asks_for_2002_alone(void **state)
{
	struct raw_session s;

	(void)state;
	send_smb1(false, true);
	expect_smb1_answer(SMB2_DIALECT_202);
	c.agreed.dialect = SMB2_DIALECT_202;
	c.sign_alg = SMB2_SIGNING_HMAC_SHA256;
	assert_int_equal(raw_sign_in(&c, &s, "alice", "passalice"), NT_STATUS_SUCCESS);
	raw_session_release(&s);
}

static void smb1_itself_is_never_spoken(void **state)
{
	(void)state;
	send_smb1(false, false);
	assert_true(raw_dropped(&c));

	lab.config.min_dialect = SMB2_DIALECT_210;
	one_reconnect();
	send_smb1(false, true);
	assert_true(raw_dropped(&c));

	one_reconnect();
	raw_negotiate(&c, SMB2_DIALECT_311);
	send_smb1(true, true);
	assert_true(raw_dropped(&c));

	one_reconnect();
	send_smb1(true, true);
	send_smb1(true, true);
	assert_true(raw_dropped(&c));
}

/* --------------------------------------------------------- VALIDATE_NEGOTIATE_INFO -- */

static struct raw_session session;

static void sign_in(uint16_t dialect)
{
	raw_negotiate(&c, dialect);
	assert_int_equal(raw_sign_in(&c, &session, "alice", "passalice"),
			 NT_STATUS_SUCCESS);
	assert_int_equal(raw_tree(&c, &session, "IPC$", &c.tree), NT_STATUS_SUCCESS);
}

static uint32_t validate(const struct smb2_validate_negotiate_req *v, uint32_t max,
			 struct raw_reply *r)
{
	struct wire_writer w;
	struct buf input;
	uint32_t status;

	buf_init(&input, 1024);
	w = wire_writer_at_end(&input);
	smb2_validate_negotiate_req_encode(&w, v);
	status = raw_ioctl(&c, &session,
			   &(struct smb2_ioctl_req){
				   .ctl_code = FSCTL_VALIDATE_NEGOTIATE_INFO,
				   .file_id = SMB2_FILE_ID_NONE,
				   .input = buf_view(&input),
				   .max_output = max,
				   .flags = SMB2_0_IOCTL_IS_FSCTL,
			   },
			   r);
	buf_release(&input);
	return status;
}

static struct smb2_validate_negotiate_req what_we_said(void)
{
	struct smb2_validate_negotiate_req v = {
		.capabilities = c.asked.capabilities,
		.security_mode = c.asked.security_mode,
		.dialect_count = c.asked.dialect_count,
	};

	memcpy(v.guid, c.asked.client_guid, sizeof(v.guid));
	memcpy(v.dialects, c.asked.dialects, sizeof(v.dialects));
	return v;
}

static void an_honest_negotiate_is_confirmed(void **state)
{
	struct smb2_validate_negotiate_req v;
	struct smb2_validate_negotiate_rsp got;
	struct smb2_ioctl_rsp rsp;
	struct raw_reply r;

	(void)state;
	sign_in(SMB2_DIALECT_302);
	v = what_we_said();
	assert_int_equal(validate(&v, 24, &r), NT_STATUS_SUCCESS);
	assert_true(r.is_signed);
	assert_int_equal(smb2_ioctl_rsp_decode(&rsp, r.msg), NS_OK);
	assert_int_equal(smb2_validate_negotiate_rsp_decode(&got, rsp.output), NS_OK);
	assert_int_equal(got.capabilities, c.agreed.capabilities);
	assert_int_equal(got.security_mode, c.agreed.security_mode);
	assert_int_equal(got.dialect, SMB2_DIALECT_302);
	assert_memory_equal(got.guid, c.agreed.server_guid, sizeof(got.guid));
	raw_session_release(&session);
}

/* 3.3.5.15.12: each difference "MUST terminate the transport connection". */
static void class_9_a_changed_negotiate_drops_the_connection(void **state)
{
	(void)state;
	for (unsigned change = 0; change < 7; change++) {
		struct smb2_validate_negotiate_req v;
		struct raw_reply r;
		uint32_t max = 24;

		sign_in(change == 6 ? SMB2_DIALECT_311 : SMB2_DIALECT_300);
		v = what_we_said();
		switch (change) {
		case 0:
			v.capabilities ^= SMB2_GLOBAL_CAP_ENCRYPTION;
			break;
		case 1:
			v.security_mode ^= SMB2_NEGOTIATE_SIGNING_REQUIRED;
			break;
		case 2:
			v.guid[3] ^= 1;
			break;
		case 3:
			v.dialects[0] = SMB2_DIALECT_311;
			break;
		case 4:
			v.dialects[v.dialect_count++] = SMB2_DIALECT_302;
			break;
		case 5:
			max = 23;
			break;
		default: /* 6: not asked in 3.1.1 */
			break;
		}
		assert_int_equal(validate(&v, max, &r), NT_STATUS_PENDING);
		assert_true(raw_dropped(&c));
		raw_session_release(&session);
		one_reconnect();
	}
}

/* ------------------------------------------------------ QUERY_NETWORK_INTERFACE_INFO -- */

static void interfaces_are_told(void **state)
{
	struct smb2_interface_info got;
	struct smb2_ioctl_req req = {
		.ctl_code = FSCTL_QUERY_NETWORK_INTERFACE_INFO,
		.file_id = SMB2_FILE_ID_NONE,
		.max_output = 65536,
		.flags = SMB2_0_IOCTL_IS_FSCTL,
	};
	struct smb2_ioctl_rsp rsp;
	struct wire_reader reader;
	struct raw_reply r;

	(void)state;
	sign_in(SMB2_DIALECT_311);
	assert_int_equal(raw_ioctl(&c, &session, &req, &r), NT_STATUS_SUCCESS);
	assert_int_equal(smb2_ioctl_rsp_decode(&rsp, r.msg), NS_OK);
	reader = (struct wire_reader){.msg = rsp.output};
	assert_true(smb2_interface_info_next(&reader, &got));
	assert_int_equal(got.index, 2);
	assert_true(got.link_speed == 10000000000);
	assert_int_equal(got.capability, SMB2_INTERFACE_RSS_CAPABLE);
	assert_false(got.v6);
	assert_int_equal(got.address[0], 10);
	assert_true(smb2_interface_info_next(&reader, &got));
	assert_true(got.v6);
	assert_int_equal(got.address[15], 1);
	assert_false(smb2_interface_info_next(&reader, &got));
	assert_int_equal(reader.err, NS_OK);

	req.max_output = 200;
	assert_int_equal(raw_ioctl(&c, &session, &req, &r), NT_STATUS_BUFFER_TOO_SMALL);
	req.flags = 0;
	assert_int_equal(raw_ioctl(&c, &session, &req, &r), NT_STATUS_NOT_SUPPORTED);
	raw_session_release(&session);

	lab.config.multichannel = false;
	one_reconnect();
	sign_in(SMB2_DIALECT_311);
	req.flags = SMB2_0_IOCTL_IS_FSCTL;
	assert_int_equal(raw_ioctl(&c, &session, &req, &r), NT_STATUS_NOT_SUPPORTED);
	raw_session_release(&session);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, one_up, one_down)
	const struct CMUnitTest tests[] = {
		TEST(each_dialect_says_what_it_can),
		TEST(the_greatest_common_dialect_is_chosen),
		TEST(no_dialect_at_all_is_malformed),
		TEST(class_5_a_second_negotiate_drops_the_connection),
		TEST(class_5_a_second_negotiate_does_not_touch_a_session),
		TEST(a_signed_negotiate_is_refused),
		TEST(preauthentication_is_a_must),
		TEST(ciphers_are_agreed),
		TEST(signing_algorithms_are_agreed),
		TEST(the_salt_is_fresh),
		TEST(smb1_asks_for_any_smb2),
		TEST(after_the_wildcard_nothing_but_negotiate_will_do),
		TEST(smb1_asks_for_2002_alone),
		TEST(smb1_itself_is_never_spoken),
		TEST(an_honest_negotiate_is_confirmed),
		TEST(class_9_a_changed_negotiate_drops_the_connection),
		TEST(interfaces_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

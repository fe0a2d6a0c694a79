/* SPDX-License-Identifier: MIT */
/*
 * What protects a connection: signatures, seals, the validation of NEGOTIATE, and who may
 * say that a session is over.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/ntstatus.h"
#include "security/seal.h"
#include "security/sign.h"
#include "unit/client/conn_rig.h"
#include "wire/nbss.h"
#include "wire/smb2_error.h"
#include "wire/smb2_notification.h"
#include "wire/smb2_transform.h"

/* [MS-SMB2] 2.2.1, behind the frame's length */
#define AT_SIGNATURE (NBSS_HDR_LEN + 48)

static void flip_signature(struct smbpeer *p, enum smbpeer_when when, uint16_t command,
			   struct buf *b, size_t at)
{
	const uint16_t *victim = p->cfg.arg;

	if (when == SMBPEER_FRAME && command == *victim && p->signed_in)
		b->p[at + AT_SIGNATURE + 3] ^= 1;
}

static void a_wrong_signature_is_the_end(void **state)
{
	static uint16_t victims[] = {SMB2_SESSION_SETUP, SMB2_TREE_CONNECT, SMB2_IOCTL,
				     SMB2_READ};
	static const uint16_t dialects[] = {0x0202, 0x0300, 0x0311};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		for (size_t k = 0; k < 3; k++) {
			struct smbpeer_config server = {
				.dialect = dialects[k],
				.reply = 10000,
				.twist = flip_signature,
				.arg = &victims[i],
			};
			struct rig r;

			rig_init(&r, NULL, &server);
			rig_expect(&r, NS_ESIGNATURE, false);
			rig_release(&r);
		}
	}
}

static void sign_otherwise(struct smbpeer *p, enum smbpeer_when when, uint16_t command,
			   struct buf *b, size_t at)
{
	const uint16_t *alg = p->cfg.arg;

	(void)command;
	(void)b;
	(void)at;
	if (when == SMBPEER_ELEMENT && p->has_keys)
		p->keys.sign_alg = *alg;
}

static void another_dialects_signature_is_wrong(void **state)
{
	static const struct {
		uint16_t dialect;
		uint16_t right;
		uint16_t wrong;
	} rows[] = {
		{0x0210, 0, SMB2_SIGNING_AES_CMAC},
		{0x0302, 0, SMB2_SIGNING_HMAC_SHA256},
		{0x0311, SMB2_SIGNING_AES_GMAC, SMB2_SIGNING_AES_CMAC},
		{0x0311, SMB2_SIGNING_AES_CMAC, SMB2_SIGNING_HMAC_SHA256},
	};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		uint16_t wrong = rows[i].wrong;
		struct smbpeer_config server = {
			.dialect = rows[i].dialect,
			.sign_alg = rows[i].right,
			.twist = sign_otherwise,
			.arg = &wrong,
		};
		struct rig r;

		rig_init(&r, NULL, &server);
		rig_expect(&r, NS_ESIGNATURE, false);
		rig_release(&r);
	}
}

static void unsigned_answers_are_refused(void **state)
{
	struct smbpeer_config server = {.no_signature = true};
	struct rig r;

	(void)state;
	assert_int_equal(rig_once(NULL, &server), NS_ESIGNATURE);
	/* Later, too. */
	rig_init(&r, NULL, NULL);
	rig_expect(&r, NS_OK, true);
	r.peer.cfg.no_signature = true;
	rig_expect(&r, NS_ESIGNATURE, false);
	assert_true(rig_info(&r).text[0] != '\0');
	rig_release(&r);
}

static void answer_in_the_clear(bool sign)
{
	struct smbpeer_config server = {.encrypt_session = true};
	struct wire_writer w;
	struct smb2_error_rsp body = {0};
	struct buf reply = {0};
	struct buf msg;
	struct rig r;

	rig_init(&r, NULL, &server);
	rig_expect(&r, NS_OK, true);
	r.peer.cfg.silent = true;
	assert_int_equal(link_call(r.link, &SRVSVC, 12, (struct view){0}, 0), NS_OK);
	rig_pump(&r);
	buf_init(&msg, 1000);
	w = wire_writer_at_end(&msg);
	smbpeer_header(&w, SMB2_IOCTL, r.peer.next_id - 1, 0);
	smb2_error_rsp_encode(&w, &body);
	wire_patch32(&w, 8, NT_STATUS_ACCESS_DENIED);
	if (sign)
		assert_int_equal(smb_sign(&r.peer.keys, &msg, 0, msg.n), NS_OK);
	smbpeer_send_raw(&r.peer, buf_view(&msg));
	buf_release(&msg);
	rig_pump(&r);
	assert_int_equal(link_poll(r.link, &reply), NS_ESIGNATURE);
	assert_false(link_alive(r.link));
	rig_release(&r);
}

/* Signed or not: what was sealed is answered sealed. */
static void an_answer_in_the_clear_to_a_sealed_request(void **state)
{
	(void)state;
	answer_in_the_clear(false);
	answer_in_the_clear(true);
}

static void flip_sealed(struct smbpeer *p, enum smbpeer_when when, uint16_t command,
			struct buf *b, size_t at)
{
	(void)command;
	if (when == SMBPEER_FRAME && p->sealed)
		b->p[at + NBSS_HDR_LEN + *(size_t *)p->cfg.arg] ^= 0x80;
}

static void every_byte_of_a_sealed_answer_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < 200; i++) {
		struct smbpeer_config server = {
			.encrypt_session = true, .twist = flip_sealed, .arg = &i};
		enum ns_err err = rig_once(NULL, &server);

		/* The last bytes of the nonce are reserved, yet authenticated. */
		assert_int_not_equal(err, NS_OK);
		assert_int_not_equal(err, NS_AGAIN);
		if (i >= 4 && i < 36)
			assert_int_equal(err, NS_ESIGNATURE);
	}
}

/* Remembers each nonce the client seals with; arg is a struct buf of 16-byte records. */
static void nonces_never_repeat(void **state)
{
	struct smbpeer_config server = {.encrypt_session = true, .reply = 100000};
	struct buf seen;
	struct rig r;

	(void)state;
	buf_init(&seen, 1u << 20);
	rig_init(&r, NULL, &server);
	assert_int_equal(link_call(r.link, &SRVSVC, 12, (struct view){0}, 0), NS_OK);
	for (;;) {
		struct view out = link_output(r.link);

		for (size_t total; out.n > 0; out = view_slice(out, total, SIZE_MAX)) {
			struct smb2_transform t;
			struct view frame;
			struct view sealed;

			assert_int_equal(nbss_frame(&frame, &total, out, NBSS_LEN_MAX),
					 NS_OK);
			if (smb2_transform_decode(&t, &sealed, frame) != NS_OK)
				continue;
			for (size_t i = 0; i < seen.n; i += sizeof(t.nonce))
				assert_memory_not_equal(seen.p + i, t.nonce,
							sizeof(t.nonce));
			assert_int_equal(
				buf_append(&seen, view_of(t.nonce, sizeof(t.nonce))),
				NS_OK);
		}
		out = link_output(r.link);
		if (out.n == 0)
			break;
		smbpeer_recv(&r.peer, out);
		link_sent(r.link, out.n);
		link_recv(r.link, buf_view(&r.peer.out), 0);
		buf_clear(&r.peer.out);
	}
	assert_true(seen.n > 20 * 16);
	buf_release(&seen);
	rig_release(&r);
}

static void encryption_that_is_not_to_be_had(void **state)
{
	struct conn_config client = {.require_encryption = true};
	struct smbpeer_config server = {.no_encryption = true};
	struct rig r;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		static const uint16_t dialects[] = {0x0311, 0x0302, 0x0210};

		server.dialect = dialects[i];
		rig_init(&r, &client, &server);
		rig_expect(&r, NS_EUNSUPPORTED, false);
		assert_string_equal(rig_info(&r).text, "the server cannot encrypt");
		assert_int_equal(r.peer.requests[SMB2_SESSION_SETUP], 0);
		rig_release(&r);
	}
	/* It asks for what it cannot do. */
	server.encrypt_session = true;
	assert_int_equal(rig_once(NULL, &server), NS_EUNEXPECTED);
}

static void downgrades_are_found_out(void **state)
{
	static const struct {
		enum smbpeer_validate validate;
		enum ns_err err;
	} rows[] = {
		{SMBPEER_VALIDATE_GOOD, NS_OK},
		{SMBPEER_VALIDATE_UNKNOWN, NS_OK},
		{SMBPEER_VALIDATE_FORGED, NS_ESIGNATURE},
		{SMBPEER_VALIDATE_DENIED, NS_ESIGNATURE},
	};

	(void)state;
	for (uint16_t i = 0; i < 8; i++) {
		struct smbpeer_config server = {
			.dialect = i < 4 ? 0x0302 : 0x0202,
			.validate = rows[i % 4].validate,
		};
		struct rig r;

		rig_init(&r, NULL, &server);
		rig_expect(&r, rows[i % 4].err, rows[i % 4].err == NS_OK);
		/* No method call went out before the answer was in. */
		if (rows[i % 4].err != NS_OK)
			assert_int_equal(r.peer.flights, 4);
		rig_release(&r);
	}
}

/* Somebody in the middle strikes a dialect from our list: 3.1.1 notices by its hash. */
static void change_offer(struct smbpeer *p, enum smbpeer_when when, uint16_t command,
			 struct buf *b, size_t at)
{
	(void)b;
	(void)at;
	if (when == SMBPEER_FRAME && command == SMB2_NEGOTIATE)
		p->preauth.hash[5] ^= 1;
}

static void preauthentication_integrity_is_kept(void **state)
{
	struct smbpeer_config server = {.twist = change_offer};

	(void)state;
	/* The server's keys are others than ours. */
	assert_int_equal(rig_once(NULL, &server), NS_ESIGNATURE);
}

static void a_guest_is_not_who_we_are(void **state)
{
	struct smbpeer_config server = {.guest = true};
	struct rig r;

	(void)state;
	rig_init(&r, NULL, &server);
	rig_expect(&r, NS_EAUTH, false);
	assert_string_equal(rig_info(&r).text, "the server signed us in as a guest");
	rig_release(&r);
}

static void a_wrong_password_is_refused_in_words(void **state)
{
	struct auth_credentials wrong;
	struct conn_config client = {.credentials = &wrong};
	struct rig r;

	(void)state;
	smbpeer_credentials(&wrong);
	wrong.nt_hash.bytes[0] ^= 1;
	rig_init(&r, &client, NULL);
	rig_expect(&r, NS_EAUTH, false);
	assert_int_equal(rig_info(&r).ntstatus, NT_STATUS_LOGON_FAILURE);
	/* 1326 has the same words. */
	assert_string_equal(rig_info(&r).text, "NT_STATUS_LOGON_FAILURE");
	assert_string_equal(rig_info(&r).user, "");
	assert_int_equal(rig_call(&r, 8), NS_ECLOSED);
	rig_release(&r);
	auth_credentials_release(&wrong);
}

static void no_credentials_at_all(void **state)
{
	struct auth_credentials none = {.mechs = AUTH_MECH_NTLM};
	struct conn_config client = {.credentials = &none};

	(void)state;
	assert_int_equal(rig_once(&client, NULL), NS_ENOCREDS);
}

/* An answer to the call under way that proves nothing: it has no signature, or a wrong one.
 */
static enum ns_err unproven_status(uint32_t status, bool sealed, bool mark_signed)
{
	struct smbpeer_config server = {.encrypt_session = sealed};
	struct smb2_error_rsp body = {0};
	struct wire_writer w;
	struct buf reply = {0};
	struct buf msg;
	struct rig r;
	enum ns_err err;

	rig_init(&r, NULL, &server);
	rig_expect(&r, NS_OK, true);
	r.peer.cfg.silent = true;
	assert_int_equal(link_call(r.link, &SRVSVC, 12, (struct view){0}, 0), NS_OK);
	rig_pump(&r);
	buf_init(&msg, 1000);
	w = wire_writer_at_end(&msg);
	smbpeer_header(&w, SMB2_IOCTL, r.peer.next_id - 1, 0);
	smb2_error_rsp_encode(&w, &body);
	wire_patch32(&w, 8, status);
	if (mark_signed)
		wire_patch32(&w, 16, SMB2_FLAGS_SERVER_TO_REDIR | SMB2_FLAGS_SIGNED);
	smbpeer_send_raw(&r.peer, buf_view(&msg));
	buf_release(&msg);
	rig_pump(&r);
	err = link_poll(r.link, &reply);
	assert_false(link_alive(r.link));
	rig_release(&r);
	return err;
}

static void a_lost_session_is_a_hint_and_no_more(void **state)
{
	(void)state;
	for (unsigned form = 0; form < 4; form++) {
		bool sealed = (form & 1) != 0, mark_signed = (form & 2) != 0;

		assert_int_equal(unproven_status(NT_STATUS_USER_SESSION_DELETED, sealed,
						 mark_signed),
				 NS_EENDED);
		assert_int_equal(unproven_status(NT_STATUS_NETWORK_NAME_DELETED, sealed,
						 mark_signed),
				 NS_EENDED);
		assert_int_equal(unproven_status(NT_STATUS_NETWORK_SESSION_EXPIRED, sealed,
						 mark_signed),
				 NS_EENDED);
		assert_int_equal(
			unproven_status(NT_STATUS_ACCESS_DENIED, sealed, mark_signed),
			NS_ESIGNATURE);
		assert_int_equal(unproven_status(NT_STATUS_SUCCESS, sealed, mark_signed),
				 NS_ESIGNATURE);
	}
}

static void a_lost_session_that_is_signed(void **state)
{
	struct rig r;

	(void)state;
	rig_init(&r, NULL, NULL);
	rig_expect(&r, NS_OK, true);
	r.peer.cfg.status[SMB2_IOCTL] = NT_STATUS_USER_SESSION_DELETED;
	rig_expect(&r, NS_EENDED, false);
	assert_int_equal(rig_info(&r).ntstatus, NT_STATUS_USER_SESSION_DELETED);
	rig_release(&r);
}

/* SERVER_TO_CLIENT_NOTIFICATION: signed if `sign`, sealed if `seal`. */
static void send_closed(struct rig *r, bool sign, bool seal, uint64_t session)
{
	struct wire_writer w;
	struct buf msg;
	struct buf sealed;

	buf_init(&msg, 1000);
	buf_init(&sealed, 1000);
	w = wire_writer_at_end(&msg);
	smbpeer_header(&w, SMB2_NOTIFICATION, SMB2_MESSAGE_ID_UNSOLICITED, 0);
	smb2_notification_session_closed_encode(&w);
	wire_patch32(&w, 40, session);
	if (sign)
		assert_int_equal(smb_sign(&r->peer.keys, &msg, 0, msg.n), NS_OK);
	if (seal)
		assert_int_equal(smb_seal(&r->peer.keys, &sealed, SMBPEER_SESSION_ID,
					  buf_view(&msg)),
				 NS_OK);
	smbpeer_send_raw(&r->peer, seal ? buf_view(&sealed) : buf_view(&msg));
	buf_release(&msg);
	buf_release(&sealed);
	rig_pump(r);
}

static void a_session_closed_notice_must_prove_itself(void **state)
{
	static const uint64_t ours = SMBPEER_SESSION_ID & UINT32_MAX;
	struct buf reply = {0};
	struct rig r;

	(void)state;
	rig_init(&r, NULL, NULL);
	rig_expect(&r, NS_OK, true);
	send_closed(&r, false, false, ours);
	send_closed(&r, true, false, 99);
	rig_expect(&r, NS_OK, true);
	send_closed(&r, true, false, ours);
	assert_false(link_alive(r.link));
	assert_int_equal(link_poll(r.link, &reply), NS_EENDED);
	rig_release(&r);

	rig_init(&r, NULL, NULL);
	rig_expect(&r, NS_OK, true);
	send_closed(&r, false, true, ours);
	assert_false(link_alive(r.link));
	rig_release(&r);
}

static void notices_are_passed_over_up_to_a_limit(void **state)
{
	struct wire_writer w;
	struct buf reply = {0};
	struct buf msg;
	struct rig r;
	int n = 0;

	(void)state;
	rig_init(&r, NULL, NULL);
	rig_expect(&r, NS_OK, true);
	buf_init(&msg, 1000);
	w = wire_writer_at_end(&msg);
	smbpeer_header(&w, SMB2_OPLOCK_BREAK, SMB2_MESSAGE_ID_UNSOLICITED, 0);
	wire_put_zero(&w, 24);
	while (link_alive(r.link) && n < 1000) {
		smbpeer_send_raw(&r.peer, buf_view(&msg));
		rig_pump(&r);
		n++;
		if (n == 10)
			rig_expect(&r, NS_OK, true);
	}
	assert_int_equal(n, 65);
	assert_int_equal(link_poll(r.link, &reply), NS_ELIMIT);
	buf_release(&msg);
	rig_release(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wrong_signature_is_the_end),
		cmocka_unit_test(another_dialects_signature_is_wrong),
		cmocka_unit_test(unsigned_answers_are_refused),
		cmocka_unit_test(an_answer_in_the_clear_to_a_sealed_request),
		cmocka_unit_test(every_byte_of_a_sealed_answer_counts),
		cmocka_unit_test(nonces_never_repeat),
		cmocka_unit_test(encryption_that_is_not_to_be_had),
		cmocka_unit_test(downgrades_are_found_out),
		cmocka_unit_test(preauthentication_integrity_is_kept),
		cmocka_unit_test(a_guest_is_not_who_we_are),
		cmocka_unit_test(a_wrong_password_is_refused_in_words),
		cmocka_unit_test(no_credentials_at_all),
		cmocka_unit_test(a_lost_session_is_a_hint_and_no_more),
		cmocka_unit_test(a_lost_session_that_is_signed),
		cmocka_unit_test(a_session_closed_notice_must_prove_itself),
		cmocka_unit_test(notices_are_passed_over_up_to_a_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

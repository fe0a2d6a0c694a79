/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/hex.h"
#include "security/crypto.h"
#include "security/sign.h"
#include "wire/smb2_hdr.h"

/* The key 10..1f and one message of 101 bytes; its signatures were computed with Python's
 * hmac and PyCryptodome. */
#define HEADER_TAIL                                                                        \
	"00000000"                         /* NextCommand */                               \
	"0807060504030201"                 /* MessageId */                                 \
	"fffe000005000000"                 /* Reserved, TreeId */                          \
	"8877665544332211"                 /* SessionId */                                 \
	"00000000000000000000000000000000" /* Signature */                                 \
	"0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"                 \
	"2122232425"
#define ECHO_REQUEST  "fe534d4240000100000000000d00010000000000" HEADER_TAIL
#define ECHO_RESPONSE "fe534d4240000100000000000d00010001000000" HEADER_TAIL
#define CANCEL        "fe534d4240000100000000000c00010000000000" HEADER_TAIL

struct row {
	const char *msg;
	uint16_t alg;
	enum smb_role sender;
	const char *signature;
};

static const struct row rows[] = {
	{ECHO_REQUEST, SMB2_SIGNING_HMAC_SHA256, SMB_CLIENT,
	 "d453a4e8b6ac9c9f7942a0d640232c42"},
	{ECHO_REQUEST, SMB2_SIGNING_AES_CMAC, SMB_CLIENT,
	 "5add42e75a70d0780d488a8a91e0670c"},
	{ECHO_REQUEST, SMB2_SIGNING_AES_GMAC, SMB_CLIENT,
	 "69913a9b17b9266bc82eb4b0e61b6d05"},
	{ECHO_RESPONSE, SMB2_SIGNING_AES_GMAC, SMB_SERVER,
	 "14f6bc5fba8d1a282d6256b96ec12c87"},
	{CANCEL, SMB2_SIGNING_AES_GMAC, SMB_CLIENT, "939f1cdc2164b648ef7a11fa1b5bd6ff"},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static struct smb_keys make_keys(uint16_t alg, enum smb_role role)
{
	struct smb_keys keys = {.role = role, .sign_alg = alg, .signing = {.n = 16}};

	for (size_t i = 0; i < 16; i++)
		keys.signing.bytes[i] = (uint8_t)(0x10 + i);
	return keys;
}

/* A row's message, signed, behind `before` bytes that do not belong to it. */
static void sign_row(struct buf *b, const struct row *row, size_t before)
{
	struct smb_keys keys = make_keys(row->alg, row->sender);
	struct view msg = view_of_hex(row->msg);

	buf_init(b, 1024);
	assert_int_equal(buf_append_zero(b, before), NS_OK);
	assert_int_equal(buf_append(b, msg), NS_OK);
	assert_int_equal(smb_sign(&keys, b, before, msg.n), NS_OK);
	view_free(msg);
}

static enum smb_role other(enum smb_role role)
{
	return role == SMB_CLIENT ? SMB_SERVER : SMB_CLIENT;
}

static void known_messages_have_known_signatures(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct view want = view_of_hex(rows[i].signature);
		struct smb2_hdr hdr;
		struct buf b;

		sign_row(&b, &rows[i], 4);
		assert_int_equal(smb2_hdr_decode(&hdr, view_slice(buf_view(&b), 4, b.n)),
				 NS_OK);
		assert_true((hdr.flags & SMB2_FLAGS_SIGNED) != 0);
		assert_view_equal(view_of(hdr.signature, sizeof(hdr.signature)), want);
		buf_release(&b);
		view_free(want);
	}
}

static void the_other_side_verifies(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct smb_keys keys = make_keys(rows[i].alg, other(rows[i].sender));
		struct buf b;

		sign_row(&b, &rows[i], 0);
		assert_int_equal(smb_verify(&keys, buf_view(&b)), NS_OK);
		keys.signing.bytes[3] ^= 1;
		assert_int_equal(smb_verify(&keys, buf_view(&b)), NS_ESIGNATURE);
		buf_release(&b);
	}
}

/* Each single bit of the message counts, and each truncation is noticed. */
static void no_changed_message_verifies(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct smb_keys keys = make_keys(rows[i].alg, other(rows[i].sender));
		struct buf b;

		sign_row(&b, &rows[i], 0);
		for (size_t bit = 0; bit < b.n * 8; bit++) {
			b.p[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_not_equal(smb_verify(&keys, buf_view(&b)), NS_OK);
			b.p[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		for (size_t n = 0; n < b.n; n++) {
			struct view cut = view_dup(view_of(b.p, n));

			assert_int_not_equal(smb_verify(&keys, cut), NS_OK);
			view_free(cut);
		}
		buf_release(&b);
	}
}

/* AES-GMAC knows who sent a message: our own does not come back as the server's. */
static void gmac_refuses_a_reflected_message(void **state)
{
	struct smb_keys keys = make_keys(SMB2_SIGNING_AES_GMAC, SMB_CLIENT);
	struct buf b;

	(void)state;
	sign_row(&b, &rows[2], 0);
	assert_int_equal(smb_verify(&keys, buf_view(&b)), NS_ESIGNATURE);
	buf_release(&b);
}

/* The right signature on a message that does not say it is signed. */
static void an_unflagged_signature_does_not_count(void **state)
{
	struct smb_keys keys = make_keys(SMB2_SIGNING_AES_CMAC, SMB_SERVER);
	struct view msg = view_of_hex(ECHO_REQUEST);
	uint8_t *p = (uint8_t *)(uintptr_t)msg.p;
	uint8_t tag[CRYPTO_TAG_LEN];

	(void)state;
	assert_int_equal(crypto_aes_cmac(tag, secret_view(&keys.signing), PARTS(msg)),
			 NS_OK);
	memcpy(p + 48, tag, sizeof(tag));
	assert_int_equal(smb_verify(&keys, msg), NS_ESIGNATURE);
	view_free(msg);
}

static void what_cannot_be_signed_is_refused(void **state)
{
	struct smb_keys keys = make_keys(SMB2_SIGNING_AES_CMAC, SMB_CLIENT);
	struct smb_keys none = {.sign_alg = SMB2_SIGNING_HMAC_SHA256};
	struct smb_keys odd = make_keys(3, SMB_CLIENT);
	struct buf b;

	(void)state;
	sign_row(&b, &rows[0], 0);
	assert_int_equal(smb_sign(&keys, &b, 0, b.n + 1), NS_EINVAL);
	assert_int_equal(smb_sign(&keys, &b, b.n + 1, 0), NS_EINVAL);
	assert_int_equal(smb_sign(&keys, &b, 1, SIZE_MAX), NS_EINVAL);
	assert_int_equal(smb_sign(&keys, &b, 0, SMB2_HDR_LEN - 1), NS_EINVAL);
	assert_int_equal(smb_sign(&keys, &b, 1, b.n - 1), NS_EINVAL);
	assert_int_equal(smb_sign(&none, &b, 0, b.n), NS_EINVAL);
	assert_int_equal(smb_sign(&odd, &b, 0, b.n), NS_EINVAL);
	assert_int_equal(smb_verify(&none, buf_view(&b)), NS_EINVAL);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_messages_have_known_signatures),
		cmocka_unit_test(the_other_side_verifies),
		cmocka_unit_test(no_changed_message_verifies),
		cmocka_unit_test(gmac_refuses_a_reflected_message),
		cmocka_unit_test(an_unflagged_signature_does_not_count),
		cmocka_unit_test(what_cannot_be_signed_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

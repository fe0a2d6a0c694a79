/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/hex.h"
#include "security/kdf.h"
#include "security/keys.h"
#include "security/preauth.h"
#include "wire/smb2.h"

/* The examples Microsoft published for 3.0 and 3.1.1; what they leave out was computed
 * with Python's hmac. */
#define KEY_30  "7cd451825d0450d235424e44ba6e78cc"
#define KEY_311 "270e1ba896585eeb7af3472d3b4c75a7"
#define PREAUTH                                                                            \
	"0dd13628cc3ed218ef9df9772d436d0887ab9814bfae63a80aa845f36909db79"                 \
	"28622dddad522d9751640a459762c5a9d6bb084cbb3ce6bdadef5d5bce3c6c01"
#define KEY_32 "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"

static void assert_secret(const struct secret *got, const char *want_hex)
{
	struct view want = view_of_hex(want_hex);

	assert_view_equal(secret_view(got), want);
	view_free(want);
}

static void kdf_agrees_with_another_implementation(void **state)
{
	struct view key = view_of_hex("000102030405060708090a0b0c0d0e0f");
	struct view label = VIEW_LITERAL("label"), context = VIEW_LITERAL("context");
	struct secret out = {0};

	(void)state;
	assert_int_equal(kdf_derive(&out, 16, key, label, context), NS_OK);
	assert_secret(&out, "6b8121eb7cfe43d1cf3692dec7bfa60f");
	assert_int_equal(kdf_derive(&out, 32, key, label, context), NS_OK);
	assert_secret(&out,
		      "f8bd45f9279c1bf8c75b06cf7ae23bf1756306dc1e3e7db1e7dc2f89f4974977");
	assert_int_equal(kdf_derive(&out, 24, key, label, context), NS_EINVAL);
	view_free(key);
}

/* Derives, expects success, and returns the keys. */
static struct smb_keys derive(enum smb_role role, uint16_t dialect, uint16_t cipher,
			      uint16_t sign_alg, const char *key_hex)
{
	struct view key = view_of_hex(key_hex), preauth = view_of_hex(PREAUTH);
	struct smb_keys_params params = {role, dialect, cipher, sign_alg, key, preauth};
	struct smb_keys keys = {0};

	assert_int_equal(smb_keys_derive(&keys, &params), NS_OK);
	view_free(key);
	view_free(preauth);
	return keys;
}

static void dialects_2_sign_with_the_session_key(void **state)
{
	static const uint16_t dialects[] = {SMB2_DIALECT_202, SMB2_DIALECT_210};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct smb_keys k = derive(SMB_CLIENT, dialects[i], SMB2_CIPHER_AES128_CCM,
					   SMB2_SIGNING_AES_GMAC, KEY_32);

		assert_int_equal(k.sign_alg, SMB2_SIGNING_HMAC_SHA256);
		assert_int_equal(k.cipher, 0);
		assert_secret(&k.signing, "404142434445464748494a4b4c4d4e4f");
		assert_int_equal(k.seal.n, 0);
		smb_keys_release(&k);
	}
}

static void a_short_session_key_is_padded_with_zeroes(void **state)
{
	struct smb_keys k = derive(SMB_CLIENT, SMB2_DIALECT_202, 0, 0, "0102030405060708");

	(void)state;
	assert_secret(&k.signing, "01020304050607080000000000000000");
	smb_keys_release(&k);
}

static void dialect_30_has_its_keys(void **state)
{
	static const uint16_t dialects[] = {SMB2_DIALECT_300, SMB2_DIALECT_302};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct smb_keys c = derive(SMB_CLIENT, dialects[i], SMB2_CIPHER_AES128_GCM,
					   SMB2_SIGNING_AES_GMAC, KEY_30);
		struct smb_keys s =
			derive(SMB_SERVER, dialects[i], SMB2_CIPHER_AES128_CCM, 0, KEY_30);

		assert_int_equal(c.sign_alg, SMB2_SIGNING_AES_CMAC);
		assert_int_equal(c.cipher, SMB2_CIPHER_AES128_CCM);
		assert_secret(&c.signing, "0b7e9c5cac36c0f6ea9ab275298cedce");
		assert_secret(&c.app, "bb23a4575aa26c721af525af15a87b4f");
		assert_secret(&c.seal, "fad27796665b313ebb578f388632b4f7");
		assert_secret(&c.open, "b0f0427f7ceb416d1d9dcc0cd4f99447");
		assert_secret(&s.open, "fad27796665b313ebb578f388632b4f7");
		assert_secret(&s.seal, "b0f0427f7ceb416d1d9dcc0cd4f99447");
		smb_keys_release(&c);
		smb_keys_release(&s);
	}
}

static void dialect_311_has_its_keys(void **state)
{
	struct smb_keys c = derive(SMB_CLIENT, SMB2_DIALECT_311, SMB2_CIPHER_AES128_GCM,
				   SMB2_SIGNING_AES_GMAC, KEY_311);
	struct smb_keys s = derive(SMB_SERVER, SMB2_DIALECT_311, SMB2_CIPHER_AES128_GCM,
				   SMB2_SIGNING_AES_GMAC, KEY_311);

	(void)state;
	assert_int_equal(c.sign_alg, SMB2_SIGNING_AES_GMAC);
	assert_int_equal(c.cipher, SMB2_CIPHER_AES128_GCM);
	assert_secret(&c.signing, "73fe7a9a77bef0bde49c650d8ccb5f76");
	assert_secret(&c.app, "6d7ad7954e9ec61e907b4d473dc178ff");
	assert_secret(&c.seal, "629bcbc54422a0f572b97f45989b6073");
	assert_secret(&c.open, "e2af0dcefac68da71a0dfbd0d1350d74");
	assert_secret(&s.open, "629bcbc54422a0f572b97f45989b6073");
	assert_secret(&s.seal, "e2af0dcefac68da71a0dfbd0d1350d74");
	smb_keys_release(&c);
	smb_keys_release(&s);
}

/* The ciphers take all of the mechanism's key, signing the first 16 bytes. */
static void ciphers_of_256_bits_use_the_full_key(void **state)
{
	struct smb_keys k = derive(SMB_CLIENT, SMB2_DIALECT_311, SMB2_CIPHER_AES256_GCM,
				   SMB2_SIGNING_AES_CMAC, KEY_32);

	(void)state;
	assert_secret(&k.signing, "31b3bc2abdd23eab120b25a2fbfa1fde");
	assert_secret(&k.app, "ea6c98ea4d1ae95b80bdd1b4c1d9808f");
	assert_secret(&k.seal,
		      "2a484ff37b62e1e7b2c7732ca18174cd6e3e6c8dafdba5abd1b22fcb66717662");
	assert_secret(&k.open,
		      "fa2f15537c8e6d5571ed417a1308f66531d413e095d2567130feb6c9e20e4582");
	smb_keys_release(&k);
}

static void without_a_cipher_there_are_no_cipher_keys(void **state)
{
	struct smb_keys k = derive(SMB_CLIENT, SMB2_DIALECT_311, 0, 0, KEY_311);

	(void)state;
	assert_int_equal(k.sign_alg, SMB2_SIGNING_HMAC_SHA256);
	assert_int_equal(k.signing.n, 16);
	assert_int_equal(k.seal.n, 0);
	assert_int_equal(k.open.n, 0);
	smb_keys_release(&k);
}

static void what_is_not_known_is_refused(void **state)
{
	static const uint8_t b[80] = {1};
	const struct view k16 = view_of(b, 16), p64 = view_of(b, 64);
	const struct smb_keys_params rows[] = {
		{SMB_CLIENT, 0x0200, 0, 0, k16, p64},
		{SMB_CLIENT, SMB2_DIALECT_WILDCARD, 0, 0, k16, p64},
		{SMB_CLIENT, SMB2_DIALECT_311, 5, 0, k16, p64},
		{SMB_CLIENT, SMB2_DIALECT_300, 5, 0, k16, p64},
		{SMB_CLIENT, SMB2_DIALECT_311, 0, 3, k16, p64},
		{SMB_CLIENT, SMB2_DIALECT_311, 0, 0, k16, view_of(b, 63)},
		{SMB_CLIENT, SMB2_DIALECT_311, 0, 0, {0}, p64},
		{SMB_CLIENT, SMB2_DIALECT_202, 0, 0, view_of(b, 65), p64},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct smb_keys keys = {.nonce = 77};

		assert_int_equal(smb_keys_derive(&keys, &rows[i]), NS_EINVAL);
		assert_int_equal(keys.nonce, 77);
	}
}

static void moving_wipes_the_source(void **state)
{
	struct smb_keys a =
		derive(SMB_CLIENT, SMB2_DIALECT_311, SMB2_CIPHER_AES128_GCM, 1, KEY_311);
	struct smb_keys b, zero = {0};

	(void)state;
	a.nonce = 9;
	smb_keys_move(&b, &a);
	assert_memory_equal(&a, &zero, sizeof(a));
	assert_int_equal(b.nonce, 9);
	assert_int_equal(b.seal.n, 16);
	smb_keys_release(&b);
	assert_memory_equal(&b, &zero, sizeof(b));
}

/* Two links of the chain, computed with Python's hashlib. */
static void preauth_hash_is_a_chain(void **state)
{
	struct view want = view_of_hex(
		"8ba85974af76f45520d29ab048f518265795bf0dfb783e68849e67f82ea8c03c"
		"83861d2423d7c91c2acbb9e9d48438da816abffbab59af27b2097f208c810aca");
	struct preauth p;

	(void)state;
	preauth_init(&p);
	preauth_update(&p, VIEW_LITERAL("negotiate"));
	preauth_update(&p, VIEW_LITERAL("response"));
	assert_view_equal(preauth_view(&p), want);
	view_free(want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kdf_agrees_with_another_implementation),
		cmocka_unit_test(dialects_2_sign_with_the_session_key),
		cmocka_unit_test(a_short_session_key_is_padded_with_zeroes),
		cmocka_unit_test(dialect_30_has_its_keys),
		cmocka_unit_test(dialect_311_has_its_keys),
		cmocka_unit_test(ciphers_of_256_bits_use_the_full_key),
		cmocka_unit_test(without_a_cipher_there_are_no_cipher_keys),
		cmocka_unit_test(what_is_not_known_is_refused),
		cmocka_unit_test(moving_wipes_the_source),
		cmocka_unit_test(preauth_hash_is_a_chain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

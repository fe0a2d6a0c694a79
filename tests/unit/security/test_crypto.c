/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/hex.h"
#include "security/crypto.h"

static void assert_hex(const uint8_t *got, size_t n, const char *want_hex)
{
	struct view want = view_of_hex(want_hex);

	assert_view_equal(view_of(got, n), want);
	view_free(want);
}

/* RFC 1320 A.5, RFC 1321 A.5, FIPS 180-4's examples; each also in two parts. */
static void hashes_are_those_of_their_standards(void **state)
{
	uint8_t out[CRYPTO_SHA512_LEN];

	(void)state;
	crypto_md4(out, PARTS(VIEW_LITERAL("abc")));
	assert_hex(out, 16, "a448017aaf21d8525fc10ae87aa6729d");
	crypto_md5(out, PARTS(VIEW_LITERAL("a"), VIEW_LITERAL("bc")));
	assert_hex(out, 16, "900150983cd24fb0d6963f7d28e17f72");
	crypto_sha256(out, PARTS(VIEW_LITERAL("ab"), VIEW_LITERAL("c")));
	assert_hex(out, 32,
		   "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	crypto_sha512(out, PARTS(VIEW_LITERAL("abc"), (struct view){0}));
	assert_hex(out, 64,
		   "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
		   "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

/* RFC 2202 test 2 and RFC 4231 test 2. */
static void hmacs_are_those_of_their_standards(void **state)
{
	struct view key = VIEW_LITERAL("Jefe");
	uint8_t out[CRYPTO_SHA256_LEN];

	(void)state;
	crypto_hmac_md5(
		out, key,
		PARTS(VIEW_LITERAL("what do ya want "), VIEW_LITERAL("for nothing?")));
	assert_hex(out, 16, "750c783e6ab0b503eaa86e310a5db738");
	crypto_hmac_sha256(
		out, key,
		PARTS(VIEW_LITERAL("what do ya want "), VIEW_LITERAL("for nothing?")));
	assert_hex(out, 32,
		   "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

/* RFC 6229, key 0102030405. */
static void rc4_starts_afresh_each_time(void **state)
{
	struct view key = view_of_hex("0102030405");
	uint8_t zero[16] = {0}, out[16];

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(crypto_rc4(out, key, view_of(zero, 16)), NS_OK);
		assert_hex(out, 16, "b2396305f03dc027ccc3524a0a1118a8");
	}
	assert_int_equal(crypto_rc4(out, (struct view){0}, view_of(zero, 16)), NS_EINVAL);
	view_free(key);
}

/* RFC 4493 section 4, all four examples. */
static void cmac_is_that_of_rfc_4493(void **state)
{
	static const struct {
		size_t n;
		const char *tag;
	} rows[] = {
		{0, "bb1d6929e95937287fa37d129b756746"},
		{16, "070a16b46b4d4144f79bdd9dd04a287c"},
		{40, "dfa66747de9ae63030ca32611497c827"},
		{64, "51f0bebf7e3b9d92fc49741779363cfe"},
	};
	struct view key = view_of_hex("2b7e151628aed2a6abf7158809cf4f3c");
	struct view msg = view_of_hex("6bc1bee22e409f96e93d7e117393172a"
				      "ae2d8a571e03ac9c9eb76fac45af8e51"
				      "30c81c46a35ce411e5fbc1191a0a52ef"
				      "f69f2445df4f9b17ad2b417be66c3710");
	uint8_t tag[CRYPTO_TAG_LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct view m = view_of(msg.p, rows[i].n);

		assert_int_equal(crypto_aes_cmac(tag, key, PARTS(m)), NS_OK);
		assert_hex(tag, 16, rows[i].tag);
		/* Where the message is cut makes no difference. */
		assert_int_equal(crypto_aes_cmac(tag, key,
						 PARTS(view_slice(m, 0, 7),
						       view_slice(m, 7, SIZE_MAX))),
				 NS_OK);
		assert_hex(tag, 16, rows[i].tag);
	}
	assert_int_equal(crypto_aes_cmac(tag, view_of(key.p, 15), PARTS(msg)), NS_EINVAL);
	view_free(key);
	view_free(msg);
}

/* The GCM specification's test cases 1, 3, 4 and 16. */
struct aead_row {
	const char *key, *nonce, *aad, *plain, *sealed, *tag;
};

#define GCM_PLAIN                                                                          \
	"d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"                 \
	"1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"

static const struct aead_row gcm_rows[] = {
	{"00000000000000000000000000000000", "000000000000000000000000", "", "", "",
	 "58e2fccefa7e3061367f1d57a4e7455a"},
	{"feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888", "",
	 GCM_PLAIN "1aafd255",
	 "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
	 "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985",
	 "4d5c2af327cd64a62cf35abd2ba6fab4"},
	{"feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
	 "feedfacedeadbeeffeedfacedeadbeefabaddad2", GCM_PLAIN,
	 "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
	 "21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091",
	 "5bc94fbc3221a5db94fae95ae7121a47"},
	{"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
	 "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2", GCM_PLAIN,
	 "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
	 "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
	 "76fc6ece0f4e1768cddf8853bb2d551b"},
};

/* RFC 3610's form with a nonce of 11 bytes; computed with PyCryptodome. */
static const struct aead_row ccm_rows[] = {
	{"404142434445464748494a4b4c4d4e4f", "101112131415161718191a",
	 "000102030405060708090a0b0c0d0e0f10111213",
	 "202122232425262728292a2b2c2d2e2f3031323334353637",
	 "d6d28b1b24b85b4ffbe0998809dab62e35428a3cca41bdc8",
	 "c8b439bff187669acf5b3a26ab35e946"},
	{"404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f",
	 "101112131415161718191a", "000102030405060708090a0b0c0d0e0f10111213",
	 "202122232425262728292a2b2c2d2e2f3031323334353637",
	 "05be4fa985289932bcf824709a4950dd790fa62950bfbf50",
	 "759010dec21ca39646208d49dfbca277"},
};

/* Encrypts, decrypts, and then every flipped bit of tag, data and header is noticed. */
static void check_row(enum crypto_mode mode, const struct aead_row *row)
{
	struct view key = view_of_hex(row->key), nonce = view_of_hex(row->nonce);
	struct view aad = view_of_hex(row->aad), plain = view_of_hex(row->plain);
	struct view work = view_dup(plain), tag = view_of_hex(row->tag);
	uint8_t *data = (uint8_t *)(uintptr_t)work.p, *t = (uint8_t *)(uintptr_t)tag.p;
	uint8_t got[CRYPTO_TAG_LEN];

	assert_int_equal(crypto_seal(mode, data, work.n, got, key, nonce, aad), NS_OK);
	assert_hex(data, work.n, row->sealed);
	assert_view_equal(view_of(got, sizeof(got)), tag);
	for (size_t i = 0; i < CRYPTO_TAG_LEN * 8; i++) {
		struct view copy = view_of_hex(row->sealed);
		uint8_t *p = (uint8_t *)(uintptr_t)copy.p;

		t[i / 8] ^= (uint8_t)(1u << i % 8);
		assert_int_equal(crypto_open(mode, p, copy.n, tag, key, nonce, aad),
				 NS_ESIGNATURE);
		t[i / 8] ^= (uint8_t)(1u << i % 8);
		for (size_t j = 0; j < copy.n; j++)
			assert_int_equal(p[j], 0);
		view_free(copy);
	}
	assert_int_equal(crypto_open(mode, data, work.n, tag, key, nonce, aad), NS_OK);
	assert_view_equal(work, plain);
	assert_int_equal(
		crypto_seal(mode, data, work.n, got, view_of(key.p, 15), nonce, aad),
		NS_EINVAL);
	assert_int_equal(crypto_seal(mode, data, work.n, got, key,
				     view_of(nonce.p, nonce.n - 1), aad),
			 NS_EINVAL);
	view_free(key);
	view_free(nonce);
	view_free(aad);
	view_free(plain);
	view_free(work);
	view_free(tag);
}

static void gcm_is_that_of_its_specification(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(gcm_rows) / sizeof(gcm_rows[0]); i++)
		check_row(CRYPTO_GCM, &gcm_rows[i]);
}

static void ccm_agrees_with_another_implementation(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(ccm_rows) / sizeof(ccm_rows[0]); i++)
		check_row(CRYPTO_CCM, &ccm_rows[i]);
}

/* GMAC is GCM without data: test case 1, and one in parts. */
static void gmac_is_gcm_without_data(void **state)
{
	struct view key = view_of_hex("feffe9928665731c6d6a8f9467308308");
	struct view nonce = view_of_hex("cafebabefacedbaddecaf888");
	struct view msg = view_of_hex(GCM_PLAIN);
	uint8_t want[CRYPTO_TAG_LEN], got[CRYPTO_TAG_LEN];

	(void)state;
	assert_int_equal(crypto_seal(CRYPTO_GCM, NULL, 0, want, key, nonce, msg), NS_OK);
	assert_int_equal(
		crypto_aes_gmac(got, key, nonce,
				PARTS(view_of(msg.p, 32), view_of(msg.p + 32, msg.n - 32))),
		NS_OK);
	assert_memory_equal(got, want, sizeof(want));
	assert_int_equal(crypto_aes_gmac(got, key, nonce, PARTS(view_of(msg.p, 15), msg)),
			 NS_EINVAL);
	assert_int_equal(crypto_aes_gmac(got, key, view_of(nonce.p, 11), PARTS(msg)),
			 NS_EINVAL);
	assert_int_equal(crypto_aes_gmac(got, view_of(key.p, 8), nonce, PARTS(msg)),
			 NS_EINVAL);
	view_free(key);
	view_free(nonce);
	view_free(msg);
}

static void random_bytes_differ(void **state)
{
	uint8_t a[32] = {0}, b[32] = {0};

	(void)state;
	assert_int_equal(crypto_random(a, sizeof(a)), NS_OK);
	assert_int_equal(crypto_random(b, sizeof(b)), NS_OK);
	assert_memory_not_equal(a, b, sizeof(a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_are_those_of_their_standards),
		cmocka_unit_test(hmacs_are_those_of_their_standards),
		cmocka_unit_test(rc4_starts_afresh_each_time),
		cmocka_unit_test(cmac_is_that_of_rfc_4493),
		cmocka_unit_test(gcm_is_that_of_its_specification),
		cmocka_unit_test(ccm_agrees_with_another_implementation),
		cmocka_unit_test(gmac_is_gcm_without_data),
		cmocka_unit_test(random_bytes_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

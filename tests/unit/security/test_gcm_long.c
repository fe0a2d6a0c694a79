/* SPDX-License-Identifier: MIT */
/* Long messages by the other library: the same bytes as by the first. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "security/crypto.h"
#include "security/gcm_long.h"

#define LONGEST (1u << 20)

static const uint8_t key[CRYPTO_AES256_LEN] = "a key of thirty-two bytes, plain";
static const uint8_t nonce[CRYPTO_GCM_NONCE] = "twelve bytes";
static const size_t lengths[] = {0,    1,    100,  4063,  4064,   4095,
				 4096, 4097, 5000, 65536, 100003, LONGEST};
static uint8_t first[LONGEST], second[LONGEST];
static unsigned calls;

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void fill(uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(i * 7 + i / 256);
}

static void seal(uint8_t *data, size_t n, uint8_t tag[CRYPTO_TAG_LEN], size_t key_len)
{
	fill(data, n);
	assert_int_equal(crypto_seal(CRYPTO_GCM, data, n, tag, view_of(key, key_len),
				     view_of(nonce, sizeof(nonce)),
				     VIEW_LITERAL("thirty-two bytes of a header ...")),
			 NS_OK);
}

static enum ns_err open(uint8_t *data, size_t n, const uint8_t tag[CRYPTO_TAG_LEN],
			size_t key_len)
{
	return crypto_open(CRYPTO_GCM, data, n, view_of(tag, CRYPTO_TAG_LEN),
			   view_of(key, key_len), view_of(nonce, sizeof(nonce)),
			   VIEW_LITERAL("thirty-two bytes of a header ..."));
}

static void both_seal_alike(void **state)
{
	uint8_t tags[2][CRYPTO_TAG_LEN];

	(void)state;
	for (size_t bits = CRYPTO_AES128_LEN; bits <= CRYPTO_AES256_LEN; bits += 16)
		for (size_t i = 0; i < COUNT(lengths); i++) {
			crypto_use_gcm(NULL);
			seal(first, lengths[i], tags[0], bits);
			gcm_long_use();
			seal(second, lengths[i], tags[1], bits);
			assert_memory_equal(first, second, lengths[i]);
			assert_memory_equal(tags[0], tags[1], CRYPTO_TAG_LEN);
			assert_int_equal(open(second, lengths[i], tags[0], bits), NS_OK);
			fill(first, lengths[i]);
			assert_memory_equal(first, second, lengths[i]);
		}
}

static void both_sign_alike(void **state)
{
	uint8_t tags[2][CRYPTO_TAG_LEN];

	(void)state;
	fill(first, LONGEST);
	for (size_t i = 0; i < COUNT(lengths); i++)
		for (unsigned k = 0; k < 2; k++) {
			struct parts parts =
				PARTS(view_of(first, 48), VIEW_LITERAL("sixteen of these"),
				      view_of(first, lengths[i]));

			if (k == 0)
				crypto_use_gcm(NULL);
			else
				gcm_long_use();
			assert_int_equal(
				crypto_aes_gmac(tags[k], view_of(key, CRYPTO_AES128_LEN),
						view_of(nonce, sizeof(nonce)), parts),
				NS_OK);
			assert_true(k == 0 || memcmp(tags[0], tags[1], 16) == 0);
		}
}

static void a_forged_message_is_wiped(void **state)
{
	static const uint8_t zero[LONGEST];
	uint8_t tag[CRYPTO_TAG_LEN];

	(void)state;
	gcm_long_use();
	for (size_t i = 5; i < COUNT(lengths); i++) {
		seal(second, lengths[i], tag, CRYPTO_AES128_LEN);
		second[lengths[i] / 2] ^= 1;
		assert_int_equal(open(second, lengths[i], tag, CRYPTO_AES128_LEN),
				 NS_ESIGNATURE);
		assert_memory_equal(second, zero, lengths[i]);
		seal(second, lengths[i], tag, CRYPTO_AES128_LEN);
		tag[0] ^= 1;
		assert_int_equal(open(second, lengths[i], tag, CRYPTO_AES128_LEN),
				 NS_ESIGNATURE);
		assert_memory_equal(second, zero, lengths[i]);
	}
}

static enum ns_err can_not(const struct crypto_gcm *job)
{
	(void)job;
	calls++;
	return NS_EUNSUPPORTED;
}

static void what_the_other_can_not_is_done_by_the_first(void **state)
{
	uint8_t tags[2][CRYPTO_TAG_LEN];

	(void)state;
	gcm_long_use();
	seal(first, 10000, tags[0], CRYPTO_AES128_LEN);
	crypto_use_gcm(can_not);
	seal(second, 10000, tags[1], CRYPTO_AES128_LEN);
	assert_int_equal(calls, 1);
	assert_memory_equal(first, second, 10000);
	assert_int_equal(open(second, 10000, tags[0], CRYPTO_AES128_LEN), NS_OK);
	seal(second, 100, tags[1], CRYPTO_AES128_LEN);
	assert_int_equal(calls, 2); /* short ones are not even offered */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_seal_alike),
		cmocka_unit_test(both_sign_alike),
		cmocka_unit_test(a_forged_message_is_wiped),
		cmocka_unit_test(what_the_other_can_not_is_done_by_the_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* The values of [MS-NLMP] 4.2.4; what stands there only after other data was sealed was
 * computed with Python's hmac and PyCryptodome. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/hex.h"
#include "security/crypto.h"
#include "security/ntlm_crypto.h"

#define USER   "5500730065007200"
#define DOMAIN "44006f006d00610069006e00"
#define AV                                                                                 \
	"02000c0044006f006d00610069006e00" /* MsvAvNbDomainName "Domain" */                \
	"01000c00530065007200760065007200" /* MsvAvNbComputerName "Server" */              \
	"00000000"                         /* MsvAvEOL */
#define TEMP "01010000000000000000000000000000aaaaaaaaaaaaaaaa00000000" AV "00000000"

static const uint8_t server_challenge[8] = {0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef};
static const uint8_t client_challenge[8] = {0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa};

static void assert_hex(struct view got, const char *want_hex)
{
	struct view want = view_of_hex(want_hex);

	assert_view_equal(got, want);
	view_free(want);
}

static void get_response_key(struct secret *key, const char *user_hex)
{
	struct view user = view_of_hex(user_hex), domain = view_of_hex(DOMAIN);
	struct secret hash = {0};

	assert_int_equal(ntlm_nt_hash(&hash, VIEW_LITERAL("Password")), NS_OK);
	assert_hex(secret_view(&hash), "a4f49c406510bdcab6824ee7c30fd852");
	assert_int_equal(ntlm_response_key(key, &hash, user, domain), NS_OK);
	view_free(user);
	view_free(domain);
}

/* 4.2.4.1.1, whatever the case of the user. */
static void response_key_is_that_of_the_specification(void **state)
{
	static const char *const users[] = {USER, "5500530045005200", "7500730065007200"};
	struct secret key = {0};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		get_response_key(&key, users[i]);
		assert_hex(secret_view(&key), "0c868a403bfd7a93a3001ef22ef02e3f");
	}
}

/* 4.2.4.1.3, 4.2.4.2.2, 4.2.4.1.2, 4.2.4.2.3 */
static void a_login_is_that_of_the_specification(void **state)
{
	struct secret key = {0}, base = {0};
	struct view av = view_of_hex(AV);
	uint8_t proof[NTLM_PROOF_LEN], random[16], encrypted[16];
	struct buf blob;

	(void)state;
	get_response_key(&key, USER);
	buf_init(&blob, 256);
	assert_int_equal(ntlm_client_blob(&blob, 0, client_challenge, av), NS_OK);
	assert_hex(buf_view(&blob), TEMP);
	ntlm_proof(proof, &key, server_challenge, buf_view(&blob));
	assert_hex(view_of(proof, sizeof(proof)), "68cd0ab851e51c96aabc927bebef6a1c");
	assert_int_equal(ntlm_session_base_key(&base, &key, proof), NS_OK);
	assert_hex(secret_view(&base), "8de40ccadbc14a82f15cb0ad0de95ca3");
	memset(random, 0x55, sizeof(random));
	assert_int_equal(
		crypto_rc4(encrypted, secret_view(&base), view_of(random, sizeof(random))),
		NS_OK);
	assert_hex(view_of(encrypted, 16), "c5dad2544fc9799094ce1ce90bc9d03e");
	buf_release(&blob);
	view_free(av);
}

/* 4.2.4.4: the checksum there, and the same encrypted from a fresh RC4 state. */
static void signatures_are_those_of_the_specification(void **state)
{
	struct view text = view_of_hex("50006c00610069006e007400650078007400");
	struct secret key = {.n = 16};
	uint8_t out[NTLM_SIGNATURE_LEN];

	(void)state;
	memset(key.bytes, 0x55, 16);
	assert_int_equal(
		ntlm_sign(out, &key, NTLMSSP_NEGOTIATE_SIGN, NTLM_FROM_CLIENT, text),
		NS_OK);
	assert_hex(view_of(out, sizeof(out)), "01000000 70352851f2564309 00000000");
	assert_int_equal(
		ntlm_sign(out, &key, NTLMSSP_NEGOTIATE_KEY_EXCH, NTLM_FROM_CLIENT, text),
		NS_OK);
	assert_hex(view_of(out, sizeof(out)), "01000000 74d045342c4f1cd5 00000000");
	assert_int_equal(
		ntlm_sign(out, &key, NTLMSSP_NEGOTIATE_KEY_EXCH, NTLM_FROM_SERVER, text),
		NS_OK);
	assert_hex(view_of(out, sizeof(out)), "01000000 e01b84f3fbde503c 00000000");
	view_free(text);
}

/* Where the message has its MIC does not count; every other byte does. */
static void mic_covers_all_but_itself(void **state)
{
	struct secret key = {.n = 16};
	uint8_t msg[120] = {0}, one[NTLM_MIC_LEN], two[NTLM_MIC_LEN];
	struct view first = VIEW_LITERAL("first"), second = VIEW_LITERAL("second");

	(void)state;
	ntlm_mic(one, &key, first, second, view_of(msg, sizeof(msg)));
	for (size_t i = 0; i < sizeof(msg); i++) {
		bool inside = i >= NTLM_MIC_AT && i < NTLM_MIC_AT + NTLM_MIC_LEN;

		msg[i] ^= 1;
		ntlm_mic(two, &key, first, second, view_of(msg, sizeof(msg)));
		msg[i] ^= 1;
		assert_int_equal(memcmp(one, two, sizeof(one)) == 0, inside);
	}
}

static void bad_names_and_passwords_are_refused(void **state)
{
	struct secret out = {0}, hash = {.n = 16};
	static const uint8_t name[1026] = {0};

	(void)state;
	assert_int_equal(ntlm_nt_hash(&out, VIEW_LITERAL("\xff")), NS_EFORMAT);
	assert_int_equal(ntlm_response_key(&out, &hash, view_of(name, 3), (struct view){0}),
			 NS_EFORMAT);
	assert_int_equal(
		ntlm_response_key(&out, &hash, view_of(name, 1026), (struct view){0}),
		NS_ELIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(response_key_is_that_of_the_specification),
		cmocka_unit_test(a_login_is_that_of_the_specification),
		cmocka_unit_test(signatures_are_those_of_the_specification),
		cmocka_unit_test(mic_covers_all_but_itself),
		cmocka_unit_test(bad_names_and_passwords_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/hex.h"
#include "security/seal.h"
#include "wire/smb2_transform.h"

#define KEY_30  "7cd451825d0450d235424e44ba6e78cc"
#define KEY_311 "270e1ba896585eeb7af3472d3b4c75a7"
#define KEY_32  "404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"
#define PREAUTH                                                                            \
	"0dd13628cc3ed218ef9df9772d436d0887ab9814bfae63a80aa845f36909db79"                 \
	"28622dddad522d9751640a459762c5a9d6bb084cbb3ce6bdadef5d5bce3c6c01"
#define SESSION_ID UINT64_C(0x1122334455667788)

/* An SMB2 header and 17 more bytes. */
#define MESSAGE                                                                            \
	"fe534d4240000100000000000d00010008000000000000000807060504030201"                 \
	"fffe000005000000887766554433221100000000000000000000000000000000"                 \
	"3031323334353637383961626364656630"

/* What a client sends first: transform header and ciphertext, from PyCryptodome. */
struct row {
	uint16_t dialect;
	uint16_t cipher;
	const char *key;
	const char *sealed;
};

static const struct row rows[] = {
	{SMB2_DIALECT_300, SMB2_CIPHER_AES128_CCM, KEY_30,
	 "fd534d42edb0739158b9c42f483b1ea59cd2dbaf0100000000000000000000000000000051000000000001008877665544332211"
	 "c0333431755749bfe90069fd59c3fc05360eea9346a47128c1fc7f3bbc7daed2"
	 "b9112d3f24db8babca8efe0b68290a34bdc2bc81f366bb862367bbaa87cfc181"
	 "40c00a4cd210a6948fcc9d1c5fc076d9ed"},
	{SMB2_DIALECT_311, SMB2_CIPHER_AES128_CCM, KEY_311,
	 "fd534d421d8e79b17b1aa7ecbd68afbea9ac373b0100000000000000000000000000000051000000000001008877665544332211"
	 "85159634d607903de48d581a418d5fa7aa9b4097a6768eff1772c02ead2b9d76"
	 "be07675b8c903eeceb85ead43a4d2f791a849c83906f71ca00703d34bdf4b409"
	 "d05ae92aa82c82c293e92e1e3419eddbfd"},
	{SMB2_DIALECT_311, SMB2_CIPHER_AES128_GCM, KEY_311,
	 "fd534d42a9693bad624f0f2d8a68b76818f829750100000000000000000000000000000051000000000001008877665544332211"
	 "02edeba96fd63d4c1d266d7bc3a749f5e013a7feb21314c71a846a06d763f301"
	 "0b475cc9b089f40eaa17d15a9794b2d5e4164fa433f3c93bcc4c86485644d2cc"
	 "1adc1cd36bd73ea7d018c29b9303928d8c"},
	{SMB2_DIALECT_311, SMB2_CIPHER_AES256_CCM, KEY_32,
	 "fd534d42f126c479448d4f10b2510c40793459b20100000000000000000000000000000051000000000001008877665544332211"
	 "bdce0765e55333d012fc6e7a452fbc09883b36c7a27fae853f73c3b65a7da07e"
	 "caea4306db8c5b34d9250a30b3804206222dc86818fdc2180d860d162f58b536"
	 "d137b0c34f1c8f933936c18980bb32f62a"},
	{SMB2_DIALECT_311, SMB2_CIPHER_AES256_GCM, KEY_32,
	 "fd534d42d2c1bb6f9d1ba074be1340f2572495c40100000000000000000000000000000051000000000001008877665544332211"
	 "fb66864334ffdfda87f9fa6ee3bdd88f63b4f3072ac6c099274891912186769c"
	 "052e8d6106a0aef76839b47f47fa9b02e9d697b4984be264e08bd619bde1c595"
	 "3bdbeda95413a4767d3087e5b5b2706c02"},
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static struct smb_keys make_keys(const struct row *row, enum smb_role role)
{
	struct view key = view_of_hex(row->key), preauth = view_of_hex(PREAUTH);
	struct smb_keys_params params = {role, row->dialect, row->cipher, 1, key, preauth};
	struct smb_keys keys = {0};

	assert_int_equal(smb_keys_derive(&keys, &params), NS_OK);
	view_free(key);
	view_free(preauth);
	return keys;
}

static void known_messages_are_sealed_as_known(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct smb_keys keys = make_keys(&rows[i], SMB_CLIENT);
		struct view msg = view_of_hex(MESSAGE), want = view_of_hex(rows[i].sealed);
		struct buf out;

		buf_init(&out, 1024);
		assert_int_equal(buf_append_zero(&out, 4), NS_OK);
		assert_int_equal(smb_seal(&keys, &out, SESSION_ID, msg), NS_OK);
		assert_view_equal(view_slice(buf_view(&out), 4, out.n), want);
		buf_release(&out);
		view_free(msg);
		view_free(want);
		smb_keys_release(&keys);
	}
}

static void the_other_side_opens(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct smb_keys keys = make_keys(&rows[i], SMB_SERVER);
		struct view msg = view_of_hex(MESSAGE),
			    sealed = view_of_hex(rows[i].sealed);
		struct buf out;

		buf_init(&out, 1024);
		assert_int_equal(smb_open(&keys, &out, sealed), NS_OK);
		assert_view_equal(buf_view(&out), msg);
		buf_release(&out);
		view_free(msg);
		view_free(sealed);
		smb_keys_release(&keys);
	}
}

/*
 * Each flipped bit and each truncation is refused and leaves nothing behind.  The nonce
 * field is longer than the nonce: its tail too is authenticated.
 */
static void nothing_changed_is_opened(void **state)
{
	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct smb_keys keys = make_keys(&rows[i], SMB_SERVER);
		struct view sealed = view_of_hex(rows[i].sealed);
		uint8_t *p = (uint8_t *)(uintptr_t)sealed.p;
		struct buf out;

		buf_init(&out, 1024);
		for (size_t bit = 0; bit < sealed.n * 8; bit++) {
			p[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_not_equal(smb_open(&keys, &out, sealed), NS_OK);
			assert_int_equal(out.n, 0);
			p[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		for (size_t n = 0; n < sealed.n; n++) {
			struct view cut = view_dup(view_of(sealed.p, n));

			assert_int_not_equal(smb_open(&keys, &out, cut), NS_OK);
			assert_int_equal(out.n, 0);
			view_free(cut);
		}
		p[sealed.n - 1] ^= 0x80;
		assert_int_equal(smb_open(&keys, &out, sealed), NS_ESIGNATURE);
		buf_release(&out);
		view_free(sealed);
		smb_keys_release(&keys);
	}
}

/* Our own message does not come back as the server's: the keys differ by direction. */
static void a_reflected_message_is_refused(void **state)
{
	struct smb_keys keys = make_keys(&rows[2], SMB_CLIENT);
	struct view sealed = view_of_hex(rows[2].sealed);
	struct buf out;

	(void)state;
	buf_init(&out, 1024);
	assert_int_equal(smb_open(&keys, &out, sealed), NS_ESIGNATURE);
	buf_release(&out);
	view_free(sealed);
}

/* The nonce of the k-th message is k, whatever became of the others. */
static void nonces_never_repeat(void **state)
{
	struct smb_keys keys = make_keys(&rows[2], SMB_CLIENT);
	struct view msg = view_of_hex(MESSAGE), inner;
	struct smb2_transform t;
	struct buf small, out;

	(void)state;
	buf_init(&small, 60);
	buf_init(&out, 1024);
	for (uint8_t k = 1; k < 20; k++) {
		struct buf *b = k % 3 == 0 ? &small : &out;

		buf_clear(b);
		assert_int_equal(smb_seal(&keys, b, SESSION_ID, msg),
				 k % 3 == 0 ? NS_ELIMIT : NS_OK);
		if (k % 3 == 0) {
			assert_int_equal(b->n, 0);
			continue;
		}
		assert_int_equal(smb2_transform_decode(&t, &inner, buf_view(b)), NS_OK);
		assert_int_equal(t.nonce[0], k - k / 3); /* of those that were made */
		for (size_t i = 1; i < sizeof(t.nonce); i++)
			assert_int_equal(t.nonce[i], 0);
	}
	keys.nonce = UINT64_MAX;
	buf_clear(&out);
	assert_int_equal(smb_seal(&keys, &out, SESSION_ID, msg), NS_ELIMIT);
	assert_int_equal(keys.nonce == UINT64_MAX, 1);
	buf_release(&small);
	buf_release(&out);
	view_free(msg);
}

static void limits_are_kept(void **state)
{
	struct smb_keys keys = make_keys(&rows[2], SMB_CLIENT);
	struct smb_keys none = {.role = SMB_CLIENT};
	struct view msg = view_of_hex(MESSAGE), sealed = view_of_hex(rows[2].sealed);
	struct buf out;

	(void)state;
	buf_init(&out, 1024);
	assert_int_equal(smb_seal(&keys, &out, SESSION_ID,
				  view_of(msg.p, (size_t)SEAL_MESSAGE_MAX + 1)),
			 NS_ELIMIT);
	assert_int_equal(smb_seal(&none, &out, SESSION_ID, msg), NS_EUNSUPPORTED);
	assert_int_equal(smb_open(&none, &out, sealed), NS_EUNSUPPORTED);
	assert_int_equal(out.n, 0);
	buf_release(&out);
	view_free(msg);
	view_free(sealed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_messages_are_sealed_as_known),
		cmocka_unit_test(the_other_side_opens),
		cmocka_unit_test(nothing_changed_is_opened),
		cmocka_unit_test(a_reflected_message_is_refused),
		cmocka_unit_test(nonces_never_repeat),
		cmocka_unit_test(limits_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "wire/smb2_transform.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"

static const char good[] = "fd534d42"                         /* ProtocolId */
			   "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf" /* Signature */
			   "b0b1b2b3b4b5b6b7b8b9ba0000000000" /* Nonce, CCM */
			   "05000000"                         /* OriginalMessageSize 5 */
			   "0000"                             /* Reserved */
			   "0100"                             /* Flags: encrypted */
			   "efcdab8967452301"                 /* SessionId */
			   "0102030405";                      /* what is sealed */

static void every_field_is_decoded(void **state)
{
	static const uint8_t sealed_bytes[] = {1, 2, 3, 4, 5};
	struct view msg = view_of_hex(good);
	struct smb2_transform t;
	struct view sealed;

	(void)state;
	assert_int_equal(smb2_transform_decode(&t, &sealed, msg), NS_OK);
	assert_int_equal(t.signature[0], 0xa0);
	assert_int_equal(t.signature[15], 0xaf);
	assert_int_equal(t.nonce[0], 0xb0);
	assert_int_equal(t.nonce[10], 0xba);
	assert_int_equal(t.original_size, 5);
	assert_int_equal(t.flags, SMB2_TRANSFORM_ENCRYPTED);
	assert_true(t.session_id == 0x0123456789abcdef);
	assert_view_equal(sealed, view_of(sealed_bytes, sizeof(sealed_bytes)));
	view_free(msg);
}

static void every_truncation_is_refused(void **state)
{
	struct view msg = view_of_hex(good);
	struct smb2_transform t;
	struct view sealed;

	(void)state;
	for (size_t n = 0; n < msg.n; n++) {
		struct view cut = view_dup(view_of(msg.p, n));

		assert_int_not_equal(smb2_transform_decode(&t, &sealed, cut), NS_OK);
		view_free(cut);
	}
	view_free(msg);
}

/* The good message with one byte changed. */
static enum ns_err decode_with(size_t at, uint8_t value)
{
	struct view good_msg = view_of_hex(good);
	struct smb2_transform t;
	struct view msg, sealed;
	struct buf b;
	enum ns_err err;

	buf_init(&b, good_msg.n);
	assert_int_equal(buf_append(&b, good_msg), NS_OK);
	b.p[at] = value;
	msg = view_dup(buf_view(&b));
	err = smb2_transform_decode(&t, &sealed, msg);
	view_free(msg);
	view_free(good_msg);
	buf_release(&b);
	return err;
}

static void what_is_no_sealed_message_is_refused(void **state)
{
	(void)state;
	assert_int_equal(decode_with(0, 0xfc), NS_EUNSUPPORTED); /* compressed */
	assert_int_equal(decode_with(0, 0xfe), NS_EFORMAT);      /* plain */
	assert_int_equal(decode_with(36, 4), NS_EFORMAT);        /* a byte is left over */
	assert_int_equal(decode_with(36, 6), NS_ETRUNC);
	assert_int_equal(decode_with(39, 0xff), NS_ETRUNC); /* nearly 4 GiB */
	assert_int_equal(decode_with(42, 0), NS_EFORMAT);   /* Flags: not encrypted */
	assert_int_equal(decode_with(42, 2), NS_EFORMAT);
	assert_int_equal(decode_with(40, 0xff), NS_OK); /* Reserved */
}

static void encoding_is_the_inverse(void **state)
{
	struct view msg = view_of_hex(good);
	struct smb2_transform t;
	struct wire_writer w;
	struct view sealed;
	struct buf b;

	(void)state;
	buf_init(&b, msg.n);
	w = wire_writer_at_end(&b);
	assert_int_equal(smb2_transform_decode(&t, &sealed, msg), NS_OK);
	smb2_transform_encode(&w, &t);
	wire_put_bytes(&w, sealed);
	assert_int_equal(wire_put_status(&w), NS_OK);
	assert_view_equal(buf_view(&b), msg);
	buf_release(&b);
	view_free(msg);
}

static void the_authenticated_part_is_from_nonce_to_the_end(void **state)
{
	struct view msg = view_of_hex(good);
	struct view aad = smb2_transform_aad(msg);

	(void)state;
	assert_int_equal(aad.n, 32);
	assert_ptr_equal(aad.p, msg.p + 20);
	assert_int_equal(smb2_transform_aad(view_of(msg.p, 51)).n, 0);
	assert_int_equal(smb2_transform_aad(view_of(msg.p, 52)).n, 32);
	view_free(msg);
}

static void the_signature_is_patched(void **state)
{
	static const uint8_t signature[SMB2_SIGNATURE_LEN] = "0123456789abcdef";
	struct smb2_transform t = {.flags = SMB2_TRANSFORM_ENCRYPTED, .nonce = {7}};
	struct wire_writer w;
	struct view sealed;
	struct buf b;

	(void)state;
	buf_init(&b, 64);
	assert_int_equal(buf_append_zero(&b, 4), NS_OK);
	w = wire_writer_at_end(&b);
	smb2_transform_encode(&w, &t);
	smb2_transform_patch_signature(&b, 4, signature);
	assert_int_equal(
		smb2_transform_decode(&t, &sealed, view_slice(buf_view(&b), 4, SIZE_MAX)),
		NS_OK);
	assert_memory_equal(t.signature, signature, sizeof(signature));
	assert_int_equal(t.nonce[0], 7);
	assert_int_equal(sealed.n, 0);
	buf_release(&b);
}

static void frames_are_told_by_four_bytes(void **state)
{
	(void)state;
	assert_int_equal(smb2_frame_kind(VIEW_LITERAL("\xfeSMB")), SMB2_FRAME_PLAIN);
	assert_int_equal(smb2_frame_kind(VIEW_LITERAL("\xfdSMB")), SMB2_FRAME_SEALED);
	assert_int_equal(smb2_frame_kind(VIEW_LITERAL("\xfcSMB")), SMB2_FRAME_COMPRESSED);
	assert_int_equal(smb2_frame_kind(VIEW_LITERAL("\xffSMB")), SMB2_FRAME_SMB1);
	assert_int_equal(smb2_frame_kind(VIEW_LITERAL("\xfbSMB")), SMB2_FRAME_UNKNOWN);
	assert_int_equal(smb2_frame_kind(VIEW_LITERAL("\xfeSM")), SMB2_FRAME_UNKNOWN);
	assert_int_equal(smb2_frame_kind((struct view){0}), SMB2_FRAME_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_decoded),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(what_is_no_sealed_message_is_refused),
		cmocka_unit_test(encoding_is_the_inverse),
		cmocka_unit_test(the_authenticated_part_is_from_nonce_to_the_end),
		cmocka_unit_test(the_signature_is_patched),
		cmocka_unit_test(frames_are_told_by_four_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

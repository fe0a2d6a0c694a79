/* SPDX-License-Identifier: MIT */
#include "wire/smb2_session_setup.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"

CODEC(smb2_session_setup_req);
CODEC(smb2_session_setup_rsp);

static const char request[] = "1900"             /* StructureSize 25 */
			      "01"               /* Flags: BINDING */
			      "02"               /* SecurityMode: signing required */
			      "01000000"         /* Capabilities: DFS */
			      "00000000"         /* Channel */
			      "5800"             /* SecurityBufferOffset 88 */
			      "0400"             /* SecurityBufferLength 4 */
			      "efcdab8967452301" /* PreviousSessionId */
			      "4e544c4d";        /* Buffer */

static const char response[] = "0900"    /* StructureSize 9 */
			       "0500"    /* SessionFlags: guest, encrypt */
			       "4800"    /* SecurityBufferOffset 72 */
			       "0300"    /* SecurityBufferLength 3 */
			       "a10203"; /* Buffer */

static void every_field_of_a_request_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_session_setup_req_codec, request);
	struct smb2_session_setup_req req;

	(void)state;
	assert_int_equal(smb2_session_setup_req_decode(&req, msg), NS_OK);
	assert_int_equal(req.flags, SMB2_SESSION_FLAG_BINDING);
	assert_int_equal(req.security_mode, SMB2_NEGOTIATE_SIGNING_REQUIRED);
	assert_int_equal(req.capabilities, SMB2_GLOBAL_CAP_DFS);
	assert_true(req.previous_session == 0x0123456789abcdef);
	assert_view_equal(req.token, VIEW_LITERAL("NTLM"));
	view_free(msg);
}

static void every_field_of_a_response_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_session_setup_rsp_codec, response);
	struct smb2_session_setup_rsp rsp;

	(void)state;
	assert_int_equal(smb2_session_setup_rsp_decode(&rsp, msg), NS_OK);
	assert_int_equal(rsp.session_flags,
			 SMB2_SESSION_FLAG_IS_GUEST | SMB2_SESSION_FLAG_ENCRYPT_DATA);
	assert_view_equal(rsp.token, VIEW_LITERAL("\xa1\x02\x03"));
	view_free(msg);
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	codec_refuses_truncations(&smb2_session_setup_req_codec, request);
	codec_refuses_truncations(&smb2_session_setup_rsp_codec, response);
}

static void bad_offsets_and_lengths_are_refused(void **state)
{
	static const struct codec_row req[] = {
		{"size", 0, 2, 24, NS_EFORMAT},
		{"into the header", 12, 2, 63, NS_EFORMAT},
		{"offset 0", 12, 2, 0, NS_EFORMAT},
		{"into the fixed part", 12, 2, 87, NS_EFORMAT},
		{"one past", 12, 2, 89, NS_EFORMAT},
		{"far", 12, 2, 0xffff, NS_EFORMAT},
		{"one too long", 14, 2, 5, NS_EFORMAT},
		{"longest", 14, 2, 0xffff, NS_EFORMAT},
		{"empty", 14, 2, 0, NS_OK},
		{"empty at 0", 12, 4, 0, NS_OK},
		{"Channel is ignored", 8, 4, 0xffffffff, NS_OK},
	};
	static const struct codec_row rsp[] = {
		{"size", 0, 2, 25, NS_EFORMAT},
		{"into the fixed part", 4, 2, 71, NS_EFORMAT},
		{"one past", 4, 2, 73, NS_EFORMAT},
		{"one too long", 6, 2, 4, NS_EFORMAT},
		{"empty at 0", 4, 4, 0, NS_OK},
	};

	(void)state;
	codec_gives_errors(&smb2_session_setup_req_codec, request, req, COUNT(req));
	codec_gives_errors(&smb2_session_setup_rsp_codec, response, rsp, COUNT(rsp));
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	codec_is_its_own_inverse(&smb2_session_setup_req_codec, request);
	codec_is_its_own_inverse(&smb2_session_setup_rsp_codec, response);
}

static void a_token_of_over_16_bits_cannot_be_written(void **state)
{
	static const uint8_t long_token[0x10000];
	struct smb2_session_setup_req req = {.token = {long_token, sizeof(long_token)}};
	struct wire_writer w;
	struct buf b;

	(void)state;
	buf_init(&b, 0x20000);
	w = wire_writer_at_end(&b);
	wire_put_zero(&w, SMB2_HDR_LEN);
	smb2_session_setup_req_encode(&w, &req);
	assert_int_equal(wire_put_status(&w), NS_ELIMIT);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_of_a_request_is_decoded),
		cmocka_unit_test(every_field_of_a_response_is_decoded),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(bad_offsets_and_lengths_are_refused),
		cmocka_unit_test(encoding_is_the_inverse),
		cmocka_unit_test(a_token_of_over_16_bits_cannot_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

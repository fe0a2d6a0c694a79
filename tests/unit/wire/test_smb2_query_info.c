/* SPDX-License-Identifier: MIT */
#include "wire/smb2_query_info.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"
#include "wire/fscc.h"

CODEC(smb2_query_info_req);
CODEC(smb2_query_info_rsp);

static const char request[] = "2900"             /* StructureSize 41 */
			      "01"               /* InfoType: FILE */
			      "0f"               /* FileInfoClass: FullEa */
			      "00010000"         /* OutputBufferLength 256 */
			      "6800"             /* InputBufferOffset 104 */
			      "0000"             /* Reserved */
			      "02000000"         /* InputBufferLength */
			      "07000000"         /* AdditionalInformation */
			      "01000000"         /* Flags */
			      "8877665544332211" /* FileId.Persistent */
			      "efcdab8967452301" /* FileId.Volatile */
			      "a1a2";            /* Buffer */

static const char no_input[] = "2900030000010000000000000000000007000000000000008877665544"
			       "332211efcdab896745230100"; /* and one byte of Buffer */

static const char response[] = "0900"     /* StructureSize 9 */
			       "4800"     /* OutputBufferOffset 72 */
			       "03000000" /* OutputBufferLength */
			       "aabbcc";  /* Buffer */

static void every_field_of_a_request_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_query_info_req_codec, request);
	struct smb2_query_info_req req;

	(void)state;
	assert_int_equal(smb2_query_info_req_decode(&req, msg), NS_OK);
	assert_int_equal(req.info_type, SMB2_0_INFO_FILE);
	assert_int_equal(req.info_class, FILE_FULL_EA_INFORMATION);
	assert_int_equal(req.output_len, 256);
	assert_int_equal(req.additional, 7);
	assert_int_equal(req.flags, 1);
	assert_true(req.file_id.persistent_id == 0x1122334455667788);
	assert_true(req.file_id.volatile_id == 0x0123456789abcdef);
	assert_view_equal(req.input, view_of("\xa1\xa2", 2));
	view_free(msg);
}

static void a_request_without_input_has_none(void **state)
{
	struct view msg = codec_message(&smb2_query_info_req_codec, no_input);
	struct smb2_query_info_req req;

	(void)state;
	assert_int_equal(smb2_query_info_req_decode(&req, msg), NS_OK);
	assert_int_equal(req.info_type, SMB2_0_INFO_SECURITY);
	assert_int_equal(req.additional, OWNER_SECURITY_INFORMATION |
						 GROUP_SECURITY_INFORMATION |
						 DACL_SECURITY_INFORMATION);
	assert_int_equal(req.input.n, 0);
	view_free(msg);
	codec_is_its_own_inverse(&smb2_query_info_req_codec, no_input);
}

static void every_field_of_a_response_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_query_info_rsp_codec, response);
	struct smb2_query_info_rsp rsp;

	(void)state;
	assert_int_equal(smb2_query_info_rsp_decode(&rsp, msg), NS_OK);
	assert_view_equal(rsp.data, view_of("\xaa\xbb\xcc", 3));
	view_free(msg);
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	codec_refuses_truncations(&smb2_query_info_req_codec, request);
	codec_refuses_truncations(&smb2_query_info_rsp_codec, response);
}

static void bad_offsets_and_sizes_are_refused(void **state)
{
	static const struct codec_row req[] = {
		{"size", 0, 2, 40, NS_EFORMAT},
		{"input in the fixed part", 8, 2, 103, NS_EFORMAT},
		{"input in the header", 8, 2, 0, NS_EFORMAT},
		{"input past the end", 8, 2, 105, NS_EFORMAT},
		{"input too long", 12, 4, 3, NS_EFORMAT},
		{"input far too long", 12, 4, 0xffffffff, NS_EFORMAT},
		{"nothing anywhere", 12, 4, 0, NS_OK},
	};
	static const struct codec_row rsp[] = {
		{"size", 0, 2, 8, NS_EFORMAT},
		{"data in the fixed part", 2, 2, 71, NS_EFORMAT},
		{"data past the end", 2, 2, 73, NS_EFORMAT},
		{"data far too long", 4, 4, 0xffffffff, NS_EFORMAT},
	};

	(void)state;
	codec_gives_errors(&smb2_query_info_req_codec, request, req, COUNT(req));
	codec_gives_errors(&smb2_query_info_rsp_codec, response, rsp, COUNT(rsp));
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	codec_is_its_own_inverse(&smb2_query_info_req_codec, request);
	codec_is_its_own_inverse(&smb2_query_info_rsp_codec, response);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_of_a_request_is_decoded),
		cmocka_unit_test(a_request_without_input_has_none),
		cmocka_unit_test(every_field_of_a_response_is_decoded),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(bad_offsets_and_sizes_are_refused),
		cmocka_unit_test(encoding_is_the_inverse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

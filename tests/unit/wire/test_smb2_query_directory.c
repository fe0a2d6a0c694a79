/* SPDX-License-Identifier: MIT */
#include "wire/smb2_query_directory.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"
#include "wire/fscc.h"

CODEC(smb2_query_directory_req);
CODEC(smb2_query_directory_rsp);

static const char request[] = "2100"             /* StructureSize 33 */
			      "25"               /* FileIdBothDirectoryInformation */
			      "01"               /* Flags: RESTART_SCANS */
			      "07000000"         /* FileIndex */
			      "8877665544332211" /* FileId.Persistent */
			      "efcdab8967452301" /* FileId.Volatile */
			      "6000"             /* FileNameOffset 96 */
			      "0400"             /* FileNameLength */
			      "00000100"         /* OutputBufferLength 65536 */
			      "2a006100";        /* Buffer: "*a" */

static const char no_pattern[] = "21002502000000008877665544332211efcdab8967452301"
				 "000000000001000000"; /* and one byte of Buffer */

static const char response[] = "0900"     /* StructureSize 9 */
			       "4800"     /* OutputBufferOffset 72 */
			       "03000000" /* OutputBufferLength */
			       "aabbcc";  /* Buffer */

static void every_field_of_a_request_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_query_directory_req_codec, request);
	struct smb2_query_directory_req req;

	(void)state;
	assert_int_equal(smb2_query_directory_req_decode(&req, msg), NS_OK);
	assert_int_equal(req.info_class, FILE_ID_BOTH_DIRECTORY_INFORMATION);
	assert_int_equal(req.flags, SMB2_RESTART_SCANS);
	assert_int_equal(req.file_index, 7);
	assert_true(req.file_id.persistent_id == 0x1122334455667788);
	assert_true(req.file_id.volatile_id == 0x0123456789abcdef);
	assert_int_equal(req.output_len, 65536);
	assert_view_equal(req.pattern, view_of("*\0a", 4));
	view_free(msg);
}

static void a_request_without_pattern_has_none(void **state)
{
	struct view msg = codec_message(&smb2_query_directory_req_codec, no_pattern);
	struct smb2_query_directory_req req;

	(void)state;
	assert_int_equal(smb2_query_directory_req_decode(&req, msg), NS_OK);
	assert_int_equal(req.pattern.n, 0);
	assert_int_equal(req.output_len, 256);
	view_free(msg);
	codec_is_its_own_inverse(&smb2_query_directory_req_codec, no_pattern);
}

static void every_field_of_a_response_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_query_directory_rsp_codec, response);
	struct smb2_query_directory_rsp rsp;

	(void)state;
	assert_int_equal(smb2_query_directory_rsp_decode(&rsp, msg), NS_OK);
	assert_view_equal(rsp.data, view_of("\xaa\xbb\xcc", 3));
	view_free(msg);
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	codec_refuses_truncations(&smb2_query_directory_req_codec, request);
	codec_refuses_truncations(&smb2_query_directory_rsp_codec, response);
}

static void bad_offsets_and_sizes_are_refused(void **state)
{
	static const struct codec_row req[] = {
		{"size", 0, 2, 32, NS_EFORMAT},
		{"pattern in the fixed part", 24, 2, 95, NS_EFORMAT},
		{"pattern in the header", 24, 2, 0, NS_EFORMAT},
		{"pattern past the end", 24, 2, 97, NS_EFORMAT},
		{"pattern far outside", 24, 2, 0xffff, NS_EFORMAT},
		{"pattern too long", 26, 2, 5, NS_EFORMAT},
		{"pattern far too long", 26, 2, 0xffff, NS_EFORMAT},
		{"nothing anywhere", 26, 2, 0, NS_OK},
	};
	static const struct codec_row rsp[] = {
		{"size", 0, 2, 8, NS_EFORMAT},
		{"data in the fixed part", 2, 2, 71, NS_EFORMAT},
		{"data past the end", 2, 2, 73, NS_EFORMAT},
		{"data too long", 4, 4, 4, NS_EFORMAT},
		{"data far too long", 4, 4, 0xffffffff, NS_EFORMAT},
	};

	(void)state;
	codec_gives_errors(&smb2_query_directory_req_codec, request, req, COUNT(req));
	codec_gives_errors(&smb2_query_directory_rsp_codec, response, rsp, COUNT(rsp));
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	codec_is_its_own_inverse(&smb2_query_directory_req_codec, request);
	codec_is_its_own_inverse(&smb2_query_directory_rsp_codec, response);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_of_a_request_is_decoded),
		cmocka_unit_test(a_request_without_pattern_has_none),
		cmocka_unit_test(every_field_of_a_response_is_decoded),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(bad_offsets_and_sizes_are_refused),
		cmocka_unit_test(encoding_is_the_inverse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "wire/smb2_close.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"

CODEC(smb2_close_req);
CODEC(smb2_close_rsp);

static const char request[] = "1800"              /* StructureSize 24 */
			      "0100"              /* Flags: POSTQUERY_ATTRIB */
			      "00000000"          /* Reserved */
			      "8877665544332211"  /* FileId.Persistent */
			      "efcdab8967452301"; /* FileId.Volatile */

static const char response[] = "3c00"             /* StructureSize 60 */
			       "0100"             /* Flags: POSTQUERY_ATTRIB */
			       "00000000"         /* Reserved */
			       "1100000000000000" /* CreationTime */
			       "2200000000000000" /* LastAccessTime */
			       "3300000000000000" /* LastWriteTime */
			       "4400000000000000" /* ChangeTime */
			       "0010000000000000" /* AllocationSize */
			       "0500000000000000" /* EndofFile */
			       "20000000";        /* FileAttributes: archive */

static void every_field_of_a_request_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_close_req_codec, request);
	struct smb2_close_req req;

	(void)state;
	assert_int_equal(smb2_close_req_decode(&req, msg), NS_OK);
	assert_int_equal(req.flags, SMB2_CLOSE_FLAG_POSTQUERY_ATTRIB);
	assert_true(req.file_id.persistent_id == 0x1122334455667788);
	assert_true(req.file_id.volatile_id == 0x0123456789abcdef);
	view_free(msg);
}

static void every_field_of_a_response_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_close_rsp_codec, response);
	struct smb2_close_rsp rsp;

	(void)state;
	assert_int_equal(smb2_close_rsp_decode(&rsp, msg), NS_OK);
	assert_int_equal(rsp.flags, SMB2_CLOSE_FLAG_POSTQUERY_ATTRIB);
	assert_int_equal(rsp.creation_time, 0x11);
	assert_int_equal(rsp.last_access_time, 0x22);
	assert_int_equal(rsp.last_write_time, 0x33);
	assert_int_equal(rsp.change_time, 0x44);
	assert_int_equal(rsp.allocation_size, 4096);
	assert_int_equal(rsp.end_of_file, 5);
	assert_int_equal(rsp.file_attributes, FILE_ATTRIBUTE_ARCHIVE);
	view_free(msg);
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	codec_refuses_truncations(&smb2_close_req_codec, request);
	codec_refuses_truncations(&smb2_close_rsp_codec, response);
}

static void another_size_is_refused(void **state)
{
	static const struct codec_row req[] = {{"size", 0, 2, 60, NS_EFORMAT}};
	static const struct codec_row rsp[] = {{"size", 0, 2, 24, NS_EFORMAT}};

	(void)state;
	codec_gives_errors(&smb2_close_req_codec, request, req, COUNT(req));
	codec_gives_errors(&smb2_close_rsp_codec, response, rsp, COUNT(rsp));
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	codec_is_its_own_inverse(&smb2_close_req_codec, request);
	codec_is_its_own_inverse(&smb2_close_rsp_codec, response);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_of_a_request_is_decoded),
		cmocka_unit_test(every_field_of_a_response_is_decoded),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(another_size_is_refused),
		cmocka_unit_test(encoding_is_the_inverse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "wire/smb2_change_notify.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"

CODEC(smb2_change_notify_req);
CODEC(smb2_change_notify_rsp);

static const char request[] = "2000"             /* StructureSize 32 */
			      "0100"             /* Flags: SMB2_WATCH_TREE */
			      "00000100"         /* OutputBufferLength 65536 */
			      "8877665544332211" /* FileId.Persistent */
			      "efcdab8967452301" /* FileId.Volatile */
			      "17000000"         /* CompletionFilter */
			      "00000000";        /* Reserved */

static const char response[] = "0900"      /* StructureSize 9 */
			       "4800"      /* OutputBufferOffset 72 */
			       "04000000"  /* OutputBufferLength */
			       "aabbccdd"; /* Buffer */

/* STATUS_NOTIFY_ENUM_DIR: nothing is told. */
static const char nothing[] = "0900480000000000"
			      "00"; /* and one byte of Buffer */

static void every_field_of_a_request_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_change_notify_req_codec, request);
	struct smb2_change_notify_req req;

	(void)state;
	assert_int_equal(smb2_change_notify_req_decode(&req, msg), NS_OK);
	assert_int_equal(req.flags, SMB2_WATCH_TREE);
	assert_int_equal(req.output_len, 65536);
	assert_true(req.file_id.persistent_id == 0x1122334455667788);
	assert_true(req.file_id.volatile_id == 0x0123456789abcdef);
	assert_int_equal(req.filter, FILE_NOTIFY_CHANGE_FILE_NAME |
					     FILE_NOTIFY_CHANGE_DIR_NAME |
					     FILE_NOTIFY_CHANGE_ATTRIBUTES |
					     FILE_NOTIFY_CHANGE_LAST_WRITE);
	view_free(msg);
}

static void every_field_of_a_response_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_change_notify_rsp_codec, response);
	struct smb2_change_notify_rsp rsp;

	(void)state;
	assert_int_equal(smb2_change_notify_rsp_decode(&rsp, msg), NS_OK);
	assert_view_equal(rsp.data, view_of("\xaa\xbb\xcc\xdd", 4));
	view_free(msg);
}

static void a_response_may_tell_nothing(void **state)
{
	struct view msg = codec_message(&smb2_change_notify_rsp_codec, nothing);
	struct smb2_change_notify_rsp rsp;

	(void)state;
	assert_int_equal(smb2_change_notify_rsp_decode(&rsp, msg), NS_OK);
	assert_int_equal(rsp.data.n, 0);
	view_free(msg);
	codec_is_its_own_inverse(&smb2_change_notify_rsp_codec, nothing);
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	codec_refuses_truncations(&smb2_change_notify_req_codec, request);
	codec_refuses_truncations(&smb2_change_notify_rsp_codec, response);
}

static void bad_fields_are_refused(void **state)
{
	static const struct codec_row req[] = {
		{"a structure size of 33", 0, 2, 33, NS_EFORMAT},
	};
	static const struct codec_row rsp[] = {
		{"a structure size of 8", 0, 2, 8, NS_EFORMAT},
		{"data inside of the fixed part", 2, 2, 70, NS_EFORMAT},
		{"data behind the end", 2, 2, 73, NS_EFORMAT},
		{"more data than there are", 4, 4, 5, NS_EFORMAT},
		{"as much as can be said", 4, 4, UINT32_MAX, NS_EFORMAT},
	};

	(void)state;
	codec_gives_errors(&smb2_change_notify_req_codec, request, req, COUNT(req));
	codec_gives_errors(&smb2_change_notify_rsp_codec, response, rsp, COUNT(rsp));
}

static void what_was_decoded_encodes_the_same(void **state)
{
	(void)state;
	codec_is_its_own_inverse(&smb2_change_notify_req_codec, request);
	codec_is_its_own_inverse(&smb2_change_notify_rsp_codec, response);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_of_a_request_is_decoded),
		cmocka_unit_test(every_field_of_a_response_is_decoded),
		cmocka_unit_test(a_response_may_tell_nothing),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(bad_fields_are_refused),
		cmocka_unit_test(what_was_decoded_encodes_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

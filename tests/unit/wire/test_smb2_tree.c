/* SPDX-License-Identifier: MIT */
#include "wire/smb2_tree.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"

CODEC(smb2_tree_connect_req);
CODEC(smb2_tree_connect_rsp);

static const char request[] = "0900"             /* StructureSize 9 */
			      "0200"             /* Flags: REDIRECT_TO_OWNER */
			      "4800"             /* PathOffset 72 */
			      "0a00"             /* PathLength 10 */
			      "5c005c0061005c00" /* \\a\ */
			      "6200";            /* b */

static const char response[] = "1000"      /* StructureSize 16 */
			       "02"        /* ShareType: pipe */
			       "00"        /* Reserved */
			       "30000000"  /* ShareFlags: NO_CACHING */
			       "08000000"  /* Capabilities: DFS */
			       "ff011f00"; /* MaximalAccess */

static void every_field_of_a_request_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_tree_connect_req_codec, request);
	struct smb2_tree_connect_req req;

	(void)state;
	assert_int_equal(smb2_tree_connect_req_decode(&req, msg), NS_OK);
	assert_int_equal(req.flags, SMB2_TREE_CONNECT_FLAG_REDIRECT_TO_OWNER);
	assert_view_equal(req.path, VIEW_LITERAL("\\\0\\\0a\0\\\0b\0"));
	view_free(msg);
}

static void every_field_of_a_response_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_tree_connect_rsp_codec, response);
	struct smb2_tree_connect_rsp rsp;

	(void)state;
	assert_int_equal(smb2_tree_connect_rsp_decode(&rsp, msg), NS_OK);
	assert_int_equal(rsp.share_type, SMB2_SHARE_TYPE_PIPE);
	assert_int_equal(rsp.share_flags, SMB2_SHAREFLAG_NO_CACHING);
	assert_int_equal(rsp.capabilities, SMB2_SHARE_CAP_DFS);
	assert_int_equal(rsp.maximal_access, 0x001f01ff);
	view_free(msg);
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	codec_refuses_truncations(&smb2_tree_connect_req_codec, request);
	codec_refuses_truncations(&smb2_tree_connect_rsp_codec, response);
}

static void bad_offsets_and_lengths_are_refused(void **state)
{
	static const struct codec_row req[] = {
		{"size", 0, 2, 8, NS_EFORMAT},
		{"into the fixed part", 4, 2, 70, NS_EFORMAT},
		{"one past", 4, 2, 73, NS_EFORMAT},
		{"one too long", 6, 2, 11, NS_EFORMAT},
		{"longest", 6, 2, 0xffff, NS_EFORMAT},
		{"empty", 4, 4, 0, NS_OK},
		{"inside", 4, 4, 74 | 8 << 16, NS_OK},
	};
	static const struct codec_row rsp[] = {
		{"size", 0, 2, 15, NS_EFORMAT},
		{"Reserved is ignored", 3, 1, 0xff, NS_OK},
	};

	(void)state;
	codec_gives_errors(&smb2_tree_connect_req_codec, request, req, COUNT(req));
	codec_gives_errors(&smb2_tree_connect_rsp_codec, response, rsp, COUNT(rsp));
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	codec_is_its_own_inverse(&smb2_tree_connect_req_codec, request);
	codec_is_its_own_inverse(&smb2_tree_connect_rsp_codec, response);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_of_a_request_is_decoded),
		cmocka_unit_test(every_field_of_a_response_is_decoded),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(bad_offsets_and_lengths_are_refused),
		cmocka_unit_test(encoding_is_the_inverse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "wire/smb2_write.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"

CODEC(smb2_write_req);
CODEC(smb2_write_rsp);

static const char request[] = "3100"             /*  0 StructureSize 49 */
			      "7200"             /*  2 DataOffset 114 */
			      "05000000"         /*  4 Length 5 */
			      "0000000001000000" /*  8 Offset: 4 GiB */
			      "8877665544332211" /* 16 FileId.Persistent */
			      "efcdab8967452301" /* 24 FileId.Volatile */
			      "01000000"         /* 32 Channel: RDMA_V1 */
			      "00200000"         /* 36 RemainingBytes */
			      "7000"             /* 40 WriteChannelInfoOffset 112 */
			      "0200"             /* 42 WriteChannelInfoLength 2 */
			      "01000000"         /* 44 Flags: write through */
			      "6162"             /* 48 WriteChannelInfo */
			      "68656c6c6f";      /* 50 "hello" */

static const char empty_request[] = "3100"             /* StructureSize 49 */
				    "7000"             /* DataOffset 112 */
				    "00000000"         /* Length */
				    "0000000000000000" /* Offset */
				    "8877665544332211" /* FileId.Persistent */
				    "efcdab8967452301" /* FileId.Volatile */
				    "00000000"         /* Channel */
				    "00000000"         /* RemainingBytes */
				    "00000000"         /* WriteChannelInfo */
				    "00000000"         /* Flags */
				    "00";              /* Buffer */

static const char response[] = "1100"      /* StructureSize 17 */
			       "0000"      /* Reserved */
			       "05000000"  /* Count */
			       "00000000"  /* Remaining */
			       "00000000"; /* WriteChannelInfo */

static void every_field_of_a_request_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_write_req_codec, request);
	struct smb2_write_req req;

	(void)state;
	assert_int_equal(smb2_write_req_decode(&req, msg), NS_OK);
	assert_view_equal(req.data, VIEW_LITERAL("hello"));
	assert_true(req.offset == 0x100000000);
	assert_true(req.file_id.persistent_id == 0x1122334455667788);
	assert_true(req.file_id.volatile_id == 0x0123456789abcdef);
	assert_int_equal(req.channel, 1);
	assert_int_equal(req.remaining_bytes, 0x2000);
	assert_view_equal(req.channel_info, VIEW_LITERAL("ab"));
	assert_int_equal(req.flags, 1);
	view_free(msg);
}

static void the_count_of_a_response_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_write_rsp_codec, response);
	struct smb2_write_rsp rsp;

	(void)state;
	assert_int_equal(smb2_write_rsp_decode(&rsp, msg), NS_OK);
	assert_int_equal(rsp.count, 5);
	view_free(msg);
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	codec_refuses_truncations(&smb2_write_req_codec, request);
	codec_refuses_truncations(&smb2_write_rsp_codec, response);
}

static void bad_offsets_and_lengths_are_refused(void **state)
{
	static const struct codec_row req[] = {
		{"size", 0, 2, 48, NS_EFORMAT},
		{"data in the fixed part", 2, 2, 111, NS_EFORMAT},
		{"data past the end", 2, 2, 115, NS_EFORMAT},
		{"too long", 4, 4, 6, NS_EFORMAT},
		{"4 GiB", 4, 4, 0xffffffff, NS_EFORMAT},
		{"no data", 4, 4, 0, NS_OK},
		{"info in the fixed part", 40, 2, 110, NS_EFORMAT},
		{"info past the end", 40, 2, 118, NS_EFORMAT},
		{"info too long", 42, 2, 8, NS_EFORMAT},
		{"no info", 40, 4, 0, NS_OK},
	};
	static const struct codec_row rsp[] = {
		{"size", 0, 2, 16, NS_EFORMAT},
		{"reserved is ignored", 8, 4, 0xffffffff, NS_OK},
	};

	(void)state;
	codec_gives_errors(&smb2_write_req_codec, request, req, COUNT(req));
	codec_gives_errors(&smb2_write_rsp_codec, response, rsp, COUNT(rsp));
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	codec_is_its_own_inverse(&smb2_write_req_codec, request);
	codec_is_its_own_inverse(&smb2_write_req_codec, empty_request);
	codec_is_its_own_inverse(&smb2_write_rsp_codec, response);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_of_a_request_is_decoded),
		cmocka_unit_test(the_count_of_a_response_is_decoded),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(bad_offsets_and_lengths_are_refused),
		cmocka_unit_test(encoding_is_the_inverse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

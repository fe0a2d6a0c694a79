/* SPDX-License-Identifier: MIT */
#include "wire/smb2_read.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"

CODEC(smb2_read_req);
CODEC(smb2_read_rsp);

static const char request[] = "3100"             /*  0 StructureSize 49 */
			      "50"               /*  2 Padding */
			      "01"               /*  3 Flags: unbuffered */
			      "00100000"         /*  4 Length */
			      "0000000001000000" /*  8 Offset: 4 GiB */
			      "8877665544332211" /* 16 FileId.Persistent */
			      "efcdab8967452301" /* 24 FileId.Volatile */
			      "01000000"         /* 32 MinimumCount */
			      "01000000"         /* 36 Channel: RDMA_V1 */
			      "00200000"         /* 40 RemainingBytes */
			      "7000"             /* 44 ReadChannelInfoOffset 112 */
			      "0400"             /* 46 ReadChannelInfoLength 4 */
			      "61626364";        /* 48 Buffer */

static const char pipe_request[] = "3100"             /* StructureSize 49 */
				   "5000"             /* Padding, Flags */
				   "00100000"         /* Length */
				   "0000000000000000" /* Offset */
				   "8877665544332211" /* FileId.Persistent */
				   "efcdab8967452301" /* FileId.Volatile */
				   "00000000"         /* MinimumCount */
				   "00000000"         /* Channel */
				   "00000000"         /* RemainingBytes */
				   "00000000"         /* ReadChannelInfo */
				   "00";              /* Buffer */

static const char response[] = "1100"        /*  0 StructureSize 17 */
			       "50"          /*  2 DataOffset 80 */
			       "00"          /*  3 Reserved */
			       "05000000"    /*  4 DataLength 5 */
			       "07000000"    /*  8 DataRemaining */
			       "01000000"    /* 12 Flags */
			       "68656c6c6f"; /* 16 "hello" */

static const char empty_response[] = "1100"     /* StructureSize 17 */
				     "5000"     /* DataOffset 80 */
				     "00000000" /* DataLength */
				     "00000000" /* DataRemaining */
				     "00000000" /* Flags */
				     "00";      /* Buffer */

static void every_field_of_a_request_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_read_req_codec, request);
	struct smb2_read_req req;

	(void)state;
	assert_int_equal(smb2_read_req_decode(&req, msg), NS_OK);
	assert_int_equal(req.padding, 0x50);
	assert_int_equal(req.flags, 1);
	assert_int_equal(req.length, 4096);
	assert_true(req.offset == 0x100000000);
	assert_true(req.file_id.persistent_id == 0x1122334455667788);
	assert_true(req.file_id.volatile_id == 0x0123456789abcdef);
	assert_int_equal(req.minimum_count, 1);
	assert_int_equal(req.channel, 1);
	assert_int_equal(req.remaining_bytes, 0x2000);
	assert_view_equal(req.channel_info, VIEW_LITERAL("abcd"));
	view_free(msg);
}

static void every_field_of_a_response_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_read_rsp_codec, response);
	struct smb2_read_rsp rsp;

	(void)state;
	assert_int_equal(smb2_read_rsp_decode(&rsp, msg), NS_OK);
	assert_view_equal(rsp.data, VIEW_LITERAL("hello"));
	assert_int_equal(rsp.data_remaining, 7);
	assert_int_equal(rsp.flags, 1);
	view_free(msg);
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	codec_refuses_truncations(&smb2_read_req_codec, request);
	codec_refuses_truncations(&smb2_read_rsp_codec, response);
}

static void bad_offsets_and_lengths_are_refused(void **state)
{
	static const struct codec_row req[] = {
		{"size", 0, 2, 48, NS_EFORMAT},
		{"info in the fixed part", 44, 2, 111, NS_EFORMAT},
		{"info past the end", 44, 2, 113, NS_EFORMAT},
		{"info too long", 46, 2, 5, NS_EFORMAT},
		{"no info", 44, 4, 0, NS_OK},
	};
	static const struct codec_row rsp[] = {
		{"size", 0, 2, 16, NS_EFORMAT},
		{"data in the fixed part", 2, 1, 79, NS_EFORMAT},
		{"data past the end", 2, 1, 81, NS_EFORMAT},
		{"data far out", 2, 1, 255, NS_EFORMAT},
		{"too long", 4, 4, 6, NS_EFORMAT},
		{"4 GiB", 4, 4, 0xffffffff, NS_EFORMAT},
		{"none", 4, 4, 0, NS_OK},
	};

	(void)state;
	codec_gives_errors(&smb2_read_req_codec, request, req, COUNT(req));
	codec_gives_errors(&smb2_read_rsp_codec, response, rsp, COUNT(rsp));
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	codec_is_its_own_inverse(&smb2_read_req_codec, request);
	codec_is_its_own_inverse(&smb2_read_req_codec, pipe_request);
	codec_is_its_own_inverse(&smb2_read_rsp_codec, response);
	codec_is_its_own_inverse(&smb2_read_rsp_codec, empty_response);
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

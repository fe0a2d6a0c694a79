/* SPDX-License-Identifier: MIT */
#include "wire/smb2_ioctl.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"

CODEC(smb2_ioctl_req);
CODEC(smb2_ioctl_rsp);

static const char request[] = "3900"             /*  0 StructureSize 57 */
			      "0000"             /*  2 Reserved */
			      "17c01100"         /*  4 CtlCode PIPE_TRANSCEIVE */
			      "8877665544332211" /*  8 FileId.Persistent */
			      "efcdab8967452301" /* 16 FileId.Volatile */
			      "78000000"         /* 24 InputOffset 120 */
			      "05000000"         /* 28 InputCount 5 */
			      "03000000"         /* 32 MaxInputResponse */
			      "00000000"         /* 36 OutputOffset */
			      "00000000"         /* 40 OutputCount */
			      "00040000"         /* 44 MaxOutputResponse 1024 */
			      "01000000"         /* 48 Flags: FSCTL */
			      "00000000"         /* 52 Reserved2 */
			      "68656c6c6f";      /* 56 "hello" */

static const char request_without_input[] = "3900"             /* StructureSize 57 */
					    "0000"             /* Reserved */
					    "fc011400"         /* CtlCode */
					    "ffffffffffffffff" /* FileId */
					    "ffffffffffffffff"
					    "00000000"  /* InputOffset */
					    "00000000"  /* InputCount */
					    "00000000"  /* MaxInputResponse */
					    "00000000"  /* OutputOffset */
					    "00000000"  /* OutputCount */
					    "00000100"  /* MaxOutputResponse */
					    "01000000"  /* Flags: FSCTL */
					    "00000000"; /* Reserved2 */

static const char response[] = "3100"             /*  0 StructureSize 49 */
			       "0000"             /*  2 Reserved */
			       "17c01100"         /*  4 CtlCode PIPE_TRANSCEIVE */
			       "8877665544332211" /*  8 FileId.Persistent */
			       "efcdab8967452301" /* 16 FileId.Volatile */
			       "70000000"         /* 24 InputOffset 112 */
			       "03000000"         /* 28 InputCount 3 */
			       "78000000"         /* 32 OutputOffset 120 */
			       "05000000"         /* 36 OutputCount 5 */
			       "02000000"         /* 40 Flags */
			       "00000000"         /* 44 Reserved2 */
			       "616263"           /* 48 "abc" */
			       "0000000000"       /* 51 padding */
			       "68656c6c6f";      /* 56 "hello" */

/* As servers answer a PIPE_TRANSCEIVE: no input, and both offsets the same. */
static const char pipe_response[] = "3100"             /* StructureSize 49 */
				    "0000"             /* Reserved */
				    "17c01100"         /* CtlCode PIPE_TRANSCEIVE */
				    "8877665544332211" /* FileId.Persistent */
				    "efcdab8967452301" /* FileId.Volatile */
				    "70000000"         /* InputOffset 112 */
				    "00000000"         /* InputCount */
				    "70000000"         /* OutputOffset 112 */
				    "04000000"         /* OutputCount 4 */
				    "00000000"         /* Flags */
				    "00000000"         /* Reserved2 */
				    "05000203";        /* an RPC response begins */

static void every_field_of_a_request_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_ioctl_req_codec, request);
	struct smb2_ioctl_req req;

	(void)state;
	assert_int_equal(smb2_ioctl_req_decode(&req, msg), NS_OK);
	assert_int_equal(req.ctl_code, FSCTL_PIPE_TRANSCEIVE);
	assert_true(req.file_id.persistent_id == 0x1122334455667788);
	assert_true(req.file_id.volatile_id == 0x0123456789abcdef);
	assert_view_equal(req.input, VIEW_LITERAL("hello"));
	assert_int_equal(req.max_input, 3);
	assert_int_equal(req.max_output, 1024);
	assert_int_equal(req.flags, SMB2_0_IOCTL_IS_FSCTL);
	view_free(msg);
}

static void every_field_of_a_response_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_ioctl_rsp_codec, response);
	struct smb2_ioctl_rsp rsp;

	(void)state;
	assert_int_equal(smb2_ioctl_rsp_decode(&rsp, msg), NS_OK);
	assert_int_equal(rsp.ctl_code, FSCTL_PIPE_TRANSCEIVE);
	assert_true(rsp.file_id.persistent_id == 0x1122334455667788);
	assert_true(rsp.file_id.volatile_id == 0x0123456789abcdef);
	assert_view_equal(rsp.input, VIEW_LITERAL("abc"));
	assert_view_equal(rsp.output, VIEW_LITERAL("hello"));
	assert_int_equal(rsp.flags, 2);
	view_free(msg);
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	codec_refuses_truncations(&smb2_ioctl_req_codec, request);
	codec_refuses_truncations(&smb2_ioctl_req_codec, request_without_input);
	codec_refuses_truncations(&smb2_ioctl_rsp_codec, response);
	codec_refuses_truncations(&smb2_ioctl_rsp_codec, pipe_response);
}

static void bad_offsets_and_lengths_are_refused(void **state)
{
	static const struct codec_row req[] = {
		{"size", 0, 2, 49, NS_EFORMAT},
		{"input in the fixed part", 24, 4, 119, NS_EFORMAT},
		{"input past the end", 24, 4, 121, NS_EFORMAT},
		{"input too long", 28, 4, 6, NS_EFORMAT},
		{"sum over 32 bits", 28, 4, 0xffffff88, NS_EFORMAT},
		{"no input, offset anything", 28, 4, 0, NS_OK},
		{"output without an offset", 40, 4, 1, NS_EFORMAT},
		{"an offset without output", 36, 4, 0xffffffff, NS_OK},
	};
	static const struct codec_row rsp[] = {
		{"size", 0, 2, 57, NS_EFORMAT},
		{"input in the fixed part", 24, 4, 111, NS_EFORMAT},
		{"input too long", 28, 4, 14, NS_EFORMAT},
		{"output in the fixed part", 32, 4, 111, NS_EFORMAT},
		{"output past the end", 32, 4, 121, NS_EFORMAT},
		{"output too long", 36, 4, 6, NS_EFORMAT},
		{"output of 4 GiB", 36, 4, 0xffffffff, NS_EFORMAT},
		{"no output, offset anything", 36, 4, 0, NS_OK},
	};

	(void)state;
	codec_gives_errors(&smb2_ioctl_req_codec, request, req, COUNT(req));
	codec_gives_errors(&smb2_ioctl_rsp_codec, response, rsp, COUNT(rsp));
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	codec_is_its_own_inverse(&smb2_ioctl_req_codec, request);
	codec_is_its_own_inverse(&smb2_ioctl_req_codec, request_without_input);
	codec_is_its_own_inverse(&smb2_ioctl_rsp_codec, response);
	codec_is_its_own_inverse(&smb2_ioctl_rsp_codec, pipe_response);
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

/* SPDX-License-Identifier: MIT */
#include "wire/smb2_error.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"

CODEC(smb2_error_rsp);

static const char plain[] = "0900"     /* StructureSize 9 */
			    "00"       /* ErrorContextCount */
			    "00"       /* Reserved */
			    "00000000" /* ByteCount */
			    "00";      /* ErrorData */

static const char with_contexts[] = "0900"       /*  0 StructureSize 9 */
				    "02"         /*  2 ErrorContextCount 2 */
				    "00"         /*  3 Reserved */
				    "1c000000"   /*  4 ByteCount 28 */
				    "03000000"   /*  8 ErrorDataLength 3 */
				    "00000000"   /* 12 ErrorId: default */
				    "616263"     /* 16 "abc" */
				    "0000000000" /* 19 padding */
				    "04000000"   /* 24 ErrorDataLength 4 */
				    "53526472"   /* 28 ErrorId: share redirect */
				    "78797a7a";  /* 32 "xyzz" */

static void an_error_without_data_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_error_rsp_codec, plain);
	struct smb2_error_contexts it;
	struct smb2_error_context c;
	struct smb2_error_rsp rsp;

	(void)state;
	assert_int_equal(smb2_error_rsp_decode(&rsp, msg), NS_OK);
	assert_int_equal(rsp.context_count, 0);
	assert_int_equal(rsp.data.n, 0);
	it = smb2_error_contexts_of(&rsp);
	assert_false(smb2_error_context_next(&it, &c));
	assert_int_equal(it.r.err, NS_OK);
	/* Some servers leave out the one byte of nothing. */
	assert_int_equal(smb2_error_rsp_decode(&rsp, view_of(msg.p, msg.n - 1)), NS_OK);
	view_free(msg);
}

/* smbd fills the byte of nothing of an interim response with 0x21. */
static void an_interim_response_is_one(void **state)
{
	struct view msg = codec_message(&smb2_error_rsp_codec, "0900 0000 00000000 21");
	struct smb2_error_rsp rsp;

	(void)state;
	assert_int_equal(smb2_error_rsp_decode(&rsp, msg), NS_OK);
	assert_int_equal(rsp.data.n, 0);
	view_free(msg);
}

static void contexts_are_walked(void **state)
{
	struct view msg = codec_message(&smb2_error_rsp_codec, with_contexts);
	struct smb2_error_contexts it;
	struct smb2_error_context c;
	struct smb2_error_rsp rsp;

	(void)state;
	assert_int_equal(smb2_error_rsp_decode(&rsp, msg), NS_OK);
	assert_int_equal(rsp.context_count, 2);
	assert_int_equal(rsp.data.n, 28);
	it = smb2_error_contexts_of(&rsp);
	assert_true(smb2_error_context_next(&it, &c));
	assert_int_equal(c.error_id, SMB2_ERROR_ID_DEFAULT);
	assert_view_equal(c.data, VIEW_LITERAL("abc"));
	assert_true(smb2_error_context_next(&it, &c));
	assert_int_equal(c.error_id, SMB2_ERROR_ID_SHARE_REDIRECT);
	assert_view_equal(c.data, VIEW_LITERAL("xyzz"));
	assert_false(smb2_error_context_next(&it, &c));
	assert_int_equal(it.r.err, NS_OK);
	view_free(msg);
}

static void truncated_contexts_end_the_walk(void **state)
{
	struct view msg = codec_message(&smb2_error_rsp_codec, with_contexts);
	struct smb2_error_rsp rsp;

	(void)state;
	assert_int_equal(smb2_error_rsp_decode(&rsp, msg), NS_OK);
	for (size_t n = 0; n < 28; n++) {
		struct smb2_error_rsp cut = {2, view_dup(view_of(rsp.data.p, n))};
		struct smb2_error_contexts it = smb2_error_contexts_of(&cut);
		struct smb2_error_context c;
		size_t count = 0;

		while (smb2_error_context_next(&it, &c))
			count++;
		assert_int_equal(count, n < 11 ? 0 : 1);
		assert_int_equal(it.r.err, NS_ETRUNC);
		view_free(cut.data);
	}
	view_free(msg);
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	codec_refuses_truncations(&smb2_error_rsp_codec, with_contexts);
}

static void bad_lengths_are_refused(void **state)
{
	static const struct codec_row rows[] = {
		{"size", 0, 2, 8, NS_EFORMAT},
		{"one too long", 4, 4, 29, NS_ETRUNC},
		{"4 GiB", 4, 4, 0xffffffff, NS_ETRUNC},
		{"Reserved is ignored", 3, 1, 0xff, NS_OK},
	};

	(void)state;
	codec_gives_errors(&smb2_error_rsp_codec, with_contexts, rows, COUNT(rows));
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	codec_is_its_own_inverse(&smb2_error_rsp_codec, plain);
	codec_is_its_own_inverse(&smb2_error_rsp_codec, with_contexts);
}

static void contexts_are_written_as_they_are_read(void **state)
{
	const struct smb2_error_context list[] = {
		{SMB2_ERROR_ID_DEFAULT, VIEW_LITERAL("abc")},
		{SMB2_ERROR_ID_SHARE_REDIRECT, VIEW_LITERAL("xyzz")},
	};
	struct view want = view_of_hex(with_contexts + 16); /* behind ByteCount */
	struct wire_writer w;
	struct buf b;

	(void)state;
	buf_init(&b, 28);
	w = wire_writer_at_end(&b);
	smb2_error_contexts_encode(&w, list, COUNT(list));
	assert_int_equal(wire_put_status(&w), NS_OK);
	assert_view_equal(buf_view(&b), want);
	buf_release(&b);
	view_free(want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_error_without_data_is_decoded),
		cmocka_unit_test(an_interim_response_is_one),
		cmocka_unit_test(contexts_are_walked),
		cmocka_unit_test(truncated_contexts_end_the_walk),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(bad_lengths_are_refused),
		cmocka_unit_test(encoding_is_the_inverse),
		cmocka_unit_test(contexts_are_written_as_they_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

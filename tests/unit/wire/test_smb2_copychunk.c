/* SPDX-License-Identifier: MIT */
#include "wire/smb2_copychunk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "codec.h"

CODEC_BEHIND(0, smb2_resume_key_rsp);
CODEC_BEHIND(0, smb2_copychunk_req);
CODEC_BEHIND(0, smb2_copychunk_rsp);

#define KEY                                                                                \
	"0807060504030201" /* FileId.Persistent */                                         \
	"1817161514131211" /* FileId.Volatile */                                           \
	"0000000000000000"

static const char resume_key[] = KEY /*  0 ResumeKey */
	"00000000"                   /* 24 ContextLength */
	"00000000";                  /* 28 Context */

static const char request[] = KEY /*  0 SourceKey */
	"02000000"                /* 24 ChunkCount */
	"00000000"                /* 28 Reserved */
	"1000000000000000"        /* 32 SourceOffset */
	"ffffffffffffffff"        /* 40 TargetOffset: at the end */
	"00001000"                /* 48 Length 1 MiB */
	"00000000"                /* 52 Reserved */
	"2000000000000000"        /* 56 SourceOffset */
	"3000000000000000"        /* 64 TargetOffset */
	"01000000"                /* 72 Length */
	"00000000";               /* 76 Reserved */

static const char nothing[] = KEY "00000000"  /* ChunkCount */
				  "00000000"; /* Reserved */

static const char response[] = "00010000"  /* 0 ChunksWritten */
			       "00001000"  /* 4 ChunkBytesWritten */
			       "00000001"; /* 8 TotalBytesWritten */

static void every_field_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_copychunk_req_codec, request);
	struct wire_reader r = {0};
	struct smb2_copychunk_req req;
	struct smb2_copychunk chunk;
	struct smb2_copychunk_rsp rsp;
	struct smb2_file_id id;

	(void)state;
	assert_int_equal(smb2_copychunk_req_decode(&req, msg), NS_OK);
	assert_true(smb2_resume_key_file_id(&id, req.key));
	assert_true(id.persistent_id == 0x0102030405060708);
	assert_true(id.volatile_id == 0x1112131415161718);
	assert_int_equal(req.count, 2);
	r.msg = req.chunks;
	assert_true(smb2_copychunk_next(&r, &chunk));
	assert_true(chunk.source_offset == 0x10);
	assert_true(chunk.target_offset == UINT64_MAX);
	assert_int_equal(chunk.length, 1 << 20);
	assert_true(smb2_copychunk_next(&r, &chunk));
	assert_true(chunk.source_offset == 0x20);
	assert_true(chunk.target_offset == 0x30);
	assert_int_equal(chunk.length, 1);
	assert_false(smb2_copychunk_next(&r, &chunk));
	view_free(msg);
	msg = codec_message(&smb2_copychunk_rsp_codec, response);
	assert_int_equal(smb2_copychunk_rsp_decode(&rsp, msg), NS_OK);
	assert_int_equal(rsp.chunks_written, 256);
	assert_int_equal(rsp.chunk_bytes_written, 1 << 20);
	assert_int_equal(rsp.total_bytes_written, 16 << 20);
	view_free(msg);
}

static void a_key_leads_back_to_its_file_id(void **state)
{
	struct smb2_file_id id = {0x0102030405060708, 0x1112131415161718}, back;
	struct smb2_resume_key_rsp rsp = smb2_resume_key_of(id);
	struct view msg = codec_message(&smb2_resume_key_rsp_codec, resume_key);

	(void)state;
	assert_memory_equal(rsp.key, msg.p, sizeof(rsp.key));
	view_free(msg);
	assert_true(smb2_resume_key_file_id(&back, rsp.key));
	assert_true(back.persistent_id == id.persistent_id);
	assert_true(back.volatile_id == id.volatile_id);
	rsp.key[23] = 1;
	assert_false(smb2_resume_key_file_id(&back, rsp.key));
}

static void chunks_are_written_as_they_are_read(void **state)
{
	struct view msg = codec_message(&smb2_copychunk_req_codec, request);
	struct smb2_copychunk_req req;
	struct smb2_copychunk chunk;
	struct wire_reader r = {0};
	struct wire_writer w;
	struct buf b;

	(void)state;
	assert_int_equal(smb2_copychunk_req_decode(&req, msg), NS_OK);
	buf_init(&b, 1024);
	w = wire_writer_at_end(&b);
	r.msg = req.chunks;
	while (smb2_copychunk_next(&r, &chunk))
		smb2_copychunk_put(&w, &chunk);
	assert_int_equal(wire_put_status(&w), NS_OK);
	assert_view_equal(buf_view(&b), req.chunks);
	buf_release(&b);
	view_free(msg);
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	codec_refuses_truncations(&smb2_resume_key_rsp_codec, resume_key);
	codec_refuses_truncations(&smb2_copychunk_req_codec, request);
	codec_refuses_truncations(&smb2_copychunk_req_codec, nothing);
	codec_refuses_truncations(&smb2_copychunk_rsp_codec, response);
}

static void bad_counts_are_refused(void **state)
{
	static const struct codec_row rows[] = {
		{"one more than there is", 24, 4, 3, NS_ETRUNC},
		{"as many as a number can say", 24, 4, 0xffffffff, NS_ETRUNC},
		{"over 32 bits of bytes", 24, 4, 0x0aaaaaab, NS_ETRUNC},
		{"fewer than there are", 24, 4, 1, NS_OK},
	};

	(void)state;
	codec_gives_errors(&smb2_copychunk_req_codec, request, rows, COUNT(rows));
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	codec_is_its_own_inverse(&smb2_resume_key_rsp_codec, resume_key);
	codec_is_its_own_inverse(&smb2_copychunk_req_codec, request);
	codec_is_its_own_inverse(&smb2_copychunk_req_codec, nothing);
	codec_is_its_own_inverse(&smb2_copychunk_rsp_codec, response);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_decoded),
		cmocka_unit_test(a_key_leads_back_to_its_file_id),
		cmocka_unit_test(chunks_are_written_as_they_are_read),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(bad_counts_are_refused),
		cmocka_unit_test(encoding_is_the_inverse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

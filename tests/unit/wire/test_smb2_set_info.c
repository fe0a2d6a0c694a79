/* SPDX-License-Identifier: MIT */
#include "wire/smb2_set_info.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"
#include "wire/fscc.h"
#include "wire/smb2_flush.h"
#include "wire/smb2_query_info.h"

CODEC(smb2_set_info_req);
CODEC(smb2_flush_req);

static const char request[] = "2100"             /* StructureSize 33 */
			      "01"               /* InfoType: FILE */
			      "0d"               /* FileInfoClass: Disposition */
			      "01000000"         /* BufferLength */
			      "6000"             /* BufferOffset 96 */
			      "0000"             /* Reserved */
			      "04000000"         /* AdditionalInformation */
			      "8877665544332211" /* FileId.Persistent */
			      "efcdab8967452301" /* FileId.Volatile */
			      "01";              /* Buffer */

static const char flush[] = "1800"              /* StructureSize 24 */
			    "000000000000"      /* Reserved1, Reserved2 */
			    "8877665544332211"  /* FileId.Persistent */
			    "efcdab8967452301"; /* FileId.Volatile */

static void every_field_of_a_request_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_set_info_req_codec, request);
	struct smb2_set_info_req req;

	(void)state;
	assert_int_equal(smb2_set_info_req_decode(&req, msg), NS_OK);
	assert_int_equal(req.info_type, SMB2_0_INFO_FILE);
	assert_int_equal(req.info_class, FILE_DISPOSITION_INFORMATION);
	assert_int_equal(req.additional, DACL_SECURITY_INFORMATION);
	assert_true(req.file_id.persistent_id == 0x1122334455667788);
	assert_true(req.file_id.volatile_id == 0x0123456789abcdef);
	assert_view_equal(req.data, view_of("\x01", 1));
	view_free(msg);
}

static void every_field_of_a_flush_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_flush_req_codec, flush);
	struct smb2_flush_req req;

	(void)state;
	assert_int_equal(smb2_flush_req_decode(&req, msg), NS_OK);
	assert_true(req.file_id.persistent_id == 0x1122334455667788);
	assert_true(req.file_id.volatile_id == 0x0123456789abcdef);
	view_free(msg);
}

static void a_response_is_its_size(void **state)
{
	struct view good = view_of_hex_behind(SMB2_HDR_LEN, "0200");
	struct view bad = view_of_hex_behind(SMB2_HDR_LEN, "0300");
	struct view cut = view_of_hex_behind(SMB2_HDR_LEN, "02");
	struct wire_writer w;
	struct buf b;

	(void)state;
	assert_int_equal(smb2_set_info_rsp_decode(good), NS_OK);
	assert_int_equal(smb2_set_info_rsp_decode(bad), NS_EFORMAT);
	assert_int_not_equal(smb2_set_info_rsp_decode(cut), NS_OK);
	buf_init(&b, 16);
	w = wire_writer_at_end(&b);
	smb2_set_info_rsp_encode(&w);
	assert_int_equal(wire_put_status(&w), NS_OK);
	assert_view_equal(buf_view(&b), view_of("\x02\x00", 2));
	buf_release(&b);
	view_free(good);
	view_free(bad);
	view_free(cut);
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	codec_refuses_truncations(&smb2_set_info_req_codec, request);
	codec_refuses_truncations(&smb2_flush_req_codec, flush);
}

static void bad_offsets_and_sizes_are_refused(void **state)
{
	static const struct codec_row req[] = {
		{"size", 0, 2, 32, NS_EFORMAT},
		{"data in the fixed part", 8, 2, 95, NS_EFORMAT},
		{"data in the header", 8, 2, 0, NS_EFORMAT},
		{"data past the end", 8, 2, 97, NS_EFORMAT},
		{"data too long", 4, 4, 2, NS_EFORMAT},
		{"data far too long", 4, 4, 0xffffffff, NS_EFORMAT},
	};
	static const struct codec_row flushes[] = {{"size", 0, 2, 23, NS_EFORMAT}};

	(void)state;
	codec_gives_errors(&smb2_set_info_req_codec, request, req, COUNT(req));
	codec_gives_errors(&smb2_flush_req_codec, flush, flushes, COUNT(flushes));
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	codec_is_its_own_inverse(&smb2_set_info_req_codec, request);
	codec_is_its_own_inverse(&smb2_flush_req_codec, flush);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_of_a_request_is_decoded),
		cmocka_unit_test(every_field_of_a_flush_is_decoded),
		cmocka_unit_test(a_response_is_its_size),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(bad_offsets_and_sizes_are_refused),
		cmocka_unit_test(encoding_is_the_inverse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

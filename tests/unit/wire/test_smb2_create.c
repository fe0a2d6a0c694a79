/* SPDX-License-Identifier: MIT */
#include "wire/smb2_create.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"

CODEC(smb2_create_req);
CODEC(smb2_create_rsp);

#define FIXED_REQ                                                                          \
	"3900"             /*  0 StructureSize 57 */                                       \
	"00"               /*  2 SecurityFlags */                                          \
	"08"               /*  3 RequestedOplockLevel: exclusive */                        \
	"02000000"         /*  4 ImpersonationLevel: impersonation */                      \
	"0000000000000000" /*  8 SmbCreateFlags */                                         \
	"0000000000000000" /* 16 Reserved */                                               \
	"9f011200"         /* 24 DesiredAccess */                                          \
	"80000000"         /* 28 FileAttributes: normal */                                 \
	"03000000"         /* 32 ShareAccess: read, write */                               \
	"01000000"         /* 36 CreateDisposition: open */                                \
	"40000000"         /* 40 CreateOptions: non-directory */

static const char request[] = FIXED_REQ "7800"         /* 44 NameOffset 120 */
					"0600"         /* 46 NameLength 6 */
					"80000000"     /* 48 CreateContextsOffset 128 */
					"08000000"     /* 52 CreateContextsLength 8 */
					"610062006300" /* 56 "abc" */
					"0000"         /* padding */
					"0102030405060708" /* the contexts */;

static const char pipe_request[] = FIXED_REQ "7800"     /* NameOffset 120 */
					     "0400"     /* NameLength 4 */
					     "00000000" /* CreateContextsOffset */
					     "00000000" /* CreateContextsLength */
					     "61006200" /* "ab" */;

static const char root_request[] = FIXED_REQ "7800"     /* NameOffset 120 */
					     "0000"     /* NameLength: the share's root */
					     "00000000" /* CreateContextsOffset */
					     "00000000" /* CreateContextsLength */
					     "00" /* Buffer */;

static const char response[] = "5900"             /*  0 StructureSize 89 */
			       "01"               /*  2 OplockLevel: II */
			       "01"               /*  3 Flags: reparse point */
			       "02000000"         /*  4 CreateAction: created */
			       "1100000000000000" /*  8 CreationTime */
			       "2200000000000000" /* 16 LastAccessTime */
			       "3300000000000000" /* 24 LastWriteTime */
			       "4400000000000000" /* 32 ChangeTime */
			       "0010000000000000" /* 40 AllocationSize */
			       "0500000000000000" /* 48 EndofFile */
			       "20000000"         /* 56 FileAttributes: archive */
			       "00000000"         /* 60 Reserved2 */
			       "8877665544332211" /* 64 FileId.Persistent */
			       "efcdab8967452301" /* 72 FileId.Volatile */
			       "98000000"         /* 80 CreateContextsOffset 152 */
			       "04000000"         /* 84 CreateContextsLength 4 */
			       "01020304";        /* 88 the contexts */

static void every_field_of_a_request_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_create_req_codec, request);
	struct smb2_create_req req;

	(void)state;
	assert_int_equal(smb2_create_req_decode(&req, msg), NS_OK);
	assert_int_equal(req.oplock_level, SMB2_OPLOCK_LEVEL_EXCLUSIVE);
	assert_int_equal(req.impersonation_level, SMB2_IMPERSONATION_IMPERSONATION);
	assert_int_equal(req.desired_access, 0x0012019f);
	assert_int_equal(req.file_attributes, FILE_ATTRIBUTE_NORMAL);
	assert_int_equal(req.share_access, FILE_SHARE_READ | FILE_SHARE_WRITE);
	assert_int_equal(req.disposition, FILE_OPEN);
	assert_int_equal(req.options, FILE_NON_DIRECTORY_FILE);
	assert_view_equal(req.name, VIEW_LITERAL("a\0b\0c\0"));
	assert_view_equal(req.contexts, VIEW_LITERAL("\1\2\3\4\5\6\7\10"));
	view_free(msg);
}

static void every_field_of_a_response_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_create_rsp_codec, response);
	struct smb2_create_rsp rsp;

	(void)state;
	assert_int_equal(smb2_create_rsp_decode(&rsp, msg), NS_OK);
	assert_int_equal(rsp.oplock_level, SMB2_OPLOCK_LEVEL_II);
	assert_int_equal(rsp.flags, 1);
	assert_int_equal(rsp.action, FILE_CREATED);
	assert_int_equal(rsp.creation_time, 0x11);
	assert_int_equal(rsp.last_access_time, 0x22);
	assert_int_equal(rsp.last_write_time, 0x33);
	assert_int_equal(rsp.change_time, 0x44);
	assert_int_equal(rsp.allocation_size, 4096);
	assert_int_equal(rsp.end_of_file, 5);
	assert_int_equal(rsp.file_attributes, FILE_ATTRIBUTE_ARCHIVE);
	assert_true(rsp.file_id.persistent_id == 0x1122334455667788);
	assert_true(rsp.file_id.volatile_id == 0x0123456789abcdef);
	assert_view_equal(rsp.contexts, VIEW_LITERAL("\1\2\3\4"));
	view_free(msg);
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	codec_refuses_truncations(&smb2_create_req_codec, request);
	codec_refuses_truncations(&smb2_create_req_codec, pipe_request);
	codec_refuses_truncations(&smb2_create_rsp_codec, response);
}

static void bad_offsets_and_lengths_are_refused(void **state)
{
	static const struct codec_row req[] = {
		{"size", 0, 2, 56, NS_EFORMAT},
		{"name in the fixed part", 44, 2, 118, NS_EFORMAT},
		{"name at the end", 44, 2, 135, NS_EFORMAT},
		{"long name", 46, 2, 17, NS_EFORMAT},
		{"no name", 44, 4, 0, NS_OK},
		{"contexts in the fixed part", 48, 4, 119, NS_EFORMAT},
		{"contexts past the end", 48, 4, 129, NS_EFORMAT},
		{"contexts far out", 48, 4, 0xffffffff, NS_EFORMAT},
		{"long contexts", 52, 4, 9, NS_EFORMAT},
		{"longest contexts", 52, 4, 0xffffffff, NS_EFORMAT},
		{"no contexts", 52, 4, 0, NS_OK},
	};
	static const struct codec_row rsp[] = {
		{"size", 0, 2, 57, NS_EFORMAT},
		{"contexts in the fixed part", 80, 4, 151, NS_EFORMAT},
		{"long contexts", 84, 4, 5, NS_EFORMAT},
		{"sum over 32 bits", 84, 4, 0xffffff68, NS_EFORMAT},
		{"no contexts", 84, 4, 0, NS_OK},
	};

	(void)state;
	codec_gives_errors(&smb2_create_req_codec, request, req, COUNT(req));
	codec_gives_errors(&smb2_create_rsp_codec, response, rsp, COUNT(rsp));
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	codec_is_its_own_inverse(&smb2_create_req_codec, request);
	codec_is_its_own_inverse(&smb2_create_req_codec, pipe_request);
	codec_is_its_own_inverse(&smb2_create_req_codec, root_request);
	codec_is_its_own_inverse(&smb2_create_rsp_codec, response);
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

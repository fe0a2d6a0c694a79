/* SPDX-License-Identifier: MIT */
#include "wire/smb2_lock.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"

CODEC(smb2_lock_req);

static const char request[] = "3000"             /*  0 StructureSize 48, as always */
			      "0200"             /*  2 LockCount 2 */
			      "05040000"         /*  4 LockSequenceNumber 5, -Index 64 */
			      "8877665544332211" /*  8 FileId.Persistent */
			      "efcdab8967452301" /* 16 FileId.Volatile */
			      "ffffffffffffffff" /* 24 Offset: the last byte there is */
			      "0100000000000000" /* 32 Length 1 */
			      "12000000"         /* 40 Flags: exclusive, fail immediately */
			      "00000000"         /* 44 Reserved */
			      "0000000001000000" /* 48 Offset: 4 GiB */
			      "0000000000000080" /* 56 Length: 8 EiB */
			      "11000000"         /* 64 Flags: shared, fail immediately */
			      "00000000";        /* 68 Reserved */

static void every_field_of_a_request_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_lock_req_codec, request);
	struct smb2_lock_element element;
	struct smb2_lock_req req;

	(void)state;
	assert_int_equal(smb2_lock_req_decode(&req, msg), NS_OK);
	assert_int_equal(req.sequence_number, 5);
	assert_int_equal(req.sequence_index, SMB2_LOCK_SEQUENCES);
	assert_true(req.file_id.persistent_id == 0x1122334455667788);
	assert_true(req.file_id.volatile_id == 0x0123456789abcdef);
	assert_int_equal(smb2_lock_count(&req), 2);
	element = smb2_lock_at(&req, 0);
	assert_true(element.offset == UINT64_MAX);
	assert_true(element.length == 1);
	assert_int_equal(element.flags,
			 SMB2_LOCKFLAG_EXCLUSIVE_LOCK | SMB2_LOCKFLAG_FAIL_IMMEDIATELY);
	element = smb2_lock_at(&req, 1);
	assert_true(element.offset == 0x100000000);
	assert_true(element.length == 0x8000000000000000);
	assert_int_equal(element.flags,
			 SMB2_LOCKFLAG_SHARED_LOCK | SMB2_LOCKFLAG_FAIL_IMMEDIATELY);
	view_free(msg);
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	codec_refuses_truncations(&smb2_lock_req_codec, request);
}

static void bad_counts_are_refused(void **state)
{
	static const struct codec_row rows[] = {
		{"size", 0, 2, 72, NS_EFORMAT},
		{"no lock", 2, 2, 0, NS_EFORMAT},
		{"one lock, and something behind it", 2, 2, 1, NS_OK},
		{"a lock too many", 2, 2, 3, NS_ETRUNC},
		{"many too many", 2, 2, 0xffff, NS_ETRUNC},
		{"an index past the last", 4, 4, 0xffffffff, NS_OK},
		{"flags nobody knows", 40, 4, 0xffffffff, NS_OK},
		{"reserved is ignored", 44, 4, 0xffffffff, NS_OK},
	};

	(void)state;
	codec_gives_errors(&smb2_lock_req_codec, request, rows, COUNT(rows));
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	codec_is_its_own_inverse(&smb2_lock_req_codec, request);
}

static void elements_are_put_as_they_are_read(void **state)
{
	static const struct smb2_lock_element element = {1, UINT64_MAX,
							 SMB2_LOCKFLAG_UNLOCK};
	struct smb2_lock_element back;
	struct smb2_lock_req req = {0};
	struct wire_writer w;
	struct buf out;

	(void)state;
	buf_init(&out, SMB2_LOCK_ELEMENT_LEN);
	w = wire_writer_at_end(&out);
	smb2_lock_element_put(&w, &element);
	assert_int_equal(wire_put_status(&w), NS_OK);
	req.locks = buf_view(&out);
	assert_int_equal(smb2_lock_count(&req), 1);
	back = smb2_lock_at(&req, 0);
	assert_true(back.offset == element.offset && back.length == element.length);
	assert_int_equal(back.flags, element.flags);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_of_a_request_is_decoded),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(bad_counts_are_refused),
		cmocka_unit_test(encoding_is_the_inverse),
		cmocka_unit_test(elements_are_put_as_they_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

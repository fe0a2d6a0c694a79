/* SPDX-License-Identifier: MIT */
#include "wire/smb2_oplock_break.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"

CODEC(smb2_oplock_break);

static const char oplock[] = "1800"              /* StructureSize 24 */
			     "08"                /* OplockLevel: exclusive */
			     "00"                /* Reserved */
			     "00000000"          /* Reserved2 */
			     "8877665544332211"  /* FileId.Persistent */
			     "efcdab8967452301"; /* FileId.Volatile */

static void every_field_is_decoded(void **state)
{
	struct view msg = codec_message(&smb2_oplock_break_codec, oplock);
	struct smb2_oplock_break v;

	(void)state;
	assert_int_equal(smb2_oplock_break_decode(&v, msg), NS_OK);
	assert_int_equal(v.oplock_level, SMB2_OPLOCK_LEVEL_EXCLUSIVE);
	assert_true(v.file_id.persistent_id == 0x1122334455667788);
	assert_true(v.file_id.volatile_id == 0x0123456789abcdef);
	view_free(msg);
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	codec_refuses_truncations(&smb2_oplock_break_codec, oplock);
}

static void that_of_a_lease_is_refused(void **state)
{
	static const struct codec_row rows[] = {
		{"notification of a lease", 0, 2, 44, NS_EFORMAT},
		{"acknowledgment of a lease", 0, 2, 36, NS_EFORMAT},
	};

	(void)state;
	codec_gives_errors(&smb2_oplock_break_codec, oplock, rows, COUNT(rows));
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	codec_is_its_own_inverse(&smb2_oplock_break_codec, oplock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_decoded),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(that_of_a_lease_is_refused),
		cmocka_unit_test(encoding_is_the_inverse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "wire/smb2_lease_break.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"

CODEC(smb2_lease_break);
CODEC(smb2_lease_break_ack);

static const char notification[] = "2c00"     /* StructureSize 44 */
				   "1247"     /* NewEpoch */
				   "01000000" /* Flags: to be acknowledged */
				   "000102030405060708090a0b0c0d0e0f" /* LeaseKey */
				   "07000000"                  /* CurrentLeaseState */
				   "03000000"                  /* NewLeaseState */
				   "000000000000000000000000"; /* what is reserved */

static const char acknowledgment[] = "2400"     /* StructureSize 36 */
				     "0000"     /* Reserved */
				     "00000000" /* Flags */
				     "000102030405060708090a0b0c0d0e0f" /* LeaseKey */
				     "03000000"                         /* LeaseState */
				     "0000000000000000";                /* LeaseDuration */

static void every_field_is_decoded(void **state)
{
	struct view told = codec_message(&smb2_lease_break_codec, notification);
	struct view said = codec_message(&smb2_lease_break_ack_codec, acknowledgment);
	struct smb2_lease_break_ack ack;
	struct smb2_lease_break v;

	(void)state;
	assert_int_equal(smb2_lease_break_decode(&v, told), NS_OK);
	assert_int_equal(v.new_epoch, 0x4712);
	assert_int_equal(v.flags, SMB2_NOTIFY_BREAK_LEASE_FLAG_ACK_REQUIRED);
	assert_int_equal(v.key[15], 15);
	assert_int_equal(v.current_state, 7);
	assert_int_equal(v.new_state, 3);
	assert_int_equal(smb2_lease_break_ack_decode(&ack, said), NS_OK);
	assert_int_equal(ack.key[15], 15);
	assert_int_equal(ack.state, 3);
	view_free(told);
	view_free(said);
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	codec_refuses_truncations(&smb2_lease_break_codec, notification);
	codec_refuses_truncations(&smb2_lease_break_ack_codec, acknowledgment);
}

static void one_kind_is_not_taken_for_another(void **state)
{
	struct view told = codec_message(&smb2_lease_break_codec, notification);
	struct view said = codec_message(&smb2_lease_break_ack_codec, acknowledgment);
	struct smb2_lease_break_ack ack;
	struct smb2_lease_break v;

	(void)state;
	assert_true(smb2_lease_break_ack_is(said));
	assert_false(smb2_lease_break_ack_is(told));
	assert_false(smb2_lease_break_ack_is((struct view){0}));
	assert_int_equal(smb2_lease_break_decode(&v, said), NS_EFORMAT);
	assert_int_equal(smb2_lease_break_ack_decode(&ack, told), NS_EFORMAT);
	view_free(told);
	view_free(said);
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	codec_is_its_own_inverse(&smb2_lease_break_codec, notification);
	codec_is_its_own_inverse(&smb2_lease_break_ack_codec, acknowledgment);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_decoded),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(one_kind_is_not_taken_for_another),
		cmocka_unit_test(encoding_is_the_inverse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

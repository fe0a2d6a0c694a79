/* SPDX-License-Identifier: MIT */
#include "wire/smb2_lease.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"

CODEC_BEHIND(0, smb2_lease);

#define V1                                                                                 \
	"000102030405060708090a0b0c0d0e0f" /* LeaseKey */                                  \
	"07000000"                         /* LeaseState: RWH */                           \
	"04000000"                         /* Flags: the parent's key is set */            \
	"0000000000000000"                 /* LeaseDuration */
#define V2                                                                                 \
	V1 "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff" /* ParentLeaseKey */                         \
	   "1147"                             /* Epoch */                                  \
	   "0000"                             /* Reserved */

static void every_field_is_decoded(void **state)
{
	struct view data = codec_message(&smb2_lease_codec, V2);
	struct smb2_lease v;

	(void)state;
	assert_int_equal(smb2_lease_decode(&v, data), NS_OK);
	assert_int_equal(v.version, 2);
	assert_memory_equal(v.key, "\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17", 16);
	assert_int_equal(v.state, SMB2_LEASE_READ_CACHING | SMB2_LEASE_WRITE_CACHING |
					  SMB2_LEASE_HANDLE_CACHING);
	assert_int_equal(v.flags, SMB2_LEASE_FLAG_PARENT_LEASE_KEY_SET);
	assert_int_equal(v.parent_key[0], 0xf0);
	assert_int_equal(v.parent_key[15], 0xff);
	assert_int_equal(v.epoch, 0x4711);
	view_free(data);
}

static void the_first_version_has_no_parent_and_no_epoch(void **state)
{
	struct view data = codec_message(&smb2_lease_codec, V1);
	struct smb2_lease v;

	(void)state;
	assert_int_equal(smb2_lease_decode(&v, data), NS_OK);
	assert_int_equal(v.version, 1);
	assert_int_equal(v.state, 7);
	assert_int_equal(v.epoch, 0);
	view_free(data);
}

/* Of version 2 one truncation is no truncation but version 1. */
static void other_lengths_are_refused(void **state)
{
	uint8_t bytes[64] = {0};
	struct smb2_lease v;

	(void)state;
	for (size_t n = 0; n <= sizeof(bytes); n++)
		assert_int_equal(smb2_lease_decode(&v, view_of(bytes, n)),
				 n == 32 || n == 52 ? NS_OK : NS_EFORMAT);
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	codec_is_its_own_inverse(&smb2_lease_codec, V1);
	codec_is_its_own_inverse(&smb2_lease_codec, V2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_decoded),
		cmocka_unit_test(the_first_version_has_no_parent_and_no_epoch),
		cmocka_unit_test(other_lengths_are_refused),
		cmocka_unit_test(encoding_is_the_inverse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "wire/smb2_validate_negotiate.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"

CODEC_BEHIND(0, smb2_validate_negotiate_req);
CODEC_BEHIND(0, smb2_validate_negotiate_rsp);

static const char request[] = "7f000000"                         /* Capabilities */
			      "00112233445566778899aabbccddeeff" /* Guid */
			      "0100"                             /* SecurityMode */
			      "0300"                             /* DialectCount 3 */
			      "020210020003";                    /* Dialects */

static const char response[] = "2f000000"                         /* Capabilities */
			       "00112233445566778899aabbccddeeff" /* Guid */
			       "0300"                             /* SecurityMode */
			       "0003";                            /* Dialect 3.0 */

static void every_field_is_decoded(void **state)
{
	struct view msg = view_of_hex(request);
	struct view answer = view_of_hex(response);
	struct smb2_validate_negotiate_req req;
	struct smb2_validate_negotiate_rsp rsp;

	(void)state;
	assert_int_equal(smb2_validate_negotiate_req_decode(&req, msg), NS_OK);
	assert_int_equal(req.capabilities, 0x7f);
	assert_int_equal(req.guid[0], 0);
	assert_int_equal(req.guid[15], 0xff);
	assert_int_equal(req.security_mode, SMB2_NEGOTIATE_SIGNING_ENABLED);
	assert_int_equal(req.dialect_count, 3);
	assert_int_equal(req.dialects[0], SMB2_DIALECT_202);
	assert_int_equal(req.dialects[2], SMB2_DIALECT_300);
	assert_int_equal(smb2_validate_negotiate_rsp_decode(&rsp, answer), NS_OK);
	assert_int_equal(rsp.capabilities, 0x2f);
	assert_int_equal(rsp.guid[15], 0xff);
	assert_int_equal(rsp.security_mode, 3);
	assert_int_equal(rsp.dialect, SMB2_DIALECT_300);
	view_free(msg);
	view_free(answer);
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	codec_refuses_truncations(&smb2_validate_negotiate_req_codec, request);
	codec_refuses_truncations(&smb2_validate_negotiate_rsp_codec, response);
}

static void bad_counts_are_refused(void **state)
{
	static const struct codec_row rows[] = {
		{"one too many", 22, 2, 4, NS_ETRUNC},
		{"the most there may be", 22, 2, SMB2_DIALECTS_MAX, NS_ETRUNC},
		{"over the limit", 22, 2, SMB2_DIALECTS_MAX + 1, NS_ELIMIT},
		{"the most", 22, 2, 0xffff, NS_ELIMIT},
		{"fewer", 22, 2, 2, NS_OK},
	};

	(void)state;
	codec_gives_errors(&smb2_validate_negotiate_req_codec, request, rows, COUNT(rows));
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	codec_is_its_own_inverse(&smb2_validate_negotiate_req_codec, request);
	codec_is_its_own_inverse(&smb2_validate_negotiate_rsp_codec, response);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_decoded),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(bad_counts_are_refused),
		cmocka_unit_test(encoding_is_the_inverse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

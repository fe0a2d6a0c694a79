/* SPDX-License-Identifier: MIT */
#include "wire/smb1_negotiate.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"

CODEC_BEHIND(0, smb1_negotiate_req);

static const char request[] = "ff534d42"                 /* Protocol */
			      "72"                       /* Command */
			      "00000000"                 /* Status */
			      "18"                       /* Flags */
			      "43c8"                     /* Flags2 */
			      "0000"                     /* PIDHigh */
			      "0000000000000000"         /* SecuritySignature */
			      "0000"                     /* Reserved */
			      "0000"                     /* TID */
			      "0000"                     /* PIDLow */
			      "0000"                     /* UID */
			      "0000"                     /* MID */
			      "00"                       /* WordCount */
			      "2200"                     /* ByteCount 34 */
			      "024e54204c4d20302e313200" /* "NT LM 0.12" */
			      "02534d4220322e30303200"   /* "SMB 2.002" */
			      "02534d4220322e3f3f3f00";  /* "SMB 2.???" */

static void every_field_is_decoded(void **state)
{
	struct view msg = view_of_hex(request);
	struct smb1_negotiate_req req;

	(void)state;
	assert_int_equal(smb1_negotiate_req_decode(&req, msg), NS_OK);
	assert_true(req.smb2_002);
	assert_true(req.smb2_wildcard);
	view_free(msg);
}

static void each_dialect_counts_alone(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct smb1_negotiate_req req = {.smb2_002 = i & 1, .smb2_wildcard = i & 2};
		struct smb1_negotiate_req got;
		struct wire_writer w;
		struct buf b;

		buf_init(&b, 256);
		w = wire_writer_at_end(&b);
		smb1_negotiate_req_encode(&w, &req);
		assert_int_equal(wire_put_status(&w), NS_OK);
		assert_int_equal(smb1_negotiate_req_decode(&got, buf_view(&b)), NS_OK);
		assert_int_equal(got.smb2_002, req.smb2_002);
		assert_int_equal(got.smb2_wildcard, req.smb2_wildcard);
		buf_release(&b);
	}
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	codec_refuses_truncations(&smb1_negotiate_req_codec, request);
}

static void what_is_malformed_is_refused(void **state)
{
	static const struct codec_row rows[] = {
		{"SMB2", 0, 1, 0xfe, NS_EFORMAT},
		{"another command", 4, 1, 0x73, NS_EUNSUPPORTED},
		{"words", 32, 1, 1, NS_EFORMAT},
		{"no bytes", 33, 2, 0, NS_EFORMAT},
		{"one byte too many", 33, 2, 35, NS_ETRUNC},
		{"the last name's NUL is cut off", 33, 2, 33, NS_ETRUNC},
		{"fewer names", 33, 2, 23, NS_OK},
		{"another format", 35, 1, 3, NS_EFORMAT},
	};

	(void)state;
	codec_gives_errors(&smb1_negotiate_req_codec, request, rows, COUNT(rows));
}

static void there_is_a_most_of_names(void **state)
{
	uint8_t msg[35 + 2 * (SMB1_DIALECTS_MAX + 1)] = {0xff, 'S', 'M', 'B', 0x72};
	struct smb1_negotiate_req req;

	(void)state;
	for (size_t n = SMB1_DIALECTS_MAX; n <= SMB1_DIALECTS_MAX + 1; n++) {
		msg[33] = (uint8_t)(2 * n);
		for (size_t i = 0; i < n; i++)
			msg[35 + 2 * i] = 2;
		assert_int_equal(smb1_negotiate_req_decode(&req, view_of(msg, sizeof(msg))),
				 n > SMB1_DIALECTS_MAX ? NS_ELIMIT : NS_OK);
	}
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	codec_is_its_own_inverse(&smb1_negotiate_req_codec, request);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_decoded),
		cmocka_unit_test(each_dialect_counts_alone),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(what_is_malformed_is_refused),
		cmocka_unit_test(there_is_a_most_of_names),
		cmocka_unit_test(encoding_is_the_inverse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

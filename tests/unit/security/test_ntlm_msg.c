/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/hex.h"
#include "security/ntlm_msg.h"

/* [MS-NLMP] 4.2.4.3 CHALLENGE_MESSAGE */
static const char challenge_hex[] = "4e544c4d53535000" /*  0 Signature */
				    "02000000"         /*  8 MessageType */
				    "0c000c0038000000" /* 12 TargetNameFields: 12 at 56 */
				    "33828ae2"         /* 20 NegotiateFlags */
				    "0123456789abcdef" /* 24 ServerChallenge */
				    "0000000000000000" /* 32 Reserved */
				    "2400240044000000" /* 40 TargetInfoFields: 36 at 68 */
				    "060070170000000f" /* 48 Version */
				    "530065007200760065007200" /* 56 TargetName "Server" */
				    "02000c0044006f006d00610069006e00"
				    "01000c00530065007200760065007200"
				    "00000000";

/* [MS-NLMP] 4.2.4.3 AUTHENTICATE_MESSAGE, which has no MIC: its payload begins at 72. */
static const char authenticate_hex[] =
	"4e544c4d53535000"         /*  0 Signature */
	"03000000"                 /*  8 MessageType */
	"180018006c000000"         /* 12 LmChallengeResponseFields: 24 at 108 */
	"5400540084000000"         /* 20 NtChallengeResponseFields: 84 at 132 */
	"0c000c0048000000"         /* 28 DomainNameFields: 12 at 72 */
	"0800080054000000"         /* 36 UserNameFields: 8 at 84 */
	"100010005c000000"         /* 44 WorkstationFields: 16 at 92 */
	"10001000d8000000"         /* 52 EncryptedRandomSessionKeyFields: 16 at 216 */
	"358288e2"                 /* 60 NegotiateFlags */
	"0501280a0000000f"         /* 64 Version */
	"44006f006d00610069006e00" /* 72 DomainName "Domain" */
	"5500730065007200"         /* 84 UserName "User" */
	"43004f004d0050005500540045005200"
	"86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa"
	"68cd0ab851e51c96aabc927bebef6a1c"
	"01010000000000000000000000000000aaaaaaaaaaaaaaaa00000000"
	"02000c0044006f006d00610069006e0001000c0053006500720076006500720000000000"
	"00000000"
	"c5dad2544fc9799094ce1ce90bc9d03e";

static void challenge_is_decoded(void **state)
{
	struct view msg = view_of_hex(challenge_hex);
	struct view name = view_of_hex("530065007200760065007200");
	struct ntlm_challenge c;
	struct ntlm_av_pairs av;

	(void)state;
	assert_int_equal(ntlm_challenge_decode(&c, msg), NS_OK);
	assert_int_equal(c.flags, 0xe28a8233);
	assert_memory_equal(c.server_challenge, "\x01\x23\x45\x67\x89\xab\xcd\xef", 8);
	assert_view_equal(c.target_name, name);
	assert_int_equal(c.target_info.n, 36);
	assert_int_equal(ntlm_av_decode(&av, c.target_info), NS_OK);
	assert_view_equal(av.value[NTLM_AV_NB_COMPUTER], name);
	assert_int_equal(av.value[NTLM_AV_NB_DOMAIN].n, 12);
	assert_false(av.present[NTLM_AV_TIMESTAMP]);
	assert_false(av.present[NTLM_AV_EOL]);
	view_free(msg);
	view_free(name);
}

static void authenticate_is_decoded(void **state)
{
	struct view msg = view_of_hex(authenticate_hex);
	struct view user = view_of_hex("5500730065007200");
	struct ntlm_authenticate a;

	(void)state;
	assert_int_equal(ntlm_authenticate_decode(&a, msg), NS_OK);
	assert_int_equal(a.flags, 0xe2888235);
	assert_false(a.has_mic);
	assert_int_equal(a.lm_response.n, 24);
	assert_int_equal(a.nt_response.n, 84);
	assert_int_equal(a.domain.n, 12);
	assert_view_equal(a.user, user);
	assert_int_equal(a.workstation.n, 16);
	assert_int_equal(a.session_key.n, 16);
	assert_int_equal(a.session_key.p[15], 0x3e);
	view_free(msg);
	view_free(user);
}

static void every_truncation_is_refused(void **state)
{
	struct view challenge = view_of_hex(challenge_hex);
	struct view authenticate = view_of_hex(authenticate_hex);
	struct ntlm_challenge c;
	struct ntlm_authenticate a;
	struct ntlm_negotiate n;

	(void)state;
	for (size_t i = 0; i < challenge.n; i++) {
		struct view cut = view_dup(view_of(challenge.p, i));

		assert_int_not_equal(ntlm_challenge_decode(&c, cut), NS_OK);
		view_free(cut);
	}
	for (size_t i = 0; i < authenticate.n; i++) {
		struct view cut = view_dup(view_of(authenticate.p, i));

		assert_int_not_equal(ntlm_authenticate_decode(&a, cut), NS_OK);
		view_free(cut);
	}
	for (size_t i = 0; i < 16; i++) {
		struct view cut = view_dup(view_of("NTLMSSP\0\1\0\0\0\1\2\3\4", i));

		assert_int_not_equal(ntlm_negotiate_decode(&n, cut), NS_OK);
		view_free(cut);
	}
	view_free(challenge);
	view_free(authenticate);
}

/* Each length and offset in turn, the first bytes included. */
static void bad_fields_are_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t bytes[4];
		size_t n;
	} rows[] = {
		{0, {'M'}, 1},                     /* Signature */
		{8, {2}, 1},                       /* MessageType */
		{12, {0xff, 0xff}, 2},             /* LM: longer than the message */
		{16, {0, 0, 0, 0}, 4},             /* LM: in the fixed part */
		{16, {63, 0, 0, 0}, 4},            /* LM: one byte into it */
		{24, {0xff, 0xff, 0xff, 0xff}, 4}, /* NT: far outside */
		{24, {0x85, 0, 0, 0}, 4},          /* NT: still inside; see below */
		{56, {0xd9, 0, 0, 0}, 4},          /* session key: one byte too far */
	};
	struct ntlm_authenticate a;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct view msg = view_of_hex(authenticate_hex);
		uint8_t *p = (uint8_t *)(uintptr_t)msg.p;

		memcpy(p + rows[i].at, rows[i].bytes, rows[i].n);
		assert_int_equal(ntlm_authenticate_decode(&a, msg) == NS_OK,
				 rows[i].bytes[0] == 0x85);
		view_free(msg);
	}
}

static void too_long_a_message_is_refused(void **state)
{
	struct buf b;
	struct ntlm_negotiate n = {.flags = 1};

	(void)state;
	buf_init(&b, 2 * NTLM_MESSAGE_MAX);
	assert_int_equal(ntlm_negotiate_encode(&b, &n), NS_OK);
	assert_int_equal(buf_append_zero(&b, NTLM_MESSAGE_MAX), NS_OK);
	assert_int_equal(ntlm_negotiate_decode(&n, buf_view(&b)), NS_ELIMIT);
	buf_release(&b);
}

static void negotiate_survives_a_round_trip(void **state)
{
	struct ntlm_negotiate in = {.flags = 0x62088215}, out;
	struct buf b;

	(void)state;
	buf_init(&b, 64);
	assert_int_equal(ntlm_negotiate_encode(&b, &in), NS_OK);
	assert_int_equal(b.n, 40);
	assert_int_equal(ntlm_negotiate_decode(&out, buf_view(&b)), NS_OK);
	assert_int_equal(out.flags, in.flags);
	buf_release(&b);
}

static void challenge_survives_a_round_trip(void **state)
{
	struct view msg = view_of_hex(challenge_hex);
	struct ntlm_challenge in, out;
	struct buf b;

	(void)state;
	buf_init(&b, 256);
	assert_int_equal(ntlm_challenge_decode(&in, msg), NS_OK);
	assert_int_equal(ntlm_challenge_encode(&b, &in), NS_OK);
	/* All but the Version is as in the specification. */
	assert_int_equal(b.n, msg.n);
	assert_memory_equal(b.p, msg.p, 48);
	assert_memory_equal(b.p + 56, msg.p + 56, msg.n - 56);
	assert_int_equal(ntlm_challenge_decode(&out, buf_view(&b)), NS_OK);
	assert_int_equal(out.flags, in.flags);
	assert_view_equal(out.target_name, in.target_name);
	assert_view_equal(out.target_info, in.target_info);
	buf_release(&b);
	view_free(msg);
}

static void authenticate_survives_a_round_trip(void **state)
{
	struct view msg = view_of_hex(authenticate_hex);
	struct ntlm_authenticate in, out;
	struct buf b;

	(void)state;
	buf_init(&b, 512);
	assert_int_equal(ntlm_authenticate_decode(&in, msg), NS_OK);
	memset(in.mic, 0x7e, sizeof(in.mic));
	assert_int_equal(ntlm_authenticate_encode(&b, &in), NS_OK);
	assert_int_equal(b.n, msg.n + NTLM_MIC_LEN);
	assert_int_equal(ntlm_authenticate_decode(&out, buf_view(&b)), NS_OK);
	assert_true(out.has_mic);
	assert_memory_equal(out.mic, in.mic, sizeof(in.mic));
	assert_memory_equal(b.p + NTLM_MIC_AT, in.mic, sizeof(in.mic));
	assert_view_equal(out.lm_response, in.lm_response);
	assert_view_equal(out.nt_response, in.nt_response);
	assert_view_equal(out.domain, in.domain);
	assert_view_equal(out.user, in.user);
	assert_view_equal(out.workstation, in.workstation);
	assert_view_equal(out.session_key, in.session_key);
	assert_int_equal(out.flags, in.flags);
	buf_release(&b);
	view_free(msg);
}

/* Names not wanted or not supplied: their fields MUST be ignored. */
static void fields_without_their_flag_are_ignored(void **state)
{
	struct view msg = view_of_hex(challenge_hex);
	uint8_t *p = (uint8_t *)(uintptr_t)msg.p;
	struct ntlm_challenge c;

	(void)state;
	p[16] = 0xff; /* TargetNameBufferOffset: far outside */
	assert_int_equal(ntlm_challenge_decode(&c, msg), NS_EFORMAT);
	p[22] &= 0xfc; /* neither REQUEST_TARGET nor a type of target */
	assert_int_equal(ntlm_challenge_decode(&c, msg), NS_OK);
	assert_int_equal(c.target_name.n, 0);
	view_free(msg);
}

static void bad_pairs_are_refused(void **state)
{
	static const char *const rows[] = {
		"",                            /* no end */
		"02000000",                    /* no end */
		"0200",                        /* half a pair */
		"02000400aabb",                /* longer than the list */
		"0600030001020300000000",      /* flags of three bytes */
		"060005000102030405 00000000", /* and of five */
		"070004000102030400000000",    /* time of four */
		"0600000000000000",            /* flags of none */
	};
	struct ntlm_av_pairs av;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct view list = view_of_hex(rows[i]);

		assert_int_not_equal(ntlm_av_decode(&av, list), NS_OK);
		view_free(list);
	}
}

static void pairs_are_decoded(void **state)
{
	struct view list = view_of_hex("ff000200abcd"      /* unknown: skipped */
				       "060004000300 0000" /* flags */
				       "060004000000 0000" /* again: the first counts */
				       "07000800efcdab8967452301"
				       "00000000"
				       "deadbeef"); /* behind the end */
	struct ntlm_av_pairs av;

	(void)state;
	assert_int_equal(ntlm_av_decode(&av, list), NS_OK);
	assert_int_equal(av.flags, 3);
	assert_true(av.timestamp == UINT64_C(0x0123456789abcdef));
	assert_false(av.present[NTLM_AV_NB_DOMAIN]);
	view_free(list);
}

/* The server's pairs go back; those the client decides itself do not. */
static void the_answer_announces_a_mic(void **state)
{
	struct view list = view_of_hex("02000200 4400"
				       "06000400 01000000"
				       "09000200 7800"
				       "0a000100 ff"
				       "00000000");
	struct view want = view_of_hex("02000200 4400"
				       "06000400 03000000"
				       "0a001000 00000000000000000000000000000000"
				       "09000400 63006900"
				       "00000000");
	struct view service = view_of_hex("63006900");
	struct buf out;

	(void)state;
	buf_init(&out, 256);
	assert_int_equal(ntlm_av_answer(&out, list, service), NS_OK);
	assert_view_equal(buf_view(&out), want);
	assert_int_equal(ntlm_av_answer(&out, view_of(list.p, list.n - 1), service),
			 NS_ETRUNC);
	buf_release(&out);
	view_free(list);
	view_free(want);
	view_free(service);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(challenge_is_decoded),
		cmocka_unit_test(authenticate_is_decoded),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(bad_fields_are_refused),
		cmocka_unit_test(too_long_a_message_is_refused),
		cmocka_unit_test(negotiate_survives_a_round_trip),
		cmocka_unit_test(challenge_survives_a_round_trip),
		cmocka_unit_test(authenticate_survives_a_round_trip),
		cmocka_unit_test(fields_without_their_flag_are_ignored),
		cmocka_unit_test(bad_pairs_are_refused),
		cmocka_unit_test(pairs_are_decoded),
		cmocka_unit_test(the_answer_announces_a_mic),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

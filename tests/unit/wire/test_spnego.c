/* SPDX-License-Identifier: MIT */
#include "wire/spnego.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"
#include "wire/der.h"

CODEC_BEHIND(0, spnego_init);
CODEC_BEHIND(0, spnego_resp);

#define OID_SPNEGO  "0606 2b0601050502"
#define OID_KRB5    "0609 2a864886f712010202"
#define OID_MS_KRB5 "0609 2a864882f712010202"
#define OID_NTLMSSP "060a 2b06010401823702020a"
#define OID_NEGOEX  "060a 2b06010401823702021e"
#define HINT        "6e6f745f646566696e65645f696e5f5246433431373840706c656173655f69676e6f7265"

/* The example of [MS-SPNG] 4: NEGOEX and NTLM, with a token of NEGOEX and a hint. */
static const char windows_hint[] =
	"6082015d06062b0601050502a08201513082014da01a3018060a2b0601040182"
	"3702021e060a2b06010401823702020aa28201010481fe4e45474f4558545301"
	"000000000000006000000070000000cffa11765e12599a347d766852bfce7097"
	"458710bb8242b4c7dfbad2da897aa311a7d868463430952562dc13c554f20100"
	"00000000000000600000000100000000000000000000005c33530deaf90d4db2"
	"ec4ae3786ec3084e45474f455854530300000001000000400000008e000000cf"
	"fa11765e12599a347d766852bfce705c33530deaf90d4db2ec4ae3786ec30840"
	"0000004e000000304ca04a3048302a80283026312430220603550403131b584d"
	"4c50726f766964657220496e7465726d656469617465204341301a8018301631"
	"1430120603550403130b584d4c50726f7669646572a32a3028a0261b246e6f74"
	"5f646566696e65645f696e5f5246433431373840706c656173655f69676e6f72"
	"65";

/* What smbd 4.17 puts into its NEGOTIATE response when it takes NTLM only. */
static const char samba_hint[] = "60 48" OID_SPNEGO  /* the GSS-API frame */
				 "a0 3e 30 3c"       /* NegTokenInit2 */
				 "a0 0e 30 0c"       /* mechTypes */
	OID_NTLMSSP                                  /* */
				 "a3 2a 30 28"       /* negHints */
				 "a0 26 1b 24" HINT; /* hintName */

/* What a client opens with. */
static const char ntlm_init[] = "60 28" OID_SPNEGO  /* the GSS-API frame */
				"a0 1e 30 1c"       /* NegTokenInit */
				"a0 0e 30 0c"       /* mechTypes */
	OID_NTLMSSP                                 /* */
				"a2 0a 04 08"       /* mechToken */
				"4e544c4d53535000"; /* "NTLMSSP" */

/* Three mechanisms, a token, a MIC as RFC 4178 places it. */
static const char full_init[] = "60 42" OID_SPNEGO      /* the GSS-API frame */
				"a0 38 30 36"           /* NegTokenInit */
				"a0 24 30 22"           /* mechTypes */
	OID_KRB5 OID_MS_KRB5 OID_NTLMSSP                /* */
				"a2 06 04 04 61626364"  /* mechToken "abcd" */
				"a3 06 04 04 65666768"; /* mechListMIC "efgh" */

/* With a hint the MIC has the number that [MS-SPNG] 2.2.1 gives it. */
static const char hint_and_mic[] = "60 2a" OID_SPNEGO           /* the GSS-API frame */
				   "a0 20 30 1e"                /* NegTokenInit2 */
				   "a0 0d 30 0b" OID_KRB5       /* mechTypes */
				   "a3 07 30 05 a0 03 1b 01 78" /* negHints "x" */
				   "a4 04 04 02 6566";          /* mechListMIC "ef" */

static const char full_resp[] = "a1 21 30 1f"       /* NegTokenResp */
				"a0 03 0a 01 01"    /* negState: incomplete */
				"a1 0c" OID_NTLMSSP /* supportedMech */
				"a2 04 04 02 6162"  /* responseToken "ab" */
				"a3 04 04 02 6364"; /* mechListMIC "cd" */

static const char completed[] = "a1 07 30 05 a0 03 0a 01 00";

static void the_example_of_the_document_is_decoded(void **state)
{
	struct view token = view_of_hex(windows_hint);
	struct view list = view_of_hex("30 18" OID_NEGOEX OID_NTLMSSP);
	struct spnego_init init;

	(void)state;
	assert_int_equal(spnego_init_decode(&init, token), NS_OK);
	assert_int_equal(init.mech_count, 2);
	assert_int_equal(init.mechs[0], SPNEGO_MECH_OTHER);
	assert_int_equal(init.mechs[1], SPNEGO_MECH_NTLMSSP);
	assert_view_equal(init.mech_list, list);
	assert_int_equal(init.mech_token.n, 254);
	assert_memory_equal(init.mech_token.p, "NEGOEXTS", 8);
	assert_view_equal(init.hint_name, SPNEGO_HINT);
	assert_int_equal(init.mic.n, 0);
	view_free(list);
	view_free(token);
}

static void every_field_of_an_init_is_decoded(void **state)
{
	struct view token = view_of_hex(full_init);
	struct view list = view_of_hex("30 22" OID_KRB5 OID_MS_KRB5 OID_NTLMSSP);
	struct spnego_init init;

	(void)state;
	assert_int_equal(spnego_init_decode(&init, token), NS_OK);
	assert_int_equal(init.mech_count, 3);
	assert_int_equal(init.mechs[0], SPNEGO_MECH_KRB5);
	assert_int_equal(init.mechs[1], SPNEGO_MECH_MS_KRB5);
	assert_int_equal(init.mechs[2], SPNEGO_MECH_NTLMSSP);
	assert_view_equal(init.mech_list, list);
	assert_view_equal(init.mech_token, VIEW_LITERAL("abcd"));
	assert_view_equal(init.mic, VIEW_LITERAL("efgh"));
	assert_int_equal(init.hint_name.n, 0);
	view_free(list);
	view_free(token);
}

static void a_mic_may_stand_behind_a_hint(void **state)
{
	struct view token = view_of_hex(hint_and_mic);
	struct spnego_init init;

	(void)state;
	assert_int_equal(spnego_init_decode(&init, token), NS_OK);
	assert_view_equal(init.hint_name, VIEW_LITERAL("x"));
	assert_view_equal(init.mic, VIEW_LITERAL("ef"));
	view_free(token);
}

static void every_field_of_a_resp_is_decoded(void **state)
{
	struct view token = view_of_hex(full_resp);
	struct spnego_resp resp;

	(void)state;
	assert_int_equal(spnego_resp_decode(&resp, token), NS_OK);
	assert_int_equal(resp.state, SPNEGO_ACCEPT_INCOMPLETE);
	assert_int_equal(resp.mech, SPNEGO_MECH_NTLMSSP);
	assert_view_equal(resp.response_token, VIEW_LITERAL("ab"));
	assert_view_equal(resp.mic, VIEW_LITERAL("cd"));
	view_free(token);
}

static void absent_fields_are_told(void **state)
{
	struct view empty = view_of_hex("a1 02 30 00");
	struct view done = view_of_hex(completed);
	struct spnego_resp resp;

	(void)state;
	assert_int_equal(spnego_resp_decode(&resp, empty), NS_OK);
	assert_int_equal(resp.state, SPNEGO_STATE_NONE);
	assert_int_equal(resp.mech, SPNEGO_MECH_NONE);
	assert_int_equal(resp.response_token.n, 0);
	assert_int_equal(spnego_resp_decode(&resp, done), NS_OK);
	assert_int_equal(resp.state, SPNEGO_ACCEPT_COMPLETED);
	assert_int_equal(resp.mech, SPNEGO_MECH_NONE);
	view_free(empty);
	view_free(done);
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	codec_refuses_truncations(&spnego_init_codec, windows_hint);
	codec_refuses_truncations(&spnego_init_codec, samba_hint);
	codec_refuses_truncations(&spnego_init_codec, ntlm_init);
	codec_refuses_truncations(&spnego_init_codec, full_init);
	codec_refuses_truncations(&spnego_init_codec, hint_and_mic);
	codec_refuses_truncations(&spnego_resp_codec, full_resp);
}

static void encoding_is_the_inverse(void **state)
{
	(void)state;
	codec_is_its_own_inverse(&spnego_init_codec, samba_hint);
	codec_is_its_own_inverse(&spnego_init_codec, ntlm_init);
	codec_is_its_own_inverse(&spnego_init_codec, full_init);
	codec_is_its_own_inverse(&spnego_init_codec, hint_and_mic);
	codec_is_its_own_inverse(&spnego_resp_codec, full_resp);
	codec_is_its_own_inverse(&spnego_resp_codec, completed);
	codec_is_its_own_inverse(&spnego_resp_codec, "a1 02 30 00");
}

struct row {
	const char *what;
	const char *hex;
	enum ns_err want;
};

static void unusual_inits_are_judged(void **state)
{
	static const struct row rows[] = {
		{"no frame", "a011300fa00d300b06092a864886f712010202", NS_OK},
		{"reqFlags", "a0173015a00d300b06092a864886f712010202a1040302017e", NS_OK},
		{"a field of the future",
		 "a0163014a00d300b06092a864886f712010202a503040178", NS_OK},
		{"hintAddress",
		 "a01f301da00d300b06092a864886f712010202a30c300aa0031b0178a103040179",
		 NS_OK},
		{"negHints of nothing", "a0153013a00d300b06092a864886f712010202a3023000",
		 NS_OK},
		{"an empty mechToken", "a0153013a00d300b06092a864886f712010202a2020400",
		 NS_OK},
		{"no mechTypes", "a0073005a203040178", NS_EFORMAT},
		{"empty mechTypes", "a0063004a0023000", NS_EFORMAT},
		{"nothing in it", "a0023000", NS_ETRUNC},
		{"mechTypes of strings", "a0093007a0053003040178", NS_EFORMAT},
		{"two lists",
		 "a01e301ca01a300b06092a864886f712010202300b06092a864886f712010202",
		 NS_EFORMAT},
		{"mechToken of another type",
		 "a0163014a00d300b06092a864886f712010202a203030178", NS_EFORMAT},
		{"two mechTokens in one",
		 "a0193017a00d300b06092a864886f712010202a206040178040179", NS_EFORMAT},
		{"a set for a sequence", "a011310fa00d300b06092a864886f712010202",
		 NS_EFORMAT},
		{"a resp", "a111300fa00d300b06092a864886f712010202", NS_EFORMAT},
		{"behind the sequence", "a013300fa00d300b06092a864886f7120102020500",
		 NS_EFORMAT},
		{"behind the token", "a011300fa00d300b06092a864886f71201020200",
		 NS_EFORMAT},
		{"behind the frame",
		 "601b06062b0601050502a011300fa00d300b06092a864886f71201020200",
		 NS_EFORMAT},
		{"a frame of Kerberos",
		 "601e06092a864886f712010202a011300fa00d300b06092a864886f712010202",
		 NS_EFORMAT},
		{"a frame without an OID", "6013a011300fa00d300b06092a864886f712010202",
		 NS_EFORMAT},
		{"nothing in the frame", "600806062b0601050502", NS_ETRUNC},
		{"behind the token in the frame",
		 "601d06062b0601050502a011300fa00d300b06092a864886f7120102020500",
		 NS_EFORMAT},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct view token = view_of_hex(rows[i].hex);
		struct spnego_init init;
		enum ns_err err = spnego_init_decode(&init, token);

		if (err != rows[i].want)
			fail_msg("%s: %s", rows[i].what, ns_err_name(err));
		view_free(token);
	}
}

static void unusual_resps_are_judged(void **state)
{
	static const struct row rows[] = {
		{"a mechanism we do not know", "a110300ea10c060a2b06010401823702021e",
		 NS_OK},
		{"request-mic", "a1073005a0030a0103", NS_OK},
		{"a field of the future", "a1073005a403040178", NS_OK},
		{"a state of the future", "a1073005a0030a0104", NS_EFORMAT},
		{"a state of two bytes", "a1083006a0040a020001", NS_EFORMAT},
		{"a state of none", "a1063004a0020a00", NS_EFORMAT},
		{"a boolean for a state", "a1073005a003010100", NS_EFORMAT},
		{"a string for a mechanism", "a10f300da10b04092a864886f712010202",
		 NS_EFORMAT},
		{"fields out of order", "a10c300aa203040178a0030a0100", NS_OK},
		{"an init", "a011300fa00d300b06092a864886f712010202", NS_EFORMAT},
		{"behind the token", "a102300000", NS_EFORMAT},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct view token = view_of_hex(rows[i].hex);
		struct spnego_resp resp;
		enum ns_err err = spnego_resp_decode(&resp, token);

		if (err != rows[i].want)
			fail_msg("%s: %s", rows[i].what, ns_err_name(err));
		view_free(token);
	}
}

static void a_list_has_a_limit(void **state)
{
	struct spnego_init init = {.mech_count = SPNEGO_MECHS_MAX}, got;
	struct wire_writer w;
	struct view longer;
	struct buf b;

	(void)state;
	for (size_t i = 0; i < SPNEGO_MECHS_MAX; i++)
		init.mechs[i] = SPNEGO_MECH_KRB5;
	buf_init(&b, 1024);
	w = wire_writer_at_end(&b);
	spnego_init_encode(&w, &init);
	assert_int_equal(wire_put_status(&w), NS_OK);
	assert_int_equal(spnego_init_decode(&got, buf_view(&b)), NS_OK);
	assert_int_equal(got.mech_count, SPNEGO_MECHS_MAX);
	buf_clear(&b);

	/* One more: NegTokenInit, SEQUENCE, mechTypes, SEQUENCE, then the OIDs. */
	w = wire_writer_at_end(&b);
	for (size_t i = 0; i <= SPNEGO_MECHS_MAX; i++)
		der_put(&w, DER_OID, spnego_mech_oid(SPNEGO_MECH_KRB5));
	longer = view_dup(buf_view(&b));
	buf_clear(&b);
	w = wire_writer_at_end(&b);
	der_put_head(&w, DER_CONTEXT(0u), der_size(der_size(der_size(longer.n))));
	der_put_head(&w, DER_SEQUENCE, der_size(der_size(longer.n)));
	der_put_head(&w, DER_CONTEXT(0u), der_size(longer.n));
	der_put(&w, DER_SEQUENCE, longer);
	assert_int_equal(wire_put_status(&w), NS_OK);
	assert_int_equal(spnego_init_decode(&got, buf_view(&b)), NS_ELIMIT);
	view_free(longer);
	buf_release(&b);
}

static void the_list_of_a_mic_is_the_one_sent(void **state)
{
	static const enum spnego_mech mechs[] = {SPNEGO_MECH_KRB5, SPNEGO_MECH_MS_KRB5,
						 SPNEGO_MECH_NTLMSSP};
	struct view token = view_of_hex(full_init);
	struct spnego_init init;
	struct wire_writer w;
	struct buf b;

	(void)state;
	assert_int_equal(spnego_init_decode(&init, token), NS_OK);
	buf_init(&b, 64);
	w = wire_writer_at_end(&b);
	spnego_mech_list_encode(&w, mechs, COUNT(mechs));
	assert_int_equal(wire_put_status(&w), NS_OK);
	assert_view_equal(buf_view(&b), init.mech_list);
	buf_release(&b);
	view_free(token);
}

static void what_has_no_oid_cannot_be_written(void **state)
{
	const struct spnego_init init = {.mechs = {SPNEGO_MECH_OTHER}, .mech_count = 1};
	const struct spnego_resp resp = {.mech = SPNEGO_MECH_OTHER};
	struct wire_writer w;
	struct buf b;

	(void)state;
	buf_init(&b, 64);
	w = wire_writer_at_end(&b);
	spnego_init_encode(&w, &init);
	assert_int_equal(wire_put_status(&w), NS_EINVAL);
	w = wire_writer_at_end(&b);
	spnego_resp_encode(&w, &resp);
	assert_int_equal(wire_put_status(&w), NS_EINVAL);
	buf_release(&b);
}

static void mechanisms_are_their_oids(void **state)
{
	static const enum spnego_mech known[] = {SPNEGO_MECH_KRB5, SPNEGO_MECH_MS_KRB5,
						 SPNEGO_MECH_NTLMSSP, SPNEGO_MECH_SPNEGO};

	(void)state;
	for (size_t i = 0; i < COUNT(known); i++)
		assert_int_equal(spnego_mech_of(spnego_mech_oid(known[i])), known[i]);
	assert_int_equal(spnego_mech_oid(SPNEGO_MECH_NONE).n, 0);
	assert_int_equal(spnego_mech_oid(SPNEGO_MECH_OTHER).n, 0);
	assert_int_equal(spnego_mech_of((struct view){0}), SPNEGO_MECH_OTHER);
	assert_int_equal(spnego_mech_of(VIEW_LITERAL("\x2b\x06")), SPNEGO_MECH_OTHER);
}

static void a_frame_is_written_as_it_is_read(void **state)
{
	enum spnego_mech mech;
	struct wire_writer w;
	struct view inner;
	struct buf b;

	(void)state;
	buf_init(&b, 64);
	w = wire_writer_at_end(&b);
	gss_frame_put(&w, SPNEGO_MECH_KRB5, 5);
	wire_put_bytes(&w, VIEW_LITERAL("hello"));
	assert_int_equal(wire_put_status(&w), NS_OK);
	assert_int_equal(gss_frame_decode(&mech, &inner, buf_view(&b)), NS_OK);
	assert_int_equal(mech, SPNEGO_MECH_KRB5);
	assert_view_equal(inner, VIEW_LITERAL("hello"));
	for (size_t n = 0; n < b.n; n++) {
		struct view cut = view_dup(view_of(b.p, n));

		assert_int_not_equal(gss_frame_decode(&mech, &inner, cut), NS_OK);
		view_free(cut);
	}
	buf_release(&b);
}

static void tokens_are_told_by_their_beginning(void **state)
{
	(void)state;
	assert_int_equal(spnego_kind(VIEW_LITERAL("\x60\x48")), SPNEGO_KIND_INIT);
	assert_int_equal(spnego_kind(VIEW_LITERAL("\xa0\x48")), SPNEGO_KIND_INIT);
	assert_int_equal(spnego_kind(VIEW_LITERAL("\xa1\x07")), SPNEGO_KIND_RESP);
	assert_int_equal(spnego_kind(VIEW_LITERAL("NTLMSSP\0\1")), SPNEGO_KIND_RAW_NTLMSSP);
	assert_int_equal(spnego_kind(VIEW_LITERAL("NTLMSSP")), SPNEGO_KIND_UNKNOWN);
	assert_int_equal(spnego_kind((struct view){0}), SPNEGO_KIND_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_of_the_document_is_decoded),
		cmocka_unit_test(every_field_of_an_init_is_decoded),
		cmocka_unit_test(a_mic_may_stand_behind_a_hint),
		cmocka_unit_test(every_field_of_a_resp_is_decoded),
		cmocka_unit_test(absent_fields_are_told),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(encoding_is_the_inverse),
		cmocka_unit_test(unusual_inits_are_judged),
		cmocka_unit_test(unusual_resps_are_judged),
		cmocka_unit_test(a_list_has_a_limit),
		cmocka_unit_test(the_list_of_a_mic_is_the_one_sent),
		cmocka_unit_test(what_has_no_oid_cannot_be_written),
		cmocka_unit_test(mechanisms_are_their_oids),
		cmocka_unit_test(a_frame_is_written_as_it_is_read),
		cmocka_unit_test(tokens_are_told_by_their_beginning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "client/netbios.h"
#include "lib/hex.h"

#define ID 0x1234

/* RFC 1001 14.1: F=46 -> "EG", R=52 -> "FC", E=45 -> "EF", D=44 -> "EE", blank -> "CA". */
#define FRED                                                                               \
	"20"                                           /* one label of 32 */               \
	"4547"                                         /* F */                             \
	"4643"                                         /* R */                             \
	"4546"                                         /* E */                             \
	"4545"                                         /* D */                             \
	"43414341434143414341434143414341434143414341" /* eleven blanks */                 \
	"4341"                                         /* suffix 0x20 */                   \
	"00"                                           /* no scope */

static const char query[] = "1234"         /* NAME_TRN_ID */
			    "0100"         /* query, RD */
			    "0001"         /* QDCOUNT */
			    "000000000000" /* ANCOUNT, NSCOUNT, ARCOUNT */
	FRED "0020"                        /* QUESTION_TYPE NB */
			    "0001";        /* QUESTION_CLASS IN */

static const char positive[] = "1234"                 /* NAME_TRN_ID */
			       "8500"                 /* response, AA, RD */
			       "0000"                 /* QDCOUNT */
			       "0001"                 /* ANCOUNT */
			       "00000000" FRED "0020" /* RR_TYPE NB */
			       "0001"                 /* RR_CLASS IN */
			       "000493e0"             /* TTL 300,000 s */
			       "000c"                 /* RDLENGTH */
			       "0000c0000207"         /* unique, B node, 192.0.2.7 */
			       "6000c6336408";        /* unique, H node, 198.51.100.8 */

static const char negative[] = "1234" /* NAME_TRN_ID */
			       "8583" /* response, AA, RD, RA, RCODE 3 */
			       "0000"
			       "0001"                 /* ANCOUNT */
			       "00000000" FRED "000a" /* RR_TYPE NULL */
			       "0001"
			       "00000000" /* TTL */
			       "0000";    /* RDLENGTH */

/* As some answer: the question again, and a pointer to its name. */
static const char with_question[] = "1234"
				    "8500"
				    "0001" /* QDCOUNT */
				    "0001"
				    "00000000" FRED "0020"
				    "0001"
				    "c00c" /* the name at 12 */
				    "0020"
				    "0001"
				    "00000000"
				    "0006"
				    "0000c0000207";

static enum ns_err decode(struct netbios_answer *answer, const char *hex)
{
	struct view packet = view_of_hex(hex);
	enum ns_err err = netbios_answer_decode(answer, packet, ID, "fred");

	view_free(packet);
	return err;
}

static void the_query_is_as_the_rfc_has_it(void **state)
{
	struct view want = view_of_hex(query);
	struct buf out;

	(void)state;
	buf_init(&out, NETBIOS_PACKET_MAX);
	assert_int_equal(netbios_query_encode(&out, ID, "Fred", false), NS_OK);
	assert_view_equal(buf_view(&out), want);
	buf_clear(&out);
	assert_int_equal(netbios_query_encode(&out, ID, "fred", true), NS_OK);
	assert_int_equal(out.p[3], 0x10); /* B */
	assert_int_equal(netbios_query_encode(&out, ID, "sixteen_letters_", true),
			 NS_EINVAL);
	buf_release(&out);
	view_free(want);
}

static void a_positive_answer_gives_addresses(void **state)
{
	struct netbios_answer answer;

	(void)state;
	assert_int_equal(decode(&answer, positive), NS_OK);
	assert_true(answer.positive);
	assert_int_equal(answer.n, 2);
	assert_memory_equal(answer.address[0], "\xc0\x00\x02\x07", 4);
	assert_memory_equal(answer.address[1], "\xc6\x33\x64\x08", 4);
	assert_int_equal(decode(&answer, with_question), NS_OK);
	assert_int_equal(answer.n, 1);
	assert_memory_equal(answer.address[0], "\xc0\x00\x02\x07", 4);
}

static void a_negative_answer_says_no(void **state)
{
	struct netbios_answer answer;

	(void)state;
	assert_int_equal(decode(&answer, negative), NS_OK);
	assert_false(answer.positive);
	assert_int_equal(answer.n, 0);
	assert_int_equal(decode(&answer, "1234"
					 "8583"
					 "0000000000000000"),
			 NS_OK);
	assert_false(answer.positive);
}

static void every_truncation_is_refused(void **state)
{
	static const char *const whole[] = {positive, negative, with_question};

	(void)state;
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		struct view packet = view_of_hex(whole[i]);

		for (size_t n = 0; n < packet.n; n++) {
			struct view cut = view_dup(view_slice(packet, 0, n));
			struct netbios_answer answer;

			assert_int_not_equal(
				netbios_answer_decode(&answer, cut, ID, "fred"), NS_OK);
			assert_int_equal(answer.n, 0);
			view_free(cut);
		}
		view_free(packet);
	}
}

struct patch {
	size_t at;
	uint8_t byte;
	enum ns_err err;
	const char *what;
};

/* clang-format off */
static const struct patch patches[] = {
	{0,  0x13, NS_EUNEXPECTED, "another id"},
	{2,  0x05, NS_EUNEXPECTED, "a request"},
	{2,  0xad, NS_EUNEXPECTED, "a registration's answer"},
	{4,  0xff, NS_EFORMAT,     "65,280 questions"},
	{12, 0x1f, NS_EFORMAT,     "a shorter label"},
	{12, 0x3f, NS_EFORMAT,     "a longer label"},
	{12, 0xc0, NS_EFORMAT,     "a pointer, with no question to point at"},
	{14, 0x48, NS_EUNEXPECTED, "another name"},
	{44, 0x42, NS_EUNEXPECTED, "another suffix"},
	{45, 0x05, NS_EUNEXPECTED, "a scope"},
	{47, 0x21, NS_EUNEXPECTED, "a node status"},
	{49, 0x02, NS_EUNEXPECTED, "another class"},
	{55, 0x0b, NS_EFORMAT,     "half an address"},
	{55, 0x00, NS_EFORMAT,     "no address"},
	{54, 0xff, NS_EFORMAT,     "more than there is"},
};
/* clang-format on */

static void what_is_no_answer_to_us_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(patches) / sizeof(patches[0]); i++) {
		struct view packet = view_of_hex(positive);
		struct buf bytes;
		struct view exact;
		struct netbios_answer answer;
		enum ns_err err;

		buf_init(&bytes, NETBIOS_PACKET_MAX);
		assert_int_equal(buf_append(&bytes, packet), NS_OK);
		bytes.p[patches[i].at] = patches[i].byte;
		exact = view_dup(buf_view(&bytes));
		err = netbios_answer_decode(&answer, exact, ID, "FRED");
		if (err != patches[i].err)
			fail_msg("%s: %s", patches[i].what, ns_err_name(err));
		view_free(exact);
		view_free(packet);
		buf_release(&bytes);
	}
}

static void groups_are_no_servers_and_eight_are_enough(void **state)
{
	static const char head[] = "1234850000000001"
				   "00000000" FRED "0020"
				   "0001"
				   "00000000";
	static const char group[] = "0006"
				    "8000ffffffff";
	char hex[1024];
	struct netbios_answer answer;
	int n;

	(void)state;
	snprintf(hex, sizeof(hex), "%s%s", head, group);
	assert_int_equal(decode(&answer, hex), NS_EUNEXPECTED);
	n = snprintf(hex, sizeof(hex), "%s%04x", head, 10 * 6);
	for (int i = 0; i < 10; i++)
		n += snprintf(hex + n, sizeof(hex) - (size_t)n, "0000c00002%02x", i);
	assert_int_equal(decode(&answer, hex), NS_OK);
	assert_int_equal(answer.n, NETBIOS_ADDRESSES_MAX);
	assert_int_equal(answer.address[7][3], 7);
}

static void names_that_netbios_cannot_know(void **state)
{
	(void)state;
	assert_true(netbios_name_valid("A"));
	assert_true(netbios_name_valid("FIFTEEN-LETTERS"));
	assert_false(netbios_name_valid(""));
	assert_false(netbios_name_valid("SIXTEEN--LETTERS"));
	assert_false(netbios_name_valid("host.example"));
	assert_false(netbios_name_valid("h st"));
	assert_false(netbios_name_valid("h\xc3\xbcst"));
	assert_false(netbios_name_valid("*"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_query_is_as_the_rfc_has_it),
		cmocka_unit_test(a_positive_answer_gives_addresses),
		cmocka_unit_test(a_negative_answer_says_no),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(what_is_no_answer_to_us_is_refused),
		cmocka_unit_test(groups_are_no_servers_and_eight_are_enough),
		cmocka_unit_test(names_that_netbios_cannot_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

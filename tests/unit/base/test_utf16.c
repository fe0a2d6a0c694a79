/* SPDX-License-Identifier: MIT */
#include "base/utf16.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "lib/hex.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

typedef enum ns_err convert(struct buf *out, struct view in);

/* Both sides are hex; the input lies in a block of its own size. */
static void assert_converts(convert *f, const char *in, const char *want)
{
	struct view from = view_of_hex(in), to = view_of_hex(want);
	struct buf out;

	buf_init(&out, 1000);
	assert_int_equal(buf_append(&out, VIEW_LITERAL(">")), NS_OK);
	assert_int_equal(f(&out, from), NS_OK);
	assert_int_equal(out.p[0], '>');
	assert_view_equal(view_slice(buf_view(&out), 1, SIZE_MAX), to);
	buf_release(&out);
	view_free(to);
	view_free(from);
}

static void assert_refused(convert *f, const char *in)
{
	struct view from = view_of_hex(in);
	struct buf out;

	buf_init(&out, 1000);
	assert_int_equal(buf_append(&out, VIEW_LITERAL("kept")), NS_OK);
	assert_int_equal(f(&out, from), NS_EFORMAT);
	assert_view_equal(buf_view(&out), VIEW_LITERAL("kept"));
	buf_release(&out);
	view_free(from);
}

static const struct {
	const char *utf8, *utf16;
} good[] = {
	{"", ""},
	{"00", "0000"},
	{"41", "4100"},
	{"7f", "7f00"},
	{"c280", "8000"},         /* the first of two bytes */
	{"dfbf", "ff07"},         /* the last */
	{"e0a080", "0008"},       /* the first of three */
	{"ed9fbf", "ffd7"},       /* the last before the surrogates */
	{"ee8080", "00e0"},       /* the first behind them */
	{"efbfbf", "ffff"},       /* the last of three */
	{"f0908080", "00d800dc"}, /* the first of four */
	{"f48fbfbf", "ffdbffdf"}, /* U+10FFFF */
	{"efbbbf41", "fffe4100"}, /* a byte order mark is a character like any */
	{"d09bd0b5d0bdd0b0", "1b0435043d043004"},
	{"61f09f988062", "61003dd800de6200"},
};

static void good_text_converts_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_converts(utf16_from_utf8, good[i].utf8, good[i].utf16);
		assert_converts(utf8_from_utf16, good[i].utf16, good[i].utf8);
		assert_converts(utf8_from_utf16_lossy, good[i].utf16, good[i].utf8);
	}
}

static void bad_utf8_is_refused(void **state)
{
	static const char *const bad[] = {
		"80",           "bf",         "41bf",     "c3",     "c341",
		"e282",         "e28241",     "e2",       "f09f98", "f09f",
		"f0",           "f09f9841",   "c080",     "c1bf", /* overlong, two bytes */
		"e08080",       "e09fbf",                         /* overlong, three */
		"f0808080",     "f08fbfbf",                       /* overlong, four */
		"eda080",       "edafbf",     "edb080",   "edbfbf", /* surrogates */
		"eda0bdedb880",                           /* a pair of them, as CESU-8 */
		"f4908080",     "f5808080",   "f7bfbfbf", /* past U+10FFFF */
		"f8888080",     "fc84808080", "fe",       "ff",     "4100ff",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_refused(utf16_from_utf8, bad[i]);
		assert_refused(utf16_upper_from_utf8, bad[i]);
	}
}

static void bad_utf16_is_refused_or_replaced(void **state)
{
	static const struct {
		const char *utf16, *lossy;
	} bad[] = {
		{"41", "efbfbd"},                   /* half a unit */
		{"410042", "41efbfbd"},             /* and behind a whole one */
		{"00d8", "efbfbd"},                 /* high, then the end */
		{"00d800", "efbfbdefbfbd"},         /* high, then half a unit */
		{"00dc", "efbfbd"},                 /* low alone */
		{"00d84100", "efbfbd41"},           /* high before a letter */
		{"00dc00d8", "efbfbdefbfbd"},       /* the wrong way round */
		{"00d800d800dc", "efbfbdf0908080"}, /* high before a pair */
		{"00dc00dc", "efbfbdefbfbd"},       /* low before low */
		{"00d800e0", "efbfbdee8080"},       /* high before what follows the lows */
		{"ffdbffdb", "efbfbdefbfbd"},
		{"410000dc4200", "41efbfbd42"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_refused(utf8_from_utf16, bad[i].utf16);
		assert_converts(utf8_from_utf16_lossy, bad[i].utf16, bad[i].lossy);
	}
}

static void every_character_makes_the_round_trip(void **state)
{
	struct buf utf8, utf16;

	(void)state;
	buf_init(&utf8, 8);
	buf_init(&utf16, 8);
	for (uint32_t unit = 0; unit < 0x10000; unit++) {
		uint8_t le[2] = {(uint8_t)unit, (uint8_t)(unit >> 8)};
		bool surrogate = unit >= 0xd800 && unit < 0xe000;

		buf_clear(&utf8);
		buf_clear(&utf16);
		assert_int_equal(utf8_from_utf16(&utf8, view_of(le, 2)),
				 surrogate ? NS_EFORMAT : NS_OK);
		if (surrogate)
			continue;
		assert_int_equal(utf16_from_utf8(&utf16, buf_view(&utf8)), NS_OK);
		assert_view_equal(buf_view(&utf16), view_of(le, 2));
	}
	buf_release(&utf8);
	buf_release(&utf16);
}

static void room_is_needed_for_the_result_only(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 2);
	assert_int_equal(utf16_from_utf8(&out, VIEW_LITERAL("\xe2\x82\xac")), NS_OK);
	assert_int_equal(utf16_from_utf8(&out, VIEW_LITERAL("a")), NS_ELIMIT);
	assert_int_equal(out.n, 2);
	buf_release(&out);
	buf_init(&out, 3);
	assert_int_equal(utf8_from_utf16(&out, VIEW_LITERAL("\xac\x20")), NS_OK);
	assert_int_equal(utf8_from_utf16(&out, VIEW_LITERAL("a\0")), NS_ELIMIT);
	assert_int_equal(utf8_from_utf16_lossy(&out, VIEW_LITERAL("a\0")), NS_ELIMIT);
	assert_int_equal(out.n, 3);
	buf_release(&out);
}

static void upper_case_is_one_to_one_as_in_windows(void **state)
{
	static const struct {
		uint16_t lower, upper;
	} rows[] = {
		{'a', 'A'},       {'z', 'Z'},       {'A', 'A'},
		{'@', '@'},       {'[', '['},       {'`', '`'},
		{'{', '{'},       {'0', '0'},       {0x00e4, 0x00c4},
		{0x00f7, 0x00f7},                   /* a umlaut; the division sign */
		{0x00ff, 0x0178},                   /* y diaeresis leaves Latin-1 */
		{0x00df, 0x00df},                   /* sharp s has no single upper case */
		{0x0131, 0x0131}, {0x0130, 0x0130}, /* dotless i, dotted I */
		{0x00b5, 0x00b5}, {0x017f, 0x017f}, /* micro sign, long s */
		{0x03c3, 0x03a3}, {0x03c2, 0x03a3}, /* sigma, final sigma */
		{0x03ac, 0x0386}, {0x0390, 0x0390}, {0x043b, 0x041b},
		{0x0451, 0x0401},                   /* cyrillic el, io */
		{0x0561, 0x0531},                   /* armenian */
		{0x10d0, 0x10d0},                   /* georgian: upper case is newer */
		{0x1fb3, 0x1fbc}, {0x1f80, 0x1f88}, /* iota subscript */
		{0x01c6, 0x01c4}, {0x01c9, 0x01c7}, /* the dz and lj letters */
		{0x2170, 0x2160}, {0x24d0, 0x24b6}, /* roman numerals, circled letters */
		{0xff41, 0xff21},                   /* full width */
		{0xd800, 0xd800}, {0xdfff, 0xdfff}, {0xffff, 0xffff},
		{0, 0},           {0x4e00, 0x4e00}, {0xac00, 0xac00},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(utf16_upcase(rows[i].lower), rows[i].upper);
}

/* Applied twice it changes nothing more; apart from sigma no two letters meet in one. */
static void upper_case_is_a_fixed_point_and_injective(void **state)
{
	static uint16_t from[0x10000];
	unsigned mapped = 0;

	(void)state;
	for (uint32_t c = 1; c < 0x10000; c++) {
		uint16_t up = utf16_upcase((uint16_t)c);

		assert_int_equal(utf16_upcase(up), up);
		if (up == c)
			continue;
		mapped++;
		if (c != 0x03c2 && c != 0x03c3)
			assert_int_equal(from[up], 0);
		from[up] = (uint16_t)c;
	}
	assert_in_range(mapped, 600, 800);
}

static const struct {
	const char *a, *b;
	bool equal;
} names[] = {
	{"", "", true},
	{"bob", "BOB", true},
	{"bob", "bobb", false},
	{"bobb", "bob", false},
	{"bob", "", false},
	{"", "bob", false},
	{"M\xc3\xbcller", "m\xc3\x9cLLER", true},
	{"stra\xc3\x9f"
	 "e",
	 "STRASSE", false},
	{"stra\xc3\x9f"
	 "e",
	 "STRA\xc3\x9f"
	 "E",
	 true},
	{"f\xc4\xb1rat", "FIRAT", false},
	{"f\xc4\xb1rat", "F\xc4\xb1RAT", true},
	{"\xcf\x83\xce\xaf\xcf\x83\xcf\x85\xcf\x86\xce\xbf\xcf\x82",
	 "\xce\xa3\xce\x8a\xce\xa3\xce\xa5\xce\xa6\xce\x9f\xce\xa3", true},
	{"\xd0\xbb\xd0\xb5\xd0\xbd\xd0\xb0", "\xd0\x9b\xd0\x95\xd0\x9d\xd0\x90", true},
	{"\xf0\x9f\x98\x80x", "\xf0\x9f\x98\x80X", true},
	{"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x81", false},
	/* Deseret has cases, but above the BMP Windows folds nothing. */
	{"\xf0\x90\x90\xa8", "\xf0\x90\x90\x80", false},
	/* Not UTF-8: equal only byte by byte. */
	{"bob\xff", "bob\xff", true},
	{"bob\xff", "BOB\xff", false},
	{"bob\xff", "bob", false},
	{"\xff", "\xfe", false},
};

static void utf8_names_compare_folded(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct view a = view_dup(view_of_string(names[i].a));
		struct view b = view_dup(view_of_string(names[i].b));

		assert_int_equal(utf8_equal_folded(a, b), names[i].equal);
		assert_int_equal(utf8_equal_folded(b, a), names[i].equal);
		view_free(a);
		view_free(b);
	}
}

static void utf16_names_compare_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct buf a, b;

		buf_init(&a, 100);
		buf_init(&b, 100);
		if (utf16_from_utf8(&a, view_of_string(names[i].a)) == NS_OK &&
		    utf16_from_utf8(&b, view_of_string(names[i].b)) == NS_OK)
			assert_int_equal(utf16_equal_folded(buf_view(&a), buf_view(&b)),
					 names[i].equal);
		buf_release(&a);
		buf_release(&b);
	}
	assert_true(utf16_equal_folded(VIEW_LITERAL("a\0b"), VIEW_LITERAL("a\0b")));
	assert_false(utf16_equal_folded(VIEW_LITERAL("a\0b"), VIEW_LITERAL("A\0b")));
	assert_false(utf16_equal_folded(VIEW_LITERAL("a\0"), VIEW_LITERAL("a\0b\0")));
}

static void ntlm_hashes_the_upper_case_of_the_name(void **state)
{
	(void)state;
	assert_converts(utf16_upper_from_utf8, "", "");
	assert_converts(utf16_upper_from_utf8, "626f62", "42004f004200");
	assert_converts(utf16_upper_from_utf8, "c3a4c39f", "c400df00");
	assert_converts(utf16_upper_from_utf8, "f09090a861", "01d828dc4100");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_text_converts_both_ways),
		cmocka_unit_test(bad_utf8_is_refused),
		cmocka_unit_test(bad_utf16_is_refused_or_replaced),
		cmocka_unit_test(every_character_makes_the_round_trip),
		cmocka_unit_test(room_is_needed_for_the_result_only),
		cmocka_unit_test(upper_case_is_one_to_one_as_in_windows),
		cmocka_unit_test(upper_case_is_a_fixed_point_and_injective),
		cmocka_unit_test(utf8_names_compare_folded),
		cmocka_unit_test(utf16_names_compare_the_same),
		cmocka_unit_test(ntlm_hashes_the_upper_case_of_the_name),
	};

	return cmocka_run_group_tests_name("base/utf16", tests, NULL, NULL);
}

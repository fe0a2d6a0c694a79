/* SPDX-License-Identifier: MIT */
/* Built twice: with the default wchar_t, and with -fshort-wchar. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <windows.h>

/* What fwprintf() put into a stream, and what it returned. */
static char printed[4096];
static int returned;

static void print(const wchar_t *format, ...)
{
	FILE *stream = fmemopen(printed, sizeof(printed), "w");
	va_list args;

	assert_non_null(stream);
	memset(printed, 0, sizeof(printed));
	va_start(args, format);
	returned = vfwprintf(stream, format, args);
	va_end(args);
	assert_int_equal(fclose(stream), 0);
}

static void s_takes_wide_and_hs_takes_narrow_strings(void **state)
{
	(void)state;
	print(L"%s|%ls|%hs|%S|%c|%hc", L"w\u00fc", L"l", "n", "N", L'\u00e9', 'x');
	assert_string_equal(printed, "w\xc3\xbc|l|n|N|\xc3\xa9|x");
	assert_int_equal(returned, (int)strlen(printed));
}

static void the_samples_usage_line(void **state)
{
	(void)state;
	print(L"Usage: %s [\\\\ServerName] [\\\\ClientName] [UserName]\n", L"prog");
	assert_string_equal(printed,
			    "Usage: prog [\\\\ServerName] [\\\\ClientName] [UserName]\n");
}

static void width_and_precision_hold_for_strings(void **state)
{
	(void)state;
	print(L"[%5s][%-5s][%.2s][%*s][%-*s]", L"ab", L"ab", L"abcd", 4, L"x", 3, L"y");
	assert_string_equal(printed, "[   ab][ab   ][ab][   x][y  ]");
	print(L"[%5.1hs][%3c]", "narrow", L'c');
	assert_string_equal(printed, "[    n][  c]");
}

static void numbers_are_those_of_printf(void **state)
{
	char want[sizeof(printed)];

	(void)state;
	print(L"%d %5d|%-5d|%05d %+d %x %#X %o %u", -1, 42, 42, 42, 7, 0xbeefu, 0xBEEFu, 8u,
	      4000000000u);
	snprintf(want, sizeof(want), "%d %5d|%-5d|%05d %+d %x %#X %o %u", -1, 42, 42, 42, 7,
		 0xbeefu, 0xBEEFu, 8u, 4000000000u);
	assert_string_equal(printed, want);
	print(L"%ld %lld %zu %hd %hhu %jd %td", -1L, 1LL << 40, sizeof(int), 3, 255,
	      (intmax_t)-5, (ptrdiff_t)9);
	assert_string_equal(printed, "-1 1099511627776 4 3 255 -5 9");
	print(L"%f %.3f %10.2e %g %.0f %Lf", 1.5, 2.0, 12345.678, 0.1, 1e300,
	      (long double)2.5);
	snprintf(want, sizeof(want), "%f %.3f %10.2e %g %.0f %Lf", 1.5, 2.0, 12345.678, 0.1,
		 1e300, (long double)2.5);
	assert_string_equal(printed, want);
	print(L"%.*d|%*d|%.5d", 3, 7, -4, 7, 42);
	assert_string_equal(printed, "007|7   |00042");
}

static void percent_and_null(void **state)
{
	(void)state;
	print(L"100%% %s %p", NULL, NULL);
	assert_string_equal(printed, "100% (null) (nil)");
}

static void bad_formats_print_nothing(void **state)
{
	static const wchar_t *const bad[] = {L"%", L"x%", L"%y", L"%n", L"%5"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		print(bad[i], &returned);
		assert_int_equal(returned, -1);
		assert_string_equal(printed, "");
	}
}

static void narrow_output_on_the_same_stream_goes_on(void **state)
{
	FILE *stream = fmemopen(printed, sizeof(printed), "w");

	(void)state;
	assert_non_null(stream);
	assert_int_equal(fprintf(stream, "a"), 1);
	assert_int_equal(fwprintf(stream, L"%s", L"b"), 1);
	assert_int_equal(fprintf(stream, "c"), 1);
	assert_int_equal(fclose(stream), 0);
	assert_memory_equal(printed, "abc", 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(s_takes_wide_and_hs_takes_narrow_strings),
		cmocka_unit_test(the_samples_usage_line),
		cmocka_unit_test(width_and_precision_hold_for_strings),
		cmocka_unit_test(numbers_are_those_of_printf),
		cmocka_unit_test(percent_and_null),
		cmocka_unit_test(bad_formats_print_nothing),
		cmocka_unit_test(narrow_output_on_the_same_stream_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

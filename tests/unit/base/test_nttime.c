/* SPDX-License-Identifier: MIT */
#include "base/nttime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct {
	int64_t seconds;
	uint64_t t;
} known[] = {
	{-INT64_C(11644473600), 0},                         /* 1601-01-01 */
	{0, UINT64_C(116444736000000000)},                  /* 1970-01-01 */
	{-1, UINT64_C(116444735990000000)},                 /* a second before */
	{INT64_C(951782400), UINT64_C(125962560000000000)}, /* 2000-02-29 */
	{INT64_C(4294967296), UINT64_C(159394408960000000)},
};

static void known_dates_convert_both_ways(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		assert_true(nttime_from_unix(known[i].seconds) == known[i].t);
		assert_true(nttime_to_unix(known[i].t) == known[i].seconds);
		assert_true(nttime_to_unix(known[i].t + 9999999) == known[i].seconds);
	}
}

static void fractions_survive_to_the_100_nanoseconds(void **state)
{
	struct timespec before_1970 = {.tv_sec = -1, .tv_nsec = 999999999};
	struct timespec back;

	(void)state;
	assert_true(nttime_from_timespec(before_1970) == UINT64_C(116444735999999999));
	assert_true(nttime_from_timespec((struct timespec){-INT64_C(11644473600), 100}) ==
		    1);
	back = nttime_to_timespec(UINT64_C(116444735999999999));
	assert_int_equal(back.tv_sec, -1);
	assert_int_equal(back.tv_nsec, 999999900);
	assert_true(nttime_from_timespec((struct timespec){0, 99}) ==
		    UINT64_C(116444736000000000));
	assert_true(nttime_from_timespec((struct timespec){0, 100}) ==
		    UINT64_C(116444736000000001));
}

static void times_outside_the_range_are_clamped(void **state)
{
	struct timespec last;

	(void)state;
	assert_true(nttime_from_unix(INT64_MIN) == 0);
	assert_true(nttime_from_unix(-INT64_C(11644473601)) == 0);
	assert_true(nttime_from_unix(INT64_MAX) == NTTIME_MAX);
	assert_true(nttime_from_unix(INT64_C(910692730085)) == NTTIME_MAX);
	assert_true(nttime_from_unix(INT64_C(910692730084)) <= NTTIME_MAX);
	assert_true(nttime_to_unix(UINT64_MAX) == nttime_to_unix(NTTIME_MAX));
	last = nttime_to_timespec(UINT64_MAX);
	assert_true(last.tv_sec == INT64_C(910692730085));
	assert_int_equal(last.tv_nsec, 477580700);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_dates_convert_both_ways),
		cmocka_unit_test(fractions_survive_to_the_100_nanoseconds),
		cmocka_unit_test(times_outside_the_range_are_clamped),
	};

	return cmocka_run_group_tests_name("base/nttime", tests, NULL, NULL);
}

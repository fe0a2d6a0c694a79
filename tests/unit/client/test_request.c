/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "client/request.h"
#include "wire/smb2.h"

static void identifiers_rise_by_one_within_the_window(void **state)
{
	struct requests rs;

	(void)state;
	requests_init(&rs);
	assert_int_equal(requests_room(&rs), 1);
	assert_int_equal(requests_add(&rs, STEP_NEGOTIATE, SMB2_NEGOTIATE)->message_id, 0);
	assert_int_equal(requests_room(&rs), 0);
	requests_grant(&rs, 2);
	assert_int_equal(requests_room(&rs), 2);
	assert_int_equal(requests_add(&rs, STEP_READ, SMB2_READ)->message_id, 1);
	assert_int_equal(requests_add(&rs, STEP_READ, SMB2_READ)->message_id, 2);
	assert_int_equal(requests_room(&rs), 0);
}

static void credits_are_capped_and_come_back(void **state)
{
	struct requests rs;

	(void)state;
	requests_init(&rs);
	for (int i = 0; i < 100; i++)
		requests_grant(&rs, UINT16_MAX);
	assert_int_equal(rs.limit - rs.next, CREDITS_MAX);
	/* The table is smaller than the window. */
	assert_int_equal(requests_room(&rs), REQUESTS_MAX);
	(void)requests_add(&rs, STEP_READ, SMB2_READ);
	assert_int_equal(rs.limit - rs.next, CREDITS_MAX - 1);
	requests_grant(&rs, 5);
	assert_int_equal(rs.limit - rs.next, CREDITS_MAX);
}

static void the_table_keeps_its_order(void **state)
{
	struct requests rs;

	(void)state;
	requests_init(&rs);
	requests_grant(&rs, 100);
	for (int i = 0; i < REQUESTS_MAX; i++)
		(void)requests_add(&rs, i == 7 ? STEP_CLOSE : STEP_READ, SMB2_READ);
	assert_int_equal(requests_room(&rs), 0);
	assert_null(requests_find(&rs, REQUESTS_MAX));
	assert_true(requests_has(&rs, STEP_CLOSE));
	requests_remove(&rs, requests_find(&rs, 7));
	assert_false(requests_has(&rs, STEP_CLOSE));
	assert_null(requests_find(&rs, 7));
	assert_int_equal(requests_room(&rs), 1);
	for (size_t i = 0; i < rs.n; i++)
		assert_int_equal(rs.list[i].message_id, i < 7 ? i : i + 1);
	while (rs.n > 0)
		requests_remove(&rs, &rs.list[rs.n - 1]);
	assert_int_equal(requests_room(&rs), REQUESTS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(identifiers_rise_by_one_within_the_window),
		cmocka_unit_test(credits_are_capped_and_come_back),
		cmocka_unit_test(the_table_keeps_its_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

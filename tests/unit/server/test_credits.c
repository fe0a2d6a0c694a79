/* SPDX-License-Identifier: MIT */
#include "server/credits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define MAX 8192

static void only_id_0_at_first(void **state)
{
	struct credits c;

	(void)state;
	credits_init(&c);
	assert_false(credits_take(&c, 1, 1));
	assert_false(credits_take(&c, UINT64_MAX, 1));
	assert_false(credits_take(&c, 0, 2));
	assert_true(credits_take(&c, 0, 1));
	assert_false(credits_take(&c, 0, 1));
	assert_false(credits_take(&c, 1, 1));
	credits_release(&c);
}

static void a_client_is_never_left_without_a_credit(void **state)
{
	struct credits c;

	(void)state;
	credits_init(&c);
	assert_int_equal(credits_grant(&c, 0, MAX), 0); /* it still has one */
	assert_true(credits_take(&c, 0, 0));
	assert_int_equal(credits_grant(&c, 0, MAX), 1);
	assert_true(credits_take(&c, 1, 1));
	assert_int_equal(credits_grant(&c, 0, 0), 1);
	credits_release(&c);
}

static void ids_come_in_any_order_and_once(void **state)
{
	struct credits c;

	(void)state;
	credits_init(&c);
	assert_int_equal(credits_grant(&c, 9, MAX), 9);
	assert_true(credits_take(&c, 5, 1));
	assert_true(credits_take(&c, 2, 1));
	assert_false(credits_take(&c, 5, 1));
	assert_int_equal(c.low, 0);
	assert_true(credits_take(&c, 0, 1));
	assert_true(credits_take(&c, 1, 1));
	assert_int_equal(c.low, 3); /* 2 was used long ago */
	assert_false(credits_take(&c, 2, 1));
	assert_false(credits_take(&c, 10, 1));
	credits_release(&c);
}

static void a_charge_takes_a_run_of_free_ids(void **state)
{
	struct credits c;

	(void)state;
	credits_init(&c);
	assert_int_equal(credits_grant(&c, 15, MAX), 15);
	assert_true(credits_take(&c, 4, 4));  /* 4-7 */
	assert_false(credits_take(&c, 2, 3)); /* 4 is used, and nothing was taken */
	assert_false(credits_take(&c, 7, 2));
	assert_true(credits_take(&c, 2, 2));
	assert_false(credits_take(&c, 12, 5)); /* past the window */
	assert_false(credits_take(&c, 12, UINT16_MAX));
	assert_true(credits_take(&c, 12, 4));
	assert_int_equal(c.free, 6);
	credits_release(&c);
}

static void the_window_has_a_widest(void **state)
{
	struct credits c;

	(void)state;
	credits_init(&c);
	assert_int_equal(credits_grant(&c, UINT16_MAX, MAX), MAX - 1);
	for (uint64_t id = 1; id < MAX; id++)
		assert_true(credits_take(&c, id, 1));
	/* 3.3.1.1: it may stay at { 0 } until that one comes. */
	assert_int_equal(credits_grant(&c, 100, MAX), 0);
	assert_true(credits_take(&c, 0, 1));
	assert_int_equal(c.low, MAX);
	assert_int_equal(credits_grant(&c, 100, MAX), 100);
	credits_release(&c);
}

/* Against a plain array, with a ring that grows while ids in it are used. */
static void it_agrees_with_a_list_of_all_ids(void **state)
{
	static uint8_t used[20000];
	struct credits c;
	uint64_t end = 1;
	uint32_t seed = 7;

	(void)state;
	memset(used, 0, sizeof(used));
	credits_init(&c);
	for (unsigned round = 0; round < 200000 && end < sizeof(used) - 300; round++) {
		uint64_t id;
		uint16_t charge;
		bool free = true;

		seed = seed * 1664525 + 1013904223;
		id = c.low + (seed >> 8) % (c.width + 3);
		charge = (uint16_t)((seed >> 4) % 4);
		for (size_t i = 0; i < (charge > 0 ? charge : 1u); i++)
			free = free && id + i < end && used[id + i] == 0;
		assert_int_equal(credits_take(&c, id, charge), free);
		for (size_t i = 0; free && i < (charge > 0 ? charge : 1u); i++)
			used[id + i] = 1;
		if (seed % 5 == 0)
			end += credits_grant(&c, (uint16_t)(seed % 11), 300);
	}
	assert_true(end > 10000);
	credits_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_id_0_at_first),
		cmocka_unit_test(a_client_is_never_left_without_a_credit),
		cmocka_unit_test(ids_come_in_any_order_and_once),
		cmocka_unit_test(a_charge_takes_a_run_of_free_ids),
		cmocka_unit_test(the_window_has_a_widest),
		cmocka_unit_test(it_agrees_with_a_list_of_all_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

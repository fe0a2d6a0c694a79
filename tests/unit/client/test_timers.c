/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "client/timers.h"

#define N                                                                                  \
	257 /* more than a full binary tree of 255, and prime: the strides below visit all \
	     */

static struct timer timer[N];

static void set_all(struct timers *t)
{
	memset(timer, 0, sizeof(timer));
	assert_int_equal(timers_reserve(t, N), NS_OK);
	for (size_t i = 0; i < N; i++)
		timers_set(t, &timer[i * 101 % N], i * 57 % N);
}

static size_t take_all_in_order(struct timers *t)
{
	uint64_t last = 0;
	size_t n = 0;

	for (struct timer *first; (first = timers_first(t)) != NULL; n++) {
		assert_true(first->at >= last);
		last = first->at;
		timers_remove(t, first);
		assert_int_equal(first->place, 0);
	}
	return n;
}

static void they_come_in_order_of_time(void **state)
{
	struct timers t = {0};

	(void)state;
	assert_null(timers_first(&t));
	set_all(&t);
	assert_int_equal(timers_first(&t)->at, 0);
	assert_int_equal(take_all_in_order(&t), N);
	timers_release(&t);
}

static void moved_ones_take_their_new_place(void **state)
{
	struct timers t = {0};

	(void)state;
	set_all(&t);
	for (size_t i = 0; i < N; i++) {
		timers_set(&t, &timer[i], (i * 83 + 13) % (2 * N));
		assert_int_equal(t.heap[timer[i].place - 1]->at, timer[i].at);
	}
	assert_int_equal(take_all_in_order(&t), N);
	timers_release(&t);
}

static void any_can_be_removed(void **state)
{
	struct timers t = {0};

	(void)state;
	set_all(&t);
	for (size_t i = 0; i < N; i += 2) {
		timers_remove(&t, &timer[i]);
		timers_remove(&t, &timer[i]);
	}
	assert_int_equal(take_all_in_order(&t), N / 2);
	timers_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_come_in_order_of_time),
		cmocka_unit_test(moved_ones_take_their_new_place),
		cmocka_unit_test(any_can_be_removed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

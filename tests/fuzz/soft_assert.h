/* SPDX-License-Identifier: MIT */
/*
 * cmocka's assertions outside of cmocka.  The helpers of tests/lib/ say with them what they
 * expect; under a fuzzer that is either a finding or just the end of this input:
 *
 *	if (setjmp(soft_assert_end) == 0) {
 *		soft_assert_arm();
 *		... helpers that may give up ...
 *	}
 *	soft_assert_disarm();
 *
 * Not armed, an assertion that fails aborts.
 */
#ifndef TESTS_FUZZ_SOFT_ASSERT_H
#define TESTS_FUZZ_SOFT_ASSERT_H

#include <setjmp.h>

extern jmp_buf soft_assert_end;

void soft_assert_arm(void);
void soft_assert_disarm(void);

#endif

/* SPDX-License-Identifier: MIT */
#include "fuzz/soft_assert.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

jmp_buf soft_assert_end;
static bool armed;

void soft_assert_arm(void)
{
	armed = true;
}

void soft_assert_disarm(void)
{
	armed = false;
}

static void judge(bool good, const char *what, const char *file, int line)
{
	if (good)
		return;
	if (armed)
		longjmp(soft_assert_end, 1);
	(void)fprintf(stderr, "%s:%d: %s\n", file, line, what);
	abort();
}

void _assert_true(const LargestIntegralType result, const char *const expression,
		  const char *const file, const int line)
{
	judge(result != 0, expression, file, line);
}

void _assert_int_equal(const LargestIntegralType a, const LargestIntegralType b,
		       const char *const file, const int line)
{
	judge(a == b, "assert_int_equal", file, line);
}

void _assert_memory_equal(const void *const a, const void *const b, const size_t size,
			  const char *const file, const int line)
{
	judge(size == 0 || memcmp(a, b, size) == 0, "assert_memory_equal", file, line);
}

void _fail(const char *const file, const int line)
{
	judge(false, "fail", file, line);
	abort();
}

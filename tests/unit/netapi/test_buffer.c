/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <lm.h>

static void a_buffer_is_allocated_measured_and_freed(void **state)
{
	LPVOID p = NULL;
	DWORD n = 0;

	(void)state;
	assert_int_equal(NetApiBufferAllocate(100, &p), NERR_Success);
	assert_non_null(p);
	assert_int_equal(NetApiBufferSize(p, &n), NERR_Success);
	assert_true(n >= 100);
	memset(p, 1, n);
	assert_int_equal(NetApiBufferFree(p), NERR_Success);
}

static void zero_bytes_are_a_buffer_too(void **state)
{
	LPVOID p = NULL;
	DWORD n;

	(void)state;
	assert_int_equal(NetApiBufferAllocate(0, &p), NERR_Success);
	assert_non_null(p);
	assert_int_equal(NetApiBufferSize(p, &n), NERR_Success);
	assert_int_equal(NetApiBufferFree(p), NERR_Success);
}

static void null_is_refused_where_the_documents_say_so(void **state)
{
	DWORD n;
	char c;

	(void)state;
	assert_int_equal(NetApiBufferAllocate(1, NULL), ERROR_INVALID_PARAMETER);
	assert_int_equal(NetApiBufferReallocate(NULL, 1, NULL), ERROR_INVALID_PARAMETER);
	assert_int_equal(NetApiBufferSize(NULL, &n), ERROR_INVALID_PARAMETER);
	assert_int_equal(NetApiBufferSize(&c, NULL), ERROR_INVALID_PARAMETER);
	assert_int_equal(NetApiBufferFree(NULL), NERR_Success);
}

static void reallocate_allocates_keeps_and_frees(void **state)
{
	LPVOID p = NULL, q = NULL;

	(void)state;
	assert_int_equal(NetApiBufferReallocate(NULL, 4, &p), NERR_Success);
	memcpy(p, "abcd", 4);
	assert_int_equal(NetApiBufferReallocate(p, 100000, &q), NERR_Success);
	assert_memory_equal(q, "abcd", 4);
	p = q;
	assert_int_equal(NetApiBufferReallocate(q, 0, &p), NERR_Success);
	assert_null(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_buffer_is_allocated_measured_and_freed),
		cmocka_unit_test(zero_bytes_are_a_buffer_too),
		cmocka_unit_test(null_is_refused_where_the_documents_say_so),
		cmocka_unit_test(reallocate_allocates_keeps_and_frees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

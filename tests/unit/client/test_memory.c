/* SPDX-License-Identifier: MIT */
/*
 * What an enumeration of a hundred thousand sessions costs: memory within three times what
 * a Win32 buffer of the same rows takes, the buffer itself included, and time in
 * proportion to the rows.
 *
 * Linked with -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free, so that the bytes
 * that our code holds are counted to the last.
 */
#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "answers.h"
#include "client/result.h"

#define ROWS_MANY 100000u
#define ROWS_FEW  12500u
#define STUB_MAX  (64u << 20)

/* Stubs grow as fragments of this size come in. */
#define FRAGMENT 4256u

/* Signed: what libc allocates for us, as strdup() does, is only counted when freed. */
static long long held;
static long long peak;

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void __real_free(void *p);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void __wrap_free(void *p);

static void *count(void *p, size_t before)
{
	held += (long long)malloc_usable_size(p) - (long long)before;
	if (held > peak)
		peak = held;
	return p;
}

void *__wrap_malloc(size_t n)
{
	return count(__real_malloc(n), 0);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return count(__real_calloc(n, size), 0);
}

void *__wrap_realloc(void *p, size_t n)
{
	size_t before = malloc_usable_size(p);

	return count(__real_realloc(p, n), before);
}

void __wrap_free(void *p)
{
	held -= (long long)malloc_usable_size(p);
	__real_free(p);
}

static void add_row(struct info_rows *rows, uint32_t i)
{
	char text[32];

	assert_int_equal(info_rows_add(rows), NS_OK);
	(void)snprintf(text, sizeof(text), "\\\\10.%u.%u.%u", i >> 16, i >> 8 & 255,
		       i & 255);
	assert_int_equal(info_rows_put_utf8(rows, "cname", view_of_string(text)), NS_OK);
	(void)snprintf(text, sizeof(text), "user%u", i);
	assert_int_equal(info_rows_put_utf8(rows, "username", view_of_string(text)), NS_OK);
	assert_int_equal(
		info_rows_put_utf8(rows, "transport", VIEW_LITERAL("\\Device\\NetbiosSmb")),
		NS_OK);
	info_rows_put_u32(rows, "time", i);
}

/* An answer of n rows at level 502, in a buffer that grew as one from the wire does. */
static void make_answer(struct buf *grown, uint32_t n)
{
	struct netr_enum_resp r = {.total_entries = n, .has_resume = true};
	struct buf stub;
	struct ndr x;

	info_enum_init(&r.info, &SESSION_INFO, 502);
	for (uint32_t i = 0; i < n; i++)
		add_row(&r.info.rows, i);
	buf_init(&stub, STUB_MAX);
	x = ndr_push(&stub);
	netr_session_enum_resp_code(&x, &r);
	assert_int_equal(ndr_end(&x), NS_OK);
	netr_enum_resp_release(&r);
	buf_init(grown, STUB_MAX);
	for (size_t off = 0; off < stub.n; off += FRAGMENT)
		assert_int_equal(
			buf_append(grown, view_slice(buf_view(&stub), off, FRAGMENT)),
			NS_OK);
	buf_release(&stub);
}

static struct netsess_result *decode(struct buf *stub)
{
	const struct netsess_request list = {.op = NETSESS_SESSION_ENUM, .level = 502};
	struct op *op = op_new("srv", &list, false);
	struct netsess_result *r;

	op_answer(op, NS_OK, stub, &signed_in);
	r = expect_result(op, 0);
	op_free(op);
	return r;
}

static void memory_is_within_three_win32_buffers(void **state)
{
	struct netsess_result *r;
	struct buf stub;
	long long before = held;
	long long rows_peak, win32;

	(void)state;
	make_answer(&stub, ROWS_MANY);
	peak = held;
	r = decode(&stub);
	assert_int_equal(netsess_result_rows(r), ROWS_MANY);
	win32 = (long long)info_rows_win32_size(result_page(r, 0), 0, ROWS_MANY);
	rows_peak = peak - before;
	print_message("# peak %lld, kept %lld, Win32 %lld: %.2f and %.2f times\n",
		      rows_peak, held - before, win32, (double)rows_peak / (double)win32,
		      (double)(held - before) / (double)win32);
	/* What is kept, and the buffer that is made of it; and the worst moment before. */
	assert_true(held - before + win32 <= 3 * win32);
	assert_true(rows_peak <= 3 * win32);
	netsess_result_free(r);
	assert_true(held <= before);
}

static double seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The best of several runs: what else runs here only makes it slower. */
static double time_of(uint32_t n)
{
	double best = 1e9;

	for (int i = 0; i < 5; i++) {
		struct netsess_result *r;
		struct buf stub;
		double start;

		make_answer(&stub, n);
		start = seconds();
		r = decode(&stub);
		assert_string_equal(netsess_result_text(r, n - 1, 2), "");
		netsess_result_free(r);
		best = seconds() - start < best ? seconds() - start : best;
	}
	return best;
}

static void time_is_linear(void **state)
{
	double few = time_of(ROWS_FEW);
	double many = time_of(ROWS_MANY);

	(void)state;
	print_message("# %u rows %.2f ms, %u rows %.2f ms\n", ROWS_FEW, few * 1e3,
		      ROWS_MANY, many * 1e3);
	/* Eight times the rows: a quadratic step would take 64 times as long. */
	assert_true(many < 24 * few);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_is_within_three_win32_buffers),
		cmocka_unit_test(time_is_linear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

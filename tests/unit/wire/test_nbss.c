/* SPDX-License-Identifier: MIT */
#include "wire/nbss.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "lib/hex.h"

#define MAX 16

static void a_whole_frame_is_taken(void **state)
{
	/* type 0, length 3, "abc", and the first byte of the next frame */
	struct view in = view_of_hex("00 000003 616263 00");
	struct view msg;
	size_t total;

	(void)state;
	assert_int_equal(nbss_frame(&msg, &total, in, MAX), NS_OK);
	assert_int_equal(total, 7);
	assert_view_equal(msg, VIEW_LITERAL("abc"));
	view_free(in);
}

static void every_truncation_asks_for_more(void **state)
{
	struct view in = view_of_hex("00 000003 616263");
	struct view msg;
	size_t total;

	(void)state;
	for (size_t n = 1; n < in.n; n++) {
		struct view cut = view_dup(view_of(in.p, n));

		assert_int_equal(nbss_frame(&msg, &total, cut, MAX), NS_AGAIN);
		assert_int_equal(total, n < NBSS_HDR_LEN ? NBSS_HDR_LEN : 7);
		assert_int_equal(msg.n, 0);
		view_free(cut);
	}
	assert_int_equal(nbss_frame(&msg, &total, (struct view){0}, MAX), NS_AGAIN);
	view_free(in);
}

static void an_empty_frame_is_one(void **state)
{
	struct view in = view_of_hex("00 000000");
	struct view msg;
	size_t total;

	(void)state;
	assert_int_equal(nbss_frame(&msg, &total, in, MAX), NS_OK);
	assert_int_equal(total, NBSS_HDR_LEN);
	assert_int_equal(msg.n, 0);
	view_free(in);
}

static void another_type_is_refused_at_its_first_byte(void **state)
{
	struct view in = view_of_hex("85"); /* RFC 1002 session keep alive */
	struct view msg;
	size_t total;

	(void)state;
	assert_int_equal(nbss_frame(&msg, &total, in, MAX), NS_EFORMAT);
	view_free(in);
}

static void a_long_frame_is_refused_before_it_comes(void **state)
{
	struct view exact = view_of_hex("00 000010");
	struct view over = view_of_hex("00 000011");
	struct view most = view_of_hex("00 ffffff");
	struct view msg;
	size_t total;

	(void)state;
	assert_int_equal(nbss_frame(&msg, &total, exact, MAX), NS_AGAIN);
	assert_int_equal(nbss_frame(&msg, &total, over, MAX), NS_ELIMIT);
	assert_int_equal(nbss_frame(&msg, &total, most, NBSS_LEN_MAX - 1), NS_ELIMIT);
	assert_int_equal(nbss_frame(&msg, &total, most, NBSS_LEN_MAX), NS_AGAIN);
	assert_int_equal(total, NBSS_HDR_LEN + 0xffffff);
	view_free(exact);
	view_free(over);
	view_free(most);
}

static void a_frame_is_written_behind_another(void **state)
{
	struct view want = view_of_hex("00 000001 61  00 000102");
	struct buf b;
	size_t at;

	(void)state;
	buf_init(&b, 1024);
	assert_int_equal(nbss_put(&b), NS_OK);
	assert_int_equal(buf_append(&b, VIEW_LITERAL("a")), NS_OK);
	assert_int_equal(nbss_patch(&b, 0), NS_OK);
	at = b.n;
	assert_int_equal(nbss_put(&b), NS_OK);
	assert_int_equal(buf_append_zero(&b, 0x102), NS_OK);
	assert_int_equal(nbss_patch(&b, at), NS_OK);
	assert_view_equal(view_slice(buf_view(&b), 0, want.n), want);
	buf_release(&b);
	view_free(want);
}

static void a_frame_of_over_24_bits_cannot_be_written(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, (size_t)NBSS_HDR_LEN + NBSS_LEN_MAX + 1);
	assert_int_equal(nbss_put(&b), NS_OK);
	assert_int_equal(buf_append_zero(&b, NBSS_LEN_MAX), NS_OK);
	assert_int_equal(nbss_patch(&b, 0), NS_OK);
	assert_int_equal(buf_append_zero(&b, 1), NS_OK);
	assert_int_equal(nbss_patch(&b, 0), NS_ELIMIT);
	buf_release(&b);
}

static void a_header_needs_room(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, NBSS_HDR_LEN - 1);
	assert_int_equal(nbss_put(&b), NS_ELIMIT);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_frame_is_taken),
		cmocka_unit_test(every_truncation_asks_for_more),
		cmocka_unit_test(an_empty_frame_is_one),
		cmocka_unit_test(another_type_is_refused_at_its_first_byte),
		cmocka_unit_test(a_long_frame_is_refused_before_it_comes),
		cmocka_unit_test(a_frame_is_written_behind_another),
		cmocka_unit_test(a_frame_of_over_24_bits_cannot_be_written),
		cmocka_unit_test(a_header_needs_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

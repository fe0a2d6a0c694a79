/* SPDX-License-Identifier: MIT */
#include "wire/reader.h"
#include "wire/writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/hex.h"

/* One of everything the two can carry, in an order that needs padding in between. */
struct sample {
	uint8_t u8;
	uint16_t le16;
	uint32_t le32;
	uint64_t le64;
	struct view taken;
	uint8_t copied[3];
};

static const char sample_hex[] = /* the message begins at its first byte */
	"81"                     /*  0 u8 */
	"00"                     /*  1 padding to 2 */
	"0280"                   /*  2 le16 */
	"030000f0"               /*  4 le32 */
	"0400000000000080"       /*  8 le64 */
	"6162"                   /* 16 two bytes taken */
	"636465"                 /* 18 three bytes copied */
	"000000"                 /* 21 padding to 8 */
	"3900"                   /* 24 expected 57 */
	"fe534d42";              /* 26 expected magic */

static enum ns_err sample_decode(struct sample *out, struct view msg)
{
	struct wire_reader r = {.msg = msg};

	wire_u8(&r, &out->u8);
	wire_align(&r, 2);
	wire_le16(&r, &out->le16);
	wire_le32(&r, &out->le32);
	wire_le64(&r, &out->le64);
	wire_take(&r, 2, &out->taken);
	wire_copy(&r, out->copied, sizeof(out->copied));
	wire_align(&r, 8);
	wire_expect16(&r, 57);
	wire_expect32(&r, 0x424d53fe);
	return wire_status(&r);
}

static enum ns_err sample_encode(struct buf *out, const struct sample *s)
{
	struct wire_writer w = wire_writer_at_end(out);

	wire_put_u8(&w, s->u8);
	wire_put_align(&w, 2);
	wire_put_le16(&w, s->le16);
	wire_put_le32(&w, s->le32);
	wire_put_le64(&w, s->le64);
	wire_put_bytes(&w, s->taken);
	wire_put_bytes(&w, view_of(s->copied, sizeof(s->copied)));
	wire_put_align(&w, 8);
	wire_put_le16(&w, 57);
	wire_put_le32(&w, 0x424d53fe);
	return wire_put_status(&w);
}

static void every_kind_of_field_is_read(void **state)
{
	struct view msg = view_of_hex(sample_hex);
	struct sample s;

	(void)state;
	assert_int_equal(sample_decode(&s, msg), NS_OK);
	assert_int_equal(s.u8, 0x81);
	assert_int_equal(s.le16, 0x8002);
	assert_true(s.le32 == 0xf0000003);
	assert_true(s.le64 == 0x8000000000000004);
	assert_view_equal(s.taken, VIEW_LITERAL("ab"));
	assert_ptr_equal(s.taken.p, msg.p + 16); /* borrowed, not copied */
	assert_memory_equal(s.copied, "cde", 3);
	view_free(msg);
}

static void writing_what_was_read_gives_the_same_bytes(void **state)
{
	struct view msg = view_of_hex(sample_hex);
	struct sample s;
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	/* Positions count from the message's start, wherever it lies in the buffer. */
	assert_int_equal(buf_append(&out, VIEW_LITERAL("odd")), NS_OK);
	assert_int_equal(sample_decode(&s, msg), NS_OK);
	assert_int_equal(sample_encode(&out, &s), NS_OK);
	assert_view_equal(view_slice(buf_view(&out), 3, SIZE_MAX), msg);
	buf_release(&out);
	view_free(msg);
}

static void every_truncation_is_refused(void **state)
{
	struct view msg = view_of_hex(sample_hex);

	(void)state;
	for (size_t n = 0; n < msg.n; n++) {
		struct view cut = view_dup(view_slice(msg, 0, n));
		struct sample s;

		assert_int_equal(sample_decode(&s, cut), NS_ETRUNC);
		view_free(cut);
	}
	view_free(msg);
}

static void every_maximum_too_small_is_refused(void **state)
{
	struct view msg = view_of_hex(sample_hex);
	struct sample s;

	(void)state;
	assert_int_equal(sample_decode(&s, msg), NS_OK);
	for (size_t max = 0; max <= msg.n; max++) {
		struct buf out;

		buf_init(&out, max);
		assert_int_equal(sample_encode(&out, &s), max < msg.n ? NS_ELIMIT : NS_OK);
		assert_true(out.n <= max);
		buf_release(&out);
	}
	view_free(msg);
}

static void what_is_not_expected_is_malformed(void **state)
{
	struct wire_reader r = {.msg = VIEW_LITERAL("\x39\x01")};

	(void)state;
	wire_expect16(&r, 57);
	assert_int_equal(wire_status(&r), NS_EFORMAT);
	r = (struct wire_reader){.msg = VIEW_LITERAL("\xfeSMC")};
	wire_expect32(&r, 0x424d53fe);
	assert_int_equal(wire_status(&r), NS_EFORMAT);
}

static void a_failed_reader_yields_zero_and_stays(void **state)
{
	struct wire_reader r = {.msg = VIEW_LITERAL("\x01\x02\x03\x04\x05\x06\x07\x08")};
	uint8_t u8 = 9, copied[2] = {9, 9};
	uint16_t le16 = 9;
	uint32_t le32 = 9;
	uint64_t le64 = 9;
	struct view taken, named;

	(void)state;
	wire_u8(&r, &u8);
	wire_fail(&r, NS_EUNEXPECTED);
	wire_fail(&r, NS_EFORMAT);
	wire_u8(&r, &u8);
	wire_le16(&r, &le16);
	wire_le32(&r, &le32);
	wire_le64(&r, &le64);
	wire_copy(&r, copied, 2);
	wire_take(&r, 1, &taken);
	wire_view(&r, 4, 1, &named);
	wire_skip(&r, 100);
	assert_int_equal(wire_status(&r), NS_EUNEXPECTED); /* the first one sticks */
	assert_int_equal(r.pos, 1);
	assert_true(u8 == 0 && le16 == 0 && le32 == 0 && le64 == 0);
	assert_true(copied[0] == 0 && copied[1] == 0);
	assert_true(taken.n == 0 && named.n == 0);
}

static void lengths_of_any_size_are_compared_without_overflow(void **state)
{
	static const size_t huge[] = {9, 0xffff, 0xffffffff, SIZE_MAX - 7, SIZE_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof(huge) / sizeof(huge[0]); i++) {
		struct view msg = view_dup(VIEW_LITERAL("12345678")), v;
		struct wire_reader r = {.msg = msg, .pos = 1};

		wire_skip(&r, huge[i]);
		assert_int_equal(wire_status(&r), NS_ETRUNC);
		assert_int_equal(r.pos, 1);
		r.err = NS_OK;
		wire_take(&r, huge[i], &v);
		assert_int_equal(wire_status(&r), NS_ETRUNC);
		assert_int_equal(v.n, 0);
		view_free(msg);
	}
}

/* The fixed part is the first four of ten bytes. */
static void a_pair_must_lie_behind_the_fixed_part_and_inside(void **state)
{
	static const struct {
		size_t off, n;
		enum ns_err want;
	} rows[] = {
		{4, 6, NS_OK},
		{4, 1, NS_OK},
		{9, 1, NS_OK},
		{0, 0, NS_OK},
		{0xffff, 0, NS_OK},
		{10, 0, NS_OK},
		{3, 1, NS_EFORMAT},
		{0, 10, NS_EFORMAT},
		{0, 1, NS_EFORMAT},
		{4, 7, NS_EFORMAT},
		{10, 1, NS_EFORMAT},
		{9, 2, NS_EFORMAT},
		{11, 1, NS_EFORMAT},
		{0xffff, 1, NS_EFORMAT},
		{4, 0xffff, NS_EFORMAT},
		{4, SIZE_MAX, NS_EFORMAT},
		{SIZE_MAX, 1, NS_EFORMAT},
		{SIZE_MAX, SIZE_MAX, NS_EFORMAT},
		{5, SIZE_MAX - 4, NS_EFORMAT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct view msg = view_dup(VIEW_LITERAL("0123456789")), v;
		struct wire_reader r = {.msg = msg};

		wire_skip(&r, 4);
		wire_view(&r, rows[i].off, rows[i].n, &v);
		assert_int_equal(wire_status(&r), rows[i].want);
		assert_int_equal(v.n, rows[i].want == NS_OK ? rows[i].n : 0);
		if (v.n > 0)
			assert_memory_equal(v.p, msg.p + rows[i].off, v.n);
		assert_int_equal(r.pos, 4); /* it names bytes and does not move */
		view_free(msg);
	}
}

static void padding_past_the_end_is_a_truncation(void **state)
{
	struct wire_reader r = {.msg = VIEW_LITERAL("12345")};

	(void)state;
	wire_align(&r, 4);
	assert_int_equal(r.pos, 0);
	wire_skip(&r, 5);
	wire_align(&r, 8);
	assert_int_equal(wire_status(&r), NS_ETRUNC);
	assert_int_equal(wire_left(&r), 0);
}

static void patching_overwrites_in_place(void **state)
{
	struct wire_writer w;
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	assert_int_equal(buf_append(&out, VIEW_LITERAL("before")), NS_OK);
	w = wire_writer_at_end(&out);
	wire_put_u8(&w, 0xaa);
	wire_put_le16(&w, 0);
	wire_put_le32(&w, 0);
	wire_put_zero(&w, 2);
	assert_int_equal(wire_pos(&w), 9);
	wire_patch16(&w, 1, 0xffff);
	wire_patch32(&w, 3, 0x01020304);
	wire_patch_bytes(&w, 7, VIEW_LITERAL("xy")); /* up to the very end */
	wire_patch_bytes(&w, 0, (struct view){0});
	assert_int_equal(wire_put_status(&w), NS_OK);
	assert_int_equal(wire_pos(&w), 9);
	assert_view_equal(buf_view(&out),
			  VIEW_LITERAL("before\xaa\xff\xff\x04\x03\x02\x01xy"));
	buf_release(&out);
}

static void a_patch_that_does_not_fit_changes_nothing(void **state)
{
	struct wire_writer w;
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	w = wire_writer_at_end(&out);
	wire_put_le32(&w, 0x11223344);
	wire_patch16(&w, 0, 0x10000);
	assert_int_equal(wire_put_status(&w), NS_ELIMIT);
	wire_patch16(&w, 0, 1); /* it sticks */
	wire_patch_bytes(&w, 0, VIEW_LITERAL("x"));
	wire_put_le32(&w, 5);
	assert_view_equal(buf_view(&out), VIEW_LITERAL("\x44\x33\x22\x11"));
	w = wire_writer_at_end(&out);
	wire_put_le32(&w, 0);
	wire_patch32(&w, 0, (size_t)1 << 32);
	assert_int_equal(wire_put_status(&w), NS_ELIMIT);
	buf_release(&out);
}

static void a_failed_writer_writes_no_more(void **state)
{
	struct wire_writer w;
	struct buf out;

	(void)state;
	buf_init(&out, 100);
	w = wire_writer_at_end(&out);
	wire_put_fail(&w, NS_EINVAL);
	wire_put_fail(&w, NS_ENOMEM);
	wire_put_u8(&w, 1);
	wire_put_le64(&w, 1);
	wire_put_zero(&w, 5);
	wire_put_bytes(&w, VIEW_LITERAL("x"));
	wire_put_align(&w, 8);
	assert_int_equal(wire_put_status(&w), NS_EINVAL);
	assert_int_equal(wire_pos(&w), 0);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_field_is_read),
		cmocka_unit_test(writing_what_was_read_gives_the_same_bytes),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(every_maximum_too_small_is_refused),
		cmocka_unit_test(what_is_not_expected_is_malformed),
		cmocka_unit_test(a_failed_reader_yields_zero_and_stays),
		cmocka_unit_test(lengths_of_any_size_are_compared_without_overflow),
		cmocka_unit_test(a_pair_must_lie_behind_the_fixed_part_and_inside),
		cmocka_unit_test(padding_past_the_end_is_a_truncation),
		cmocka_unit_test(patching_overwrites_in_place),
		cmocka_unit_test(a_patch_that_does_not_fit_changes_nothing),
		cmocka_unit_test(a_failed_writer_writes_no_more),
	};

	return cmocka_run_group_tests_name("wire/reader_writer", tests, NULL, NULL);
}

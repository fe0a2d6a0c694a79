/* SPDX-License-Identifier: MIT */
#include "wire/der.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"

static void elements_are_entered_and_left(void **state)
{
	struct view bytes = view_of_hex("30 08"      /* SEQUENCE of 8 */
					"04 02 6162" /* OCTET STRING "ab" */
					"0a 02 0102" /* ENUMERATED, to be skipped */
					"05 00");    /* behind it: NULL */
	struct wire_reader r = {.msg = bytes};
	struct wire_reader seq;
	struct view v;

	(void)state;
	assert_true(der_is(&r, DER_SEQUENCE));
	assert_false(der_is(&r, DER_OCTET_STRING));
	seq = der_enter(&r, DER_SEQUENCE);
	der_take(&seq, DER_OCTET_STRING, &v);
	assert_view_equal(v, VIEW_LITERAL("ab"));
	assert_true(der_is(&seq, DER_ENUMERATED));
	der_skip(&seq);
	assert_false(der_is(&seq, DER_ENUMERATED));
	der_leave(&r, &seq);
	assert_int_equal(wire_status(&r), NS_OK);
	assert_int_equal(wire_left(&r), 2);
	der_take_whole(&r, 0x05, &v);
	assert_int_equal(v.n, 2);
	assert_ptr_equal(v.p, bytes.p + 10);
	assert_int_equal(wire_status(&r), NS_OK);
	view_free(bytes);
}

/* Takes one OCTET STRING. */
static enum ns_err take(const char *hex, size_t *n)
{
	struct view bytes = view_of_hex(hex);
	struct wire_reader r = {.msg = bytes};
	enum ns_err err;
	struct view v;

	der_take(&r, DER_OCTET_STRING, &v);
	err = wire_status(&r);
	*n = v.n;
	view_free(bytes);
	return err;
}

static void lengths_are_definite_and_at_most_four_bytes(void **state)
{
	static const struct {
		const char *hex;
		enum ns_err err;
		size_t n;
	} rows[] = {
		{"04 00", NS_OK, 0},
		{"04 01 61", NS_OK, 1},
		{"04 81 01 61", NS_OK, 1}, /* longer than it must be */
		{"04 82 0001 61", NS_OK, 1},
		{"04 84 00000001 61", NS_OK, 1},
		{"04 80 61 0000", NS_EFORMAT, 0}, /* indefinite */
		{"04 85 0000000001 61", NS_EFORMAT, 0},
		{"04 ff 61", NS_EFORMAT, 0},
		{"04 84 ffffffff 61", NS_ETRUNC, 0},
		{"04 02 61", NS_ETRUNC, 0},
		{"04 81", NS_ETRUNC, 0},
		{"04 82 00", NS_ETRUNC, 0},
		{"04", NS_ETRUNC, 0},
		{"", NS_ETRUNC, 0},
		{"1f 01 61", NS_EFORMAT, 0}, /* a tag of two bytes */
		{"05 01 61", NS_EFORMAT, 0}, /* another tag */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t n;

		if (take(rows[i].hex, &n) != rows[i].err || n != rows[i].n)
			fail_msg("%s", rows[i].hex);
	}
}

static void what_is_inside_must_fit(void **state)
{
	struct view bytes = view_of_hex("30 03 04 02 61 62"); /* the string sticks out */
	struct wire_reader r = {.msg = bytes};
	struct wire_reader seq = der_enter(&r, DER_SEQUENCE);
	struct view v;

	(void)state;
	der_take(&seq, DER_OCTET_STRING, &v);
	assert_int_equal(wire_status(&seq), NS_ETRUNC);
	assert_int_equal(wire_status(&r), NS_OK);
	der_leave(&r, &seq);
	assert_int_equal(wire_status(&r), NS_ETRUNC);
	view_free(bytes);
}

static void what_cannot_be_entered_fails_inside(void **state)
{
	struct view bytes = view_of_hex("31 00");
	struct wire_reader r = {.msg = bytes};
	struct wire_reader seq = der_enter(&r, DER_SEQUENCE);
	struct view v;

	(void)state;
	assert_int_equal(wire_status(&seq), NS_EFORMAT);
	der_take_whole(&seq, DER_OCTET_STRING, &v);
	assert_int_equal(v.n, 0);
	der_leave(&r, &seq);
	assert_int_equal(wire_status(&r), NS_EFORMAT);
	view_free(bytes);
}

static void what_is_left_over_is_an_error_unless_open(void **state)
{
	struct view bytes = view_of_hex("30 04 05 00 05 00");
	struct view broken = view_of_hex("30 04 05 00 05 01");
	struct wire_reader r = {.msg = bytes};
	struct wire_reader seq = der_enter(&r, DER_SEQUENCE);

	(void)state;
	der_skip(&seq);
	der_leave(&r, &seq);
	assert_int_equal(wire_status(&r), NS_EFORMAT);

	r = (struct wire_reader){.msg = bytes};
	seq = der_enter(&r, DER_SEQUENCE);
	der_leave_open(&r, &seq);
	assert_int_equal(wire_status(&r), NS_OK);

	r = (struct wire_reader){.msg = broken};
	seq = der_enter(&r, DER_SEQUENCE);
	der_leave_open(&r, &seq);
	assert_int_equal(wire_status(&r), NS_ETRUNC);
	view_free(bytes);
	view_free(broken);
}

static void lengths_are_written_shortest(void **state)
{
	static const struct {
		size_t n;
		const char *head;
	} rows[] = {
		{0, "0400"},
		{0x7f, "047f"},
		{0x80, "048180"},
		{0xff, "0481ff"},
		{0x100, "04820100"},
		{0xffff, "0482ffff"},
		{0x10000, "0483010000"},
		{0x1000000, "048401000000"},
		{0xffffffff, "0484ffffffff"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct view want = view_of_hex(rows[i].head);
		struct wire_writer w;
		struct buf b;

		buf_init(&b, 16);
		w = wire_writer_at_end(&b);
		der_put_head(&w, DER_OCTET_STRING, rows[i].n);
		assert_int_equal(wire_put_status(&w), NS_OK);
		assert_view_equal(buf_view(&b), want);
		assert_int_equal(der_size(rows[i].n), want.n + rows[i].n);
		buf_release(&b);
		view_free(want);
	}
}

static void a_length_of_over_four_bytes_cannot_be_written(void **state)
{
	struct wire_writer w;
	struct buf b;

	(void)state;
	buf_init(&b, 16);
	w = wire_writer_at_end(&b);
	der_put_head(&w, DER_OCTET_STRING, (size_t)1 << 32);
	assert_int_equal(wire_put_status(&w), NS_ELIMIT);
	assert_int_equal(b.n, 0);
	buf_release(&b);
}

static void an_element_is_written_as_it_is_read(void **state)
{
	struct wire_reader r;
	struct wire_writer w;
	struct view v;
	struct buf b;

	(void)state;
	buf_init(&b, 16);
	w = wire_writer_at_end(&b);
	der_put(&w, DER_OCTET_STRING, VIEW_LITERAL("hello"));
	assert_int_equal(wire_put_status(&w), NS_OK);
	r = (struct wire_reader){.msg = buf_view(&b)};
	der_take(&r, DER_OCTET_STRING, &v);
	assert_int_equal(wire_status(&r), NS_OK);
	assert_view_equal(v, VIEW_LITERAL("hello"));
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(elements_are_entered_and_left),
		cmocka_unit_test(lengths_are_definite_and_at_most_four_bytes),
		cmocka_unit_test(what_is_inside_must_fit),
		cmocka_unit_test(what_cannot_be_entered_fails_inside),
		cmocka_unit_test(what_is_left_over_is_an_error_unless_open),
		cmocka_unit_test(lengths_are_written_shortest),
		cmocka_unit_test(a_length_of_over_four_bytes_cannot_be_written),
		cmocka_unit_test(an_element_is_written_as_it_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

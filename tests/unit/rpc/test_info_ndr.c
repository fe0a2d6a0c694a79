/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "lib/hex.h"
#include "rpc/info_ndr.h"
#include "rpc/rpc_frag.h"

#define OUT_MAX   RPC_STUB_MAX
#define MANY_ROWS 100000u

static const struct info_family *const families[] = {
	&SESSION_INFO, &CONNECTION_INFO, &FILE_INFO,        &SHARE_INFO,
	&SERVER_INFO,  &WKSTA_INFO,      &TIME_OF_DAY_INFO,
};

/* A value that tells its row and its field. */
static uint32_t number_for(uint32_t row, size_t field)
{
	return 0x01010101u * (row + 1) + (uint32_t)field;
}

static size_t text_for(char *text, size_t size, uint32_t row, size_t field)
{
	/* of every length modulo 4, so that every padding occurs; the first is empty */
	return (size_t)snprintf(text, size, "%.*s-%u-%zu", (int)(row % 4), "abc", row,
				field) *
	       (row + field > 0);
}

static void fill(struct info_rows *rows, uint32_t count)
{
	char text[64];

	for (uint32_t row = 0; row < count; row++) {
		assert_int_equal(info_rows_add(rows), NS_OK);
		for (size_t f = 0; f < rows->level->n; f++) {
			const struct info_field *field = rows->level->fields[f];
			struct view v = view_of(text, text_for(text, sizeof(text), row, f));

			if (field->type == INFO_U32)
				info_rows_put_u32(rows, field->member, number_for(row, f));
			else if (field->type == INFO_STRING)
				assert_int_equal(info_rows_put_utf8(rows, field->member, v),
						 NS_OK);
			else if (field->type == INFO_BYTES && row % 2 == 0)
				assert_int_equal(
					info_rows_put_bytes(rows, field->member, v), NS_OK);
		}
	}
}

static void assert_rows_equal(const struct info_rows *a, const struct info_rows *b)
{
	assert_ptr_equal(a->level, b->level);
	assert_int_equal(a->count, b->count);
	for (uint32_t row = 0; row < a->count; row++) {
		for (size_t f = 0; f < a->level->n; f++) {
			enum info_type type = a->level->fields[f]->type;

			assert_int_equal(info_absent(a, row, f), info_absent(b, row, f));
			if (type == INFO_STRING)
				assert_view_equal(info_text(a, row, f),
						  info_text(b, row, f));
			else if (type == INFO_BYTES)
				assert_view_equal(info_bytes(a, row, f),
						  info_bytes(b, row, f));
			else
				assert_int_equal(info_u32(a, row, f), info_u32(b, row, f));
		}
	}
}

static enum ns_err pull_enum(const struct info_family *family, struct info_enum *e,
			     struct view stub)
{
	struct ndr x = ndr_pull(stub);

	*e = (struct info_enum){0};
	info_enum_code(&x, family, e);
	return ndr_end(&x);
}

static void push_enum(const struct info_family *family, struct info_enum *e,
		      struct buf *out)
{
	struct ndr x = ndr_push(out);

	info_enum_code(&x, family, e);
	assert_int_equal(ndr_end(&x), NS_OK);
}

static void cut_enum(const struct info_family *family, struct view stub)
{
	for (size_t n = 0; n < stub.n; n++) {
		struct view cut = view_dup(view_slice(stub, 0, n));
		struct info_enum e;

		assert_int_not_equal(pull_enum(family, &e, cut), NS_OK);
		info_enum_release(&e);
		view_free(cut);
	}
}

static void enum_round_trip(const struct info_family *family, uint32_t level,
			    uint32_t count)
{
	struct info_enum a;
	struct info_enum b;
	struct buf stub;
	struct buf again;
	struct view exact;

	buf_init(&stub, OUT_MAX);
	buf_init(&again, OUT_MAX);
	info_enum_init(&a, family, level);
	fill(&a.rows, count);
	push_enum(family, &a, &stub);
	exact = view_dup(buf_view(&stub));
	assert_int_equal(pull_enum(family, &b, exact), NS_OK);
	assert_int_equal(b.level, level);
	assert_rows_equal(&a.rows, &b.rows);
	push_enum(family, &b, &again);
	assert_view_equal(buf_view(&again), exact);
	cut_enum(family, exact);
	info_enum_release(&a);
	info_enum_release(&b);
	buf_release(&stub);
	buf_release(&again);
	view_free(exact);
}

static void every_level_makes_the_round_trip(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		for (size_t j = 0; j < families[i]->n; j++)
			for (uint32_t count = 0; count < 5; count += 2)
				enum_round_trip(families[i], families[i]->levels[j].level,
						count);
}

static enum ns_err pull_single(const struct info_family *family, struct info_single *s,
			       struct view stub)
{
	struct ndr x = ndr_pull(stub);

	*s = (struct info_single){0};
	info_single_code(&x, family, s);
	return ndr_end(&x);
}

static void single_round_trip(const struct info_family *family, uint32_t level,
			      uint32_t count)
{
	struct info_single a;
	struct info_single b;
	struct buf stub;
	struct view exact;
	struct ndr x;

	buf_init(&stub, OUT_MAX);
	info_single_init(&a, family, level);
	fill(&a.rows, count);
	x = ndr_push(&stub);
	info_single_code(&x, family, &a);
	assert_int_equal(ndr_end(&x), NS_OK);
	exact = view_dup(buf_view(&stub));
	assert_int_equal(pull_single(family, &b, exact), NS_OK);
	assert_int_equal(b.level, level);
	assert_rows_equal(&a.rows, &b.rows);
	info_single_release(&b);
	for (size_t n = 0; n < exact.n; n++) {
		struct view cut = view_dup(view_slice(exact, 0, n));

		assert_int_not_equal(pull_single(family, &b, cut), NS_OK);
		info_single_release(&b);
		view_free(cut);
	}
	info_single_release(&a);
	buf_release(&stub);
	view_free(exact);
}

static void every_single_row_makes_the_round_trip(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		for (size_t j = 0; j < families[i]->n; j++)
			for (uint32_t count = 0; count < 2; count++)
				single_round_trip(families[i], families[i]->levels[j].level,
						  count);
}

static void an_unknown_single_level_has_an_empty_arm(void **state)
{
	struct view stub = view_of_hex("99999999");
	struct info_single s;

	(void)state;
	assert_int_equal(pull_single(&SHARE_INFO, &s, stub), NS_OK);
	assert_int_equal(s.level, 0x99999999u);
	assert_null(s.rows.level);
	info_single_release(&s);
	view_free(stub);
}

/* One row of SHARE_INFO_502 whose nine pointers are NULL. */
static void absent_strings_stay_absent(void **state)
{
	static const char hex[] = "f6010000 00000200 00000000 01000000 00000000 02000000"
				  "03000000 04000000 00000000 00000000 63000000 00000000";
	struct view stub = view_of_hex(hex);
	struct info_single s;
	struct buf out;
	struct ndr x;

	(void)state;
	buf_init(&out, OUT_MAX);
	assert_int_equal(pull_single(&SHARE_INFO, &s, stub), NS_OK);
	assert_true(info_absent(&s.rows, 0, 0));
	assert_int_equal(info_text(&s.rows, 0, 0).n, 0);
	assert_int_equal(info_u32(&s.rows, 0, 5), 4);
	assert_true(info_absent(&s.rows, 0, 9));
	assert_int_equal(info_u32(&s.rows, 0, 8), 0); /* 0x63 bytes that are not there */
	x = ndr_push(&out);
	info_single_code(&x, &SHARE_INFO, &s);
	assert_int_equal(ndr_end(&x), NS_OK);
	assert_int_equal(out.n, stub.n);
	info_single_release(&s);
	buf_release(&out);
	view_free(stub);
}

/* A descriptor of 3 bytes whose array says 4. */
static void a_lying_descriptor_is_refused(void **state)
{
	static const char hex[] = "f6010000 00000200 00000000 01000000 00000000 02000000"
				  "03000000 04000000 00000000 00000000 03000000 04000200"
				  "04000000 01020304";
	struct view stub = view_of_hex(hex);
	struct info_single s;

	(void)state;
	assert_int_equal(pull_single(&SHARE_INFO, &s, stub), NS_EFORMAT);
	info_single_release(&s);
	view_free(stub);
}

/* A row that is pulled into rows in use replaces them. */
static void rows_in_use_are_replaced(void **state)
{
	struct view stub = view_of_hex("0a000000 0a000000 00000000");
	struct info_enum e;
	struct ndr x = ndr_pull(stub);

	(void)state;
	info_enum_init(&e, &SESSION_INFO, 1);
	fill(&e.rows, 3);
	info_enum_code(&x, &SESSION_INFO, &e);
	assert_int_equal(ndr_end(&x), NS_OK);
	assert_int_equal(e.rows.count, 0);
	assert_int_equal(e.rows.level->level, 10);
	info_enum_release(&e);
	view_free(stub);
}

static void fill_sessions(struct info_rows *rows)
{
	char client[32];

	for (uint32_t row = 0; row < MANY_ROWS; row++) {
		int n = snprintf(client, sizeof(client), "\\\\10.%u.%u.%u", row >> 16,
				 row >> 8 & 0xff, row & 0xff);

		assert_int_equal(info_rows_add(rows), NS_OK);
		assert_int_equal(
			info_rows_put_utf8(rows, "cname", view_of(client, (size_t)n)),
			NS_OK);
		assert_int_equal(
			info_rows_put_utf8(rows, "username", VIEW_LITERAL("alice")), NS_OK);
		assert_int_equal(info_rows_put_utf8(rows, "transport",
						    VIEW_LITERAL("\\Device\\NetbiosSmb")),
				 NS_OK);
		info_rows_put_u32(rows, "time", row);
	}
}

/* Stub, rows and the caller's Win32 buffer together: at most three times the last. */
static void many_rows_cost_little(void **state)
{
	struct info_enum a;
	struct info_enum b;
	struct buf stub;
	uint64_t win32;

	(void)state;
	buf_init(&stub, OUT_MAX);
	info_enum_init(&a, &SESSION_INFO, 502);
	fill_sessions(&a.rows);
	push_enum(&SESSION_INFO, &a, &stub);
	assert_int_equal(pull_enum(&SESSION_INFO, &b, buf_view(&stub)), NS_OK);
	assert_int_equal(b.rows.count, MANY_ROWS);
	assert_int_equal(b.rows.room, MANY_ROWS);
	assert_int_equal(info_u32(&b.rows, MANY_ROWS - 1, 3), MANY_ROWS - 1);
	assert_view_equal(info_text(&b.rows, 77777, 0), info_text(&a.rows, 77777, 0));
	assert_ptr_equal(b.rows.pool.p, stub.p);
	win32 = info_rows_win32_size(&b.rows, 0, MANY_ROWS);
	assert_true(stub.n + sizeof(union info_value) * 8 * MANY_ROWS + win32 <= 3 * win32);
	info_enum_release(&a);
	info_enum_release(&b);
	buf_release(&stub);
}

static void a_level_can_be_read_by_people(void **state)
{
	struct info_single s;
	struct buf text;
	struct ndr x;

	(void)state;
	for (size_t i = 0; i < SHARE_INFO.n; i++) {
		const struct info_level *level = &SHARE_INFO.levels[i];

		buf_init(&text, OUT_MAX);
		info_single_init(&s, &SHARE_INFO, level->level);
		fill(&s.rows, 1);
		x = ndr_print(&text);
		info_single_code(&x, &SHARE_INFO, &s);
		assert_int_equal(ndr_end(&x), NS_OK);
		assert_int_equal(buf_append_zero(&text, 1), NS_OK);
		assert_non_null(strstr((char *)text.p, level->name));
		for (size_t f = 0; f < level->n; f++)
			assert_non_null(strstr((char *)text.p, level->fields[f]->member));
		info_single_release(&s);
		buf_release(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_level_makes_the_round_trip),
		cmocka_unit_test(every_single_row_makes_the_round_trip),
		cmocka_unit_test(an_unknown_single_level_has_an_empty_arm),
		cmocka_unit_test(absent_strings_stay_absent),
		cmocka_unit_test(a_lying_descriptor_is_refused),
		cmocka_unit_test(rows_in_use_are_replaced),
		cmocka_unit_test(many_rows_cost_little),
		cmocka_unit_test(a_level_can_be_read_by_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

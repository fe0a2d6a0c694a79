/* SPDX-License-Identifier: MIT */
/*
 * The vectors were made by an independent encoder; here each is decoded field by field,
 * encoded again byte for byte, and refused at every shorter length.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <uchar.h>

#include <cmocka.h>

#include "rpc/srvsvc.h"
#include "vectors.h"

#define OUT_MAX  65536u
#define NO_LIMIT SRVSVC_MAX_PREFERRED_LENGTH

static void assert_name(const struct ndr_string *got, const char16_t *want, size_t units)
{
	assert_false(got->null);
	assert_view_equal(got->text, view_of(want, 2 * units));
}

#define ASSERT_NAME(got, want) assert_name(&(got), want, sizeof(want) / 2 - 1)

static void assert_cell(const struct info_rows *rows, uint32_t row, size_t field,
			const char16_t *want, size_t units)
{
	assert_false(info_absent(rows, row, field));
	assert_view_equal(info_text(rows, row, field), view_of(want, 2 * units));
}

#define ASSERT_CELL(rows, row, field, want)                                                \
	assert_cell(&(rows), row, field, want, sizeof(want) / 2 - 1)

static struct view del_stub(const char *label, struct netr_session_del_req *r)
{
	struct view stub = vector(label);
	struct ndr x = ndr_pull(stub);

	*r = (struct netr_session_del_req){0};
	netr_session_del_req_code(&x, r);
	assert_int_equal(ndr_end(&x), NS_OK);
	return stub;
}

static void del_requests_are_decoded(void **state)
{
	struct netr_session_del_req r;
	struct view stub;

	(void)state;
	stub = del_stub("D1", &r);
	ASSERT_NAME(r.server_name, u"\\\\srv");
	ASSERT_NAME(r.client_name, u"\\\\ws1");
	ASSERT_NAME(r.user_name, u"bob");
	view_free(stub);
	stub = del_stub("D2", &r);
	assert_true(r.server_name.null);
	assert_true(r.client_name.null);
	ASSERT_NAME(r.user_name, u"bob");
	view_free(stub);
	stub = del_stub("D3", &r);
	assert_true(r.server_name.null);
	ASSERT_NAME(r.client_name, u"\\\\10.0.0.5");
	assert_true(r.user_name.null);
	view_free(stub);
	stub = del_stub("D4", &r);
	ASSERT_NAME(r.server_name, u"\\\\s1");
	ASSERT_NAME(r.client_name, u"\\\\[fe80::1]");
	ASSERT_NAME(r.user_name, u"bob");
	view_free(stub);
	stub = del_stub("D5", &r);
	assert_true(r.server_name.null);
	ASSERT_NAME(r.client_name, u"");
	ASSERT_NAME(r.user_name, u"");
	view_free(stub);
}

static struct view enum_stub(const char *label, struct netr_session_enum_req *r)
{
	struct view stub = vector(label);
	struct ndr x = ndr_pull(stub);

	*r = (struct netr_session_enum_req){0};
	netr_session_enum_req_code(&x, r);
	assert_int_equal(ndr_end(&x), NS_OK);
	return stub;
}

static void assert_whole_list(const char *label, uint32_t level)
{
	struct netr_session_enum_req r;
	struct view stub = enum_stub(label, &r);

	ASSERT_NAME(r.server_name, u"\\\\srv");
	assert_true(r.client_name.null);
	assert_true(r.user_name.null);
	assert_int_equal(r.params.info.level, level);
	assert_false(r.params.info.no_container);
	assert_true(r.params.info.no_buffer);
	assert_int_equal(r.params.info.rows.count, 0);
	assert_int_equal(r.params.info.rows.level->level, level);
	assert_int_equal(r.params.prefered_maximum_length, NO_LIMIT);
	assert_true(r.params.has_resume);
	assert_int_equal(r.params.resume_handle, 0);
	netr_enum_params_release(&r.params);
	view_free(stub);
}

static void enum_requests_are_decoded(void **state)
{
	struct netr_session_enum_req r;
	struct view stub;

	(void)state;
	assert_whole_list("E1", 10);
	assert_whole_list("E2", 502);
	stub = enum_stub("E3", &r);
	assert_true(r.server_name.null);
	ASSERT_NAME(r.client_name, u"\\\\ws1");
	ASSERT_NAME(r.user_name, u"bob");
	assert_int_equal(r.params.info.level, 502);
	assert_int_equal(r.params.prefered_maximum_length, 4096);
	assert_false(r.params.has_resume);
	netr_enum_params_release(&r.params);
	view_free(stub);
}

/* Decodes a response and checks what is not in a row. */
static struct view resp_stub(const char *label, struct netr_enum_resp *r, uint32_t level,
			     uint32_t count, uint32_t total)
{
	struct view stub = vector(label);
	struct ndr x = ndr_pull(stub);

	*r = (struct netr_enum_resp){0};
	netr_session_enum_resp_code(&x, r);
	assert_int_equal(ndr_end(&x), NS_OK);
	assert_int_equal(r->info.level, level);
	assert_false(r->info.no_container);
	assert_int_equal(r->info.rows.count, count);
	assert_int_equal(r->total_entries, total);
	return stub;
}

static void resp_done(struct netr_enum_resp *r, struct view stub, uint32_t status)
{
	assert_int_equal(r->status, status);
	netr_enum_resp_release(r);
	view_free(stub);
}

static void level_10_rows_are_decoded(void **state)
{
	struct netr_enum_resp r;
	struct view stub = resp_stub("R1", &r, 10, 2, 2);
	struct info_rows *rows = &r.info.rows;

	(void)state;
	ASSERT_CELL(*rows, 0, 0, u"\\\\10.0.0.5");
	ASSERT_CELL(*rows, 0, 1, u"alice");
	assert_int_equal(info_u32(rows, 0, 2), 3661);
	assert_int_equal(info_u32(rows, 0, 3), 5);
	ASSERT_CELL(*rows, 1, 0, u"\\\\[fe80::1]");
	ASSERT_CELL(*rows, 1, 1, u"bob");
	assert_int_equal(info_u32(rows, 1, 2), 60);
	assert_int_equal(info_u32(rows, 1, 3), 0);
	assert_ptr_equal(rows->pool.p, stub.p); /* nothing was copied */
	assert_true(r.has_resume);
	assert_int_equal(r.resume_handle, 0);
	resp_done(&r, stub, 0);
}

static void level_502_rows_are_decoded(void **state)
{
	struct netr_enum_resp r;
	struct view stub = resp_stub("R2", &r, 502, 2, 2);
	struct info_rows *rows = &r.info.rows;

	(void)state;
	ASSERT_CELL(*rows, 0, 0, u"\\\\10.0.0.5");
	ASSERT_CELL(*rows, 0, 1, u"alice");
	assert_int_equal(info_u32(rows, 0, 2), 3);
	assert_int_equal(info_u32(rows, 0, 3), 3661);
	assert_int_equal(info_u32(rows, 0, 4), 5);
	assert_int_equal(info_u32(rows, 0, 5), 0);
	ASSERT_CELL(*rows, 0, 6, u"");
	ASSERT_CELL(*rows, 0, 7, u"\\Device\\NetbiosSmb");
	ASSERT_CELL(*rows, 1, 0, u"\\\\[fe80::1]");
	ASSERT_CELL(*rows, 1, 1, u"guest");
	assert_int_equal(info_u32(rows, 1, 2), 0);
	assert_int_equal(info_u32(rows, 1, 3), 60);
	assert_int_equal(info_u32(rows, 1, 4), 0);
	assert_int_equal(info_u32(rows, 1, 5), 1);
	ASSERT_CELL(*rows, 1, 6, u"");
	ASSERT_CELL(*rows, 1, 7, u"\\Device\\NetbiosSmb");
	assert_true(r.has_resume);
	resp_done(&r, stub, 0);
}

static void levels_1_and_2_are_decoded(void **state)
{
	static const char *const labels[] = {"R6", "R7"};

	(void)state;
	for (uint32_t i = 0; i < 2; i++) {
		struct netr_enum_resp r;
		struct view stub = resp_stub(labels[i], &r, i + 1, 1, 1);
		struct info_rows *rows = &r.info.rows;

		ASSERT_CELL(*rows, 0, 0, u"\\\\ws1");
		ASSERT_CELL(*rows, 0, 1, u"bob");
		assert_int_equal(info_u32(rows, 0, 2), 1);
		assert_int_equal(info_u32(rows, 0, 3), 10);
		assert_int_equal(info_u32(rows, 0, 4), 2);
		assert_int_equal(info_u32(rows, 0, 5), 0);
		if (i == 1)
			ASSERT_CELL(*rows, 0, 6, u"");
		assert_false(r.has_resume);
		resp_done(&r, stub, 0);
	}
}

static void answers_without_rows_are_decoded(void **state)
{
	struct netr_enum_resp r;
	struct view stub;

	(void)state;
	stub = resp_stub("R3", &r, 10, 1, 2); /* the first of two */
	ASSERT_CELL(r.info.rows, 0, 1, u"alice");
	assert_int_equal(r.resume_handle, 1);
	resp_done(&r, stub, 234);
	stub = resp_stub("R4", &r, 10, 0, 0); /* access denied */
	assert_true(r.info.no_buffer);
	assert_true(r.has_resume);
	resp_done(&r, stub, 5);
	stub = resp_stub("R5", &r, 0, 0, 0); /* an array of none */
	assert_false(r.info.no_buffer);
	resp_done(&r, stub, 0);
}

/* Every direction of one vector's coder. */
struct vector_case {
	const char *label;
	int kind; /* 'D', 'E', 'R' */
};

static const struct vector_case vector_cases[] = {
	{"D1", 'D'}, {"D2", 'D'}, {"D3", 'D'}, {"D4", 'D'}, {"D5", 'D'},
	{"E1", 'E'}, {"E2", 'E'}, {"E3", 'E'}, {"R1", 'R'}, {"R2", 'R'},
	{"R3", 'R'}, {"R4", 'R'}, {"R5", 'R'}, {"R6", 'R'}, {"R7", 'R'},
};

#define N_VECTORS (sizeof(vector_cases) / sizeof(vector_cases[0]))

/* Pulls, and pushes into `out` if it could. */
static enum ns_err recode(int kind, struct view stub, struct buf *out)
{
	union {
		struct netr_session_del_req del;
		struct netr_session_enum_req list;
		struct netr_enum_resp resp;
	} u;
	struct ndr x = ndr_pull(stub);
	enum ns_err err = NS_OK;

	memset(&u, 0, sizeof(u));
	for (int pass = 0; pass < 2 && err == NS_OK; pass++) {
		if (kind == 'D')
			netr_session_del_req_code(&x, &u.del);
		else if (kind == 'E')
			netr_session_enum_req_code(&x, &u.list);
		else
			netr_session_enum_resp_code(&x, &u.resp);
		err = ndr_end(&x);
		x = ndr_push(out);
	}
	if (kind == 'E')
		netr_enum_params_release(&u.list.params);
	else if (kind == 'R')
		netr_enum_resp_release(&u.resp);
	return err;
}

static void every_vector_is_encoded_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < N_VECTORS; i++) {
		struct view stub = vector(vector_cases[i].label);
		struct buf out;

		buf_init(&out, OUT_MAX);
		assert_int_equal(recode(vector_cases[i].kind, stub, &out), NS_OK);
		assert_view_equal(buf_view(&out), stub);
		buf_release(&out);
		view_free(stub);
	}
}

static void every_truncation_is_refused(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, OUT_MAX);
	for (size_t i = 0; i < N_VECTORS; i++) {
		struct view stub = vector(vector_cases[i].label);

		for (size_t n = 0; n < stub.n; n++) {
			struct view cut = view_dup(view_slice(stub, 0, n));

			assert_int_not_equal(recode(vector_cases[i].kind, cut, &out),
					     NS_OK);
			view_free(cut);
		}
		view_free(stub);
	}
	assert_int_equal(out.n, 0);
	buf_release(&out);
}

/* Turns any byte of any vector into others: nothing but an answer or a refusal happens. */
static void no_changed_byte_does_harm(void **state)
{
	static const uint8_t masks[] = {0x01, 0x80, 0xff};
	struct buf out;

	(void)state;
	buf_init(&out, OUT_MAX);
	for (size_t i = 0; i < N_VECTORS; i++) {
		struct view stub = vector(vector_cases[i].label);

		for (size_t at = 0; at < 3 * stub.n; at++) {
			struct view bad = view_dup(stub);
			uint8_t *p = (uint8_t *)(uintptr_t)bad.p;

			p[at / 3] ^= masks[at % 3];
			buf_clear(&out);
			(void)!recode(vector_cases[i].kind, bad, &out);
			view_free(bad);
		}
		view_free(stub);
	}
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(del_requests_are_decoded),
		cmocka_unit_test(enum_requests_are_decoded),
		cmocka_unit_test(level_10_rows_are_decoded),
		cmocka_unit_test(level_502_rows_are_decoded),
		cmocka_unit_test(levels_1_and_2_are_decoded),
		cmocka_unit_test(answers_without_rows_are_decoded),
		cmocka_unit_test(every_vector_is_encoded_the_same),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(no_changed_byte_does_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "wire/smb2_create_context.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "codec.h"

static const char two[] = "18000000" /*  0 Next 24 */
			  "1000"     /*  4 NameOffset 16 */
			  "0400"     /*  6 NameLength 4 */
			  "0000"     /*  8 Reserved */
			  "0000"     /* 10 DataOffset */
			  "00000000" /* 12 DataLength */
			  "4d784163" /* 16 "MxAc" */
			  "00000000" /* 20 padding */
			  "00000000" /* 24 Next: the last */
			  "1000"     /* 28 NameOffset 16 */
			  "0400"     /* 30 NameLength 4 */
			  "0000"     /* 32 Reserved */
			  "1800"     /* 34 DataOffset 24 */
			  "03000000" /* 36 DataLength 3 */
			  "51466964" /* 40 "QFid" */
			  "00000000" /* 44 padding */
			  "010203";  /* 48 the data */

static void a_chain_is_walked(void **state)
{
	struct view chain = view_of_hex(two);
	struct smb2_create_contexts it = smb2_create_contexts_of(chain);
	struct smb2_create_context c;

	(void)state;
	assert_true(smb2_create_context_next(&it, &c));
	assert_view_equal(c.name, view_of_string(SMB2_CREATE_QUERY_MAXIMAL_ACCESS));
	assert_int_equal(c.data.n, 0);
	assert_true(smb2_create_context_next(&it, &c));
	assert_view_equal(c.name, view_of_string(SMB2_CREATE_QUERY_ON_DISK_ID));
	assert_view_equal(c.data, VIEW_LITERAL("\1\2\3"));
	assert_false(smb2_create_context_next(&it, &c));
	assert_int_equal(it.err, NS_OK);
	view_free(chain);
}

static enum ns_err walk(struct view chain, size_t *count)
{
	struct smb2_create_contexts it = smb2_create_contexts_of(chain);
	struct smb2_create_context c;

	for (*count = 0; smb2_create_context_next(&it, &c); ++*count)
		assert_true(*count < 2);
	assert_false(smb2_create_context_next(&it, &c));
	return it.err;
}

static void every_truncation_is_refused(void **state)
{
	struct view chain = view_of_hex(two);
	size_t count;

	(void)state;
	assert_int_equal(walk((struct view){0}, &count), NS_OK);
	for (size_t n = 1; n < chain.n; n++) {
		struct view cut = view_dup(view_of(chain.p, n));

		assert_int_not_equal(walk(cut, &count), NS_OK);
		assert_true(count <= 1);
		view_free(cut);
	}
	view_free(chain);
}

static void bad_chains_are_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		enum ns_err want;
	} rows[] = {
		{0, 8, NS_EFORMAT},     /* Next into the context */
		{0, 25, NS_EFORMAT},    /* not aligned */
		{0, 16, NS_EFORMAT},    /* leaves no room for the name */
		{0, 56, NS_EFORMAT},    /* past the end */
		{3, 0xff, NS_EFORMAT},  /* far out */
		{4, 15, NS_EFORMAT},    /* name into the fixed part */
		{4, 21, NS_EFORMAT},    /* name past the context, inside the chain */
		{6, 3, NS_EFORMAT},     /* a name of three */
		{6, 9, NS_EFORMAT},     /* name past the context */
		{12, 1, NS_EFORMAT},    /* data of one byte at 0 */
		{34, 15, NS_EFORMAT},   /* data into the fixed part */
		{34, 25, NS_EFORMAT},   /* data past the end */
		{36, 4, NS_EFORMAT},    /* data too long */
		{39, 0xff, NS_EFORMAT}, /* data of 4 GiB */
		{8, 0xff, NS_OK},       /* Reserved */
		{10, 0xff, NS_OK},      /* DataOffset without data is ignored */
	};
	struct view good = view_of_hex(two);

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct buf b;
		size_t count;

		buf_init(&b, good.n);
		assert_int_equal(buf_append(&b, good), NS_OK);
		b.p[rows[i].at] = rows[i].value;
		if (walk(buf_view(&b), &count) != rows[i].want)
			fail_msg("row %zu", i);
		buf_release(&b);
	}
	view_free(good);
}

static void a_written_chain_is_the_one_read(void **state)
{
	const struct smb2_create_context list[] = {
		{view_of_string(SMB2_CREATE_QUERY_MAXIMAL_ACCESS), {0}},
		{view_of_string(SMB2_CREATE_QUERY_ON_DISK_ID), VIEW_LITERAL("\1\2\3")},
	};
	struct view want = view_of_hex(two);

	(void)state;
	for (size_t max = 0; max <= want.n; max++) {
		struct wire_writer w;
		struct buf b;

		buf_init(&b, max);
		w = wire_writer_at_end(&b);
		smb2_create_contexts_encode(&w, list, COUNT(list));
		assert_int_equal(wire_put_status(&w), max < want.n ? NS_ELIMIT : NS_OK);
		if (max == want.n)
			assert_view_equal(buf_view(&b), want);
		buf_release(&b);
	}
	view_free(want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chain_is_walked),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(bad_chains_are_refused),
		cmocka_unit_test(a_written_chain_is_the_one_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

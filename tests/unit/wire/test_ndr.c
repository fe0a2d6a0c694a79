/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/hex.h"
#include "wire/ndr.h"

#define OUT_MAX 4096u

#define UTF16(s) view_of(s, sizeof(s) - sizeof((s)[0]))

/* Three parameters of every kind there is. */
struct sample {
	struct ndr_string name;
	uint32_t number;
	bool has_handle;
	uint32_t handle;
	struct view text;
	uint32_t n_bytes;
	struct view bytes;
};

static const char sample_hex[] =
	"00000200"                   /* referent of name */
	"04000000 00000000 04000000" /* max, offset, actual */
	"6200 6f00 6200 0000"        /* "bob" */
	"2a000000"                   /* number */
	"04000200 07000000"          /* handle */
	"02000000 00000000 02000000" /* text: max, offset, actual */
	"7800 0000"                  /* "x" */
	"03000000 03000000 010203";  /* n_bytes, max, bytes */

static void sample_code(struct ndr *x, struct sample *s)
{
	ndr_open(x, "sample");
	ndr_unique_string(x, "name", &s->name);
	ndr_u32(x, "number", &s->number);
	ndr_unique_u32(x, "handle", &s->has_handle, &s->handle);
	ndr_string(x, "text", &s->text);
	ndr_u32(x, "n_bytes", &s->n_bytes);
	ndr_bytes(x, "bytes", s->n_bytes, &s->bytes);
	ndr_close(x);
}

static void every_kind_is_pulled(void **state)
{
	struct view stub = view_of_hex(sample_hex);
	struct ndr x = ndr_pull(stub);
	struct sample s = {0};

	(void)state;
	sample_code(&x, &s);
	assert_int_equal(ndr_end(&x), NS_OK);
	assert_false(s.name.null);
	assert_view_equal(s.name.text, UTF16(u"bob"));
	assert_int_equal(s.number, 42);
	assert_true(s.has_handle);
	assert_int_equal(s.handle, 7);
	assert_view_equal(s.text, UTF16(u"x"));
	assert_view_equal(s.bytes, VIEW_LITERAL("\1\2\3"));
	view_free(stub);
}

static void what_was_pulled_is_pushed_the_same(void **state)
{
	struct view stub = view_of_hex(sample_hex);
	struct ndr x = ndr_pull(stub);
	struct sample s = {0};
	struct buf out;

	(void)state;
	buf_init(&out, OUT_MAX);
	sample_code(&x, &s);
	assert_int_equal(ndr_end(&x), NS_OK);
	assert_int_equal(buf_append(&out, VIEW_LITERAL("odd")), NS_OK);
	x = ndr_push(&out); /* positions count from here, not from the buffer's start */
	sample_code(&x, &s);
	assert_int_equal(ndr_end(&x), NS_OK);
	assert_view_equal(view_slice(buf_view(&out), 3, OUT_MAX), stub);
	buf_release(&out);
	view_free(stub);
}

static void print_is_for_reading(void **state)
{
	static const char want[] = "sample\n"
				   "  name: \"a\\u001bb\xc3\xa4\\u0000\"\n"
				   "  number: 42 (0x2a)\n"
				   "  handle: NULL\n"
				   "  text: \"\"\n"
				   "  n_bytes: 2 (0x2)\n"
				   "  bytes: 0aff\n";
	struct sample s = {
		.name = ndr_string_of(UTF16(u"a\x1b"
					    u"b\xe4\0")),
		.number = 42,
		.n_bytes = 2,
		.bytes = VIEW_LITERAL("\x0a\xff"),
	};
	struct buf text;
	struct ndr x;

	(void)state;
	buf_init(&text, OUT_MAX);
	x = ndr_print(&text);
	sample_code(&x, &s);
	assert_int_equal(ndr_end(&x), NS_OK);
	assert_view_equal(buf_view(&text), VIEW_LITERAL(want));
	buf_release(&text);
}

static void long_bytes_are_printed_in_part(void **state)
{
	uint8_t zeroes[100] = {0};
	struct view bytes = view_of(zeroes, sizeof(zeroes));
	struct buf text;
	struct ndr x;

	(void)state;
	buf_init(&text, OUT_MAX);
	x = ndr_print(&text);
	ndr_bytes(&x, "b", sizeof(zeroes), &bytes);
	assert_int_equal(ndr_status(&x), NS_OK);
	assert_int_equal(text.n, strlen("b: ") + 2 * 64 + strlen("...\n"));
	buf_release(&text);
}

static void printing_stops_at_the_limit(void **state)
{
	struct view s = UTF16(u"much too long");
	struct buf text;
	struct ndr x;

	(void)state;
	buf_init(&text, 8);
	x = ndr_print(&text);
	ndr_string(&x, "s", &s);
	ndr_string(&x, "s", &s);
	assert_int_equal(ndr_status(&x), NS_ELIMIT);
	assert_true(text.n <= 8);
	buf_release(&text);
}

static void every_truncation_is_refused(void **state)
{
	struct view stub = view_of_hex(sample_hex);

	(void)state;
	for (size_t n = 0; n < stub.n; n++) {
		struct view cut = view_dup(view_slice(stub, 0, n));
		struct ndr x = ndr_pull(cut);
		struct sample s = {0};

		sample_code(&x, &s);
		assert_int_not_equal(ndr_end(&x), NS_OK);
		view_free(cut);
	}
	view_free(stub);
}

static enum ns_err pull_one(const char *hex, struct view *text, struct view *stub)
{
	struct ndr x;

	*stub = view_of_hex(hex);
	x = ndr_pull(*stub);
	ndr_string(&x, "s", text);
	return ndr_end(&x);
}

static void bad_strings_are_refused(void **state)
{
	static const struct {
		const char *hex;
		enum ns_err want;
	} rows[] = {
		{"02000000 01000000 01000000 0000", NS_EFORMAT}, /* offset 1 */
		{"02000000 00000000 00000000", NS_EFORMAT},      /* no NUL can be there */
		{"01000000 00000000 02000000 61000000", NS_EFORMAT}, /* actual > max */
		{"02000000 00000000 02000000 61006200", NS_EFORMAT}, /* last is no NUL */
		{"ffffffff 00000000 ffffffff 61000000", NS_ELIMIT},
		{"01800000 00000000 01800000 61000000", NS_ELIMIT},
		{"00800000 00000000 00800000 61000000", NS_ETRUNC},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct view text;
		struct view stub;

		assert_int_equal(pull_one(rows[i].hex, &text, &stub), rows[i].want);
		assert_int_equal(text.n, 0);
		view_free(stub);
	}
}

static void odd_but_good_strings_are_taken(void **state)
{
	struct view text;
	struct view stub;

	(void)state;
	/* room for more than there is */
	assert_int_equal(pull_one("ff000000 00000000 02000000 61000000", &text, &stub),
			 NS_OK);
	assert_view_equal(text, UTF16(u"a"));
	view_free(stub);
	/* a NUL in the middle ends it, as it does for Windows */
	assert_int_equal(
		pull_one("04000000 00000000 04000000 6100000062000000", &text, &stub),
		NS_OK);
	assert_view_equal(text, UTF16(u"a"));
	view_free(stub);
	/* U+0100 and U+0001 side by side hold two zero bytes that are no NUL */
	assert_int_equal(pull_one("03000000 00000000 03000000 000101000000", &text, &stub),
			 NS_OK);
	assert_int_equal(text.n, 4);
	view_free(stub);
}

static void any_referent_but_zero_is_a_pointer(void **state)
{
	static const char *const hex[] = {"00000000", "01000000", "ffffffff"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct view stub = view_of_hex(hex[i]);
		struct ndr x = ndr_pull(stub);
		bool present = i == 0;

		assert_int_equal(ndr_unique(&x, "p", &present), i != 0);
		assert_int_equal(present, i != 0);
		assert_int_equal(ndr_end(&x), NS_OK);
		view_free(stub);
	}
}

static void counts_are_checked_against_what_is_left(void **state)
{
	static const struct {
		const char *hex;
		uint32_t count;
		enum ns_err want;
	} rows[] = {
		{"02000000 0000000000000000", 2, NS_OK},
		{"02000000 00000000000000", 2, NS_ETRUNC},
		{"01000000 0000000000000000", 2, NS_EFORMAT},
		{"ffffffff 0000000000000000", UINT32_MAX, NS_ETRUNC},
		{"00000000", 0, NS_OK},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct view stub = view_of_hex(rows[i].hex);
		struct ndr x = ndr_pull(stub);

		ndr_conformance(&x, rows[i].count, 4);
		assert_int_equal(ndr_status(&x), rows[i].want);
		view_free(stub);
	}
}

static void only_zero_padding_may_follow(void **state)
{
	static const struct {
		const char *hex;
		enum ns_err want;
	} rows[] = {
		{"01000000", NS_OK},
		{"01000000 00000000000000", NS_OK},
		{"01000000 0000000000000000", NS_EFORMAT},
		{"01000000 00000001", NS_EFORMAT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct view stub = view_of_hex(rows[i].hex);
		struct ndr x = ndr_pull(stub);
		uint32_t v;

		ndr_u32(&x, "v", &v);
		assert_int_equal(ndr_end(&x), rows[i].want);
		view_free(stub);
	}
}

static void the_rest_may_be_left_alone(void **state)
{
	struct view stub = view_of_hex("01000000 deadbeefdeadbeefdeadbeef");
	struct ndr x = ndr_pull(stub);
	uint32_t v;

	(void)state;
	ndr_u32(&x, "v", &v);
	ndr_skip_rest(&x);
	assert_int_equal(ndr_end(&x), NS_OK);
	assert_int_equal(v, 1);
	view_free(stub);
}

static void a_failure_sticks(void **state)
{
	struct view stub = view_of_hex("0100000002000000");
	struct ndr x = ndr_pull(stub);
	uint32_t v = 9;
	struct view bytes = stub;

	(void)state;
	ndr_fail(&x, NS_ELIMIT);
	ndr_fail(&x, NS_EFORMAT);
	ndr_u32(&x, "v", &v);
	assert_int_equal(v, 0);
	ndr_bytes(&x, "bytes", 1, &bytes);
	assert_int_equal(bytes.n, 0);
	assert_int_equal(ndr_end(&x), NS_ELIMIT);
	view_free(stub);
}

static void strings_we_cannot_send_are_refused(void **state)
{
	struct buf big;
	struct buf out;
	struct view odd = VIEW_LITERAL("abc");
	struct view text;
	struct ndr x;

	(void)state;
	buf_init(&big, 2 * (size_t)NDR_STRING_MAX);
	buf_init(&out, 4 * (size_t)NDR_STRING_MAX);
	x = ndr_push(&out);
	ndr_string(&x, "odd", &odd);
	assert_int_equal(ndr_status(&x), NS_EINVAL);

	assert_int_equal(buf_append_zero(&big, 2 * (size_t)NDR_STRING_MAX), NS_OK);
	text = buf_view(&big);
	x = ndr_push(&out);
	ndr_string(&x, "long", &text);
	ndr_string(&x, "after", &text);
	assert_int_equal(ndr_end(&x), NS_EINVAL);
	text.n -= 2; /* the longest there may be */
	x = ndr_push(&out);
	ndr_string(&x, "longest", &text);
	assert_int_equal(ndr_end(&x), NS_OK);
	buf_release(&out);
	buf_release(&big);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_is_pulled),
		cmocka_unit_test(what_was_pulled_is_pushed_the_same),
		cmocka_unit_test(print_is_for_reading),
		cmocka_unit_test(long_bytes_are_printed_in_part),
		cmocka_unit_test(printing_stops_at_the_limit),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(bad_strings_are_refused),
		cmocka_unit_test(odd_but_good_strings_are_taken),
		cmocka_unit_test(any_referent_but_zero_is_a_pointer),
		cmocka_unit_test(counts_are_checked_against_what_is_left),
		cmocka_unit_test(only_zero_padding_may_follow),
		cmocka_unit_test(the_rest_may_be_left_alone),
		cmocka_unit_test(a_failure_sticks),
		cmocka_unit_test(strings_we_cannot_send_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "netsess.h"

struct row {
	const char *a;
	const char *b;
	bool same;
};

static void clients_are_compared(void **state)
{
	static const struct row rows[] = {
		{"\\\\10.0.0.5", "\\\\10.0.0.5", true},
		{"\\\\10.0.0.5", "10.0.0.5", true},
		{"10.0.0.5", "10.0.0.50", false},
		{"\\\\10.0.0.5", "\\10.0.0.5", false},
		/* IPv6 in every form */
		{"\\\\[fe80::1]", "fe80:0:0:0:0:0:0:1", true},
		{"\\\\[FE80::1]", "\\\\fe80::1", true},
		{"::1", "[::1]", true},
		{"::1", "::2", false},
		{"::ffff:10.0.0.5", "10.0.0.5", true},
		{"\\\\[::ffff:a00:5]", "\\\\10.0.0.5", true},
		{"::10.0.0.5", "10.0.0.5", false},
		{"[::1", "::1", false},
		{"::1]", "::1", false},
		/* zones */
		{"fe80::1%eth0", "fe80::1", true},
		{"[fe80::1%2]", "\\\\[fe80::1%2]", true},
		{"fe80::1%2", "fe80::1%3", false},
		{"fe80::1%eth0", "fe80::1%ETH0", true},
		{"fe80::1%eth0", "fe80::2%eth0", false},
		{"10.0.0.5%1", "10.0.0.5", false},
		/* names */
		{"\\\\WS1", "\\\\ws1", true},
		{"ws1", "\\\\ws1", true},
		{"ws1", "ws1.example.com", false},
		{"\\\\B\xc3\x84R", "b\xc3\xa4r", true},
		{"stra\xc3\x9f"
		 "e",
		 "STRASSE", false},
		{"10.0.0.5", "ws1", false},
		{"010.0.0.5", "10.0.0.5", false}, /* no address: leading zeroes */
		{"10.0.0", "10.0.0", true},
		{"", "", true},
		{NULL, "", true},
		{"", "ws1", false},
		{"b\xff", "b\xff", false}, /* not UTF-8: the same as nobody */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (netsess_same_client(rows[i].a, rows[i].b) != rows[i].same ||
		    netsess_same_client(rows[i].b, rows[i].a) != rows[i].same)
			fail_msg("%s and %s", rows[i].a, rows[i].b);
	}
}

static void users_are_compared(void **state)
{
	static const struct row rows[] = {
		{"bob", "bob", true},
		{"bob", "BOB", true},
		{"bob", "DOMAIN\\bob", true},
		{"bob", "bob@EXAMPLE.COM", true},
		{"DOMAIN\\bob", "bob@EXAMPLE.COM", true},
		{"A\\bob", "a\\BOB", true},
		{"A\\bob", "B\\bob", false},
		{"bob@A", "bob@B", false},
		{"bob", "alice", false},
		{"bob", "DOMAIN\\alice", false},
		{"bob", "bob$", false},
		{"bob", "bobby", false},
		{"a@b@C", "a@b", false}, /* the last one parts: "a@b" and "a" */
		{"@bob", "bob", false},  /* nobody before it: a name with an @ */
		{"\\bob", "bob", true},
		{"j\xc3\xb6rg", "X\\J\xc3\x96RG", true},
		{NULL, "", true},
		{"", "bob", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (netsess_same_user(rows[i].a, rows[i].b) != rows[i].same ||
		    netsess_same_user(rows[i].b, rows[i].a) != rows[i].same)
			fail_msg("%s and %s", rows[i].a, rows[i].b);
	}
}

static void a_name_of_any_length_is_harmless(void **state)
{
	static char text[20000];

	(void)state;
	memset(text, 'a', sizeof(text) - 1);
	for (size_t n = 0; n < sizeof(text) - 1; n += 997) {
		char kept = text[n];

		text[n] = '\0';
		assert_false(netsess_same_client(text, "b"));
		assert_false(netsess_same_user(text, "b"));
		text[n] = kept;
	}
	assert_false(netsess_same_client(text, text)); /* no name may be that long */
}

static void words(void **state)
{
	(void)state;
	assert_string_equal(netsess_code_name(2312), "NERR_ClientNameNotFound");
	assert_string_equal(netsess_code_name(0), "NERR_Success");
	assert_string_equal(netsess_code_name(4711), "");
	assert_string_not_equal(netsess_code_text(4711), "");
	assert_string_not_equal(netsess_code_text(5), netsess_code_text(87));
	assert_string_equal(netsess_dialect_name(NETSESS_DIALECT_302), "3.0.2");
	assert_string_equal(netsess_dialect_name(0x02ff), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clients_are_compared),
		cmocka_unit_test(users_are_compared),
		cmocka_unit_test(a_name_of_any_length_is_harmless),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "client/names.h"

struct row {
	const char *text;
	const char *host; /* NULL: refused */
	uint16_t port;
};

/* clang-format off */
static const struct row rows[] = {
	{"host",                      "host", 445},
	{"\\\\host",                  "host", 445},
	{"\\\\HOST.example.com",      "HOST.example.com", 445},
	{"host.example.com.",         "host.example.com.", 445},
	{"host:1445",                 "host", 1445},
	{"\\\\host:1",                "host", 1},
	{"host:65535",                "host", 65535},
	{"ho_st-1",                   "ho_st-1", 445},
	{"192.0.2.7",                 "192.0.2.7", 445},
	{"\\\\192.0.2.7:8445",        "192.0.2.7", 8445},
	{"b\xc3\xbc" "cher.example",  "b\xc3\xbc" "cher.example", 445},
	{"[2001:db8::1]",             "2001:db8::1", 445},
	{"\\\\[2001:db8::1]",         "2001:db8::1", 445},
	{"[2001:db8::1]:4450",        "2001:db8::1", 4450},
	{"\\\\[::1]:4450",            "::1", 4450},
	{"2001:db8::1",               "2001:db8::1", 445},
	{"\\\\::1",                   "::1", 445},
	{"[fe80::1%eth0]:445",        "fe80::1%eth0", 445},
	{"fe80::1%2",                 "fe80::1%2", 445},
	{"[::ffff:192.0.2.7]",        "::ffff:192.0.2.7", 445},

	{"\\",                        NULL, 0},
	{"\\\\",                      NULL, 0},
	{"\\host",                    NULL, 0},
	{"\\\\\\host",                NULL, 0},
	{"\\\\host\\share",           NULL, 0},
	{"//host",                    NULL, 0},
	{"host/",                     NULL, 0},
	{"ho st",                     NULL, 0},
	{" host",                     NULL, 0},
	{"host\n",                    NULL, 0},
	{"ho\x7fst",                  NULL, 0},
	{"user@host",                 NULL, 0},
	{"host:",                     NULL, 0},
	{":445",                      NULL, 0},
	{"host:0",                    NULL, 0},
	{"host:65536",                NULL, 0},
	{"host:99999999999999999999", NULL, 0},
	{"host:000445",               NULL, 0},
	{"host:-1",                   NULL, 0},
	{"host:+445",                 NULL, 0},
	{"host: 445",                 NULL, 0},
	{"host:44a",                  NULL, 0},
	{"host:445:445",              NULL, 0},
	{"[]",                        NULL, 0},
	{"[::1",                      NULL, 0},
	{"::1]",                      NULL, 0},
	{"[::1]445",                  NULL, 0},
	{"[::1]:",                    NULL, 0},
	{"[::1]]",                    NULL, 0},
	{"[host]",                    NULL, 0},
	{"[192.0.2.7]",               NULL, 0},
	{"[::1%]",                    NULL, 0},
	{"[::1%a/b]",                 NULL, 0},
	{"[::1%sixteen_is_too_long]", NULL, 0},
	{"[1:2:3:4:5:6:7:8:9]",       NULL, 0},
};
/* clang-format on */

static void each_form_is_taken_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct server_name name;
		enum ns_err err = server_name_parse(&name, rows[i].text);

		if (rows[i].host == NULL && err != NS_EINVAL)
			fail_msg("\"%s\" was taken", rows[i].text);
		if (rows[i].host == NULL) {
			assert_string_equal(name.host, "");
			continue;
		}
		if (err != NS_OK)
			fail_msg("\"%s\" was refused", rows[i].text);
		assert_false(name.local);
		assert_string_equal(name.host, rows[i].host);
		assert_int_equal(name.port, rows[i].port);
	}
}

static void none_is_this_computer(void **state)
{
	struct server_name name;

	(void)state;
	assert_int_equal(server_name_parse(&name, NULL), NS_OK);
	assert_true(name.local);
	assert_string_equal(name.host, "");
	name.local = false;
	assert_int_equal(server_name_parse(&name, ""), NS_OK);
	assert_true(name.local);
}

static void the_longest_name_is_taken_and_one_more_refused(void **state)
{
	char text[SERVER_HOST_MAX + 2];
	struct server_name name;

	(void)state;
	memset(text, 'a', sizeof(text));
	text[SERVER_HOST_MAX] = '\0';
	assert_int_equal(server_name_parse(&name, text), NS_OK);
	assert_string_equal(name.host, text);
	text[SERVER_HOST_MAX] = 'a';
	text[SERVER_HOST_MAX + 1] = '\0';
	assert_int_equal(server_name_parse(&name, text), NS_EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_form_is_taken_or_refused),
		cmocka_unit_test(none_is_this_computer),
		cmocka_unit_test(the_longest_name_is_taken_and_one_more_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "daemon/accounts_file.h"

#define HASH "209c6174da490caeb422f3fa5a7ae634"

static enum ns_err parse(struct accounts_file **out, char *error, const char *text)
{
	return accounts_file_parse(out, error, "file", view_of_string(text));
}

static void test_lookup(void **state)
{
	struct accounts_file *accounts;
	char error[ACCOUNTS_ERROR_MAX];
	struct secret hash;

	(void)state;
	assert_int_equal(parse(&accounts, error,
			       "alice:" HASH "\nbob:" HASH ":disabled\nJ\xc3\xb6rg:" HASH),
			 NS_OK);
	assert_int_equal(accounts_file_count(accounts), 3);
	assert_int_equal(accounts_file_lookup(accounts, &hash, "ALICE"), NS_OK);
	assert_int_equal(hash.n, 16);
	assert_int_equal(hash.bytes[0], 0x20);
	assert_int_equal(accounts_file_lookup(accounts, &hash, "j\xc3\x96RG"), NS_OK);
	assert_int_equal(accounts_file_lookup(accounts, &hash, "bob"), NS_EACCESS);
	assert_int_equal(accounts_file_lookup(accounts, &hash, "alic"), NS_EAUTH);
	assert_int_equal(accounts_file_lookup(accounts, &hash, ""), NS_EAUTH);
	assert_int_equal(accounts_file_lookup(accounts, &hash, "\xff"), NS_EAUTH);
	accounts_file_free(accounts);
	accounts_file_free(NULL);
}

static void assert_refused(const char *text, const char *start)
{
	struct accounts_file *accounts;
	char error[ACCOUNTS_ERROR_MAX];

	assert_int_equal(parse(&accounts, error, text), NS_EFORMAT);
	assert_null(accounts);
	assert_int_equal(strncmp(error, start, strlen(start)), 0);
}

static void test_refused(void **state)
{
	(void)state;
	assert_refused("alice:" HASH "\n\nalice", "file:3: ");
	assert_refused("alice:" HASH "\nALICE:" HASH, "file:2: this account stands above");
}

static void test_many(void **state)
{
	enum { ACCOUNTS = 10000 };
	struct accounts_file *accounts;
	char error[ACCOUNTS_ERROR_MAX];
	struct secret hash;
	struct buf text;
	char line[64];

	(void)state;
	buf_init(&text, 1 << 20);
	for (int i = 0; i < ACCOUNTS; i++) {
		(void)snprintf(line, sizeof(line), "user%d:%s\n", i, HASH);
		assert_int_equal(buf_append(&text, view_of_string(line)), NS_OK);
	}
	assert_int_equal(accounts_file_parse(&accounts, error, "file", buf_view(&text)),
			 NS_OK);
	assert_int_equal(accounts_file_count(accounts), ACCOUNTS);
	assert_int_equal(accounts_file_lookup(accounts, &hash, "USER9999"), NS_OK);
	assert_int_equal(accounts_file_lookup(accounts, &hash, "user10000"), NS_EAUTH);
	accounts_file_free(accounts);
	buf_release(&text);
}

static void test_rights(void **state)
{
	char path[] = "/tmp/netsess-accounts-XXXXXX";
	struct accounts_file *accounts;
	char error[ACCOUNTS_ERROR_MAX];
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "a:" HASH, 2 + 32), 2 + 32);
	assert_int_equal(accounts_file_read(&accounts, error, path), NS_OK);
	assert_int_equal(accounts_file_count(accounts), 1);
	accounts_file_free(accounts);
	assert_int_equal(fchmod(fd, 0640), 0);
	assert_int_equal(accounts_file_read(&accounts, error, path), NS_OK);
	accounts_file_free(accounts);
	assert_int_equal(fchmod(fd, 0644), 0);
	assert_int_equal(accounts_file_read(&accounts, error, path), NS_ESYSTEM);
	assert_non_null(strstr(error, "chmod 600"));
	assert_int_equal(fchmod(fd, 0620), 0);
	assert_int_equal(accounts_file_read(&accounts, error, path), NS_ESYSTEM);
	assert_int_equal(unlink(path), 0);
	close(fd);
	assert_int_equal(accounts_file_read(&accounts, error, path), NS_ESYSTEM);
	assert_non_null(strstr(error, "No such file"));
	assert_int_equal(accounts_file_read(&accounts, error, "/tmp"), NS_ESYSTEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lookup),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_rights),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

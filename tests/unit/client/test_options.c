/* SPDX-License-Identifier: MIT */
#include "client/options.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const variables[] = {
	"NETSESS_USER",    "NETSESS_PASSWD_FILE", "NETSESS_AUTH_FILE",
	"NETSESS_TIMEOUT", "NETSESS_STRICT",      "NETSESS_WINS",
};

static int no_environment(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
		unsetenv(variables[i]);
	return 0;
}

/* A file with these bytes, at a name good until the next call. */
static const char *file_of(const char *bytes, size_t n)
{
	static char path[64];
	int fd;

	(void)snprintf(path, sizeof(path), "/tmp/netsess-test-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), (ssize_t)n);
	close(fd);
	return path;
}

static void defaults(void **state)
{
	struct netsess_options *o = netsess_options_new();
	const char *text;

	(void)state;
	assert_non_null(o);
	assert_int_equal(o->timeout_ms, NETSESS_DEFAULT_TIMEOUT);
	assert_int_equal(o->keep_ms, 10000);
	assert_int_equal(o->lowest, 0x0202);
	assert_int_equal(o->highest, 0x0311);
	assert_false(o->strict);
	assert_false(o->require_encryption);
	assert_null(o->credentials.user);
	assert_string_equal(netsess_options_user(o), "");
	assert_int_equal(options_problem(o, &text), 0);
	netsess_options_free(o);
	netsess_options_free(NULL);
}

static void users(void **state)
{
	struct netsess_options *o = netsess_options_new();

	(void)state;
	assert_int_equal(netsess_options_set_user(o, "EXAMPLE\\bob"), 0);
	assert_string_equal(netsess_options_user(o), "EXAMPLE\\bob");
	assert_string_equal(o->credentials.user, "bob");
	assert_string_equal(o->credentials.domain, "EXAMPLE");
	assert_int_equal(netsess_options_set_user(o, "bad\xff"), 87);
	assert_string_equal(netsess_options_user(o), "EXAMPLE\\bob"); /* as it was */
	assert_int_equal(netsess_options_set_user(o, "alice@EXAMPLE.COM"), 0);
	assert_string_equal(o->credentials.user, "alice");
	assert_string_equal(o->credentials.domain, "EXAMPLE.COM");
	assert_int_equal(netsess_options_set_user(o, ""), 0);
	assert_null(o->credentials.user);
	assert_null(o->credentials.domain);
	assert_string_equal(netsess_options_user(o), "");
	netsess_options_free(o);
}

static void password_and_hash_replace_each_other(void **state)
{
	static const uint8_t hash[16] = {1, 2, 3};
	struct netsess_options *o = netsess_options_new();

	(void)state;
	assert_int_equal(netsess_options_set_password(o, "secret"), 0);
	assert_string_equal(o->credentials.password, "secret");
	assert_int_equal(netsess_options_set_nt_hash(o, hash), 0);
	assert_null(o->credentials.password);
	assert_memory_equal(o->credentials.nt_hash.bytes, hash, 16);
	assert_int_equal(netsess_options_set_nt_hash(o, NULL), 87);
	assert_int_equal(netsess_options_set_password(o, ""), 0);
	assert_int_equal(o->credentials.nt_hash.n, 0);
	assert_string_equal(o->credentials.password, "");
	assert_int_equal(netsess_options_set_password(o, NULL), 0);
	assert_null(o->credentials.password);
	netsess_options_free(o);
}

static void the_rest_is_checked(void **state)
{
	struct netsess_options *o = netsess_options_new();

	(void)state;
	assert_int_equal(netsess_options_set_auth(o, NETSESS_AUTH_NTLM), 0);
	assert_int_equal(o->credentials.mechs, AUTH_MECH_NTLM);
	assert_int_equal(netsess_options_set_auth(o, NETSESS_AUTH_KERBEROS), 0);
	assert_int_equal(o->credentials.mechs, AUTH_MECH_KERBEROS);
	assert_int_equal(netsess_options_set_auth(o, (enum netsess_auth)9), 87);
	assert_int_equal(netsess_options_set_auth(o, NETSESS_AUTH_ANY), 0);
	assert_int_equal(o->credentials.mechs, 0);
	assert_int_equal(netsess_options_set_dialects(o, 0x0300, 0x0311), 0);
	assert_int_equal(netsess_options_set_dialects(o, 0x0311, 0x0300), 87);
	assert_int_equal(netsess_options_set_dialects(o, 0x0200, 0x0311), 87);
	assert_int_equal(netsess_options_set_dialects(o, 0x0202, 0x0312), 87);
	assert_int_equal(o->lowest, 0x0300);
	assert_int_equal(netsess_options_set_timeout(o, 0), 87);
	assert_int_equal(netsess_options_set_timeout(o, 1), 0);
	assert_int_equal(o->timeout_ms, 1);
	assert_int_equal(netsess_options_set_wins(o, "192.0.2.1"), 0);
	assert_int_equal(netsess_options_set_wins(o, "host"), 87);
	assert_int_equal(netsess_options_set_wins(o, "::1"), 87);
	assert_string_equal(o->wins, "192.0.2.1");
	assert_int_equal(netsess_options_set_wins(o, NULL), 0);
	assert_null(o->wins);
	assert_int_equal(netsess_options_set_ccache(o, "FILE:/x"), 0);
	assert_string_equal(o->credentials.ccache, "FILE:/x");
	assert_int_equal(netsess_options_set_ccache(o, ""), 0);
	assert_null(o->credentials.ccache);
	assert_int_equal(netsess_options_set_keytab(o, "/y"), 0);
	assert_int_equal(netsess_options_set_encryption(o, true), 0);
	assert_int_equal(netsess_options_set_strict(o, true), 0);
	assert_int_equal(netsess_options_set_keep(o, 0), 0);
	netsess_options_free(o);
}

static void copies_stand_alone(void **state)
{
	struct netsess_options *o = netsess_options_new();
	struct netsess_options *copy;

	(void)state;
	assert_int_equal(netsess_options_set_user(o, "X\\bob"), 0);
	assert_int_equal(netsess_options_set_password(o, "secret"), 0);
	assert_int_equal(netsess_options_set_wins(o, "192.0.2.1"), 0);
	assert_int_equal(netsess_options_set_auth(o, NETSESS_AUTH_NTLM), 0);
	assert_int_equal(netsess_options_set_dialects(o, 0x0210, 0x0302), 0);
	assert_int_equal(netsess_options_set_timeout(o, 5), 0);
	assert_int_equal(netsess_options_set_keep(o, 6), 0);
	assert_int_equal(netsess_options_set_strict(o, true), 0);
	assert_int_equal(netsess_options_set_encryption(o, true), 0);
	copy = netsess_options_copy(o);
	netsess_options_free(o);
	assert_string_equal(netsess_options_user(copy), "X\\bob");
	assert_string_equal(copy->credentials.password, "secret");
	assert_string_equal(copy->wins, "192.0.2.1");
	assert_int_equal(copy->auth, NETSESS_AUTH_NTLM);
	assert_int_equal(copy->credentials.mechs, AUTH_MECH_NTLM);
	assert_int_equal(copy->lowest, 0x0210);
	assert_int_equal(copy->highest, 0x0302);
	assert_int_equal(copy->timeout_ms, 5);
	assert_int_equal(copy->keep_ms, 6);
	assert_true(copy->strict);
	assert_true(copy->require_encryption);
	netsess_options_free(copy);
}

static void auth_files(void **state)
{
#define FILE_ROW(bytes, code, user, password)                                              \
	{                                                                                  \
		bytes, sizeof(bytes) - 1, code, user, password                             \
	}
	static const struct {
		const char *bytes;
		size_t n;
		uint32_t code;
		const char *user;
		const char *password;
	} rows[] = {
		FILE_ROW("username = bob\npassword = secret\n", 0, "bob", "secret"),
		FILE_ROW("username=bob\npassword=secret\ndomain=EX", 0, "EX\\bob",
			 "secret"),
		FILE_ROW("domain = EX\nusername = bob\npassword = s\n", 0, "EX\\bob", "s"),
		FILE_ROW("domain =\nusername = bob\npassword = s\n", 0, "bob", "s"),
		FILE_ROW("# note\n\n; note\n  USERNAME\t=  bob  \r\nPassword = a = b \r\n",
			 0, "bob", "a = b "),
		FILE_ROW("username = bob\n", 0, "bob", NULL),
		FILE_ROW("username = bob\npassword = \n", 0, "bob", ""),
		FILE_ROW("password = secret\n", 87, NULL, NULL),
		FILE_ROW("", 87, NULL, NULL),
		FILE_ROW("username bob\n", 87, NULL, NULL),
		FILE_ROW("username = bob\npasword = x\n", 87, NULL, NULL),
		FILE_ROW("username = bob\0password = x\n", 87, NULL, NULL),
		FILE_ROW("username = b\xff\n", 87, NULL, NULL),
		FILE_ROW("username = \n", 87, NULL, NULL),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct netsess_options *o = netsess_options_new();
		const char *path = file_of(rows[i].bytes, rows[i].n);

		assert_int_equal(netsess_options_set_user(o, "before"), 0);
		assert_int_equal(netsess_options_load_auth_file(o, path), rows[i].code);
		unlink(path);
		if (rows[i].code != 0) {
			assert_string_equal(netsess_options_user(o), "before");
		} else {
			assert_string_equal(netsess_options_user(o), rows[i].user);
			if (rows[i].password == NULL)
				assert_null(o->credentials.password);
			else
				assert_string_equal(o->credentials.password,
						    rows[i].password);
		}
		netsess_options_free(o);
	}
}

static void files_that_are_none(void **state)
{
	static char large[20000];
	struct netsess_options *o = netsess_options_new();
	const char *path;

	(void)state;
	assert_int_equal(netsess_options_load_auth_file(o, "/nonexistent/x"), 2);
	assert_int_equal(netsess_options_load_auth_file(o, "/tmp"), 5);
	assert_int_equal(netsess_options_load_auth_file(o, NULL), 87);
	memset(large, '\n', sizeof(large));
	path = file_of(large, sizeof(large));
	assert_int_equal(netsess_options_load_auth_file(o, path), 87);
	unlink(path);
	netsess_options_free(o);
}

static void the_environment_is_honoured(void **state)
{
	struct netsess_options *o;
	const char *text;
	char path[64];

	(void)state;
	(void)snprintf(path, sizeof(path), "%s", file_of("secret\r\nsecond line", 19));
	setenv("NETSESS_USER", "EX\\bob", 1);
	setenv("NETSESS_PASSWD_FILE", path, 1);
	setenv("NETSESS_TIMEOUT", "7", 1);
	setenv("NETSESS_STRICT", "1", 1);
	setenv("NETSESS_WINS", "192.0.2.1", 1);
	o = netsess_options_new();
	assert_string_equal(netsess_options_user(o), "EX\\bob");
	assert_string_equal(o->credentials.password, "secret");
	assert_int_equal(o->timeout_ms, 7000);
	assert_true(o->strict);
	assert_string_equal(o->wins, "192.0.2.1");
	assert_int_equal(options_problem(o, &text), 0);
	netsess_options_free(o);
	unlink(path);

	/* the file is gone: no call may go out with other credentials */
	o = netsess_options_new();
	assert_int_equal(options_problem(o, &text), 1326);
	assert_string_not_equal(text, "");
	assert_int_equal(netsess_options_set_password(o, "typed"), 0);
	assert_int_equal(options_problem(o, &text), 0);
	netsess_options_free(o);
}

static void what_the_environment_gets_wrong_is_told(void **state)
{
	static const char *const timeouts[] = {"x",           "0",  "-1", "1s",
					       "99999999999", " 5", "1.5"};
	struct netsess_options *o;
	const char *text;

	(void)state;
	for (size_t i = 0; i < sizeof(timeouts) / sizeof(timeouts[0]); i++) {
		setenv("NETSESS_TIMEOUT", timeouts[i], 1);
		o = netsess_options_new();
		assert_int_equal(options_problem(o, &text), 87);
		assert_non_null(strstr(text, "NETSESS_TIMEOUT"));
		assert_int_equal(netsess_options_set_timeout(o, 5), 0);
		assert_int_equal(options_problem(o, &text), 0);
		netsess_options_free(o);
	}
	unsetenv("NETSESS_TIMEOUT");
	setenv("NETSESS_WINS", "nowhere", 1);
	setenv("NETSESS_STRICT", "0", 1);
	setenv("NETSESS_AUTH_FILE", "/nonexistent/x", 1);
	setenv("NETSESS_USER", "bob", 1); /* does not make the bad file good */
	o = netsess_options_new();
	assert_false(o->strict);
	assert_int_equal(options_problem(o, &text), 1326);
	assert_int_equal(netsess_options_set_user(o, "bob"), 0);
	assert_int_equal(options_problem(o, &text), 87);
	assert_non_null(strstr(text, "NETSESS_WINS"));
	netsess_options_free(o);
}

static void the_process_wide_options_are_shared(void **state)
{
	struct netsess_options *o = netsess_options_new();
	struct netsess_options *a, *b;

	(void)state;
	assert_int_equal(netsess_options_set_user(o, "bob"), 0);
	assert_int_equal(netsess_set_credentials(o), 0);
	netsess_options_free(o);
	a = options_default();
	b = options_default();
	assert_ptr_equal(a, b);
	assert_string_equal(netsess_options_user(a), "bob");
	assert_int_equal(netsess_set_credentials(NULL), 0);
	assert_string_equal(netsess_options_user(a), "bob"); /* its users still hold it */
	netsess_options_free(a);
	netsess_options_free(b);
	setenv("NETSESS_USER", "alice", 1);
	a = options_default();
	assert_string_equal(netsess_options_user(a), "alice");
	netsess_options_free(a);
	assert_int_equal(netsess_set_credentials(NULL), 0);
}

/* The VmFlags of the mapping that holds p have "dd": it is not dumped. */
static void secrets_stay_out_of_core_dumps(void **state)
{
	struct netsess_options *o = netsess_options_new();
	FILE *maps = fopen("/proc/self/smaps", "re");
	unsigned long start, end, p;
	bool inside = false;
	bool found = false;
	char line[512];

	(void)state;
	assert_non_null(maps);
	assert_int_equal(netsess_options_set_password(o, "secret"), 0);
	p = (unsigned long)o->credentials.password;
	while (fgets(line, sizeof(line), maps) != NULL) {
		if (sscanf(line, "%lx-%lx ", &start, &end) == 2)
			inside = p >= start && p < end;
		if (inside && strncmp(line, "VmFlags:", 8) == 0) {
			found = true;
			assert_non_null(strstr(line, " dd"));
		}
	}
	assert_true(found);
	fclose(maps);
	netsess_options_free(o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(defaults, no_environment),
		cmocka_unit_test_setup(users, no_environment),
		cmocka_unit_test_setup(password_and_hash_replace_each_other,
				       no_environment),
		cmocka_unit_test_setup(the_rest_is_checked, no_environment),
		cmocka_unit_test_setup(copies_stand_alone, no_environment),
		cmocka_unit_test_setup(auth_files, no_environment),
		cmocka_unit_test_setup(files_that_are_none, no_environment),
		cmocka_unit_test_setup(the_environment_is_honoured, no_environment),
		cmocka_unit_test_setup(what_the_environment_gets_wrong_is_told,
				       no_environment),
		cmocka_unit_test_setup(the_process_wide_options_are_shared, no_environment),
		cmocka_unit_test_setup(secrets_stay_out_of_core_dumps, no_environment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

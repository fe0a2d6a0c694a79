/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/hex.h"
#include "security/auth_credentials.h"

static void names_are_split(void **state)
{
	static const struct {
		const char *name, *user, *domain;
	} rows[] = {
		{"alice", "alice", NULL},          {"DOMAIN\\alice", "alice", "DOMAIN"},
		{"alice@realm", "alice", "realm"}, {"a@b@realm", "a@b", "realm"},
		{"\\alice", "alice", NULL},        {"D\\alice@x", "alice@x", "D"},
		{"alice@", "alice", NULL},
	};
	struct auth_credentials c;

	(void)state;
	auth_credentials_init(&c);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(auth_credentials_set_name(&c, rows[i].name), NS_OK);
		assert_string_equal(c.user, rows[i].user);
		if (rows[i].domain != NULL)
			assert_string_equal(c.domain, rows[i].domain);
		else
			assert_null(c.domain);
	}
	auth_credentials_release(&c);
}

static void bad_names_change_nothing(void **state)
{
	char *longest = calloc(1, AUTH_NAME_MAX + 2);
	const char *const rows[] = {"", "D\\", "@realm", "\xff", "D\xc3\\x", longest};
	struct auth_credentials c;

	(void)state;
	assert_non_null(longest);
	memset(longest, 'a', AUTH_NAME_MAX + 1);
	auth_credentials_init(&c);
	assert_int_equal(auth_credentials_set_name(&c, "D\\alice"), NS_OK);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(auth_credentials_set_name(&c, rows[i]), NS_EINVAL);
		assert_string_equal(c.user, "alice");
		assert_string_equal(c.domain, "D");
	}
	assert_int_equal(auth_credentials_set_password(&c, longest), NS_EINVAL);
	assert_int_equal(auth_credentials_set_password(&c, "\xc3"), NS_EINVAL);
	longest[AUTH_NAME_MAX] = '\0';
	assert_int_equal(auth_credentials_set_name(&c, longest), NS_OK);
	auth_credentials_release(&c);
	free(longest);
}

static void hashes_are_32_hex_digits(void **state)
{
	static const char *const bad[] = {"", "00", "000102030405060708090a0b0c0d0e0",
					  "000102030405060708090a0b0c0d0e0g",
					  "000102030405060708090a0b0c0d0e0f0"};
	struct auth_credentials c;

	(void)state;
	auth_credentials_init(&c);
	assert_int_equal(
		auth_credentials_set_nt_hash_hex(&c, "000102030405060708090A0b0C0d0e0F"),
		NS_OK);
	assert_int_equal(c.nt_hash.n, NT_HASH_LEN);
	for (size_t i = 0; i < NT_HASH_LEN; i++)
		assert_int_equal(c.nt_hash.bytes[i], i);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(auth_credentials_set_nt_hash_hex(&c, bad[i]), NS_EINVAL);
	assert_int_equal(c.nt_hash.n, NT_HASH_LEN);
	auth_credentials_release(&c);
}

static void mechanisms_follow_from_what_is_there(void **state)
{
	struct auth_credentials c;

	(void)state;
	auth_credentials_init(&c);
	assert_int_equal(auth_credentials_mechs(&c), AUTH_MECH_KERBEROS);
	assert_int_equal(auth_credentials_set_name(&c, "alice"), NS_OK);
	assert_int_equal(auth_credentials_mechs(&c), AUTH_MECH_KERBEROS);
	assert_int_equal(auth_credentials_set_password(&c, "x"), NS_OK);
	assert_int_equal(auth_credentials_mechs(&c), AUTH_MECH_NTLM);
	c.mechs = AUTH_MECH_NTLM | AUTH_MECH_KERBEROS;
	assert_int_equal(auth_credentials_mechs(&c), AUTH_MECH_NTLM | AUTH_MECH_KERBEROS);
	c.anonymous = true;
	assert_int_equal(auth_credentials_mechs(&c), AUTH_MECH_NTLM);
	auth_credentials_release(&c);
}

/* Fills all there is. */
static void fill(struct auth_credentials *c)
{
	auth_credentials_init(c);
	assert_int_equal(auth_credentials_set_name(c, "D\\alice"), NS_OK);
	assert_int_equal(auth_credentials_set_password(c, "secret"), NS_OK);
	assert_int_equal(
		auth_credentials_set_nt_hash_hex(c, "000102030405060708090a0b0c0d0e0f"),
		NS_OK);
	assert_int_equal(auth_credentials_set(&c->ccache, "FILE:c"), NS_OK);
	assert_int_equal(auth_credentials_set(&c->keytab, "k"), NS_OK);
	c->mechs = AUTH_MECH_KERBEROS;
}

static void copies_are_equal_and_independent(void **state)
{
	struct auth_credentials a, b;

	(void)state;
	fill(&a);
	auth_credentials_init(&b);
	assert_int_equal(auth_credentials_copy(&b, &a), NS_OK);
	assert_true(auth_credentials_equal(&a, &b));
	assert_ptr_not_equal(a.password, b.password);
	auth_credentials_release(&a);
	assert_null(a.user);
	assert_string_equal(b.password, "secret");
	auth_credentials_release(&b);
}

static void every_difference_counts_but_case(void **state)
{
	struct auth_credentials a, b;

	(void)state;
	fill(&a);
	for (int i = 0; i < 8; i++) {
		fill(&b);
		if (i == 0)
			assert_int_equal(auth_credentials_set_name(&b, "d\\ALICE"), NS_OK);
		if (i == 1)
			assert_int_equal(auth_credentials_set_name(&b, "D\\alicia"), NS_OK);
		if (i == 2)
			assert_int_equal(auth_credentials_set_name(&b, "E\\alice"), NS_OK);
		if (i == 3)
			assert_int_equal(auth_credentials_set_password(&b, "Secret"),
					 NS_OK);
		if (i == 4)
			b.nt_hash.bytes[15] ^= 1;
		if (i == 5)
			assert_int_equal(auth_credentials_set(&b.ccache, NULL), NS_OK);
		if (i == 6)
			b.mechs = AUTH_MECH_NTLM;
		if (i == 7)
			assert_int_equal(auth_credentials_set(&b.keytab, "K"), NS_OK);
		assert_int_equal(auth_credentials_equal(&a, &b), i == 0);
		auth_credentials_release(&b);
	}
	auth_credentials_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_split),
		cmocka_unit_test(bad_names_change_nothing),
		cmocka_unit_test(hashes_are_32_hex_digits),
		cmocka_unit_test(mechanisms_follow_from_what_is_there),
		cmocka_unit_test(copies_are_equal_and_independent),
		cmocka_unit_test(every_difference_counts_but_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

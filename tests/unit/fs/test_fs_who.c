/* SPDX-License-Identifier: MIT */
/* Users who are looked up, and remembered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "fs/fs_who.h"

#define STRANGERS 500 /* more than are remembered */

static struct fs_who found(const char *user)
{
	struct fs_who who;

	assert_true(fs_who_find(&who, user));
	return who;
}

static void who_is_not_root_stays_who_he_is(void **state)
{
	(void)state;
	assert_int_equal(found("root").change, geteuid() == 0);
}

static void the_second_look_up_says_what_the_first_did(void **state)
{
	struct fs_who first = found("daemon"), second = found("daemon");

	(void)state;
	assert_int_equal(first.uid, second.uid);
	assert_int_equal(first.gid, second.gid);
	assert_int_equal(first.group_count, second.group_count);
	for (size_t i = 0; i < first.group_count; i++)
		assert_int_equal(first.groups[i], second.groups[i]);
}

/* Whoever shares a place with another is never taken for him. */
static void nobody_is_taken_for_another(void **state)
{
	struct fs_who nobody = found("");
	char name[128];

	(void)state;
	if (!nobody.change)
		skip();
	for (unsigned i = 0; i < STRANGERS; i++) {
		(void)snprintf(name, sizeof(name), "no such user %u", i);
		assert_int_equal(found(name).uid, nobody.uid);
		assert_int_equal(found("root").uid, 0);
	}
	assert_int_not_equal(nobody.uid, 0);
	assert_int_equal(found(NULL).uid, nobody.uid);
}

static void a_long_name_is_one_like_any_other(void **state)
{
	struct fs_who nobody = found("");
	char name[256];

	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(found(name).uid, nobody.uid);
	assert_int_equal(found(name).uid, nobody.uid);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_not_root_stays_who_he_is),
		cmocka_unit_test(the_second_look_up_says_what_the_first_did),
		cmocka_unit_test(nobody_is_taken_for_another),
		cmocka_unit_test(a_long_name_is_one_like_any_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

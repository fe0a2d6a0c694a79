/* SPDX-License-Identifier: MIT */
#include "base/secret.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/hex.h"

static void a_secret_takes_at_most_its_maximum(void **state)
{
	uint8_t bytes[SECRET_MAX + 1] = {1, 2, 3};
	struct secret s = {0};

	(void)state;
	assert_int_equal(secret_set(&s, view_of(bytes, SECRET_MAX)), NS_OK);
	assert_view_equal(secret_view(&s), view_of(bytes, SECRET_MAX));
	assert_int_equal(secret_set(&s, view_of(bytes, SECRET_MAX + 1)), NS_ELIMIT);
	assert_int_equal(s.n, SECRET_MAX);
	assert_int_equal(secret_set(&s, (struct view){0}), NS_OK);
	assert_int_equal(s.n, 0);
}

static void a_shorter_secret_leaves_nothing_of_the_longer(void **state)
{
	static const uint8_t zero[SECRET_MAX];
	struct secret s = {0};

	(void)state;
	assert_int_equal(secret_set(&s, VIEW_LITERAL("a long secret")), NS_OK);
	assert_int_equal(secret_set(&s, VIEW_LITERAL("short")), NS_OK);
	assert_memory_equal(s.bytes + 5, zero, SECRET_MAX - 5);
	secret_wipe(&s);
	assert_int_equal(s.n, 0);
	assert_memory_equal(s.bytes, zero, SECRET_MAX);
}

static void wiping_takes_nothing_at_all(void **state)
{
	uint8_t bytes[] = {1, 2, 3};

	(void)state;
	secret_wipe_bytes(NULL, 0);
	secret_wipe_bytes(bytes, 2);
	assert_int_equal(bytes[0], 0);
	assert_int_equal(bytes[1], 0);
	assert_int_equal(bytes[2], 3);
}

static void every_differing_bit_is_seen(void **state)
{
	uint8_t a[16] = {0}, b[16] = {0};

	(void)state;
	assert_true(secret_equal(view_of(a, 16), view_of(b, 16)));
	assert_false(secret_equal(view_of(a, 16), view_of(b, 15)));
	assert_true(secret_equal((struct view){0}, (struct view){0}));
	for (unsigned i = 0; i < 128; i++) {
		b[i / 8] = (uint8_t)(1u << i % 8);
		assert_false(secret_equal(view_of(a, 16), view_of(b, 16)));
		b[i / 8] = 0;
	}
}

static void memory_for_secrets_is_zeroed_and_aligned(void **state)
{
	static const size_t sizes[] = {0, 1, 4000, 4096, 100000};

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint8_t *p = secret_alloc(sizes[i]);

		assert_non_null(p);
		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t j = 0; j < sizes[i]; j++) {
			assert_int_equal(p[j], 0);
			p[j] = 0xff;
		}
		secret_free(p);
	}
	secret_free(NULL);
}

static void absurd_amounts_are_refused(void **state)
{
	(void)state;
	assert_null(secret_alloc(SIZE_MAX));
	assert_null(secret_alloc(SIZE_MAX - 4096));
	assert_null(secret_alloc(SIZE_MAX / 2));
}

/* The kernel's own word for it: "dd" (do not dump) among the mapping's VmFlags. */
static void secrets_are_left_out_of_core_dumps(void **state)
{
	char *secret = secret_strdup("hidden");
	char line[1000];
	bool mine = false, flagged = false;
	FILE *maps = fopen("/proc/self/smaps", "r");

	(void)state;
	assert_non_null(secret);
	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps) != NULL) {
		char *rest;
		unsigned long from = strtoul(line, &rest, 16);

		if (rest > line && *rest == '-')
			mine = (uintptr_t)secret >= from &&
			       (uintptr_t)secret < strtoul(rest + 1, NULL, 16);
		else if (mine && strncmp(line, "VmFlags:", 8) == 0)
			flagged = strstr(line, " dd") != NULL;
	}
	fclose(maps);
	secret_strfree(secret);
	assert_true(flagged);
}

static void strings_are_copied(void **state)
{
	char password[] = "pa\xc3\xa4ss";
	char *copy = secret_strdup(password);

	(void)state;
	assert_non_null(copy);
	password[0] = 'X';
	assert_string_equal(copy, "pa\xc3\xa4ss");
	secret_strfree(copy);
	assert_null(secret_strdup(NULL));
	secret_strfree(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_secret_takes_at_most_its_maximum),
		cmocka_unit_test(a_shorter_secret_leaves_nothing_of_the_longer),
		cmocka_unit_test(wiping_takes_nothing_at_all),
		cmocka_unit_test(every_differing_bit_is_seen),
		cmocka_unit_test(memory_for_secrets_is_zeroed_and_aligned),
		cmocka_unit_test(absurd_amounts_are_refused),
		cmocka_unit_test(secrets_are_left_out_of_core_dumps),
		cmocka_unit_test(strings_are_copied),
	};

	return cmocka_run_group_tests_name("base/secret", tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/io_resolve.h"

#define PATIENCE_MS 20000

/* A label of 64 characters can't exist: no name server needs to be asked. */
#define LONG16       "aaaaaaaaaaaaaaaa"
#define NO_SUCH_NAME LONG16 LONG16 LONG16 LONG16 ".invalid"

static enum ns_err wait_for(struct lookup *l, struct addresses *found)
{
	struct pollfd p = {.fd = lookup_fd(l), .events = POLLIN};

	assert_int_equal(poll(&p, 1, PATIENCE_MS), 1);
	return lookup_poll(l, found);
}

static void addresses_need_no_lookup(void **state)
{
	struct addresses a;
	char text[ADDRESS_TEXT_MAX];

	(void)state;
	assert_true(resolve_numeric(&a, "192.0.2.7", 4450));
	assert_int_equal(a.n, 1);
	address_text(text, &a.at[0]);
	assert_string_equal(text, "192.0.2.7");
	assert_int_equal(ntohs(a.at[0].v4.sin_port), 4450);
	assert_true(resolve_numeric(&a, "2001:db8::7", 445));
	address_text(text, &a.at[0]);
	assert_string_equal(text, "2001:db8::7");
	assert_int_equal(ntohs(a.at[0].v6.sin6_port), 445);
	assert_true(resolve_numeric(&a, "fe80::1%lo", 445));
	assert_true(a.at[0].v6.sin6_scope_id != 0);
	assert_false(resolve_numeric(&a, "localhost", 445));
	assert_false(resolve_numeric(&a, "", 445));
}

static void a_name_becomes_addresses(void **state)
{
	struct lookup *l;
	struct addresses found;

	(void)state;
	assert_int_equal(lookup_new(&l, "localhost", 139), NS_OK);
	assert_int_equal(wait_for(l, &found), NS_OK);
	assert_true(found.n > 0);
	assert_int_equal(ntohs(found.at[0].v4.sin_port), 139);
	lookup_free(l);
}

static void a_name_that_does_not_exist(void **state)
{
	struct lookup *l;
	struct addresses found;

	(void)state;
	assert_int_equal(lookup_new(&l, NO_SUCH_NAME, 445), NS_OK);
	assert_int_equal(wait_for(l, &found), NS_ENONAME);
	lookup_free(l);
}

/* More than there are workers: some are queued, some run, some are done. */
static void lookups_may_be_left_at_any_time(void **state)
{
	struct lookup *l[100];
	struct addresses found;

	(void)state;
	for (int i = 0; i < 100; i++)
		assert_int_equal(lookup_new(&l[i], "localhost", 445), NS_OK);
	for (int i = 0; i < 100; i += 3)
		lookup_free(l[i]);
	for (int i = 0; i < 100; i++) {
		if (i % 3 == 0)
			continue;
		assert_int_equal(wait_for(l[i], &found), NS_OK);
		lookup_free(l[i]);
	}
	lookup_free(NULL);
}

static int look_up_in_child(void)
{
	struct lookup *l;
	struct addresses found;
	struct pollfd p = {.events = POLLIN};

	if (lookup_new(&l, "localhost", 445) != NS_OK)
		return 1;
	p.fd = lookup_fd(l);
	if (poll(&p, 1, PATIENCE_MS) != 1 || lookup_poll(l, &found) != NS_OK)
		return 2;
	lookup_free(l);
	return 0;
}

/* The workers stay with the parent; the child starts its own. */
static void a_child_can_look_up_names_too(void **state)
{
	struct lookup *l;
	struct addresses found;
	int status;
	pid_t child;

	(void)state;
	assert_int_equal(lookup_new(&l, "localhost", 445), NS_OK);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(look_up_in_child());
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(wait_for(l, &found), NS_OK);
	lookup_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_need_no_lookup),
		cmocka_unit_test(a_name_becomes_addresses),
		cmocka_unit_test(a_name_that_does_not_exist),
		cmocka_unit_test(lookups_may_be_left_at_any_time),
		cmocka_unit_test(a_child_can_look_up_names_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

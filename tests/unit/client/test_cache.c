/* SPDX-License-Identifier: MIT */
/* The cache by itself, with a clock of our own and socket pairs for connections. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/cache.h"
#include "toy.h"

#define KEEP 10000

static struct netsess_options *options;

static int set_up(void **state)
{
	(void)state;
	options = netsess_options_new();
	return options == NULL;
}

static int tear_down(void **state)
{
	(void)state;
	(void)cache_flush();
	netsess_options_free(options);
	return 0;
}

static struct server_name name_of(const char *text)
{
	struct server_name name;

	assert_int_equal(server_name_parse(&name, text), NS_OK);
	return name;
}

/* A connection ready for the next call; *peer is the other end. */
static struct transport *connection(const char *server, int *peer)
{
	struct server_name name = name_of(server);
	struct transport *t = transport_new(&name, options, false);
	int pair[2];

	assert_non_null(t);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair), 0);
	t->fd = pair[0];
	t->clean = true;
	*peer = pair[1];
	return t;
}

static struct transport *take(const char *server, uint64_t now)
{
	struct server_name name = name_of(server);

	return cache_take(&name, options, now);
}

/* What the peer has heard so far; '\0' for nothing, '$' for a silent end. */
static char heard(int peer)
{
	char c = '\0';
	ssize_t n = recv(peer, &c, 1, MSG_DONTWAIT);

	return n == 0 ? '$' : c;
}

static void the_same_server_gets_it_back(void **state)
{
	int peer;
	struct transport *t = connection("\\\\Host:4450", &peer);

	(void)state;
	cache_give(t, KEEP, 0);
	assert_null(take("host", 1));
	assert_null(take("host2:4450", 1));
	assert_null(take(NULL, 1));
	assert_ptr_equal(take("HOST:4450", 1), t);
	assert_null(take("HOST:4450", 1)); /* it is out */
	assert_int_equal(heard(peer), '\0');
	transport_free(t);
	assert_int_equal(heard(peer), 'L');
	assert_int_equal(heard(peer), '$');
	close(peer);
}

static void an_old_one_is_signed_off(void **state)
{
	int peer[2];

	(void)state;
	cache_give(connection("a", &peer[0]), KEEP, 1000);
	cache_give(connection("b", &peer[1]), 2 * KEEP, 1000);
	assert_null(take("x", 1000 + KEEP - 1));
	assert_int_equal(heard(peer[0]), '\0');
	assert_null(take("a", 1000 + KEEP));
	assert_int_equal(heard(peer[0]), 'L');
	assert_int_equal(heard(peer[1]), '\0');
	close(peer[0]);
	close(peer[1]);
}

static void a_dead_one_is_not_given_out(void **state)
{
	int peer[3];
	struct transport *t;

	(void)state;
	cache_give(connection("a", &peer[0]), KEEP, 0);
	cache_give(connection("a", &peer[1]), KEEP, 0);
	t = connection("a", &peer[2]);
	link_eof(t->link);
	cache_give(t, KEEP, 0); /* dead already: not taken in */
	assert_int_equal(heard(peer[2]), '$');
	close(peer[1]);                                /* closed by the peer */
	assert_int_equal(send(peer[0], ".", 1, 0), 1); /* speaks without being asked */
	assert_null(take("a", 1));
	assert_int_equal(heard(peer[0]), 'L');
	close(peer[0]);
	close(peer[2]);
}

static void one_in_the_middle_of_a_call_is_not_kept(void **state)
{
	int peer;
	struct transport *t = connection("a", &peer);

	(void)state;
	t->clean = false;
	cache_give(t, KEEP, 0);
	assert_int_equal(heard(peer), 'C');
	assert_int_equal(heard(peer), 'L');
	assert_null(take("a", 1));
	close(peer);
}

static void the_oldest_goes_where_there_are_too_many(void **state)
{
	static int peer[CACHE_MAX + 1];
	char server[16];
	struct transport *t;

	(void)state;
	for (int i = 0; i <= CACHE_MAX; i++) {
		snprintf(server, sizeof(server), "host%d", i);
		cache_give(connection(server, &peer[i]), KEEP, (uint64_t)i);
	}
	assert_int_equal(heard(peer[0]), 'L');
	assert_int_equal(heard(peer[1]), '\0');
	assert_null(take("host0", CACHE_MAX));
	t = take("host1", CACHE_MAX);
	assert_non_null(t);
	transport_free(t);
	assert_true(cache_flush());
	for (int i = 1; i <= CACHE_MAX; i++) {
		assert_int_equal(heard(peer[i]), 'L');
		assert_int_equal(heard(peer[i]), '$');
	}
	for (int i = 0; i <= CACHE_MAX; i++)
		close(peer[i]);
}

static void another_ticket_cache_is_another_login(void **state)
{
	int peer;
	struct transport *t;

	(void)state;
	assert_int_equal(setenv("KRB5CCNAME", "FILE:/tmp/one", 1), 0);
	cache_give(connection("a", &peer), KEEP, 0);
	assert_int_equal(setenv("KRB5CCNAME", "FILE:/tmp/two", 1), 0);
	assert_null(take("a", 1));
	assert_int_equal(setenv("KRB5CCNAME", "FILE:/tmp/one", 1), 0);
	t = take("a", 1);
	assert_non_null(t);
	transport_free(t);
	unsetenv("KRB5CCNAME");
	close(peer);
}

static void a_peer_that_does_not_read_holds_up_nothing(void **state)
{
	int peer;
	struct transport *t = connection("a", &peer);

	(void)state;
	while (send(t->fd, "....", 4, MSG_DONTWAIT) > 0)
		;
	transport_free(t); /* the goodbye does not fit, and is let go */
	close(peer);
}

static void habits_are_of_one_server_and_the_newest_stay(void **state)
{
	struct server_name a = name_of("a"), b = name_of("a:446");
	char text[16];

	(void)state;
	assert_false(cache_no_compound(&a));
	cache_learn_no_compound(&a);
	cache_learn_no_compound(&a);
	assert_true(cache_no_compound(&a));
	assert_false(cache_no_compound(&b));
	for (int i = 0; i < 63; i++) {
		struct server_name other;

		snprintf(text, sizeof(text), "old%d", i);
		other = name_of(text);
		cache_learn_no_compound(&other);
	}
	assert_true(cache_no_compound(&a));
	cache_learn_no_compound(&b);
	assert_false(cache_no_compound(&a));
	assert_true(cache_no_compound(&b));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_same_server_gets_it_back),
		TEST(an_old_one_is_signed_off),
		TEST(a_dead_one_is_not_given_out),
		TEST(one_in_the_middle_of_a_call_is_not_kept),
		TEST(the_oldest_goes_where_there_are_too_many),
		TEST(another_ticket_cache_is_another_login),
		TEST(a_peer_that_does_not_read_holds_up_nothing),
		TEST(habits_are_of_one_server_and_the_newest_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* One task at a time, over real sockets, with everything that servers do to it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/cache.h"
#include "client/run.h"
#include "stub_server.h"
#include "toy.h"

/* Long enough for a loaded machine, short enough to wait for. */
#define SHORT 150
/* A call that takes longer than this has missed its deadline. */
#define LATE 10000

static struct netsess_options *options;
static struct stub_server stub;

static int set_up(void **state)
{
	(void)state;
	options = netsess_options_new();
	assert_non_null(options);
	assert_int_equal(netsess_options_set_timeout(options, 20000), 0);
	toy_links = 0;
	toy_refuses_compound = false;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	(void)cache_flush();
	netsess_options_free(options);
	if (stub.pid != 0)
		stub_stop(&stub);
	stub = (struct stub_server){0};
	return 0;
}

static void ask(struct op *op, const char *server)
{
	struct task *t = task_new(server, options, op, socket_clock());

	assert_non_null(t);
	run_one(t);
	assert_true(task_done(t));
	task_free(t, socket_clock());
}

/* One question to `server`: its outcome. */
static enum ns_err ask_one(const char *server)
{
	struct op op = {.wanted = 1, .may_retry = true};

	ask(&op, server);
	assert_int_equal(op.wanted, 0);
	return op.err;
}

static void a_question_is_answered(void **state)
{
	struct op op = {.wanted = 3};

	(void)state;
	stub_start(&stub, STUB_ANSWERS, NULL);
	ask(&op, stub.name);
	assert_int_equal(op.err, NS_OK);
	assert_int_equal(op.answers, 3);
	assert_string_equal(op.own_address, "127.0.0.1");
	assert_int_equal(atomic_load(&stub.counts->accepted), 1);
	assert_int_equal(atomic_load(&stub.counts->questions), 3);
}

static void a_name_is_looked_up(void **state)
{
	char name[32];

	(void)state;
	stub_start(&stub, STUB_ANSWERS, NULL);
	snprintf(name, sizeof(name), "\\\\localhost:%u", stub.port);
	assert_int_equal(ask_one(name), NS_OK);
}

static void a_name_that_nobody_knows(void **state)
{
	char name[80]; /* a label of 64 characters can't exist: no server needs to be asked
			*/

	(void)state;
	memset(name, 'a', sizeof(name));
	memcpy(name + 64, ".invalid", sizeof(".invalid"));
	assert_int_equal(ask_one(name), NS_ENONAME);
	assert_int_equal(toy_links, 0);
}

static void a_malformed_name_is_not_even_looked_up(void **state)
{
	(void)state;
	assert_int_equal(ask_one("\\\\a\\b"), NS_EINVAL);
	assert_int_equal(toy_links, 0);
}

static void an_operation_that_needs_no_server(void **state)
{
	struct op op = {.wanted = 0};

	(void)state;
	ask(&op, "\\\\a\\b");
	assert_int_equal(op.answers, 0);
	assert_int_equal(toy_links, 0);
}

static void a_connection_is_kept_for_the_next_call(void **state)
{
	(void)state;
	stub_start(&stub, STUB_ANSWERS, NULL);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(ask_one(stub.name), NS_OK);
	assert_int_equal(atomic_load(&stub.counts->accepted), 1);
	assert_int_equal(atomic_load(&stub.counts->questions), 5);
	assert_int_equal(atomic_load(&stub.counts->goodbyes), 0);
	assert_true(cache_flush());
	assert_false(cache_flush());
	stub_wait_for(&stub.counts->goodbyes, 1);
	stub_wait_for(&stub.counts->closed, 1);
}

static void none_is_kept_where_none_is_wanted(void **state)
{
	(void)state;
	stub_start(&stub, STUB_ANSWERS, NULL);
	assert_int_equal(netsess_options_set_keep(options, 0), 0);
	assert_int_equal(ask_one(stub.name), NS_OK);
	assert_int_equal(ask_one(stub.name), NS_OK);
	assert_int_equal(atomic_load(&stub.counts->accepted), 2);
	stub_wait_for(&stub.counts->goodbyes, 2);
}

static void other_credentials_take_another_connection(void **state)
{
	(void)state;
	stub_start(&stub, STUB_ANSWERS, NULL);
	assert_int_equal(netsess_options_set_user(options, "alice"), 0);
	assert_int_equal(netsess_options_set_password(options, "one"), 0);
	assert_int_equal(ask_one(stub.name), NS_OK);
	assert_int_equal(netsess_options_set_password(options, "two"), 0);
	assert_int_equal(ask_one(stub.name), NS_OK);
	assert_int_equal(netsess_options_set_user(options, "bob"), 0);
	assert_int_equal(ask_one(stub.name), NS_OK);
	assert_int_equal(netsess_options_set_encryption(options, true), 0);
	assert_int_equal(ask_one(stub.name), NS_OK);
	assert_int_equal(atomic_load(&stub.counts->accepted), 4);
	assert_int_equal(ask_one(stub.name), NS_OK);
	assert_int_equal(atomic_load(&stub.counts->accepted), 4);
}

static void a_kept_connection_that_was_closed_is_replaced(void **state)
{
	(void)state;
	stub_start(&stub, STUB_CLOSES_AFTER_ANSWER, NULL);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(ask_one(stub.name), NS_OK);
	assert_int_equal(atomic_load(&stub.counts->accepted), 3);
}

static void a_kept_connection_that_dies_is_replaced_once(void **state)
{
	static const enum stub_manner manners[] = {STUB_CLOSES_WHEN_ASKED_AGAIN,
						   STUB_ENDS_WHEN_ASKED_AGAIN};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct op op = {.wanted = 1, .may_retry = true};

		stub_start(&stub, manners[i], NULL);
		assert_int_equal(ask_one(stub.name), NS_OK);
		ask(&op, stub.name);
		assert_int_equal(op.err, NS_OK);
		assert_int_equal(op.retries, 1);
		assert_int_equal(op.answers, 1);
		assert_int_equal(atomic_load(&stub.counts->accepted), 2);
		(void)cache_flush();
		stub_stop(&stub);
	}
	stub = (struct stub_server){0};
}

static void what_must_not_be_asked_twice_is_not(void **state)
{
	struct op op = {.wanted = 1, .may_retry = false};

	(void)state;
	stub_start(&stub, STUB_CLOSES_WHEN_ASKED_AGAIN, NULL);
	assert_int_equal(ask_one(stub.name), NS_OK);
	ask(&op, stub.name);
	assert_int_equal(op.err, NS_ECLOSED);
	assert_int_equal(atomic_load(&stub.counts->accepted), 1);
}

static void a_fresh_connection_that_breaks_is_not_retried(void **state)
{
	(void)state;
	stub_start(&stub, STUB_CLOSES_WHEN_ASKED, NULL);
	assert_int_equal(ask_one(stub.name), NS_ECLOSED);
	assert_int_equal(atomic_load(&stub.counts->accepted), 1);
}

static void an_operation_may_ask_on_after_a_loss(void **state)
{
	struct op op = {.wanted = 1, .asks_after_loss = true};

	(void)state;
	stub_start(&stub, STUB_CLOSES_WHEN_ASKED, NULL);
	ask(&op, stub.name);
	assert_int_equal(op.answers, 2);
	assert_int_equal(op.err, NS_ECLOSED);
	assert_int_equal(atomic_load(&stub.counts->accepted), 2);
}

static void a_server_that_closes_at_once(void **state)
{
	(void)state;
	stub_start(&stub, STUB_CLOSES_AT_ONCE, NULL);
	assert_int_equal(ask_one(stub.name), NS_ECLOSED);
}

static void ask_in_vain(const char *server, enum ns_err want)
{
	uint64_t begun = socket_clock();
	uint64_t took;

	assert_int_equal(netsess_options_set_timeout(options, SHORT), 0);
	assert_int_equal(ask_one(server), want);
	took = socket_clock() - begun;
	assert_in_range(took, SHORT, LATE);
}

static void a_silent_server_meets_the_deadline(void **state)
{
	(void)state;
	stub_start(&stub, STUB_IS_SILENT, NULL);
	ask_in_vain(stub.name, NS_ETIMEOUT);
	stub_wait_for(&stub.counts->cancels, 1);
	stub_wait_for(&stub.counts->goodbyes, 1);
	assert_false(cache_flush());
}

static void a_trickle_does_not_move_the_deadline(void **state)
{
	(void)state;
	stub_start(&stub, STUB_TRICKLES, NULL);
	ask_in_vain(stub.name, NS_ETIMEOUT);
}

static void nobody_listens(void **state)
{
	struct op op = {.wanted = 1};
	struct sockaddr_in at = {.sin_family = AF_INET};
	socklen_t length = sizeof(at);
	char name[32];
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	(void)state;
	/* Bound but not listening: nobody else can take the port meanwhile. */
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (const struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &length), 0);
	snprintf(name, sizeof(name), "127.0.0.1:%u", ntohs(at.sin_port));
	ask(&op, name);
	assert_int_equal(op.err, NS_EUNREACHABLE);
	assert_string_equal(op.text, "Connection refused");
	close(fd);
}

static unsigned ticks;

static void on_tick(int signal)
{
	(void)signal;
	ticks++;
}

/* A timer's signal every few milliseconds, and no SA_RESTART. */
static void signals_do_not_disturb(void **state)
{
	struct sigaction tick = {.sa_handler = on_tick}, old;
	struct itimerval every = {{0, 3000}, {0, 3000}}, never = {0};

	(void)state;
	stub_start(&stub, STUB_IS_SILENT, NULL);
	sigaction(SIGALRM, &tick, &old);
	setitimer(ITIMER_REAL, &every, NULL);
	ask_in_vain(stub.name, NS_ETIMEOUT);
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &old, NULL);
	assert_true(ticks > 0);
}

static void local(const char *path)
{
	assert_int_equal(setenv("NETSESS_SOCKET", path, 1), 0);
}

static void this_computer_is_asked_over_its_socket(void **state)
{
	char path[64];
	struct op op = {.wanted = 2};

	(void)state;
	snprintf(path, sizeof(path), "/tmp/netsess-test-%d", (int)getpid());
	stub_start(&stub, STUB_ANSWERS, path);
	local(path);
	ask(&op, NULL);
	assert_int_equal(op.err, NS_OK);
	assert_string_equal(op.own_address, "");
	assert_int_equal(ask_one(""), NS_OK);
	assert_int_equal(atomic_load(&stub.counts->accepted), 1);
	unsetenv("NETSESS_SOCKET");
}

static void no_server_on_this_computer(void **state)
{
	char path[64];

	(void)state;
	local("/nonexistent/netsess");
	assert_int_equal(ask_one(NULL), NS_ENODAEMON);
	/* A socket that its server left behind. */
	snprintf(path, sizeof(path), "/tmp/netsess-test-%d", (int)getpid());
	stub_start(&stub, STUB_ANSWERS, path);
	kill(stub.pid, SIGKILL);
	waitpid(stub.pid, NULL, 0);
	stub = (struct stub_server){0};
	local(path);
	assert_int_equal(ask_one(NULL), NS_ENODAEMON);
	unlink(path);
	unsetenv("NETSESS_SOCKET");
}

static void a_refused_compound_is_remembered(void **state)
{
	(void)state;
	stub_start(&stub, STUB_CLOSES_AFTER_ANSWER, NULL);
	toy_refuses_compound = true;
	toy_links_without_compound = 0;
	assert_int_equal(ask_one(stub.name), NS_OK);
	assert_int_equal(toy_links_without_compound, 0);
	assert_int_equal(ask_one(stub.name), NS_OK);
	assert_int_equal(toy_links, 2);
	assert_int_equal(toy_links_without_compound, 1);
}

static void a_child_leaves_its_parents_connections_alone(void **state)
{
	int status;
	pid_t child;

	(void)state;
	stub_start(&stub, STUB_ANSWERS, NULL);
	assert_int_equal(ask_one(stub.name), NS_OK);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(ask_one(stub.name) == NS_OK ? 0 : 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(atomic_load(&stub.counts->accepted), 2);
	assert_int_equal(ask_one(stub.name), NS_OK);
	assert_int_equal(atomic_load(&stub.counts->accepted), 2);
	assert_int_equal(atomic_load(&stub.counts->goodbyes), 0);
}

#define THREADS 4
#define CALLS   50

static void *ask_often(void *failures)
{
	for (unsigned i = 0; i < CALLS; i++)
		if (ask_one(stub.name) != NS_OK)
			atomic_fetch_add((atomic_uint *)failures, 1);
	return NULL;
}

static void threads_share_the_cache_and_no_connection(void **state)
{
	pthread_t thread[THREADS];
	atomic_uint failures = 0;

	(void)state;
	stub_start(&stub, STUB_ANSWERS, NULL);
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL, ask_often, &failures), 0);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(thread[i], NULL);
	assert_int_equal(failures, 0);
	assert_int_equal(atomic_load(&stub.counts->questions), THREADS * CALLS);
	assert_in_range(atomic_load(&stub.counts->accepted), 1, THREADS);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_question_is_answered),
		TEST(a_name_is_looked_up),
		TEST(a_name_that_nobody_knows),
		TEST(a_malformed_name_is_not_even_looked_up),
		TEST(an_operation_that_needs_no_server),
		TEST(a_connection_is_kept_for_the_next_call),
		TEST(none_is_kept_where_none_is_wanted),
		TEST(other_credentials_take_another_connection),
		TEST(a_kept_connection_that_was_closed_is_replaced),
		TEST(a_kept_connection_that_dies_is_replaced_once),
		TEST(what_must_not_be_asked_twice_is_not),
		TEST(a_fresh_connection_that_breaks_is_not_retried),
		TEST(an_operation_may_ask_on_after_a_loss),
		TEST(a_server_that_closes_at_once),
		TEST(a_silent_server_meets_the_deadline),
		TEST(a_trickle_does_not_move_the_deadline),
		TEST(nobody_listens),
		TEST(signals_do_not_disturb),
		TEST(this_computer_is_asked_over_its_socket),
		TEST(no_server_on_this_computer),
		TEST(a_refused_compound_is_remembered),
		TEST(a_child_leaves_its_parents_connections_alone),
		TEST(threads_share_the_cache_and_no_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

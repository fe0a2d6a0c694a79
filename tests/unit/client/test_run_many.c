/* SPDX-License-Identifier: MIT */
/* Many tasks in one loop, with few descriptors, bad servers among the good ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "client/cache.h"
#include "client/run.h"
#include "stub_server.h"
#include "toy.h"

#define JOBS_MAX 400
#define SHORT    200
#define LATE     10000

struct job {
	const char *server;
	struct op op;
	struct task *task;
};

static struct {
	struct job job[JOBS_MAX];
	size_t n;
	size_t begun;
	size_t done;
	size_t most; /* begun and not done */
	size_t more; /* jobs to be added when the first is done */
} work;

static struct netsess_options *options;
static struct stub_server good, bad;

static int set_up(void **state)
{
	(void)state;
	memset(&work, 0, sizeof(work));
	options = netsess_options_new();
	assert_non_null(options);
	assert_int_equal(netsess_options_set_timeout(options, 20000), 0);
	stub_start(&good, STUB_ANSWERS, NULL);
	stub_start(&bad, STUB_IS_SILENT, NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	(void)cache_flush();
	netsess_options_free(options);
	stub_stop(&good);
	stub_stop(&bad);
	return 0;
}

static void add(const char *server)
{
	work.job[work.n++] = (struct job){.server = server, .op = {.wanted = 1}};
}

static struct task *next(void *arg, uint64_t now)
{
	struct job *j = &work.job[work.begun];

	(void)arg;
	if (work.begun == work.n)
		return NULL;
	work.begun++;
	if (work.begun - work.done > work.most)
		work.most = work.begun - work.done;
	j->task = task_new(j->server, options, &j->op, now);
	return j->task;
}

static void done(void *arg, struct task *t, uint64_t now)
{
	(void)arg;
	assert_true(task_done(t));
	work.done++;
	for (; work.more > 0; work.more--)
		add(good.name);
	task_free(t, now);
}

static const struct run_source source = {.next = next, .done = done};

static size_t count(enum ns_err err)
{
	size_t n = 0;

	for (size_t i = 0; i < work.n; i++)
		n += work.job[i].op.answers == 1 && work.job[i].op.err == err;
	return n;
}

static void all_are_asked_and_no_more_than_allowed_at_once(void **state)
{
	(void)state;
	assert_int_equal(netsess_options_set_keep(options, 0), 0);
	for (int i = 0; i < 300; i++)
		add(good.name);
	assert_int_equal(run_many(&source, 20), NS_OK);
	assert_int_equal(work.done, 300);
	assert_int_equal(count(NS_OK), 300);
	assert_int_equal(atomic_load(&good.counts->accepted), 300);
	assert_int_equal(work.most, 20);
}

static void nothing_to_do(void **state)
{
	(void)state;
	assert_int_equal(run_many(&source, 20), NS_OK);
	assert_int_equal(work.done, 0);
}

static void connections_are_used_again(void **state)
{
	(void)state;
	for (int i = 0; i < 300; i++)
		add(good.name);
	assert_int_equal(run_many(&source, 10), NS_OK);
	assert_int_equal(count(NS_OK), 300);
	assert_in_range(atomic_load(&good.counts->accepted), 1, 10);
	assert_int_equal(atomic_load(&good.counts->questions), 300);
}

static void the_callee_may_add_more(void **state)
{
	(void)state;
	work.more = 50;
	add(good.name);
	assert_int_equal(run_many(&source, 8), NS_OK);
	assert_int_equal(work.done, 51);
	assert_int_equal(count(NS_OK), 51);
}

static void deadlines_run_side_by_side(void **state)
{
	uint64_t begun = socket_clock();

	(void)state;
	assert_int_equal(netsess_options_set_timeout(options, SHORT), 0);
	for (int i = 0; i < 100; i++) {
		add(bad.name);
		add("127.0.0.1:1"); /* tcpmux: nobody has it */
	}
	assert_int_equal(run_many(&source, 200), NS_OK);
	assert_int_equal(count(NS_ETIMEOUT), 100);
	assert_int_equal(count(NS_EUNREACHABLE), 100);
	assert_in_range(socket_clock() - begun, SHORT, LATE);
}

/* Lets this process have n descriptors more than it has. */
static struct rlimit limit_descriptors(unsigned n)
{
	struct rlimit old, now;
	int lowest = dup(0); /* the first that is free; those below are not */

	assert_true(lowest >= 0);
	close(lowest);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	now = old;
	now.rlim_cur = (rlim_t)lowest + n;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &now), 0);
	return old;
}

static void few_descriptors_only_take_longer(void **state)
{
	struct rlimit old;

	(void)state;
	for (int i = 0; i < 300; i++)
		add(good.name);
	assert_int_equal(netsess_options_set_keep(options, 0), 0);
	old = limit_descriptors(12);
	assert_int_equal(run_many(&source, 256), NS_OK);
	setrlimit(RLIMIT_NOFILE, &old);
	assert_int_equal(count(NS_OK), 300);
	assert_in_range(work.most, 2, 12); /* eleven, and one that waits */
}

/* Kept connections give way to those that are needed now. */
static void kept_connections_give_up_their_descriptors(void **state)
{
	struct rlimit old;

	(void)state;
	for (int i = 0; i < 5; i++)
		add(good.name);
	add(bad.name);
	assert_int_equal(netsess_options_set_timeout(options, SHORT), 0);
	old = limit_descriptors(2); /* the loop's own, and one */
	assert_int_equal(run_many(&source, 4), NS_OK);
	setrlimit(RLIMIT_NOFILE, &old);
	assert_int_equal(count(NS_OK), 5);
	assert_int_equal(count(NS_ETIMEOUT), 1);
}

static void without_any_descriptor_it_ends_all_the_same(void **state)
{
	struct rlimit old;

	(void)state;
	for (int i = 0; i < 10; i++)
		add(good.name);
	old = limit_descriptors(1); /* the loop's own */
	assert_int_equal(run_many(&source, 4), NS_OK);
	setrlimit(RLIMIT_NOFILE, &old);
	assert_int_equal(count(NS_ESYSTEM), 10);
	assert_string_equal(work.job[0].op.text, "Too many open files");
}

static void without_a_loop_nothing_is_begun(void **state)
{
	struct rlimit old;

	(void)state;
	add(good.name);
	old = limit_descriptors(0);
	assert_int_equal(run_many(&source, 4), NS_ESYSTEM);
	setrlimit(RLIMIT_NOFILE, &old);
	assert_int_equal(work.begun, 0);
}

static void names_are_looked_up_side_by_side(void **state)
{
	char name[32];

	(void)state;
	snprintf(name, sizeof(name), "localhost:%u", good.port);
	for (int i = 0; i < 100; i++)
		add(name);
	assert_int_equal(netsess_options_set_keep(options, 0), 0);
	assert_int_equal(run_many(&source, 100), NS_OK);
	assert_int_equal(count(NS_OK), 100);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(all_are_asked_and_no_more_than_allowed_at_once),
		TEST(nothing_to_do),
		TEST(connections_are_used_again),
		TEST(the_callee_may_add_more),
		TEST(deadlines_run_side_by_side),
		TEST(few_descriptors_only_take_longer),
		TEST(kept_connections_give_up_their_descriptors),
		TEST(without_any_descriptor_it_ends_all_the_same),
		TEST(without_a_loop_nothing_is_begun),
		TEST(names_are_looked_up_side_by_side),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct seen {
	int lines;
	enum log_level level;
	char line[LOG_LINE_MAX];
};

static void remember(void *arg, enum log_level level, const char *line)
{
	struct seen *seen = arg;

	seen->lines++;
	seen->level = level;
	assert_true(strlen(line) < LOG_LINE_MAX);
	memcpy(seen->line, line, strlen(line) + 1);
}

static int listen_at_trace(void **state)
{
	static struct seen seen;

	seen = (struct seen){0};
	*state = &seen;
	log_set_sink(remember, &seen);
	log_set_level(LOG_LEVEL_TRACE);
	return 0;
}

static int restore(void **state)
{
	(void)state;
	log_set_sink(NULL, NULL);
	log_set_level(LOG_LEVEL_WARN);
	return 0;
}

static void a_line_names_its_object(void **state)
{
	struct seen *seen = *state;

	log_info("conn 12", "message %d of %s", 7, "bob");
	assert_int_equal(seen->lines, 1);
	assert_int_equal(seen->level, LOG_LEVEL_INFO);
	assert_string_equal(seen->line, "conn 12: message 7 of bob");
	log_error(NULL, "plain");
	assert_string_equal(seen->line, "plain");
	assert_int_equal(seen->level, LOG_LEVEL_ERROR);
}

static void levels_above_the_threshold_are_dropped_unevaluated(void **state)
{
	struct seen *seen = *state;
	int evaluated = 0;

	log_set_level(LOG_LEVEL_INFO);
	log_debug("x", "%d", ++evaluated);
	log_trace("x", "%d", ++evaluated);
	log_at(LOG_LEVEL_DEBUG, "x", "dropped too");
	assert_int_equal(seen->lines, 0);
	log_info("x", "%d", ++evaluated);
	log_warn("x", "%d", ++evaluated);
	log_error("x", "%d", ++evaluated);
	assert_int_equal(seen->lines, 3);
	assert_int_equal(evaluated, 3);
	assert_true(log_wants(LOG_LEVEL_INFO));
	assert_false(log_wants(LOG_LEVEL_DEBUG));
}

static void control_characters_can_not_forge_a_line(void **state)
{
	struct seen *seen = *state;

	log_info("user", "%s", "eve\nerror: fine\x1b[2J\x7f\xc3\xa4");
	assert_string_equal(seen->line, "user: eve\\x0aerror: fine\\x1b[2J\\x7f\xc3\xa4");
}

static void long_lines_are_cut_at_a_character(void **state)
{
	struct seen *seen = *state;
	char text[3 * LOG_LINE_MAX];

	for (size_t shift = 0; shift < 4; shift++) {
		size_t n = 0;

		memset(text, 'a', shift);
		for (n = shift; n + 4 < sizeof(text); n += 3)
			memcpy(text + n, "\xe2\x82\xac", 3);
		text[n] = '\0';
		log_info(NULL, "%s", text);
		n = strlen(seen->line);
		assert_true(n >= LOG_LINE_MAX - 4 && n < LOG_LINE_MAX);
		assert_int_equal((n - shift) % 3, 0);
		assert_memory_equal(seen->line, text, n);
	}
}

static void the_longest_line_that_fits_is_whole(void **state)
{
	struct seen *seen = *state;
	char text[LOG_LINE_MAX + 1];

	memset(text, 'a', sizeof(text));
	text[LOG_LINE_MAX - 1] = '\0';
	log_info(NULL, "%s", text);
	assert_int_equal(strlen(seen->line), LOG_LINE_MAX - 1);
	text[LOG_LINE_MAX - 1] = 'a';
	text[LOG_LINE_MAX] = '\0';
	log_info(NULL, "%s", text);
	assert_int_equal(strlen(seen->line), LOG_LINE_MAX - 1);
	memset(text, '\n', LOG_LINE_MAX);
	log_info(NULL, "%s", text);
	assert_int_equal(strlen(seen->line), (LOG_LINE_MAX - 1) / 4 * 4);
}

static void without_a_sink_lines_go_to_stderr(void **state)
{
	char got[100] = {0};
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO);

	(void)state;
	assert_non_null(file);
	assert_true(saved >= 0);
	log_set_sink(NULL, NULL);
	assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
	log_warn("conn 3", "hello");
	fflush(stderr);
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	close(saved);
	rewind(file);
	assert_true(fread(got, 1, sizeof(got) - 1, file) > 0);
	assert_string_equal(got, "warn: conn 3: hello\n");
	fclose(file);
}

static void *log_many(void *arg)
{
	for (int i = 0; i < 1000; i++)
		log_info(arg, "%d", i);
	return NULL;
}

/* The sink counts without a lock of its own: a lost count is a lost lock. */
static void threads_reach_the_sink_one_at_a_time(void **state)
{
	static char names[4][2] = {"a", "b", "c", "d"};
	struct seen *seen = *state;
	pthread_t threads[4];

	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, log_many, names[i]), 0);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
	assert_int_equal(seen->lines, 4000);
}

static void every_level_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(log_level_name(LOG_LEVEL_ERROR), "error");
	assert_string_equal(log_level_name(LOG_LEVEL_WARN), "warn");
	assert_string_equal(log_level_name(LOG_LEVEL_INFO), "info");
	assert_string_equal(log_level_name(LOG_LEVEL_DEBUG), "debug");
	assert_string_equal(log_level_name(LOG_LEVEL_TRACE), "trace");
}

#define LOG_TEST(f) cmocka_unit_test_setup_teardown(f, listen_at_trace, restore)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LOG_TEST(a_line_names_its_object),
		LOG_TEST(levels_above_the_threshold_are_dropped_unevaluated),
		LOG_TEST(control_characters_can_not_forge_a_line),
		LOG_TEST(long_lines_are_cut_at_a_character),
		LOG_TEST(the_longest_line_that_fits_is_whole),
		LOG_TEST(without_a_sink_lines_go_to_stderr),
		LOG_TEST(threads_reach_the_sink_one_at_a_time),
		LOG_TEST(every_level_has_a_name),
	};

	return cmocka_run_group_tests_name("base/log", tests, NULL, NULL);
}

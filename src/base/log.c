/* SPDX-License-Identifier: MIT */
#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>

static void to_stderr(void *arg, enum log_level level, const char *line)
{
	(void)arg;
	fprintf(stderr, "%s: %s\n", log_level_name(level), line);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards the sink */
static log_sink *current_sink = to_stderr;
static void *current_arg;
static atomic_int threshold = LOG_LEVEL_WARN;

void log_set_sink(log_sink *sink, void *arg)
{
	pthread_mutex_lock(&lock);
	current_sink = sink != NULL ? sink : to_stderr;
	current_arg = sink != NULL ? arg : NULL;
	pthread_mutex_unlock(&lock);
}

void log_set_level(enum log_level level)
{
	atomic_store_explicit(&threshold, (int)level, memory_order_relaxed);
}

bool log_wants(enum log_level level)
{
	return (int)level <= atomic_load_explicit(&threshold, memory_order_relaxed);
}

const char *log_level_name(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_ERROR:
		return "error";
	case LOG_LEVEL_WARN:
		return "warn";
	case LOG_LEVEL_INFO:
		return "info";
	case LOG_LEVEL_DEBUG:
		return "debug";
	case LOG_LEVEL_TRACE:
		return "trace";
	}
	return "?";
}

static bool is_control(unsigned char c)
{
	return c < 0x20 || c == 0x7f;
}

/* How many bytes of the character that text[i] continues lie before it (10xxxxxx). */
static size_t begun_before(const char *text, size_t i)
{
	size_t n = 0;

	while (n < i && ((unsigned char)text[i - n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* `line` has LOG_LINE_MAX bytes; what does not fit is left out. */
static void escape(char *line, const char *text)
{
	static const char digits[] = "0123456789abcdef";
	size_t n = 0;

	for (size_t i = 0; text[i] != '\0'; i++) {
		unsigned char c = (unsigned char)text[i];

		if (n + (is_control(c) ? 4 : 1) >= LOG_LINE_MAX) {
			n -= begun_before(text, i);
			break;
		}
		if (!is_control(c)) {
			line[n++] = text[i];
			continue;
		}
		line[n++] = '\\';
		line[n++] = 'x';
		line[n++] = digits[c >> 4];
		line[n++] = digits[c & 0xf];
	}
	line[n] = '\0';
}

void log_at(enum log_level level, const char *object, const char *format, ...)
{
	char raw[LOG_LINE_MAX + 1]; /* one more than fits: shows that the line was cut */
	char line[LOG_LINE_MAX];
	size_t n = 0;
	va_list ap;
	int put;

	if (!log_wants(level))
		return;
	put = object != NULL ? snprintf(raw, sizeof(raw), "%s: ", object) : 0;
	if (put > 0)
		n = (size_t)put < sizeof(raw) ? (size_t)put : sizeof(raw) - 1;
	va_start(ap, format);
	if (vsnprintf(raw + n, sizeof(raw) - n, format, ap) < 0)
		raw[n] = '\0';
	va_end(ap);
	escape(line, raw);

	pthread_mutex_lock(&lock);
	current_sink(current_arg, level, line);
	pthread_mutex_unlock(&lock);
}

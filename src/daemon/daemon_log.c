/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/daemon.h"

/* "2026-11-22T15:49:07Z error: " and its NUL, or "<6>audit: "; also "DEVICE:INODE". */
#define PREFIX_MAX 64

/* The journal reads syslog's numbers from the front of a line, sd-daemon(3). */
static const unsigned priorities[] = {
	[LOG_LEVEL_ERROR] = 3, [LOG_LEVEL_WARN] = 4,  [LOG_LEVEL_INFO] = 6,
	[LOG_LEVEL_DEBUG] = 7, [LOG_LEVEL_TRACE] = 7,
};

static bool to_journal;

/* JOURNAL_STREAM names the device and inode of the journal's stream, systemd.exec(5). */
static bool stderr_is_journal(void)
{
	const char *stream = getenv("JOURNAL_STREAM");
	char ours[PREFIX_MAX];
	struct stat st;

	if (stream == NULL || fstat(STDERR_FILENO, &st) != 0)
		return false;
	(void)snprintf(ours, sizeof(ours), "%llu:%llu", (unsigned long long)st.st_dev,
		       (unsigned long long)st.st_ino);
	return strcmp(stream, ours) == 0;
}

/* "<6>word: " or "2026-11-22T15:49:07Z word: "; its length. */
static size_t put_prefix(char prefix[PREFIX_MAX], unsigned priority, const char *word)
{
	struct timespec now;
	struct tm utc;
	size_t n;

	if (to_journal)
		return (size_t)snprintf(prefix, PREFIX_MAX, "<%u>%s%s", priority, word,
					word[0] != '\0' ? ": " : "");
	(void)clock_gettime(CLOCK_REALTIME, &now);
	n = strftime(prefix, PREFIX_MAX, "%Y-%m-%dT%H:%M:%SZ ",
		     gmtime_r(&now.tv_sec, &utc));
	return n + (size_t)snprintf(prefix + n, PREFIX_MAX - n, "%s: ", word);
}

static void write_line(unsigned priority, const char *word, const char *line)
{
	char prefix[PREFIX_MAX];
	char newline[] = "\n";
	const struct iovec parts[] = {
		{prefix, put_prefix(prefix, priority, word)},
		{(void *)(uintptr_t)line, strlen(line)},
		{newline, 1},
	};

	/* A log that cannot be written is no reason to stop serving. */
	if (writev(STDERR_FILENO, parts, sizeof(parts) / sizeof(parts[0])) < 0)
		return;
}

static void on_line(void *arg, enum log_level level, const char *line)
{
	(void)arg;
	write_line(priorities[level], to_journal ? "" : log_level_name(level), line);
}

void daemon_log_init(void)
{
	to_journal = stderr_is_journal();
	log_set_sink(on_line, NULL);
}

void daemon_log_set_level(const char *name)
{
	for (int level = LOG_LEVEL_ERROR; level <= LOG_LEVEL_TRACE; level++) {
		if (strcmp(log_level_name((enum log_level)level), name) == 0)
			log_set_level((enum log_level)level);
	}
}

void daemon_log_audit(void *ctx, const char *line)
{
	(void)ctx;
	write_line(priorities[LOG_LEVEL_INFO], "audit", line);
}

static void say_counter(void *ctx, const char *name, const char *text, uint64_t value)
{
	(void)ctx;
	log_info("counter", "%s=%llu (%s)", name, (unsigned long long)value, text);
}

void daemon_log_counters(const struct server *server)
{
	server_counters_each(&server->counters, say_counter, NULL);
}

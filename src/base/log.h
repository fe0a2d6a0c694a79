/* SPDX-License-Identifier: MIT */
/*
 * The log: lines of text about an object, at a level, handed to one sink.
 *
 *	log_warn("conn 12", "signature of message %llu does not verify", id);
 *
 * gives the sink the level and "conn 12: signature of message 7 does not verify".  Without
 * a sink of its own a process writes "warn: conn 12: ..." to stderr; nothing else in the
 * tree writes there but the command line itself.  Control characters arrive as \xNN, so
 * that what a peer sent can't forge a line.  Secrets are never logged, at no level.
 *
 * Thread-safe: lines are handed over one at a time.  A sink must not log.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

enum log_level {
	LOG_LEVEL_ERROR,
	LOG_LEVEL_WARN,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG,
	LOG_LEVEL_TRACE,
};

/* A line is cut here, at a character's end: a peer's text may be of any length. */
#define LOG_LINE_MAX 1024

/* `line` has no newline and is borrowed for the call. */
typedef void log_sink(void *arg, enum log_level level, const char *line);

/* NULL brings back stderr. */
void log_set_sink(log_sink *sink, void *arg);

/* Lines above this level are dropped; at first it is LOG_LEVEL_WARN. */
void log_set_level(enum log_level level);
bool log_wants(enum log_level level);

/* "error", "warn", "info", "debug", "trace". */
const char *log_level_name(enum log_level level);

/* `object` may be NULL: the line then has no prefix. */
void log_at(enum log_level level, const char *object, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The arguments are not evaluated when the level is not wanted. */
#define LOG_IF_WANTED(level, ...)                                                          \
	do {                                                                               \
		if (log_wants(level))                                                      \
			log_at(level, __VA_ARGS__);                                        \
	} while (0)
#define log_error(...) LOG_IF_WANTED(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warn(...)  LOG_IF_WANTED(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_info(...)  LOG_IF_WANTED(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) LOG_IF_WANTED(LOG_LEVEL_DEBUG, __VA_ARGS__)
#define log_trace(...) LOG_IF_WANTED(LOG_LEVEL_TRACE, __VA_ARGS__)

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What is said to a person, on stderr.  Names come from servers and files, so the whole
 * message is made harmless before a terminal sees it (text_safe()).  A progress line that
 * stands there is wiped first.
 */
#ifndef CLI_SAY_H
#define CLI_SAY_H

/* "netsess: MESSAGE" and a newline. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The same without "netsess: ". */
void say_bare(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A question: no newline. */
void say_prompt(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Shows `text` in place of the progress line before; "" takes it away. */
void say_progress(const char *text);

#endif

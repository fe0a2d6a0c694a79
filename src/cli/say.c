/* SPDX-License-Identifier: MIT */
#include "cli/say.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/text.h"

/* Back to the first column, and erase what stands there (ECMA-48 EL). */
#define WIPE_LINE "\r\033[K"

static bool progress_stands;

__attribute__((format(printf, 3, 0))) static void
say_text(const char *before, const char *after, const char *format, va_list args)
{
	char *raw = NULL, *safe = NULL;

	say_progress("");
	/* Out of memory: the bare format is still better than silence. */
	if (vasprintf(&raw, format, args) < 0)
		raw = NULL;
	safe = text_safe_or_null(raw);
	fprintf(stderr, "%s%s%s", before, safe != NULL ? safe : format, after);
	fflush(stderr);
	free(safe);
	free(raw);
}

void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_text("netsess: ", "\n", format, args);
	va_end(args);
}

void say_bare(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_text("", "\n", format, args);
	va_end(args);
}

void say_prompt(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say_text("", "", format, args);
	va_end(args);
}

void say_progress(const char *text)
{
	if (progress_stands)
		fputs(WIPE_LINE, stderr);
	progress_stands = text[0] != '\0';
	fputs(text, stderr);
	fflush(stderr);
}

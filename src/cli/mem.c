/* SPDX-License-Identifier: MIT */
#include "cli/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/outcome.h"
#include "cli/say.h"

static void *mem_need(void *p)
{
	if (p == NULL) {
		say("out of memory");
		exit(CLI_EXIT_BROKEN);
	}
	return p;
}

void *mem_array(size_t n, size_t size)
{
	return mem_need(calloc(n > 0 ? n : 1, size));
}

void *mem_resize(void *p, size_t n, size_t size)
{
	return mem_need(reallocarray(p, n > 0 ? n : 1, size));
}

char *mem_strdup(const char *s)
{
	return mem_need(strdup(s));
}

char *mem_printf(const char *format, ...)
{
	va_list args;
	char *s = NULL;

	va_start(args, format);
	if (vasprintf(&s, format, args) < 0)
		s = NULL;
	va_end(args);
	return mem_need(s);
}

/* SPDX-License-Identifier: MIT */
#include "lib/failalloc.h"

#include <string.h>

static bool armed;
static bool paused;
static bool hit;
static size_t left;

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
char *__wrap_strdup(const char *s);

void failalloc_arm(size_t n)
{
	armed = true;
	paused = false;
	hit = false;
	left = n;
}

void failalloc_disarm(void)
{
	armed = false;
}

bool failalloc_hit(void)
{
	return hit;
}

void failalloc_pause(bool pause)
{
	paused = pause;
}

static bool fail_this(void)
{
	if (!armed || paused || hit)
		return false;
	if (left-- > 0)
		return false;
	hit = true;
	return true;
}

void *__wrap_malloc(size_t n)
{
	return fail_this() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fail_this() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *p, size_t n)
{
	return fail_this() ? NULL : __real_realloc(p, n);
}

char *__wrap_strdup(const char *s)
{
	size_t n = strlen(s) + 1;
	char *copy = __wrap_malloc(n);

	return copy != NULL ? memcpy(copy, s, n) : NULL;
}

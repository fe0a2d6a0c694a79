/* SPDX-License-Identifier: MIT */
#include "cli/text.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/mem.h"

/* The longest that one byte or character becomes: "\u{e0001}". */
#define SPELLED_MAX 10

/* What text_next() gives for a byte that begins no character. */
#define NOT_UTF8 UINT32_MAX

#define UTF8_REPLACEMENT "\xef\xbf\xbd"

/*
 * Takes one character off *s, strictly: overlong forms, surrogates and values past
 * U+10FFFF are NOT_UTF8, and then one byte is taken.
 */
static uint32_t text_next(const unsigned char **s)
{
	static const uint32_t smallest[] = {0, 0x80, 0x800, 0x10000};
	const unsigned char *p = *s;
	uint32_t c = *p;
	size_t more;

	(*s)++;
	if (c < 0x80)
		return c;
	if (c < 0xc2 || c > 0xf4)
		return NOT_UTF8;
	more = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
	c &= 0x3fu >> more;
	for (size_t i = 1; i <= more; i++) {
		/* A NUL is no continuation byte: this never reads past the end. */
		if ((p[i] & 0xc0) != 0x80)
			return NOT_UTF8;
		c = c << 6 | (p[i] & 0x3fu);
	}
	if (c < smallest[more] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return NOT_UTF8;
	*s = p + more + 1;
	return c;
}

/* Characters that change what a terminal does, or how its line is read. */
static bool text_is_harmful(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{0x00, 0x1f},       /* C0 */
		{0x7f, 0x9f},       /* DEL and C1: U+009B begins an escape sequence */
		{0x061c, 0x061c},   /* Arabic letter mark */
		{0x200b, 0x200f},   /* zero width, direction marks */
		{0x2028, 0x202e},   /* separators, embeddings and overrides */
		{0x2060, 0x2069},   /* invisible operators, isolates */
		{0xfeff, 0xfeff},   /* zero width no-break space */
		{0xfff9, 0xfffb},   /* interlinear annotation */
		{0xe0000, 0xe007f}, /* tags: invisible */
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	}
	return false;
}

static int text_spell(char out[SPELLED_MAX + 1], uint32_t c)
{
	if (c < 0x100)
		return snprintf(out, SPELLED_MAX + 1, "\\x%02x", c);
	if (c < 0x10000)
		return snprintf(out, SPELLED_MAX + 1, "\\u%04x", c);
	return snprintf(out, SPELLED_MAX + 1, "\\u{%x}", c);
}

char *text_safe_or_null(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	char *out, *to;

	if (s == NULL)
		return NULL;
	/* Four times: a byte becomes "\xNN", and longer characters grow less than that. */
	out = to = calloc(strlen(s) + 1, 4);
	if (out == NULL)
		return NULL;
	while (*p != '\0') {
		const unsigned char *start = p;
		uint32_t c = text_next(&p);
		char spelled[SPELLED_MAX + 1];

		if (c != NOT_UTF8 && !text_is_harmful(c)) {
			to = mempcpy(to, start, (size_t)(p - start));
			continue;
		}
		to = mempcpy(to, spelled,
			     (size_t)text_spell(spelled, c == NOT_UTF8 ? *start : c));
	}
	return out;
}

char *text_safe(const char *s)
{
	char *out = text_safe_or_null(s);

	return out != NULL ? out : mem_strdup("");
}

char *text_utf8(const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	char *out = mem_array(strlen(s) + 1, sizeof(UTF8_REPLACEMENT) - 1), *to = out;

	while (*p != '\0') {
		const unsigned char *start = p;

		if (text_next(&p) == NOT_UTF8)
			to = mempcpy(to, UTF8_REPLACEMENT, sizeof(UTF8_REPLACEMENT) - 1);
		else
			to = mempcpy(to, start, (size_t)(p - start));
	}
	return out;
}

char *text_duration(uint32_t s)
{
	enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };

	if (s < MINUTE)
		return mem_printf("%us", s);
	if (s < HOUR)
		return mem_printf("%um%02us", s / MINUTE, s % MINUTE);
	if (s < DAY)
		return mem_printf("%uh%02um", s / HOUR, s % HOUR / MINUTE);
	return mem_printf("%ud%02uh", s / DAY, s % DAY / HOUR);
}

char *text_utc(uint32_t seconds)
{
	time_t t = (time_t)seconds;
	char out[sizeof("2106-02-07 06:28:15 UTC")];
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(out, sizeof(out), "%Y-%m-%d %H:%M:%S UTC", &tm) == 0)
		return mem_printf("%u", seconds);
	return mem_strdup(out);
}

char *text_client(const char *typed)
{
	struct in6_addr address;

	if (strncmp(typed, "\\\\", 2) == 0)
		return mem_strdup(typed);
	if (inet_pton(AF_INET6, typed, &address) == 1)
		return mem_printf("\\\\[%s]", typed);
	return mem_printf("\\\\%s", typed);
}

const char *text_server(const char *server)
{
	return server[0] != '\0' ? server : "this computer";
}

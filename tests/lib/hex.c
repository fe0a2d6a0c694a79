/* SPDX-License-Identifier: MIT */
#include "lib/hex.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct view view_dup(struct view v)
{
	uint8_t *p = malloc(v.n > 0 ? v.n : 1);

	assert_non_null(p);
	if (v.n > 0)
		memcpy(p, v.p, v.n);
	return view_of(p, v.n);
}

void view_free(struct view v)
{
	free((void *)(uintptr_t)v.p);
}

static unsigned digit(int c)
{
	assert_true(isxdigit(c));
	return (unsigned)(isdigit(c) ? c - '0' : tolower(c) - 'a' + 10);
}

struct view view_of_hex_behind(size_t n, const char *hex)
{
	uint8_t *p = calloc(1, n + strlen(hex) / 2 + 1);
	uint8_t *exact;

	assert_non_null(p);
	while (*hex != '\0') {
		if (isspace((unsigned char)*hex)) {
			hex++;
			continue;
		}
		p[n++] = (uint8_t)(digit(hex[0]) << 4 | digit(hex[1]));
		hex += 2;
	}
	exact = realloc(p, n > 0 ? n : 1);
	assert_non_null(exact);
	return view_of(exact, n);
}

struct view view_of_hex(const char *hex)
{
	return view_of_hex_behind(0, hex);
}

void assert_view_equal(struct view got, struct view want)
{
	if (got.n == want.n && (want.n == 0 || memcmp(got.p, want.p, want.n) == 0))
		return;
	print_error("got %zu bytes:\n", got.n);
	for (size_t i = 0; i < got.n; i++)
		print_error("%02x", got.p[i]);
	print_error("\nwant %zu bytes:\n", want.n);
	for (size_t i = 0; i < want.n; i++)
		print_error("%02x", want.p[i]);
	print_error("\n");
	fail();
}

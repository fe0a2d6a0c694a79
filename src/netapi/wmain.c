/* SPDX-License-Identifier: MIT */
/*
 * main() for programs that define wmain(), in an archive of its own: a program with a
 * main() of its own never pulls it in.  Arguments are taken as UTF-8, or, in a locale of
 * another encoding, as that; a byte that is not valid becomes U+FFFD.
 *
 * The program's wmain() is of one width; windows.h binds the 16-bit one to wmain_w16.
 */
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

__attribute__((weak)) int wmain(int argc, wchar_t *argv[]);
__attribute__((weak)) int wmain_w16(int argc, uint16_t *argv[]);

#define REPLACEMENT 0xfffd

/* The next character of `s` and how many bytes it took; 0 at the end. */
static size_t next_char(wchar_t *c, const char *s, mbstate_t *state)
{
	size_t n = mbrtowc(c, s, MB_CUR_MAX, state);

	if (n != (size_t)-1 && n != (size_t)-2)
		return n;
	*state = (mbstate_t){0};
	*c = REPLACEMENT;
	return 1;
}

static wchar_t *widen32(const char *s)
{
	wchar_t *wide = calloc(strlen(s) + 1, sizeof(*wide));
	mbstate_t state = {0};
	size_t n;

	for (size_t i = 0; wide != NULL && (n = next_char(&wide[i], s, &state)) > 0; i++)
		s += n;
	return wide;
}

/* A character outside the BMP takes at least four bytes in any encoding we meet, so two
 * units for it fit where one unit a byte was counted. */
static uint16_t *widen16(const char *s)
{
	uint16_t *wide = calloc(strlen(s) + 1, sizeof(*wide));
	mbstate_t state = {0};
	size_t i = 0;
	wchar_t c;
	size_t n;

	while (wide != NULL && (n = next_char(&c, s, &state)) > 0) {
		if (c > 0xffff) {
			wide[i++] = (uint16_t)(0xd800 | (c - 0x10000) >> 10);
			c = 0xdc00 | (c & 0x3ff);
		}
		wide[i++] = (uint16_t)c;
		s += n;
	}
	return wide;
}

static void *widen(const char *s)
{
	return wmain_w16 != NULL ? (void *)widen16(s) : (void *)widen32(s);
}

int main(int argc, char *argv[])
{
	void **wide = calloc((size_t)argc + 1, sizeof(*wide));

	if (setlocale(LC_CTYPE, "") == NULL || MB_CUR_MAX == 1)
		(void)setlocale(LC_CTYPE, "C.UTF-8");
	for (int i = 0; wide != NULL && i < argc; i++) {
		wide[i] = widen(argv[i]);
		if (wide[i] == NULL)
			wide = NULL;
	}
	if (wide == NULL) {
		fputs("out of memory\n", stderr);
		return EXIT_FAILURE;
	}
	/* The arguments live as long as the process, as argv does. */
	if (wmain_w16 != NULL)
		return wmain_w16(argc, (uint16_t **)(void *)wide);
	if (wmain != NULL)
		return wmain(argc, (wchar_t **)(void *)wide);
	fputs("this program has neither main() nor wmain()\n", stderr);
	return EXIT_FAILURE;
}

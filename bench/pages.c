/* SPDX-License-Identifier: MIT */
/*
 * pages SERVER PREFERRED: NetSessionEnum, level 502, with that preferred maximum length (0:
 * MAX_PREFERRED_LENGTH) from page to page until there is no more.  Prints rows, calls and
 * seconds without the sign-in.  Credentials come from the environment.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <lm.h>

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static DWORD page(LPWSTR server, DWORD preferred, DWORD *read, DWORD *resume)
{
	DWORD total, code;
	LPBYTE rows = NULL;

	code = NetSessionEnum(server, NULL, NULL, 502, &rows, preferred, read, &total,
			      resume);
	NetApiBufferFree(rows);
	return code;
}

int wmain(int argc, wchar_t *argv[])
{
	DWORD preferred = argc == 3 ? (DWORD)wcstoul(argv[2], NULL, 10) : 0;
	DWORD code, read, resume = 0;
	unsigned rows = 0, calls = 0;
	double begin;

	if (argc != 3)
		return 2;
	if (preferred == 0)
		preferred = MAX_PREFERRED_LENGTH;
	(void)page(argv[1], 4096, &read, &resume); /* signs in */
	resume = 0;
	begin = now();
	do {
		code = page(argv[1], preferred, &read, &resume);
		rows += read;
		calls++;
	} while (code == ERROR_MORE_DATA);
	if (code != NERR_Success) {
		fprintf(stderr, "code %u\n", code);
		return 1;
	}
	printf("%u %u %.6f\n", rows, calls, now() - begin);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * kept SERVER COUNT: as many NetSessionEnum calls, level 1, over one kept connection, as
 * fast as they go; prints calls per second.  Credentials come from the environment
 * (NETSESS_AUTH_FILE), as for every Win32 program.
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

static DWORD list(LPWSTR server)
{
	DWORD read, total, resume = 0;
	LPBYTE rows = NULL;
	DWORD code = NetSessionEnum(server, NULL, NULL, 1, &rows, MAX_PREFERRED_LENGTH,
				    &read, &total, &resume);

	NetApiBufferFree(rows);
	return code;
}

int wmain(int argc, wchar_t *argv[])
{
	DWORD code = NERR_Success;
	double begin;
	long count;

	if (argc != 3)
		return 2;
	count = wcstol(argv[2], NULL, 10);
	code = list(argv[1]); /* signs in */
	begin = now();
	for (long i = 0; i < count && code == NERR_Success; i++)
		code = list(argv[1]);
	if (code != NERR_Success) {
		fprintf(stderr, "code %u\n", code);
		return 1;
	}
	printf("%.1f\n", (double)count / (now() - begin));
	return 0;
}

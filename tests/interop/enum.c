/* SPDX-License-Identifier: MIT */
/* Every level of NetSessionEnum, and one NetSessionGetInfo, for tests/interop. */
#define UNICODE
#include <lm.h>
#include <stdio.h>
#include <windows.h>

/* The first member of each level is the client's name. */
static const struct {
	DWORD level;
	size_t size;
} levels[] = {
	{0, sizeof(SESSION_INFO_0)},     {1, sizeof(SESSION_INFO_1)},
	{2, sizeof(SESSION_INFO_2)},     {10, sizeof(SESSION_INFO_10)},
	{502, sizeof(SESSION_INFO_502)},
};

int wmain(int argc, wchar_t *argv[])
{
	SESSION_INFO_10 *one = NULL;
	DWORD code;

	if (argc != 2)
		return 2;
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		DWORD read, total, resume = 0;
		LPBYTE rows = NULL;

		code = NetSessionEnum(argv[1], NULL, NULL, levels[i].level, &rows,
				      MAX_PREFERRED_LENGTH, &read, &total, &resume);
		if (code != NERR_Success)
			return 1;
		wprintf(L"%u:", levels[i].level);
		for (DWORD k = 0; k < read; k++)
			wprintf(L" %s", *(LPWSTR *)(void *)(rows + k * levels[i].size));
		wprintf(L"\n");
		NetApiBufferFree(rows);
	}
	code = NetSessionGetInfo(argv[1], (LPWSTR)L"\\\\127.0.0.1", (LPWSTR)L"bob", 10,
				 (LPBYTE *)&one);
	if (code != NERR_Success)
		return 1;
	wprintf(L"get 10: %s %s\n", one->sesi10_cname, one->sesi10_username);
	NetApiBufferFree(one);
	return 0;
}

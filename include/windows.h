/* SPDX-License-Identifier: MIT */
/*
 * windows.h: as much of the Windows header as programs of the network management functions
 * use.  It is a shim, not a Windows emulation: types, the common error codes, wmain(), and
 * what %s means in a wide format.
 */
#ifndef NETSESS_WINDOWS_H
#define NETSESS_WINDOWS_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#ifdef __cplusplus
extern "C" {
#endif

#define NETSESS_WINAPI __attribute__((visibility("default")))

/*
 * A function that takes or returns wide strings exists twice in the library.  With
 * -fshort-wchar its declaration is bound to the twin for 16-bit strings.
 */
#if __SIZEOF_WCHAR_T__ == 2
#define NETSESS_TWIN(name) __asm__(#name "_w16")
#else
#define NETSESS_TWIN(name)
#endif

typedef void VOID, *PVOID, *LPVOID;
typedef const void *LPCVOID;
typedef int BOOL, *PBOOL, *LPBOOL;
typedef int INT, *PINT, *LPINT;
typedef unsigned int UINT, *PUINT;
typedef uint8_t BYTE, *PBYTE, *LPBYTE;
typedef uint16_t WORD, *PWORD, *LPWORD;
typedef uint32_t DWORD, *PDWORD, *LPDWORD; /* 32 bits, as on Windows */
typedef int32_t LONG, *PLONG;
typedef uint32_t ULONG, *PULONG;
typedef char CHAR, *PCHAR, *LPSTR, *PSTR;
typedef const char *LPCSTR, *PCSTR;
typedef wchar_t WCHAR, *PWCHAR, *LPWSTR, *PWSTR;
typedef const wchar_t *LPCWSTR, *PCWSTR;

#ifdef UNICODE
typedef WCHAR TCHAR, *LPTSTR, *PTSTR;
typedef LPCWSTR LPCTSTR;
#define TEXT(s) L##s
#else
typedef char TCHAR, *LPTSTR, *PTSTR;
typedef LPCSTR LPCTSTR;
#define TEXT(s) s
#endif

#ifndef TRUE
#define TRUE  1
#define FALSE 0
#endif

#define WINAPI
#define APIENTRY
#define CALLBACK
#ifndef CONST
#define CONST const
#endif
#define IN
#define OUT

/* [MS-ERREF] 2.2: the codes that the session functions return. */
#define NO_ERROR                 0
#define ERROR_SUCCESS            0
#define ERROR_ACCESS_DENIED      5
#define ERROR_NOT_ENOUGH_MEMORY  8
#define ERROR_GEN_FAILURE        31
#define ERROR_NOT_SUPPORTED      50
#define ERROR_BAD_NETPATH        53
#define ERROR_BAD_NET_RESP       58
#define ERROR_UNEXP_NET_ERR      59
#define ERROR_NETNAME_DELETED    64
#define ERROR_INVALID_PARAMETER  87
#define ERROR_SEM_TIMEOUT        121
#define ERROR_INVALID_LEVEL      124
#define ERROR_MORE_DATA          234
#define ERROR_LOGON_FAILURE      1326
#define RPC_S_SERVER_UNAVAILABLE 1722
#define RPC_S_CALL_FAILED        1726

/*
 * A program that defines wmain() instead of main() is linked with libnetsess_wmain, whose
 * main() converts argv from the locale's encoding and calls it.
 */
int wmain(int argc, wchar_t *argv[]) NETSESS_TWIN(wmain);

/*
 * The wide printf family with Microsoft's meaning of %s and %c: in a wide format they take
 * wide arguments; %hs and %S take narrow ones.  They write UTF-8 and leave the stream's
 * orientation alone, so printf() on the same stream goes on working.
 */
NETSESS_WINAPI int netsess_wprintf(const wchar_t *format, ...)
	NETSESS_TWIN(netsess_wprintf);
NETSESS_WINAPI int netsess_fwprintf(FILE *stream, const wchar_t *format, ...)
	NETSESS_TWIN(netsess_fwprintf);
NETSESS_WINAPI int netsess_vwprintf(const wchar_t *format, va_list args)
	NETSESS_TWIN(netsess_vwprintf);
NETSESS_WINAPI int netsess_vfwprintf(FILE *stream, const wchar_t *format, va_list args)
	NETSESS_TWIN(netsess_vfwprintf);

#ifndef NETSESS_NO_WPRINTF
#define wprintf   netsess_wprintf
#define fwprintf  netsess_fwprintf
#define vwprintf  netsess_vwprintf
#define vfwprintf netsess_vfwprintf
#endif

#ifdef __cplusplus
}
#endif

#endif

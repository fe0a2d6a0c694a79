/* SPDX-License-Identifier: MIT */
/*
 * lmcons.h: lengths and types of the network management functions, source-compatible with
 * the Windows header of that name.  Lengths count characters without the NUL.
 */
#ifndef NETSESS_LMCONS_H
#define NETSESS_LMCONS_H

#include "windows.h"

typedef DWORD NET_API_STATUS;
#define NET_API_FUNCTION

/* Names are wide whatever UNICODE says. */
typedef LPWSTR LMSTR;
typedef LPCWSTR LMCSTR;

#define CNLEN             15 /* computer */
#define LM20_CNLEN        15
#define UNCLEN            (CNLEN + 2)
#define LM20_UNCLEN       (LM20_CNLEN + 2)
#define DNLEN             CNLEN /* domain */
#define LM20_DNLEN        LM20_CNLEN
#define NNLEN             80 /* share */
#define LM20_NNLEN        12
#define SNLEN             80 /* service */
#define LM20_SNLEN        15
#define UNLEN             256 /* user */
#define LM20_UNLEN        20
#define GNLEN             UNLEN /* group */
#define LM20_GNLEN        LM20_UNLEN
#define PWLEN             256 /* password */
#define LM20_PWLEN        14
#define PATHLEN           256
#define LM20_PATHLEN      256
#define DEVLEN            80
#define LM20_DEVLEN       8
#define EVLEN             16
#define CLTYPE_LEN        12
#define MAXCOMMENTSZ      256
#define LM20_MAXCOMMENTSZ 48

#define MAX_PREFERRED_LENGTH   ((DWORD)-1)
#define PARMNUM_BASE_INFOLEVEL 1000

#define PLATFORM_ID_DOS 300
#define PLATFORM_ID_OS2 400
#define PLATFORM_ID_NT  500
#define PLATFORM_ID_OSF 600
#define PLATFORM_ID_VMS 700

#endif

/* SPDX-License-Identifier: MIT */
/*
 * lmshare.h: the session functions and their structures, source-compatible with the Windows
 * header of that name.
 *
 * Who signs in: the credentials given to netsess_set_credentials() (netsess.h), else the
 * environment (NETSESS_USER and friends), else the Kerberos cache.
 *
 * Strings have the caller's wchar_t: 32 bits, or 16 bits with -fshort-wchar; this header
 * picks the function that fits.
 */
#ifndef NETSESS_LMSHARE_H
#define NETSESS_LMSHARE_H

#include "lmcons.h"

#ifdef __cplusplus
extern "C" {
#endif

/* [MS-SRVS] 2.2.4.11: who. */
typedef struct _SESSION_INFO_0 {
	LMSTR sesi0_cname; /* the client, "\\\\name" or "\\\\address" */
} SESSION_INFO_0, *PSESSION_INFO_0, *LPSESSION_INFO_0;

/* [MS-SRVS] 2.2.4.12.  Times are in seconds. */
typedef struct _SESSION_INFO_1 {
	LMSTR sesi1_cname;
	LMSTR sesi1_username;
	DWORD sesi1_num_opens;  /* files, devices and pipes open now */
	DWORD sesi1_time;       /* since the session was set up */
	DWORD sesi1_idle_time;  /* since it was last used */
	DWORD sesi1_user_flags; /* SESS_… */
} SESSION_INFO_1, *PSESSION_INFO_1, *LPSESSION_INFO_1;

/* [MS-SRVS] 2.2.4.13 */
typedef struct _SESSION_INFO_2 {
	LMSTR sesi2_cname;
	LMSTR sesi2_username;
	DWORD sesi2_num_opens;
	DWORD sesi2_time;
	DWORD sesi2_idle_time;
	DWORD sesi2_user_flags;
	LMSTR sesi2_cltype_name; /* the client's type; empty since SMB2 */
} SESSION_INFO_2, *PSESSION_INFO_2, *LPSESSION_INFO_2;

/* [MS-SRVS] 2.2.4.14 */
typedef struct _SESSION_INFO_10 {
	LMSTR sesi10_cname;
	LMSTR sesi10_username;
	DWORD sesi10_time;
	DWORD sesi10_idle_time;
} SESSION_INFO_10, *PSESSION_INFO_10, *LPSESSION_INFO_10;

/* [MS-SRVS] 2.2.4.15 */
typedef struct _SESSION_INFO_502 {
	LMSTR sesi502_cname;
	LMSTR sesi502_username;
	DWORD sesi502_num_opens;
	DWORD sesi502_time;
	DWORD sesi502_idle_time;
	DWORD sesi502_user_flags;
	LMSTR sesi502_cltype_name;
	LMSTR sesi502_transport; /* "\\Device\\NetbiosSmb" */
} SESSION_INFO_502, *PSESSION_INFO_502, *LPSESSION_INFO_502;

#define SESS_GUEST 0x00000001 /* signed in as a guest */
#define SESS_NOENCRYPTION                                                                  \
	0x00000002 /* the password travelled unencrypted: never with SMB2 */

#define SESI1_NUM_ELEMENTS 8
#define SESI2_NUM_ELEMENTS 9

/*
 * Ends sessions between a server and its clients: all of a client's (username NULL), all of
 * a user's (UncClientName NULL), or those of a user from a client.  NULL and "" are the
 * same.  The caller must be one of the server's Administrators or Server Operators.
 *
 * servername: "\\\\server" or "server", DNS or NetBIOS; NULL is this computer.
 * UncClientName: begins with "\\\\".
 *
 * NERR_Success: at least one session was ended, and no one else's.
 * ERROR_ACCESS_DENIED; ERROR_INVALID_PARAMETER (both names missing, or one longer than
 * 1024 characters with its NUL, or not valid Unicode); ERROR_NOT_ENOUGH_MEMORY;
 * NERR_ClientNameNotFound (no such session, or UncClientName lacks its "\\\\").
 * Where no answer is to be had: the codes of netsess_call() in netsess.h.
 */
NETSESS_WINAPI NET_API_STATUS NetSessionDel(LMSTR servername, LMSTR UncClientName,
					    LMSTR username) NETSESS_TWIN(NetSessionDel);

/*
 * Lists sessions, at level 0, 1, 2, 10 or 502.
 *
 * UncClientName, username: narrow the list; NULL or "" does not.
 * bufptr: receives an array of *entriesread structures, to be freed with
 *	NetApiBufferFree(), also with ERROR_MORE_DATA; NULL when there is nothing.
 * prefmaxlen: bytes wanted at the most, or MAX_PREFERRED_LENGTH.
 * totalentries: a hint of how many there are from here on.
 * resume_handle: zero for the first call, then untouched; NULL if one call is enough.
 *
 * NERR_Success, ERROR_MORE_DATA, ERROR_ACCESS_DENIED, ERROR_INVALID_LEVEL,
 * ERROR_INVALID_PARAMETER, ERROR_NOT_ENOUGH_MEMORY, NERR_ClientNameNotFound,
 * NERR_InvalidComputer (UncClientName lacks its "\\\\"), NERR_UserNotFound,
 * NERR_BufTooSmall.
 */
NETSESS_WINAPI NET_API_STATUS NetSessionEnum(LMSTR servername, LMSTR UncClientName,
					     LMSTR username, DWORD level, LPBYTE *bufptr,
					     DWORD prefmaxlen, LPDWORD entriesread,
					     LPDWORD totalentries, LPDWORD resume_handle)
	NETSESS_TWIN(NetSessionEnum);

/*
 * One session, at level 0, 1, 2 or 10.  Both names are required.  bufptr receives one
 * structure, freed with NetApiBufferFree().  Codes as NetSessionEnum().
 */
NETSESS_WINAPI NET_API_STATUS NetSessionGetInfo(LMSTR servername, LMSTR UncClientName,
						LMSTR username, DWORD level, LPBYTE *bufptr)
	NETSESS_TWIN(NetSessionGetInfo);

#ifdef __cplusplus
}
#endif

#endif

/* SPDX-License-Identifier: MIT */
/*
 * lmerr.h: the codes of the network management functions that this library returns or that
 * a server may pass through it.  Values: [MS-ERREF] 2.2.
 */
#ifndef NETSESS_LMERR_H
#define NETSESS_LMERR_H

#define NERR_Success 0
#define NERR_BASE    2100
#define MAX_NERR     (NERR_BASE + 899)

#define NERR_NetNotStarted      (NERR_BASE + 2)
#define NERR_UnknownServer      (NERR_BASE + 3)
#define NERR_RemoteOnly         (NERR_BASE + 6)
#define NERR_ServerNotStarted   (NERR_BASE + 14)
#define NERR_ItemNotFound       (NERR_BASE + 15)
#define NERR_BufTooSmall        (NERR_BASE + 23)
#define NERR_RemoteErr          (NERR_BASE + 27)
#define NERR_NetworkError       (NERR_BASE + 36)
#define NERR_WkstaNotStarted    (NERR_BASE + 38)
#define NERR_InternalError      (NERR_BASE + 40)
#define NERR_InvalidAPI         (NERR_BASE + 42)
#define NERR_BadUsername        (NERR_BASE + 102)
#define NERR_UserNotFound       (NERR_BASE + 121)
#define NERR_NameNotFound       (NERR_BASE + 173)
#define NERR_NetNameNotFound    (NERR_BASE + 210)
#define NERR_DeviceNotShared    (NERR_BASE + 211)
#define NERR_ClientNameNotFound (NERR_BASE + 212)
#define NERR_FileIdNotFound     (NERR_BASE + 214)
#define NERR_InvalidComputer    (NERR_BASE + 251)
#define NERR_ShareNotFound      (NERR_BASE + 292)
#define NERR_OpenFiles          (NERR_BASE + 301)
#define NERR_ActiveConns        (NERR_BASE + 302)
#define NERR_NoSuchSession      (NERR_BASE + 361)
#define NERR_NoSuchConnection   (NERR_BASE + 362)
#define NERR_TooManySessions    (NERR_BASE + 364)
#define NERR_TryDownLevel       (NERR_BASE + 370)

#endif

/* SPDX-License-Identifier: MIT */
/*
 * SIDs of Unix users and groups: S-1-22-1-UID and S-1-22-2-GID, by which Samba made them
 * known to Windows programs.  The server has no account SIDs of its own: nobody could ask
 * for their names, for there is no LSA.
 */
#ifndef SERVER_FILE_UNIX_SID_H
#define SERVER_FILE_UNIX_SID_H

#include "wire/security_descriptor.h"

struct sid unix_sid_of_user(uint32_t uid);
struct sid unix_sid_of_group(uint32_t gid);

/* False: it is none. */
bool unix_sid_is_user(const struct sid *sid, uint32_t *uid);
bool unix_sid_is_group(const struct sid *sid, uint32_t *gid);

#endif

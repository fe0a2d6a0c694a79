/* SPDX-License-Identifier: MIT */
#include "server/file/unix_sid.h"

#define UNIX_AUTHORITY 22
#define UNIX_USER      1
#define UNIX_GROUP     2

/* "No id" to the kernel: chown(2) and an ACL entry would take it for something else. */
#define NO_ID UINT32_MAX

static struct sid unix_sid(uint32_t kind, uint32_t id)
{
	return (struct sid){.authority = UNIX_AUTHORITY, .count = 2, .sub = {kind, id}};
}

static bool is_kind(const struct sid *sid, uint32_t kind, uint32_t *id)
{
	if (sid->authority != UNIX_AUTHORITY || sid->count != 2 || sid->sub[0] != kind ||
	    sid->sub[1] == NO_ID)
		return false;
	*id = sid->sub[1];
	return true;
}

struct sid unix_sid_of_user(uint32_t uid)
{
	return unix_sid(UNIX_USER, uid);
}

struct sid unix_sid_of_group(uint32_t gid)
{
	return unix_sid(UNIX_GROUP, gid);
}

bool unix_sid_is_user(const struct sid *sid, uint32_t *uid)
{
	return is_kind(sid, UNIX_USER, uid);
}

bool unix_sid_is_group(const struct sid *sid, uint32_t *gid)
{
	return is_kind(sid, UNIX_GROUP, gid);
}

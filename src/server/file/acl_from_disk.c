/* SPDX-License-Identifier: MIT */
#include "server/file/acl_map.h"
#include "server/file/unix_sid.h"
#include "wire/smb2.h"

/* As Windows Explorer and smbcacls have them: Read, Write and Execute; Modify; Full
 * Control. */
#define MASK_READ    0x00120089u
#define MASK_WRITE   0x00120116u
#define MASK_EXECUTE 0x001200a0u
#define MASK_FULL    0x001f01ffu

/* What an entry that denies takes: READ_CONTROL and READ_ATTRIBUTES can't be. */
#define DENY_READ    ACL_RIGHTS_READ
#define DENY_WRITE   (ACL_RIGHTS_WRITE | FILE_WRITE_ATTRIBUTES)
#define DENY_EXECUTE ACL_RIGHTS_EXECUTE

#define INHERIT_ONLY (ACL_INHERIT | ACE_INHERIT_ONLY)

/*
 * One entry in two: what is denied, because Everyone has it, and what is given.  Both lists
 * are short: the DACL takes all of the first, then all of the second.
 */
struct told {
	struct sid sid;
	unsigned denied, given;
	bool owner; /* has, with rwx, all rights */
	bool always;
	uint8_t flags;
};

struct telling {
	const struct acl_of *of;
	const struct acl_pair *acl;
	struct told list[2 * FS_ACL_MAX];
	size_t count;
};

static struct sid creator_sid(uint32_t which)
{
	return (struct sid){.authority = SID_CREATOR_AUTHORITY, .count = 1, .sub = {which}};
}

static struct sid sid_of(const struct telling *t, const struct fs_acl_entry *entry,
			 bool down)
{
	switch (entry->tag) {
	case FS_ACL_OWNER:
		return down ? creator_sid(SID_CREATOR_OWNER) : unix_sid_of_user(t->of->uid);
	case FS_ACL_USER:
		return unix_sid_of_user(entry->id);
	case FS_ACL_OWNING_GROUP:
		return down ? creator_sid(SID_CREATOR_GROUP)
			    : unix_sid_of_group(t->of->gid);
	case FS_ACL_GROUP:
		return unix_sid_of_group(entry->id);
	default:
		return (struct sid){.authority = SID_WORLD_AUTHORITY, .count = 1};
	}
}

/* ------------------------------------------------------- what needs no telling at all --
 */

/* Entries of owner and group that only say whether the two are named: acl_to_disk.c. */
static bool is_mark(const struct telling *t, const struct fs_acl_entry *entry)
{
	return (entry->tag == FS_ACL_USER && entry->id == t->of->uid) ||
	       (entry->tag == FS_ACL_GROUP && entry->id == t->of->gid);
}

static bool is_unnamed(const struct telling *t, const struct fs_acl_entry *entry,
		       unsigned other)
{
	const struct fs_acl *acl = &t->acl->own;

	if (!acl->extended || entry->may != other)
		return false;
	if (entry->tag == FS_ACL_OWNER)
		return fs_acl_find(acl, FS_ACL_USER, t->of->uid) == NULL;
	return entry->tag == FS_ACL_OWNING_GROUP &&
	       fs_acl_find(acl, FS_ACL_GROUP, t->of->gid) == NULL;
}

/* What a creator has without an entry of his own. */
static unsigned handed_to_creator(const struct fs_acl *acl)
{
	unsigned may = 0;

	for (size_t i = 0; i < acl->count; i++)
		if (acl->entries[i].tag != FS_ACL_OWNER)
			may |= acl->entries[i].may;
	return may;
}

static bool goes_without_saying(const struct telling *t, const struct fs_acl_entry *entry,
				bool down)
{
	const struct fs_acl *acl = down ? &t->acl->handed_down : &t->acl->own;
	unsigned other = fs_acl_find(acl, FS_ACL_OTHER, 0)->may;

	if (!down)
		return is_mark(t, entry) || is_unnamed(t, entry, other);
	if (entry->tag == FS_ACL_OWNER)
		return entry->may != 0 && entry->may == handed_to_creator(acl);
	return entry->tag == FS_ACL_OWNING_GROUP && entry->may == other;
}

/* -------------------------------------------------------------------- the two lists -- */

/*
 * What an entry takes of what its user or group would have otherwise: of Everyone's.  One
 * that gives a user nothing at all is there to take what his groups have, too.
 */
static unsigned takes(const struct fs_acl *acl, const struct fs_acl_entry *entry)
{
	unsigned others = fs_acl_find(acl, FS_ACL_OTHER, 0)->may;

	if (entry->tag == FS_ACL_OTHER)
		return 0;
	if (entry->tag == FS_ACL_USER && entry->may == 0)
		for (size_t i = 0; i < acl->count; i++)
			if (acl->entries[i].tag == FS_ACL_GROUP ||
			    acl->entries[i].tag == FS_ACL_OWNING_GROUP)
				others |= acl->entries[i].may;
	return others & ~entry->may;
}

static void tell_entry(struct telling *t, const struct fs_acl_entry *entry, bool down)
{
	const struct fs_acl *acl = down ? &t->acl->handed_down : &t->acl->own;
	unsigned other = fs_acl_find(acl, FS_ACL_OTHER, 0)->may;
	struct told told = {
		.sid = sid_of(t, entry, down),
		.denied = takes(acl, entry),
		.given = entry->may,
		.owner = entry->tag == FS_ACL_OWNER ||
			 (entry->tag == FS_ACL_USER && entry->id == t->of->uid),
		/* An ACL that gives nobody anything is one all the same. */
		.always = down && entry->tag == FS_ACL_OWNER && entry->may == 0,
		.flags = down ? INHERIT_ONLY : 0,
	};

	if (told.denied != 0 && (told.given & ~other) == 0)
		told.given = 0; /* the rest it has of Everyone */
	t->list[t->count++] = told;
}

/* The owner first, Everyone last: as acl(5) has them, and Windows shows them. */
static void tell_acl(struct telling *t, bool down)
{
	const struct fs_acl *acl = down ? &t->acl->handed_down : &t->acl->own;

	for (enum fs_acl_tag tag = FS_ACL_OWNER; tag <= FS_ACL_OTHER; tag++)
		for (size_t i = 0; i < acl->count; i++)
			if (acl->entries[i].tag == tag &&
			    !goes_without_saying(t, &acl->entries[i], down))
				tell_entry(t, &acl->entries[i], down);
}

static uint32_t mask_given(const struct telling *t, const struct told *told)
{
	uint32_t mask = ((told->given & FS_ACL_READ) != 0 ? MASK_READ : 0u) |
			((told->given & FS_ACL_WRITE) != 0 ? MASK_WRITE : 0u) |
			((told->given & FS_ACL_EXECUTE) != 0 ? MASK_EXECUTE : 0u);

	if (told->given == FS_ACL_ALL)
		return told->owner ? MASK_FULL : mask | ACCESS_DELETE;
	/* Of a directory, these two delete what is in it. */
	if (t->of->directory && told->given == (FS_ACL_WRITE | FS_ACL_EXECUTE))
		mask |= ACCESS_DELETE;
	return mask;
}

static uint32_t mask_denied(const struct told *told)
{
	return ((told->denied & FS_ACL_READ) != 0 ? DENY_READ : 0u) |
	       ((told->denied & FS_ACL_WRITE) != 0 ? DENY_WRITE : 0u) |
	       ((told->denied & FS_ACL_EXECUTE) != 0 ? DENY_EXECUTE : 0u);
}

/* One entry for the directory and for what it hands down, where they are the same. */
static void put_ace(struct security_descriptor *d, const struct security_ace *ace)
{
	for (size_t i = 0; ace->flags != 0 && i < d->aces; i++) {
		struct security_ace *old = &d->dacl[i];

		if (old->flags == 0 && old->type == ace->type && old->mask == ace->mask &&
		    sid_equal(&old->sid, &ace->sid)) {
			old->flags = ACL_INHERIT;
			return;
		}
	}
	d->dacl[d->aces++] = *ace;
}

_Static_assert(SECURITY_ACES_MAX >= 4 * FS_ACL_MAX, "both ACLs, denied and given");

void acl_from_disk(struct security_descriptor *d, const struct acl_of *of,
		   const struct acl_pair *acl)
{
	struct telling t = {.of = of, .acl = acl};

	d->has_dacl = true;
	d->null = false;
	d->aces = 0;
	tell_acl(&t, false);
	if (acl->handed_down.count > 0)
		tell_acl(&t, true);
	for (size_t i = 0; i < t.count; i++)
		if (t.list[i].denied != 0)
			put_ace(d, &(struct security_ace){ACE_DENIED, t.list[i].flags,
							  mask_denied(&t.list[i]),
							  t.list[i].sid});
	for (size_t i = 0; i < t.count; i++)
		if (t.list[i].given != 0 || t.list[i].always)
			put_ace(d, &(struct security_ace){ACE_ALLOWED, t.list[i].flags,
							  mask_given(&t, &t.list[i]),
							  t.list[i].sid});
}

/* SPDX-License-Identifier: MIT */
#include "server/file/acl_map.h"
#include "server/file/unix_sid.h"
#include "server/open.h"
#include "wire/smb2.h"

enum who {
	WHO_USER,
	WHO_GROUP,
	WHO_OTHER,
	WHO_CREATOR,
	WHO_CREATOR_GROUP,
	WHO_ABSENT, /* nobody who comes here, or root, who has it all */
};

/* An entry of a DACL, as far as it concerns a disk. */
struct rule {
	enum who who;
	uint32_t id;
	bool denies;
	bool own, down; /* for the file; for what it hands down */
	uint32_t mask;
};

struct rules {
	struct rule list[SECURITY_ACES_MAX];
	size_t count;
	bool directory;
};

/* --------------------------------------------------------------------- who, and where --
 */

#define SID_NT_AUTHORITY  5
#define SID_ANONYMOUS     7
#define SID_SYSTEM        18
#define SID_BUILTIN       32
#define SID_ADMINISTRATOR 544

static bool sid_is(const struct sid *sid, uint64_t authority, uint32_t sub)
{
	return sid->authority == authority && sid->count == 1 && sid->sub[0] == sub;
}

/* root, by the names that Windows has for him */
static bool is_system(const struct sid *sid)
{
	return sid_is(sid, SID_NT_AUTHORITY, SID_SYSTEM) ||
	       (sid->authority == SID_NT_AUTHORITY && sid->count == 2 &&
		sid->sub[0] == SID_BUILTIN && sid->sub[1] == SID_ADMINISTRATOR);
}

static bool find_who(struct rule *out, const struct sid *sid)
{
	if (unix_sid_is_user(sid, &out->id))
		out->who = WHO_USER;
	else if (unix_sid_is_group(sid, &out->id))
		out->who = WHO_GROUP;
	else if (sid_is(sid, SID_WORLD_AUTHORITY, 0))
		out->who = WHO_OTHER;
	else if (sid_is(sid, SID_CREATOR_AUTHORITY, SID_CREATOR_OWNER))
		out->who = WHO_CREATOR;
	else if (sid_is(sid, SID_CREATOR_AUTHORITY, SID_CREATOR_GROUP))
		out->who = WHO_CREATOR_GROUP;
	else if (is_system(sid) || sid_is(sid, SID_NT_AUTHORITY, SID_ANONYMOUS))
		out->who = WHO_ABSENT;
	else
		return false;
	return true;
}

/* See acl_map.h: who is denied something is denied more rather than less. */
static bool is_handed_down(const struct security_ace *ace)
{
	if (ace->type == ACE_DENIED)
		return (ace->flags & ACL_INHERIT) != 0;
	return (ace->flags & (ACL_INHERIT | ACE_NO_PROPAGATE_INHERIT)) == ACL_INHERIT;
}

static uint32_t rule_add(struct rules *rules, const struct security_ace *ace)
{
	struct rule rule = {.denies = ace->type == ACE_DENIED};

	if (!find_who(&rule, &ace->sid))
		return NT_STATUS_NONE_MAPPED;
	if (rule.denies && is_system(&ace->sid))
		return NT_STATUS_NOT_SUPPORTED;
	(void)open_map_rights(UINT32_MAX, ace->mask & ~ACCESS_MAXIMUM_ALLOWED, &rule.mask);
	rule.own = (ace->flags & ACE_INHERIT_ONLY) == 0;
	rule.down = rules->directory && is_handed_down(ace);
	if (rule.who != WHO_ABSENT)
		rules->list[rules->count++] = rule;
	return NT_STATUS_SUCCESS;
}

/* ---------------------------------------------------------------------- what is given --
 */

struct question {
	enum who who;
	uint32_t id;
	bool down;  /* of what is handed down */
	bool owner; /* who may take what he is not given */
};

static bool is_about(const struct rule *rule, const struct question *q)
{
	if (q->down ? !rule->down : !rule->own)
		return false;
	if (rule->who != q->who)
		return false;
	return (q->who != WHO_USER && q->who != WHO_GROUP) || rule->id == q->id;
}

static bool has(uint32_t mask, uint32_t all)
{
	return (mask & all) == all;
}

/* The owner may take what an entry does not give him, so the first right will do. */
static unsigned bits_of(uint32_t mask, bool directory, bool owner)
{
	uint32_t read = owner ? FILE_READ_DATA : ACL_RIGHTS_READ;
	uint32_t write = owner ? FILE_WRITE_DATA : ACL_RIGHTS_WRITE;
	unsigned may = (has(mask, read) ? FS_ACL_READ : 0u) |
		       (has(mask, write) ? FS_ACL_WRITE : 0u) |
		       (has(mask, ACL_RIGHTS_EXECUTE) ? FS_ACL_EXECUTE : 0u);

	/* Without x nobody gets at what is in a directory. */
	if (directory && !owner && (may & FS_ACL_EXECUTE) != 0 &&
	    (mask & (FILE_DELETE_CHILD | ACCESS_DELETE)) == 0)
		may &= ~FS_ACL_WRITE;
	return may;
}

/* [MS-DTYP] 2.5.3.2, for one who is nobody else but Everyone. */
static unsigned ask(const struct rules *rules, const struct question *q)
{
	struct question everyone = {.who = WHO_OTHER, .down = q->down};
	uint32_t given = 0, denied = 0;

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = &rules->list[i];

		if (!is_about(rule, q) && !is_about(rule, &everyone))
			continue;
		if (rule->denies)
			denied |= rule->mask & ~given;
		else
			given |= rule->mask & ~denied;
	}
	return bits_of(given, rules->directory, q->owner);
}

static bool is_named(const struct rules *rules, const struct question *q)
{
	for (size_t i = 0; i < rules->count; i++)
		if (is_about(&rules->list[i], q))
			return true;
	return false;
}

/* An entry for each user and group that is named, but for the owner and the group. */
static bool put_named(struct fs_acl *out, const struct rules *rules, bool down,
		      const struct acl_of *but)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = &rules->list[i];
		struct question q = {.who = rule->who, .id = rule->id, .down = down};
		struct fs_acl_entry entry = {FS_ACL_USER, rule->id, 0};

		if (!is_about(rule, &q) ||
		    (rule->who != WHO_USER && rule->who != WHO_GROUP))
			continue;
		if (but != NULL &&
		    rule->id == (rule->who == WHO_USER ? but->uid : but->gid))
			continue;
		if (rule->who == WHO_GROUP)
			entry.tag = FS_ACL_GROUP;
		entry.may = ask(rules, &q);
		if (!fs_acl_put(out, entry))
			return false;
	}
	return true;
}

/* ------------------------------------------------------------------ the file's own ACL --
 */

/*
 * Owner and group always have an entry on the disk.  Where that only says what Everyone
 * has, whether the DACL named them is kept by this: beside a mask, an entry of their own
 * that does nothing.  So a mode alone has named both.
 */
static bool put_marks(struct fs_acl *out, const struct acl_of *of, bool owner, bool group)
{
	unsigned other = fs_acl_find(out, FS_ACL_OTHER, 0)->may;
	bool same_owner = fs_acl_find(out, FS_ACL_OWNER, 0)->may == other;
	bool same_group = fs_acl_find(out, FS_ACL_OWNING_GROUP, 0)->may == other;

	if (other != 0 && ((!owner && same_owner) || (!group && same_group)))
		out->extended = true;
	if (!out->extended)
		return true;
	return (!owner || !same_owner ||
		fs_acl_put(out, (struct fs_acl_entry){FS_ACL_USER, of->uid, other})) &&
	       (!group || !same_group ||
		fs_acl_put(out, (struct fs_acl_entry){FS_ACL_GROUP, of->gid, other}));
}

static bool make_own(struct fs_acl *out, const struct rules *rules, const struct acl_of *of)
{
	struct question owner = {.who = WHO_USER, .id = of->uid, .owner = true};
	struct question group = {.who = WHO_GROUP, .id = of->gid};
	struct question other = {.who = WHO_OTHER};

	*out = (struct fs_acl){
		.count = 3,
		.entries = {{FS_ACL_OWNER, 0, ask(rules, &owner)},
			    {FS_ACL_OWNING_GROUP, 0, ask(rules, &group)},
			    {FS_ACL_OTHER, 0, ask(rules, &other)}},
	};
	return put_named(out, rules, false, of) &&
	       put_marks(out, of, is_named(rules, &owner), is_named(rules, &group));
}

/* -------------------------------------------------------------------- the default ACL --
 */

static unsigned any_of(const struct fs_acl *acl)
{
	unsigned may = 0;

	for (size_t i = 0; i < acl->count; i++)
		may |= acl->entries[i].may;
	return may;
}

static bool make_handed_down(struct fs_acl *out, const struct rules *rules)
{
	struct question creator = {.who = WHO_CREATOR, .down = true, .owner = true};
	struct question group = {.who = WHO_CREATOR_GROUP, .down = true};
	struct question other = {.who = WHO_OTHER, .down = true};
	bool any = false;

	*out = (struct fs_acl){0};
	for (size_t i = 0; i < rules->count; i++)
		any = any || rules->list[i].down;
	if (!any)
		return true;
	out->count = 2;
	out->entries[0] = (struct fs_acl_entry){FS_ACL_OWNING_GROUP, 0, ask(rules, &group)};
	out->entries[1] = (struct fs_acl_entry){FS_ACL_OTHER, 0, ask(rules, &other)};
	if (!put_named(out, rules, true, NULL))
		return false;
	return fs_acl_put(out, (struct fs_acl_entry){FS_ACL_OWNER, 0,
						     is_named(rules, &creator)
							     ? ask(rules, &creator)
							     : any_of(out)});
}

/* ------------------------------------------------------------- what can't be denied -- */

/* The rights that these bits give. */
static uint32_t rights_of(unsigned may)
{
	return ((may & FS_ACL_READ) != 0 ? ACL_RIGHTS_READ : 0u) |
	       ((may & FS_ACL_WRITE) != 0 ? ACL_RIGHTS_WRITE : 0u) |
	       ((may & FS_ACL_EXECUTE) != 0 ? ACL_RIGHTS_EXECUTE : 0u);
}

static bool is_group(const struct fs_acl_entry *entry, uint32_t id, uint32_t gid)
{
	return (entry->tag == FS_ACL_GROUP && entry->id == id) ||
	       (entry->tag == FS_ACL_OWNING_GROUP && gid == id);
}

/*
 * To a member of several groups POSIX gives what any of them has, and to one who has an
 * entry of his own what that says.  (The owner may take what he is denied.)
 */
static bool escapes(const struct fs_acl *acl, const struct rule *rule, uint32_t gid)
{
	for (size_t i = 0; i < acl->count; i++) {
		const struct fs_acl_entry *entry = &acl->entries[i];

		if (entry->tag == FS_ACL_OWNER || entry->tag == FS_ACL_OTHER ||
		    is_group(entry, rule->id, gid))
			continue;
		if ((rights_of(entry->may) & rule->mask) != 0)
			return true;
	}
	return false;
}

static uint32_t check_denials(const struct rules *rules, const struct acl_pair *acl,
			      uint32_t gid)
{
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = &rules->list[i];

		if (!rule->denies || rule->who != WHO_GROUP)
			continue;
		if ((rule->own && escapes(&acl->own, rule, gid)) ||
		    (rule->down && escapes(&acl->handed_down, rule, UINT32_MAX)))
			return NT_STATUS_NOT_SUPPORTED;
	}
	return NT_STATUS_SUCCESS;
}

/* A DACL that is NULL lets everybody do anything, and hands nothing down. */
static void give_all(struct acl_pair *out)
{
	*out = (struct acl_pair){
		.own = {.count = 3,
			.entries = {{FS_ACL_OWNER, 0, FS_ACL_ALL},
				    {FS_ACL_OWNING_GROUP, 0, FS_ACL_ALL},
				    {FS_ACL_OTHER, 0, FS_ACL_ALL}}},
	};
}

uint32_t acl_to_disk(struct acl_pair *out, const struct acl_of *of,
		     const struct security_descriptor *d)
{
	struct rules rules = {.directory = of->directory};
	uint32_t status = NT_STATUS_SUCCESS;

	if (d->null) {
		give_all(out);
		return status;
	}
	for (size_t i = 0; i < d->aces && status == NT_STATUS_SUCCESS; i++)
		status = rule_add(&rules, &d->dacl[i]);
	if (status != NT_STATUS_SUCCESS)
		return status;
	if (!make_own(&out->own, &rules, of) ||
	    !make_handed_down(&out->handed_down, &rules))
		return NT_STATUS_INSUFFICIENT_RESOURCES;
	return check_denials(&rules, out, of->gid);
}

/* SPDX-License-Identifier: MIT */
/*
 * Who may do what with a file, as the disk has it: owner, group, and POSIX ACLs (acl(5)).
 * A mode without an ACL is an ACL of three entries.  A directory may have a second one, its
 * default ACL, which what is created in it begins with.
 */
#ifndef FS_FS_ACL_H
#define FS_FS_ACL_H

#include "fs/fs_file.h"

/* Entries of an ACL: ext4 holds some 500, and nobody could read those. */
#define FS_ACL_MAX 64

#define FS_ACL_READ    4u
#define FS_ACL_WRITE   2u
#define FS_ACL_EXECUTE 1u
#define FS_ACL_ALL     7u

enum fs_acl_tag {
	FS_ACL_OWNER, /* whoever owns the file */
	FS_ACL_USER,
	FS_ACL_OWNING_GROUP,
	FS_ACL_GROUP,
	FS_ACL_OTHER,
};

struct fs_acl_entry {
	enum fs_acl_tag tag;
	uint32_t id;  /* of _USER and _GROUP */
	unsigned may; /* FS_ACL_..., what a mask forbids left out */
};

struct fs_acl {
	/* It is more than a mode; fs_acl_set() makes it so, even of three entries. */
	bool extended;
	size_t count; /* 0: a directory without a default ACL */
	struct fs_acl_entry entries[FS_ACL_MAX];
};

/*
 * All of it; `handed_down`, the default ACL, may be NULL.  INSUFFICIENT_RESOURCES: one has
 * more entries than FS_ACL_MAX.
 */
uint32_t fs_acl_get(const struct fs_file *file, struct fs_acl *own,
		    struct fs_acl *handed_down);

/*
 * As the file's user, who must own it.  NULL keeps one; an empty `handed_down` removes it.
 * NOT_SUPPORTED: the file system keeps no ACLs.  A failure has changed nothing, but for a
 * disk that fails in the middle.
 */
uint32_t fs_acl_set(const struct fs_file *file, const struct fs_acl *own,
		    const struct fs_acl *handed_down);

/* As the file's user.  FS_KEEP_ID keeps one.  INVALID_OWNER,
 * INVALID_PRIMARY_GROUP: he may not. */
#define FS_KEEP_ID UINT32_MAX
uint32_t fs_set_owner(const struct fs_file *file, uint32_t uid, uint32_t gid);

/* The entry of a tag that has one; NULL. */
const struct fs_acl_entry *fs_acl_find(const struct fs_acl *acl, enum fs_acl_tag tag,
				       uint32_t id);
/* Adds an entry, or may more to the one that is there.  False: it is full. */
NS_MUST_USE bool fs_acl_put(struct fs_acl *acl, struct fs_acl_entry entry);

#endif

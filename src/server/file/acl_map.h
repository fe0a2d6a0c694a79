/* SPDX-License-Identifier: MIT */
/*
 * DACLs and POSIX ACLs, both ways.  Neither can say all that the other can; the rule is
 *that an entry never gives more than it was asked to.
 *
 *	S-1-22-1-UID, S-1-22-2-GID	the user, the group; the file's owner and group are
 *					those by their own SIDs
 *	S-1-1-0 (Everyone)		other; what it gives, everybody else has as well
 *	S-1-3-0, S-1-3-1 (CREATOR ...)	owner and group in a directory's default ACL
 *
 * To the disk (acl_to_disk.c):
 *  - r is given for READ_DATA and READ_EA, w for WRITE_DATA, APPEND_DATA and WRITE_EA, x
 *for EXECUTE.  Who may write and search a directory may delete what is in it: so w of one
 *    wants DELETE or DELETE_CHILD, too, but from its owner, who may take it anyway.  Less
 *    than all gives none.
 *  - the other rights are nobody's to give: they follow from owning the file (WRITE_DAC,
 *    WRITE_OWNER) or from its directory (DELETE), or all have them (READ_CONTROL,
 *    READ_ATTRIBUTES, SYNCHRONIZE).
 *  - entries are taken in their order; one that denies takes from those behind it.  For a
 *    group POSIX can't deny what a member is given as a user or by another group: such a
 *    DACL is refused.
 *  - OBJECT_INHERIT with CONTAINER_INHERIT is the default ACL.  An allowing entry with only
 *    one of them, or with NO_PROPAGATE_INHERIT, is for the directory alone; a denying one
 *    is for all.
 *  - without an entry for CREATOR OWNER whoever creates something has of it what any entry
 *    hands down: he may give it to himself anyway, and is not to be shut out.
 *  - what SYSTEM and Administrators are given, root has; ANONYMOUS never gets to a file.
 *
 * From the disk (acl_from_disk.c) comes what leads back to the same ACL: a DACL of the
 *forms that Windows Explorer and smbcacls make is told as it was set.  Order, INHERITED and
 * the DACL's own flags of inheritance are not kept.
 */
#ifndef SERVER_FILE_ACL_MAP_H
#define SERVER_FILE_ACL_MAP_H

#include "fs/fs_acl.h"
#include "wire/security_descriptor.h"

/* What whoever maps has to know of the file. */
struct acl_of {
	bool directory;
	uint32_t uid, gid;
};

/* Both ACLs of a file. */
struct acl_pair {
	struct fs_acl own;
	struct fs_acl handed_down; /* of a directory; empty: none */
};

/*
 * NONE_MAPPED: an entry for somebody who is not known here; NOT_SUPPORTED: what POSIX can't
 * deny; INSUFFICIENT_RESOURCES: more than FS_ACL_MAX users and groups.
 */
uint32_t acl_to_disk(struct acl_pair *out, const struct acl_of *of,
		     const struct security_descriptor *d);

/* Fills in d's DACL. */
void acl_from_disk(struct security_descriptor *d, const struct acl_of *of,
		   const struct acl_pair *acl);

/* ------------------------------------------------------------ for the two files alone --
 */

/* The rights that stand for one bit each. */
#define ACL_RIGHTS_READ    (FILE_READ_DATA | FILE_READ_EA)
#define ACL_RIGHTS_WRITE   (FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_WRITE_EA)
#define ACL_RIGHTS_EXECUTE FILE_EXECUTE

#define ACL_INHERIT (ACE_OBJECT_INHERIT | ACE_CONTAINER_INHERIT)

/* S-1-1-0, and S-1-3-N */
#define SID_WORLD_AUTHORITY   1
#define SID_CREATOR_AUTHORITY 3
#define SID_CREATOR_OWNER     0
#define SID_CREATOR_GROUP     1

#endif

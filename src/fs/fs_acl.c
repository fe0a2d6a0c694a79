/* SPDX-License-Identifier: MIT */
#include "fs/fs_acl.h"

#include <acl/libacl.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/acl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fs/fs_info.h"
#include "fs/fs_proc.h"
#include "fs/fs_status.h"

const struct fs_acl_entry *fs_acl_find(const struct fs_acl *acl, enum fs_acl_tag tag,
				       uint32_t id)
{
	bool named = tag == FS_ACL_USER || tag == FS_ACL_GROUP;

	for (size_t i = 0; i < acl->count; i++)
		if (acl->entries[i].tag == tag && (!named || acl->entries[i].id == id))
			return &acl->entries[i];
	return NULL;
}

bool fs_acl_put(struct fs_acl *acl, struct fs_acl_entry entry)
{
	const struct fs_acl_entry *old = fs_acl_find(acl, entry.tag, entry.id);

	if (old != NULL) {
		acl->entries[old - acl->entries].may |= entry.may;
		return true;
	}
	if (acl->count == FS_ACL_MAX)
		return false;
	acl->entries[acl->count++] = entry;
	if (entry.tag == FS_ACL_USER || entry.tag == FS_ACL_GROUP)
		acl->extended = true;
	return true;
}

/* --------------------------------------------------------------------- from the disk -- */

static void from_mode(struct fs_acl *out, mode_t mode)
{
	*out = (struct fs_acl){
		.count = 3,
		.entries = {{FS_ACL_OWNER, 0, mode >> 6 & FS_ACL_ALL},
			    {FS_ACL_OWNING_GROUP, 0, mode >> 3 & FS_ACL_ALL},
			    {FS_ACL_OTHER, 0, mode & FS_ACL_ALL}},
	};
}

static unsigned may_of(acl_entry_t entry)
{
	acl_permset_t set;

	if (acl_get_permset(entry, &set) != 0)
		return 0;
	return (acl_get_perm(set, ACL_READ) == 1 ? FS_ACL_READ : 0u) |
	       (acl_get_perm(set, ACL_WRITE) == 1 ? FS_ACL_WRITE : 0u) |
	       (acl_get_perm(set, ACL_EXECUTE) == 1 ? FS_ACL_EXECUTE : 0u);
}

/* 0, or an errno. */
static int id_of(acl_entry_t entry, uint32_t *id)
{
	uint32_t *at = acl_get_qualifier(entry);

	if (at == NULL)
		return errno;
	*id = *at;
	acl_free(at);
	return 0;
}

static bool has_mask(enum fs_acl_tag tag)
{
	return tag != FS_ACL_OWNER && tag != FS_ACL_OTHER;
}

static bool tag_from_disk(acl_tag_t tag, enum fs_acl_tag *out)
{
	switch (tag) {
	case ACL_USER_OBJ:
		*out = FS_ACL_OWNER;
		return true;
	case ACL_USER:
		*out = FS_ACL_USER;
		return true;
	case ACL_GROUP_OBJ:
		*out = FS_ACL_OWNING_GROUP;
		return true;
	case ACL_GROUP:
		*out = FS_ACL_GROUP;
		return true;
	case ACL_OTHER:
		*out = FS_ACL_OTHER;
		return true;
	default:
		return false;
	}
}

static int take_entry(struct fs_acl *out, acl_entry_t entry, unsigned *mask)
{
	struct fs_acl_entry new = {.may = may_of(entry)};
	acl_tag_t tag;
	int error = 0;

	if (acl_get_tag_type(entry, &tag) != 0)
		return errno;
	if (tag == ACL_MASK) {
		*mask = new.may;
		out->extended = true;
		return 0;
	}
	if (!tag_from_disk(tag, &new.tag))
		return EINVAL;
	if (tag == ACL_USER || tag == ACL_GROUP)
		error = id_of(entry, &new.id);
	if (error == 0 && !fs_acl_put(out, new))
		error = EAGAIN; /* INSUFFICIENT_RESOURCES */
	return error;
}

/* 0, or an errno. */
static int from_disk(struct fs_acl *out, acl_t acl)
{
	unsigned mask = FS_ACL_ALL;
	acl_entry_t entry;
	int error = 0;

	*out = (struct fs_acl){0};
	for (int got = acl_get_entry(acl, ACL_FIRST_ENTRY, &entry); got == 1 && error == 0;
	     got = acl_get_entry(acl, ACL_NEXT_ENTRY, &entry))
		error = take_entry(out, entry, &mask);
	for (size_t i = 0; i < out->count; i++)
		if (has_mask(out->entries[i].tag))
			out->entries[i].may &= mask;
	return error;
}

static int get(struct fs_acl *out, const char *name, acl_type_t type, mode_t mode)
{
	acl_t acl = acl_get_file(name, type);
	int error;

	if (acl == NULL && errno != EOPNOTSUPP)
		return errno;
	if (acl != NULL) {
		error = from_disk(out, acl);
		acl_free(acl);
		return error;
	}
	*out = (struct fs_acl){0};
	if (type == ACL_TYPE_ACCESS)
		from_mode(out, mode);
	return 0;
}

/* Whoever has the file open may see its ACL, as he may see its mode. */
uint32_t fs_acl_get(const struct fs_file *file, struct fs_acl *own,
		    struct fs_acl *handed_down)
{
	struct fs_proc_name name = fs_proc_name(file->fd);
	struct stat s;
	int error = fstat(file->fd, &s) != 0 ? errno : 0;

	if (error == 0)
		error = get(own, name.text, ACL_TYPE_ACCESS, s.st_mode);
	if (handed_down != NULL)
		*handed_down = (struct fs_acl){0};
	if (error == 0 && handed_down != NULL && file->directory)
		error = get(handed_down, name.text, ACL_TYPE_DEFAULT, 0);
	return fs_status(error);
}

/* ----------------------------------------------------------------------- to the disk -- */

static int put_entry(acl_t *acl, acl_tag_t tag, uint32_t id, unsigned may)
{
	acl_entry_t entry;
	acl_permset_t set;

	if (acl_create_entry(acl, &entry) != 0 || acl_set_tag_type(entry, tag) != 0 ||
	    acl_get_permset(entry, &set) != 0)
		return errno;
	if ((tag == ACL_USER || tag == ACL_GROUP) && acl_set_qualifier(entry, &id) != 0)
		return errno;
	if (((may & FS_ACL_READ) != 0 && acl_add_perm(set, ACL_READ) != 0) ||
	    ((may & FS_ACL_WRITE) != 0 && acl_add_perm(set, ACL_WRITE) != 0) ||
	    ((may & FS_ACL_EXECUTE) != 0 && acl_add_perm(set, ACL_EXECUTE) != 0))
		return errno;
	return 0;
}

/* 0, or an errno; *out is to be freed then. */
static int to_disk(acl_t *out, const struct fs_acl *acl)
{
	static const acl_tag_t tags[] = {
		[FS_ACL_OWNER] = ACL_USER_OBJ,
		[FS_ACL_USER] = ACL_USER,
		[FS_ACL_OWNING_GROUP] = ACL_GROUP_OBJ,
		[FS_ACL_GROUP] = ACL_GROUP,
		[FS_ACL_OTHER] = ACL_OTHER,
	};
	unsigned mask = 0;
	int error = 0;

	*out = acl_init(FS_ACL_MAX + 1);
	if (*out == NULL)
		return errno;
	for (size_t i = 0; i < acl->count && error == 0; i++) {
		const struct fs_acl_entry *entry = &acl->entries[i];

		error = put_entry(out, tags[entry->tag], entry->id, entry->may);
		if (has_mask(entry->tag))
			mask |= entry->may;
	}
	/*
	 * Where the mask is empty the kernel does not look at the ACL, and whoever has an
	 * entry that gives him nothing has what others have.
	 */
	if (error == 0 && acl->extended)
		error = put_entry(out, ACL_MASK, 0, mask != 0 ? mask : FS_ACL_ALL);
	if (error != 0)
		acl_free(*out);
	return error;
}

static mode_t mode_of(const struct fs_acl *acl)
{
	return (mode_t)(fs_acl_find(acl, FS_ACL_OWNER, 0)->may << 6 |
			fs_acl_find(acl, FS_ACL_OWNING_GROUP, 0)->may << 3 |
			fs_acl_find(acl, FS_ACL_OTHER, 0)->may);
}

/* A file system without ACLs has modes all the same. */
static int set_mode(const struct fs_file *file, const struct fs_acl *acl)
{
	struct stat s;

	if (acl->extended)
		return EOPNOTSUPP;
	if (fstat(file->fd, &s) != 0)
		return errno;
	return chmod(fs_proc_name(file->fd).text, (s.st_mode & 07000u) | mode_of(acl)) == 0
		       ? 0
		       : errno;
}

static int set_own(const struct fs_file *file, const struct fs_acl *acl)
{
	acl_t made;
	int error = to_disk(&made, acl);

	if (error != 0)
		return error;
	if (acl_set_file(fs_proc_name(file->fd).text, ACL_TYPE_ACCESS, made) != 0)
		error = errno;
	acl_free(made);
	return error == EOPNOTSUPP ? set_mode(file, acl) : error;
}

static int set_handed_down(const struct fs_file *file, const struct fs_acl *acl)
{
	struct fs_proc_name name = fs_proc_name(file->fd);
	acl_t made;
	int error;

	if (acl->count == 0)
		return acl_delete_def_file(name.text) == 0 || errno == EOPNOTSUPP ? 0
										  : errno;
	error = to_disk(&made, acl);
	if (error != 0)
		return error;
	if (acl_set_file(name.text, ACL_TYPE_DEFAULT, made) != 0)
		error = errno;
	acl_free(made);
	return error;
}

uint32_t fs_acl_set(const struct fs_file *file, const struct fs_acl *own,
		    const struct fs_acl *handed_down)
{
	struct fs_acl before;
	uint32_t status = fs_acl_get(file, &before, NULL);
	int error = 0;

	if (status != NT_STATUS_SUCCESS)
		return status;
	if (!fs_who_enter(&file->who))
		return NT_STATUS_ACCESS_DENIED;
	if (own != NULL)
		error = set_own(file, own);
	if (error == 0 && handed_down != NULL && file->directory) {
		error = set_handed_down(file, handed_down);
		if (error != 0 && own != NULL)
			(void)set_own(file, &before);
	}
	fs_who_leave(&file->who);
	return fs_status(error);
}

uint32_t fs_set_owner(const struct fs_file *file, uint32_t uid, uint32_t gid)
{
	struct stat s;
	int error = 0;

	if (fstat(file->fd, &s) != 0)
		return fs_status(errno);
	if (uid == s.st_uid)
		uid = FS_KEEP_ID;
	if (gid == s.st_gid)
		gid = FS_KEEP_ID;
	/* A change of nothing still takes set-user-ID bits away. */
	if (uid == FS_KEEP_ID && gid == FS_KEEP_ID)
		return NT_STATUS_SUCCESS;
	if (!fs_who_enter(&file->who))
		return NT_STATUS_ACCESS_DENIED;
	if (fchownat(file->fd, "", uid, gid, AT_EMPTY_PATH) != 0)
		error = errno;
	fs_who_leave(&file->who);
	if (error == EPERM)
		return uid != FS_KEEP_ID ? NT_STATUS_INVALID_OWNER
					 : NT_STATUS_INVALID_PRIMARY_GROUP;
	return fs_status(error);
}

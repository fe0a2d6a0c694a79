/* SPDX-License-Identifier: MIT */
#include "fs/fs_rights.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define ANY_EXECUTE (S_IXUSR | S_IXGRP | S_IXOTH)

/* The kernel's word, ACLs, capabilities, read-only mounts and all. */
static bool allowed(int fd, int mode)
{
	return faccessat(fd, "", mode, AT_EACCESS | AT_EMPTY_PATH) == 0;
}

/* Whether it is his, as far as CAP_FOWNER goes. */
static bool is_owner(const struct fs_who *who, uid_t owner)
{
	uid_t user = who->change ? who->uid : geteuid();

	return user == owner || user == 0;
}

/* [MS-FSA] has it from the file's own descriptor, too; a Unix from its directory alone. */
static bool may_remove(const struct fs_info *info, const struct fs_place *place,
		       const struct fs_who *who)
{
	struct stat s;

	if (place->parent < 0 || !allowed(place->parent, W_OK | X_OK))
		return false;
	if (fstat(place->parent, &s) != 0)
		return false;
	return (s.st_mode & S_ISVTX) == 0 || is_owner(who, s.st_uid) ||
	       is_owner(who, info->uid);
}

/* Each bit costs a system call: only for what was asked. */
static unsigned bits(int fd, unsigned asked)
{
	unsigned had = 0;

	if ((asked & (FS_READ | FS_READ_EA | FS_EXECUTE)) != 0 && allowed(fd, R_OK))
		had |= FS_READ | FS_READ_EA;
	if ((asked & (FS_WRITE | FS_APPEND | FS_WRITE_EA | FS_CHILDREN | FS_TELL)) != 0 &&
	    allowed(fd, W_OK))
		had |= FS_WRITE | FS_APPEND | FS_WRITE_EA | FS_TELL;
	if ((asked & (FS_EXECUTE | FS_CHILDREN)) != 0 && allowed(fd, X_OK))
		had |= FS_EXECUTE;
	return had;
}

unsigned fs_rights(const struct fs_info *info, const struct fs_place *place,
		   const struct fs_who *who, unsigned asked)
{
	unsigned had = bits(place->object, asked);

	if (!info->directory) {
		if ((info->mode & ANY_EXECUTE) == 0 && (had & FS_READ) != 0)
			had |= FS_EXECUTE;
		/* It has no children: the right says nothing. */
		if ((had & FS_WRITE) != 0)
			had |= FS_CHILDREN;
	} else if ((had & FS_WRITE) != 0 && (had & FS_EXECUTE) != 0) {
		had |= FS_CHILDREN;
	}
	if ((asked & (FS_OWN | FS_TELL)) != 0 && is_owner(who, info->uid))
		had |= FS_OWN | FS_TELL;
	if ((asked & FS_DELETE) != 0 && may_remove(info, place, who))
		had |= FS_DELETE;
	return had & asked;
}

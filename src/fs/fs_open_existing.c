/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fs/fs_attr.h"
#include "fs/fs_info.h"
#include "fs/fs_open.h"
#include "fs/fs_rights.h"
#include "fs/fs_status.h"
#include "fs/fs_table.h"

/* [MS-FSA] 2.1.5.1, phase 7, and 2.1.5.1.2: does what is there fit what is asked? */
static uint32_t check_kind(const struct fs_info *info, const struct fs_open *how)
{
	if (!fs_info_served(info))
		return NT_STATUS_ACCESS_DENIED;
	if (how->file && info->directory)
		return NT_STATUS_FILE_IS_A_DIRECTORY;
	if (how->disposition == FS_CREATE)
		return NT_STATUS_OBJECT_NAME_COLLISION;
	if (how->directory && !info->directory)
		return NT_STATUS_NOT_A_DIRECTORY;
	if (info->directory && fs_open_empties(how))
		return *how->path == '\0' ? NT_STATUS_ACCESS_DENIED
					  : NT_STATUS_OBJECT_NAME_COLLISION;
	if (how->delete_on_close && (info->read_only || *how->path == '\0'))
		return NT_STATUS_CANNOT_DELETE;
	return NT_STATUS_SUCCESS;
}

/*
 * What of the rights there is.  The share itself goes by nobody's hand, but who asks for
 * all rights to it may look: it is the deletion that is refused then.
 */
static unsigned had_of(const struct fs_info *info, const struct fs_place *place,
		       const struct fs_file *file, const struct fs_open *how)
{
	unsigned had = fs_rights(info, place, &file->who, how->access);

	if (info->read_only && !info->directory)
		had &= ~FS_RIGHTS_NOT_READ_ONLY;
	if (place->parent < 0 && !how->maximum)
		had |= how->access & FS_DELETE;
	return had;
}

/* Of those, what an open can't do without. */
static bool is_enough(unsigned had, const struct fs_open *how)
{
	return ((how->maximum ? how->must : how->access) & ~had) == 0;
}

/* Opens with these rights or, at `maximum`, with what of them there is. */
static int open_with(struct fs_file *file, const char *path, const struct fs_open *how)
{
	unsigned writes = FS_WRITE | FS_APPEND;
	unsigned without[] = {0, writes, FS_READ | FS_EXECUTE | writes};
	size_t tries = how->maximum ? sizeof without / sizeof without[0] : 1;
	unsigned wanted = file->access;

	for (size_t i = 0; i < tries; i++) {
		file->access = wanted & ~without[i];
		file->fd = fs_root_open(file->root, path,
					fs_open_flags(file->access, file->directory), 0);
		if (file->fd >= 0)
			return 0;
		if (errno != EACCES && errno != EROFS && errno != EPERM)
			break;
	}
	return errno;
}

/* Between the look and the opening somebody may have put something else there. */
static uint32_t check_same(const struct fs_file *file)
{
	struct stat s;

	if (fstat(file->fd, &s) != 0)
		return fs_status(errno);
	return s.st_dev == file->device && s.st_ino == file->id
		       ? NT_STATUS_SUCCESS
		       : NT_STATUS_OBJECT_NAME_NOT_FOUND;
}

/* What is kept beside the inode costs a look of its own. */
static uint32_t look(struct fs_info *info, const struct fs_place *place,
		     const struct fs_open *how)
{
	bool writes = (how->access & (FS_WRITE | FS_APPEND)) != 0 || fs_open_empties(how);
	int error = fs_info_of_inode(info, place->object, "", "");

	if (error == 0 && fs_info_served(info) &&
	    (writes || how->maximum || how->delete_on_close))
		fs_attr_read(info, place->object, "");
	return error != 0 ? fs_status(error) : check_kind(info, how);
}

/* 2.1.5.1.2: nobody empties what he does not see. */
static bool may_empty(const struct fs_info *info, const struct fs_open *how)
{
	uint32_t must = info->attributes & (FS_ATTR_HIDDEN | FS_ATTR_SYSTEM);

	return !how->read_only && !info->read_only && (must & ~how->attributes) == 0;
}

static uint32_t open_object(struct fs_file *file, const struct fs_place *place,
			    const struct fs_open *how)
{
	int error = open_with(file, place->path, how);

	if (error != 0)
		return fs_status(error);
	if (!is_enough(file->access, how) ||
	    (fs_open_empties(how) && (file->access & FS_WRITE) == 0))
		return NT_STATUS_ACCESS_DENIED;
	return check_same(file);
}

uint32_t fs_open_existing(struct fs_opened *out, const struct fs_place *place,
			  const struct fs_open *how, struct fs_change *change)
{
	struct fs_file *file = out->file;
	struct fs_info info;
	uint32_t status = look(&info, place, how);

	if (status != NT_STATUS_SUCCESS)
		return status;
	out->action = FS_OPENED;
	file->access = had_of(&info, place, file, how);
	if (!is_enough(file->access, how))
		return NT_STATUS_ACCESS_DENIED;
	file->empties = fs_open_empties(how);
	file->removes = how->delete_on_close;
	file->looks = file->empties ? FS_USES : how->looks;
	/* 2.1.5.1.2: who empties a file writes it, and others must allow that. */
	if (fs_open_empties(how)) {
		if (!may_empty(&info, how))
			return NT_STATUS_ACCESS_DENIED;
		file->access |= FS_WRITE;
		out->action =
			how->disposition == FS_SUPERSEDE ? FS_SUPERSEDED : FS_OVERWRITTEN;
	}
	file->directory = info.directory;
	file->device = info.device;
	file->id = info.id;
	status = open_object(file, place, how);
	if (status == NT_STATUS_SUCCESS)
		status = fs_table_enter(file, &out->met.rights);
	if (status == NT_STATUS_SUCCESS && out->action != FS_OPENED) {
		fs_change_of(change, file->fd);
		status = fs_status(ftruncate(file->fd, 0) == 0 ? 0 : errno);
	}
	return status;
}

/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fs/fs_open.h"
#include "fs/fs_status.h"
#include "fs/fs_table.h"

#define NEW_DIRECTORY 0777 /* less the daemon's umask */
#define NEW_FILE      0666
#define NEW_BARE      0700

static mode_t mode_of(const struct fs_open *how)
{
	mode_t mode = how->directory ? NEW_DIRECTORY : NEW_FILE;

	return how->bare ? mode & NEW_BARE : mode;
}

/* A default ACL may keep even the owner from looking into what he has made. */
static int open_new_directory(const struct fs_place *place)
{
	int flags = O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(place->parent, place->name, flags | O_RDONLY);

	return fd < 0 && errno == EACCES
		       ? openat(place->parent, place->name, flags | O_PATH)
		       : fd;
}

/* 0, or an errno; EEXIST: somebody was faster. */
static int make(struct fs_file *file, const struct fs_place *place,
		const struct fs_open *how)
{
	int flags = O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY;

	file->directory = how->directory;
	if (how->directory) {
		if (mkdirat(place->parent, place->name, mode_of(how)) != 0)
			return errno;
		file->fd = open_new_directory(place);
		if (file->fd < 0) {
			int error = errno;

			unlinkat(place->parent, place->name, AT_REMOVEDIR);
			return error;
		}
	} else {
		flags |= fs_open_flags(file->access, false) & ~O_PATH;
		file->fd = openat(place->parent, place->name, flags, mode_of(how));
	}
	return file->fd >= 0 ? 0 : errno;
}

/* Makes it, and enters it in the table. */
static uint32_t make_entered(struct fs_opened *out, const struct fs_place *place,
			     const struct fs_open *how)
{
	struct fs_file *file = out->file;
	struct stat s;
	int error = make(file, place, how);
	uint32_t status;

	if (error == 0 && fstat(file->fd, &s) != 0)
		error = errno;
	if (error != 0)
		return fs_status(error);
	file->device = s.st_dev;
	file->id = s.st_ino;
	status = fs_table_enter(file, &out->met.rights);
	/* Nobody knows of it yet: it goes as it came. */
	if (status == NT_STATUS_NO_MEMORY)
		unlinkat(place->parent, place->name, how->directory ? AT_REMOVEDIR : 0);
	return status;
}

uint32_t fs_open_new(struct fs_opened *out, const struct fs_place *place,
		     const struct fs_open *how, struct fs_change *change)
{
	if (how->disposition == FS_OPEN || how->disposition == FS_OVERWRITE)
		return NT_STATUS_OBJECT_NAME_NOT_FOUND;
	if (how->read_only)
		return NT_STATUS_ACCESS_DENIED;
	if (how->delete_on_close && (how->attributes & FS_ATTR_READ_ONLY) != 0)
		return NT_STATUS_CANNOT_DELETE;
	if (how->directory && (how->attributes & FS_ATTR_TEMPORARY) != 0)
		return NT_STATUS_INVALID_PARAMETER;
	out->action = FS_CREATED;
	out->file->access = how->access;
	fs_change_at(change, FS_MAKES, place->parent, place->name);
	return make_entered(out, place, how);
}

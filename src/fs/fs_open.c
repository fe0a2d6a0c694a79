/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fs/fs_attr.h"
#include "fs/fs_change.h"
#include "fs/fs_file.h"
#include "fs/fs_info.h"
#include "fs/fs_list.h"
#include "fs/fs_remove.h"
#include "fs/fs_rights.h"
#include "fs/fs_status.h"
#include "fs/fs_table.h"

/* Somebody else may create, between our look and our attempt, what we wanted to. */
#define RACES_MAX 4

static bool empties(enum fs_disposition d)
{
	return d == FS_SUPERSEDE || d == FS_OVERWRITE || d == FS_OVERWRITE_IF;
}

/* ------------------------------------------------------------- what is there already -- */

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
	if (info->directory && empties(how->disposition))
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

/* A right to a directory's contents takes no descriptor but for its names. */
static int flags_for(unsigned access, bool directory)
{
	if (directory)
		return access & FS_READ ? O_RDONLY | O_DIRECTORY : O_PATH | O_DIRECTORY;
	if (access & FS_EXECUTE) /* by whoever reads it */
		access |= FS_READ;
	switch (access & (FS_READ | FS_WRITE | FS_APPEND)) {
	case 0:
		return O_PATH;
	case FS_READ:
		return O_RDONLY;
	case FS_APPEND:
		return O_WRONLY | O_APPEND;
	case FS_READ | FS_APPEND:
		return O_RDWR | O_APPEND;
	default:
		return access & FS_READ ? O_RDWR : O_WRONLY;
	}
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
					flags_for(file->access, file->directory), 0);
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
	bool writes =
		(how->access & (FS_WRITE | FS_APPEND)) != 0 || empties(how->disposition);
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
	    (empties(how->disposition) && (file->access & FS_WRITE) == 0))
		return NT_STATUS_ACCESS_DENIED;
	return check_same(file);
}

/* `change` begins, and is ended when all of it is done, if it was emptied. */
static uint32_t open_existing(struct fs_opened *out, const struct fs_place *place,
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
	file->empties = empties(how->disposition);
	file->removes = how->delete_on_close;
	file->looks = file->empties ? FS_USES : how->looks;
	/* 2.1.5.1.2: who empties a file writes it, and others must allow that. */
	if (empties(how->disposition)) {
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

/* -------------------------------------------------------------------- what is new -- */

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
		flags |= flags_for(file->access, false) & ~O_PATH;
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

/* `change` begins, and is ended when all of it is done. */
static uint32_t create_new(struct fs_opened *out, const struct fs_place *place,
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

/* ------------------------------------------------------------------------ both -- */

/* Whether the lease may be had for what is there, or is to be: for that file alone. */
static bool is_only(const struct fs_place *place, const struct fs_open *how)
{
	struct stat s;

	return how->only == NULL ||
	       (place->object >= 0 && fstat(place->object, &s) == 0 &&
		s.st_dev == how->only->device && s.st_ino == how->only->id);
}

/* For who asks what he could have had. */
static void tell_rights(struct fs_opened *out, struct fs_place *place)
{
	struct fs_info info;
	int object = place->object;

	place->object = out->file->fd; /* of what is new, there was none */
	if (fs_info_of_inode(&info, place->object, "", "") == 0)
		out->rights = fs_rights(&info, place, &out->file->who, FS_RIGHTS);
	place->object = object;
}

static uint32_t open_place(struct fs_opened *out, const struct fs_open *how,
			   struct fs_change *change)
{
	struct fs_file *file = out->file;
	struct fs_place place;
	uint32_t status = fs_place_find(&place, file->root, how->path);

	if (status == NT_STATUS_SUCCESS) {
		file->path = fs_path_new(place.path);
		if (file->path == NULL)
			status = NT_STATUS_NO_MEMORY;
	}
	if (status == NT_STATUS_SUCCESS && !is_only(&place, how))
		status = NT_STATUS_INVALID_PARAMETER;
	if (status == NT_STATUS_SUCCESS)
		status = place.object >= 0 ? open_existing(out, &place, how, change)
					   : create_new(out, &place, how, change);
	if (status == NT_STATUS_SUCCESS && how->tell)
		tell_rights(out, &place);
	fs_place_release(&place);
	return status;
}

/* Back to where an attempt began. */
static void undo(struct fs_file *file)
{
	if (file->inode != NULL) {
		fs_table_closing(file);
		fs_table_leave(file);
	}
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
	fs_path_put(file->path);
	file->path = NULL;
}

static uint32_t open_as_user(struct fs_opened *out, const struct fs_open *how,
			     struct fs_change *change)
{
	struct fs_file *file = out->file;
	bool create = how->disposition != FS_OPEN && how->disposition != FS_OVERWRITE;
	uint32_t status = NT_STATUS_SUCCESS;

	for (int i = 0; i < RACES_MAX; i++) {
		status = open_place(out, how, change);
		if (status == NT_STATUS_SUCCESS)
			return status;
		fs_change_not(change);
		undo(file);
		if (status != NT_STATUS_OBJECT_NAME_COLLISION || !create ||
		    how->disposition == FS_CREATE)
			break;
	}
	return status;
}

static struct fs_file *file_new(const struct fs_open *how)
{
	struct fs_file *file = calloc(1, sizeof *file);

	if (file == NULL)
		return NULL;
	file->cursor = fs_cursor_new();
	if (file->cursor == NULL) {
		free(file);
		return NULL;
	}
	atomic_init(&file->references, 1);
	file->fd = -1;
	file->share = how->share;
	file->looks = how->looks;
	file->owner = how->owner != NULL ? *how->owner : (struct fs_owner){.alone = file};
	if (fs_who_find(&file->who, how->user))
		return file;
	fs_cursor_free(file->cursor);
	free(file);
	return NULL;
}

/*
 * 2.1.5.1.1 and 2.1.5.1.2: the attributes of what is created or emptied are those that were
 * asked for.  What is new and has the ordinary ones needs none kept.
 */
static uint32_t set_attributes(const struct fs_file *file, const struct fs_open *how,
			       enum fs_action action)
{
	uint32_t ordinary = file->directory ? 0u : FS_ATTR_ARCHIVE;
	uint32_t bits = (how->attributes & FS_ATTR_SETTABLE) | ordinary;

	if (action == FS_OPENED || (action == FS_CREATED && bits == ordinary))
		return NT_STATUS_SUCCESS;
	return fs_set_attributes(file, FS_ATTR_KEPT, bits);
}

/* What becomes of a file by being created or emptied. */
static uint32_t furnish(struct fs_file *file, const struct fs_open *how,
			enum fs_action action)
{
	uint32_t status = set_attributes(file, how, action);

	if (status == NT_STATUS_SUCCESS && how->allocation > 0 && action != FS_OPENED &&
	    !file->directory)
		status = fs_reserve(file, how->allocation);
	if (status == NT_STATUS_SUCCESS && action == FS_CREATED && how->made != NULL)
		status = how->made(how->ctx, file);
	if (status != NT_STATUS_SUCCESS)
		fs_file_discard(file, action == FS_CREATED);
	return status;
}

/* It has happened, or what had has been undone; who watches hears of it. */
static void end_change(struct fs_change *change, const struct fs_opened *out,
		       uint32_t status)
{
	if (out->action == FS_CREATED)
		fs_change_end(change, status, FS_ADDED,
			      out->file->directory ? FS_CHANGE_DIR_NAME
						   : FS_CHANGE_FILE_NAME);
	else /* 2.1.5.1.2.1 */
		fs_change_end(change, status, FS_MODIFIED,
			      FS_CHANGE_ATTRIBUTES | FS_CHANGE_SIZE | FS_CHANGE_WRITTEN |
				      FS_CHANGE_ACCESSED | FS_CHANGE_EA);
}

uint32_t fs_open(struct fs_opened *out, const struct fs_open *how)
{
	struct fs_file *file = file_new(how);
	uint32_t status = NT_STATUS_NO_MEMORY;
	struct fs_change change = {.heard = false};

	*out = (struct fs_opened){.file = file};
	if (file == NULL)
		return status;
	status = fs_root_get(&file->root, how->root);
	if (status == NT_STATUS_SUCCESS && !fs_who_enter(&file->who))
		status = NT_STATUS_ACCESS_DENIED;
	else if (status == NT_STATUS_SUCCESS) {
		status = open_as_user(out, how, &change);
		fs_who_leave(&file->who);
	}
	if (status == NT_STATUS_SUCCESS)
		status = furnish(file, how, out->action);
	end_change(&change, out, status);
	if (status == NT_STATUS_SUCCESS)
		status = fs_stat(file, &out->info);
	if (status == NT_STATUS_SUCCESS) {
		file->delete_on_close = how->delete_on_close;
		return status;
	}
	out->met.file = fs_file_id(file);
	fs_file_close(file);
	fs_file_unref(file);
	out->file = NULL;
	return status;
}

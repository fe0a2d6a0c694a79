/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fs/fs_attr.h"
#include "fs/fs_info.h"
#include "fs/fs_list.h"
#include "fs/fs_open.h"
#include "fs/fs_rights.h"
#include "fs/fs_status.h"
#include "fs/fs_table.h"

/* Somebody else may create, between our look and our attempt, what we wanted to. */
#define RACES_MAX 4

int fs_open_flags(unsigned access, bool directory)
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
		status = place.object >= 0 ? fs_open_existing(out, &place, how, change)
					   : fs_open_new(out, &place, how, change);
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

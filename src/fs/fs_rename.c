/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fs/fs_info.h"
#include "fs/fs_name.h"
#include "fs/fs_remove.h"
#include "fs/fs_status.h"
#include "fs/fs_table.h"

/* A rename, and what it met. */
struct renaming {
	struct fs_file *file;
	const char *name; /* the new path's last component */
	bool replace;
	struct fs_id *cached;
};

static uint32_t hold_status(enum fs_hold hold)
{
	static const uint32_t table[] = {
		[FS_HOLD_NONE] = NT_STATUS_SUCCESS,
		[FS_HOLD_OPLOCK] = NT_STATUS_OPLOCK_BREAK_IN_PROGRESS,
		[FS_HOLD_OPEN] = NT_STATUS_ACCESS_DENIED,
	};

	return table[hold];
}

/* [MS-FSA] 2.1.5.15.12: may what is at the new name be replaced? */
static uint32_t may_replace(const struct renaming *r, const struct fs_place *to)
{
	struct fs_info info;
	int error = fs_info_at(&info, to->object, "", "");

	if (error != 0)
		return fs_status(error);
	if (!r->replace)
		return NT_STATUS_OBJECT_NAME_COLLISION;
	if (info.directory || info.read_only || to->parent < 0)
		return NT_STATUS_ACCESS_DENIED;
	*r->cached = (struct fs_id){info.device, info.id};
	return hold_status(fs_table_holds(*r->cached));
}

/*
 * The directory is opened to add a file, and <185> lets others read and write it, but not
 * delete it: so do Windows up to Server 2022 and Samba.
 */
static uint32_t may_fill(const struct renaming *r, const struct fs_place *to)
{
	struct stat s;

	if (to->parent < 0)
		return NT_STATUS_SUCCESS; /* the share itself: refused by what comes */
	if (fstat(to->parent, &s) != 0)
		return fs_status(errno);
	return fs_table_may_fill((struct fs_id){s.st_dev, s.st_ino}, r->file)
		       ? NT_STATUS_SUCCESS
		       : NT_STATUS_SHARING_VIOLATION;
}

/* The path with its last component as it was given: a rename may change case alone. */
static void with_name(char *out, size_t room, const struct fs_place *to, const char *name)
{
	size_t n = (size_t)(to->name - to->path);

	snprintf(out, room, "%.*s%s", (int)n, to->path, name);
}

static int move(const struct fs_place *from, const struct fs_place *to, const char *name,
		bool replace)
{
	unsigned flags = replace ? 0 : RENAME_NOREPLACE;

	if (renameat2(from->parent, from->name, to->parent, name, flags) == 0)
		return 0;
	/* Some file systems know no flags: then what was looked up before must do. */
	if (errno != EINVAL || flags == 0)
		return errno;
	return renameat(from->parent, from->name, to->parent, name) == 0 ? 0 : errno;
}

static uint32_t rename_place(const struct renaming *r, const struct fs_place *from,
			     const struct fs_place *to)
{
	bool same = fs_place_is(to, r->file);
	const char *name = r->name;
	uint32_t status = may_fill(r, to);
	char text[FS_PATH_MAX];
	struct fs_path *path;
	int error;

	if (status == NT_STATUS_SUCCESS && to->object >= 0 && !same)
		status = may_replace(r, to);
	if (status != NT_STATUS_SUCCESS)
		return status;
	if (to->parent < 0)
		return NT_STATUS_ACCESS_DENIED;
	if (to->object >= 0 && !same)
		name = to->name;
	with_name(text, sizeof text, to, name);
	path = fs_path_new(text);
	if (path == NULL)
		return NT_STATUS_NO_MEMORY;
	error = move(from, to, name, to->object >= 0);
	if (error == 0)
		fs_table_moved(r->file, path);
	fs_path_put(path);
	return fs_status(error);
}

/* The place of the file's own name; it must still lead to the file. */
static uint32_t find_own(struct fs_place *out, const struct fs_file *file)
{
	struct fs_path *path = fs_table_path(file);
	uint32_t status = fs_place_find(out, file->root, path->text);

	fs_path_put(path);
	if (status == NT_STATUS_SUCCESS && !fs_place_is(out, file))
		status = NT_STATUS_OBJECT_NAME_NOT_FOUND;
	if (status == NT_STATUS_SUCCESS && out->parent < 0)
		status = NT_STATUS_ACCESS_DENIED; /* the share itself */
	return status;
}

static uint32_t rename_as_user(const struct renaming *r, const char *path)
{
	struct fs_place from, to = {.name = "", .parent = -1, .object = -1};
	const struct fs_file *file = r->file;
	uint32_t status = find_own(&from, file);

	/* 2.1.4.2: what lies in the directory would be held by a path that is no more. */
	if (status == NT_STATUS_SUCCESS && file->directory)
		status =
			hold_status(fs_table_holds_below(file->root, from.path, r->cached));
	if (status == NT_STATUS_SUCCESS)
		status = fs_place_find(&to, file->root, path);
	if (status == NT_STATUS_SUCCESS)
		status = rename_place(r, &from, &to);
	fs_place_release(&to);
	fs_place_release(&from);
	return status;
}

uint32_t fs_rename(struct fs_file *file, const char *path, bool replace,
		   struct fs_id *cached)
{
	const char *slash = strrchr(path, '/');
	const struct renaming r = {file, slash == NULL ? path : slash + 1, replace, cached};
	uint32_t status;

	if (*path == '\0')
		return NT_STATUS_OBJECT_NAME_INVALID;
	if (fs_table_delete_pending(file))
		return NT_STATUS_DELETE_PENDING;
	if (!fs_who_enter(&file->who))
		return NT_STATUS_ACCESS_DENIED;
	status = rename_as_user(&r, path);
	fs_who_leave(&file->who);
	return status;
}

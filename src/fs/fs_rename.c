/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fs/fs_change.h"
#include "fs/fs_info.h"
#include "fs/fs_name.h"
#include "fs/fs_remove.h"
#include "fs/fs_rename.h"
#include "fs/fs_status.h"
#include "fs/fs_table.h"

static uint32_t hold_status(enum fs_hold hold)
{
	static const uint32_t table[] = {
		[FS_HOLD_NONE] = NT_STATUS_SUCCESS,
		[FS_HOLD_CACHED] = NT_STATUS_OPLOCK_BREAK_IN_PROGRESS,
		[FS_HOLD_OPEN] = NT_STATUS_ACCESS_DENIED,
	};

	return table[hold];
}

/* Who holds it may be asked to let go; where not, it may be held on without a name. */
static uint32_t may_take(struct fs_id id, unsigned how)
{
	enum fs_hold hold = fs_table_holds(id);

	if (hold == FS_HOLD_OPEN && (how & FS_REPLACE_OPEN) != 0 &&
	    fs_table_lets_delete(id))
		hold = FS_HOLD_NONE;
	return hold_status(hold);
}

uint32_t fs_rename_may_replace(const struct fs_renaming *r, const struct fs_place *to)
{
	struct fs_info info;
	int error = fs_info_at(&info, to->object, "", "");

	if (error != 0)
		return fs_status(error);
	if ((r->how & FS_REPLACE) == 0)
		return NT_STATUS_OBJECT_NAME_COLLISION;
	if (info.directory || to->parent < 0 ||
	    (info.read_only && (r->how & FS_REPLACE_READ_ONLY) == 0))
		return NT_STATUS_ACCESS_DENIED;
	r->met->file = (struct fs_id){info.device, info.id};
	return may_take(r->met->file, r->how);
}

uint32_t fs_rename_may_fill(const struct fs_renaming *r, const struct fs_place *to)
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

/* What is at the new name, if anything is. */
enum target {
	TARGET_NONE,
	TARGET_ITSELF, /* by the name that it has, or by one that differs in case */
	TARGET_LINK,   /* by another of its names: renameat(2) would do nothing */
	TARGET_ALIAS,  /* by a symbolic link, here or there: one would eat the other */
	TARGET_OTHER,
};

static bool same_directory(const struct fs_place *a, const struct fs_place *b)
{
	struct stat s, t;

	return a->parent >= 0 && b->parent >= 0 && fstat(a->parent, &s) == 0 &&
	       fstat(b->parent, &t) == 0 && s.st_dev == t.st_dev && s.st_ino == t.st_ino;
}

/* The name itself is the file's: no symbolic link leads there. */
static bool is_name_of(const struct fs_place *place, const struct fs_file *file)
{
	struct stat s;

	return place->parent >= 0 &&
	       fstatat(place->parent, place->name, &s, AT_SYMLINK_NOFOLLOW) == 0 &&
	       s.st_dev == file->device && s.st_ino == file->id;
}

static enum target target_of(const struct fs_renaming *r, const struct fs_place *from,
			     const struct fs_place *to)
{
	if (to->object < 0)
		return TARGET_NONE;
	if (!fs_place_is(to, r->file))
		return TARGET_OTHER;
	if (strcmp(from->name, to->name) == 0 && same_directory(from, to))
		return TARGET_ITSELF;
	return is_name_of(from, r->file) && is_name_of(to, r->file) ? TARGET_LINK
								    : TARGET_ALIAS;
}

static uint32_t may_move(const struct fs_renaming *r, const struct fs_place *to,
			 enum target target)
{
	uint32_t status = fs_rename_may_fill(r, to);

	if (status == NT_STATUS_SUCCESS && target == TARGET_OTHER)
		status = fs_rename_may_replace(r, to);
	if (status == NT_STATUS_SUCCESS && target == TARGET_LINK &&
	    (r->how & FS_REPLACE) == 0)
		status = NT_STATUS_OBJECT_NAME_COLLISION;
	if (status == NT_STATUS_SUCCESS && (to->parent < 0 || target == TARGET_ALIAS))
		status = NT_STATUS_ACCESS_DENIED;
	return status;
}

/* The same, heard by those who watch. */
static int move_told(const struct fs_renaming *r, const struct fs_place *from,
		     const struct fs_place *to, const char *name, enum target target)
{
	struct fs_change_move change = {
		.directory = r->file->directory,
		.replaced = target == TARGET_OTHER,
	};
	int error;

	fs_change_at(&change.from, FS_LEAVES, from->parent, from->name);
	fs_change_at(&change.to, FS_ARRIVES, to->parent, name);
	error = move(from, to, name, target != TARGET_NONE);
	if (error == 0) {
		fs_change_moved(&change);
		/* 2.1.5.15.12: a file gets FILE_ATTRIBUTE_ARCHIVE */
		if (!change.directory)
			atomic_fetch_or(&r->file->untold, FS_CHANGE_ATTRIBUTES);
	} else {
		fs_change_not(&change.from);
		fs_change_not(&change.to);
	}
	return error;
}

/* Of two names of one file the other one stays. */
static int drop_link(const struct fs_place *from)
{
	struct fs_change change;
	int error;

	fs_change_at(&change, FS_REMOVES, from->parent, from->name);
	error = unlinkat(from->parent, from->name, 0) == 0 ? 0 : errno;
	fs_change_end(&change, fs_status(error), FS_REMOVED, FS_CHANGE_FILE_NAME);
	return error;
}

static uint32_t rename_place(const struct fs_renaming *r, const struct fs_place *from,
			     const struct fs_place *to)
{
	enum target target = target_of(r, from, to);
	const char *name = target < TARGET_LINK ? r->name : to->name;
	uint32_t status = may_move(r, to, target);
	char text[FS_PATH_MAX];
	struct fs_path *path;
	int error;

	if (status != NT_STATUS_SUCCESS)
		return status;
	with_name(text, sizeof text, to, name);
	path = fs_path_new(text);
	if (path == NULL)
		return NT_STATUS_NO_MEMORY;
	if (target == TARGET_LINK)
		error = drop_link(from);
	else
		error = move_told(r, from, to, name, target);
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

static uint32_t rename_as_user(const struct fs_renaming *r, const char *path)
{
	struct fs_place from, to = {.name = "", .parent = -1, .object = -1};
	const struct fs_file *file = r->file;
	uint32_t status = find_own(&from, file);

	/* 2.1.4.2: what lies in the directory would be held by a path that is no more. */
	if (status == NT_STATUS_SUCCESS && file->directory)
		status = hold_status(
			fs_table_holds_below(file->root, from.path, &r->met->file));
	if (status == NT_STATUS_SUCCESS)
		status = fs_place_find(&to, file->root, path);
	if (status == NT_STATUS_SUCCESS)
		status = rename_place(r, &from, &to);
	fs_place_release(&to);
	fs_place_release(&from);
	return status;
}

uint32_t fs_rename(struct fs_file *file, const char *path, unsigned how,
		   struct fs_conflict *met)
{
	const char *slash = strrchr(path, '/');
	const struct fs_renaming r = {file, slash == NULL ? path : slash + 1, how, met};
	uint32_t status;

	if (*path == '\0')
		return NT_STATUS_OBJECT_NAME_INVALID;
	if (fs_table_delete_pending(file))
		return NT_STATUS_DELETE_PENDING;
	*met = (struct fs_conflict){fs_file_id(file), FS_CACHE_HANDLE};
	if (fs_table_handle_cached(file))
		return NT_STATUS_OPLOCK_BREAK_IN_PROGRESS;
	if (!fs_who_enter(&file->who))
		return NT_STATUS_ACCESS_DENIED;
	status = rename_as_user(&r, path);
	fs_who_leave(&file->who);
	return status;
}

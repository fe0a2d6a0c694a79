/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fs/fs_change.h"
#include "fs/fs_name.h"
#include "fs/fs_remove.h"
#include "fs/fs_rename.h"
#include "fs/fs_status.h"
#include "fs/fs_table.h"

/* Room for "/proc/self/fd/" and a number. */
#define PROC_NAME_MAX 32

/*
 * A name that a link has until it takes another's place.  Only who dies in between leaves
 * one behind.
 */
#define PASSING_NAME_MAX 64
#define PASSING_TRIES    16

/* The file itself, by whatever names it has: nobody can put another in its place. */
static int link_to(const struct fs_file *file, int directory, const char *name)
{
	char self[PROC_NAME_MAX];

	snprintf(self, sizeof self, "/proc/self/fd/%d", file->fd);
	return linkat(AT_FDCWD, self, directory, name, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

/* There is the old file at this name or the new one, and never none. */
static int replace(const struct fs_file *file, int directory, const char *name)
{
	static atomic_uint count;
	char passing[PASSING_NAME_MAX];
	int error = EEXIST;

	for (int i = 0; error == EEXIST && i < PASSING_TRIES; i++) {
		snprintf(passing, sizeof passing, ".netsess-link-%ld-%u", (long)getpid(),
			 atomic_fetch_add(&count, 1));
		error = link_to(file, directory, passing);
	}
	if (error != 0)
		return error;
	if (renameat(directory, passing, directory, name) == 0)
		return 0;
	error = errno;
	unlinkat(directory, passing, 0);
	return error;
}

/* [MS-FSA] 2.1.5.15.6 */
static uint32_t link_told(const struct fs_file *file, const struct fs_place *to,
			  const char *name)
{
	bool replaces = to->object >= 0;
	struct fs_change change;
	int error;

	fs_change_at(&change, replaces ? FS_ARRIVES : FS_MAKES, to->parent, name);
	error = replaces ? replace(file, to->parent, name)
			 : link_to(file, to->parent, name);
	return fs_change_end(&change, fs_status(error), replaces ? FS_MODIFIED : FS_ADDED,
			     replaces ? UINT32_MAX : FS_CHANGE_FILE_NAME);
}

static uint32_t link_place(const struct fs_renaming *r, const struct fs_place *to)
{
	bool same = fs_place_is(to, r->file);
	uint32_t status = fs_rename_may_fill(r, to);

	if (status != NT_STATUS_SUCCESS)
		return status;
	if (to->parent < 0)
		return NT_STATUS_ACCESS_DENIED;
	if (to->object < 0)
		return link_told(r->file, to, r->name);
	if (same && (r->how & FS_REPLACE) != 0)
		return NT_STATUS_SUCCESS; /* it is what it would become */
	status = same ? NT_STATUS_OBJECT_NAME_COLLISION : fs_rename_may_replace(r, to);
	if (status != NT_STATUS_SUCCESS)
		return status;
	return link_told(r->file, to, to->name);
}

uint32_t fs_link(struct fs_file *file, const char *path, unsigned how,
		 struct fs_conflict *met)
{
	const char *slash = strrchr(path, '/');
	const struct fs_renaming r = {file, slash == NULL ? path : slash + 1, how, met};
	struct fs_place to = {.name = "", .parent = -1, .object = -1};
	uint32_t status;

	if (file->directory)
		return NT_STATUS_FILE_IS_A_DIRECTORY;
	if (*path == '\0')
		return NT_STATUS_OBJECT_NAME_INVALID;
	if (fs_table_delete_pending(file))
		return NT_STATUS_ACCESS_DENIED;
	*met = (struct fs_conflict){fs_file_id(file), FS_CACHE_HANDLE};
	if (fs_table_handle_cached(file))
		return NT_STATUS_OPLOCK_BREAK_IN_PROGRESS;
	if (!fs_who_enter(&file->who))
		return NT_STATUS_ACCESS_DENIED;
	status = fs_place_find(&to, file->root, path);
	if (status == NT_STATUS_SUCCESS)
		status = link_place(&r, &to);
	fs_place_release(&to);
	fs_who_leave(&file->who);
	return status;
}

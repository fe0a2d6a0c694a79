/* SPDX-License-Identifier: MIT */
#include "fs/fs_remove.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "fs/fs_change.h"
#include "fs/fs_info.h"
#include "fs/fs_status.h"
#include "fs/fs_table.h"
#include "fs/fs_watch_table.h"

bool fs_place_is(const struct fs_place *place, const struct fs_file *file)
{
	struct stat s;

	return place->object >= 0 && fstat(place->object, &s) == 0 &&
	       s.st_dev == file->device && s.st_ino == file->id;
}

/* The name itself may be a link to a directory: that is no directory to be removed. */
static uint32_t remove_name(const struct fs_place *place)
{
	struct fs_change change;
	struct stat s;
	int flags = 0, error;

	if (place->parent < 0)
		return NT_STATUS_CANNOT_DELETE;
	if (fstatat(place->parent, place->name, &s, AT_SYMLINK_NOFOLLOW) != 0)
		return fs_status(errno);
	if (S_ISDIR(s.st_mode))
		flags = AT_REMOVEDIR;
	fs_change_at(&change, FS_REMOVES, place->parent, place->name);
	if (unlinkat(place->parent, place->name, flags) != 0) {
		error = errno;
		fs_change_not(&change);
		return fs_status(error);
	}
	fs_change_done(&change, FS_REMOVED,
		       flags != 0 ? FS_CHANGE_DIR_NAME : FS_CHANGE_FILE_NAME);
	return NT_STATUS_SUCCESS;
}

static uint32_t remove_path(const struct fs_file *file, const char *path)
{
	struct fs_place place;
	uint32_t status = fs_place_find(&place, file->root, path);

	if (status == NT_STATUS_SUCCESS && !fs_place_is(&place, file))
		status = NT_STATUS_OBJECT_NAME_NOT_FOUND;
	if (status == NT_STATUS_SUCCESS)
		status = remove_name(&place);
	fs_place_release(&place);
	return status;
}

void fs_remove(const struct fs_file *file)
{
	struct fs_path *path = fs_table_path(file);
	uint32_t status = NT_STATUS_ACCESS_DENIED;

	if (fs_who_enter(&file->who)) {
		status = remove_path(file, path->text);
		fs_who_leave(&file->who);
	}
	if (status != NT_STATUS_SUCCESS)
		log_info("fs", "%s is not deleted: %s", path->text, ntstatus_text(status));
	fs_path_put(path);
}

/* --------------------------------------------------------------- and who asks for it -- */

/* 0, ENOTEMPTY, or why it can't be told. */
static int check_empty(int fd)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy >= 0 ? fdopendir(copy) : NULL;
	const struct dirent *entry;
	int error = dir == NULL ? errno : 0;

	if (dir == NULL) {
		if (copy >= 0)
			close(copy);
		/* Who may not look in it: rmdir() will find out. */
		return fs_status_is_short(error) ? error : 0;
	}
	while (error == 0 && (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			error = ENOTEMPTY;
	closedir(dir);
	return error;
}

/* [MS-FSA] 2.1.5.15.3 */
static uint32_t may_delete(const struct fs_file *file, bool force)
{
	struct fs_info info;
	struct fs_path *path = fs_table_path(file);
	bool root = *path->text == '\0';
	int error = fs_info_at(&info, file->fd, "", "");

	fs_path_put(path);
	if (error != 0)
		return fs_status(error);
	if (root || (info.read_only && !force))
		return NT_STATUS_CANNOT_DELETE;
	if (!info.directory)
		return NT_STATUS_SUCCESS;
	if (!fs_who_enter(&file->who))
		return NT_STATUS_ACCESS_DENIED;
	error = check_empty(file->fd);
	fs_who_leave(&file->who);
	return fs_status(error);
}

uint32_t fs_set_delete(struct fs_file *file, bool delete_it, bool force,
		       struct fs_conflict *met)
{
	uint32_t status = delete_it ? may_delete(file, force) : NT_STATUS_SUCCESS;

	*met = (struct fs_conflict){fs_file_id(file), FS_CACHE_HANDLE};
	if (status == NT_STATUS_SUCCESS && delete_it && fs_table_handle_cached(file))
		status = NT_STATUS_OPLOCK_BREAK_IN_PROGRESS;
	if (status == NT_STATUS_SUCCESS)
		fs_table_set_delete(file, delete_it);
	/* [MS-FSA] 2.1.5.15.3 */
	if (status == NT_STATUS_SUCCESS && delete_it && file->directory)
		fs_watch_doomed(fs_file_id(file));
	return status;
}

bool fs_delete_pending(const struct fs_file *file)
{
	return fs_table_delete_pending(file);
}

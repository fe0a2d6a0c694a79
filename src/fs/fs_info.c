/* SPDX-License-Identifier: MIT */
#include "fs/fs_info.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#include "base/nttime.h"
#include "fs/fs_attr.h"
#include "fs/fs_change.h"
#include "fs/fs_status.h"
#include "fs/fs_table.h"

static uint64_t filetime(struct statx_timestamp t)
{
	return nttime_from_timespec((struct timespec){t.tv_sec, t.tv_nsec});
}

static uint64_t oldest(const struct fs_info *info)
{
	uint64_t t = info->written < info->changed ? info->written : info->changed;

	return info->accessed < t ? info->accessed : t;
}

static bool is_hidden(const char *name)
{
	return name[0] == '.' && name[1] != '\0' && strcmp(name, "..") != 0;
}

/* What the mode and the name alone say: a file is to be archived until somebody did. */
static uint32_t attributes_of(const struct fs_info *info, const char *name)
{
	uint32_t a = is_hidden(name) ? FS_ATTR_HIDDEN : 0u;

	if (info->directory)
		return a | FS_ATTR_DIRECTORY;
	return a | FS_ATTR_ARCHIVE | (info->mode & S_IWUSR ? 0u : FS_ATTR_READ_ONLY);
}

int fs_info_of_inode(struct fs_info *out, int directory, const char *path, const char *name)
{
	struct statx s;

	if (statx(directory, path, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT,
		  STATX_BASIC_STATS | STATX_BTIME, &s) != 0)
		return errno;
	*out = (struct fs_info){
		.accessed = filetime(s.stx_atime),
		.written = filetime(s.stx_mtime),
		.changed = filetime(s.stx_ctime),
		.allocated = s.stx_blocks * 512,
		.id = s.stx_ino,
		.device = makedev(s.stx_dev_major, s.stx_dev_minor),
		.links = s.stx_nlink,
		.mode = s.stx_mode,
		.uid = s.stx_uid,
		.gid = s.stx_gid,
		.directory = S_ISDIR(s.stx_mode),
	};
	out->created = s.stx_mask & STATX_BTIME ? filetime(s.stx_btime) : oldest(out);
	out->attributes = attributes_of(out, name);
	out->read_only = (out->attributes & FS_ATTR_READ_ONLY) != 0;
	if (out->directory)
		out->allocated = 0;
	else
		out->size = s.stx_size;
	return 0;
}

int fs_info_at(struct fs_info *out, int directory, const char *path, const char *name)
{
	int error = fs_info_of_inode(out, directory, path, name);

	if (error == 0 && fs_info_served(out)) {
		fs_attr_read(out, directory, path);
		if (is_hidden(name))
			out->attributes |= FS_ATTR_HIDDEN;
	}
	return error;
}

bool fs_info_served(const struct fs_info *info)
{
	return S_ISREG(info->mode) || info->directory;
}

uint32_t fs_stat(const struct fs_file *file, struct fs_info *out)
{
	struct fs_path *path = fs_table_path(file);
	const char *slash = strrchr(path->text, '/');
	int error;

	error = fs_info_at(out, file->fd, "", slash == NULL ? path->text : slash + 1);
	fs_path_put(path);
	return fs_status(error);
}

static int touch(const struct fs_file *file, const struct timespec times[2])
{
	return utimensat(file->fd, "", times, AT_EMPTY_PATH) == 0 ? 0 : errno;
}

/* A Unix lets nobody but the owner set times; [MS-FSA] lets whoever may change them. */
static int touch_as_user(const struct fs_file *file, const struct timespec times[2])
{
	bool may = false;
	int error;

	if (!fs_who_enter(&file->who))
		return EACCES;
	error = touch(file, times);
	if (error == EPERM || error == EACCES)
		may = fs_attr_may_change(file);
	fs_who_leave(&file->who);
	return may ? touch(file, times) : error;
}

static uint32_t set_times(const struct fs_file *file, uint64_t accessed, uint64_t written)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_nsec = UTIME_OMIT}};

	if (accessed == 0 && written == 0)
		return NT_STATUS_SUCCESS;
	if (accessed != 0)
		times[0] = nttime_to_timespec(accessed);
	if (written != 0)
		times[1] = nttime_to_timespec(written);
	return fs_status(touch_as_user(file, times));
}

/* [MS-FSA] 2.1.5.15.2: nobody hides a share, or makes it the system's. */
static uint32_t settable(const struct fs_file *file, uint32_t mask)
{
	struct fs_path *path = fs_table_path(file);

	if (*path->text == '\0')
		mask &= ~(FS_ATTR_HIDDEN | FS_ATTR_SYSTEM);
	fs_path_put(path);
	return mask & FS_ATTR_KEPT;
}

/* 2.1.1.6: UserSetModificationTime, UserSetChangeTime */
static void hold_times(struct fs_file *file, const struct fs_basic *b)
{
	if (b->hold_written || b->free_written)
		atomic_store(&file->written_held, b->hold_written);
	if (b->hold_changed || b->free_changed)
		atomic_store(&file->changed_held, b->hold_changed);
}

/* FS_CHANGE_... of what is set. */
static uint32_t changes_of(const struct fs_basic *b)
{
	return (b->mask != 0 ? FS_CHANGE_ATTRIBUTES : 0) |
	       (b->accessed != 0 ? FS_CHANGE_ACCESSED : 0) |
	       (b->written != 0 ? FS_CHANGE_WRITTEN : 0) |
	       (b->created != 0 ? FS_CHANGE_CREATED : 0);
}

static uint32_t set_basic(struct fs_file *file, const struct fs_basic *b)
{
	struct fs_attr_change change = {settable(file, b->mask), b->bits, b->created,
					b->changed};
	struct fs_info before;
	uint32_t status;

	if (change.changed == 0 && atomic_load(&file->changed_held) &&
	    fs_info_at(&before, file->fd, "", "") == 0)
		change.changed = before.changed;
	status = set_times(file, b->accessed, b->written);
	/* Last, for all else changes the time of the last change. */
	if (status == NT_STATUS_SUCCESS &&
	    (change.mask != 0 || change.created != 0 || change.changed != 0))
		status = fs_attr_change(file, &change);
	if (status == NT_STATUS_SUCCESS)
		hold_times(file, b);
	return status;
}

uint32_t fs_set_basic(struct fs_file *file, const struct fs_basic *b)
{
	struct fs_change change;

	fs_change_of(&change, file->fd);
	return fs_change_end(&change, set_basic(file, b), FS_MODIFIED, changes_of(b));
}

uint32_t fs_set_attributes(const struct fs_file *file, uint32_t mask, uint32_t bits)
{
	const struct fs_attr_change change = {.mask = settable(file, mask), .bits = bits};

	return fs_attr_change(file, &change);
}

/* ----------------------------------------------------- what becomes of them by writing --
 */

void fs_writing(struct fs_writing *w, struct fs_file *file)
{
	*w = (struct fs_writing){.file = file, .held = atomic_load(&file->written_held)};
	if (w->held && fs_info_of_inode(&w->before, file->fd, "", "") != 0)
		w->held = false;
}

/*
 * The kernel has set the time of the last write, so it is set back.  The first write of an
 * open also makes its file one that is to be archived.
 */
void fs_written(const struct fs_writing *w)
{
	if (w->held)
		set_times(w->file, 0, w->before.written);
	if (!atomic_exchange(&w->file->modified, true))
		fs_set_attributes(w->file, FS_ATTR_ARCHIVE, FS_ATTR_ARCHIVE);
}

uint32_t fs_volume(const struct fs_file *file, struct fs_volume *out)
{
	struct statvfs v;
	struct fs_info info;
	int error = fs_info_of_inode(&info, file->root->fd, "", "");

	if (error != 0)
		return fs_status(error);
	if (fstatvfs(file->root->fd, &v) != 0)
		return fs_status(errno);
	*out = (struct fs_volume){
		.units = v.f_blocks,
		.free = v.f_bfree,
		.available = v.f_bavail,
		.unit = (uint32_t)v.f_frsize,
		.created = info.created,
		.id = v.f_fsid,
		.serial = (uint32_t)(info.device ^ info.device >> 32),
	};
	return NT_STATUS_SUCCESS;
}

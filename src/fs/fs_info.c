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

int fs_info_at(struct fs_info *out, int directory, const char *path, const char *name)
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
		.hidden = name[0] == '.' && name[1] != '\0' && strcmp(name, "..") != 0,
	};
	out->created = s.stx_mask & STATX_BTIME ? filetime(s.stx_btime) : oldest(out);
	if (out->directory) {
		out->allocated = 0;
	} else {
		out->size = s.stx_size;
		out->read_only = !(s.stx_mode & S_IWUSR);
	}
	return 0;
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

uint32_t fs_set_times(const struct fs_file *file, uint64_t accessed, uint64_t written)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_nsec = UTIME_OMIT}};
	int error = 0;

	if (accessed != 0)
		times[0] = nttime_to_timespec(accessed);
	if (written != 0)
		times[1] = nttime_to_timespec(written);
	if (!fs_who_enter(&file->who))
		return NT_STATUS_ACCESS_DENIED;
	if (utimensat(file->fd, "", times, AT_EMPTY_PATH) != 0)
		error = errno;
	fs_who_leave(&file->who);
	return fs_status(error);
}

/* Room for "/proc/self/fd/" and a number. */
#define PROC_NAME_MAX 32

uint32_t fs_set_read_only(const struct fs_file *file, bool read_only)
{
	char name[PROC_NAME_MAX];
	struct fs_info info;
	mode_t mode;
	int error = fs_info_at(&info, file->fd, "", "");

	/* Of a directory the attribute says nothing about what may be done in it. */
	if (error != 0 || info.directory || info.read_only == read_only)
		return fs_status(error);
	mode = info.mode & 07777u;
	mode = read_only ? mode & ~(mode_t)(S_IWUSR | S_IWGRP | S_IWOTH) : mode | S_IWUSR;
	/* fchmod() does not take an O_PATH descriptor; this is the same file by its link.
	 */
	snprintf(name, sizeof name, "/proc/self/fd/%d", file->fd);
	if (!fs_who_enter(&file->who))
		return NT_STATUS_ACCESS_DENIED;
	if (chmod(name, mode) != 0)
		error = errno;
	fs_who_leave(&file->who);
	return fs_status(error);
}

uint32_t fs_volume(const struct fs_file *file, struct fs_volume *out)
{
	struct statvfs v;
	struct fs_info info;
	int error = fs_info_at(&info, file->root->fd, "", "");

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
		.serial = (uint32_t)(info.device ^ info.device >> 32),
	};
	return NT_STATUS_SUCCESS;
}

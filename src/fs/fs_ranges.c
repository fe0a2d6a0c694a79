/* SPDX-License-Identifier: MIT */
#include "fs/fs_ranges.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "fs/fs_change.h"
#include "fs/fs_info.h"
#include "fs/fs_lock.h"
#include "fs/fs_status.h"

#define BLOCK 512u /* of st_blocks */

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint32_t size_of(const struct fs_file *file, uint64_t *size)
{
	struct stat s;

	if (file->directory)
		return NT_STATUS_INVALID_PARAMETER;
	if (fstat(file->fd, &s) != 0)
		return fs_status(errno);
	*size = (uint64_t)s.st_size;
	return NT_STATUS_SUCCESS;
}

/* ---------------------------------------------------------------------- what is there --
 */

/*
 * Moving the descriptor's position disturbs nobody: all else names its own.  ENXIO: there
 * is nothing more, or the file was cut between the two looks.
 */
uint32_t fs_ranges_next(const struct fs_file *file, uint64_t offset, uint64_t end,
			struct fs_range *out)
{
	off_t from, to;

	*out = (struct fs_range){offset, 0};
	if (file->directory)
		return NT_STATUS_INVALID_PARAMETER;
	if (offset >= end || end > INT64_MAX)
		return NT_STATUS_SUCCESS;
	from = lseek(file->fd, (off_t)offset, SEEK_DATA);
	if (from < 0 && errno == EINVAL) { /* it knows no holes */
		out->length = end - offset;
		return NT_STATUS_SUCCESS;
	}
	if (from >= 0 && (uint64_t)from >= end)
		return NT_STATUS_SUCCESS;
	to = from < 0 ? from : lseek(file->fd, from, SEEK_HOLE);
	if (to < 0)
		return errno == ENXIO ? NT_STATUS_SUCCESS : fs_status(errno);
	*out = (struct fs_range){(uint64_t)from, least((uint64_t)to, end) - (uint64_t)from};
	return NT_STATUS_SUCCESS;
}

/* ------------------------------------------------------------------------------ zeroes --
 */

/*
 * Some file systems punch holes but can't zero a range: then its space is asked for anew.
 * That it is short is no harm: the zeroes are there.
 */
static int zero_as_user(int fd, uint64_t offset, uint64_t n, bool sparse)
{
	const int punch = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;

	if (!sparse && fallocate(fd, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE,
				 (off_t)offset, (off_t)n) == 0)
		return 0;
	if (!sparse && errno != EOPNOTSUPP)
		return errno;
	if (fallocate(fd, punch, (off_t)offset, (off_t)n) != 0)
		return errno;
	if (!sparse)
		(void)fallocate(fd, FALLOC_FL_KEEP_SIZE, (off_t)offset, (off_t)n);
	return 0;
}

static int zero(const struct fs_file *file, uint64_t offset, uint64_t n, bool sparse)
{
	int error;

	if (!fs_who_enter(&file->who))
		return EACCES;
	error = zero_as_user(file->fd, offset, n, sparse);
	fs_who_leave(&file->who);
	return error;
}

static uint32_t status_of(int error)
{
	return error == EOPNOTSUPP || error == ENOTTY ? NT_STATUS_INVALID_DEVICE_REQUEST
						      : fs_status(error);
}

uint32_t fs_ranges_zero(struct fs_file *file, uint64_t *offset, uint64_t end, bool sparse)
{
	uint64_t size = 0, n;
	uint32_t status = size_of(file, &size);
	struct fs_change change;
	struct fs_writing w;
	int error;

	if (status != NT_STATUS_SUCCESS)
		return status;
	if (*offset >= least(end, size)) {
		*offset = end;
		return NT_STATUS_SUCCESS;
	}
	n = least(least(end, size) - *offset, FS_RANGES_STEP);
	if (!fs_lock_permits(file, (struct fs_range){*offset, n}, true))
		return NT_STATUS_FILE_LOCK_CONFLICT;
	fs_change_of(&change, file->fd);
	fs_writing(&w, file);
	error = zero(file, *offset, n, sparse);
	if (error == 0) {
		fs_written(&w);
		*offset += n;
	}
	return fs_change_end(&change, status_of(error), FS_MODIFIED, FS_CHANGE_WRITTEN);
}

/* ------------------------------------------------------------------------------- space --
 */

static uint32_t has_room(const struct fs_file *file)
{
	struct statvfs v;
	struct stat s;
	uint64_t has, needs;

	if (fstat(file->fd, &s) != 0 || fstatvfs(file->fd, &v) != 0)
		return fs_status(errno);
	has = (uint64_t)s.st_blocks * BLOCK;
	needs = (uint64_t)s.st_size > has ? (uint64_t)s.st_size - has : 0;
	return needs / v.f_frsize > v.f_bavail ? NT_STATUS_DISK_FULL : NT_STATUS_SUCCESS;
}

static int fill(const struct fs_file *file, uint64_t offset, uint64_t n)
{
	int error;

	if (!fs_who_enter(&file->who))
		return EACCES;
	error = fallocate(file->fd, FALLOC_FL_KEEP_SIZE, (off_t)offset, (off_t)n) == 0
			? 0
			: errno;
	fs_who_leave(&file->who);
	return error;
}

uint32_t fs_ranges_fill(const struct fs_file *file, uint64_t *offset)
{
	uint64_t size = 0, n;
	uint32_t status = size_of(file, &size);
	int error;

	if (status == NT_STATUS_SUCCESS && *offset == 0)
		status = has_room(file);
	if (status != NT_STATUS_SUCCESS)
		return status;
	if (*offset >= size || (file->access & FS_WRITE) == 0) {
		*offset = UINT64_MAX;
		return NT_STATUS_SUCCESS;
	}
	n = least(size - *offset, FS_RANGES_STEP);
	error = fill(file, *offset, n);
	*offset = error == 0 ? *offset + n : UINT64_MAX;
	return error == EOPNOTSUPP ? NT_STATUS_SUCCESS : fs_status(error);
}

/* --------------------------------------------------------------------- shared extents --
 */

static bool overlaps(const struct fs_sharing *s)
{
	return s->source->device == s->target->device && s->source->id == s->target->id &&
	       s->source_offset < s->target_offset + s->length &&
	       s->target_offset < s->source_offset + s->length;
}

static bool locks_permit(const struct fs_sharing *s)
{
	const struct fs_range from = {s->source_offset, s->length};
	const struct fs_range to = {s->target_offset, s->length};

	return fs_lock_permits(s->source, from, false) &&
	       fs_lock_permits(s->target, to, true);
}

static uint32_t may_share(const struct fs_sharing *s)
{
	uint64_t size = 0, ignored;
	uint32_t status = size_of(s->source, &size);

	if (status == NT_STATUS_SUCCESS)
		status = size_of(s->target, &ignored);
	if (status != NT_STATUS_SUCCESS)
		return status;
	if (!fs_range_is_valid((struct fs_range){s->source_offset, s->length}) ||
	    !fs_range_is_valid((struct fs_range){s->target_offset, s->length}) ||
	    s->source->device != s->target->device)
		return NT_STATUS_INVALID_PARAMETER;
	if (s->source_offset + s->length > size || overlaps(s))
		return NT_STATUS_NOT_SUPPORTED;
	if (s->length > 0 && !locks_permit(s))
		return NT_STATUS_FILE_LOCK_CONFLICT;
	return NT_STATUS_SUCCESS;
}

static int share_as_user(const struct fs_sharing *s, struct file_clone_range *range)
{
	int error;

	if (!fs_who_enter(&s->target->who))
		return EACCES;
	error = ioctl(s->target->fd, FICLONERANGE, range) == 0 ? 0 : errno;
	fs_who_leave(&s->target->who);
	return error;
}

uint32_t fs_ranges_share(const struct fs_sharing *s)
{
	struct file_clone_range range = {
		.src_fd = s->source->fd,
		.src_offset = s->source_offset,
		.src_length = s->length, /* 0 would mean to the end */
		.dest_offset = s->target_offset,
	};
	uint32_t status = may_share(s), filter = FS_CHANGE_WRITTEN;
	struct fs_change change;
	struct fs_writing w;
	uint64_t size = 0;
	int error;

	if (status != NT_STATUS_SUCCESS || s->length == 0)
		return status;
	fs_change_of(&change, s->target->fd);
	fs_writing(&w, s->target);
	(void)size_of(s->target, &size);
	if (s->target_offset + s->length > size)
		filter |= FS_CHANGE_SIZE;
	error = share_as_user(s, &range);
	if (error == 0)
		fs_written(&w);
	return fs_change_end(&change, status_of(error), FS_MODIFIED, filter);
}

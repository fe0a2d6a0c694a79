/* SPDX-License-Identifier: MIT */
#include "fs/fs_copy.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fs/fs_change.h"
#include "fs/fs_info.h"
#include "fs/fs_lock.h"
#include "fs/fs_status.h"

static uint32_t size_of(const struct fs_file *file, uint64_t *size)
{
	struct stat s;

	if (fstat(file->fd, &s) != 0)
		return fs_status(errno);
	*size = (uint64_t)s.st_size;
	return NT_STATUS_SUCCESS;
}

/* What the kernel does not do: these descriptors, these file systems, one file twice. */
static bool by_hand_then(int error)
{
	return error == EINVAL || error == EXDEV || error == EBADF || error == EOPNOTSUPP ||
	       error == ENOSYS || error == EPERM;
}

/* 0, or the errno that stopped it; *done moves on. */
static int by_kernel_as_user(const struct fs_copy *c, uint64_t to, size_t *done)
{
	while (*done < c->length) {
		off_t from = (off_t)(c->from + *done), at = (off_t)(to + *done);
		ssize_t n = copy_file_range(c->source->fd, &from, c->target->fd, &at,
					    c->length - *done, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		if (n == 0)
			return EINVAL; /* some file systems say so of what they can't */
		*done += (size_t)n;
	}
	return 0;
}

/* What is told, and kept, of a write. */
static int by_kernel(const struct fs_copy *c, uint64_t to, size_t *done)
{
	uint32_t filter = FS_CHANGE_WRITTEN;
	struct fs_change change;
	uint64_t size = 0;
	struct fs_writing w;
	int error = EACCES;

	fs_change_of(&change, c->target->fd);
	(void)size_of(c->target, &size);
	fs_writing(&w, c->target);
	if (fs_who_enter(&c->target->who)) {
		error = by_kernel_as_user(c, to, done);
		fs_who_leave(&c->target->who);
	}
	if (to + *done > size)
		filter |= FS_CHANGE_SIZE;
	if (*done == 0) {
		fs_change_not(&change);
	} else {
		fs_written(&w);
		fs_change_done(&change, FS_MODIFIED, filter);
	}
	return error;
}

/* Of the whole rest at once, so that an overlap does no harm. */
static uint32_t by_hand(const struct fs_copy *c, uint64_t to, size_t *done)
{
	size_t n = c->length - *done, got = 0;
	uint8_t *bytes = malloc(n);
	uint32_t status = NT_STATUS_NO_MEMORY;

	if (bytes != NULL)
		status = fs_read(c->source, c->from + *done, bytes, n, &got);
	if (status == NT_STATUS_END_OF_FILE || (status == NT_STATUS_SUCCESS && got < n))
		status = NT_STATUS_INVALID_VIEW_SIZE; /* it was cut since we looked */
	if (status == NT_STATUS_SUCCESS)
		status = fs_write(c->target, to + *done, view_of(bytes, n), false);
	if (status == NT_STATUS_SUCCESS)
		*done += n;
	free(bytes);
	return status;
}

static bool locks_permit(const struct fs_copy *c, uint64_t to)
{
	return c->length == 0 ||
	       (fs_lock_permits(c->source, (struct fs_range){c->from, c->length}, false) &&
		fs_lock_permits(c->target, (struct fs_range){to, c->length}, true));
}

/* [MS-SMB2] 3.3.5.15.6: may this chunk be copied, and where does it go? */
static uint32_t check(const struct fs_copy *c, uint64_t *to)
{
	uint64_t size = 0;
	uint32_t status = NT_STATUS_SUCCESS;

	*to = c->to;
	if (c->source->directory || c->target->directory)
		return NT_STATUS_INVALID_DEVICE_REQUEST;
	if (c->to == FS_COPY_AT_END)
		status = size_of(c->target, to);
	if (status == NT_STATUS_SUCCESS &&
	    (!fs_range_is_valid((struct fs_range){c->from, c->length}) ||
	     !fs_range_is_valid((struct fs_range){*to, c->length})))
		return NT_STATUS_INVALID_PARAMETER;
	if (status == NT_STATUS_SUCCESS)
		status = size_of(c->source, &size);
	if (status == NT_STATUS_SUCCESS && c->from + c->length > size)
		return NT_STATUS_INVALID_VIEW_SIZE;
	if (status == NT_STATUS_SUCCESS && !locks_permit(c, *to))
		return NT_STATUS_FILE_LOCK_CONFLICT;
	return status;
}

uint32_t fs_copy(const struct fs_copy *copy, size_t *done)
{
	uint64_t to;
	uint32_t status = check(copy, &to);
	int error;

	assert(copy->length <= FS_COPY_MAX);
	*done = 0;
	if (status != NT_STATUS_SUCCESS)
		return status;
	error = by_kernel(copy, to, done);
	if (error == 0 || !by_hand_then(error))
		return fs_status(error);
	return by_hand(copy, to, done);
}

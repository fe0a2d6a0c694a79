/* SPDX-License-Identifier: MIT */
#include "fs/fs_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "fs/fs_change.h"
#include "fs/fs_info.h"
#include "fs/fs_list.h"
#include "fs/fs_lock.h"
#include "fs/fs_remove.h"
#include "fs/fs_status.h"
#include "fs/fs_table.h"
#include "fs/fs_watch_table.h"

struct fs_file *fs_file_ref(struct fs_file *file)
{
	atomic_fetch_add(&file->references, 1);
	return file;
}

void fs_file_unref(struct fs_file *file)
{
	if (file == NULL || atomic_fetch_sub(&file->references, 1) != 1)
		return;
	assert(file->inode == NULL);
	fs_cursor_free(file->cursor);
	fs_watch_free(file->watch);
	if (file->fd >= 0)
		close(file->fd);
	fs_root_put(file->root);
	fs_path_put(file->path);
	free(file);
}

void fs_file_close(struct fs_file *file)
{
	unsigned untold = atomic_load(&file->untold);

	if (file->inode == NULL)
		return;
	fs_watch_end(file->watch);
	if (fs_table_closing(file))
		fs_remove(file);
	else if (untold != 0) /* [MS-FSA] 2.1.5.5 */
		fs_change_tell(file->fd, FS_MODIFIED, untold);
	if (file->delete_on_close && file->directory)
		fs_watch_doomed(fs_file_id(file));
	fs_unlock_all(file);
	fs_table_leave(file);
}

void fs_file_discard(struct fs_file *file, bool created)
{
	fs_table_discard(file, created);
}

char *fs_file_path(const struct fs_file *file)
{
	struct fs_path *path = fs_table_path(file);
	char *copy = strdup(path->text);

	fs_path_put(path);
	return copy;
}

/* ------------------------------------------------------------------------- data -- */

static uint32_t may_read(const struct fs_file *file, struct fs_range range)
{
	if (file->directory)
		return NT_STATUS_INVALID_DEVICE_REQUEST;
	if (!fs_range_is_valid(range))
		return NT_STATUS_INVALID_PARAMETER;
	if (range.length > 0 && !fs_lock_permits(file, range, false))
		return NT_STATUS_FILE_LOCK_CONFLICT;
	return NT_STATUS_SUCCESS;
}

/* As far as the file goes; an errno. */
static int read_all(const struct fs_file *file, uint64_t offset, uint8_t *to, size_t n,
		    size_t *got, int flags)
{
	while (*got < n) {
		const struct iovec rest = {to + *got, n - *got};
		ssize_t r = preadv2(file->fd, &rest, 1, (off_t)(offset + *got), flags);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return errno;
		if (r == 0)
			break;
		*got += (size_t)r;
	}
	return 0;
}

static uint32_t read_status(int error, size_t n, size_t got)
{
	if (error != 0)
		return fs_status(error);
	return n > 0 && got == 0 ? NT_STATUS_END_OF_FILE : NT_STATUS_SUCCESS;
}

uint32_t fs_read(const struct fs_file *file, uint64_t offset, void *out, size_t n,
		 size_t *got)
{
	uint32_t status = may_read(file, (struct fs_range){offset, n});
	int error;

	*got = 0;
	if (status != NT_STATUS_SUCCESS)
		return status;
	error = read_all(file, offset, out, n, got, 0);
	return read_status(error, n, *got);
}

bool fs_read_now(const struct fs_file *file, uint64_t offset, void *out, size_t n,
		 size_t *got, uint32_t *status)
{
	int error;

	*got = 0;
	*status = may_read(file, (struct fs_range){offset, n});
	if (*status != NT_STATUS_SUCCESS)
		return true;
	error = read_all(file, offset, out, n, got, RWF_NOWAIT);
	*status = read_status(error, n, *got);
	return error != EAGAIN && error != EOPNOTSUPP;
}

/*
 * Who changes a file takes its set-user-ID bit away, but root does not: so this is his
 * user's, too, though the descriptor has all the rights that it takes.
 */
static uint32_t write_as_user(const struct fs_file *file, uint64_t offset, struct view data)
{
	size_t done = 0;

	while (done < data.n) {
		ssize_t r = pwrite(file->fd, data.p + done, data.n - done,
				   (off_t)(offset + done));

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return fs_status(errno);
		done += (size_t)r;
	}
	return NT_STATUS_SUCCESS;
}

static uint32_t write_all(const struct fs_file *file, uint64_t offset, struct view data)
{
	uint32_t status;

	if (!fs_who_enter(&file->who))
		return NT_STATUS_ACCESS_DENIED;
	status = write_as_user(file, offset, data);
	fs_who_leave(&file->who);
	return status;
}

/* [MS-FSA] 2.1.5.4: who wants to know of sizes is told if it grew. */
static bool grows(const struct fs_file *file, uint64_t end)
{
	struct stat s;

	return fstat(file->fd, &s) != 0 || (uint64_t)s.st_size < end;
}

uint32_t fs_write(struct fs_file *file, uint64_t offset, struct view data, bool through)
{
	uint32_t filter = FS_CHANGE_WRITTEN, status;
	struct fs_change change;
	struct fs_writing w;

	if (file->directory)
		return NT_STATUS_INVALID_DEVICE_REQUEST;
	if (!fs_range_is_valid((struct fs_range){offset, data.n}))
		return NT_STATUS_INVALID_PARAMETER;
	if (data.n > 0 && !fs_lock_permits(file, (struct fs_range){offset, data.n}, true))
		return NT_STATUS_FILE_LOCK_CONFLICT;
	if (data.n == 0) /* 2.1.5.4: nothing happens */
		return through ? fs_flush(file) : NT_STATUS_SUCCESS;
	fs_change_of(&change, file->fd);
	if (change.heard && grows(file, offset + data.n))
		filter |= FS_CHANGE_SIZE;
	fs_writing(&w, file);
	status = write_all(file, offset, data);
	fs_written(&w);
	fs_change_end(&change, status, FS_MODIFIED, filter);
	return status == NT_STATUS_SUCCESS && through ? fs_flush(file) : status;
}

uint32_t fs_flush(const struct fs_file *file)
{
	/* A directory that was opened for its attributes alone can't be synced: EBADF. */
	if (fsync(file->fd) == 0 || (file->directory && errno == EBADF))
		return NT_STATUS_SUCCESS;
	return fs_status(errno);
}

static int truncate_as_user(const struct fs_file *file, uint64_t size)
{
	int error;

	if (!fs_who_enter(&file->who))
		return EACCES;
	error = ftruncate(file->fd, (off_t)size) == 0 ? 0 : errno;
	fs_who_leave(&file->who);
	return error;
}

uint32_t fs_set_size(struct fs_file *file, uint64_t size)
{
	struct fs_change change;
	struct fs_writing w;
	int error;

	if (file->directory || size > INT64_MAX)
		return NT_STATUS_INVALID_PARAMETER;
	fs_change_of(&change, file->fd);
	fs_writing(&w, file);
	error = truncate_as_user(file, size);
	if (error == 0)
		fs_written(&w);
	return fs_change_end(&change, fs_status(error), FS_MODIFIED,
			     FS_CHANGE_SIZE | FS_CHANGE_WRITTEN);
}

/* An O_PATH descriptor can't reserve, but then nobody is going to write by it. */
uint32_t fs_reserve(const struct fs_file *file, uint64_t size)
{
	int error;

	if (size > INT64_MAX)
		return NT_STATUS_INVALID_PARAMETER;
	if (size == 0)
		return NT_STATUS_SUCCESS;
	if (!fs_who_enter(&file->who))
		return NT_STATUS_ACCESS_DENIED;
	error = fallocate(file->fd, FALLOC_FL_KEEP_SIZE, 0, (off_t)size) == 0 ? 0 : errno;
	fs_who_leave(&file->who);
	return error == EOPNOTSUPP || error == EBADF ? NT_STATUS_SUCCESS : fs_status(error);
}

uint32_t fs_set_allocation(struct fs_file *file, uint64_t size)
{
	struct fs_writing w;
	struct fs_info info;
	int error = fs_info_of_inode(&info, file->fd, "", "");
	uint32_t status;

	if (error != 0)
		return fs_status(error);
	if (file->directory || size > INT64_MAX)
		return NT_STATUS_INVALID_PARAMETER;
	if (size < info.size)
		return fs_set_size(file, size);
	fs_writing(&w, file);
	status = fs_reserve(file, size);
	if (status == NT_STATUS_SUCCESS)
		fs_written(&w);
	return status;
}

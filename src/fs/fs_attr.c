/* SPDX-License-Identifier: MIT */
#include "fs/fs_attr.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/nttime.h"
#include "fs/fs_dosattrib.h"
#include "fs/fs_info.h"
#include "fs/fs_status.h"

#define NAME "user.DOSATTRIB"

/* Room for "/proc/self/fd/", a number, and a name in that directory. */
#define PROC_NAME_MAX 32
#define PATH_ROOM     (PROC_NAME_MAX + FS_NAME_BYTES_MAX + 1)

/*
 * A time of the last change that was set counts if the inode has not been changed since,
 * but for what set it: that takes a moment, and may have to wait for the disk.
 */
#define STAMP_WINDOW (NTTIME_PER_SECOND / 10)

/*
 * A change reads and then writes; two of one file must not meet.  A lock for several files
 * is held for as long as that takes.
 */
#define LOCKS 16
static pthread_mutex_t locks[LOCKS] = {
	PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
	PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
	PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
	PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
	PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER, PTHREAD_MUTEX_INITIALIZER,
	PTHREAD_MUTEX_INITIALIZER,
};

static pthread_mutex_t *lock_of(const struct fs_file *file)
{
	return &locks[(file->id ^ file->id / LOCKS) % LOCKS];
}

/* --------------------------------------------------------------------- the value -- */

/*
 * There are no system calls that take a directory and a name; the kernel's link to the
 * directory does as well.  A descriptor of O_PATH takes that way, too.
 */
static void proc_path(char out[PATH_ROOM], int fd, const char *path)
{
	snprintf(out, PATH_ROOM, "/proc/self/fd/%d%s%s", fd, *path != '\0' ? "/" : "",
		 path);
}

static ssize_t get_value(uint8_t value[FS_DOSATTRIB_MAX], int fd, const char *path)
{
	char name[PATH_ROOM];
	ssize_t n;

	if (*path == '\0') {
		n = fgetxattr(fd, NAME, value, FS_DOSATTRIB_MAX);
		if (n >= 0 || errno != EBADF)
			return n;
	}
	if (fd == AT_FDCWD)
		return lgetxattr(path, NAME, value, FS_DOSATTRIB_MAX);
	proc_path(name, fd, path);
	return *path == '\0' ? getxattr(name, NAME, value, FS_DOSATTRIB_MAX)
			     : lgetxattr(name, NAME, value, FS_DOSATTRIB_MAX);
}

/* 0 or an errno; ENODATA: there is none that we can read. */
static int load(struct fs_dosattrib *out, int fd, const char *path)
{
	uint8_t value[FS_DOSATTRIB_MAX];
	ssize_t n = get_value(value, fd, path);
	uid_t user;

	/* The kernel wants the right to read the data for it. */
	if (n < 0 && errno == EACCES) {
		user = fs_who_lift();
		n = get_value(value, fd, path);
		fs_who_drop(user);
	}
	*out = (struct fs_dosattrib){0};
	if (n < 0)
		return errno;
	return fs_dosattrib_decode(out, view_of(value, (size_t)n)) ? 0 : ENODATA;
}

static int store(int fd, const struct fs_dosattrib *v)
{
	uint8_t value[FS_DOSATTRIB_LEN];
	size_t n = fs_dosattrib_encode(value, v);
	char name[PATH_ROOM];

	if (fsetxattr(fd, NAME, value, n, 0) == 0)
		return 0;
	if (errno != EBADF)
		return errno;
	proc_path(name, fd, "");
	return setxattr(name, NAME, value, n, 0) == 0 ? 0 : errno;
}

/* The clock by which the kernel says when an inode was changed. */
static uint64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME_COARSE, &t);
	return nttime_from_timespec(t);
}

static void apply(struct fs_info *info, const struct fs_dosattrib *v)
{
	if (v->created != 0)
		info->created = v->created;
	if (v->changed != 0 && info->changed >= v->stamp &&
	    info->changed - v->stamp <= STAMP_WINDOW)
		info->changed = v->changed;
	if (!v->has_attributes)
		return;
	/* Who keeps them without READONLY may not write all the same. */
	info->attributes &= ~(FS_ATTR_KEPT & ~FS_ATTR_READ_ONLY);
	info->attributes |= v->attributes & FS_ATTR_KEPT;
	info->read_only = (info->attributes & FS_ATTR_READ_ONLY) != 0;
}

void fs_attr_read(struct fs_info *info, int directory, const char *path)
{
	struct fs_dosattrib v;

	if (load(&v, directory, path) == 0)
		apply(info, &v);
}

/* -------------------------------------------------------------------- changing it -- */

static int change_mode(const struct fs_file *file, mode_t mode)
{
	char name[PATH_ROOM];

	/* fchmod() does not take an O_PATH descriptor; this is the same file by its link.
	 */
	proc_path(name, file->fd, "");
	return chmod(name, mode) == 0 ? 0 : errno;
}

/* READONLY where there is nothing but the mode; of a directory the mode says nothing. */
static int change_read_only(const struct fs_file *file, const struct fs_info *info,
			    bool read_only)
{
	mode_t mode = info->mode & 07777u;

	if (info->directory || !(mode & S_IWUSR) == read_only)
		return 0;
	return change_mode(file, read_only ? mode & ~(mode_t)(S_IWUSR | S_IWGRP | S_IWOTH)
					   : mode | S_IWUSR);
}

/* Where nothing can be kept, READONLY still can. */
static int write_change(const struct fs_file *file, const struct fs_info *info,
			const struct fs_dosattrib *v)
{
	bool read_only = (v->attributes & FS_ATTR_READ_ONLY) != 0;
	int error = store(file->fd, v);

	if (error == EOPNOTSUPP)
		return change_read_only(file, info, read_only);
	return error == 0 && !read_only ? change_read_only(file, info, false) : error;
}

bool fs_attr_may_change(const struct fs_file *file)
{
	struct stat s;

	if (fstat(file->fd, &s) == 0 && file->who.change && s.st_uid == file->who.uid)
		return true;
	return faccessat(file->fd, "", W_OK, AT_EACCESS | AT_EMPTY_PATH) == 0;
}

static int change_as_user(const struct fs_file *file, const struct fs_info *info,
			  const struct fs_dosattrib *v)
{
	bool may = false;
	int error;

	if (!fs_who_enter(&file->who))
		return EACCES;
	error = write_change(file, info, v);
	if (error == EACCES || error == EPERM)
		may = fs_attr_may_change(file);
	fs_who_leave(&file->who);
	/* The kernel wants another right for it than the one that it takes. */
	return may ? write_change(file, info, v) : error;
}

/*
 * What is kept is whole: a file that had nothing beside it has its time of creation there
 * from then on, too, as with Samba.
 */
static int change_locked(const struct fs_file *file, const struct fs_attr_change *change)
{
	struct fs_dosattrib v;
	struct fs_info info;
	int error = fs_info_of_inode(&info, file->fd, "", "");

	if (error != 0)
		return error;
	if (load(&v, file->fd, "") != 0 || !v.has_attributes)
		v.attributes = info.attributes & ~FS_ATTR_READ_ONLY;
	v.has_attributes = true;
	apply(&info, &v);
	if ((change->created == 0 || change->created == info.created) &&
	    (change->changed == 0 || change->changed == info.changed) &&
	    ((info.attributes ^ change->bits) & change->mask) == 0)
		return 0;
	v.attributes = (v.attributes & ~change->mask) | (change->bits & change->mask);
	v.created = change->created != 0 ? change->created : info.created;
	v.changed = change->changed;
	v.stamp = now();
	return change_as_user(file, &info, &v);
}

uint32_t fs_attr_change(const struct fs_file *file, const struct fs_attr_change *change)
{
	pthread_mutex_t *lock = lock_of(file);
	int error;

	pthread_mutex_lock(lock);
	error = change_locked(file, change);
	pthread_mutex_unlock(lock);
	return fs_status(error);
}

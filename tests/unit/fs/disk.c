/* SPDX-License-Identifier: MIT */
#include "disk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char *joined(const char *a, const char *b)
{
	char *path = NULL;

	assert_true(asprintf(&path, "%s/%s", a, b) > 0);
	return path;
}

static void put(const char *path, const char *content)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0666);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, strlen(content)), strlen(content));
	close(fd);
}

static void give(const struct disk *d, const char *path)
{
	if (d->owner.change)
		assert_int_equal(lchown(path, d->owner.uid, d->owner.gid), 0);
}

void disk_is_of(struct disk *d, const char *user)
{
	assert_true(fs_who_find(&d->owner, user));
	give(d, d->share);
}

int disk_setup(void **state)
{
	const char *tmp = getenv("TMPDIR");
	struct disk *d = calloc(1, sizeof *d);
	char *secret;

	assert_non_null(d);
	/* Tests may run as root, and then files are touched as nobody. */
	umask(0);
	d->top = joined(tmp != NULL ? tmp : "/tmp", "netsess-fs-XXXXXX");
	assert_non_null(mkdtemp(d->top));
	assert_int_equal(chmod(d->top, 0777), 0);
	d->share = joined(d->top, "share");
	assert_int_equal(mkdir(d->share, 0777), 0);
	disk_is_of(d, "");
	secret = joined(d->top, "secret");
	put(secret, "secret");
	free(secret);
	*state = d;
	return 0;
}

static int remove_one(const char *path, const struct stat *s, int type, struct FTW *ftw)
{
	(void)s;
	(void)type;
	(void)ftw;
	return remove(path);
}

int disk_teardown(void **state)
{
	struct disk *d = *state;
	int status = nftw(d->top, remove_one, 16, FTW_DEPTH | FTW_PHYS);

	free(d->share);
	free(d->top);
	free(d);
	return status;
}

void disk_make(const struct disk *d, const char *path, const char *content)
{
	char *full = joined(d->share, path);
	size_t n = strlen(full);

	if (full[n - 1] == '/')
		assert_int_equal(mkdir(full, 0777), 0);
	else
		put(full, content);
	give(d, full);
	free(full);
}

void disk_link(const struct disk *d, const char *path, const char *target)
{
	char *full = joined(d->share, path);

	assert_int_equal(symlink(target, full), 0);
	free(full);
}

bool disk_has(const struct disk *d, const char *path)
{
	char *full = joined(d->share, path);
	struct stat s;
	bool has = lstat(full, &s) == 0;

	free(full);
	return has;
}

void disk_holds(const struct disk *d, const char *path, const char *content)
{
	char *full = joined(d->share, path);
	char bytes[256];
	int fd = open(full, O_RDONLY);
	ssize_t n;

	assert_true(fd >= 0);
	n = read(fd, bytes, sizeof bytes - 1);
	assert_true(n >= 0);
	bytes[n] = '\0';
	assert_string_equal(bytes, content);
	close(fd);
	free(full);
}

struct fs_open disk_open(const struct disk *d, const char *path, enum fs_disposition how)
{
	return (struct fs_open){
		.root = d->share,
		.path = path,
		.user = "",
		.access = FS_READ | FS_WRITE | FS_APPEND | FS_DELETE,
		.share = FS_READ | FS_WRITE | FS_DELETE,
		.disposition = how,
	};
}

struct fs_file *disk_opened(const struct fs_open *how)
{
	struct fs_opened out;

	assert_status(fs_open(&out, how), NT_STATUS_SUCCESS);
	assert_non_null(out.file);
	return out.file;
}

void disk_refuses(const struct fs_open *how, uint32_t status)
{
	struct fs_opened out;

	assert_status(fs_open(&out, how), status);
	assert_null(out.file);
}

void disk_close(struct fs_file *file)
{
	fs_file_close(file);
	fs_file_unref(file);
}

size_t disk_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

/* SPDX-License-Identifier: MIT */
/*
 * A disk that does not answer, for LD_PRELOAD: reads and writes of files whose name begins
 * with "slow" wait as long as the file exists that SLOWDISK_STALL names.  Who reads only if
 * that takes no waiting is told that it would.
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define SHOWN __attribute__((visibility("default")))

SHOWN ssize_t preadv64v2(int fd, const struct iovec *to, int n, off_t at, int flags);
SHOWN ssize_t pwrite64(int fd, const void *from, size_t n, off_t at);

static bool is_slow(int fd)
{
	char link[32], path[4096];
	const char *slash;
	ssize_t n;

	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n < 0)
		return false;
	path[n] = '\0';
	slash = strrchr(path, '/');
	return slash != NULL && strncmp(slash + 1, "slow", 4) == 0;
}

static bool is_stalled(int fd)
{
	const char *while_there = getenv("SLOWDISK_STALL");

	return while_there != NULL && is_slow(fd) && access(while_there, F_OK) == 0;
}

static void stall(int fd)
{
	const struct timespec pause = {.tv_nsec = 5000000};

	while (is_stalled(fd))
		(void)nanosleep(&pause, NULL);
}

/* A function by the name that this library hides; dlsym() has but a data pointer for it. */
static void find(void *function, const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	memcpy(function, &found, sizeof(found));
}

ssize_t preadv64v2(int fd, const struct iovec *to, int n, off_t at, int flags)
{
	ssize_t (*next)(int, const struct iovec *, int, off_t, int);

	find(&next, "preadv64v2");
	if ((flags & RWF_NOWAIT) != 0 && is_stalled(fd)) {
		errno = EAGAIN;
		return -1;
	}
	stall(fd);
	return next(fd, to, n, at, flags);
}

ssize_t pwrite64(int fd, const void *from, size_t n, off_t at)
{
	ssize_t (*next)(int, const void *, size_t, off_t);

	find(&next, "pwrite64");
	stall(fd);
	return next(fd, from, n, at);
}

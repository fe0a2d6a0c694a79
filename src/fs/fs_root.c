/* SPDX-License-Identifier: MIT */
#include "fs/fs_root.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fs/fs_status.h"

/* openat2(2): EAGAIN when something was renamed meanwhile; once or twice is enough. */
#define RACES_MAX 16

/* The shares in use: as many as the configuration has, so a list will do. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct fs_root *roots;

static struct fs_root *find(const char *path)
{
	for (struct fs_root *r = roots; r != NULL; r = r->next)
		if (strcmp(r->path, path) == 0)
			return r;
	return NULL;
}

static uint32_t root_new(struct fs_root **out, const char *path)
{
	struct fs_root *root = calloc(1, sizeof *root);
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int error = fd < 0 ? errno : 0;

	if (root != NULL)
		root->path = strdup(path);
	if (error == 0 && (root == NULL || root->path == NULL))
		error = ENOMEM;
	if (error != 0) {
		if (fd >= 0)
			close(fd);
		if (root != NULL)
			free(root->path);
		free(root);
		return fs_status(error);
	}
	root->fd = fd;
	root->next = roots;
	roots = root;
	*out = root;
	return NT_STATUS_SUCCESS;
}

uint32_t fs_root_get(struct fs_root **out, const char *path)
{
	uint32_t status = NT_STATUS_SUCCESS;

	pthread_mutex_lock(&lock);
	*out = find(path);
	if (*out == NULL)
		status = root_new(out, path);
	if (status == NT_STATUS_SUCCESS)
		(*out)->references++;
	pthread_mutex_unlock(&lock);
	return status;
}

void fs_root_put(struct fs_root *root)
{
	struct fs_root **at = &roots;

	if (root == NULL)
		return;
	pthread_mutex_lock(&lock);
	if (--root->references == 0) {
		while (*at != root)
			at = &(*at)->next;
		*at = root->next;
		close(root->fd);
		free(root->path);
		free(root);
	}
	pthread_mutex_unlock(&lock);
}

int fs_root_open(const struct fs_root *root, const char *path, int flags, mode_t mode)
{
	struct open_how how = {
		.flags = (uint64_t)(unsigned)(flags | O_CLOEXEC),
		.mode = flags & O_CREAT ? mode : 0,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	long fd = -1;

	/* Neither flag may stand beside O_PATH. */
	if (!(flags & O_PATH))
		how.flags |= O_NONBLOCK | O_NOCTTY;
	if (*path == '\0')
		path = ".";
	for (int i = 0; i < RACES_MAX; i++) {
		fd = syscall(SYS_openat2, root->fd, path, &how, sizeof how);
		if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
			break;
	}
	if (fd < 0 && errno == EXDEV)
		errno = EACCES;
	return (int)fd;
}

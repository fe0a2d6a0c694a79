/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "fs/fs_dircache.h"
#include "fs/fs_name.h"
#include "fs/fs_root.h"
#include "fs/fs_status.h"

/* A path that grows by components. */
struct path {
	char text[FS_PATH_MAX];
	size_t n;
};

static bool path_add(struct path *p, struct view name)
{
	size_t slash = p->n > 0 ? 1 : 0;

	if (name.n + slash >= sizeof p->text - p->n)
		return false;
	if (slash)
		p->text[p->n] = '/';
	memcpy(p->text + p->n + slash, name.p, name.n);
	p->n += slash + name.n;
	p->text[p->n] = '\0';
	return true;
}

static void path_cut(struct path *p, size_t n)
{
	p->n = n;
	p->text[n] = '\0';
}

/*
 * The name in this directory that is equal but for case.  A directory that can't be read is
 * one in which names must be exact; one that can't be read just now is not.
 */
static int add_folded(struct path *p, const struct fs_root *root, struct view name)
{
	int fd = fs_root_open(root, p->text, O_RDONLY | O_DIRECTORY, 0);
	char found[FS_NAME_BYTES_MAX + 1];
	int error = fd < 0 ? errno : fs_dircache_find(found, fd, name);

	if (error != 0)
		return fs_status_is_short(error) ? error : ENOENT;
	return path_add(p, view_of_string(found)) ? 0 : ENAMETOOLONG;
}

/* Adds one more component as it stands on the disk. */
static int add_existing(struct path *p, const struct fs_root *root, struct view name)
{
	size_t before = p->n;
	int fd;

	if (!path_add(p, name))
		return ENAMETOOLONG;
	fd = fs_root_open(root, p->text, O_PATH, 0);
	if (fd >= 0) {
		close(fd);
		return 0;
	}
	if (errno != ENOENT)
		return errno;
	path_cut(p, before);
	return add_folded(p, root, name);
}

/* The status of an error in a component before the last. */
static uint32_t path_status(int error)
{
	if (error == ENOENT || error == ENOTDIR)
		return NT_STATUS_OBJECT_PATH_NOT_FOUND;
	return fs_status(error);
}

/* The path as it stands on the disk; all but its last component must be there. */
static uint32_t find_path(struct path *p, const struct fs_root *root, const char *path)
{
	path_cut(p, 0);
	while (*path != '\0') {
		struct view name = view_of(path, strcspn(path, "/"));
		bool last = path[name.n] == '\0';
		int error = add_existing(p, root, name);

		if (error == ENOENT && last)
			return path_add(p, name) ? NT_STATUS_SUCCESS
						 : NT_STATUS_OBJECT_NAME_INVALID;
		if (error != 0)
			return last && error != ENOTDIR ? fs_status(error)
							: path_status(error);
		path += name.n + (last ? 0 : 1);
	}
	return NT_STATUS_SUCCESS;
}

static uint32_t open_parent(struct fs_place *out, const struct fs_root *root)
{
	char *slash = strrchr(out->path, '/');

	out->name = slash == NULL ? out->path : slash + 1;
	if (slash != NULL)
		*slash = '\0';
	out->parent =
		fs_root_open(root, slash == NULL ? "" : out->path, O_PATH | O_DIRECTORY, 0);
	if (slash != NULL)
		*slash = '/';
	return out->parent >= 0 ? NT_STATUS_SUCCESS : path_status(errno);
}

uint32_t fs_place_find(struct fs_place *out, const struct fs_root *root, const char *path)
{
	struct path found;
	uint32_t status;

	*out = (struct fs_place){.name = "", .parent = -1};
	out->object = fs_root_open(root, path, O_PATH, 0);
	if (out->object < 0 && errno != ENOENT && errno != ENOTDIR)
		return fs_status(errno);
	if (out->object < 0) {
		status = find_path(&found, root, path);
		if (status != NT_STATUS_SUCCESS)
			return status;
		out->object = fs_root_open(root, found.text, O_PATH, 0);
		path = found.text;
	}
	if (strlen(path) >= sizeof out->path)
		return NT_STATUS_OBJECT_NAME_INVALID;
	memcpy(out->path, path, strlen(path) + 1);
	return *path == '\0' ? NT_STATUS_SUCCESS : open_parent(out, root);
}

void fs_place_release(struct fs_place *place)
{
	if (place->parent >= 0)
		close(place->parent);
	if (place->object >= 0)
		close(place->object);
	place->parent = -1;
	place->object = -1;
}

/* SPDX-License-Identifier: MIT */
#include "fs/fs_ea.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/xattr.h>

#include "fs/fs_proc.h"
#include "fs/fs_status.h"

#define PREFIX     "user."
#define PREFIX_LEN (sizeof PREFIX - 1)

/* XATTR_LIST_MAX: the kernel tells no longer one. */
#define LIST_MAX 65536

/* Per entry of [MS-FSA] 2.1.5.12.11: flags, two lengths and a NUL; and the list's own. */
#define ENTRY_FIXED 5u
#define LIST_FIXED  4u

/* ---------------------------------------------------------------------------- names -- */

bool fs_ea_name_is_valid(struct view name)
{
	static const char no[] = "\"*+,/:;<=>?[\\]|";

	if (name.n == 0 || name.n > FS_EA_NAME_MAX)
		return false;
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] < ' ' || name.p[i] >= 0x7f || strchr(no, name.p[i]) != NULL)
			return false;
	return true;
}

static bool is_servers_own(const char *name)
{
	static const char *const own[] = {"DOSATTRIB", "DOSTIMESTAMPS", "SAMBA_PAI",
					  "SAMBA_STREAMS"};
	static const char streams[] = "DosStream.";

	for (size_t i = 0; i < sizeof own / sizeof own[0]; i++)
		if (strcasecmp(name, own[i]) == 0)
			return true;
	return strncasecmp(name, streams, sizeof streams - 1) == 0;
}

/* One that a client may have heard of. */
static bool is_shown(const char *xattr)
{
	const char *name = xattr + PREFIX_LEN;

	return strncmp(xattr, PREFIX, PREFIX_LEN) == 0 && !is_servers_own(name) &&
	       fs_ea_name_is_valid(view_of(name, strlen(name)));
}

/* ---------------------------------------------------------------------------- walking --
 */

/* What one walk needs: the names, and room for a value. */
struct room {
	char list[LIST_MAX];
	char value[FS_EA_TOTAL_MAX];
	size_t n;
};

static int load_list(struct room *room, const char *path)
{
	ssize_t n = listxattr(path, room->list, sizeof room->list);

	room->n = n < 0 ? 0 : (size_t)n;
	return n < 0 && errno != EOPNOTSUPP ? errno : 0;
}

static const char *next_name(const struct room *room, const char *name)
{
	name = name == NULL ? room->list : name + strlen(name) + 1;
	while (name < room->list + room->n && !is_shown(name))
		name += strlen(name) + 1;
	return name < room->list + room->n ? name : NULL;
}

static int walk_as_user(struct room *room, const char *path, const struct fs_ea_walk *walk)
{
	const char *name = NULL;
	int error = load_list(room, path);
	bool more = true;

	while (error == 0 && more && (name = next_name(room, name)) != NULL) {
		ssize_t n = getxattr(path, name, room->value, sizeof room->value);

		/* It went meanwhile; or it is longer than any that is told. */
		if (n < 0 && (errno == ENODATA || errno == ERANGE))
			continue;
		if (n < 0)
			error = errno;
		else
			more = walk->each(walk->ctx, view_of_string(name + PREFIX_LEN),
					  view_of(room->value, (size_t)n));
	}
	return error;
}

uint32_t fs_ea_each(const struct fs_file *file, const struct fs_ea_walk *walk)
{
	struct room *room = malloc(sizeof *room);
	int error;

	if (room == NULL)
		return NT_STATUS_NO_MEMORY;
	if (!fs_who_enter(&file->who)) {
		free(room);
		return NT_STATUS_ACCESS_DENIED;
	}
	error = walk_as_user(room, fs_proc_name(file->fd).text, walk);
	fs_who_leave(&file->who);
	free(room);
	return fs_status(error);
}

static bool add_size(void *ctx, struct view name, struct view value)
{
	size_t *total = ctx;

	*total += ENTRY_FIXED + name.n + value.n;
	return true;
}

uint32_t fs_ea_size(const struct fs_file *file)
{
	size_t total = 0;
	const struct fs_ea_walk walk = {add_size, &total};

	if (fs_ea_each(file, &walk) != NT_STATUS_SUCCESS || total == 0)
		return 0;
	total += LIST_FIXED;
	return total > FS_EA_TOTAL_MAX ? FS_EA_TOTAL_MAX : (uint32_t)total;
}

/* ---------------------------------------------------------------------------- setting --
 */

struct xattr_name {
	char text[PREFIX_LEN + FS_EA_NAME_MAX + 1];
};

/* As it stands on the disk already, whatever its case; else as it is given. */
struct looking {
	struct view name;
	struct xattr_name found;
	size_t total; /* of all others */
};

static void put_name(struct xattr_name *out, struct view name)
{
	memcpy(out->text, PREFIX, PREFIX_LEN);
	memcpy(out->text + PREFIX_LEN, name.p, name.n);
	out->text[PREFIX_LEN + name.n] = '\0';
}

static bool look_at(void *ctx, struct view name, struct view value)
{
	struct looking *l = ctx;

	if (name.n == l->name.n &&
	    strncasecmp((const char *)name.p, (const char *)l->name.p, name.n) == 0)
		put_name(&l->found, name);
	else
		l->total += ENTRY_FIXED + name.n + value.n;
	return true;
}

static uint32_t ea_status(int error)
{
	switch (error) {
	case EOPNOTSUPP:
		return NT_STATUS_EAS_NOT_SUPPORTED;
	case E2BIG:
	case ERANGE:
	case ENOSPC: /* an inode's block is full long before the disk is */
		return NT_STATUS_EA_TOO_LARGE;
	case ENODATA:
		return NT_STATUS_SUCCESS; /* of what is to go */
	default:
		return fs_status(error);
	}
}

static int store(const struct fs_file *file, const char *name, struct view value)
{
	struct fs_proc_name path = fs_proc_name(file->fd);
	int error = 0;

	if (!fs_who_enter(&file->who))
		return EACCES;
	if ((value.n > 0 ? setxattr(path.text, name, value.p, value.n, 0)
			 : removexattr(path.text, name)) != 0)
		error = errno;
	fs_who_leave(&file->who);
	return error;
}

uint32_t fs_ea_set(const struct fs_file *file, struct view name, struct view value)
{
	struct looking l = {.name = name};
	const struct fs_ea_walk walk = {look_at, &l};

	if (!fs_ea_name_is_valid(name))
		return NT_STATUS_INVALID_EA_NAME;
	put_name(&l.found, name);
	if (is_servers_own(l.found.text + PREFIX_LEN))
		return NT_STATUS_ACCESS_DENIED;
	/* Who may not read them finds no other spelling; and one is no less bounded. */
	(void)fs_ea_each(file, &walk);
	if (value.n > 0 &&
	    l.total + LIST_FIXED + ENTRY_FIXED + name.n + value.n > FS_EA_TOTAL_MAX)
		return NT_STATUS_EA_TOO_LARGE;
	return ea_status(store(file, l.found.text, value));
}

/* SPDX-License-Identifier: MIT */
#include "fs/fs_list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/utf16.h"
#include "fs/fs_here.h"
#include "fs/fs_info.h"
#include "fs/fs_name.h"
#include "fs/fs_status.h"
#include "fs/fs_table.h"

/* "." and ".." come first, then what readdir() gives, without them. */
enum next {
	NEXT_DOT,
	NEXT_DOT_DOT,
	NEXT_NAMES,
};

/*
 * One query works on it at a time.  `name` is the entry that is to come next: it stays for
 * the query after, where it found no room.
 */
struct fs_cursor {
	pthread_mutex_t lock;
	DIR *dir; /* NULL: not begun */
	int at;   /* from where its names are looked up */
	struct buf pattern16;
	enum next next;
	bool begun; /* a query has been answered since the (re)start */
	bool waiting;
	char name[FS_NAME_BYTES_MAX + 1];
	struct buf name16;
};

struct fs_cursor *fs_cursor_new(void)
{
	struct fs_cursor *c = calloc(1, sizeof *c);

	if (c == NULL)
		return NULL;
	pthread_mutex_init(&c->lock, NULL);
	buf_init(&c->pattern16, FS_NAME_UNITS_MAX * 2);
	buf_init(&c->name16, FS_NAME_UNITS_MAX * 2);
	return c;
}

void fs_cursor_free(struct fs_cursor *c)
{
	if (c == NULL)
		return;
	if (c->dir != NULL)
		closedir(c->dir);
	buf_release(&c->pattern16);
	buf_release(&c->name16);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

/* ------------------------------------------------------------------- where it is -- */

static uint32_t open_dir(struct fs_cursor *c, const struct fs_file *file)
{
	int fd = openat(file->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return fs_status(errno);
	c->dir = fdopendir(fd);
	if (c->dir != NULL)
		return NT_STATUS_SUCCESS;
	close(fd);
	return NT_STATUS_NO_MEMORY;
}

static bool is_pattern(struct view pattern16)
{
	for (size_t i = 0; i < pattern16.n / 2; i++) {
		uint16_t u = utf16_unit(pattern16, i);

		if (u < 0x20 || u == '\\' || u == '/' || u == ':' || u == '|')
			return false;
	}
	return pattern16.n % 2 == 0 && pattern16.n <= FS_NAME_UNITS_MAX * 2;
}

static uint32_t take_pattern(struct fs_cursor *c, struct view pattern16)
{
	if (pattern16.n == 0)
		pattern16 = view_of("*", 2);
	if (!is_pattern(pattern16))
		return NT_STATUS_OBJECT_NAME_INVALID;
	buf_clear(&c->pattern16);
	return buf_append(&c->pattern16, pattern16) == NS_OK ? NT_STATUS_SUCCESS
							     : NT_STATUS_NO_MEMORY;
}

/* [MS-FSA] 2.1.5.6.3: the first query's pattern stays until a restart brings another. */
static uint32_t begin(struct fs_cursor *c, const struct fs_file *file,
		      const struct fs_list *how)
{
	uint32_t status = NT_STATUS_SUCCESS;

	/* What goes on in the midst of a listing must not fail: a name would be lost. */
	if (buf_reserve(&c->name16, FS_NAME_UNITS_MAX * 2 - c->name16.n) != NS_OK)
		return NT_STATUS_NO_MEMORY;
	if (c->dir == NULL)
		status = open_dir(c, file);
	if (status == NT_STATUS_SUCCESS &&
	    (c->pattern16.n == 0 || (how->restart && how->pattern16.n > 0)))
		status = take_pattern(c, how->pattern16);
	if (status == NT_STATUS_SUCCESS && how->restart) {
		rewinddir(c->dir);
		c->next = NEXT_DOT;
		c->begun = false;
		c->waiting = false;
	}
	return status;
}

/* -------------------------------------------------------------------- what is next -- */

static const char *next_name(struct fs_cursor *c)
{
	const struct dirent *entry;

	switch (c->next) {
	case NEXT_DOT:
		c->next = NEXT_DOT_DOT;
		return ".";
	case NEXT_DOT_DOT:
		c->next = NEXT_NAMES;
		return "..";
	case NEXT_NAMES:
		break;
	}
	do {
		entry = readdir(c->dir);
	} while (entry != NULL &&
		 (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0));
	return entry == NULL ? NULL : entry->d_name;
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* The name as it travels, if it has one and the pattern matches. */
static bool take_name(struct fs_cursor *c, const char *name)
{
	enum ns_err err;

	buf_clear(&c->name16);
	if (is_dots(name))
		err = utf16_from_utf8(&c->name16, view_of_string(name));
	else
		err = fs_name_to_wire(&c->name16, name);
	if (err != NS_OK || strlen(name) >= sizeof c->name ||
	    !fs_name_matches(buf_view(&c->pattern16), buf_view(&c->name16)))
		return false;
	memcpy(c->name, name, strlen(name) + 1);
	return true;
}

/* The next name that the pattern matches is then `waiting`; false: there is none. */
static bool advance(struct fs_cursor *c)
{
	const char *name;

	while (!c->waiting && (name = next_name(c)) != NULL)
		c->waiting = take_name(c, name);
	return c->waiting;
}

/* Of a link: what it leads to, if that lies within the share. */
static bool follow(struct fs_info *out, const struct fs_cursor *c,
		   const struct fs_file *file)
{
	char path[FS_PATH_MAX + FS_NAME_BYTES_MAX + 2];
	struct fs_path *parent = fs_table_path(file);
	int fd = -1;
	bool good;

	snprintf(path, sizeof path, "%s%s%s", parent->text,
		 *parent->text != '\0' ? "/" : "", c->name);
	fs_path_put(parent);
	fd = fs_root_open(file->root, path, O_PATH, 0);
	if (fd < 0)
		return false;
	good = fs_info_at(out, fd, "", c->name) == 0;
	close(fd);
	return good;
}

/*
 * False: it has gone meanwhile, leads outside, or is nothing that is served.  ".." is told
 * with this directory's own data and no id ([MS-FSCC] 2.4.22 allows that), for at the root
 * it is none of the client's business.
 */
static bool get_info(struct fs_info *out, const struct fs_cursor *c,
		     const struct fs_file *file, const struct fs_list *how)
{
	bool good;
	int error;

	if (is_dots(c->name)) {
		good = fs_info_at(out, file->fd, "", ".") == 0;
		if (c->name[1] != '\0')
			out->id = 0;
		return good;
	}
	if (how->names_alone)
		error = fs_info_of_inode(out, c->at, c->name, c->name);
	else
		error = fs_info_at(out, c->at, c->name, c->name);
	if (error != 0)
		return false;
	if (S_ISLNK(out->mode) && !follow(out, c, file))
		return false;
	return fs_info_served(out);
}

static uint32_t list(struct fs_cursor *c, const struct fs_file *file,
		     const struct fs_list *how)
{
	struct fs_entry entry;
	size_t count = 0;

	while (!(how->single && count == 1) && advance(c)) {
		entry.name16 = buf_view(&c->name16);
		if (get_info(&entry.info, c, file, how)) {
			if (!how->each(how->ctx, &entry))
				return count > 0 ? NT_STATUS_SUCCESS
						 : NT_STATUS_INFO_LENGTH_MISMATCH;
			count++;
		}
		c->waiting = false;
	}
	if (count > 0)
		return NT_STATUS_SUCCESS;
	return c->begun ? NT_STATUS_NO_MORE_FILES : NT_STATUS_NO_SUCH_FILE;
}

uint32_t fs_list(struct fs_file *file, const struct fs_list *how)
{
	struct fs_cursor *c = file->cursor;
	struct fs_here here = {-1};
	uint32_t status;

	if (c == NULL)
		return NT_STATUS_INVALID_PARAMETER;
	if (!fs_who_enter(&file->who))
		return NT_STATUS_ACCESS_DENIED;
	pthread_mutex_lock(&c->lock);
	status = begin(c, file, how);
	if (status == NT_STATUS_SUCCESS) {
		c->at = fs_here_enter(&here, dirfd(c->dir));
		status = list(c, file, how);
		if (status == NT_STATUS_SUCCESS)
			c->begun = true;
	}
	pthread_mutex_unlock(&c->lock);
	fs_who_leave(&file->who);
	fs_here_leave(&here);
	return status;
}

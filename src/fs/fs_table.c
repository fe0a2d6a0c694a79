/* SPDX-License-Identifier: MIT */
/* Without memory uthash leaves the table as it was, and says so by this. */
#define HASH_NONFATAL_OOM          1
#define uthash_nonfatal_oom(inode) ((inode)->listed = false)

#include "fs/fs_table.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>
#include <utlist.h>

struct fs_inode {
	struct fs_id key;
	struct fs_file *files; /* who hold it; never empty */
	bool delete_pending;
	bool listed;
	struct fs_locks locks;
	UT_hash_handle hh;
};

struct fs_path *fs_path_new(const char *text)
{
	size_t n = strlen(text) + 1;
	struct fs_path *path = malloc(sizeof *path + n);

	if (path == NULL)
		return NULL;
	atomic_init(&path->references, 1);
	memcpy(path->text, text, n);
	return path;
}

static struct fs_path *path_ref(struct fs_path *path)
{
	atomic_fetch_add(&path->references, 1);
	return path;
}

void fs_path_put(struct fs_path *path)
{
	if (path != NULL && atomic_fetch_sub(&path->references, 1) == 1)
		free(path);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct fs_inode *table;

static struct fs_inode *find(struct fs_id key)
{
	struct fs_inode *inode = NULL;

	HASH_FIND(hh, table, &key, sizeof key, inode);
	return inode;
}

static struct fs_inode *add(struct fs_id key)
{
	struct fs_inode *inode = calloc(1, sizeof *inode);

	if (inode == NULL)
		return NULL;
	inode->key = key;
	inode->listed = true;
	HASH_ADD(hh, table, key, sizeof inode->key, inode);
	if (!inode->listed) {
		free(inode);
		return NULL;
	}
	return inode;
}

/* What a share mode must let others do, for `access`. */
static unsigned needs(unsigned access)
{
	return access & FS_APPEND ? (access & ~FS_APPEND) | FS_WRITE : access;
}

/* [MS-FSA] 2.1.5.1.2.2: each must let the other. */
static bool agree(const struct fs_file *a, const struct fs_file *b)
{
	unsigned of_a = needs(a->access), of_b = needs(b->access);

	if (of_a == 0 || of_b == 0)
		return true;
	return (of_a & ~b->share) == 0 && (of_b & ~a->share) == 0;
}

/* Whether anybody but `file` has this oplock, or a stronger one. */
static bool is_cached(const struct fs_inode *inode, const struct fs_file *file,
		      enum fs_oplock level)
{
	const struct fs_file *other;

	DL_FOREACH(inode->files, other)
	if (other != file && !other->closed && other->oplock >= level)
		return true;
	return false;
}

/*
 * 2.1.5.1.2: who has a batch oplock may still hold what he would close, so he is asked
 * before share modes are looked at; who has an exclusive one, after it.
 */
static uint32_t check(const struct fs_inode *inode, const struct fs_file *file)
{
	const struct fs_file *other;

	if (inode->delete_pending)
		return NT_STATUS_DELETE_PENDING;
	if (!file->looks && is_cached(inode, file, FS_OPLOCK_BATCH))
		return NT_STATUS_OPLOCK_BREAK_IN_PROGRESS;
	DL_FOREACH(inode->files, other)
	if (!other->closed && !agree(other, file))
		return NT_STATUS_SHARING_VIOLATION;
	if (!file->looks && is_cached(inode, file, FS_OPLOCK_EXCLUSIVE))
		return NT_STATUS_OPLOCK_BREAK_IN_PROGRESS;
	return NT_STATUS_SUCCESS;
}

/* [MS-FSA] 2.1.5.18.1 */
static enum fs_oplock grantable(const struct fs_file *file, enum fs_oplock wanted)
{
	const struct fs_inode *inode = file->inode;

	if (inode == NULL || file->directory || inode->delete_pending ||
	    is_cached(inode, file, FS_OPLOCK_EXCLUSIVE))
		return FS_OPLOCK_NONE;
	if (wanted > FS_OPLOCK_II && is_cached(inode, file, FS_OPLOCK_NONE))
		return FS_OPLOCK_II;
	return wanted;
}

enum fs_oplock fs_oplock_take(struct fs_file *file, enum fs_oplock wanted)
{
	enum fs_oplock level;

	pthread_mutex_lock(&lock);
	level = grantable(file, wanted);
	file->oplock = level;
	pthread_mutex_unlock(&lock);
	return level;
}

void fs_oplock_lower(struct fs_file *file, enum fs_oplock level)
{
	pthread_mutex_lock(&lock);
	file->oplock = level;
	pthread_mutex_unlock(&lock);
}

uint32_t fs_table_enter(struct fs_file *file)
{
	struct fs_id id = fs_file_id(file);
	struct fs_inode *inode;
	uint32_t status = NT_STATUS_SUCCESS;

	pthread_mutex_lock(&lock);
	inode = find(id);
	if (inode != NULL)
		status = check(inode, file);
	else
		inode = add(id);
	if (inode == NULL)
		status = NT_STATUS_NO_MEMORY;
	if (status == NT_STATUS_SUCCESS) {
		file->inode = inode;
		DL_APPEND(inode->files, file);
	}
	pthread_mutex_unlock(&lock);
	return status;
}

bool fs_table_closing(struct fs_file *file)
{
	struct fs_inode *inode = file->inode;
	const struct fs_file *other;
	bool last = true;

	pthread_mutex_lock(&lock);
	file->closed = true;
	DL_FOREACH(inode->files, other)
	last = last && other->closed;
	if (file->delete_on_close || (file->discard && last))
		inode->delete_pending = true;
	last = last && inode->delete_pending;
	pthread_mutex_unlock(&lock);
	return last;
}

void fs_table_discard(struct fs_file *file, bool created)
{
	pthread_mutex_lock(&lock);
	file->delete_on_close = false;
	file->discard = created;
	pthread_mutex_unlock(&lock);
}

void fs_table_leave(struct fs_file *file)
{
	struct fs_inode *inode = file->inode;

	pthread_mutex_lock(&lock);
	file->inode = NULL;
	DL_DELETE(inode->files, file);
	if (inode->files == NULL) {
		HASH_DEL(table, inode);
		free(inode);
	}
	pthread_mutex_unlock(&lock);
}

void fs_table_set_delete(struct fs_file *file, bool delete_it)
{
	pthread_mutex_lock(&lock);
	if (file->inode != NULL)
		file->inode->delete_pending = delete_it;
	pthread_mutex_unlock(&lock);
}

bool fs_table_delete_pending(const struct fs_file *file)
{
	bool pending;

	pthread_mutex_lock(&lock);
	pending = file->inode != NULL && file->inode->delete_pending;
	pthread_mutex_unlock(&lock);
	return pending;
}

enum fs_hold fs_table_holds(struct fs_id id)
{
	const struct fs_inode *inode;
	enum fs_hold hold = FS_HOLD_NONE;

	pthread_mutex_lock(&lock);
	inode = find(id);
	if (inode != NULL)
		hold = is_cached(inode, NULL, FS_OPLOCK_EXCLUSIVE) ? FS_HOLD_OPLOCK
								   : FS_HOLD_OPEN;
	pthread_mutex_unlock(&lock);
	return hold;
}

bool fs_table_lets_delete(struct fs_id id)
{
	const struct fs_inode *inode;
	const struct fs_file *other;
	bool lets = true;

	pthread_mutex_lock(&lock);
	inode = find(id);
	if (inode != NULL)
		DL_FOREACH(inode->files, other)
	lets = lets && (other->closed || (other->share & FS_DELETE) != 0);
	pthread_mutex_unlock(&lock);
	return lets;
}

bool fs_table_may_fill(struct fs_id directory, const struct fs_file *file)
{
	const struct fs_file filler = {.access = FS_WRITE, .share = FS_READ | FS_WRITE};
	const struct fs_inode *inode;
	const struct fs_file *other;
	bool may = true;

	pthread_mutex_lock(&lock);
	inode = find(directory);
	if (inode != NULL)
		DL_FOREACH(inode->files, other)
	may = may && (other == file || other->closed || agree(other, &filler));
	pthread_mutex_unlock(&lock);
	return may;
}

static bool is_below(const struct fs_file *file, const struct fs_root *root,
		     const char *path)
{
	size_t n = strlen(path);

	return file->root == root && !file->closed &&
	       strncmp(file->path->text, path, n) == 0 && file->path->text[n] == '/';
}

static enum fs_hold holds_below(const struct fs_inode *inode, const struct fs_root *root,
				const char *path)
{
	enum fs_hold hold = FS_HOLD_NONE;
	const struct fs_file *file;

	DL_FOREACH(inode->files, file)
	{
		if (!is_below(file, root, path))
			continue;
		if (file->oplock < FS_OPLOCK_BATCH)
			return FS_HOLD_OPEN;
		hold = FS_HOLD_OPLOCK;
	}
	return hold;
}

/* One who can't be asked to let go: then nobody is. */
enum fs_hold fs_table_holds_below(const struct fs_root *root, const char *path,
				  struct fs_id *cached)
{
	enum fs_hold hold = FS_HOLD_NONE, one;
	const struct fs_inode *inode;

	pthread_mutex_lock(&lock);
	for (inode = table; inode != NULL && hold != FS_HOLD_OPEN; inode = inode->hh.next) {
		one = holds_below(inode, root, path);
		if (one == FS_HOLD_OPLOCK)
			*cached = inode->key;
		if (one != FS_HOLD_NONE)
			hold = one;
	}
	pthread_mutex_unlock(&lock);
	return hold;
}

struct fs_locks *fs_table_hold(const struct fs_file *file)
{
	struct fs_inode *inode;

	pthread_mutex_lock(&lock);
	inode = file->inode != NULL ? file->inode : find(fs_file_id(file));
	return inode != NULL ? &inode->locks : NULL;
}

void fs_table_release(void)
{
	pthread_mutex_unlock(&lock);
}

struct fs_path *fs_table_path(const struct fs_file *file)
{
	struct fs_path *path;

	pthread_mutex_lock(&lock);
	path = path_ref(file->path);
	pthread_mutex_unlock(&lock);
	return path;
}

void fs_table_moved(struct fs_file *file, struct fs_path *path)
{
	struct fs_file *other;
	struct fs_path *old;

	pthread_mutex_lock(&lock);
	old = path_ref(file->path);
	DL_FOREACH(file->inode->files, other)
	{
		if (other != file && strcmp(other->path->text, old->text) != 0)
			continue;
		fs_path_put(other->path);
		other->path = path_ref(path);
	}
	fs_path_put(old);
	pthread_mutex_unlock(&lock);
}

/* SPDX-License-Identifier: MIT */
/* Without memory uthash leaves the table as it was, and says so by this. */
#define HASH_NONFATAL_OOM          1
#define uthash_nonfatal_oom(inode) ((inode)->listed = false)

#include "fs/fs_table.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "fs/fs_inode.h"

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

void fs_table_lock(void)
{
	pthread_mutex_lock(&lock);
}

void fs_table_release(void)
{
	pthread_mutex_unlock(&lock);
}

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
	return (access & (FS_READ | FS_WRITE | FS_DELETE)) |
	       ((access & FS_EXECUTE) != 0 ? FS_READ : 0u) |
	       ((access & FS_APPEND) != 0 ? FS_WRITE : 0u);
}

bool fs_share_agrees(const struct fs_file *a, const struct fs_file *b)
{
	unsigned of_a = needs(a->access), of_b = needs(b->access);

	if (of_a == 0 || of_b == 0)
		return true;
	return (of_a & ~b->share) == 0 && (of_b & ~a->share) == 0;
}

uint32_t fs_table_enter(struct fs_file *file, unsigned *rights)
{
	struct fs_id id = fs_file_id(file);
	struct fs_inode *inode;
	uint32_t status = NT_STATUS_SUCCESS;

	fs_table_lock();
	inode = find(id);
	if (inode == NULL)
		inode = add(id);
	else if (inode->delete_pending)
		status = NT_STATUS_DELETE_PENDING;
	else
		status = fs_cache_check(inode, file, rights);
	if (inode == NULL)
		status = NT_STATUS_NO_MEMORY;
	if (status == NT_STATUS_SUCCESS) {
		file->inode = inode;
		fs_cache_join(inode, file);
		DL_APPEND(inode->files, file);
	}
	fs_table_release();
	return status;
}

bool fs_table_closing(struct fs_file *file)
{
	struct fs_inode *inode = file->inode;
	const struct fs_file *other;
	bool last = true;

	fs_table_lock();
	file->closed = true;
	DL_FOREACH(inode->files, other)
	last = last && other->closed;
	if (file->delete_on_close || (file->discard && last))
		inode->delete_pending = true;
	last = last && inode->delete_pending;
	fs_table_release();
	return last;
}

void fs_table_discard(struct fs_file *file, bool created)
{
	fs_table_lock();
	file->delete_on_close = false;
	file->discard = created;
	fs_table_release();
}

void fs_table_leave(struct fs_file *file)
{
	struct fs_inode *inode = file->inode;

	fs_table_lock();
	file->inode = NULL;
	fs_cache_part(file);
	DL_DELETE(inode->files, file);
	if (inode->files == NULL) {
		HASH_DEL(table, inode);
		free(inode);
	}
	fs_table_release();
}

void fs_table_set_delete(struct fs_file *file, bool delete_it)
{
	fs_table_lock();
	if (file->inode != NULL)
		file->inode->delete_pending = delete_it;
	fs_table_release();
}

bool fs_table_delete_pending(const struct fs_file *file)
{
	bool pending;

	fs_table_lock();
	pending = file->inode != NULL && file->inode->delete_pending;
	fs_table_release();
	return pending;
}

/* Whether who holds it might close it if he was asked. */
static bool may_let_go(const struct fs_file *file)
{
	unsigned right = fs_cache_is_lease(file) ? FS_CACHE_HANDLE : FS_CACHE_WRITE;

	return !file->closed && (file->caches & right) != 0;
}

/* One who can't be asked to let go: then nobody is. */
enum fs_hold fs_table_holds(struct fs_id id)
{
	const struct fs_inode *inode;
	const struct fs_file *file;
	enum fs_hold hold = FS_HOLD_NONE;

	fs_table_lock();
	inode = find(id);
	if (inode != NULL)
		DL_FOREACH(inode->files, file)
	if (hold != FS_HOLD_OPEN)
		hold = may_let_go(file) ? FS_HOLD_CACHED : FS_HOLD_OPEN;
	fs_table_release();
	return hold;
}

bool fs_table_lets_delete(struct fs_id id)
{
	const struct fs_inode *inode;
	const struct fs_file *other;
	bool lets = true;

	fs_table_lock();
	inode = find(id);
	if (inode != NULL)
		DL_FOREACH(inode->files, other)
	lets = lets && (other->closed || (other->share & FS_DELETE) != 0);
	fs_table_release();
	return lets;
}

bool fs_table_handle_cached(const struct fs_file *file)
{
	bool cached;

	fs_table_lock();
	cached = file->inode != NULL && fs_cache_met(file->inode, file, FS_CACHE_HANDLE);
	fs_table_release();
	return cached;
}

bool fs_table_may_fill(struct fs_id directory, const struct fs_file *file)
{
	const struct fs_file filler = {.access = FS_WRITE, .share = FS_READ | FS_WRITE};
	const struct fs_inode *inode;
	const struct fs_file *other;
	bool may = true;

	fs_table_lock();
	inode = find(directory);
	if (inode != NULL)
		DL_FOREACH(inode->files, other)
	may = may && (other == file || other->closed || fs_share_agrees(other, &filler));
	fs_table_release();
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
		if ((file->caches & FS_CACHE_HANDLE) == 0)
			return FS_HOLD_OPEN;
		hold = FS_HOLD_CACHED;
	}
	return hold;
}

enum fs_hold fs_table_holds_below(const struct fs_root *root, const char *path,
				  struct fs_id *cached)
{
	enum fs_hold hold = FS_HOLD_NONE, one;
	const struct fs_inode *inode;

	fs_table_lock();
	for (inode = table; inode != NULL && hold != FS_HOLD_OPEN; inode = inode->hh.next) {
		one = holds_below(inode, root, path);
		if (one == FS_HOLD_CACHED)
			*cached = inode->key;
		if (one != FS_HOLD_NONE)
			hold = one;
	}
	fs_table_release();
	return hold;
}

struct fs_locks *fs_table_hold(const struct fs_file *file)
{
	struct fs_inode *inode;

	fs_table_lock();
	inode = file->inode != NULL ? file->inode : find(fs_file_id(file));
	return inode != NULL ? &inode->locks : NULL;
}

struct fs_path *fs_table_path(const struct fs_file *file)
{
	struct fs_path *path;

	fs_table_lock();
	path = path_ref(file->path);
	fs_table_release();
	return path;
}

void fs_table_moved(struct fs_file *file, struct fs_path *path)
{
	struct fs_file *other;
	struct fs_path *old;

	fs_table_lock();
	old = path_ref(file->path);
	DL_FOREACH(file->inode->files, other)
	{
		if (other != file && strcmp(other->path->text, old->text) != 0)
			continue;
		fs_path_put(other->path);
		other->path = path_ref(path);
	}
	fs_path_put(old);
	fs_table_release();
}

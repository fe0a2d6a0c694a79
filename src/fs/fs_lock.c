/* SPDX-License-Identifier: MIT */
#include "fs/fs_lock.h"

#include <stdlib.h>
#include <utlist.h>

#include "fs/fs_lock_tree.h"
#include "fs/fs_table.h"

/*
 * A lock of {0, 0} meets nothing and is met by nothing, so it is only counted
 * (file->locks_of_nothing).  All others are in one of two trees of their inode, and in the
 * list of their owner, newest first.
 */

/* In all files together: where there is none, nobody has to ask the table. */
static atomic_uint_fast64_t everywhere;

static bool is_nothing(struct fs_range range)
{
	return range.offset == 0 && range.length == 0;
}

static bool is_range(struct fs_range range)
{
	return range.length == 0 ||
	       fs_range_last(range.offset, range.length) >= range.offset;
}

/* [MS-FSA] 2.1.5.8 and 2.1.5.9, "Validation" */
static uint32_t validate(const struct fs_file *file, struct fs_range range)
{
	if (file->directory)
		return NT_STATUS_INVALID_PARAMETER;
	return is_range(range) ? NT_STATUS_SUCCESS : NT_STATUS_INVALID_LOCK_RANGE;
}

/* ------------------------------------------------------------------ under the table -- */

static struct fs_lock **tree_of(struct fs_locks *held, const struct fs_lock *lock)
{
	return lock->exclusive ? &held->exclusive : &held->shared;
}

static void put(struct fs_locks *held, struct fs_file *file, struct fs_lock *lock)
{
	fs_lock_tree_add(tree_of(held, lock), lock);
	DL_PREPEND(file->locks, lock);
	file->lock_count++;
	held->count++;
	atomic_fetch_add(&everywhere, 1);
}

static void take(struct fs_locks *held, struct fs_file *file, struct fs_lock *lock)
{
	fs_lock_tree_remove(tree_of(held, lock), lock);
	DL_DELETE(file->locks, lock);
	file->lock_count--;
	held->count--;
	atomic_fetch_sub(&everywhere, 1);
}

/* 2.1.4.10 with LockIntent: an exclusive lock stands alone, even among its owner's. */
static bool conflicts(const struct fs_locks *held, const struct fs_lock *lock)
{
	struct fs_range range = {lock->offset, lock->length};

	if (!lock->exclusive)
		return fs_lock_tree_meets(held->exclusive, range, lock->owner);
	return fs_lock_tree_meets(held->exclusive, range, NULL) ||
	       fs_lock_tree_meets(held->shared, range, NULL);
}

/* What could not be put is left in *made. */
static uint32_t put_all(struct fs_locks *held, struct fs_file *file, struct fs_lock **made,
			uint32_t nothings)
{
	uint32_t n = 0;

	while (*made != NULL && !conflicts(held, *made)) {
		struct fs_lock *lock = *made;

		DL_DELETE(*made, lock);
		put(held, file, lock);
		n++;
	}
	if (*made == NULL) {
		file->locks_of_nothing += nothings;
		file->lock_count += nothings;
		held->count += nothings;
		return NT_STATUS_SUCCESS;
	}
	for (; n > 0; n--) { /* those that it has newest */
		struct fs_lock *lock = file->locks;

		take(held, file, lock);
		DL_PREPEND(*made, lock);
	}
	return NT_STATUS_LOCK_NOT_GRANTED;
}

/* ------------------------------------------------------------------------- locking -- */

static void free_all(struct fs_lock *list)
{
	while (list != NULL) {
		struct fs_lock *lock = list;

		list = lock->next;
		free(lock);
	}
}

static bool make(struct fs_lock **made, const struct fs_file *file,
		 const struct fs_locking *one)
{
	struct fs_lock *lock = calloc(1, sizeof *lock);

	if (lock == NULL)
		return false;
	lock->offset = one->range.offset;
	lock->length = one->range.length;
	lock->exclusive = one->exclusive;
	lock->owner = file;
	DL_APPEND(*made, lock);
	return true;
}

/* All that can fail for another reason than what is held. */
static uint32_t prepare(struct fs_lock **made, uint32_t *nothings,
			const struct fs_file *file, const struct fs_locking *locks,
			size_t count)
{
	if (count > FS_LOCKS_MAX)
		return NT_STATUS_INSUFFICIENT_RESOURCES;
	for (size_t i = 0; i < count; i++) {
		uint32_t status = validate(file, locks[i].range);

		if (status != NT_STATUS_SUCCESS)
			return status;
		if (is_nothing(locks[i].range))
			++*nothings;
		else if (!make(made, file, &locks[i]))
			return NT_STATUS_NO_MEMORY;
	}
	return NT_STATUS_SUCCESS;
}

uint32_t fs_lock(struct fs_file *file, const struct fs_locking *locks, size_t count)
{
	struct fs_lock *made = NULL;
	uint32_t nothings = 0;
	uint32_t status = prepare(&made, &nothings, file, locks, count);
	struct fs_locks *held;

	if (status == NT_STATUS_SUCCESS) {
		held = fs_table_hold(file);
		if (held == NULL || file->closed)
			status = NT_STATUS_FILE_CLOSED;
		else if (held->count + count > FS_LOCKS_MAX)
			status = NT_STATUS_INSUFFICIENT_RESOURCES;
		else
			status = put_all(held, file, &made, nothings);
		fs_table_release();
	}
	free_all(made);
	return status;
}

/* ----------------------------------------------------------------------- unlocking -- */

static bool unlock_nothing(struct fs_locks *held, struct fs_file *file)
{
	if (file->locks_of_nothing == 0)
		return false;
	file->locks_of_nothing--;
	file->lock_count--;
	held->count--;
	return true;
}

/* 2.1.5.9: an exclusive one, if there is one. */
static struct fs_lock *find(const struct fs_locks *held, const struct fs_file *file,
			    struct fs_range range)
{
	struct fs_lock *lock = fs_lock_tree_find(held->exclusive, file, range);

	return lock != NULL ? lock : fs_lock_tree_find(held->shared, file, range);
}

uint32_t fs_unlock(struct fs_file *file, struct fs_range range)
{
	uint32_t status = validate(file, range);
	struct fs_lock *lock = NULL;
	struct fs_locks *held;
	bool unlocked = false;

	if (status != NT_STATUS_SUCCESS)
		return status;
	held = fs_table_hold(file);
	if (held != NULL && is_nothing(range))
		unlocked = unlock_nothing(held, file);
	else if (held != NULL)
		lock = find(held, file, range);
	if (lock != NULL)
		take(held, file, lock);
	fs_table_release();
	if (lock == NULL && !unlocked)
		return NT_STATUS_RANGE_NOT_LOCKED;
	free(lock);
	return NT_STATUS_SUCCESS;
}

void fs_unlock_all(struct fs_file *file)
{
	struct fs_locks *held = fs_table_hold(file);
	struct fs_lock *mine = file->locks, *lock;

	if (held != NULL && held->count == file->lock_count) {
		held->shared = NULL;
		held->exclusive = NULL;
	} else {
		DL_FOREACH(mine, lock)
		fs_lock_tree_remove(tree_of(held, lock), lock);
	}
	if (held != NULL)
		held->count -= file->lock_count;
	atomic_fetch_sub(&everywhere, file->lock_count - file->locks_of_nothing);
	file->locks = NULL;
	file->lock_count = 0;
	file->locks_of_nothing = 0;
	fs_table_release();
	free_all(mine);
}

/* --------------------------------------------------------------------------- asking -- */

uint32_t fs_locks_held(const struct fs_file *file)
{
	uint32_t n;

	fs_table_hold(file);
	n = file->lock_count;
	fs_table_release();
	return n;
}

/* 2.1.4.10 without LockIntent: a shared lock is in the way of its owner's writing, too. */
bool fs_lock_permits(const struct fs_file *file, struct fs_range range, bool write)
{
	const struct fs_locks *held;
	bool met = false;

	if (atomic_load(&everywhere) == 0 || is_nothing(range))
		return true;
	held = fs_table_hold(file);
	if (held != NULL)
		met = fs_lock_tree_meets(held->exclusive, range, file) ||
		      (write && fs_lock_tree_meets(held->shared, range, NULL));
	fs_table_release();
	return !met;
}

/* SPDX-License-Identifier: MIT */
#include "fs/fs_cache.h"

#include "fs/fs_inode.h"

bool fs_owner_is(const struct fs_owner *a, const struct fs_owner *b)
{
	return a->alone == b->alone && view_equal(view_of(a->lease, sizeof a->lease),
						  view_of(b->lease, sizeof b->lease));
}

bool fs_cache_is_lease(const struct fs_file *file)
{
	return file->owner.alone == NULL;
}

/* Whether this one is there, and caches for somebody else. */
static bool is_other(const struct fs_file *other, const struct fs_file *file)
{
	return !other->closed && !fs_owner_is(&other->owner, &file->owner);
}

bool fs_cache_met(const struct fs_inode *inode, const struct fs_file *file, unsigned rights)
{
	const struct fs_file *other;

	DL_FOREACH(inode->files, other)
	if (is_other(other, file) && (other->caches & rights) != 0)
		return true;
	return false;
}

/* ----------------------------------------------------------------- who opens the file --
 */

/* 2.1.4.12, case OPEN: to read the security is nothing to a lease, but to an oplock. */
static bool disturbs(const struct fs_file *file, const struct fs_file *holder)
{
	return file->looks == FS_USES ||
	       (file->looks == FS_LOOKS_AT_SECURITY && !fs_cache_is_lease(holder));
}

/* Somebody whom this open disturbs, with all of these rights. */
static bool disturbs_any(const struct fs_inode *inode, const struct fs_file *file,
			 unsigned rights, bool oplocks)
{
	const struct fs_file *other;

	DL_FOREACH(inode->files, other)
	if (is_other(other, file) && (other->caches & rights) == rights &&
	    (!oplocks || !fs_cache_is_lease(other)) && disturbs(file, other))
		return true;
	return false;
}

/*
 * OPEN_BREAK_H of 2.1.5.1.2: who caches his handle may close it when he is asked.  One who
 * can't be asked: then nobody is.
 */
static uint32_t check_share(const struct fs_inode *inode, const struct fs_file *file)
{
	uint32_t status = NT_STATUS_SUCCESS;
	const struct fs_file *other;

	DL_FOREACH(inode->files, other)
	{
		if (other->closed || fs_share_agrees(other, file))
			continue;
		if (!is_other(other, file) || (other->caches & FS_CACHE_HANDLE) == 0)
			return NT_STATUS_SHARING_VIOLATION;
		status = NT_STATUS_OPLOCK_BREAK_IN_PROGRESS;
	}
	return status;
}

/*
 * 2.1.5.1.2: who has a batch oplock may still hold what he would close, so he is asked
 * before share modes are looked at; what is written behind the client is asked for last.
 */
uint32_t fs_cache_check(const struct fs_inode *inode, const struct fs_file *file,
			unsigned *rights)
{
	uint32_t status;

	*rights = FS_CACHE_WRITE | (file->empties ? FS_CACHE_READ : 0u);
	if (disturbs_any(inode, file, FS_OPLOCK_BATCH, true))
		return NT_STATUS_OPLOCK_BREAK_IN_PROGRESS;
	status = check_share(inode, file);
	if (status == NT_STATUS_OPLOCK_BREAK_IN_PROGRESS)
		*rights = FS_CACHE_HANDLE;
	if (status == NT_STATUS_SUCCESS && file->removes &&
	    fs_cache_met(inode, file, FS_CACHE_HANDLE)) {
		/* Who kept his handle would keep the name, too. */
		*rights |= FS_CACHE_HANDLE;
		status = NT_STATUS_OPLOCK_BREAK_IN_PROGRESS;
	}
	if (status == NT_STATUS_SUCCESS && disturbs_any(inode, file, FS_CACHE_WRITE, false))
		status = NT_STATUS_OPLOCK_BREAK_IN_PROGRESS;
	return status;
}

/* ------------------------------------------------------------------ who may cache what --
 */

void fs_cache_join(const struct fs_inode *inode, struct fs_file *file)
{
	struct fs_file *other;

	file->same_prev = file;
	file->same_next = file;
	DL_FOREACH(inode->files, other)
	{
		if (other->closed || !fs_owner_is(&other->owner, &file->owner))
			continue;
		file->caches = other->caches;
		file->same_prev = other;
		file->same_next = other->same_next;
		other->same_next->same_prev = file;
		other->same_next = file;
		return;
	}
}

void fs_cache_part(struct fs_file *file)
{
	file->same_prev->same_next = file->same_next;
	file->same_next->same_prev = file->same_prev;
}

static bool is_alone(const struct fs_file *file)
{
	const struct fs_file *other;

	DL_FOREACH(file->inode->files, other)
	if (is_other(other, file) && (other->looks == FS_USES || other->caches != 0))
		return false;
	return true;
}

/* 2.1.5.18.1 and .2; an exclusive oplock even who only looks is in the way of. */
static unsigned oplock_for(const struct fs_file *file, unsigned wanted)
{
	const struct fs_file *other;
	bool shared = false, handle = false;

	DL_FOREACH(file->inode->files, other)
	{
		if (!is_other(other, file))
			continue;
		shared = true;
		handle = handle || (other->caches & FS_CACHE_HANDLE) != 0;
	}
	if (file->inode->delete_pending || (shared && handle))
		return FS_OPLOCK_NONE;
	return shared ? wanted & FS_OPLOCK_II : wanted;
}

/* 2.1.5.18: what another has locked, nobody reads from his cache. */
static bool is_locked(const struct fs_file *file)
{
	const struct fs_file *other;

	DL_FOREACH(file->inode->files, other)
	if (is_other(other, file) && other->lock_count > 0)
		return true;
	return false;
}

/* 2.1.5.18.1 and .2: with level II of another goes a lease that reads alone. */
static unsigned lease_for(const struct fs_file *file, unsigned wanted)
{
	const struct fs_file *other;

	if (!is_alone(file))
		wanted &= ~FS_CACHE_WRITE;
	if (file->inode->delete_pending)
		wanted &= ~FS_CACHE_HANDLE;
	DL_FOREACH(file->inode->files, other)
	if (is_other(other, file) && other->caches != 0 && !fs_cache_is_lease(other))
		wanted &= ~FS_CACHE_HANDLE;
	return wanted;
}

static unsigned grantable(const struct fs_file *file, unsigned wanted)
{
	if (file->inode == NULL || file->directory || is_locked(file) ||
	    fs_cache_met(file->inode, file, FS_CACHE_WRITE))
		return 0;
	return fs_cache_is_lease(file) ? lease_for(file, wanted) : oplock_for(file, wanted);
}

/* Not by a walk over all who have the file: many may let go at the same moment. */
static void give(struct fs_file *file, unsigned rights)
{
	struct fs_file *other = file;

	file->caches = rights;
	if (file->inode == NULL)
		return;
	while ((other = other->same_next) != file)
		other->caches = rights;
}

unsigned fs_cache_take(struct fs_file *file, unsigned wanted, bool more)
{
	unsigned rights;

	fs_table_lock();
	rights = grantable(file, wanted);
	if (more && (rights != wanted || (file->caches & ~wanted) != 0))
		rights = file->caches;
	give(file, rights);
	fs_table_release();
	return rights;
}

void fs_cache_lower(struct fs_file *file, unsigned rights)
{
	fs_table_lock();
	give(file, rights);
	fs_table_release();
}

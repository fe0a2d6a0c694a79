/* SPDX-License-Identifier: MIT */
/* Without memory uthash leaves the table as it was, and says so by this. */
#define HASH_NONFATAL_OOM          1
#define uthash_nonfatal_oom(inode) ((inode)->listed = false)

#include "server/file/caching.h"

#include <stdlib.h>
#include <uthash.h>
#include <utlist.h>

#include "server/job.h"

struct caching_inode {
	struct fs_id key;
	struct caching *holders; /* never empty */
	bool listed;
	UT_hash_handle hh;
};

/* ------------------------------------------------------------------ who holds which -- */

static struct caching_inode *find(const struct server *server, struct fs_id key)
{
	struct caching_inode *inode = NULL;

	HASH_FIND(hh, server->cached, &key, sizeof(key), inode);
	return inode;
}

static struct caching_inode *find_or_add(struct server *server, struct fs_id key)
{
	struct caching_inode *inode = find(server, key);

	if (inode != NULL)
		return inode;
	inode = calloc(1, sizeof(*inode));
	if (inode == NULL)
		return NULL;
	inode->key = key;
	inode->listed = true;
	HASH_ADD(hh, server->cached, key, sizeof(inode->key), inode);
	if (inode->listed)
		return inode;
	free(inode);
	return NULL;
}

static uint64_t *counter_of(const struct caching *c)
{
	struct server_counters *counters = &c->server->counters;

	return c->kind->is_lease ? &counters->leases_now : &counters->oplocks_now;
}

/* It has no rights any more. */
static void leave_inode(struct caching *c)
{
	struct caching_inode *inode = c->inode;

	if (inode == NULL)
		return;
	c->inode = NULL;
	(*counter_of(c))--;
	DL_DELETE(inode->holders, c);
	if (inode->holders != NULL)
		return;
	HASH_DEL(c->server->cached, inode);
	free(inode);
}

bool caching_hold(struct caching *c, unsigned rights)
{
	if (rights != 0 && c->inode == NULL) {
		c->inode = find_or_add(c->server, fs_file_id(c->file));
		if (c->inode == NULL)
			return false;
		DL_APPEND(c->inode->holders, c);
		(*counter_of(c))++;
	}
	c->rights = rights;
	return true;
}

/* As caching_hold(), of less than it had. */
static void lower(struct caching *c, unsigned rights)
{
	c->rights = rights;
	fs_cache_lower(c->file, rights);
	if (rights == 0)
		leave_inode(c);
}

/* -------------------------------------------------------------------------- breaking -- */

static void stop(struct caching *c)
{
	if (c->breaking) {
		DL_DELETE2(c->server->breaking, c, late_prev, late_next);
		c->server->counters.breaks_now--;
	}
	c->breaking = false;
	c->again = false;
	c->until = 0;
}

static void tell_or_close(struct caching *c, unsigned from, unsigned to)
{
	c->until = c->server->now + CACHING_BREAK_MS;
	if (!c->kind->tell(c, from, to))
		c->kind->close(c);
}

/* 3.3.4.7: whether who has these rights must say that he has let go of them. */
static bool is_acknowledged(unsigned rights)
{
	return (rights & ~FS_CACHE_READ) != 0;
}

static void break_now(struct caching *c, unsigned to)
{
	unsigned from = c->rights;

	if (is_acknowledged(from)) {
		c->breaking = true;
		c->to = to;
		DL_APPEND2(c->server->breaking, c, late_prev, late_next);
		c->server->counters.breaks_now++;
		tell_or_close(c, from, to);
	} else { /* to be told is to let go */
		lower(c, to);
		tell_or_close(c, from, to);
		caching_resume(c->server, caching_waiters_take(&c->waiters));
	}
}

static void break_to(struct caching *c, unsigned to)
{
	if (c->breaking) {
		c->required &= to;
		return;
	}
	c->required = to;
	break_now(c, to);
}

/* Its own is not in anybody's way; but level II, of which others may have some, 2.1.4.12.
 */
static bool is_own(const struct caching *c, const struct fs_owner *owner)
{
	return owner != NULL && fs_owner_is(&c->file->owner, owner) &&
	       (c->kind->is_lease || c->rights != FS_OPLOCK_II);
}

/* Another's that has more than it may keep; `untold`: and was not told so yet. */
static bool is_in_the_way(const struct caching *c, const struct fs_conflict *met,
			  const struct fs_owner *owner, bool untold)
{
	unsigned left = c->kind->without(c, met->rights);

	if (left == c->rights || is_own(c, owner))
		return false;
	return !untold || !c->breaking || (c->required & ~left) != 0;
}

/*
 * Telling one may end others with its connection: they are there until the turn is over,
 * have no rights any more, and lead on to the end of the list.
 */
static void tell_all(const struct caching_inode *inode, const struct fs_conflict *met,
		     const struct fs_owner *owner)
{
	struct caching *c, *next;

	DL_FOREACH_SAFE(inode->holders, c, next)
	{
		if (is_in_the_way(c, met, owner, true))
			break_to(c, c->kind->without(c, met->rights));
	}
}

/* The owner may be the waiter's, who may be gone when somebody has been told. */
static void tell_all_but(struct server *server, const struct fs_conflict *met,
			 const struct fs_owner *owner)
{
	const struct caching_inode *inode = find(server, met->file);
	const struct fs_conflict what = *met;
	struct fs_owner spared = {0};

	if (inode == NULL)
		return;
	if (owner != NULL)
		spared = *owner;
	tell_all(inode, &what, owner != NULL ? &spared : NULL);
}

/* The first of those who are; NULL. */
static struct caching *in_the_way(const struct server *server,
				  const struct fs_conflict *met,
				  const struct fs_owner *owner)
{
	const struct caching_inode *inode = find(server, met->file);
	struct caching *c;

	if (inode == NULL)
		return NULL;
	DL_FOREACH(inode->holders, c)
	{
		if (is_in_the_way(c, met, owner, false))
			return c;
	}
	return NULL;
}

void caching_wait(struct server *server, struct caching_waiter *w)
{
	struct caching *c = in_the_way(server, &w->met, w->owner);

	if (c == NULL) {
		server_submit(server, w->job);
		return;
	}
	/* First, so that it comes back whatever becomes of the holder. */
	caching_waiters_add(server, &c->waiters, w);
	tell_all_but(server, &w->met, w->owner);
}

void caching_changed(struct server *server, struct fs_id file, const struct fs_owner *owner)
{
	tell_all_but(server, &(struct fs_conflict){file, FS_CACHE_READ}, owner);
}

/*
 * Others want more than the client was told: that is told now, in steps as Windows does,
 * the last of which takes READ alone.
 */
static void break_on(struct caching *c, unsigned rights)
{
	unsigned to = c->required;

	if (is_acknowledged(rights))
		to |= rights & FS_CACHE_READ;
	stop(c);
	lower(c, rights);
	c->again = true;
	break_now(c, to);
}

void caching_settle(struct caching *c, unsigned rights)
{
	struct server *server = c->server;

	if (c->kind->is_lease && (rights & ~c->required) != 0) {
		break_on(c, rights);
		return;
	}
	stop(c);
	lower(c, rights);
	caching_resume(server, caching_waiters_take(&c->waiters));
}

struct caching_waiter *caching_leave(struct caching *c)
{
	stop(c);
	if (c->inode != NULL)
		lower(c, 0);
	return caching_waiters_take(&c->waiters);
}

/* ------------------------------------------------------------------------------ time -- */

uint64_t cachings_next_deadline(const struct server *server)
{
	return server->breaking != NULL ? server->breaking->until : UINT64_MAX;
}

void cachings_tick(struct server *server)
{
	while (cachings_next_deadline(server) <= server->now)
		caching_settle(server->breaking, 0);
}

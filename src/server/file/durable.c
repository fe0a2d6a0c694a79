/* SPDX-License-Identifier: MIT */
/* Without memory uthash leaves the table as it was, and says so by this. */
#define HASH_NONFATAL_OOM      1
#define uthash_nonfatal_oom(d) ((d)->listed = false)

#include "server/file/durable.h"

#include <stdlib.h>
#include <utlist.h>

#include "server/file/file.h"
#include "server/open_owner.h"
#include "server/server_config.h"

/* 3.3.5.9.10: whoever can do something with the file may ask for it twice. */
#define RIGHTS_REPLAYED                                                                    \
	(FILE_READ_DATA | FILE_EXECUTE | FILE_WRITE_DATA | FILE_APPEND_DATA | ACCESS_DELETE)

bool durable_ask_agrees(const struct durable_ask *ask)
{
	unsigned v1 = ask->contexts & (DURABLE_ASK_NEW | DURABLE_ASK_AGAIN);
	unsigned v2 = ask->contexts & (DURABLE_ASK_NEW_V2 | DURABLE_ASK_AGAIN_V2);

	return v2 == 0 || (v1 == 0 && v2 != (DURABLE_ASK_NEW_V2 | DURABLE_ASK_AGAIN_V2));
}

/* -------------------------------------------------------------------- being granted -- */

/* Connections of one client have one ClientGuid, and a client's CreateGuids differ. */
static void put_guids(uint8_t guids[2 * SMB2_GUID_LEN], const struct request *rq,
		      const struct durable_ask *ask)
{
	memcpy(guids, rq->conn->client_guid, SMB2_GUID_LEN);
	memcpy(guids + SMB2_GUID_LEN, ask->create_guid, SMB2_GUID_LEN);
}

static struct durable *find_replayable(struct server *server,
				       const uint8_t guids[2 * SMB2_GUID_LEN])
{
	struct durable *d;

	HASH_FIND(by_guid, server->replays, guids, 2 * SMB2_GUID_LEN, d);
	if (d == NULL || !d->file->open.used)
		return d;
	HASH_DELETE(by_guid, server->replays, d);
	d->replayable = false;
	return NULL;
}

/* Enters both tables or none. */
static bool enter(struct durable *d, struct server *server)
{
	d->listed = true;
	if (d->granted)
		HASH_ADD(by_id, server->durables, persistent_id, sizeof(d->persistent_id),
			 d);
	if (!d->listed)
		return false;
	if (d->replayable)
		HASH_ADD(by_guid, server->replays, guids, sizeof(d->guids), d);
	if (d->listed)
		return true;
	if (d->granted)
		HASH_DELETE(by_id, server->durables, d);
	return false;
}

static struct durable durable_of(struct srv_file *f, const struct request *rq,
				 const struct durable_ask *ask, enum fs_action action)
{
	struct durable d = {
		.file = f,
		.granted = !f->open.is_directory && srv_file_handle_cached(f),
		.v2 = (ask->contexts & DURABLE_ASK_NEW_V2) != 0,
		.timeout = ask->timeout,
		.action = action,
		.persistent_id = f->open.id.persistent_id,
	};

	put_guids(d.guids, rq, ask);
	/* There may be one: two by the same guids were under way at the same time. */
	d.replayable = d.v2 && open_may(&f->open, RIGHTS_REPLAYED) &&
		       find_replayable(rq->server, d.guids) == NULL;
	return d;
}

void durable_grant(struct srv_file *f, const struct request *rq, struct durable_ask *ask,
		   enum fs_action action)
{
	struct durable v = durable_of(f, rq, ask, action);
	struct open_owner *owner;
	struct durable *d;

	if ((ask->contexts & (DURABLE_ASK_NEW | DURABLE_ASK_NEW_V2)) == 0 ||
	    (!v.granted && !v.replayable))
		return;
	owner = open_owner_of(rq->session);
	d = owner != NULL ? malloc(sizeof(*d)) : NULL;
	if (d == NULL)
		return;
	*d = v;
	if (!enter(d, rq->server)) {
		free(d);
		return;
	}
	f->open.owner = open_owner_ref(owner);
	f->durable = d;
	ask->granted = d->granted;
}

/* ----------------------------------------------------------- detached and attached -- */

static bool is_full(const struct server *server, const struct open_owner *owner)
{
	return server->counters.durables_now >= DURABLES_DETACHED_MAX ||
	       owner->detached >= DURABLES_PER_USER_MAX;
}

static void expect(struct server *server, uint64_t until)
{
	if (server->next_scavenge > until)
		server->next_scavenge = until;
}

bool durable_will_keep(const struct srv_file *f)
{
	const struct server *server = f->open.server;

	return f->durable != NULL && f->durable->granted && srv_file_handle_cached(f) &&
	       !srv_file_caching(f)->breaking && !server->draining &&
	       !is_full(server, f->open.owner);
}

bool durable_keep(struct srv_file *f)
{
	struct server *server = f->open.server;
	struct durable *d = f->durable;

	if (!durable_will_keep(f))
		return false;
	d->share = f->open.tree->share;
	d->until = server->now + d->timeout;
	expect(server, d->until);
	DL_APPEND(server->detached, d);
	server->counters.durables_now++;
	f->open.owner->detached++;
	return true;
}

/* It waits no more, for whatever reason. */
static void unlist(struct durable *d)
{
	struct server *server = d->file->open.server;

	if (d->until == 0)
		return;
	d->until = 0;
	d->share = NULL;
	DL_DELETE(server->detached, d);
	server->counters.durables_now--;
	d->file->open.owner->detached--;
}

void durable_leave(struct srv_file *f)
{
	struct server *server = f->open.server;
	struct durable *d = f->durable;

	if (d == NULL)
		return;
	unlist(d);
	if (d->granted)
		HASH_DELETE(by_id, server->durables, d);
	if (d->replayable)
		HASH_DELETE(by_guid, server->replays, d);
	d->granted = false;
	d->replayable = false;
}

/* -------------------------------------------------------------------- being had back -- */

/* Whether it is what is asked for. */
static bool is_it(const struct durable *d, const struct request *rq,
		  const struct durable_ask *ask)
{
	bool v2 = (ask->contexts & DURABLE_ASK_AGAIN_V2) != 0;

	if (d->until <= rq->server->now || d->share != rq->tree->share ||
	    !srv_file_handle_cached(d->file))
		return false;
	/* Each version may ask for what the other has made; of version 1 it is all zero. */
	return !v2 || view_equal(view_of(d->guids + SMB2_GUID_LEN, SMB2_GUID_LEN),
				 view_of(ask->create_guid, SMB2_GUID_LEN));
}

uint32_t durable_find(struct srv_file **out, const struct request *rq,
		      const struct durable_ask *ask)
{
	const uint64_t id = ask->file_id.persistent_id;
	uint32_t granted;
	struct durable *d;

	*out = NULL;
	HASH_FIND(by_id, rq->server->durables, &id, sizeof(id), d);
	if (d == NULL || !is_it(d, rq, ask))
		return NT_STATUS_OBJECT_NAME_NOT_FOUND;
	if ((ask->flags & SMB2_DHANDLE_FLAG_PERSISTENT) != 0)
		return NT_STATUS_INVALID_PARAMETER;
	/* The tree may give less than that on which it was opened. */
	if (!open_owner_is(d->file->open.owner, rq->session) ||
	    !open_map_access(rq->tree, d->file->open.access, &granted))
		return NT_STATUS_ACCESS_DENIED;
	*out = d->file;
	return NT_STATUS_SUCCESS;
}

uint32_t durable_take(struct srv_file *f, const struct request *rq)
{
	enum ns_err err = open_attach(&f->open, rq->tree);

	if (err != NS_OK)
		return open_status(err);
	unlist(f->durable);
	rq->server->counters.durables_reconnected++;
	return NT_STATUS_SUCCESS;
}

uint32_t durable_find_replayed(struct srv_file **out, const struct request *rq,
			       const struct durable_ask *ask)
{
	uint8_t guids[2 * SMB2_GUID_LEN];
	const struct open *o;
	struct durable *d;

	*out = NULL;
	if ((ask->contexts & DURABLE_ASK_NEW_V2) == 0)
		return NT_STATUS_SUCCESS;
	put_guids(guids, rq, ask);
	d = find_replayable(rq->server, guids);
	if (d == NULL)
		return NT_STATUS_SUCCESS;
	o = &d->file->open;
	if ((rq->hdr.flags & SMB2_FLAGS_REPLAY_OPERATION) == 0)
		return NT_STATUS_DUPLICATE_OBJECTID;
	if (!open_owner_is(o->owner, rq->session))
		return NT_STATUS_ACCESS_DENIED;
	if (!open_is_attached(o) || open_session(o) != rq->session)
		return NT_STATUS_DUPLICATE_OBJECTID;
	*out = d->file;
	return NT_STATUS_SUCCESS;
}

/* ---------------------------------------------------------------------- ends of many -- */

/*
 * The end of one may let somebody go on who makes an end of another.  Walks go by what is
 * still there until the turn is over, and pass over those.
 */
static bool waits(const struct durable *d)
{
	return d->until != 0;
}

static void end(struct durable *d)
{
	open_end(&d->file->open, OPEN_END_CLOSED);
}

void durables_reconfigure(struct server *server, const struct server_config *config)
{
	struct durable *d;

	/* First all: what goes on behind an end is to find no share of the old one. */
	DL_FOREACH(server->detached, d)
	d->share = tree_same_share(config, d->share);
	DL_FOREACH(server->detached, d)
	{
		if (waits(d) && d->share == NULL)
			end(d);
	}
}

void durables_end_if(struct server *server, bool (*ends)(const struct server *server,
							 const struct open_owner *owner))
{
	struct durable *d;

	DL_FOREACH(server->detached, d)
	{
		if (waits(d) && ends(server, d->file->open.owner))
			end(d);
	}
}

void durables_end_all(struct server *server)
{
	while (server->detached != NULL)
		end(server->detached);
}

/* ------------------------------------------------------------------------------ time -- */

uint64_t durables_next_deadline(const struct server *server)
{
	return server->detached != NULL ? server->next_scavenge : UINT64_MAX;
}

/* 3.3.6.2 */
void durables_tick(struct server *server)
{
	struct durable *d;

	if (durables_next_deadline(server) > server->now)
		return;
	server->next_scavenge = UINT64_MAX;
	DL_FOREACH(server->detached, d)
	{
		if (!waits(d))
			continue;
		if (d->until > server->now) {
			expect(server, d->until);
			continue;
		}
		server->counters.durables_scavenged++;
		end(d);
	}
}

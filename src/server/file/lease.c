/* SPDX-License-Identifier: MIT */
/* Without memory uthash leaves the table as it was, and says so by this. */
#define HASH_NONFATAL_OOM          1
#define uthash_nonfatal_oom(lease) ((lease)->listed = false)

#include "server/file/lease.h"

#include <assert.h>
#include <stdlib.h>
#include <utlist.h>

#include "server/conn.h"
#include "server/file/file.h"
#include "server/file/lease_break.h"

static_assert(SMB2_GUID_LEN + SMB2_LEASE_KEY_LEN == FS_LEASE_NAME_LEN, "a lease's name");
static_assert(SMB2_LEASE_READ_CACHING == FS_CACHE_READ &&
		      SMB2_LEASE_HANDLE_CACHING == FS_CACHE_HANDLE &&
		      SMB2_LEASE_WRITE_CACHING == FS_CACHE_WRITE,
	      "a lease's state is its rights");

#define RIGHTS (FS_CACHE_READ | FS_CACHE_HANDLE | FS_CACHE_WRITE)

static struct lease *lookup(const struct server *server, const struct fs_owner *name)
{
	struct lease *lease = NULL;

	HASH_FIND(hh, server->leases, name->lease, sizeof(name->lease), lease);
	return lease;
}

static struct fs_owner name_of(const struct server_conn *conn, const uint8_t *key)
{
	struct fs_owner name = {0};

	memcpy(name.lease, conn->client_guid, SMB2_GUID_LEN);
	memcpy(name.lease + SMB2_GUID_LEN, key, SMB2_LEASE_KEY_LEN);
	return name;
}

/* ------------------------------------------------------------------------ its life -- */

/*
 * 3.3.5.9.8 and .11.  A lease whose file is being deleted keeps its name from nobody, but
 * another file gets none by that name yet.
 */
uint32_t lease_take(struct lease_request *out, const struct request *rq, struct view data)
{
	const struct server_conn *conn = rq->conn;
	const struct lease *lease;

	if (conn->dialect < SMB2_DIALECT_210)
		return NT_STATUS_SUCCESS;
	if (smb2_lease_decode(&out->asked, data) != NS_OK)
		return NT_STATUS_INVALID_PARAMETER;
	if (out->asked.version == 2 && !server_conn_is_3x(conn))
		return NT_STATUS_SUCCESS;
	out->wanted = true;
	out->name = name_of(conn, out->asked.key);
	lease = lookup(rq->server, &out->name);
	if (lease == NULL || fs_delete_pending(lease->caching.file))
		return NT_STATUS_SUCCESS;
	out->bound = true;
	out->file = lease->file;
	return NT_STATUS_SUCCESS;
}

static struct lease *lease_new(struct server *server, const struct lease_request *ask,
			       struct fs_id file)
{
	struct lease *lease = calloc(1, sizeof(*lease));

	if (lease == NULL)
		return NULL;
	lease->caching.kind = &lease_kind;
	lease->caching.server = server;
	lease->name = ask->name;
	lease->file = file;
	lease->version = ask->asked.version;
	lease->epoch = ask->asked.epoch;
	if (lease->version == 2 &&
	    (ask->asked.flags & SMB2_LEASE_FLAG_PARENT_LEASE_KEY_SET) != 0) {
		lease->has_parent = true;
		memcpy(lease->parent_key, ask->asked.parent_key, sizeof(lease->parent_key));
	}
	lease->listed = true;
	HASH_ADD(hh, server->leases, name.lease, sizeof(lease->name.lease), lease);
	if (lease->listed)
		return lease;
	free(lease);
	return NULL;
}

uint32_t lease_find(struct lease **out, struct server *server,
		    const struct lease_request *ask, const struct fs_file *file)
{
	struct fs_id id = fs_file_id(file);
	struct lease *lease;

	*out = NULL;
	if (!ask->wanted || file->directory)
		return NT_STATUS_SUCCESS;
	lease = lookup(server, &ask->name);
	if (lease == NULL)
		lease = lease_new(server, ask, id);
	if (lease == NULL)
		return NT_STATUS_INSUFFICIENT_RESOURCES;
	if (lease->file.device == id.device && lease->file.id == id.id)
		*out = lease;
	else if (!fs_delete_pending(lease->caching.file))
		return NT_STATUS_INVALID_PARAMETER; /* since lease_take() */
	return NT_STATUS_SUCCESS;
}

static void lease_free(struct grave *grave)
{
	free((char *)grave - offsetof(struct lease, grave));
}

void lease_drop(struct lease *lease)
{
	struct server *server;

	if (lease == NULL || lease->opens != NULL)
		return;
	server = lease->caching.server;
	HASH_DEL(server->leases, lease);
	server_bury(server, &lease->grave, lease_free);
}

/* Combinations that mean nothing are none, as are rights that nobody knows. */
static unsigned wanted_of(const struct lease_request *ask)
{
	return (ask->asked.state & FS_CACHE_READ) != 0 ? ask->asked.state & RIGHTS : 0;
}

void lease_join(struct lease *lease, struct srv_file *f, const struct lease_request *ask)
{
	struct caching *c = &lease->caching;
	bool is_new = lease->opens == NULL;
	unsigned had = c->rights, rights = had;

	if (is_new)
		c->file = f->file;
	f->lease = lease;
	DL_APPEND2(lease->opens, f, lease_prev, lease_next);
	if (!c->breaking)
		rights = fs_cache_take(f->file, wanted_of(ask), !is_new);
	if (!caching_hold(c, rights)) /* it is a favour */
		fs_cache_lower(f->file, had);
	if (is_new || c->rights != had)
		lease->epoch++;
}

struct caching_waiter *lease_leave(struct srv_file *f)
{
	struct lease *lease = f->lease;
	struct caching_waiter *list;

	f->lease = NULL;
	DL_DELETE2(lease->opens, f, lease_prev, lease_next);
	if (lease->opens != NULL) {
		lease->caching.file = lease->opens->file;
		return NULL;
	}
	list = caching_leave(&lease->caching);
	lease_drop(lease);
	return list;
}

/* ----------------------------------------------------------------------- its answers -- */

struct smb2_lease lease_tell(const struct lease *lease)
{
	struct smb2_lease v = {
		.version = lease->version,
		.state = lease->caching.rights,
		.epoch = lease->epoch,
	};

	memcpy(v.key, lease->name.lease + SMB2_GUID_LEN, sizeof(v.key));
	if (lease->caching.breaking)
		v.flags |= SMB2_LEASE_FLAG_BREAK_IN_PROGRESS;
	if (lease->has_parent) {
		v.flags |= SMB2_LEASE_FLAG_PARENT_LEASE_KEY_SET;
		memcpy(v.parent_key, lease->parent_key, sizeof(v.parent_key));
	}
	return v;
}

uint32_t lease_check_again(const struct srv_file *f, const struct lease_request *ask)
{
	const struct lease *lease = f->lease;
	bool is_it = lease == NULL ? !ask->wanted
				   : ask->wanted && ask->asked.version == lease->version &&
					     fs_owner_is(&ask->name, &lease->name);

	return is_it ? NT_STATUS_SUCCESS : NT_STATUS_OBJECT_NAME_NOT_FOUND;
}

uint32_t lease_acknowledge(struct request *rq, const struct smb2_lease_break_ack *ack)
{
	const struct fs_owner name = name_of(rq->conn, ack->key);
	struct lease *lease = lookup(rq->server, &name);
	struct srv_file *f;

	if (lease == NULL)
		return NT_STATUS_OBJECT_NAME_NOT_FOUND;
	if (!lease->caching.breaking)
		return NT_STATUS_UNSUCCESSFUL;
	if ((ack->state & ~lease->caching.to) != 0)
		return NT_STATUS_REQUEST_NOT_ACCEPTED;
	DL_FOREACH2(lease->opens, f, lease_next)
	f->open.used = true;
	caching_settle(&lease->caching, (ack->state & FS_CACHE_READ) != 0 ? ack->state : 0);
	return NT_STATUS_SUCCESS;
}

/* SPDX-License-Identifier: MIT */
/*
 * Leases, [MS-SMB2] 3.3.1.11 and 3.3.1.12: what a client may cache of a file, whichever of
 * its opens it does that for.  It names a lease by its ClientGuid and a key of its own; all
 * opens of one file under one name share it and never break it.  What breaking and waiting
 * is, caching.h says.
 *
 *	lease_take()	a CREATE asks for one: what it asks, and for which file alone it may
 *	lease_find()	the file is open: the lease that is there, or a new one
 *	lease_join()	the open has been entered; it cannot fail any more
 *	lease_drop()	or it could not be entered
 *	lease_leave()	an open ends; with the last of them the lease does
 *
 * Directories have none.
 */
#ifndef SERVER_FILE_LEASE_H
#define SERVER_FILE_LEASE_H

#include <uthash.h>

#include "server/file/caching.h"
#include "wire/smb2_lease.h"
#include "wire/smb2_lease_break.h"

struct request;
struct srv_file;

struct lease {
	struct caching caching; /* first */
	struct fs_owner name;   /* its owner to src/fs: ClientGuid and LeaseKey */
	struct fs_id file;
	unsigned version;
	bool has_parent;
	uint8_t parent_key[SMB2_LEASE_KEY_LEN];
	uint16_t epoch;         /* grows with each change, version 2 */
	struct srv_file *opens; /* list, by lease_prev and lease_next, oldest first */
	bool listed;
	UT_hash_handle hh; /* server->leases, by the name */
	struct grave grave;
};

/* What a CREATE asks for.  All zero: no lease. */
struct lease_request {
	bool wanted;
	struct smb2_lease asked;
	struct fs_owner name;
	bool bound; /* the name is in use: for `file`, and for no other */
	struct fs_id file;
};

/*
 * The data of a request's context; ignored where the dialect knows no such lease.  Else
 * INVALID_PARAMETER.
 */
uint32_t lease_take(struct lease_request *out, const struct request *rq, struct view data);

/*
 * The lease for a file that is open, new if there is none; INVALID_PARAMETER: the name is
 * in use for another; INSUFFICIENT_RESOURCES.  *out is NULL for what gets none.
 */
uint32_t lease_find(struct lease **out, struct server *server,
		    const struct lease_request *ask, const struct fs_file *file);
void lease_join(struct lease *lease, struct srv_file *f, const struct lease_request *ask);
/* If nobody has joined it, it goes.  NULL is fine. */
void lease_drop(struct lease *lease);

/* As the response to a CREATE tells it. */
struct smb2_lease lease_tell(const struct lease *lease);

/*
 * 3.3.5.9.7, 3.3.5.9.12: whether a durable open is asked for as what it is, by the lease
 * it has or as one without; else OBJECT_NAME_NOT_FOUND.
 */
uint32_t lease_check_again(const struct srv_file *f, const struct lease_request *ask);

/* 3.3.5.22.2 */
uint32_t lease_acknowledge(struct request *rq, const struct smb2_lease_break_ack *ack);

/* The open ends: see caching_leave(). */
struct caching_waiter *lease_leave(struct srv_file *f);

#endif

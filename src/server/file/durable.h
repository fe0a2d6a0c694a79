/* SPDX-License-Identifier: MIT */
/*
 * Durable opens, [MS-SMB2] 3.3.1.10: a workstation whose connection breaks comes again and
 * goes on with the files it had open, with all that they keep others from.  Version 1 and
 * 2; no handle is persistent, none outlives the server.
 *
 * Who asks for one and may cache the handle (a batch oplock, a lease with H) gets it: the
 * open has a struct durable.  When session and tree end for a reason that keeps it (session
 * _end.h), it is detached (open.h) and waits on the server's list
 *	- until its owner has it back (reconnect.c)
 *	- until somebody wants what its oplock stands for: there is nobody to be told of the
 *	  break, so the open closes, and he goes on (3.3.4.6)
 *	- until its time is over (3.3.6.2)
 *	- until NetrFileClose, a configuration without its share or its owner's account, or
 *	  the end of the server
 *
 * By its CreateGuid an open is also known to a CREATE whose answer was lost, and that comes
 * again with SMB2_FLAGS_REPLAY_OPERATION (3.3.5.9), durable or not.
 */
#ifndef SERVER_FILE_DURABLE_H
#define SERVER_FILE_DURABLE_H

#include <uthash.h>

#include "fs/fs_file.h"
#include "server/session_end.h"
#include "wire/smb2_durable.h"

struct open_owner;
struct request;
struct server_config;
struct server_share;
struct srv_file;

/* What Windows 8 gives who names no time, 3.3.5.9.10 <344>; version 1 can't name one. */
#define DURABLE_TIMEOUT_MS 60000u

/* "whichever is smaller, the Timeout value in the request or 300 seconds", 3.3.5.9.10 */
#define DURABLE_TIMEOUT_MAX_MS 300000u

/*
 * How many may be detached at a time, and of one user's: a switch that dies takes a hundred
 * workstations with it, each with some tens of files; but no user is to make the server
 * hold descriptors for all whom he can pretend to be.  Past that, opens end.
 */
#define DURABLES_DETACHED_MAX 4096u
#define DURABLES_PER_USER_MAX 512u

/* What the contexts of a CREATE ask; all zero: nothing. */
struct durable_ask {
	unsigned contexts; /* DURABLE_ASK_... */
	uint32_t timeout;  /* ms, as the open gets it */
	uint8_t create_guid[SMB2_GUID_LEN];
	struct smb2_file_id file_id; /* of the open to be had back */
	uint32_t flags;              /* SMB2_DHANDLE_FLAG_... */

	bool granted; /* durable_grant() did */
};

#define DURABLE_ASK_NEW      1u /* DHnQ */
#define DURABLE_ASK_AGAIN    2u /* DHnC */
#define DURABLE_ASK_NEW_V2   4u /* DH2Q */
#define DURABLE_ASK_AGAIN_V2 8u /* DH2C */

/* Whether these contexts may stand beside each other, 3.3.5.9.6, .7, .10 and .12. */
bool durable_ask_agrees(const struct durable_ask *ask);

static inline bool durable_ask_again(const struct durable_ask *ask)
{
	return (ask->contexts & (DURABLE_ASK_AGAIN | DURABLE_ASK_AGAIN_V2)) != 0;
}

/* Of an open that is durable, or is known by its CreateGuid. */
struct durable {
	struct srv_file *file;
	bool granted;     /* Open.IsDurable */
	bool v2;          /* Open.CreateGuid is set */
	bool replayable;  /* Open.IsReplayEligible, until the open is `used` */
	uint32_t timeout; /* Open.DurableOpenTimeout, ms */
	enum fs_action action;
	uint8_t guids[2 * SMB2_GUID_LEN]; /* Open.ClientGuid and Open.CreateGuid */

	/* While it is detached: Open.DurableOpenScavengerTimeout; else 0. */
	uint64_t until;
	const struct server_share *share;
	struct durable *prev, *next; /* server->detached, oldest first */

	uint64_t persistent_id;
	bool listed;
	UT_hash_handle by_id;   /* server->durables; `granted` */
	UT_hash_handle by_guid; /* server->replays; `replayable` */
};

/*
 * An open has been entered and has its oplock: it becomes durable if that was asked and may
 * be, and ask->granted says so.  Short of memory it does not: that is a favour.
 */
void durable_grant(struct srv_file *f, const struct request *rq, struct durable_ask *ask,
		   enum fs_action action);

/*
 * Whether it would be detached now, if its tree ended for a reason that keeps it; and does
 * it: open_ops.keep.
 */
bool durable_will_keep(const struct srv_file *f);
bool durable_keep(struct srv_file *f);

/* The open ends; the durable stays readable until it is freed with the open. */
void durable_leave(struct srv_file *f);

/*
 * 3.3.5.9.7 and .12: the detached open that the request asks for.  Else the status that
 * refuses it: OBJECT_NAME_NOT_FOUND for what is not there, and what it is not.
 */
uint32_t durable_find(struct srv_file **out, const struct request *rq,
		      const struct durable_ask *ask);

/* It gets into the request's tree: all that may fail is durable_find()'s and this. */
uint32_t durable_take(struct srv_file *f, const struct request *rq);

/*
 * 3.3.5.9 and 3.3.5.9.10: the open that a CREATE with this CreateGuid has made already.
 * SUCCESS and NULL: there is none; SUCCESS and an open: it is to be answered with that.
 */
uint32_t durable_find_replayed(struct srv_file **out, const struct request *rq,
			       const struct durable_ask *ask);

/* server_reconfigure(): as trees_reconfigure(); before accounts_recheck(). */
void durables_reconfigure(struct server *server, const struct server_config *config);

/* The detached opens of accounts that there are no more: accounts.c's. */
void durables_end_if(struct server *server, bool (*ends)(const struct server *server,
							 const struct open_owner *owner));

/* Every detached open: the server stops. */
void durables_end_all(struct server *server);

/* For the server's timer: those that nobody came for. */
uint64_t durables_next_deadline(const struct server *server);
void durables_tick(struct server *server);

#endif

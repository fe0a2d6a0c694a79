/* SPDX-License-Identifier: MIT */
/*
 * An open, [MS-SMB2] 3.3.1.10: what a FileId means.  Two kinds exist, pipes (pipe.h) and
 * what lies on a disk (create.c); the rest of the engine knows neither and goes through
 * struct open_ops.
 *
 * Life.  A CREATE allocates an object that begins with a struct open, fills ops, access and
 * path, and enters it with open_add().  open_end() is the only way out: for CLOSE, for
 * NetrFileClose, and (by tree_end()) for everything that ends a tree or a session.  It
 *	1. calls ops->let_go: others may go on that waited for it
 *	2. takes it out of every table: its FileId and GlobalFileId mean nothing any more
 *	3. answers what is pending on the open (STATUS_CANCELLED, or its ended_status)
 *	4. calls ops->end, which lets go of what is behind it
 *	5. buries it; ops->free is called at the next turn
 *
 * The tree owns its opens.  Pointers are good until the end of the turn; a job keeps the
 * GlobalFileId (`global_id`, not given again before four thousand million others) and
 * looks the open up again.
 *
 * A durable open (durable.h) may outlive its tree and session: it is then detached, `tree`
 * is NULL, and no FileId means it, but it has its GlobalFileId, and whatever it keeps
 *others from goes on keeping them.  Who meets an open otherwise than by a request on it (a
 *walk over all of them, who holds a file) must reckon with that: o->server is always there,
 * open_session() only of an open that open_is_attached().
 */
#ifndef SERVER_OPEN_H
#define SERVER_OPEN_H

#include "base/buf.h"
#include "base/match.h"
#include "server/session_end.h"
#include "server/tree.h"
#include "wire/smb2_close.h"
#include "wire/smb2_create.h"
#include "wire/smb2_read.h"
#include "wire/smb2_write.h"

/* The longest path of an open, UTF-16LE: what a NAME_MAX-deep Windows path may have. */
#define OPEN_PATH_MAX (32767u * 2)

struct open;
struct open_owner; /* server/open_owner.h */
struct request;
struct smb2_lock_req;
struct smb2_change_notify_req;
struct smb2_query_directory_req;
struct smb2_query_info_req;
struct smb2_set_info_req;

/*
 * What a kind of open does with the requests on it.  Each but end and free is a handler
 * (dispatch.h), called with rq->open set and the request decoded and checked for what holds
 * for every kind: lengths within the connection's maximum and paid for, the open's access.
 * NULL: STATUS_INVALID_DEVICE_REQUEST.
 */
struct open_ops {
	const char *kind; /* "pipe", "file": for the log */
	bool is_pipe;

	/*
	 * CLOSE.  It must call open_end() for rq->open, at once or when what is being done
	 * with it is done, and set rq->open to NULL if it then pends (for what a job does
	 * with the file after).  NULL: open_end(), and a response of zeroes.
	 */
	uint32_t (*close)(struct request *rq, const struct smb2_close_req *req);
	uint32_t (*read)(struct request *rq, const struct smb2_read_req *req);
	uint32_t (*write)(struct request *rq, const struct smb2_write_req *req);
	uint32_t (*flush)(struct request *rq);
	uint32_t (*query_info)(struct request *rq, const struct smb2_query_info_req *req);
	uint32_t (*set_info)(struct request *rq, const struct smb2_set_info_req *req);
	uint32_t (*lock)(struct request *rq, const struct smb2_lock_req *req);
	uint32_t (*query_directory)(struct request *rq,
				    const struct smb2_query_directory_req *req);
	uint32_t (*change_notify)(struct request *rq,
				  const struct smb2_change_notify_req *req);

	/*
	 * The tree ends for a reason that durable opens survive: true if this one does,
	 * and it is detached then.  NULL: none does.
	 */
	bool (*keep)(struct open *o);

	/*
	 * The open is about to end, or its tree or session with it: what others wait for
	 * is let go of, and the requests on it that wait for others are answered, while
	 * there still are keys to do it with.  May be called several times.  NULL: there is
	 * no such thing.
	 */
	void (*let_go)(struct open *o, enum session_end_reason reason);

	/*
	 * The open has left every table.  Whoever closes a descriptor does it by a job:
	 * this must not block.
	 */
	void (*end)(struct open *o, enum session_end_reason reason);

	/* Frees the object; open_release() has been called. */
	void (*free)(struct open *o);
};

struct open {
	/* --- set by who made it, before open_add() --- */
	const struct open_ops *ops;
	uint32_t access; /* Open.GrantedAccess: specific and standard rights only */
	struct buf
		path16; /* buf_init()ed; as NetrFileEnum shows it, UTF-16LE: "\\srvsvc" */
	uint32_t num_locks; /* FILE_INFO_3.num_locks */
	bool is_directory;

	/* --- open.c's --- */
	struct server *server;
	struct smb2_file_id id;
	uint32_t global_id;       /* Open.FileGlobalId, only growing */
	struct tree *tree;        /* NULL: detached */
	struct open_owner *owner; /* one reference, of a durable open; else NULL */
	uint64_t created;         /* ms */
	bool ended;
	bool used; /* a request has meant it: its client knows of it, 3.3.5.9.10 */
	struct open *prev, *next; /* tree->opens, oldest first */
	struct grave grave;
};

/*
 * Enters the open.  NS_ELIMIT when the session has as many as the configuration allows
 * (STATUS_INSUFFICIENT_RESOURCES); NS_ENOMEM, NS_ESYSTEM.  On failure the caller still owns
 * it; afterwards only open_end() may let go of it.
 */
NS_MUST_USE enum ns_err open_add(struct open *o, struct tree *tree);

/*
 * The reason of a CLOSE and of NetrFileClose: like an administrator's end of a session it
 * keeps nothing, not even a durable handle ([MS-SMB2] 3.3.4.17).
 */
#define OPEN_END_CLOSED SESSION_END_ADMIN

/*
 * Step 1 for all opens of a tree that is about to end, oldest first; before the requests on
 * the tree are answered, for some of them may have what they wait for by it.
 */
void opens_let_go(struct tree *tree, enum session_end_reason reason);

/* See "Life" above.  An open that has ended is left alone. */
void open_end(struct open *o, enum session_end_reason reason);

/* Its tree ends: the open does, too, unless it is kept (open_ops.keep). */
void open_lose_tree(struct open *o, enum session_end_reason reason);

/*
 * A detached open gets into this tree, with another volatile id than before.  NS_ELIMIT
 * as open_add(); then nothing has changed.
 */
NS_MUST_USE enum ns_err open_attach(struct open *o, struct tree *tree);

/*
 * [MS-SMB2] 3.3.5.10 and its like: the open that `id` means in this session on this tree,
 * persistent and volatile part both; NULL: STATUS_FILE_CLOSED.
 */
struct open *open_find(const struct session *s, const struct tree *tree,
		       struct smb2_file_id id);

/* The same on any of the session's trees. */
struct open *open_find_in_session(const struct session *s, struct smb2_file_id id);

/* By GlobalFileId; NULL.  And the first with a greater one: 0 begins a walk. */
struct open *open_find_global(const struct server *server, uint32_t global_id);
struct open *open_after(const struct server *server, uint32_t global_id);

static inline bool open_is_attached(const struct open *o)
{
	return o->tree != NULL;
}

static inline struct session *open_session(const struct open *o)
{
	return o->tree->session;
}

/* Whose it is, attached or not: as a session of his is matched (base/match.h). */
struct match_user open_user(const struct open *o);

/* Whether others may see it: not those of a session that others may not see. */
bool open_is_listed(const struct open *o);

/*
 * Whether `access` (Open.GrantedAccess) has one of these rights; if not, the handler
 * returns NT_STATUS_ACCESS_DENIED.
 */
static inline bool open_may(const struct open *o, uint32_t any_of)
{
	return (o->access & any_of) != 0;
}

/*
 * Generic rights and MAXIMUM_ALLOWED become specific ones, [MS-SMB2] 2.2.13.1.1: what a
 * CREATE asks for, within what the tree (open_map_access), or an object without its own
 * access list (open_map_rights), allows.  False: it asks for more than that.
 */
bool open_map_access(const struct tree *tree, uint32_t desired, uint32_t *granted);
bool open_map_rights(uint32_t allowed, uint32_t desired, uint32_t *granted);

/*
 * on_create.c: fields that must hold something known in a CREATE of whatever kind, but mean
 * nothing in one that asks for an open which there is already.
 */
uint32_t open_check_create(const struct smb2_create_req *req);

/* NTSTATUS of a failed open_add(). */
uint32_t open_status(enum ns_err err);

#endif

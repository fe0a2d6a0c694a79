/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "server/file/file.h"
#include "server/file/lock.h"
#include "wire/smb2_simple.h"

/* A lock, or whether it is there, concerns the data: some right to it there must be. */
#define DATA_RIGHTS (FILE_READ_DATA | FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_EXECUTE)

/* ----------------------------------------------------- sequences, [MS-SMB2] 3.3.5.14 -- */

/*
 * Whether a client may send a request again that was executed, and has to be told so: where
 * an open outlives its connection, or has several.
 */
static bool has_sequence(const struct request *rq, const struct smb2_lock_req *req)
{
	const struct durable *durable = srv_file_of(rq->open)->durable;
	const struct server_conn *conn = rq->conn;

	if (req->sequence_index == 0 || req->sequence_index > SMB2_LOCK_SEQUENCES ||
	    conn->dialect == SMB2_DIALECT_202)
		return false;
	return (durable != NULL && durable->granted) ||
	       (conn->server_capabilities & SMB2_GLOBAL_CAP_MULTI_CHANNEL) != 0;
}

/* What is remembered by: the entry's place, and what stands in it; 0 remembers nothing. */
static uint32_t tag_of(const struct request *rq, const struct smb2_lock_req *req)
{
	if (!has_sequence(rq, req))
		return 0;
	return (req->sequence_index - 1) << 8 | (uint32_t)(req->sequence_number + 1);
}

static void remember(struct srv_file *f, uint32_t tag)
{
	if (tag != 0)
		f->lock_sequences[tag >> 8] = (uint8_t)tag;
}

/* Whether it was executed before; if another one was, in this place, that is forgotten. */
static bool was_done(struct srv_file *f, uint32_t tag)
{
	uint8_t *entry = &f->lock_sequences[tag >> 8];

	if (tag == 0)
		return false;
	if (*entry == (uint8_t)tag)
		return true;
	*entry = 0;
	return false;
}

/* ------------------------------------------------------------- unlocks, 3.3.5.14.1 -- */

/* What was unlocked before one that can't be stays so. */
static uint32_t unlock_all(struct request *rq, const struct smb2_lock_req *req,
			   uint32_t tag)
{
	struct srv_file *f = srv_file_of(rq->open);
	struct fs_id file = fs_file_id(f->file);
	uint32_t status = NT_STATUS_SUCCESS;
	size_t n = 0;

	for (; n < smb2_lock_count(req) && status == NT_STATUS_SUCCESS; n++) {
		struct smb2_lock_element e = smb2_lock_at(req, n);

		status = NT_STATUS_INVALID_PARAMETER;
		if (e.flags == SMB2_LOCKFLAG_UNLOCK)
			status = lock_drop(f, (struct fs_range){e.offset, e.length});
	}
	if (status == NT_STATUS_SUCCESS)
		remember(f, tag);
	lock_proceed(rq->server, file);
	return status;
}

/* --------------------------------------------------------------- locks, 3.3.5.14.2 -- */

static bool is_immediate(const struct smb2_lock_req *req)
{
	return (smb2_lock_at(req, 0).flags & SMB2_LOCKFLAG_FAIL_IMMEDIATELY) != 0;
}

/* Only one alone may wait; and an unlock among locks is no combination of 2.2.26.1. */
static bool flags_fit(const struct smb2_lock_req *req)
{
	size_t count = smb2_lock_count(req);

	for (size_t i = 0; i < count; i++) {
		uint32_t flags = smb2_lock_at(req, i).flags;
		uint32_t kind = flags & ~SMB2_LOCKFLAG_FAIL_IMMEDIATELY;

		if (kind != SMB2_LOCKFLAG_SHARED_LOCK &&
		    kind != SMB2_LOCKFLAG_EXCLUSIVE_LOCK)
			return false;
		if (count > 1 && kind == flags)
			return false;
	}
	return true;
}

static struct fs_locking *locks_of(const struct smb2_lock_req *req)
{
	size_t count = smb2_lock_count(req);
	struct fs_locking *locks = calloc(count, sizeof(*locks));

	for (size_t i = 0; locks != NULL && i < count; i++) {
		struct smb2_lock_element e = smb2_lock_at(req, i);

		locks[i].range = (struct fs_range){e.offset, e.length};
		locks[i].exclusive = (e.flags & SMB2_LOCKFLAG_EXCLUSIVE_LOCK) != 0;
	}
	return locks;
}

static uint32_t lock_all(struct request *rq, const struct smb2_lock_req *req, uint32_t tag)
{
	struct srv_file *f = srv_file_of(rq->open);
	struct fs_locking *locks;
	uint32_t status;

	if (!flags_fit(req))
		return NT_STATUS_INVALID_PARAMETER;
	if (!open_may(rq->open, DATA_RIGHTS))
		return NT_STATUS_ACCESS_DENIED;
	/* [MS-FSA] 2.1.5.8: nobody goes on reading from his cache what is locked now. */
	caching_changed(rq->server, fs_file_id(f->file), &f->file->owner);
	if (rq->open->ended) /* with the connection that would not be told */
		return NT_STATUS_FILE_CLOSED;
	locks = locks_of(req);
	if (locks == NULL)
		return NT_STATUS_NO_MEMORY;
	status = lock_take(f, locks, smb2_lock_count(req));
	if (status == NT_STATUS_SUCCESS)
		remember(f, tag);
	else if (status == NT_STATUS_LOCK_NOT_GRANTED && !is_immediate(req))
		status = lock_wait(rq, &locks[0], remember, tag);
	free(locks);
	return status;
}

uint32_t srv_file_lock(struct request *rq, const struct smb2_lock_req *req)
{
	uint32_t tag = tag_of(rq, req);
	uint32_t status = NT_STATUS_SUCCESS;

	if (was_done(srv_file_of(rq->open), tag))
		; /* "success is returned to the client without further processing" */
	else if ((smb2_lock_at(req, 0).flags & SMB2_LOCKFLAG_UNLOCK) != 0)
		status = unlock_all(rq, req, tag);
	else
		status = lock_all(rq, req, tag);
	if (status == NT_STATUS_SUCCESS)
		smb2_simple_encode(srv_request_reply(rq));
	return status;
}

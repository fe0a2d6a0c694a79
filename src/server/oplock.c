/* SPDX-License-Identifier: MIT */
/* Without memory uthash leaves the table as it was, and says so by this. */
#define HASH_NONFATAL_OOM          1
#define uthash_nonfatal_oom(inode) ((inode)->listed = false)

#include "server/oplock.h"

#include <stdlib.h>
#include <uthash.h>
#include <utlist.h>

#include "server/channel.h"
#include "server/fs_open.h"
#include "wire/smb2_oplock_break.h"

struct oplock_key {
	uint64_t device;
	uint64_t id;
};

struct oplock_inode {
	struct oplock_key key;
	struct srv_file *holders; /* never empty */
	bool listed;
	UT_hash_handle hh;
};

static struct server *server_of(const struct srv_file *f)
{
	return open_session(&f->open)->server;
}

/* ------------------------------------------------------------------ who holds which -- */

static struct oplock_inode *find(const struct server *server, uint64_t device, uint64_t id)
{
	const struct oplock_key key = {device, id};
	struct oplock_inode *inode = NULL;

	HASH_FIND(hh, server->oplocks, &key, sizeof(key), inode);
	return inode;
}

static struct oplock_inode *find_or_add(struct server *server, uint64_t device, uint64_t id)
{
	struct oplock_inode *inode = find(server, device, id);

	if (inode != NULL)
		return inode;
	inode = calloc(1, sizeof(*inode));
	if (inode == NULL)
		return NULL;
	inode->key = (struct oplock_key){device, id};
	inode->listed = true;
	HASH_ADD(hh, server->oplocks, key, sizeof(inode->key), inode);
	if (inode->listed)
		return inode;
	free(inode);
	return NULL;
}

/* The open has no oplock any more. */
static void leave_inode(struct srv_file *f)
{
	struct oplock_inode *inode = f->oplock.inode;

	if (inode == NULL)
		return;
	f->oplock.inode = NULL;
	DL_DELETE2(inode->holders, f, oplock.prev, oplock.next);
	if (inode->holders != NULL)
		return;
	HASH_DEL(server_of(f)->oplocks, inode);
	free(inode);
}

static enum fs_oplock to_fs(uint8_t level)
{
	switch (level) {
	case SMB2_OPLOCK_LEVEL_II:
		return FS_OPLOCK_II;
	case SMB2_OPLOCK_LEVEL_EXCLUSIVE:
		return FS_OPLOCK_EXCLUSIVE;
	case SMB2_OPLOCK_LEVEL_BATCH:
		return FS_OPLOCK_BATCH;
	default:
		return FS_OPLOCK_NONE;
	}
}

static uint8_t from_fs(enum fs_oplock level)
{
	static const uint8_t table[] = {
		[FS_OPLOCK_NONE] = SMB2_OPLOCK_LEVEL_NONE,
		[FS_OPLOCK_II] = SMB2_OPLOCK_LEVEL_II,
		[FS_OPLOCK_EXCLUSIVE] = SMB2_OPLOCK_LEVEL_EXCLUSIVE,
		[FS_OPLOCK_BATCH] = SMB2_OPLOCK_LEVEL_BATCH,
	};

	return table[level];
}

uint8_t oplock_grant(struct srv_file *f, uint8_t wanted)
{
	enum fs_oplock level = to_fs(wanted);
	struct oplock_inode *inode;

	if (level == FS_OPLOCK_NONE)
		return SMB2_OPLOCK_LEVEL_NONE;
	level = fs_oplock_take(f->file, level);
	if (level == FS_OPLOCK_NONE)
		return SMB2_OPLOCK_LEVEL_NONE;
	inode = find_or_add(server_of(f), f->file->device, f->file->id);
	if (inode == NULL) { /* an oplock is a favour */
		fs_oplock_lower(f->file, FS_OPLOCK_NONE);
		return SMB2_OPLOCK_LEVEL_NONE;
	}
	DL_APPEND2(inode->holders, f, oplock.prev, oplock.next);
	f->oplock.inode = inode;
	f->oplock.level = from_fs(level);
	return f->oplock.level;
}

/* ------------------------------------------------------------------ the notification -- */

/* 3.3.4.6: unasked, of no tree, not signed, granting no credits. */
static enum ns_err notification(struct buf *out, const struct srv_file *f, uint8_t level)
{
	const struct smb2_hdr hdr = {
		.command = SMB2_OPLOCK_BREAK,
		.flags = SMB2_FLAGS_SERVER_TO_REDIR,
		.message_id = SMB2_MESSAGE_ID_UNSOLICITED,
		.session_id = open_session(&f->open)->id,
	};
	struct wire_writer w = wire_writer_at_end(out);

	smb2_hdr_encode(&w, &hdr);
	smb2_oplock_break_encode(&w, &(struct smb2_oplock_break){level, f->open.id});
	return wire_put_status(&w);
}

/*
 * On the first channel that takes it; false if none does.  A connection that breaks by it
 * may take the session along, and this open with it.
 */
static bool tell(const struct srv_file *f, uint8_t level)
{
	struct session *s = open_session(&f->open);
	bool seal = s->encrypt_data || f->open.tree->encrypt;
	struct channel *c, *next;
	struct buf message;
	bool told = false;

	buf_init(&message, 2 * SMB2_HDR_LEN);
	if (notification(&message, f, level) != NS_OK) {
		buf_release(&message);
		return false;
	}
	DL_FOREACH_SAFE(s->channels, c, next)
	{
		struct server_conn *conn = c->conn;

		if (told || f->open.ended || !c->bound || server_conn_over(conn))
			continue;
		server_conn_send(conn, seal ? &s->keys : NULL, s->id, buf_view(&message));
		told = !server_conn_over(conn);
	}
	buf_release(&message);
	return told;
}

/* ------------------------------------------------------------------------- breaking -- */

void oplock_resume(struct server *server, struct create_job *list)
{
	while (list != NULL) {
		struct create_job *j = list;

		list = j->next_waiting;
		j->next_waiting = NULL;
		if (srv_request_find(server, j->job.request) != NULL)
			server_submit(server, &j->job);
		else
			create_job_free(j); /* cancelled, or its session has ended */
	}
}

/* The break is over; the open has this level, and who waited may go on. */
static void settle(struct srv_file *f, uint8_t level)
{
	struct server *server = server_of(f);
	struct create_job *waiting = f->oplock.waiting;

	f->oplock.waiting = NULL;
	if (f->oplock.breaking)
		DL_DELETE2(server->breaking, f, oplock.late_prev, oplock.late_next);
	f->oplock.breaking = false;
	f->oplock.level = level;
	fs_oplock_lower(f->file, to_fs(level));
	if (level == SMB2_OPLOCK_LEVEL_NONE)
		leave_inode(f);
	oplock_resume(server, waiting);
}

static void start(struct srv_file *f, uint8_t level)
{
	struct server *server = server_of(f);

	f->oplock.breaking = true;
	f->oplock.until = server->now + OPLOCK_BREAK_MS;
	DL_APPEND2(server->breaking, f, oplock.late_prev, oplock.late_next);
	if (!tell(f, level) && !f->open.ended)
		settle(f, SMB2_OPLOCK_LEVEL_NONE);
}

static struct srv_file *exclusive_holder(const struct server *server,
					 const struct create_job *j)
{
	struct oplock_inode *inode = find(server, j->opened.info.device, j->opened.info.id);
	struct srv_file *f = NULL;

	if (inode == NULL)
		return NULL;
	DL_FOREACH2(inode->holders, f, oplock.next)
	if (f->oplock.level >= SMB2_OPLOCK_LEVEL_EXCLUSIVE)
		return f;
	return NULL;
}

void oplock_wait(struct server *server, struct create_job *j)
{
	struct srv_file *f = exclusive_holder(server, j);
	bool empties = j->how.disposition == FS_SUPERSEDE ||
		       j->how.disposition == FS_OVERWRITE ||
		       j->how.disposition == FS_OVERWRITE_IF;

	if (f == NULL) {
		server_submit(server, &j->job);
		return;
	}
	/* First, so that it comes back whatever becomes of the holder. */
	LL_APPEND2(f->oplock.waiting, j, next_waiting);
	if (!f->oplock.breaking && empties)
		start(f, SMB2_OPLOCK_LEVEL_NONE);
	else if (!f->oplock.breaking)
		start(f, SMB2_OPLOCK_LEVEL_II);
}

/* No acknowledgment: it is none from now on. */
static void break_level_two(struct srv_file *f)
{
	f->oplock.level = SMB2_OPLOCK_LEVEL_NONE;
	fs_oplock_lower(f->file, FS_OPLOCK_NONE);
	leave_inode(f);
	tell(f, SMB2_OPLOCK_LEVEL_NONE);
}

void oplock_written(struct server *server, const struct fs_file *file)
{
	uint64_t device = file->device, id = file->id;
	struct oplock_inode *inode;

	/* Telling one may end others with its connection: begin anew each time. */
	while ((inode = find(server, device, id)) != NULL &&
	       inode->holders->oplock.level == SMB2_OPLOCK_LEVEL_II)
		break_level_two(inode->holders);
}

uint32_t oplock_acknowledge(struct srv_file *f, uint8_t level, uint8_t *now)
{
	uint8_t had = f->oplock.level;

	if (!f->oplock.breaking)
		return NT_STATUS_INVALID_DEVICE_STATE;
	*now = SMB2_OPLOCK_LEVEL_NONE;
	if (level == SMB2_OPLOCK_LEVEL_II)
		*now = level;
	settle(f, *now);
	if (level == SMB2_OPLOCK_LEVEL_LEASE)
		return NT_STATUS_INVALID_PARAMETER;
	if (level == SMB2_OPLOCK_LEVEL_NONE || level == SMB2_OPLOCK_LEVEL_II ||
	    (level == SMB2_OPLOCK_LEVEL_EXCLUSIVE && had == SMB2_OPLOCK_LEVEL_BATCH))
		return NT_STATUS_SUCCESS;
	return NT_STATUS_INVALID_OPLOCK_PROTOCOL;
}

struct create_job *oplock_leave(struct srv_file *f)
{
	struct create_job *waiting = f->oplock.waiting;

	f->oplock.waiting = NULL;
	if (f->oplock.breaking)
		DL_DELETE2(server_of(f)->breaking, f, oplock.late_prev, oplock.late_next);
	f->oplock.breaking = false;
	if (f->oplock.inode != NULL)
		fs_oplock_lower(f->file, FS_OPLOCK_NONE);
	leave_inode(f);
	return waiting;
}

/* ------------------------------------------------------------------------------ time -- */

uint64_t oplocks_next_deadline(const struct server *server)
{
	return server->breaking != NULL ? server->breaking->oplock.until : UINT64_MAX;
}

void oplocks_tick(struct server *server)
{
	while (oplocks_next_deadline(server) <= server->now)
		settle(server->breaking, SMB2_OPLOCK_LEVEL_NONE);
}

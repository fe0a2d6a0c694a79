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

/* Waiters whose requests are gone are looked for when there are so many at least. */
#define SWEEP_LEAST 16

struct oplock_inode {
	struct fs_id key;
	struct srv_file *holders; /* never empty */
	bool listed;
	UT_hash_handle hh;
};

static struct server *server_of(const struct srv_file *f)
{
	return f->open.server;
}

/* ------------------------------------------------------------------ who holds which -- */

static struct oplock_inode *find(const struct server *server, struct fs_id key)
{
	struct oplock_inode *inode = NULL;

	HASH_FIND(hh, server->oplocks, &key, sizeof(key), inode);
	return inode;
}

static struct oplock_inode *find_or_add(struct server *server, struct fs_id key)
{
	struct oplock_inode *inode = find(server, key);

	if (inode != NULL)
		return inode;
	inode = calloc(1, sizeof(*inode));
	if (inode == NULL)
		return NULL;
	inode->key = key;
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
	inode = find_or_add(server_of(f), fs_file_id(f->file));
	if (inode == NULL) { /* an oplock is a favour */
		fs_oplock_lower(f->file, FS_OPLOCK_NONE);
		return SMB2_OPLOCK_LEVEL_NONE;
	}
	DL_APPEND2(inode->holders, f, oplock.prev, oplock.next);
	f->oplock.inode = inode;
	f->oplock.level = from_fs(level);
	return f->oplock.level;
}

bool oplock_caches_handle(const struct srv_file *f)
{
	return f->oplock.level == SMB2_OPLOCK_LEVEL_BATCH && !f->oplock.breaking;
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
	struct channel *c, *next;
	struct buf message;
	struct session *s;
	bool told = false;
	bool seal;

	if (!open_is_attached(&f->open))
		return false;
	s = open_session(&f->open);
	seal = s->encrypt_data || f->open.tree->encrypt;
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

/* ----------------------------------------------------------------------- who waits -- */

void oplock_resume(struct server *server, struct oplock_waiter *list)
{
	while (list != NULL) {
		struct oplock_waiter *w = list;

		DL_DELETE(list, w);
		if (srv_request_find(server, w->job->request) != NULL)
			server_submit(server, w->job);
		else
			w->free(w->job); /* cancelled, or its session has ended */
	}
}

static struct oplock_waiter *take_waiting(struct oplock *o)
{
	struct oplock_waiter *list = o->waiting;

	o->waiting = NULL;
	o->waiting_count = 0;
	o->sweep_at = 0;
	return list;
}

/* So that nobody can make jobs pile up by cancelling what waits. */
static void sweep(struct server *server, struct oplock *o)
{
	struct oplock_waiter *w, *next;

	DL_FOREACH_SAFE(o->waiting, w, next)
	{
		if (srv_request_find(server, w->job->request) != NULL)
			continue;
		DL_DELETE(o->waiting, w);
		o->waiting_count--;
		w->free(w->job);
	}
	o->sweep_at = 2 * o->waiting_count + SWEEP_LEAST;
}

static void add_waiting(struct server *server, struct oplock *o, struct oplock_waiter *w)
{
	DL_APPEND(o->waiting, w);
	if (++o->waiting_count >= o->sweep_at)
		sweep(server, o);
}

/* ------------------------------------------------------------------------- breaking -- */

/* The break is over; the open has this level, and who waited may go on. */
static void settle(struct srv_file *f, uint8_t level)
{
	struct server *server = server_of(f);

	if (f->oplock.breaking)
		DL_DELETE2(server->breaking, f, oplock.late_prev, oplock.late_next);
	f->oplock.breaking = false;
	f->oplock.until = 0;
	f->oplock.level = level;
	fs_oplock_lower(f->file, to_fs(level));
	if (level == SMB2_OPLOCK_LEVEL_NONE)
		leave_inode(f);
	oplock_resume(server, take_waiting(&f->oplock));
}

static void tell_or_close(struct srv_file *f, uint8_t level)
{
	if (!tell(f, level) && !f->open.ended)
		open_end(&f->open, OPEN_END_CLOSED);
}

static void start(struct srv_file *f, uint8_t level)
{
	struct server *server = server_of(f);

	f->oplock.breaking = true;
	f->oplock.to = level;
	f->oplock.until = server->now + OPLOCK_BREAK_MS;
	DL_APPEND2(server->breaking, f, oplock.late_prev, oplock.late_next);
	tell_or_close(f, level);
}

static struct srv_file *exclusive_holder(const struct server *server, struct fs_id file)
{
	struct oplock_inode *inode = find(server, file);
	struct srv_file *f = NULL;

	if (inode == NULL)
		return NULL;
	DL_FOREACH2(inode->holders, f, oplock.next)
	if (f->oplock.level >= SMB2_OPLOCK_LEVEL_EXCLUSIVE)
		return f;
	return NULL;
}

void oplock_wait(struct server *server, struct oplock_waiter *w)
{
	struct srv_file *f = exclusive_holder(server, w->file);

	if (f == NULL) {
		server_submit(server, w->job);
		return;
	}
	/* First, so that it comes back whatever becomes of the holder. */
	add_waiting(server, &f->oplock, w);
	if (!f->oplock.breaking)
		start(f, from_fs(w->to_none ? FS_OPLOCK_NONE : FS_OPLOCK_II));
}

/* No acknowledgment is waited for: it is none from now on. */
static void break_level_two(struct srv_file *f)
{
	f->oplock.level = SMB2_OPLOCK_LEVEL_NONE;
	f->oplock.until = server_of(f)->now + OPLOCK_BREAK_MS;
	fs_oplock_lower(f->file, FS_OPLOCK_NONE);
	leave_inode(f);
	tell_or_close(f, SMB2_OPLOCK_LEVEL_NONE);
}

void oplock_written(struct server *server, struct fs_id file)
{
	struct oplock_inode *inode;

	/* Telling one may end others with its connection: begin anew each time. */
	while ((inode = find(server, file)) != NULL &&
	       inode->holders->oplock.level == SMB2_OPLOCK_LEVEL_II)
		break_level_two(inode->holders);
}

/* Of a break from level II the object store knows nothing, [MS-FSA] 2.1.5.19. */
static uint32_t acknowledge_in_vain(struct srv_file *f, uint8_t level)
{
	bool told = server_of(f)->now < f->oplock.until;

	f->oplock.until = 0;
	if (!told)
		return NT_STATUS_INVALID_DEVICE_STATE;
	return level == SMB2_OPLOCK_LEVEL_LEASE ? NT_STATUS_INVALID_PARAMETER
						: NT_STATUS_INVALID_OPLOCK_PROTOCOL;
}

uint32_t oplock_acknowledge(struct srv_file *f, uint8_t level, uint8_t *now)
{
	uint8_t had = f->oplock.level;

	if (!f->oplock.breaking)
		return acknowledge_in_vain(f, level);
	*now = SMB2_OPLOCK_LEVEL_NONE;
	if (level == SMB2_OPLOCK_LEVEL_II)
		*now = f->oplock.to; /* which may be none, 2.1.5.19 */
	settle(f, *now);
	if (level == SMB2_OPLOCK_LEVEL_LEASE)
		return NT_STATUS_INVALID_PARAMETER;
	if (level == SMB2_OPLOCK_LEVEL_NONE || level == SMB2_OPLOCK_LEVEL_II ||
	    (level == SMB2_OPLOCK_LEVEL_EXCLUSIVE && had == SMB2_OPLOCK_LEVEL_BATCH))
		return NT_STATUS_SUCCESS;
	return NT_STATUS_INVALID_OPLOCK_PROTOCOL;
}

struct oplock_waiter *oplock_leave(struct srv_file *f)
{
	if (f->oplock.breaking)
		DL_DELETE2(server_of(f)->breaking, f, oplock.late_prev, oplock.late_next);
	f->oplock.breaking = false;
	if (f->oplock.inode != NULL)
		fs_oplock_lower(f->file, FS_OPLOCK_NONE);
	leave_inode(f);
	return take_waiting(&f->oplock);
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

/* SPDX-License-Identifier: MIT */
#include "server/file/oplock.h"

#include <stddef.h>
#include <utlist.h>

#include "server/channel.h"
#include "server/file/file.h"
#include "wire/smb2_oplock_break.h"

static struct srv_file *file_of(struct caching *c)
{
	return (struct srv_file *)(void *)((char *)c -
					   offsetof(struct srv_file, oplock.caching));
}

static unsigned rights_of(uint8_t level)
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

static uint8_t level_of(unsigned rights)
{
	switch (rights) {
	case FS_OPLOCK_II:
		return SMB2_OPLOCK_LEVEL_II;
	case FS_OPLOCK_EXCLUSIVE:
		return SMB2_OPLOCK_LEVEL_EXCLUSIVE;
	case FS_OPLOCK_BATCH:
		return SMB2_OPLOCK_LEVEL_BATCH;
	default:
		return SMB2_OPLOCK_LEVEL_NONE;
	}
}

uint8_t oplock_level(const struct srv_file *f)
{
	return level_of(f->oplock.caching.rights);
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
static bool send(const struct srv_file *f, struct view message)
{
	struct channel *c, *next;
	struct session *s;
	bool told = false, seal;

	s = open_session(&f->open);
	seal = s->encrypt_data || f->open.tree->encrypt;
	DL_FOREACH_SAFE(s->channels, c, next)
	{
		struct server_conn *conn = c->conn;

		if (told || f->open.ended || !c->bound || server_conn_over(conn))
			continue;
		server_conn_send(conn, seal ? &s->keys : NULL, s->id, message);
		told = !server_conn_over(conn);
	}
	return told;
}

static bool tell(struct caching *c, unsigned from, unsigned to)
{
	struct srv_file *f = file_of(c);
	struct buf message;
	bool told = false;

	(void)from;
	if (!open_is_attached(&f->open))
		return false;
	buf_init(&message, 2 * SMB2_HDR_LEN);
	if (notification(&message, f, level_of(to)) == NS_OK)
		told = send(f, buf_view(&message));
	buf_release(&message);
	return told;
}

/* --------------------------------------------------------------------- its kind -- */

/*
 * Without what it writes it is level II.  When its handle must go, or the name of what it
 * holds, nothing of it stays.
 */
static unsigned without(const struct caching *c, unsigned rights)
{
	if ((rights & FS_CACHE_READ) != 0 ||
	    ((rights & FS_CACHE_HANDLE) != 0 && c->rights != FS_OPLOCK_II))
		return FS_OPLOCK_NONE;
	return (rights & FS_CACHE_WRITE) != 0 ? FS_OPLOCK_II : c->rights;
}

static void close_it(struct caching *c)
{
	open_end(&file_of(c)->open, OPEN_END_CLOSED);
}

static const struct caching_kind oplocks = {
	.without = without,
	.tell = tell,
	.close = close_it,
};

void oplock_grant(struct srv_file *f, uint8_t wanted)
{
	struct caching *c = &f->oplock.caching;
	unsigned rights = rights_of(wanted);

	*c = (struct caching){
		.kind = &oplocks,
		.server = f->open.server,
		.file = f->file,
	};
	if (rights == FS_OPLOCK_NONE)
		return;
	rights = fs_cache_take(f->file, rights, false);
	if (rights == FS_OPLOCK_NONE)
		return;
	if (!caching_hold(c, rights)) /* an oplock is a favour */
		fs_cache_lower(f->file, FS_OPLOCK_NONE);
}

/* ---------------------------------------------------------------- acknowledgments -- */

/* Of a break from level II the object store knows nothing, [MS-FSA] 2.1.5.19. */
static uint32_t acknowledge_in_vain(struct srv_file *f, uint8_t level)
{
	struct caching *c = &f->oplock.caching;
	bool told = c->until > f->open.server->now;

	c->until = 0;
	if (!told)
		return NT_STATUS_INVALID_DEVICE_STATE;
	return level == SMB2_OPLOCK_LEVEL_LEASE ? NT_STATUS_INVALID_PARAMETER
						: NT_STATUS_INVALID_OPLOCK_PROTOCOL;
}

uint32_t oplock_acknowledge(struct srv_file *f, uint8_t level, uint8_t *now)
{
	struct caching *c = &f->oplock.caching;
	unsigned had = c->rights;

	if (!c->breaking)
		return acknowledge_in_vain(f, level);
	*now = SMB2_OPLOCK_LEVEL_NONE;
	if (level == SMB2_OPLOCK_LEVEL_II)
		*now = level_of(c->to); /* which may be none, 2.1.5.19 */
	caching_settle(c, rights_of(*now));
	if (level == SMB2_OPLOCK_LEVEL_LEASE)
		return NT_STATUS_INVALID_PARAMETER;
	if (level == SMB2_OPLOCK_LEVEL_NONE || level == SMB2_OPLOCK_LEVEL_II ||
	    (level == SMB2_OPLOCK_LEVEL_EXCLUSIVE && had == FS_OPLOCK_BATCH))
		return NT_STATUS_SUCCESS;
	return NT_STATUS_INVALID_OPLOCK_PROTOCOL;
}

struct caching_waiter *oplock_leave(struct srv_file *f)
{
	return caching_leave(&f->oplock.caching);
}

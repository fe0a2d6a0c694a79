/* SPDX-License-Identifier: MIT */
#include "server/file/lease_break.h"

#include <utlist.h>

#include "server/channel.h"
#include "server/conn.h"
#include "server/file/file.h"
#include "server/session_table.h"

/* ------------------------------------------------------------------ the notification -- */

/* 3.3.4.7: of no session and no tree, not signed. */
static enum ns_err notification(struct buf *out, const struct lease *lease, unsigned from,
				unsigned to)
{
	const struct smb2_hdr hdr = {
		.command = SMB2_OPLOCK_BREAK,
		.flags = SMB2_FLAGS_SERVER_TO_REDIR,
		.message_id = SMB2_MESSAGE_ID_UNSOLICITED,
	};
	struct smb2_lease_break v = {
		.new_epoch = lease->version == 2 ? lease->epoch : 0,
		.flags = from != FS_CACHE_READ ? SMB2_NOTIFY_BREAK_LEASE_FLAG_ACK_REQUIRED
					       : 0,
		.current_state = from,
		.new_state = to,
	};
	struct wire_writer w = wire_writer_at_end(out);

	memcpy(v.key, lease->name.lease + SMB2_GUID_LEN, sizeof(v.key));
	smb2_hdr_encode(&w, &hdr);
	smb2_lease_break_encode(&w, &v);
	return wire_put_status(&w);
}

static bool is_signed_in(const struct session *s)
{
	return !s->ending &&
	       (s->state == SESSION_STATE_VALID || s->state == SESSION_STATE_EXPIRED);
}

static bool same_user(const struct session *a, const struct session *b)
{
	return a == b ||
	       (strcmp(a->user, b->user) == 0 && strcmp(a->domain, b->domain) == 0);
}

static bool is_of(const struct server_conn *conn, const struct lease *lease)
{
	return !server_conn_over(conn) &&
	       view_equal(view_of(conn->client_guid, SMB2_GUID_LEN),
			  view_of(lease->name.lease, SMB2_GUID_LEN));
}

/*
 * "The first available connection" of the client, so it is the oldest; but not one on which
 * somebody else has signed in, for his ClientGuid is only what he says.
 */
static struct server_conn *oldest_of(const struct lease *lease, const struct session *s,
				     struct session **on)
{
	struct server_conn *found = NULL;
	const struct channel *c;
	struct session *other = session_table_of_user(lease->caching.server->sessions,
						      buf_view(&s->user16));

	for (; other != NULL; other = other->user_next) {
		if (!is_signed_in(other) || !same_user(other, s))
			continue;
		DL_FOREACH(other->channels, c)
		{
			if (!c->bound || !is_of(c->conn, lease) ||
			    (found != NULL && found->id <= c->conn->id))
				continue;
			found = c->conn;
			*on = other;
		}
	}
	return found;
}

/* Another channel of a session that has an open by it; its ClientGuid may be another. */
static struct server_conn *channel_of(const struct session *s)
{
	const struct channel *c;

	DL_FOREACH(s->channels, c)
	if (c->bound && !server_conn_over(c->conn))
		return c->conn;
	return NULL;
}

/* A connection that can still be tried, and the session on it. */
static struct server_conn *next_of(const struct lease *lease, struct session **on)
{
	const struct srv_file *f;

	DL_FOREACH2(lease->opens, f, lease_next)
	{
		struct server_conn *conn;
		struct session *s;

		if (!open_is_attached(&f->open))
			continue;
		s = open_session(&f->open);
		*on = s;
		conn = oldest_of(lease, s, on);
		if (conn == NULL && is_signed_in(s))
			conn = channel_of(s);
		if (conn != NULL)
			return conn;
	}
	return NULL;
}

/* A connection that breaks by it is not tried again, nor are opens that go with it. */
static bool send(struct lease *lease, struct view message)
{
	struct server_conn *conn;
	struct session *s;

	while ((conn = next_of(lease, &s)) != NULL) {
		bool seal = s->encrypt_data || s->seals;

		server_conn_send(conn, seal ? &s->keys : NULL, s->id, message);
		if (!server_conn_over(conn))
			return true;
	}
	return false;
}

/*
 * Opens of the client that wait for it (durable.h): without HANDLE it can't have them back,
 * and they must not stand in the way of whoever the break is for.
 */
static void close_detached(struct lease *lease)
{
	struct srv_file *f, *next;

	DL_FOREACH_SAFE2(lease->opens, f, next, lease_next)
	{
		if (!open_is_attached(&f->open))
			open_end(&f->open, OPEN_END_CLOSED);
	}
}

static bool tell(struct caching *c, unsigned from, unsigned to)
{
	struct lease *lease = (struct lease *)c;
	struct buf message;
	bool told = false;

	if (!c->again) /* Windows: a break that goes on is one change */
		lease->epoch++;
	buf_init(&message, 2 * SMB2_HDR_LEN);
	if (notification(&message, lease, from, to) == NS_OK)
		told = send(lease, buf_view(&message));
	buf_release(&message);
	if (told && (to & FS_CACHE_HANDLE) == 0)
		close_detached(lease);
	return told;
}

/* --------------------------------------------------------------------------- its kind --
 */

/* 2.1.4.12: without READ there is nothing. */
static unsigned without(const struct caching *c, unsigned rights)
{
	unsigned left = c->rights & ~rights;

	return (left & FS_CACHE_READ) != 0 ? left : 0;
}

static void close_all(struct caching *c)
{
	struct lease *lease = (struct lease *)c;

	while (lease->opens != NULL)
		open_end(&lease->opens->open, OPEN_END_CLOSED);
}

const struct caching_kind lease_kind = {
	.is_lease = true,
	.without = without,
	.tell = tell,
	.close = close_all,
};

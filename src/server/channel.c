/* SPDX-License-Identifier: MIT */
#include "server/channel.h"

#include <stdlib.h>
#include <utlist.h>

#include "base/log.h"
#include "server/conn.h"
#include "server/login.h"
#include "server/request.h"
#include "server/session_end.h"
#include "server/session_table.h"

enum ns_err channel_new(struct channel **out, struct session *s, struct server_conn *conn)
{
	struct channel *c;

	*out = NULL;
	if (s->channel_count >= CHANNELS_PER_SESSION)
		return NS_ELIMIT;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return NS_ENOMEM;
	c->session = s;
	c->conn = conn;
	c->conn_id = conn->id;
	c->signing = s->channels == NULL ? &s->keys : &c->own;
	DL_APPEND(s->channels, c);
	s->channel_count++;
	DL_APPEND2(conn->channels, c, conn_prev, conn_next);
	*out = c;
	return NS_OK;
}

void channel_bind(struct channel *c)
{
	c->bound = true;
	channel_count(c);
}

void channel_count(struct channel *c)
{
	if (c->counted || !c->bound || c->session->state == SESSION_STATE_IN_PROGRESS)
		return;
	c->counted = true;
	server_conn_signed_in(c->conn);
}

void channel_leave_conn(struct channel *c)
{
	struct server_conn *conn = c->conn;

	if (conn == NULL)
		return;
	DL_DELETE2(conn->channels, c, conn_prev, conn_next);
	if (c->counted)
		server_conn_signed_out(conn);
	c->counted = false;
	c->conn = NULL;
}

void channel_free(struct channel *c)
{
	if (c == NULL)
		return;
	login_free(c->login);
	smb_keys_release(&c->own);
	free(c);
}

static void channel_buried(struct grave *grave)
{
	channel_free((struct channel *)(void *)((char *)grave -
						offsetof(struct channel, grave)));
}

/* The primary went: the session is now known by the address of the next, 3.3.7.1. */
static void take_client_of(struct session *s, const struct channel *c)
{
	struct buf name;

	buf_init(&name, SESSION_CLIENT_MAX);
	if (session_client_name(&name, &c->conn->peer) != NS_OK ||
	    session_table_move_client(s->server->sessions, s, buf_view(&name)) != NS_OK)
		log_warn(session_log_name(s), "keeps its old client name: out of memory");
	buf_release(&name);
}

void channel_end(struct channel *c)
{
	struct session *s;
	bool was_primary;

	if (c == NULL)
		return;
	s = c->session;
	was_primary = s->channels == c;
	login_cancel(c);
	channel_leave_conn(c);
	DL_DELETE(s->channels, c);
	s->channel_count--;
	smb_keys_release(&c->own);
	server_bury(s->server, &c->grave, channel_buried);
	if (was_primary && s->channels != NULL && !s->ending)
		take_client_of(s, s->channels);
}

struct channel *channel_find_any(const struct server_conn *conn, uint64_t session_id)
{
	const struct session *s = session_table_find(conn->server->sessions, session_id);
	struct channel *c;

	if (s == NULL)
		return NULL;
	DL_FOREACH(s->channels, c)
	{
		if (c->conn == conn)
			return c;
	}
	return NULL;
}

struct channel *channel_find(const struct server_conn *conn, uint64_t session_id)
{
	struct channel *c = channel_find_any(conn, session_id);

	return c != NULL && c->bound ? c : NULL;
}

void channels_end_requests(struct session *s, const struct tree *tree,
			   const struct open *open)
{
	struct channel *c, *next;

	/*
	 * Answering may break a connection, and that may end the session with all of its
	 * channels: they have none then.
	 */
	DL_FOREACH_SAFE(s->channels, c, next)
	{
		if (c->conn != NULL)
			srv_requests_end(c->conn, s, tree, open);
	}
}

/*
 * A channel that is still binding was nobody's way to the session, and its loss is not the
 * session's.  A session that is being ended right now lost this connection over its last
 * words: session_end() goes on with the channels that remain.
 */
static void lose(struct channel *c)
{
	struct session *s = c->session;

	if (s->ending) {
		channel_end(c);
		return;
	}
	if (s->channel_count == 1) {
		session_end(s, SESSION_END_CONN_LOST, NULL);
		return;
	}
	srv_requests_end(c->conn, s, NULL, NULL);
	channel_end(c);
	if (!session_has_bound_channel(s))
		session_end(s, SESSION_END_CONN_LOST, NULL);
}

void channels_conn_lost(struct server_conn *conn)
{
	while (conn->channels != NULL)
		lose(conn->channels);
}

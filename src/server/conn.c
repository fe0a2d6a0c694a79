/* SPDX-License-Identifier: MIT */
#include "server/conn.h"

#include <stdio.h>
#include <stdlib.h>
#include <utlist.h>

#include "base/log.h"
#include "security/seal.h"
#include "server/channel.h"
#include "server/conn_limits.h"
#include "server/limits.h"
#include "server/request.h"

#define LOG_NAME_MAX 32

/* ------------------------------------------------------------------------ its life -- */

static void log_name(char out[LOG_NAME_MAX], const struct server_conn *conn)
{
	(void)snprintf(out, LOG_NAME_MAX, "conn %llu", (unsigned long long)conn->id);
}

struct server_conn *server_conn_new(struct server *server, const struct peer *peer)
{
	struct server_conn *conn = calloc(1, sizeof(*conn));
	char name[LOG_NAME_MAX];

	if (conn == NULL || server->draining)
		goto refuse;
	conn->server = server;
	conn->peer = *peer;
	if (!conn_limits_enter(conn))
		goto refuse;
	conn->id = ++server->last_conn;
	conn->created = server->now;
	conn->unauthenticated_since = server->now;
	credits_init(&conn->credits);
	preauth_init(&conn->preauth);
	buf_init(&conn->in, LIMIT_INPUT_MAX);
	outbox_init(&conn->out, LIMIT_OUTPUT_MAX);
	DL_PREPEND(server->conns, conn);
	server->counters.conns_now++;
	server->counters.conns_accepted++;
	log_name(name, conn);
	log_debug(name, "from %s port %u", peer->name, (unsigned)peer->port);
	return conn;
refuse:
	server->counters.conns_refused++;
	free(conn);
	return NULL;
}

static void conn_destroy(struct grave *grave)
{
	struct server_conn *conn =
		(struct server_conn *)((char *)grave - offsetof(struct server_conn, grave));

	credits_release(&conn->credits);
	buf_wipe(&conn->in);
	outbox_release(&conn->out);
	free(conn->client_dialects);
	free(conn);
}

/* What every end has in common; the channels' sessions may still queue their last words. */
static void conn_end(struct server_conn *conn)
{
	channels_conn_lost(conn);
	conn->over = true;
	srv_requests_end(conn, NULL, NULL, NULL);
	conn->server->env.output(conn->server->env.ctx, conn);
}

void server_conn_free(struct server_conn *conn)
{
	struct server *server;

	if (conn == NULL || conn->freed)
		return;
	server = conn->server;
	if (!conn->over)
		conn_end(conn);
	conn->freed = true;
	conn_limits_leave(conn);
	DL_DELETE(server->conns, conn);
	server->counters.conns_now--;
	server_bury(server, &conn->grave, conn_destroy);
}

void server_conn_drop(struct server_conn *conn, const char *why)
{
	char name[LOG_NAME_MAX];

	if (conn->over)
		return;
	conn->over = true; /* nothing more is sent, not even by what ends now */
	log_name(name, conn);
	log_info(name, "%s is dropped: %s", conn->peer.name, why);
	conn->server->counters.conns_dropped++;
	conn_end(conn);
}

void server_conn_eof(struct server_conn *conn)
{
	if (conn->over)
		return;
	conn->over = true;
	outbox_release(&conn->out);
	conn_end(conn);
}

void server_conn_shut(struct server_conn *conn)
{
	if (!conn->over)
		conn_end(conn);
}

bool server_conn_over(const struct server_conn *conn)
{
	return conn->over;
}

/* -------------------------------------------------------------- signed in and out -- */

void server_conn_signed_in(struct server_conn *conn)
{
	if (conn->valid_sessions++ == 0)
		conn_limits_signed_in(conn);
}

void server_conn_signed_out(struct server_conn *conn)
{
	if (--conn->valid_sessions > 0)
		return;
	conn->unauthenticated_since = conn->server->now;
	conn_limits_signed_out(conn);
}

/* -------------------------------------------------------------------------- output -- */

/* Seals the message if need be, and puts the transport's header in front of it. */
static enum ns_err finish_frame(struct buf *frame, size_t *at, struct smb_keys *seal,
				uint64_t session_id)
{
	enum ns_err err = NS_OK;

	if (seal != NULL)
		err = smb_seal_at(seal, frame, NBSS_HDR_LEN, session_id);
	*at = seal != NULL ? 0 : SMB2_TRANSFORM_LEN;
	return err == NS_OK ? nbss_patch(frame, *at) : err;
}

void server_conn_send_frame(struct server_conn *conn, struct smb_keys *seal,
			    uint64_t session_id, struct buf *frame)
{
	size_t before = conn->out.n, at;
	enum ns_err err;

	if (conn->over)
		return;
	err = finish_frame(frame, &at, seal, session_id);
	if (err == NS_OK)
		err = outbox_add(&conn->out, frame, at);
	if (err != NS_OK) {
		server_conn_drop(conn, err == NS_ELIMIT ? "it does not read its answers"
							: ns_err_text(err));
		return;
	}
	if (before == 0)
		conn->out_since = conn->server->now;
	conn->server->counters.bytes_sent += conn->out.n - before;
	conn->server->env.output(conn->server->env.ctx, conn);
}

void server_conn_send(struct server_conn *conn, struct smb_keys *seal, uint64_t session_id,
		      struct view message)
{
	struct buf frame;

	buf_init(&frame, SERVER_FRAME_ROOM + message.n);
	if (buf_append_zero(&frame, SERVER_FRAME_ROOM) == NS_OK &&
	    buf_append(&frame, message) == NS_OK)
		server_conn_send_frame(conn, seal, session_id, &frame);
	else
		server_conn_drop(conn, ns_err_text(NS_ENOMEM));
	buf_release(&frame);
}

struct view server_conn_output(const struct server_conn *conn)
{
	return outbox_front(&conn->out);
}

void server_conn_sent(struct server_conn *conn, size_t n)
{
	outbox_sent(&conn->out, n);
	if (n > 0)
		conn->out_since = conn->server->now;
	if (conn->in.n > 0)
		server_conn_take(conn, (struct view){0});
}

bool server_conn_wants_input(const struct server_conn *conn)
{
	return !conn->over && conn->out.n + conn->promised <= LIMIT_PROMISED_MAX &&
	       conn->pending_count < LIMIT_PENDING_MAX;
}

/* ---------------------------------------------------------------------------- time -- */

void server_conn_tick(struct server_conn *conn)
{
	uint64_t now = conn->server->now;

	if (conn->over)
		return;
	if (!server_conn_wants_input(conn))
		conn->in_since = now; /* it is us who take long */
	if (conn->valid_sessions == 0 &&
	    now - conn->unauthenticated_since >= LIMIT_UNAUTHENTICATED_MS)
		server_conn_drop(conn, "nobody signed in"); /* 3.3.6.3 */
	else if (conn->in.n > 0 && now - conn->in_since >= LIMIT_FRAME_MS)
		server_conn_drop(conn, "it takes too long over one message");
	else if (conn->out.n > 0 && now - conn->out_since >= LIMIT_STALLED_MS)
		server_conn_drop(conn, "it does not read its answers");
}

/* SPDX-License-Identifier: MIT */
#include "server/session_end.h"

#include <stdlib.h>
#include <utlist.h>

#include "base/log.h"
#include "security/sign.h"
#include "server/audit.h"
#include "server/channel.h"
#include "server/conn.h"
#include "server/login.h"
#include "server/open.h"
#include "server/request.h"
#include "server/session_table.h"
#include "server/tombstone.h"
#include "server/tree.h"
#include "wire/smb2_notification.h"

/* What each reason means for the steps of an end. */
struct reason {
	const char *name;
	bool keeps_durable; /* [MS-SMB2] 3.3.7.1, 3.3.5.6; not 3.3.4.12 */
	bool tells_client;  /* the client does not know yet */
};

/* clang-format off */
static const struct reason reasons[SESSION_END_REASONS] = {
	[SESSION_END_LOGIN_FAILED]  = {"login-failed",  false, false},
	[SESSION_END_LOGOFF]        = {"logoff",        true,  false},
	[SESSION_END_CONN_LOST]     = {"connection-lost", true, false},
	[SESSION_END_PREVIOUS]      = {"reconnected",   true,  false},
	[SESSION_END_REAUTH_FAILED] = {"reauthentication-failed", false, false},
	[SESSION_END_IDLE]          = {"idle",          false, true},
	[SESSION_END_ADMIN]         = {"administrator", false, true},
	[SESSION_END_ACCOUNT]       = {"account",       false, true},
	[SESSION_END_SHUTDOWN]      = {"shutdown",      false, true},
};
/* clang-format on */

const char *session_end_reason_name(enum session_end_reason reason)
{
	return reasons[reason].name;
}

bool session_end_keeps_durable(enum session_end_reason reason)
{
	return reasons[reason].keeps_durable;
}

/* ---------------------------------------------------------------------- the steps -- */

/* What others wait for; and some of what waits in this session has it by that. */
static void let_go(const struct session *s, enum session_end_reason reason)
{
	struct tree *t;

	DL_FOREACH(s->trees, t)
	opens_let_go(t, reason);
}

static void answer_requests(struct session *s)
{
	struct channel *c;

	DL_FOREACH(s->channels, c)
	login_cancel(c);
	channels_end_requests(s, NULL, NULL);
}

/* SmbNotifySessionClosed, [MS-SMB2] 2.2.44: unasked, of no tree, granting no credits. */
static enum ns_err notification(struct buf *out, const struct session *s,
				const struct channel *c)
{
	const struct smb2_hdr hdr = {
		.command = SMB2_NOTIFICATION,
		.flags = SMB2_FLAGS_SERVER_TO_REDIR,
		.message_id = SMB2_MESSAGE_ID_UNSOLICITED,
		.session_id = s->id,
	};
	struct wire_writer w = wire_writer_at_end(out);
	enum ns_err err;

	smb2_hdr_encode(&w, &hdr);
	smb2_notification_session_closed_encode(&w);
	err = wire_put_status(&w);
	if (err == NS_OK && s->has_keys && !s->encrypt_data)
		err = smb_sign(c->signing, out, 0, out->n);
	return err;
}

/* On the first channel that takes it. */
static void tell_client(struct session *s)
{
	struct channel *c, *next;

	DL_FOREACH_SAFE(s->channels, c, next)
	{
		struct server_conn *conn = c->conn;
		struct buf message;
		enum ns_err err;

		if (!c->bound || server_conn_over(conn))
			continue;
		buf_init(&message, 2 * SMB2_HDR_LEN);
		err = notification(&message, s, c);
		if (err == NS_OK)
			server_conn_send(conn, s->encrypt_data ? &s->keys : NULL, s->id,
					 buf_view(&message));
		buf_release(&message);
		if (err == NS_OK && !server_conn_over(conn))
			return;
	}
}

/*
 * Nobody else on the connection of a client that seals: 3.3.5.2.1.1 would drop it with the
 * next request, and it goes now, for a client exists (Linux 6.1) that seals what it writes
 * in place, and sends that again as data once it hears that its session is gone.
 */
static void leave_conns(struct session *s, bool client_knows)
{
	struct channel *c;

	DL_FOREACH(s->channels, c)
	{
		struct server_conn *conn = c->conn;

		channel_leave_conn(c);
		if (s->seals && !client_knows && conn != NULL && conn->channels == NULL)
			server_conn_shut(conn);
	}
}

static void count(const struct session *s, bool was_listed, enum session_end_reason reason)
{
	struct server_counters *n = &s->server->counters;

	if (!was_listed) {
		n->sessions_unauthenticated_now--;
		return;
	}
	n->sessions_now--;
	if (reason == SESSION_END_ADMIN)
		n->sessions_ended++;
	else if (reason == SESSION_END_IDLE)
		n->sessions_timed_out++;
	else if (reason == SESSION_END_CONN_LOST)
		n->sessions_errored_out++;
}

static void session_buried(struct grave *grave)
{
	session_free((struct session *)(void *)((char *)grave -
						offsetof(struct session, grave)));
}

void session_end(struct session *s, enum session_end_reason reason, const char *by)
{
	struct server *server = s->server;
	bool was_listed = s->state != SESSION_STATE_IN_PROGRESS;

	if (s->ending)
		return;
	s->ending = true;
	if (was_listed)
		audit_session_end(s, reason, by);
	log_debug(session_log_name(s), "ends: %s", reasons[reason].name);
	let_go(s, reason);
	answer_requests(s);
	session_table_remove(server->sessions, s);
	if (s->notifications && was_listed && reasons[reason].tells_client)
		tell_client(s);
	leave_conns(s, !reasons[reason].tells_client);
	count(s, was_listed, reason);
	tombstone_take(server->tombstones, s, server->now);
	while (s->channels != NULL)
		channel_end(s->channels);
	/* Last: what closes here may let a compound of this session go on. */
	while (s->trees != NULL)
		tree_end(s->trees, reason);
	server_bury(server, &s->grave, session_buried);
}

/* ------------------------------------------------------------------ ends that wait -- */

void session_end_later(struct session *s, enum session_end_reason reason, const char *by)
{
	if (s->ending || s->end_waits)
		return;
	s->end_waits = true;
	s->end_reason = (uint8_t)reason;
	s->end_at = s->server->now + SESSION_END_WAIT_MS;
	s->end_by = by != NULL ? strdup(by) : NULL;
	s->server->sessions->waiting++;
	if (s->server->sessions->next_sweep > s->end_at)
		s->server->sessions->next_sweep = s->end_at;
}

void session_end_waiting(struct session *s)
{
	session_end(s, s->end_reason, s->end_by);
}

void session_end_after_answer(struct server *server, uint64_t session_id)
{
	struct session *s = session_table_find(server->sessions, session_id);

	if (s != NULL && s->end_waits)
		session_end_waiting(s);
}

/* ------------------------------------------------------------------------ of many -- */

struct matching {
	struct session *own;
	const char *by;
	size_t n;
};

static void end_one(void *ctx, struct session *s)
{
	struct matching *m = ctx;

	m->n++;
	if (s == m->own)
		session_end_later(s, SESSION_END_ADMIN, m->by);
	else
		session_end(s, SESSION_END_ADMIN, m->by);
}

size_t session_end_matching(struct server *server, const struct session_filter *filter,
			    struct session *own, const char *by)
{
	struct matching m = {.own = own, .by = by};

	session_table_each(server->sessions, filter, end_one, &m);
	return m.n;
}

void session_end_all(struct server *server, enum session_end_reason reason)
{
	struct session_table *t = server->sessions;

	for (int state = 0; state < SESSION_STATE_DEAD; state++) {
		while (t->state[state] != NULL)
			session_end(t->state[state], reason, NULL);
	}
}

/* SPDX-License-Identifier: MIT */
#include "server/audit.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/log.h"
#include "base/ntstatus.h"
#include "base/nttime.h"
#include "server/channel.h"
#include "server/conn.h"
#include "server/open.h"
#include "server/open_owner.h"

/* A line in the making; a pair that does not fit is left out, never half of one. */
struct line {
	char text[AUDIT_LINE_MAX];
	size_t n;
	bool full;
};

static bool needs_quotes(const char *value)
{
	if (*value == '\0')
		return true;
	for (; *value != '\0'; value++) {
		unsigned char c = (unsigned char)*value;

		if (c <= ' ' || c == '"' || c == '\\' || c == '=' || c == 0x7f)
			return true;
	}
	return false;
}

static void put(struct line *l, const char *s, size_t n)
{
	if (n >= sizeof(l->text) - l->n)
		l->full = true;
	if (l->full)
		return;
	memcpy(l->text + l->n, s, n);
	l->n += n;
	l->text[l->n] = '\0';
}

/* One character of a quoted value, so that what a peer sent can't forge a pair or a line.
 */
static size_t escape(char out[5], unsigned char c)
{
	if (c == '"' || c == '\\') {
		out[0] = '\\';
		out[1] = (char)c;
		return 2;
	}
	if (c >= ' ' && c != 0x7f) {
		out[0] = (char)c;
		return 1;
	}
	return (size_t)snprintf(out, 5, "\\x%02x", c);
}

static void put_quoted(struct line *l, const char *value)
{
	char out[5];

	put(l, "\"", 1);
	for (; *value != '\0'; value++)
		put(l, out, escape(out, (unsigned char)*value));
	put(l, "\"", 1);
}

static void put_text(struct line *l, const char *key, const char *value)
{
	size_t before = l->n;

	if (l->n > 0)
		put(l, " ", 1);
	put(l, key, strlen(key));
	put(l, "=", 1);
	if (needs_quotes(value))
		put_quoted(l, value);
	else
		put(l, value, strlen(value));
	if (l->full)
		l->n = before;
	l->text[l->n] = '\0';
	l->full = false;
}

static void put_number(struct line *l, const char *key, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	put_text(l, key, text);
}

static void put_time(struct line *l, const struct server *server)
{
	time_t t = (time_t)nttime_to_unix(server_time(server));
	char text[32];
	struct tm tm;

	if (gmtime_r(&t, &tm) != NULL &&
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) > 0)
		put_text(l, "time", text);
}

static void put_session(struct line *l, const struct session *s)
{
	char id[24];

	snprintf(id, sizeof(id), "0x%016" PRIx64, s->id);
	put_text(l, "session", id);
	put_number(l, "number", s->global_id);
	put_text(l, "user", s->user != NULL ? s->user : "");
	put_text(l, "domain", s->domain != NULL ? s->domain : "");
	if (s->channels != NULL && s->channels->conn != NULL)
		put_text(l, "client", s->channels->conn->peer.name);
}

static struct line begin(const struct server *server, const char *event)
{
	struct line l = {.n = 0};

	put_text(&l, "event", event);
	put_time(&l, server);
	return l;
}

static void finish(const struct server *server, const struct line *l)
{
	if (server->env.audit != NULL)
		server->env.audit(server->env.ctx, l->text);
	else
		log_info("audit", "%s", l->text);
}

void audit_session_begin(const struct session *s, unsigned mech)
{
	struct line l = begin(s->server, "session-begin");

	put_session(&l, s);
	put_text(&l, "by", mech == AUTH_MECH_KERBEROS ? "kerberos" : "ntlm");
	if (s->anonymous)
		put_text(&l, "as", "anonymous");
	else if (s->guest)
		put_text(&l, "as", "guest");
	finish(s->server, &l);
}

void audit_session_end(const struct session *s, enum session_end_reason reason,
		       const char *by)
{
	struct line l = begin(s->server, "session-end");

	put_session(&l, s);
	put_text(&l, "reason", session_end_reason_name(reason));
	if (by != NULL)
		put_text(&l, "by", by);
	put_number(&l, "opens", s->open_count);
	put_number(&l, "trees", s->tree_count);
	put_number(&l, "age", session_age(s, s->server->now));
	put_number(&l, "idle", session_idle(s, s->server->now));
	finish(s->server, &l);
}

void audit_login_failed(const struct server_conn *conn, const char *user, uint32_t status)
{
	struct line l = begin(conn->server, "login-failed");

	put_text(&l, "user", user);
	put_text(&l, "client", conn->peer.name);
	put_text(&l, "status", ntstatus_name(status));
	finish(conn->server, &l);
}

void audit_open_closed(const struct open *o, const char *path, const char *by)
{
	struct line l = begin(o->server, "open-closed");

	if (open_is_attached(o)) {
		put_session(&l, open_session(o));
	} else {
		put_text(&l, "user", o->owner->user);
		put_text(&l, "domain", o->owner->domain);
	}
	put_text(&l, "path", path);
	put_text(&l, "by", by);
	finish(o->server, &l);
}

/* SPDX-License-Identifier: MIT */
#include "server/session.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <utlist.h>

#include "base/utf16.h"
#include "server/access.h"
#include "server/channel.h"
#include "server/conn.h"
#include "server/open_owner.h"
#include "server/server_config.h"
#include "server/session_table.h"

#define MS_PER_SECOND 1000u
#define NTTIME_PER_MS 10000u /* FILETIME: 100 ns */

/* The text forms of names that a session keeps. */
struct names {
	char *user, *domain;
	struct buf user16, domain16, sids;
};

static void names_release(struct names *n)
{
	free(n->user);
	free(n->domain);
	buf_release(&n->user16);
	buf_release(&n->domain16);
	buf_release(&n->sids);
}

/*
 * An account of ours belongs to our domain, whatever the client says its domain is; a
 * Kerberos user belongs to the realm that vouched for it.
 */
static const char *domain_of(const struct session *s, const struct auth_identity *who,
			     unsigned mech)
{
	if (who->anonymous)
		return "";
	return mech == AUTH_MECH_KERBEROS ? who->domain : s->server->config->domain;
}

static enum ns_err names_make(struct names *n, const struct auth_identity *who,
			      const char *domain)
{
	enum ns_err err;

	*n = (struct names){0};
	buf_init(&n->user16, 2 * AUTH_NAME_MAX);
	buf_init(&n->domain16, 2 * AUTH_NAME_MAX);
	buf_init(&n->sids, AUTH_SIDS_MAX);
	n->user = strdup(who->user);
	n->domain = strdup(domain != NULL ? domain : "");
	if (n->user == NULL || n->domain == NULL)
		return NS_ENOMEM;
	err = utf16_from_utf8(&n->user16, view_of_string(n->user));
	if (err == NS_OK)
		err = utf16_from_utf8(&n->domain16, view_of_string(n->domain));
	if (err == NS_OK)
		err = buf_append(&n->sids, who->sids);
	buf_shrink(&n->user16);
	buf_shrink(&n->domain16);
	buf_shrink(&n->sids);
	return err;
}

enum ns_err session_client_name(struct buf *out, const struct peer *peer)
{
	bool v6 = strchr(peer->name, ':') != NULL;
	char text[PEER_NAME_MAX + 4];

	snprintf(text, sizeof(text), v6 ? "\\\\[%s]" : "\\\\%s", peer->name);
	return utf16_from_utf8(out, view_of_string(text));
}

/* ---------------------------------------------------------------------- being made -- */

/*
 * SessionIds go round all 32-bit numbers in steps of an odd one, drawn once: none comes
 * again before all others have been given.  They have 32 bits because clients exist that
 * keep no more; nothing rests on their not being guessed.  0 is no session, 3.3.5.5.1.
 */
static enum ns_err give_id(const struct server *server, uint64_t *id)
{
	struct session_table *t = server->sessions;
	uint32_t drawn[2];
	enum ns_err err;

	if (t->id_step == 0) {
		err = server_random(server, drawn, sizeof(drawn));
		if (err != NS_OK)
			return err;
		t->last_id = drawn[0];
		t->id_step = drawn[1] | 1;
	}
	do {
		t->last_id += t->id_step;
	} while (t->last_id == 0 || session_table_find(t, t->last_id) != NULL);
	*id = t->last_id;
	return NS_OK;
}

static size_t channels_of(const struct server_conn *conn)
{
	const struct channel *c;
	size_t n = 0;

	DL_COUNT2(conn->channels, c, n, conn_next);
	return n;
}

/* Those that are signing in count as well: they cost as much. */
static bool has_room(const struct server_conn *conn)
{
	const struct server_config *config = conn->server->config;
	const struct session_table *t = conn->server->sessions;

	return !conn->server->draining &&
	       session_table_listed(t) + t->count[SESSION_STATE_IN_PROGRESS] <
		       config->max_sessions &&
	       channels_of(conn) < config->max_sessions_per_connection;
}

static void session_init(struct session *s, const struct server_conn *conn)
{
	s->server = conn->server;
	s->dialect = conn->dialect;
	s->cipher = conn->cipher;
	memcpy(s->client_guid, conn->client_guid, sizeof(s->client_guid));
	s->created = conn->server->now;
	s->last_used = conn->server->now;
	s->expires = SESSION_NEVER;
	s->notifications = conn->notifications;
	buf_init(&s->user16, 2 * AUTH_NAME_MAX);
	buf_init(&s->domain16, 2 * AUTH_NAME_MAX);
	buf_init(&s->client16, SESSION_CLIENT_MAX);
	buf_init(&s->sids, AUTH_SIDS_MAX);
}

enum ns_err session_new(struct session **out, struct server_conn *conn)
{
	struct server *server = conn->server;
	struct channel *c = NULL;
	struct session *s;
	enum ns_err err;

	*out = NULL;
	if (!has_room(conn))
		return NS_ELIMIT;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NS_ENOMEM;
	session_init(s, conn);
	err = give_id(server, &s->id);
	if (err == NS_OK)
		err = session_client_name(&s->client16, &conn->peer);
	if (err == NS_OK)
		err = channel_new(&c, s, conn);
	if (err == NS_OK)
		err = session_table_add(server->sessions, s);
	if (err != NS_OK) {
		channel_end(c);
		session_free(s);
		return err;
	}
	buf_shrink(&s->client16);
	channel_bind(c);
	server->counters.sessions_unauthenticated_now++;
	*out = s;
	return NS_OK;
}

/* --------------------------------------------------------------------- being somebody --
 */

static void take_names(struct session *s, struct names *n)
{
	free(s->user);
	free(s->domain);
	s->user = n->user;
	s->domain = n->domain;
	n->user = NULL;
	n->domain = NULL;
	buf_release(&s->user16);
	buf_release(&s->domain16);
	buf_release(&s->sids);
	buf_move(&s->user16, &n->user16);
	buf_move(&s->domain16, &n->domain16);
	buf_move(&s->sids, &n->sids);
}

static void take_rights(struct session *s, const struct auth_identity *who)
{
	struct access_who as;

	s->anonymous = who->anonymous;
	s->guest = who->guest;
	s->expires = SESSION_NEVER;
	if (who->expires != 0) {
		uint64_t time = server_time(s->server);
		uint64_t left = who->expires > time ? who->expires - time : 0;

		s->expires = s->server->now + left / NTTIME_PER_MS;
	}
	as = access_who_of(s);
	s->groups = access_groups(s->server->config, &as);
}

/* Others of this user, or of this client, may fill the room there is. */
static bool may_have_another(const struct session *s)
{
	const struct server_config *config = s->server->config;
	const struct session_table *t = s->server->sessions;

	return session_table_count_user(t, buf_view(&s->user16)) <
		       config->max_sessions_per_user &&
	       session_table_count_client(t, buf_view(&s->client16)) <
		       config->max_sessions_per_client;
}

enum ns_err session_sign_in(struct session *s, const struct auth_identity *who,
			    unsigned mech)
{
	struct server_counters *count = &s->server->counters;
	struct channel *c;
	struct names n;
	enum ns_err err = names_make(&n, who, domain_of(s, who, mech));

	if (err == NS_OK) {
		take_names(s, &n);
		err = may_have_another(s) ? session_table_index(s->server->sessions, s)
					  : NS_ELIMIT;
	}
	names_release(&n);
	if (err != NS_OK)
		return err;
	s->own_account = mech != AUTH_MECH_KERBEROS;
	take_rights(s, who);
	session_table_enter(s->server->sessions, s, SESSION_STATE_VALID);
	count->sessions_unauthenticated_now--;
	count->sessions_now++;
	count->sessions_opened++;
	DL_FOREACH(s->channels, c)
	{
		channel_count(c);
	}
	return NS_OK;
}

bool session_is_user(const struct session *s, const struct auth_identity *who,
		     unsigned mech)
{
	if (who->anonymous || who->guest || s->user == NULL || s->user16.n == 0)
		return false;
	return s->own_account == (mech != AUTH_MECH_KERBEROS) &&
	       utf8_equal_folded(view_of_string(s->user), view_of_string(who->user)) &&
	       (s->own_account ||
		utf8_equal_folded(view_of_string(s->domain), view_of_string(who->domain)));
}

bool session_same_user(const struct session *a, const struct session *b)
{
	struct auth_identity who = {.user = b->user,
				    .domain = b->domain,
				    .anonymous = b->anonymous,
				    .guest = b->guest};

	return b->user != NULL &&
	       session_is_user(a, &who,
			       b->own_account ? AUTH_MECH_NTLM : AUTH_MECH_KERBEROS);
}

enum ns_err session_refresh(struct session *s, const struct auth_identity *who,
			    unsigned mech)
{
	struct buf sids;
	enum ns_err err;

	if (!who->anonymous && !session_is_user(s, who, mech))
		return NS_EACCESS;
	buf_init(&sids, AUTH_SIDS_MAX);
	err = buf_append(&sids, who->sids);
	if (err != NS_OK)
		return err;
	buf_shrink(&sids);
	buf_release(&s->sids);
	buf_move(&s->sids, &sids);
	take_rights(s, who);
	if (s->state == SESSION_STATE_EXPIRED)
		session_table_enter(s->server->sessions, s, SESSION_STATE_VALID);
	return NS_OK;
}

/* ---------------------------------------------------------------------- being looked at --
 */

void session_touch(struct session *s, uint64_t now)
{
	s->last_used = now;
	if (s->expires <= now)
		session_expire(s);
}

void session_expire(struct session *s)
{
	if (s->state != SESSION_STATE_VALID)
		return;
	session_table_enter(s->server->sessions, s, SESSION_STATE_EXPIRED);
	s->server->counters.sessions_timed_out++;
}

bool session_is_listed(const struct session *s)
{
	return (s->state == SESSION_STATE_VALID || s->state == SESSION_STATE_EXPIRED) &&
	       !s->end_waits && !s->ending;
}

bool session_has_bound_channel(const struct session *s)
{
	const struct channel *c;

	DL_FOREACH(s->channels, c)
	{
		if (c->bound)
			return true;
	}
	return false;
}

static uint32_t seconds_since(uint64_t then, uint64_t now)
{
	uint64_t s = now > then ? (now - then) / MS_PER_SECOND : 0;

	return s < UINT32_MAX ? (uint32_t)s : UINT32_MAX;
}

uint32_t session_age(const struct session *s, uint64_t now)
{
	return seconds_since(s->created, now);
}

uint32_t session_idle(const struct session *s, uint64_t now)
{
	return seconds_since(s->last_used, now);
}

const char *session_log_name(const struct session *s)
{
	static char text[sizeof("session 0x") + 16];

	snprintf(text, sizeof(text), "session 0x%016" PRIx64, s->id);
	return text;
}

const char *session_state_name(enum session_state state)
{
	static const char *const names[SESSION_STATES] = {
		[SESSION_STATE_IN_PROGRESS] = "in progress",
		[SESSION_STATE_VALID] = "valid",
		[SESSION_STATE_EXPIRED] = "expired",
		[SESSION_STATE_DEAD] = "dead",
	};

	return names[state];
}

void session_free(struct session *s)
{
	if (s == NULL)
		return;
	free(s->user);
	free(s->domain);
	free(s->end_by);
	open_owner_put(s->owner);
	buf_release(&s->user16);
	buf_release(&s->domain16);
	buf_release(&s->client16);
	buf_release(&s->sids);
	smb_keys_release(&s->keys);
	free(s);
}

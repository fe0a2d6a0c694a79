/* SPDX-License-Identifier: MIT */
#include <utlist.h>

#include "server/channel.h"
#include "server/limits.h"
#include "server/login.h"
#include "server/server_config.h"
#include "server/session_end.h"
#include "server/session_table.h"

/*
 * What time does to sessions.  The walk over all of them is made every LIMIT_SWEEP_MS, as
 * often as a Windows server's timers (45 s) and oftener.  Expiry is noticed with every
 * request as well (session_touch()); the walk is for sessions that nobody uses.
 */

/* The first login takes too long, or its exchange was cancelled and nobody went on. */
static bool login_is_late(const struct session *s, uint64_t now)
{
	return now - s->created >= LOGIN_MS;
}

static void end_late_logins(struct session_table *t, uint64_t now)
{
	struct session *s, *next;

	DL_FOREACH_SAFE2(t->state[SESSION_STATE_IN_PROGRESS], s, next, state_next)
	{
		if (!login_is_late(s, now))
			break; /* the list is in the order of creation */
		session_end(s, SESSION_END_LOGIN_FAILED, NULL);
	}
}

/* A re-authentication or a binding that stopped half-way; the session is not its matter. */
static void drop_late_channels(struct session *s, uint64_t now)
{
	struct channel *c, *next;

	DL_FOREACH_SAFE(s->channels, c, next)
	{
		if (c->login == NULL || login_is_busy(c->login) || c->login->deadline > now)
			continue;
		login_cancel(c);
		if (!c->bound)
			channel_end(c);
	}
}

/* Autodisconnect cuts what nobody uses: no open, and no request for so long. */
static bool is_idle(const struct session *s, uint64_t now)
{
	uint64_t limit = s->server->config->autodisconnect_ms;

	return limit != 0 && s->open_count == 0 && now > s->last_used &&
	       now - s->last_used >= limit;
}

/* Dead: another's end took its connection down, and this session with it. */
static void look_at(struct session *s, uint64_t now)
{
	if (s->ending)
		return;
	drop_late_channels(s, now);
	if (s->expires <= now)
		session_expire(s);
	if (s->end_waits && s->end_at <= now)
		session_end_waiting(s);
	else if (is_idle(s, now))
		session_end(s, SESSION_END_IDLE, NULL);
}

static void look_at_all(struct session *head, uint64_t now)
{
	struct session *s, *next;

	DL_FOREACH_SAFE2(head, s, next, state_next)
	{
		look_at(s, now);
	}
}

void sessions_tick(struct server *server)
{
	struct session_table *t = server->sessions;

	if (server->now < t->next_sweep)
		return;
	end_late_logins(t, server->now);
	/* The expired first: what expires now moves to their list, and is looked at once.
	 */
	look_at_all(t->state[SESSION_STATE_EXPIRED], server->now);
	look_at_all(t->state[SESSION_STATE_VALID], server->now);
	t->next_sweep = server->now +
			(t->waiting > 0 ? SESSION_END_WAIT_MS : (uint64_t)LIMIT_SWEEP_MS);
}

uint64_t sessions_next_deadline(const struct server *server)
{
	const struct session_table *t = server->sessions;
	bool any = false;

	for (int state = 0; state < SESSION_STATE_DEAD; state++)
		any = any || t->count[state] > 0;
	return any ? t->next_sweep : UINT64_MAX;
}

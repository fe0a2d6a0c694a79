/* SPDX-License-Identifier: MIT */
#include <utlist.h>

#include "base/match.h"
#include "base/utf16.h"
#include "server/server_config.h"
#include "server/session_table.h"

/* A filter taken apart once, for the many sessions it is held against. */
struct sieve {
	bool by_client, by_user;
	struct match_client client;
	struct match_user user;
};

static struct sieve sieve_of(const struct session_filter *filter)
{
	struct sieve v = {.by_client = filter->client.n > 0, .by_user = filter->user.n > 0};

	if (v.by_client)
		v.client = match_client_of(filter->client);
	if (v.by_user)
		v.user = match_user_of(filter->user);
	return v;
}

static bool same_client(const struct session *s, const struct match_client *want)
{
	struct match_client mine = match_client_of(buf_view(&s->client16));

	return match_client_equal(&mine, want);
}

/* Accounts of ours are also known as SERVER\bob, as those of a Windows computer are. */
static bool is_server_name(const struct session *s, struct view domain16)
{
	struct buf name;
	bool same = false;

	buf_init(&name, AUTH_NAME_MAX);
	if (utf16_from_utf8(&name, view_of_string(s->server->config->name)) == NS_OK)
		same = utf16_equal_folded(buf_view(&name), domain16);
	buf_release(&name);
	return same;
}

/*
 * The bare name as a user has it.  A domain before a backslash is held against the
 * session's domain, and a realm behind an '@' as well: Kerberos gives the realm as the
 * domain.
 */
static bool same_user(const struct session *s, const struct match_user *want)
{
	struct match_user mine = {.name = buf_view(&s->user16),
				  .domain = buf_view(&s->domain16),
				  .realm = buf_view(&s->domain16)};

	if (!utf16_equal_folded(mine.name, want->name))
		return false;
	return match_user_equal(&mine, want) ||
	       (s->own_account && is_server_name(s, want->domain));
}

static bool passes(const struct session *s, const struct sieve *v)
{
	return session_is_listed(s) && (!v->by_client || same_client(s, &v->client)) &&
	       (!v->by_user || same_user(s, &v->user));
}

bool session_matches(const struct session *s, const struct session_filter *filter)
{
	struct sieve v = sieve_of(filter);

	return passes(s, &v);
}

static void each_of_user(struct session *head, const struct sieve *v,
			 void (*each)(void *ctx, struct session *s), void *ctx)
{
	struct session *s, *next;

	DL_FOREACH_SAFE2(head, s, next, user_next)
	{
		if (passes(s, v))
			each(ctx, s);
	}
}

static void each_of_client(struct session *head, const struct sieve *v,
			   void (*each)(void *ctx, struct session *s), void *ctx)
{
	struct session *s, *next;

	DL_FOREACH_SAFE2(head, s, next, client_next)
	{
		if (passes(s, v))
			each(ctx, s);
	}
}

static void each_of_state(struct session *head, const struct sieve *v,
			  void (*each)(void *ctx, struct session *s), void *ctx)
{
	struct session *s, *next;

	DL_FOREACH_SAFE2(head, s, next, state_next)
	{
		if (passes(s, v))
			each(ctx, s);
	}
}

void session_table_each(struct session_table *t, const struct session_filter *filter,
			void (*each)(void *ctx, struct session *s), void *ctx)
{
	struct sieve v = sieve_of(filter);
	size_t of_user = v.by_user ? session_table_count_user(t, filter->user) : SIZE_MAX;
	size_t of_client =
		v.by_client ? session_table_count_client(t, filter->client) : SIZE_MAX;

	if (v.by_user && of_user <= of_client) {
		each_of_user(session_table_of_user(t, filter->user), &v, each, ctx);
	} else if (v.by_client) {
		each_of_client(session_table_of_client(t, filter->client), &v, each, ctx);
	} else {
		each_of_state(t->state[SESSION_STATE_VALID], &v, each, ctx);
		each_of_state(t->state[SESSION_STATE_EXPIRED], &v, each, ctx);
	}
}

bool session_table_has_client(const struct session_table *t, struct view client16)
{
	struct match_client want = match_client_of(client16);
	const struct session *s;

	DL_FOREACH2(session_table_of_client(t, client16), s, client_next)
	{
		if (session_is_listed(s) && same_client(s, &want))
			return true;
	}
	return false;
}

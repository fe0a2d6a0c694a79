/* SPDX-License-Identifier: MIT */
#include "cli/end_plan.h"

#include <stdlib.h>
#include <string.h>

#include "cli/mem.h"

/* A row's names; "" where the level does not tell. */
struct session {
	const char *client;
	const char *user;
};

static struct session session_at(const struct netsess_result *list, size_t row)
{
	/* A field that is not there reads as "". */
	return (struct session){
		.client =
			netsess_result_text(list, row, netsess_result_find(list, "cname")),
		.user = netsess_result_text(list, row,
					    netsess_result_find(list, "username")),
	};
}

/* What is not known is taken to fit: better a session too many spared than ours ended. */
static bool user_is(const char *us, const char *user)
{
	return us[0] == '\0' || user[0] == '\0' || netsess_same_user(us, user);
}

static bool client_is(const char *us, const char *client)
{
	return us[0] == '\0' || client[0] == '\0' || netsess_same_client(us, client);
}

static bool is_ours(const struct netsess_result *list, struct session s)
{
	return user_is(netsess_result_self_user(list), s.user) &&
	       client_is(netsess_result_self_client(list), s.client);
}

static bool any_is_ours(const struct netsess_result *list)
{
	for (size_t row = 0; row < netsess_result_rows(list); row++) {
		if (is_ours(list, session_at(list, row)))
			return true;
	}
	return false;
}

static bool is_matched(const struct end_filter *filter, struct session s)
{
	return (filter->client == NULL || s.client[0] == '\0' ||
		netsess_same_client(filter->client, s.client)) &&
	       (filter->user == NULL || s.user[0] == '\0' ||
		netsess_same_user(filter->user, s.user));
}

static char *name_or_null(const char *known, const char *filter)
{
	if (known[0] != '\0')
		return mem_strdup(known);
	return filter != NULL ? mem_strdup(filter) : NULL;
}

static bool same_or_both_null(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static void plan_add(struct end_plan *p, struct end_pair pair)
{
	for (size_t i = 0; i < p->n_pairs; i++) {
		if (same_or_both_null(p->pairs[i].client, pair.client) &&
		    same_or_both_null(p->pairs[i].user, pair.user)) {
			p->pairs[i].sessions++;
			free(pair.client);
			free(pair.user);
			return;
		}
	}
	p->pairs = mem_resize(p->pairs, p->n_pairs + 1, sizeof(*p->pairs));
	p->pairs[p->n_pairs++] = pair;
}

/* None of ours is in the way: the filters themselves are the one pair. */
static void plan_whole(struct end_plan *p, const struct end_filter *filter)
{
	plan_add(p, (struct end_pair){
			    .client = name_or_null("", filter->client),
			    .user = name_or_null("", filter->user),
			    .sessions = p->ending,
		    });
}

static void plan_each(struct end_plan *p, const struct end_filter *filter,
		      const struct netsess_result *list)
{
	for (size_t row = 0; row < netsess_result_rows(list); row++) {
		struct session s = session_at(list, row);

		if (!p->spared[row])
			plan_add(p,
				 (struct end_pair){
					 .client = name_or_null(s.client, filter->client),
					 .user = name_or_null(s.user, filter->user),
					 .sessions = 1,
				 });
	}
}

void end_plan_make(struct end_plan *p, const struct end_filter *filter,
		   const struct netsess_result *list)
{
	size_t n = list != NULL ? netsess_result_rows(list) : 0;
	bool guard = !filter->include_self && !filter->local;
	bool seen = guard && n > 0 && any_is_ours(list);

	*p = (struct end_plan){.spared = mem_array(n, sizeof(bool))};
	for (size_t row = 0; row < n; row++) {
		struct session s = session_at(list, row);
		bool ours =
			guard && (seen ? is_ours(list, s)
				       : user_is(netsess_result_self_user(list), s.user));
		bool matched = is_matched(filter, s);

		p->spared[row] = ours || !matched;
		p->ours += matched && ours;
		p->ending += matched && !ours;
	}
	if (p->ending > 0 && p->ours == 0)
		plan_whole(p, filter);
	else if (p->ending > 0)
		plan_each(p, filter, list);
}

void end_plan_release(struct end_plan *p)
{
	for (size_t i = 0; i < p->n_pairs; i++) {
		free(p->pairs[i].client);
		free(p->pairs[i].user);
	}
	free(p->pairs);
	free(p->spared);
	*p = (struct end_plan){0};
}

bool end_may_hit_us(const struct end_filter *filter, const char *us)
{
	if (filter->include_self || filter->local)
		return false;
	return filter->user == NULL || us[0] == '\0' || netsess_same_user(filter->user, us);
}

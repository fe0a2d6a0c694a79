/* SPDX-License-Identifier: MIT */
/* A hash that can't grow refuses what is added, instead of ending the process. */
#define HASH_NONFATAL_OOM 1

#include "server/session_table.h"

#include <assert.h>
#include <stdlib.h>
#include <utlist.h>

#include "base/log.h"
#include "base/match.h"
#include "base/utf16.h"

/*
 * A key is the folded name of at most this many bytes: Windows' names end at 256
 * characters, and the longest name of an accepted login is AUTH_NAME_MAX bytes of UTF-8.
 */
#define KEY_MAX (2u * AUTH_NAME_MAX)

/* Sessions whose folded name is the same; gone with the last of them. */
struct session_group {
	UT_hash_handle hh;
	struct session *head; /* utlist, by user_ or client_ links */
	size_t count;
	unsigned key_len;
	uint8_t key[];
};

/* Where the key is put together: no allocation for a look-up. */
struct key {
	uint8_t bytes[KEY_MAX];
	size_t n;
};

static void key_unit(struct key *k, uint16_t unit)
{
	if (k->n + 2 > sizeof(k->bytes))
		return;
	k->bytes[k->n++] = (uint8_t)unit;
	k->bytes[k->n++] = (uint8_t)(unit >> 8);
}

static void key_folded(struct key *k, struct view name)
{
	k->n = 0;
	for (size_t i = 0; i < name.n / 2; i++)
		key_unit(k, utf16_upcase(utf16_unit(name, i)));
}

/*
 * Names that match have the same key; what has the same key is matched in full.  A user's
 * is the bare name, for "bob" matches the bob of any domain.
 */
static void user_key(struct key *k, struct view user16)
{
	key_folded(k, match_user_of(user16).name);
}

/* A client's is the address without a zone, for those match where one has none. */
static void client_key(struct key *k, struct view client16)
{
	struct match_client m = match_client_of(client16);

	if (!m.is_address) {
		key_folded(k, m.name);
		return;
	}
	memcpy(k->bytes, m.address, sizeof(m.address));
	k->n = sizeof(m.address);
}

static struct session_group *group_find(struct session_group *groups, const struct key *k)
{
	struct session_group *g;

	HASH_FIND(hh, groups, k->bytes, (unsigned)k->n, g);
	return g;
}

static struct session_group *group_get(struct session_group **groups, const struct key *k)
{
	struct session_group *g = group_find(*groups, k);

	if (g != NULL)
		return g;
	g = calloc(1, sizeof(*g) + k->n);
	if (g == NULL)
		return NULL;
	g->key_len = (unsigned)k->n;
	memcpy(g->key, k->bytes, k->n);
	HASH_ADD_KEYPTR(hh, *groups, g->key, g->key_len, g);
	if (g->hh.tbl == NULL) {
		free(g);
		return NULL;
	}
	return g;
}

static void group_drop_empty(struct session_group **groups, struct session_group *g)
{
	if (g == NULL || g->count > 0)
		return;
	HASH_DEL(*groups, g);
	free(g);
}

static void enter_user(struct session_group *g, struct session *s)
{
	DL_APPEND2(g->head, s, user_prev, user_next);
	g->count++;
	s->in_user = g;
}

static void enter_client(struct session_group *g, struct session *s)
{
	DL_APPEND2(g->head, s, client_prev, client_next);
	g->count++;
	s->in_client = g;
}

static void leave_user(struct session_table *t, struct session *s)
{
	struct session_group *g = s->in_user;

	if (g == NULL)
		return;
	DL_DELETE2(g->head, s, user_prev, user_next);
	g->count--;
	s->in_user = NULL;
	group_drop_empty(&t->users, g);
}

static void leave_client(struct session_table *t, struct session *s)
{
	struct session_group *g = s->in_client;

	if (g == NULL)
		return;
	DL_DELETE2(g->head, s, client_prev, client_next);
	g->count--;
	s->in_client = NULL;
	group_drop_empty(&t->clients, g);
}

struct session_table *session_table_new(void)
{
	return calloc(1, sizeof(struct session_table));
}

void session_table_free(struct session_table *t)
{
	if (t == NULL)
		return;
	assert(t->by_id == NULL && t->users == NULL && t->clients == NULL);
	order_release(&t->by_global_id);
	free(t);
}

static void list_by_state(struct session_table *t, struct session *s,
			  enum session_state state)
{
	s->state = state;
	t->count[state]++;
	if (state != SESSION_STATE_DEAD)
		DL_APPEND2(t->state[state], s, state_prev, state_next);
}

enum ns_err session_table_add(struct session_table *t, struct session *s)
{
	HASH_ADD(by_id, t->by_id, id, sizeof(s->id), s);
	if (s->by_id.tbl == NULL)
		return NS_ENOMEM;
	list_by_state(t, s, SESSION_STATE_IN_PROGRESS);
	return NS_OK;
}

/* Whether a session may go from one state to another. */
static bool may_enter(enum session_state from, enum session_state to)
{
	static const bool ways[SESSION_STATES][SESSION_STATES] = {
		[SESSION_STATE_IN_PROGRESS] =
			{[SESSION_STATE_VALID] = true, [SESSION_STATE_DEAD] = true},
		[SESSION_STATE_VALID] =
			{[SESSION_STATE_EXPIRED] = true, [SESSION_STATE_DEAD] = true},
		[SESSION_STATE_EXPIRED] =
			{[SESSION_STATE_VALID] = true, [SESSION_STATE_DEAD] = true},
	};

	return ways[from][to];
}

void session_table_enter(struct session_table *t, struct session *s,
			 enum session_state state)
{
	assert(may_enter(s->state, state));
	log_debug(session_log_name(s), "%s -> %s", session_state_name(s->state),
		  session_state_name(state));
	DL_DELETE2(t->state[s->state], s, state_prev, state_next);
	t->count[s->state]--;
	list_by_state(t, s, state);
}

enum ns_err session_table_index(struct session_table *t, struct session *s)
{
	struct session_group *user, *client;
	enum ns_err err = NS_ENOMEM;
	struct key k;

	user_key(&k, buf_view(&s->user16));
	user = group_get(&t->users, &k);
	client_key(&k, buf_view(&s->client16));
	client = group_get(&t->clients, &k);
	if (user != NULL && client != NULL)
		err = order_add(&t->by_global_id, &s->global_id, s);
	if (err != NS_OK) {
		group_drop_empty(&t->users, user);
		group_drop_empty(&t->clients, client);
		return err;
	}
	enter_user(user, s);
	enter_client(client, s);
	return NS_OK;
}

enum ns_err session_table_move_client(struct session_table *t, struct session *s,
				      struct view client16)
{
	struct session_group *client = NULL;
	struct key k;
	struct buf name;

	buf_init(&name, KEY_MAX);
	client_key(&k, client16);
	if (buf_append(&name, client16) == NS_OK)
		client = group_get(&t->clients, &k);
	if (client == NULL) {
		buf_release(&name);
		return NS_ENOMEM;
	}
	if (s->in_client != NULL && s->in_client != client) {
		leave_client(t, s);
		enter_client(client, s);
	} else if (s->in_client == NULL) {
		group_drop_empty(&t->clients, client);
	}
	buf_release(&s->client16);
	buf_move(&s->client16, &name);
	return NS_OK;
}

void session_table_remove(struct session_table *t, struct session *s)
{
	leave_user(t, s);
	leave_client(t, s);
	order_remove(&t->by_global_id, s->global_id);
	HASH_DELETE(by_id, t->by_id, s);
	if (s->end_waits)
		t->waiting--;
	session_table_enter(t, s, SESSION_STATE_DEAD);
}

struct session *session_table_find(const struct session_table *t, uint64_t id)
{
	struct session *s;

	HASH_FIND(by_id, t->by_id, &id, sizeof(id), s);
	return s;
}

struct session *session_table_find_global(const struct session_table *t, uint32_t id)
{
	return order_find(&t->by_global_id, id);
}

struct session *session_table_after(const struct session_table *t, uint32_t id)
{
	return order_after(&t->by_global_id, id);
}

size_t session_table_listed(const struct session_table *t)
{
	return t->count[SESSION_STATE_VALID] + t->count[SESSION_STATE_EXPIRED];
}

size_t session_table_count_user(const struct session_table *t, struct view user16)
{
	const struct session *head = session_table_of_user(t, user16);

	return head != NULL ? head->in_user->count : 0;
}

size_t session_table_count_client(const struct session_table *t, struct view client16)
{
	const struct session *head = session_table_of_client(t, client16);

	return head != NULL ? head->in_client->count : 0;
}

struct session *session_table_of_user(const struct session_table *t, struct view user16)
{
	const struct session_group *g;
	struct key k;

	user_key(&k, user16);
	g = group_find(t->users, &k);
	return g != NULL ? g->head : NULL;
}

struct session *session_table_of_client(const struct session_table *t, struct view client16)
{
	const struct session_group *g;
	struct key k;

	client_key(&k, client16);
	g = group_find(t->clients, &k);
	return g != NULL ? g->head : NULL;
}

/* SPDX-License-Identifier: MIT */
#include "server/tree.h"

#include <stdlib.h>
#include <utlist.h>

#include "base/log.h"
#include "base/utf16.h"
#include "server/access.h"
#include "server/channel.h"
#include "server/open.h"
#include "server/request.h"
#include "server/server_config.h"

static const char ipc_name[] = "IPC$";

const char *tree_share_name(const struct tree *t)
{
	return t->share != NULL ? t->share->name : ipc_name;
}

bool tree_find_share(const struct server_config *config, struct view name,
		     const struct server_share **share)
{
	*share = NULL;
	for (size_t i = 0; i < config->share_count; i++) {
		if (utf8_equal_folded(view_of_string(config->shares[i].name), name)) {
			*share = &config->shares[i];
			return true;
		}
	}
	return utf8_equal_folded(view_of_string(ipc_name), name);
}

/* ---------------------------------------------------------------------- being made -- */

/*
 * TreeIds count up in their session; one that is still there is passed over, should a
 * client ever come round.  0 and all ones are no ids.
 */
static uint32_t next_id(struct session *s)
{
	do {
		if (++s->last_tree_id >= UINT32_MAX)
			s->last_tree_id = 1;
	} while (tree_find(s, s->last_tree_id) != NULL);
	return s->last_tree_id;
}

enum ns_err tree_new(struct tree **out, struct session *s, const struct server_share *share,
		     uint32_t access)
{
	struct server *server = s->server;
	struct tree *t;
	enum ns_err err;

	*out = NULL;
	if (s->tree_count >= SESSION_TREES_MAX)
		return NS_ELIMIT;
	t = calloc(1, sizeof(*t));
	if (t == NULL)
		return NS_ENOMEM;
	err = order_add(&server->trees, &t->global_id, t);
	if (err != NS_OK) {
		free(t);
		return err;
	}
	t->id = next_id(s);
	t->session = s;
	t->share = share;
	t->maximal_access = access;
	t->encrypt = share != NULL && share->encrypt;
	t->created = server->now;
	DL_APPEND(s->trees, t);
	s->tree_count++;
	server->counters.trees_now++;
	log_debug(session_log_name(s), "tree %u: %s", (unsigned)t->id, tree_share_name(t));
	*out = t;
	return NS_OK;
}

/* ------------------------------------------------------------------- being looked up -- */

struct tree *tree_find(const struct session *s, uint32_t id)
{
	struct tree *t;

	DL_FOREACH(s->trees, t)
	{
		if (t->id == id)
			return t;
	}
	return NULL;
}

struct tree *tree_after(const struct server *server, uint32_t global_id)
{
	return order_after(&server->trees, global_id);
}

size_t tree_share_uses(const struct server *server, const struct server_share *share)
{
	const struct tree *t = NULL;
	size_t n = 0;

	while ((t = tree_after(server, t != NULL ? t->global_id : 0)) != NULL)
		n += t->share == share;
	return n;
}

/* ------------------------------------------------------------------------ being ended --
 */

static void tree_buried(struct grave *grave)
{
	free((char *)grave - offsetof(struct tree, grave));
}

void tree_end(struct tree *t, enum session_end_reason reason)
{
	struct session *s = t->session;

	if (t->ended)
		return;
	t->ended = true;
	order_remove(&s->server->trees, t->global_id);
	DL_DELETE(s->trees, t);
	s->tree_count--;
	s->server->counters.trees_now--;
	opens_let_go(t, reason);
	channels_end_requests(s, t, NULL);
	while (t->opens != NULL)
		open_lose_tree(t->opens, reason);
	server_bury(s->server, &t->grave, tree_buried);
}

/* --------------------------------------------------------------- a new configuration -- */

const struct server_share *tree_same_share(const struct server_config *config,
					   const struct server_share *old)
{
	const struct server_share *share;

	if (!tree_find_share(config, view_of_string(old->name), &share) || share == NULL ||
	    strcmp(share->path, old->path) != 0)
		return NULL;
	return share;
}

/* [MS-SMB2] 3.3.4.15: what is open on a share that is gone closes. */
static void move_tree(struct tree *t, const struct server_config *config)
{
	const struct server_share *share = tree_same_share(config, t->share);
	struct access_who who = access_who_of(t->session);
	uint32_t access = share != NULL ? access_share(share, &who) : 0;

	if (access == 0) {
		tree_end(t, SESSION_END_ADMIN);
		return;
	}
	t->share = share;
	t->maximal_access = access;
	t->encrypt = share->encrypt;
}

void trees_reconfigure(struct server *server, const struct server_config *config)
{
	uint32_t id = 0;
	struct tree *t;

	while ((t = tree_after(server, id)) != NULL) {
		id = t->global_id;
		if (t->share != NULL)
			move_tree(t, config);
	}
}

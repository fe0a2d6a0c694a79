/* SPDX-License-Identifier: MIT */
/*
 * A tree connect: one use of one share by one session, [MS-SMB2] 3.3.1.9.  Made by
 * TREE_CONNECT, gone with TREE_DISCONNECT, with its session or with its share.
 *
 * The tree is owned by its session and owns its opens.  Its TreeId is unique within the
 * session; its global id is what [MS-SRVS] calls GlobalTreeConnectId, and only grows.
 *
 * IPC$ is a share like others whose `share` is NULL: it is always there.
 */
#ifndef SERVER_TREE_H
#define SERVER_TREE_H

#include "server/order.h"
#include "server/session_end.h"

struct open;
struct server_share; /* server/server_config.h */

struct tree {
	uint32_t id;        /* TreeId; never 0, never all ones */
	uint32_t global_id; /* in server->trees */
	struct session *session;
	const struct server_share *share; /* NULL: IPC$ */
	uint32_t maximal_access;          /* 2.2.10 */
	bool encrypt;        /* Share.EncryptData: a plain request is refused, 3.3.5.2.11 */
	uint64_t created;    /* ms */
	struct open *opens;  /* list; open.c's */
	uint32_t open_count; /* open.c counts here and in session->open_count */
	bool ended;
	struct tree *prev, *next; /* session->trees */
	struct grave grave;
};

/*
 * Whether the configuration has a share of this name (UTF-8, folded); *share is NULL for
 * IPC$.
 */
bool tree_find_share(const struct server_config *config, struct view name,
		     const struct server_share **share);

/* NS_ELIMIT past SESSION_TREES_MAX, NS_ENOMEM. */
NS_MUST_USE enum ns_err tree_new(struct tree **out, struct session *s,
				 const struct server_share *share, uint32_t access);

/* The name, "IPC$" or the share's as configured, UTF-8. */
const char *tree_share_name(const struct tree *t);

/* By TreeId within the session; NULL. */
struct tree *tree_find(const struct session *s, uint32_t id);

/*
 * Why the tree goes decides, as for a session, whether durable handles stay.
 * Answers what is pending, closes the opens, leaves the session; freed at the next turn.
 */
void tree_end(struct tree *t, enum session_end_reason reason);

/* All trees of all sessions, for NetrConnectionEnum: the order of global ids. */
struct tree *tree_after(const struct server *server, uint32_t global_id);

/* Share.CurrentUses. */
size_t tree_share_uses(const struct server *server, const struct server_share *share);

/*
 * The share of another configuration that is the same, as far as what is open on it goes: a
 * name that means another path is not.  NULL: there is none.
 */
const struct server_share *tree_same_share(const struct server_config *config,
					   const struct server_share *old);

/*
 * server_reconfigure(): trees move to the share of the same name and path in the new
 * configuration, with the access it gives; those without one end.
 */
void trees_reconfigure(struct server *server, const struct server_config *config);

#endif

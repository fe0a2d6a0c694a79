/* SPDX-License-Identifier: MIT */
#include "server/server.h"

#include <assert.h>
#include <stdlib.h>
#include <utlist.h>

#include "base/nttime.h"
#include "server/accounts.h"
#include "server/chain.h"
#include "server/file/caching.h"
#include "server/file/durable.h"
#include "server/limits.h"
#include "server/session_end.h"
#include "server/session_table.h"
#include "server/tombstone.h"
#include "server/tree.h"

#define NTTIME_PER_MS (NTTIME_PER_SECOND / 1000)

/* ------------------------------------------------------------------------ its life -- */

struct server *server_new(const struct server_config *config, const struct server_env *env,
			  uint64_t now)
{
	struct server *server = calloc(1, sizeof(*server));

	if (server == NULL)
		return NULL;
	server->config = config;
	server->env = *env;
	server->now = now;
	server->start_now = now;
	server->start_time = server_time(server);
	server->next_sweep = now + LIMIT_SWEEP_MS;
	server->next_scavenge = UINT64_MAX;
	server->watch_armed = true;
	order_init(&server->trees);
	order_init(&server->opens);
	server->sessions = session_table_new();
	server->tombstones = tombstones_new();
	if (server->sessions == NULL || server->tombstones == NULL ||
	    server_random(server, server->guid, sizeof(server->guid)) != NS_OK) {
		server_free(server);
		return NULL;
	}
	return server;
}

static void free_graves(struct server *server)
{
	/* Freeing one may bury another, which may still be looked at by the rest. */
	struct grave *grave = server->graves;

	server->graves = NULL;
	while (grave != NULL) {
		struct grave *next = grave->next;

		grave->free(grave);
		grave = next;
	}
}

void server_free(struct server *server)
{
	if (server == NULL)
		return;
	assert(server->conns == NULL && server->counters.jobs_now == 0);
	if (server->sessions != NULL)
		session_end_all(server, SESSION_END_SHUTDOWN);
	durables_end_all(server);
	chains_run_ready(server);
	tombstones_free(server->tombstones);
	while (server->graves != NULL)
		free_graves(server);
	session_table_free(server->sessions);
	order_release(&server->trees);
	order_release(&server->opens);
	free(server);
}

void server_bury(struct server *server, struct grave *grave,
		 void (*free)(struct grave *grave))
{
	grave->free = free;
	grave->next = server->graves;
	server->graves = grave;
}

/* ---------------------------------------------------------------------------- time -- */

void server_turn(struct server *server, uint64_t now)
{
	assert(server->in_chain == 0);
	if (now > server->now)
		server->now = now;
	chains_run_ready(server); /* of what was completed from outside of the engine */
	free_graves(server);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

uint64_t server_next_deadline(const struct server *server)
{
	uint64_t at = earlier(srv_requests_interim_at(server), server->next_sweep);

	at = earlier(at, sessions_next_deadline(server));
	at = earlier(at, cachings_next_deadline(server));
	at = earlier(at, durables_next_deadline(server));
	at = earlier(at, tombstones_next_deadline(server->tombstones));
	return server->ready != NULL ? server->now : at;
}

static void sweep(struct server *server)
{
	struct server_conn *conn, *next;

	server->next_sweep = server->now + LIMIT_SWEEP_MS;
	DL_FOREACH_SAFE(server->conns, conn, next)
	server_conn_tick(conn);
}

void server_tick(struct server *server)
{
	srv_requests_interim(server);
	if (server->next_sweep <= server->now)
		sweep(server);
	sessions_tick(server);
	cachings_tick(server);
	durables_tick(server);
	tombstones_tick(server->tombstones, server->now);
	chains_run_ready(server);
}

/* -------------------------------------------------------------------- configuration -- */

void server_reconfigure(struct server *server, const struct server_config *config)
{
	/* Trees first: they still point to the shares of the old one. */
	trees_reconfigure(server, config);
	durables_reconfigure(server, config);
	server->config = config;
	accounts_recheck(server);
	chains_run_ready(server);
}

void server_drain(struct server *server)
{
	struct server_conn *conn, *next;

	server->draining = true;
	session_end_all(server, SESSION_END_SHUTDOWN);
	durables_end_all(server);
	chains_run_ready(server);
	DL_FOREACH_SAFE(server->conns, conn, next)
	server_conn_shut(conn);
}

/* -------------------------------------------------------------------- the world -- */

uint64_t server_time(const struct server *server)
{
	return server->env.auth->now(server->env.auth->ctx);
}

uint64_t server_time_of(const struct server *server, uint64_t then)
{
	uint64_t ago = server->now > then ? server->now - then : 0;
	uint64_t now = server_time(server);

	/* A clock that is set before the server was born can't name such a moment. */
	if (ago > now / NTTIME_PER_MS)
		return 0;
	return now - ago * NTTIME_PER_MS;
}

enum ns_err server_random(const struct server *server, void *out, size_t n)
{
	return server->env.auth->random(server->env.auth->ctx, out, n);
}

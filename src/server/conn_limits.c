/* SPDX-License-Identifier: MIT */
/* Without memory uthash leaves the table as it was, and says so by this. */
#define HASH_NONFATAL_OOM      1
#define uthash_nonfatal_oom(a) ((a)->unauthenticated = 0)

#include "server/conn_limits.h"

#include <stdlib.h>
#include <uthash.h>

#include "server/server_config.h"

/* An address from which unauthenticated connections are here; gone with the last. */
struct address {
	char name[PEER_NAME_MAX];
	uint32_t unauthenticated;
	UT_hash_handle hh;
};

/* One more from this address; false when memory is short. */
static bool address_add(struct server_conn *conn)
{
	struct server *server = conn->server;
	struct address *a = NULL;

	HASH_FIND_STR(server->addresses, conn->peer.name, a);
	if (a != NULL) {
		a->unauthenticated++;
		conn->address = a;
		return true;
	}
	a = calloc(1, sizeof(*a));
	if (a == NULL)
		return false;
	memcpy(a->name, conn->peer.name, sizeof(a->name));
	a->unauthenticated = 1;
	HASH_ADD_STR(server->addresses, name, a);
	if (a->unauthenticated == 0) {
		free(a);
		return false;
	}
	conn->address = a;
	return true;
}

static void address_remove(struct server_conn *conn)
{
	struct address *a = conn->address;

	conn->address = NULL;
	if (a == NULL || --a->unauthenticated > 0)
		return;
	HASH_DEL(conn->server->addresses, a);
	free(a);
}

bool conn_limits_enter(struct server_conn *conn)
{
	struct server *server = conn->server;

	conn->peer.name[PEER_NAME_MAX - 1] = '\0';
	if (server->counters.conns_now >= server->config->max_connections)
		return false;
	if (!address_add(conn))
		return false;
	if (conn->address->unauthenticated > server->config->max_unauthenticated) {
		address_remove(conn);
		return false;
	}
	server->counters.conns_unauthenticated_now++;
	return true;
}

void conn_limits_signed_in(struct server_conn *conn)
{
	address_remove(conn);
	conn->server->counters.conns_unauthenticated_now--;
}

/*
 * It is not counted against its address again: somebody did sign in on it, and an address
 * whose thousand sessions an administrator ended must be able to come back at once.  It
 * dies after 45 s like every connection without a session.
 */
void conn_limits_signed_out(struct server_conn *conn)
{
	conn->server->counters.conns_unauthenticated_now++;
}

void conn_limits_leave(struct server_conn *conn)
{
	if (conn->valid_sessions > 0)
		return;
	address_remove(conn);
	conn->server->counters.conns_unauthenticated_now--;
}

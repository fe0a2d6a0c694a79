/* SPDX-License-Identifier: MIT */
#include "server/local.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "server/access.h"

/* What is not written yet: LOCAL_UNSENT_MAX, and one answer of the longest. */
#define LOCAL_OUT_MAX (LOCAL_UNSENT_MAX + 2u * RPC_STUB_MAX)

struct server_local {
	struct local_peer peer;
	struct svc_caller caller;
	struct rpc_service services[SVC_COUNT];
	struct rpc_server rpc;
	struct buf out;
	size_t sent; /* bytes of `out` that were written */
	bool over;
};

static bool is_manager(const struct server *server, const struct local_peer *peer)
{
	const struct access_who who = {.user = peer->name, .domain = "", .ours = true};

	if (peer->trusted)
		return true;
	return peer->name[0] != '\0' && access_groups(server->config, &who) != 0;
}

struct server_local *server_local_new(struct server *server, const struct local_peer *peer)
{
	struct server_local *l;

	if (server->draining)
		return NULL;
	l = calloc(1, sizeof(*l));
	if (l == NULL)
		return NULL;
	l->peer = *peer;
	l->caller = (struct svc_caller){.server = server,
					.local_manager = is_manager(server, peer),
					.local_name = l->peer.name};
	for (size_t i = 0; i < SVC_COUNT; i++)
		l->services[i] = svc_service(i, &l->caller);
	buf_init(&l->out, LOCAL_OUT_MAX);
	rpc_server_init(&l->rpc, l->services, SVC_COUNT, 1);
	return l;
}

void server_local_free(struct server_local *l)
{
	if (l == NULL)
		return;
	rpc_server_release(&l->rpc);
	buf_release(&l->out);
	free(l);
}

void server_local_recv(struct server_local *l, struct view bytes)
{
	if (l->over)
		return;
	buf_consume(&l->out, l->sent);
	l->sent = 0;
	/* The configuration, and with it the groups, may have changed since. */
	l->caller.local_manager = is_manager(l->caller.server, &l->peer);
	if (rpc_server_recv(&l->rpc, bytes, &l->out) == NS_OK)
		return;
	log_info("local", "the association of %s has ended", l->peer.name);
	l->over = true;
}

struct view server_local_output(const struct server_local *l)
{
	return view_slice(buf_view(&l->out), l->sent, SIZE_MAX);
}

void server_local_sent(struct server_local *l, size_t n)
{
	l->sent += n;
	if (l->sent < l->out.n)
		return;
	buf_release(&l->out); /* an idle stream holds no memory */
	l->sent = 0;
}

bool server_local_wants_input(const struct server_local *l)
{
	return !l->over && l->out.n - l->sent < LOCAL_UNSENT_MAX;
}

bool server_local_over(const struct server_local *l)
{
	return l->over;
}

/* SPDX-License-Identifier: MIT */
#include "client/transport.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "client/conn.h"
#include "client/local.h"
#include "security/crypto.h"

/* Where the session server of this computer listens unless the environment differs. */
#define LOCAL_SOCKET "/run/netsess/srvsvc"

/* What one recv() takes, and so many of them a turn: others wait for theirs. */
#define RECV_MAX     ((size_t)16 * 1024)
#define RECVS_A_TURN 16

const char *transport_local_path(void)
{
	/* Not in a program that runs with another's rights: it would trust that other. */
	const char *path = secure_getenv("NETSESS_SOCKET");

	return path != NULL && path[0] != '\0' ? path : LOCAL_SOCKET;
}

/* What besides name and options decides whom we speak to, and as whom. */
static const char *place_now(const struct server_name *name)
{
	const char *ccache = getenv("KRB5CCNAME");

	if (name->local)
		return transport_local_path();
	return ccache != NULL ? ccache : "";
}

static struct link *link_for(const struct transport *t, bool no_compound)
{
	struct conn_config config = {
		.host = t->name.host,
		.credentials = &t->options->credentials,
		.lowest = t->options->lowest,
		.highest = t->options->highest,
		.require_encryption = t->options->require_encryption,
		.no_compound = no_compound,
	};

	if (t->name.local)
		return local_new();
	/*
	 * A client of its own each time: Samba moves connections of one ClientGuid into one
	 * process, where they would wait for each other.
	 */
	if (crypto_random(config.client_guid, sizeof(config.client_guid)) != NS_OK)
		return NULL;
	return conn_new(&config);
}

struct transport *transport_new(const struct server_name *name,
				const struct netsess_options *o, bool no_compound)
{
	struct transport *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->fd = -1;
	t->name = *name;
	t->uid = geteuid();
	t->place = strdup(place_now(name));
	t->options = netsess_options_copy(o);
	if (t->place == NULL || t->options == NULL)
		goto fail;
	t->link = link_for(t, no_compound);
	if (t->link != NULL)
		return t;
fail:
	transport_free(t);
	return NULL;
}

/* False when the connection is gone. */
static bool flush(struct transport *t)
{
	struct view out = link_output(t->link);
	enum ns_err err = NS_OK;

	while (err == NS_OK && out.n > 0) {
		size_t sent;

		err = socket_send(t->fd, out, &sent);
		link_sent(t->link, sent);
		out = link_output(t->link);
	}
	return err != NS_ECLOSED;
}

void transport_free(struct transport *t)
{
	if (t == NULL)
		return;
	if (t->link != NULL && t->fd >= 0 && link_alive(t->link)) {
		if (!t->clean)
			link_cancel(t->link);
		link_leave(t->link);
		(void)flush(t);
	}
	link_free(t->link);
	socket_close(t->fd);
	netsess_options_free(t->options);
	free(t->place);
	free(t);
}

bool transport_fits(const struct transport *t, const struct server_name *name,
		    const struct netsess_options *o)
{
	const struct netsess_options *own = t->options;

	return t->name.local == name->local && t->name.port == name->port &&
	       strcasecmp(t->name.host, name->host) == 0 && t->uid == geteuid() &&
	       strcmp(t->place, place_now(name)) == 0 && own->auth == o->auth &&
	       own->require_encryption == o->require_encryption &&
	       own->lowest == o->lowest && own->highest == o->highest &&
	       auth_credentials_equal(&own->credentials, &o->credentials);
}

/* False when the peer has closed. */
static bool receive(struct transport *t, uint64_t now)
{
	uint8_t bytes[RECV_MAX];
	size_t got = sizeof(bytes);
	enum ns_err err = NS_OK;

	for (unsigned i = 0; i < RECVS_A_TURN && got == sizeof(bytes); i++) {
		err = socket_recv(t->fd, bytes, sizeof(bytes), &got);
		if (err == NS_OK)
			link_recv(t->link, view_of(bytes, got), now);
	}
	return err != NS_ECLOSED;
}

void transport_pump(struct transport *t, bool readable, uint64_t now)
{
	bool open = flush(t);

	/* What the peer said before it closed still counts. */
	if (readable || !open)
		open = receive(t, now) && open;
	if (open)
		open = flush(t);
	if (!open)
		link_eof(t->link);
}

short transport_events(const struct transport *t)
{
	return link_output(t->link).n > 0 ? POLLIN | POLLOUT : POLLIN;
}

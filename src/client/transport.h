/* SPDX-License-Identifier: MIT */
/*
 * A transport: a link, the socket it talks over, and what it was made with, so that it may
 * outlive the call it was made for (client/cache.h).  Owned by one task or by the cache,
 * never by both.
 */
#ifndef CLIENT_TRANSPORT_H
#define CLIENT_TRANSPORT_H

#include <sys/types.h>

#include "client/io_socket.h"
#include "client/link.h"
#include "client/names.h"
#include "client/options.h"

struct transport {
	struct link *link;
	int fd;
	struct server_name name;
	struct netsess_options *options; /* a copy: what the session was signed in with */
	char *place; /* the local socket's path, or the ccache the environment names */
	uid_t uid;   /* who we were: the peer may have been told */
	bool clean;  /* nothing under way: it may serve another call */
};

/*
 * Without a socket yet (fd is -1).  `no_compound`: what an earlier link found out about
 * this server.  NULL when memory is short.
 */
struct transport *transport_new(const struct server_name *name,
				const struct netsess_options *o, bool no_compound);

/*
 * Says goodbye (LOGOFF, and CANCEL before it if a call is under way) as far as that goes
 * without waiting, and closes.  NULL is fine.
 */
void transport_free(struct transport *t);

/* May it serve a call with this name and these options? */
bool transport_fits(const struct transport *t, const struct server_name *name,
		    const struct netsess_options *o);

/*
 * Moves bytes both ways for as long as that goes on, within reason.  Where the peer has
 * closed, the link is told, and link_poll() says so.
 */
void transport_pump(struct transport *t, bool readable, uint64_t now);

/* What poll() should wait for. */
short transport_events(const struct transport *t);

/* Where the local session server listens: NETSESS_SOCKET, else its default. */
const char *transport_local_path(void);

#endif

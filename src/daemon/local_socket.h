/* SPDX-License-Identifier: MIT */
/*
 * The Unix socket of server/local.h: the kernel says who connects (SO_PEERCRED).  Anybody
 * may connect; what he may do, the services decide.
 */
#ifndef DAEMON_LOCAL_SOCKET_H
#define DAEMON_LOCAL_SOCKET_H

#include "daemon/listen.h"

/*
 * Opens config->local_socket, its folder too if that is missing; a socket that nobody
 * listens on any more is replaced.  False, and `error` says why; errno is of the call that
 * failed, EADDRINUSE when another server listens there.
 */
bool local_socket_open(struct loop *loop, char error[LISTEN_ERROR_MAX]);

/*
 * Takes the name away if we made it: not one of systemd's, nor that of another server in
 * its place.
 */
void local_socket_remove(const struct loop *loop);

/* For a socket that somebody else has opened (systemd). */
void local_socket_accepted(struct loop *loop, int fd);

#endif

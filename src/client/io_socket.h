/* SPDX-License-Identifier: MIT */
/*
 * Stream sockets, never blocking, closed on exec, without SIGPIPE.  Together with
 * io_resolve.c, io_netbios.c and the two drivers the only place that calls the kernel.
 *
 * NS_ESYSTEM from a function that opens means one thing: there are no descriptors (or no
 * kernel memory) left, and it is worth trying again once some are free.
 */
#ifndef CLIENT_IO_SOCKET_H
#define CLIENT_IO_SOCKET_H

#include <netinet/in.h>
#include <stdbool.h>
#include <sys/socket.h>

#include "base/err.h"
#include "base/span.h"

/* An Internet address with its port; 28 bytes where sockaddr_storage has 128. */
union address {
	struct sockaddr sa;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* So many are tried of a name that has more; a server with more interfaces is rare. */
#define ADDRESSES_MAX 8

struct addresses {
	union address at[ADDRESSES_MAX];
	size_t n;
};

/* Adds an address of family AF_INET or AF_INET6; others, and those too many, are dropped.
 */
void addresses_add(struct addresses *list, const struct sockaddr *sa, uint16_t port);

/* "192.0.2.7", "fe80::1"; "" for an unknown family. */
#define ADDRESS_TEXT_MAX INET6_ADDRSTRLEN
void address_text(char out[ADDRESS_TEXT_MAX], const union address *a);

/* Milliseconds of a clock that only grows. */
uint64_t socket_clock(void);

/*
 * Begins to connect.  NS_OK: connected; NS_AGAIN: wait for POLLOUT, then ask
 * socket_connected().  After NS_EUNREACHABLE and NS_ESYSTEM there is no socket, *fd is -1.
 * *error is the errno behind a failure.
 */
NS_MUST_USE enum ns_err socket_connect(int *fd, const union address *to, int *error);

/* What became of it: NS_OK, NS_AGAIN, or NS_EUNREACHABLE. */
NS_MUST_USE enum ns_err socket_connected(int fd, int *error);

/*
 * Connects to a Unix socket.  NS_OK; NS_AGAIN: the peer's queue is full, try again soon
 * (there is no socket); NS_ENODAEMON: nobody listens; NS_EACCESS; NS_ESYSTEM.
 */
NS_MUST_USE enum ns_err socket_connect_local(int *fd, const char *path, int *error);

/* NS_AGAIN: nothing could be taken now; NS_ECLOSED: the connection is gone. */
NS_MUST_USE enum ns_err socket_send(int fd, struct view bytes, size_t *sent);

/* NS_AGAIN: nothing there; NS_ECLOSED: the peer has closed, or the connection is gone. */
NS_MUST_USE enum ns_err socket_recv(int fd, uint8_t *to, size_t max, size_t *got);

/* Open, and with nothing to read: an idle peer has no reason to speak. */
bool socket_idle(int fd);

/* Our own address on that connection; "" for a Unix socket. */
void socket_own_address(char out[ADDRESS_TEXT_MAX], int fd);

/* -1 is fine. */
void socket_close(int fd);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Host names to addresses by getaddrinfo(), without waiting for it.
 *
 * getaddrinfo() blocks for as long as its name servers like, and can't be told to stop.
 * So it runs in a small pool of threads, and a lookup is owned by two: by its caller and
 * by the thread.  Whoever is last frees it; a caller whose deadline has passed simply
 * leaves.  (glibc's getaddrinfo_a() is the same idea, but a child that forks while its
 * helpers run never gets an answer, and a request that was taken back leaks.)
 */
#ifndef CLIENT_IO_RESOLVE_H
#define CLIENT_IO_RESOLVE_H

#include "client/io_socket.h"

struct lookup;

/* Addresses need no lookup: true if `host` is one ("fe80::1%eth0" too). */
bool resolve_numeric(struct addresses *out, const char *host, uint16_t port);

/* Starts one.  NS_ENOMEM; NS_ESYSTEM: no descriptor, or no thread could be started. */
NS_MUST_USE enum ns_err lookup_new(struct lookup **out, const char *host, uint16_t port);

/* Readable when the lookup is done. */
int lookup_fd(const struct lookup *l);

/*
 * NS_AGAIN while it runs; NS_OK with at least one address; NS_ENONAME: the name does not
 * exist, or nobody could say.
 */
NS_MUST_USE enum ns_err lookup_poll(struct lookup *l, struct addresses *out);

/* Also while it runs. */
void lookup_free(struct lookup *l);

#endif

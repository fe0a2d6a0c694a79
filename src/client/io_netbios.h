/* SPDX-License-Identifier: MIT */
/*
 * Asks the network for a NetBIOS name, RFC 1002 5.1: a WINS server if one is named, and if
 * that knows nothing, or none is, everybody on our networks by broadcast.  Each is asked
 * three times.  Bytes that are no answer to our question are passed over.
 */
#ifndef CLIENT_IO_NETBIOS_H
#define CLIENT_IO_NETBIOS_H

#include "client/io_socket.h"

struct name_query;

/*
 * `wins`: an IPv4 address, with or without ":port", or NULL.  NS_EINVAL for a name that
 * NetBIOS can't know or a `wins` of another form; NS_ESYSTEM: no descriptor; NS_ENOMEM.
 */
NS_MUST_USE enum ns_err name_query_new(struct name_query **out, const char *name,
				       uint16_t port, const char *wins, uint64_t now);

/* Readable when an answer may be there. */
int name_query_fd(const struct name_query *q);

/* When to poll even if nothing is readable. */
uint64_t name_query_wake(const struct name_query *q);

/* NS_AGAIN; NS_OK with addresses of port `port`; NS_ENONAME: nobody knows it. */
NS_MUST_USE enum ns_err name_query_poll(struct name_query *q, struct addresses *out,
					uint64_t now);

void name_query_free(struct name_query *q);

#endif

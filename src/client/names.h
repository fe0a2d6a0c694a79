/* SPDX-License-Identifier: MIT */
/*
 * The name of a server as a user writes it:
 *
 *	NULL, ""                          this computer (over the local socket)
 *	host, \\host, host:port           a DNS or NetBIOS name, or an IPv4 address
 *	[v6], \\[v6], [v6]:port, bare v6  an IPv6 address, a zone ("%eth0") included
 *
 * The form is checked strictly, and nothing else is: whether the name exists is the
 * resolver's business.
 */
#ifndef CLIENT_NAMES_H
#define CLIENT_NAMES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/* SMB2 over TCP, [MS-SMB2] 2.1. */
#define SERVER_PORT 445

/* RFC 1035: 253 characters, and the dot that may end them. */
#define SERVER_HOST_MAX 254

struct server_name {
	char host[SERVER_HOST_MAX +
		  1]; /* without \\, brackets and port; "": this computer */
	uint16_t port;
	bool local;
};

/* NS_EINVAL, and *out is that of this computer, if `text` is not of a form above. */
NS_MUST_USE enum ns_err server_name_parse(struct server_name *out, const char *text);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * NetBIOS name queries as bytes: RFC 1002 4.2.12 (NAME QUERY REQUEST) and 4.2.13, 4.2.14
 * (POSITIVE and NEGATIVE NAME QUERY RESPONSE).  Asks for the file service, suffix 0x20.
 */
#ifndef CLIENT_NETBIOS_H
#define CLIENT_NETBIOS_H

#include <stdbool.h>

#include "base/buf.h"

/* RFC 1001 14.1: 16 bytes, of which the last is the suffix. */
#define NETBIOS_NAME_MAX 15

/* RFC 1002 4.2.1.1: a UDP packet of the name service has no more. */
#define NETBIOS_PACKET_MAX 576

#define NETBIOS_NAME_PORT 137

/* More than any computer has interfaces that answer. */
#define NETBIOS_ADDRESSES_MAX 8

struct netbios_answer {
	bool positive;
	uint8_t address[NETBIOS_ADDRESSES_MAX][4]; /* in network order */
	size_t n;
};

/* A name that NetBIOS can know: one label of 1 to 15 printable ASCII characters. */
bool netbios_name_valid(const char *name);

/* NS_EINVAL for a name that is not valid; NS_ELIMIT, NS_ENOMEM from the buffer. */
NS_MUST_USE enum ns_err netbios_query_encode(struct buf *out, uint16_t id, const char *name,
					     bool broadcast);

/*
 * The answer to that query.  NS_EUNEXPECTED: a well-formed packet that is something else
 * (another id, another name, a request, a group); NS_ETRUNC, NS_EFORMAT.
 */
NS_MUST_USE enum ns_err netbios_answer_decode(struct netbios_answer *out,
					      struct view packet, uint16_t id,
					      const char *name);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The preauthentication integrity hash of SMB 3.1.1, [MS-SMB2] 3.2.5.1 and 3.3.5.4: a
 * chain of SHA-512 over the NEGOTIATE and SESSION_SETUP messages as they were on the wire.
 *
 * A connection holds one over its NEGOTIATE; each session starts from a copy of that and
 * goes on with its SESSION_SETUP messages.  The keys come from the value after the last
 * request: the final, successful response is not part of it.
 */
#ifndef SECURITY_PREAUTH_H
#define SECURITY_PREAUTH_H

#include "base/span.h"

#define PREAUTH_LEN 64

struct preauth {
	uint8_t hash[PREAUTH_LEN];
};

void preauth_init(struct preauth *p);

/* `msg` runs from the SMB2 header to the last byte, without the transport's length. */
void preauth_update(struct preauth *p, struct view msg);

static inline struct view preauth_view(const struct preauth *p)
{
	return (struct view){p->hash, PREAUTH_LEN};
}

#endif

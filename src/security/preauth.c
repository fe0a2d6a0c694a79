/* SPDX-License-Identifier: MIT */
#include "security/preauth.h"

#include "security/crypto.h"

void preauth_init(struct preauth *p)
{
	*p = (struct preauth){0};
}

void preauth_update(struct preauth *p, struct view msg)
{
	uint8_t next[PREAUTH_LEN];

	crypto_sha512(next, PARTS(preauth_view(p), msg));
	memcpy(p->hash, next, sizeof(next));
}

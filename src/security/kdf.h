/* SPDX-License-Identifier: MIT */
/*
 * Key derivation of SMB 3.x, [MS-SMB2] 3.1.4.2: SP800-108 in counter mode over
 * HMAC-SHA256, r = 32.  L is the length of the key asked for.
 */
#ifndef SECURITY_KDF_H
#define SECURITY_KDF_H

#include "base/secret.h"

/*
 * `len` bytes, 16 or 32 (else NS_EINVAL), from `key`.  Label and context are taken as they
 * are: where the specification counts a string's NUL, it is part of the view.
 */
NS_MUST_USE enum ns_err kdf_derive(struct secret *out, size_t len, struct view key,
				   struct view label, struct view context);

#endif

/* SPDX-License-Identifier: MIT */
#include "security/kdf.h"

#include "security/crypto.h"

/* "L", the length of the key in bits, as the PRF's big-endian input. */
static const uint8_t l128[4] = {0, 0, 0, 128};
static const uint8_t l256[4] = {0, 0, 1, 0};

enum ns_err kdf_derive(struct secret *out, size_t len, struct view key, struct view label,
		       struct view context)
{
	/* One round of HMAC-SHA256 gives all 32 bytes that are ever asked for: i is 1. */
	static const uint8_t counter[4] = {0, 0, 0, 1};
	static const uint8_t separator[1] = {0};
	uint8_t block[CRYPTO_SHA256_LEN];
	enum ns_err err;

	if (len != CRYPTO_AES128_LEN && len != CRYPTO_AES256_LEN)
		return NS_EINVAL;
	crypto_hmac_sha256(block, key,
			   PARTS(view_of(counter, sizeof(counter)), label,
				 view_of(separator, sizeof(separator)), context,
				 view_of(len == CRYPTO_AES128_LEN ? l128 : l256, 4)));
	err = secret_set(out, view_of(block, len));
	secret_wipe_bytes(block, sizeof(block));
	return err;
}

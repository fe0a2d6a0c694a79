/* SPDX-License-Identifier: MIT */
/*
 * The primitives.  crypto.c is the only file that knows a cryptographic library; no type
 * of one appears here.  Callers keep keys, never contexts: each call builds its context
 * on the stack and wipes it (a GCM context is 4 KiB, a hundred thousand sessions would
 * keep 400 MiB of them).
 *
 * Messages come as a list of parts, hashed as if they were one: what lies around a field
 * that counts as zero needs no copy.
 */
#ifndef SECURITY_CRYPTO_H
#define SECURITY_CRYPTO_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"

#define CRYPTO_MD5_LEN    16
#define CRYPTO_MD4_LEN    16
#define CRYPTO_SHA256_LEN 32
#define CRYPTO_SHA512_LEN 64
#define CRYPTO_AES128_LEN 16
#define CRYPTO_AES256_LEN 32
#define CRYPTO_TAG_LEN    16 /* of CMAC, GMAC, GCM and CCM alike */
#define CRYPTO_GCM_NONCE  12
#define CRYPTO_CCM_NONCE  11

/* Bytes to hash: `n` parts, one after the other. */
struct parts {
	const struct view *v;
	size_t n;
};

/* (struct parts) of the views named: PARTS(a, b, c). */
#define PARTS(...)                                                                         \
	((struct parts){(const struct view[]){__VA_ARGS__},                                \
			sizeof((const struct view[]){__VA_ARGS__}) / sizeof(struct view)})

void crypto_md4(uint8_t out[CRYPTO_MD4_LEN], struct parts msg);
void crypto_md5(uint8_t out[CRYPTO_MD5_LEN], struct parts msg);
void crypto_sha256(uint8_t out[CRYPTO_SHA256_LEN], struct parts msg);
void crypto_sha512(uint8_t out[CRYPTO_SHA512_LEN], struct parts msg);

void crypto_hmac_md5(uint8_t out[CRYPTO_MD5_LEN], struct view key, struct parts msg);
void crypto_hmac_sha256(uint8_t out[CRYPTO_SHA256_LEN], struct view key, struct parts msg);

/* RC4 from a fresh state; out and in may be the same bytes.  NS_EINVAL for a bad key. */
NS_MUST_USE enum ns_err crypto_rc4(uint8_t *out, struct view key, struct view in);

/* RFC 4493; the key has 16 bytes, else NS_EINVAL. */
NS_MUST_USE enum ns_err crypto_aes_cmac(uint8_t tag[CRYPTO_TAG_LEN], struct view key,
					struct parts msg);

/*
 * RFC 4543 with AES-128 and a nonce of 12 bytes, else NS_EINVAL.  All parts but the last
 * must be multiples of 16 bytes (NS_EINVAL).
 */
NS_MUST_USE enum ns_err crypto_aes_gmac(uint8_t tag[CRYPTO_TAG_LEN], struct view key,
					struct view nonce, struct parts msg);

enum crypto_mode {
	CRYPTO_CCM, /* nonce of 11 bytes */
	CRYPTO_GCM, /* nonce of 12 bytes */
};

/*
 * Authenticated encryption, AES-128 or AES-256 by the key's length.  `data` (n bytes) is
 * encrypted in place.  NS_EINVAL for a key or nonce of another length.
 */
NS_MUST_USE enum ns_err crypto_seal(enum crypto_mode mode, uint8_t *data, size_t n,
				    uint8_t tag[CRYPTO_TAG_LEN], struct view key,
				    struct view nonce, struct view aad);

/*
 * The reverse, in place.  NS_ESIGNATURE: the tag does not verify, and `data` has been
 * zeroed, for its contents must not be looked at.
 */
NS_MUST_USE enum ns_err crypto_open(enum crypto_mode mode, uint8_t *data, size_t n,
				    struct view tag, struct view key, struct view nonce,
				    struct view aad);

/*
 * GCM by somebody else, for messages from CRYPTO_GCM_LONG bytes on; set once, before any
 * thread.  It returns NS_EUNSUPPORTED with nothing touched if it can't; NS_ESIGNATURE if it
 * decrypted what does not verify.  GMAC is GCM that encrypts nothing.
 */
#define CRYPTO_GCM_LONG 4096

struct crypto_gcm {
	uint8_t *data;
	size_t n;
	uint8_t *tag; /* written when it encrypts, else compared */
	struct view key;
	struct view nonce;
	struct parts aad;
	bool encrypt;
};

void crypto_use_gcm(enum ns_err (*run)(const struct crypto_gcm *job));

/* n bytes from the kernel's generator; NS_ESYSTEM where it has none to give. */
NS_MUST_USE enum ns_err crypto_random(void *out, size_t n);

#endif

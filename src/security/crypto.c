/* SPDX-License-Identifier: MIT */
#include "security/crypto.h"

#include <errno.h>
#include <sys/random.h>

#include <nettle/aes.h>
#include <nettle/arcfour.h>
#include <nettle/ccm.h>
#include <nettle/cmac.h>
#include <nettle/gcm.h>
#include <nettle/hmac.h>
#include <nettle/md4.h>
#include <nettle/md5.h>
#include <nettle/sha2.h>

#include "base/secret.h"

/* Each hash of the library has the same three calls under its own name. */
#define HASH(name, len)                                                                    \
	void crypto_##name(uint8_t out[len], struct parts msg)                             \
	{                                                                                  \
		struct name##_ctx ctx;                                                     \
                                                                                           \
		name##_init(&ctx);                                                         \
		for (size_t i = 0; i < msg.n; i++)                                         \
			name##_update(&ctx, msg.v[i].n, msg.v[i].p);                       \
		name##_digest(&ctx, len, out);                                             \
		secret_wipe_bytes(&ctx, sizeof(ctx));                                      \
	}

HASH(md4, CRYPTO_MD4_LEN)
HASH(md5, CRYPTO_MD5_LEN)
HASH(sha256, CRYPTO_SHA256_LEN)
HASH(sha512, CRYPTO_SHA512_LEN)

#define HMAC(name, len)                                                                    \
	void crypto_hmac_##name(uint8_t out[len], struct view key, struct parts msg)       \
	{                                                                                  \
		struct hmac_##name##_ctx ctx;                                              \
                                                                                           \
		hmac_##name##_set_key(&ctx, key.n, key.p);                                 \
		for (size_t i = 0; i < msg.n; i++)                                         \
			hmac_##name##_update(&ctx, msg.v[i].n, msg.v[i].p);                \
		hmac_##name##_digest(&ctx, len, out);                                      \
		secret_wipe_bytes(&ctx, sizeof(ctx));                                      \
	}

HMAC(md5, CRYPTO_MD5_LEN)
HMAC(sha256, CRYPTO_SHA256_LEN)

enum ns_err crypto_rc4(uint8_t *out, struct view key, struct view in)
{
	struct arcfour_ctx ctx;

	if (key.n < ARCFOUR_MIN_KEY_SIZE || key.n > ARCFOUR_MAX_KEY_SIZE)
		return NS_EINVAL;
	arcfour_set_key(&ctx, key.n, key.p);
	arcfour_crypt(&ctx, in.n, out, in.p);
	secret_wipe_bytes(&ctx, sizeof(ctx));
	return NS_OK;
}

enum ns_err crypto_aes_cmac(uint8_t tag[CRYPTO_TAG_LEN], struct view key, struct parts msg)
{
	struct cmac_aes128_ctx ctx;

	if (key.n != CRYPTO_AES128_LEN)
		return NS_EINVAL;
	cmac_aes128_set_key(&ctx, key.p);
	for (size_t i = 0; i < msg.n; i++)
		cmac_aes128_update(&ctx, msg.v[i].n, msg.v[i].p);
	cmac_aes128_digest(&ctx, CRYPTO_TAG_LEN, tag);
	secret_wipe_bytes(&ctx, sizeof(ctx));
	return NS_OK;
}

/* ------------------------------------------------------------------------------ GCM -- */

static enum ns_err (*long_gcm)(const struct crypto_gcm *job);

void crypto_use_gcm(enum ns_err (*run)(const struct crypto_gcm *job))
{
	long_gcm = run;
}

static size_t gcm_bytes(const struct crypto_gcm *job)
{
	size_t n = job->n;

	for (size_t i = 0; i < job->aad.n; i++)
		n += job->aad.v[i].n;
	return n;
}

/* NS_EUNSUPPORTED: it is nettle's to do. */
static enum ns_err try_long_gcm(const struct crypto_gcm *job)
{
	if (long_gcm == NULL || gcm_bytes(job) < CRYPTO_GCM_LONG)
		return NS_EUNSUPPORTED;
	return long_gcm(job);
}

enum ns_err crypto_aes_gmac(uint8_t tag[CRYPTO_TAG_LEN], struct view key, struct view nonce,
			    struct parts msg)
{
	const struct crypto_gcm job = {
		.tag = tag, .key = key, .nonce = nonce, .aad = msg, .encrypt = true};
	struct gcm_aes128_ctx ctx;
	enum ns_err err;

	if (key.n != CRYPTO_AES128_LEN || nonce.n != CRYPTO_GCM_NONCE)
		return NS_EINVAL;
	for (size_t i = 0; i + 1 < msg.n; i++) {
		if (msg.v[i].n % GCM_BLOCK_SIZE != 0)
			return NS_EINVAL;
	}
	err = try_long_gcm(&job);
	if (err != NS_EUNSUPPORTED)
		return err;
	gcm_aes128_set_key(&ctx, key.p);
	gcm_aes128_set_iv(&ctx, nonce.n, nonce.p);
	for (size_t i = 0; i < msg.n; i++)
		gcm_aes128_update(&ctx, msg.v[i].n, msg.v[i].p);
	gcm_aes128_digest(&ctx, CRYPTO_TAG_LEN, tag);
	secret_wipe_bytes(&ctx, sizeof(ctx));
	return NS_OK;
}

/*
 * Authenticated encryption of one message with one key.  `encrypt` says in which direction
 * the data goes; the tag is computed either way, and compared by crypto_open().
 */
struct aead_job {
	uint8_t *data;
	size_t n;
	uint8_t *tag;
	struct view key;
	struct view nonce;
	struct view aad;
	bool encrypt;
};

#define GCM_RUN(bits)                                                                      \
	static void gcm##bits##_run(const struct aead_job *job)                            \
	{                                                                                  \
		struct gcm_aes##bits##_ctx ctx;                                            \
                                                                                           \
		gcm_aes##bits##_set_key(&ctx, job->key.p);                                 \
		gcm_aes##bits##_set_iv(&ctx, job->nonce.n, job->nonce.p);                  \
		gcm_aes##bits##_update(&ctx, job->aad.n, job->aad.p);                      \
		if (job->encrypt)                                                          \
			gcm_aes##bits##_encrypt(&ctx, job->n, job->data, job->data);       \
		else                                                                       \
			gcm_aes##bits##_decrypt(&ctx, job->n, job->data, job->data);       \
		gcm_aes##bits##_digest(&ctx, CRYPTO_TAG_LEN, job->tag);                    \
		secret_wipe_bytes(&ctx, sizeof(ctx));                                      \
	}

GCM_RUN(128)
GCM_RUN(256)

#define CCM_RUN(bits)                                                                      \
	static void ccm##bits##_run(const struct aead_job *job)                            \
	{                                                                                  \
		struct ccm_aes##bits##_ctx ctx;                                            \
                                                                                           \
		ccm_aes##bits##_set_key(&ctx, job->key.p);                                 \
		ccm_aes##bits##_set_nonce(&ctx, job->nonce.n, job->nonce.p, job->aad.n,    \
					  job->n, CRYPTO_TAG_LEN);                         \
		ccm_aes##bits##_update(&ctx, job->aad.n, job->aad.p);                      \
		if (job->encrypt)                                                          \
			ccm_aes##bits##_encrypt(&ctx, job->n, job->data, job->data);       \
		else                                                                       \
			ccm_aes##bits##_decrypt(&ctx, job->n, job->data, job->data);       \
		ccm_aes##bits##_digest(&ctx, CRYPTO_TAG_LEN, job->tag);                    \
		secret_wipe_bytes(&ctx, sizeof(ctx));                                      \
	}

CCM_RUN(128)
CCM_RUN(256)

static enum ns_err check_lengths(enum crypto_mode mode, const struct aead_job *job)
{
	size_t nonce_len = mode == CRYPTO_CCM ? CRYPTO_CCM_NONCE : CRYPTO_GCM_NONCE;

	if (job->nonce.n != nonce_len ||
	    (job->key.n != CRYPTO_AES128_LEN && job->key.n != CRYPTO_AES256_LEN))
		return NS_EINVAL;
	return NS_OK;
}

static void nettle_run(enum crypto_mode mode, const struct aead_job *job)
{
	if (job->key.n == CRYPTO_AES128_LEN)
		(mode == CRYPTO_CCM ? ccm128_run : gcm128_run)(job);
	else
		(mode == CRYPTO_CCM ? ccm256_run : gcm256_run)(job);
}

/* By whoever is faster; with nettle the tag is still to be compared. */
static enum ns_err aead_run(enum crypto_mode mode, const struct aead_job *job,
			    uint8_t *given)
{
	const struct crypto_gcm gcm = {
		.data = job->data,
		.n = job->n,
		.tag = job->encrypt ? job->tag : given,
		.key = job->key,
		.nonce = job->nonce,
		.aad = {.v = &job->aad, .n = 1},
		.encrypt = job->encrypt,
	};
	enum ns_err err = check_lengths(mode, job);

	if (err == NS_OK)
		err = mode == CRYPTO_GCM ? try_long_gcm(&gcm) : NS_EUNSUPPORTED;
	if (err != NS_EUNSUPPORTED)
		return err;
	nettle_run(mode, job);
	if (job->encrypt ||
	    secret_equal(view_of(given, CRYPTO_TAG_LEN), view_of(job->tag, CRYPTO_TAG_LEN)))
		return NS_OK;
	return NS_ESIGNATURE;
}

enum ns_err crypto_seal(enum crypto_mode mode, uint8_t *data, size_t n,
			uint8_t tag[CRYPTO_TAG_LEN], struct view key, struct view nonce,
			struct view aad)
{
	struct aead_job job = {data, n, tag, key, nonce, aad, true};

	return aead_run(mode, &job, NULL);
}

enum ns_err crypto_open(enum crypto_mode mode, uint8_t *data, size_t n, struct view tag,
			struct view key, struct view nonce, struct view aad)
{
	uint8_t want[CRYPTO_TAG_LEN] = {0}, given[CRYPTO_TAG_LEN];
	struct aead_job job = {data, n, want, key, nonce, aad, false};
	enum ns_err err = NS_ESIGNATURE;

	if (tag.n == sizeof(given)) {
		memcpy(given, tag.p, sizeof(given));
		err = aead_run(mode, &job, given);
	}
	if (err != NS_OK)
		secret_wipe_bytes(data, n);
	secret_wipe_bytes(want, sizeof(want));
	return err;
}

enum ns_err crypto_random(void *out, size_t n)
{
	uint8_t *p = out;

	for (size_t done = 0; done < n;) {
		ssize_t got = getrandom(p + done, n - done, 0);

		if (got > 0)
			done += (size_t)got;
		else if (errno != EINTR)
			return NS_ESYSTEM;
	}
	return NS_OK;
}

/* SPDX-License-Identifier: MIT */
#include "security/gcm_long.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include "security/crypto.h"

/* GMAC has three parts at the most, see sign.c. */
#define PARTS_MAX 4

static giovec_t iovec_of(struct view v)
{
	union {
		const uint8_t *in;
		void *out;
	} p = {.in = v.p}; /* the type has no const; what is authenticated is only read */

	return (giovec_t){.iov_base = p.out, .iov_len = v.n};
}

static enum ns_err run(gnutls_aead_cipher_hd_t handle, const struct crypto_gcm *job)
{
	giovec_t aad[PARTS_MAX];
	giovec_t data = {.iov_base = job->data, .iov_len = job->n};
	int count = job->n > 0 ? 1 : 0;
	size_t tag_len = CRYPTO_TAG_LEN;
	int result;

	for (size_t i = 0; i < job->aad.n; i++)
		aad[i] = iovec_of(job->aad.v[i]);
	if (job->encrypt)
		result = gnutls_aead_cipher_encryptv2(handle, job->nonce.p, job->nonce.n,
						      aad, (int)job->aad.n, &data, count,
						      job->tag, &tag_len);
	else
		result = gnutls_aead_cipher_decryptv2(handle, job->nonce.p, job->nonce.n,
						      aad, (int)job->aad.n, &data, count,
						      job->tag, tag_len);
	if (result == GNUTLS_E_DECRYPTION_FAILED)
		return NS_ESIGNATURE;
	return result == 0 ? NS_OK : NS_ESYSTEM;
}

/* Nothing is touched before there is a handle: without one nettle does it. */
static enum ns_err gnutls_gcm(const struct crypto_gcm *job)
{
	gnutls_aead_cipher_hd_t handle;
	giovec_t key = iovec_of(job->key);
	const gnutls_datum_t datum = {.data = key.iov_base, .size = (unsigned)key.iov_len};
	enum ns_err err;

	if (job->aad.n > PARTS_MAX ||
	    gnutls_aead_cipher_init(&handle,
				    job->key.n == CRYPTO_AES128_LEN
					    ? GNUTLS_CIPHER_AES_128_GCM
					    : GNUTLS_CIPHER_AES_256_GCM,
				    &datum) != 0)
		return NS_EUNSUPPORTED;
	err = run(handle, job);
	gnutls_aead_cipher_deinit(handle); /* wipes */
	return err;
}

void gcm_long_use(void)
{
	crypto_use_gcm(gnutls_gcm);
}

/* SPDX-License-Identifier: MIT */
#include "security/seal.h"

#include "security/crypto.h"
#include "wire/smb2_transform.h"

/* How a CipherId is done. */
static enum ns_err cipher_mode(enum crypto_mode *mode, size_t *nonce_len, uint16_t cipher)
{
	switch (cipher) {
	case SMB2_CIPHER_AES128_CCM:
	case SMB2_CIPHER_AES256_CCM:
		*mode = CRYPTO_CCM;
		*nonce_len = CRYPTO_CCM_NONCE;
		return NS_OK;
	case SMB2_CIPHER_AES128_GCM:
	case SMB2_CIPHER_AES256_GCM:
		*mode = CRYPTO_GCM;
		*nonce_len = CRYPTO_GCM_NONCE;
		return NS_OK;
	default:
		return NS_EUNSUPPORTED;
	}
}

/* The counter is the nonce: it starts at 1, for each key is used by one object only. */
static void put_nonce(uint8_t nonce[SMB2_TRANSFORM_NONCE_LEN], uint64_t counter)
{
	memset(nonce, 0, SMB2_TRANSFORM_NONCE_LEN);
	for (size_t i = 0; i < 8; i++)
		nonce[i] = (uint8_t)(counter >> (8 * i));
}

enum ns_err smb_seal_at(struct smb_keys *keys, struct buf *b, size_t at,
			uint64_t session_id)
{
	struct view sealed = view_slice(buf_view(b), at, SIZE_MAX);
	struct smb2_transform t = {.flags = SMB2_TRANSFORM_ENCRYPTED,
				   .session_id = session_id};
	size_t nonce_len, n;
	enum crypto_mode mode;
	enum ns_err err;

	err = cipher_mode(&mode, &nonce_len, keys->cipher);
	if (err == NS_OK && sealed.n < SMB2_TRANSFORM_LEN)
		err = NS_EINVAL;
	if (err != NS_OK)
		return err;
	n = sealed.n - SMB2_TRANSFORM_LEN;
	if (n > SEAL_MESSAGE_MAX || keys->nonce == UINT64_MAX)
		return NS_ELIMIT;
	/* Used up even if what follows fails: a counter that only grows cannot repeat. */
	put_nonce(t.nonce, ++keys->nonce);
	t.original_size = (uint32_t)n;
	err = smb2_transform_patch(b, at, &t);
	if (err == NS_OK)
		err = crypto_seal(mode, b->p + at + SMB2_TRANSFORM_LEN, n, t.signature,
				  secret_view(&keys->seal), view_of(t.nonce, nonce_len),
				  smb2_transform_aad(sealed));
	if (err == NS_OK)
		smb2_transform_patch_signature(b, at, t.signature);
	return err;
}

enum ns_err smb_seal(struct smb_keys *keys, struct buf *out, uint64_t session_id,
		     struct view message)
{
	size_t start = out->n;
	enum ns_err err = buf_reserve(out, SMB2_TRANSFORM_LEN + message.n);

	if (message.n > SEAL_MESSAGE_MAX)
		err = NS_ELIMIT;
	if (err == NS_OK)
		err = buf_append_zero(out, SMB2_TRANSFORM_LEN);
	if (err == NS_OK)
		err = buf_append(out, message);
	if (err == NS_OK)
		err = smb_seal_at(keys, out, start, session_id);
	if (err != NS_OK)
		out->n = start;
	return err;
}

/* What is sealed lies at `cipher`; `sealed` is all of it, with its header. */
static enum ns_err open_bytes(const struct smb_keys *keys, uint8_t *cipher,
			      struct view sealed)
{
	struct smb2_transform t;
	size_t nonce_len;
	enum crypto_mode mode;
	struct view message;
	enum ns_err err;

	err = cipher_mode(&mode, &nonce_len, keys->cipher);
	if (err == NS_OK)
		err = smb2_transform_decode(&t, &message, sealed);
	if (err == NS_OK && message.n > SEAL_MESSAGE_MAX)
		err = NS_ELIMIT;
	if (err != NS_OK)
		return err;
	return crypto_open(mode, cipher, message.n,
			   view_of(t.signature, sizeof(t.signature)),
			   secret_view(&keys->open), view_of(t.nonce, nonce_len),
			   smb2_transform_aad(sealed));
}

enum ns_err smb_open_at(const struct smb_keys *keys, struct buf *b, size_t at)
{
	struct view sealed = view_slice(buf_view(b), at, SIZE_MAX);

	if (sealed.n < SMB2_TRANSFORM_LEN)
		return NS_ETRUNC;
	return open_bytes(keys, b->p + at + SMB2_TRANSFORM_LEN, sealed);
}

enum ns_err smb_open(const struct smb_keys *keys, struct buf *out, struct view sealed)
{
	size_t start = out->n;
	enum ns_err err = buf_append(out, view_slice(sealed, SMB2_TRANSFORM_LEN, SIZE_MAX));

	if (err == NS_OK)
		err = open_bytes(keys, out->p + start, sealed);
	if (err != NS_OK)
		out->n = start;
	return err;
}

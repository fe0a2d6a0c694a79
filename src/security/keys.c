/* SPDX-License-Identifier: MIT */
#include "security/keys.h"

#include "security/crypto.h"
#include "security/kdf.h"
#include "security/preauth.h"
#include "wire/smb2.h"

/* Session.SessionKey, [MS-SMB2] 3.2.5.3: cut or padded with zeroes to this. */
#define SESSION_KEY_LEN 16

/* The specification counts the NUL of these strings, and so does sizeof. */
#define LABEL(s)                                                                           \
	{                                                                                  \
		(const uint8_t *)(s), sizeof(s)                                            \
	}

/*
 * What a key is derived with.  A context of no bytes stands for the session's preauth
 * hash, which 3.1.1 puts there.  The names are the server's view: "C2S" is what a client
 * seals with and a server opens with.
 */
struct derivation {
	struct view label;
	struct view context;
};

struct derivations {
	struct derivation signing, app, c2s, s2c;
};

/* clang-format off */
static const struct derivations smb30 = {
	.signing = {LABEL("SMB2AESCMAC"), LABEL("SmbSign")},
	.app     = {LABEL("SMB2APP"),     LABEL("SmbRpc")},
	.c2s     = {LABEL("SMB2AESCCM"),  LABEL("ServerIn ")},
	.s2c     = {LABEL("SMB2AESCCM"),  LABEL("ServerOut")},
};

static const struct derivations smb311 = {
	.signing = {LABEL("SMBSigningKey"),   {0}},
	.app     = {LABEL("SMBAppKey"),       {0}},
	.c2s     = {LABEL("SMBC2SCipherKey"), {0}},
	.s2c     = {LABEL("SMBS2CCipherKey"), {0}},
};
/* clang-format on */

static bool dialect_is_3x(uint16_t dialect)
{
	return dialect == SMB2_DIALECT_300 || dialect == SMB2_DIALECT_302 ||
	       dialect == SMB2_DIALECT_311;
}

static bool cipher_is_256(uint16_t cipher)
{
	return cipher == SMB2_CIPHER_AES256_CCM || cipher == SMB2_CIPHER_AES256_GCM;
}

/* What the dialect makes of the cipher that was negotiated; 2.x knows none. */
static enum ns_err choose_cipher(uint16_t *out, const struct smb_keys_params *p)
{
	*out = 0;
	if (p->cipher == 0 || !dialect_is_3x(p->dialect))
		return NS_OK;
	if (p->cipher > SMB2_CIPHER_AES256_GCM)
		return NS_EINVAL;
	*out = p->dialect == SMB2_DIALECT_311 ? p->cipher : SMB2_CIPHER_AES128_CCM;
	return NS_OK;
}

static enum ns_err choose_signing(uint16_t *out, const struct smb_keys_params *p)
{
	switch (p->dialect) {
	case SMB2_DIALECT_202:
	case SMB2_DIALECT_210:
		*out = SMB2_SIGNING_HMAC_SHA256;
		return NS_OK;
	case SMB2_DIALECT_300:
	case SMB2_DIALECT_302:
		*out = SMB2_SIGNING_AES_CMAC;
		return NS_OK;
	case SMB2_DIALECT_311:
		*out = p->sign_alg;
		return p->sign_alg <= SMB2_SIGNING_AES_GMAC ? NS_OK : NS_EINVAL;
	default:
		return NS_EINVAL;
	}
}

static enum ns_err derive(struct secret *out, const struct derivation *d, size_t len,
			  struct view key, struct view preauth)
{
	return kdf_derive(out, len, key, d->label, d->context.n > 0 ? d->context : preauth);
}

/*
 * The 3.x keys.  [MS-SMB2] 3.1.4.2 makes L 256 for each key once an AES-256 cipher is
 * negotiated; Samba does so for the cipher keys only, and so do we: signing with AES-128
 * takes a key of 128 bits.
 */
static enum ns_err derive_3x(struct smb_keys *k, const struct smb_keys_params *p,
			     struct view session_key)
{
	const struct derivations *d = p->dialect == SMB2_DIALECT_311 ? &smb311 : &smb30;
	bool big = cipher_is_256(k->cipher);
	size_t len = big ? CRYPTO_AES256_LEN : CRYPTO_AES128_LEN;
	struct view cipher_base = big ? p->session_key : session_key;
	bool client = p->role == SMB_CLIENT;
	enum ns_err err;

	err = derive(&k->signing, &d->signing, CRYPTO_AES128_LEN, session_key, p->preauth);
	if (err == NS_OK)
		err = derive(&k->app, &d->app, CRYPTO_AES128_LEN, session_key, p->preauth);
	if (err == NS_OK && k->cipher != 0)
		err = derive(client ? &k->seal : &k->open, &d->c2s, len, cipher_base,
			     p->preauth);
	if (err == NS_OK && k->cipher != 0)
		err = derive(client ? &k->open : &k->seal, &d->s2c, len, cipher_base,
			     p->preauth);
	return err;
}

/* 2.0.2 and 2.1 sign with the session key itself; the application gets it too. */
static enum ns_err derive_2x(struct smb_keys *k, struct view session_key)
{
	enum ns_err err = secret_set(&k->signing, session_key);

	return err == NS_OK ? secret_set(&k->app, session_key) : err;
}

enum ns_err smb_keys_derive(struct smb_keys *out, const struct smb_keys_params *p)
{
	struct smb_keys k = {.role = p->role};
	uint8_t base[SESSION_KEY_LEN] = {0};
	struct view session_key = view_of(base, sizeof(base));
	enum ns_err err;

	if (p->session_key.n == 0 || p->session_key.n > SECRET_MAX)
		return NS_EINVAL;
	if (p->dialect == SMB2_DIALECT_311 && p->preauth.n != PREAUTH_LEN)
		return NS_EINVAL;
	memcpy(base, p->session_key.p,
	       p->session_key.n < sizeof(base) ? p->session_key.n : sizeof(base));
	err = choose_signing(&k.sign_alg, p);
	if (err == NS_OK)
		err = choose_cipher(&k.cipher, p);
	if (err == NS_OK)
		err = dialect_is_3x(p->dialect) ? derive_3x(&k, p, session_key)
						: derive_2x(&k, session_key);
	if (err == NS_OK)
		smb_keys_move(out, &k);
	smb_keys_release(&k);
	secret_wipe_bytes(base, sizeof(base));
	return err;
}

void smb_keys_move(struct smb_keys *to, struct smb_keys *from)
{
	*to = *from;
	smb_keys_release(from);
}

void smb_keys_release(struct smb_keys *keys)
{
	secret_wipe_bytes(keys, sizeof(*keys));
}

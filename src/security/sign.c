/* SPDX-License-Identifier: MIT */
#include "security/sign.h"

#include "security/crypto.h"
#include "wire/smb2_hdr.h"

/* 2.2.1: Flags and Signature within the header. */
#define FLAGS_AT     16
#define SIGNATURE_AT 48

/* [MS-SMB2] 3.1.4.1: MessageId, then one bit for a server and one for a CANCEL. */
static void gmac_nonce(uint8_t nonce[CRYPTO_GCM_NONCE], const struct smb2_hdr *hdr,
		       enum smb_role sender)
{
	memset(nonce, 0, CRYPTO_GCM_NONCE);
	for (size_t i = 0; i < 8; i++)
		nonce[i] = (uint8_t)(hdr->message_id >> (8 * i));
	nonce[8] = (uint8_t)((sender == SMB_SERVER ? 1 : 0) |
			     (hdr->command == SMB2_CANCEL ? 2 : 0));
}

/* The signature of `msg`, whose own Signature field counts as zero. */
static enum ns_err compute(uint8_t tag[SMB2_SIGNATURE_LEN], const struct smb_keys *keys,
			   enum smb_role sender, const struct smb2_hdr *hdr,
			   struct view msg)
{
	static const uint8_t zero[SMB2_SIGNATURE_LEN] = {0};
	struct view key = secret_view(&keys->signing);
	uint8_t nonce[CRYPTO_GCM_NONCE], hash[CRYPTO_SHA256_LEN];
	struct parts parts =
		PARTS(view_slice(msg, 0, SIGNATURE_AT), view_of(zero, sizeof(zero)),
		      view_slice(msg, SMB2_HDR_LEN, msg.n));

	switch (keys->sign_alg) {
	case SMB2_SIGNING_HMAC_SHA256:
		if (key.n == 0)
			return NS_EINVAL;
		crypto_hmac_sha256(hash, key, parts);
		memcpy(tag, hash, SMB2_SIGNATURE_LEN);
		return NS_OK;
	case SMB2_SIGNING_AES_CMAC:
		return crypto_aes_cmac(tag, key, parts);
	case SMB2_SIGNING_AES_GMAC:
		gmac_nonce(nonce, hdr, sender);
		return crypto_aes_gmac(tag, key, view_of(nonce, sizeof(nonce)), parts);
	default:
		return NS_EINVAL;
	}
}

enum ns_err smb_sign(const struct smb_keys *keys, struct buf *b, size_t off, size_t n)
{
	struct wire_writer w = {.out = b, .base = off};
	uint8_t tag[SMB2_SIGNATURE_LEN];
	struct smb2_hdr hdr;
	struct view msg;
	enum ns_err err;

	if (off > b->n || n > b->n - off)
		return NS_EINVAL;
	msg = view_slice(buf_view(b), off, n);
	if (smb2_hdr_decode(&hdr, msg) != NS_OK)
		return NS_EINVAL;
	wire_patch32(&w, FLAGS_AT, hdr.flags | SMB2_FLAGS_SIGNED);
	err = wire_put_status(&w);
	if (err == NS_OK)
		err = compute(tag, keys, keys->role, &hdr, msg);
	if (err == NS_OK)
		smb2_hdr_patch_signature(b, off, tag);
	return err;
}

enum ns_err smb_verify(const struct smb_keys *keys, struct view msg)
{
	enum smb_role sender = keys->role == SMB_CLIENT ? SMB_SERVER : SMB_CLIENT;
	uint8_t tag[SMB2_SIGNATURE_LEN];
	struct smb2_hdr hdr;
	enum ns_err err;

	err = smb2_hdr_decode(&hdr, msg);
	if (err != NS_OK)
		return err;
	if ((hdr.flags & SMB2_FLAGS_SIGNED) == 0)
		return NS_ESIGNATURE;
	err = compute(tag, keys, sender, &hdr, msg);
	if (err != NS_OK)
		return err;
	if (!secret_equal(view_of(tag, sizeof(tag)),
			  view_of(hdr.signature, sizeof(hdr.signature))))
		return NS_ESIGNATURE;
	return NS_OK;
}

/* SPDX-License-Identifier: MIT */
#include "security/ntlm_crypto.h"

#include "base/utf16.h"
#include "security/crypto.h"
#include "wire/writer.h"

/* Four bytes of UTF-8 or of UTF-16 for each of the 256 characters Windows allows. */
#define NAME_MAX_BYTES 1024

enum ns_err ntlm_nt_hash(struct secret *out, struct view password_utf8)
{
	struct buf utf16;
	uint8_t hash[CRYPTO_MD4_LEN];
	enum ns_err err;

	buf_init(&utf16, NTLM_MESSAGE_MAX);
	err = utf16_from_utf8(&utf16, password_utf8);
	if (err == NS_OK) {
		crypto_md4(hash, PARTS(buf_view(&utf16)));
		err = secret_set(out, view_of(hash, sizeof(hash)));
		secret_wipe_bytes(hash, sizeof(hash));
	}
	buf_wipe(&utf16);
	return err;
}

static enum ns_err upper(struct buf *out, struct view utf16le)
{
	struct wire_writer w = wire_writer_at_end(out);

	if (utf16le.n % 2 != 0)
		return NS_EFORMAT;
	for (size_t i = 0; i < utf16le.n / 2; i++)
		wire_put_le16(&w, utf16_upcase(utf16_unit(utf16le, i)));
	return wire_put_status(&w);
}

enum ns_err ntlm_response_key(struct secret *out, const struct secret *nt_hash,
			      struct view user, struct view domain)
{
	struct buf name;
	uint8_t key[NTLM_KEY_LEN];
	enum ns_err err;

	buf_init(&name, NAME_MAX_BYTES);
	err = upper(&name, user);
	if (err == NS_OK) {
		crypto_hmac_md5(key, secret_view(nt_hash), PARTS(buf_view(&name), domain));
		err = secret_set(out, view_of(key, sizeof(key)));
		secret_wipe_bytes(key, sizeof(key));
	}
	buf_release(&name);
	return err;
}

enum ns_err ntlm_client_blob(struct buf *out, uint64_t time,
			     const uint8_t client_challenge[NTLM_CHALLENGE_LEN],
			     struct view av)
{
	struct wire_writer w = wire_writer_at_end(out);

	wire_put_u8(&w, 1);      /*  0 RespType */
	wire_put_u8(&w, 1);      /*  1 HiRespType */
	wire_put_zero(&w, 6);    /*  2 Reserved1, Reserved2 */
	wire_put_le64(&w, time); /*  8 TimeStamp */
	wire_put_bytes(&w, view_of(client_challenge, NTLM_CHALLENGE_LEN)); /* 16 */
	wire_put_zero(&w, 4);   /* 24 Reserved3 */
	wire_put_bytes(&w, av); /* 28 AvPairs */
	wire_put_zero(&w, 4);   /* Z(4) of 3.3.2 */
	return wire_put_status(&w);
}

void ntlm_proof(uint8_t out[NTLM_PROOF_LEN], const struct secret *response_key,
		const uint8_t server_challenge[NTLM_CHALLENGE_LEN], struct view blob)
{
	crypto_hmac_md5(out, secret_view(response_key),
			PARTS(view_of(server_challenge, NTLM_CHALLENGE_LEN), blob));
}

enum ns_err ntlm_session_base_key(struct secret *out, const struct secret *response_key,
				  const uint8_t proof[NTLM_PROOF_LEN])
{
	uint8_t key[NTLM_KEY_LEN];
	enum ns_err err;

	crypto_hmac_md5(key, secret_view(response_key),
			PARTS(view_of(proof, NTLM_PROOF_LEN)));
	err = secret_set(out, view_of(key, sizeof(key)));
	secret_wipe_bytes(key, sizeof(key));
	return err;
}

void ntlm_mic(uint8_t out[NTLM_MIC_LEN], const struct secret *exported_key,
	      struct view negotiate, struct view challenge, struct view authenticate)
{
	static const uint8_t zero[NTLM_MIC_LEN] = {0};

	crypto_hmac_md5(out, secret_view(exported_key),
			PARTS(negotiate, challenge,
			      view_slice(authenticate, 0, NTLM_MIC_AT),
			      view_of(zero, sizeof(zero)),
			      view_slice(authenticate, NTLM_MIC_AT + NTLM_MIC_LEN,
					 authenticate.n)));
}

/* SIGNKEY and SEALKEY, 3.4.5.2 and 3.4.5.3: the strings count with their NUL. */
#define MAGIC(s)                                                                           \
	{                                                                                  \
		(const uint8_t *)(s), sizeof(s)                                            \
	}

static const struct view sign_magic[] = {
	[NTLM_FROM_CLIENT] =
		MAGIC("session key to client-to-server signing key magic constant"),
	[NTLM_FROM_SERVER] =
		MAGIC("session key to server-to-client signing key magic constant"),
};

static const struct view seal_magic[] = {
	[NTLM_FROM_CLIENT] =
		MAGIC("session key to client-to-server sealing key magic constant"),
	[NTLM_FROM_SERVER] =
		MAGIC("session key to server-to-client sealing key magic constant"),
};

enum ns_err ntlm_sign(uint8_t out[NTLM_SIGNATURE_LEN], const struct secret *exported_key,
		      uint32_t flags, enum ntlm_side side, struct view msg)
{
	/* 2.2.2.9.2: Version 1, Checksum (8), SeqNum 0. */
	static const uint8_t seq_num[4] = {0};
	static const uint8_t version[4] = {1};
	uint8_t sign_key[NTLM_KEY_LEN], seal_key[NTLM_KEY_LEN], mac[CRYPTO_MD5_LEN];
	uint8_t *checksum = out + sizeof(version);
	enum ns_err err = NS_OK;

	crypto_md5(sign_key, PARTS(secret_view(exported_key), sign_magic[side]));
	crypto_md5(seal_key, PARTS(secret_view(exported_key), seal_magic[side]));
	crypto_hmac_md5(mac, view_of(sign_key, sizeof(sign_key)),
			PARTS(view_of(seq_num, sizeof(seq_num)), msg));
	memset(out, 0, NTLM_SIGNATURE_LEN);
	memcpy(out, version, sizeof(version));
	if ((flags & NTLMSSP_NEGOTIATE_KEY_EXCH) != 0)
		err = crypto_rc4(checksum, view_of(seal_key, sizeof(seal_key)),
				 view_of(mac, 8));
	else
		memcpy(checksum, mac, 8);
	secret_wipe_bytes(sign_key, sizeof(sign_key));
	secret_wipe_bytes(seal_key, sizeof(seal_key));
	return err;
}

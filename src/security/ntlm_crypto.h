/* SPDX-License-Identifier: MIT */
/*
 * The computations of NTLMv2, [MS-NLMP] 3.3.2 and 3.4.  Names are UTF-16LE as on the wire;
 * all secrets are 16 bytes.
 */
#ifndef SECURITY_NTLM_CRYPTO_H
#define SECURITY_NTLM_CRYPTO_H

#include "base/buf.h"
#include "base/secret.h"
#include "security/ntlm_msg.h"

#define NTLM_KEY_LEN   16
#define NTLM_PROOF_LEN 16 /* NTProofStr, the first bytes of an NTLMv2_RESPONSE */

/* The fixed part of NTLMv2_CLIENT_CHALLENGE in front of its AV_PAIRs, 2.2.2.7. */
#define NTLM_V2_FIXED 28

/* MD4(UNICODE(password)): what account files hold.  NS_EFORMAT: not UTF-8. */
NS_MUST_USE enum ns_err ntlm_nt_hash(struct secret *out, struct view password_utf8);

/* NTOWFv2: the key of a user in a domain.  Upper-cases the user; not the domain. */
NS_MUST_USE enum ns_err ntlm_response_key(struct secret *out, const struct secret *nt_hash,
					  struct view user, struct view domain);

/* Appends `temp` of 3.3.2, with what `av` holds (its end marker included). */
NS_MUST_USE enum ns_err ntlm_client_blob(struct buf *out, uint64_t time,
					 const uint8_t client_challenge[NTLM_CHALLENGE_LEN],
					 struct view av);

/* NTProofStr over the server's challenge and `temp`. */
void ntlm_proof(uint8_t out[NTLM_PROOF_LEN], const struct secret *response_key,
		const uint8_t server_challenge[NTLM_CHALLENGE_LEN], struct view blob);

/* SessionBaseKey, which with NTLMv2 is also the KeyExchangeKey. */
NS_MUST_USE enum ns_err ntlm_session_base_key(struct secret *out,
					      const struct secret *response_key,
					      const uint8_t proof[NTLM_PROOF_LEN]);

/* The MIC over the three messages, the third with zeroes in place of its MIC. */
void ntlm_mic(uint8_t out[NTLM_MIC_LEN], const struct secret *exported_key,
	      struct view negotiate, struct view challenge, struct view authenticate);

/* Which side made a signature. */
enum ntlm_side {
	NTLM_FROM_CLIENT,
	NTLM_FROM_SERVER,
};

#define NTLM_SIGNATURE_LEN 16

/*
 * An NTLMSSP_MESSAGE_SIGNATURE with sequence number 0 from fresh RC4 states: what SPNEGO
 * puts into mechListMIC ([MS-SPNG] 3.2.5.1, 3.3.5.1).  `flags` are the negotiated ones.
 */
NS_MUST_USE enum ns_err ntlm_sign(uint8_t out[NTLM_SIGNATURE_LEN],
				  const struct secret *exported_key, uint32_t flags,
				  enum ntlm_side side, struct view msg);

#endif

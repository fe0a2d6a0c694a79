/* SPDX-License-Identifier: MIT */
/*
 * The keys of one session (or of one channel of it), [MS-SMB2] 3.2.5.3 and 3.3.5.5.3, as
 * one of the two sides sees them.
 *
 * The object also holds the nonce counter of its sealing key.  It must therefore not be
 * copied: two copies would use a nonce twice, which reveals the plaintext.  It may be
 * moved (smb_keys_move).
 */
#ifndef SECURITY_KEYS_H
#define SECURITY_KEYS_H

#include "base/secret.h"

enum smb_role {
	SMB_CLIENT,
	SMB_SERVER,
};

struct smb_keys_params {
	enum smb_role role;
	uint16_t dialect;  /* 0x0202, 0x0210, 0x0300, 0x0302 or 0x0311 */
	uint16_t cipher;   /* CipherId, 2.2.3.1.2; 0: no encryption */
	uint16_t sign_alg; /* SigningAlgorithmId, 2.2.3.1.7; looked at for 3.1.1 only */
	struct view session_key; /* all of what the mechanism exported, not cut */
	struct view preauth;     /* 3.1.1: the 64 bytes of the session's preauth hash */
};

struct smb_keys {
	enum smb_role role;
	uint16_t sign_alg; /* what is really used: set for each dialect */
	uint16_t cipher;   /* 0: seal and open refuse with NS_EUNSUPPORTED */
	struct secret signing;
	struct secret seal; /* for what we send */
	struct secret open; /* for what we receive */
	struct secret app;  /* Session.ApplicationKey */
	uint64_t nonce;     /* of the last message sealed */
};

/*
 * NS_EINVAL: an unknown dialect, cipher or algorithm, an empty session key, or a preauth
 * hash of another length than 64 with 3.1.1; `out` is then untouched.
 *
 * For 3.0 and 3.0.2 the cipher is AES-128-CCM whenever `cipher` is not 0.
 */
NS_MUST_USE enum ns_err smb_keys_derive(struct smb_keys *out,
					const struct smb_keys_params *params);

/* `to` takes the keys with their counter; `from` is wiped. */
void smb_keys_move(struct smb_keys *to, struct smb_keys *from);

/* Wipes.  A zeroed or released object may be released again. */
void smb_keys_release(struct smb_keys *keys);

#endif

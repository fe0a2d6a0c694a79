/* SPDX-License-Identifier: MIT */
/*
 * What the two sides of an NTLM exchange have in common: the state that the mechanism's
 * table of functions reads once the exchange is complete.
 */
#ifndef SECURITY_NTLM_COMMON_H
#define SECURITY_NTLM_COMMON_H

#include "security/auth_credentials.h"
#include "security/ntlm_crypto.h"

enum ntlm_state {
	NTLM_STATE_START,     /* client: nothing sent; server: waits for NEGOTIATE */
	NTLM_STATE_CHALLENGE, /* client waits for it; server has sent it */
	NTLM_STATE_DONE,
	NTLM_STATE_FAILED,
};

struct ntlm {
	struct auth auth; /* first: a struct auth * is one of these */
	const struct auth_env *env;
	enum ntlm_side side;
	enum ntlm_state state;
	uint32_t flags;    /* as negotiated; complete when DONE */
	struct secret key; /* ExportedSessionKey; empty for anonymous and guest */
	struct buf first;  /* the NEGOTIATE_MESSAGE, which the MIC covers */
	struct buf second; /* the CHALLENGE_MESSAGE */
	struct buf user;   /* UTF-8 with a NUL, as is domain; empty: none */
	struct buf domain;
	bool anonymous;
	bool guest;
};

void ntlm_init(struct ntlm *n, const struct auth_ops *ops, enum ntlm_side side,
	       const struct auth_env *env);
void ntlm_release(struct ntlm *n);

/* The rest of the table, for both sides. */
enum ns_err ntlm_export_key(const struct auth *a, struct secret *out);
struct auth_identity ntlm_identity(const struct auth *a);
unsigned ntlm_chosen(const struct auth *a);
const char *ntlm_error_text(const struct auth *a);
enum ns_err ntlm_get_mic(struct auth *a, struct buf *out, struct view msg);
enum ns_err ntlm_verify_mic(struct auth *a, struct view mic, struct view msg);

/* Is KEY_EXCH in force, 3.1.5.1.2?  It takes SIGN or SEAL to make it so. */
bool ntlm_exchanges_key(uint32_t flags);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * An authentication exchange: one object per login, tokens in and tokens out.  The
 * mechanisms (NTLM, Kerberos, and SPNEGO, which chooses between them) stand behind one
 * table of functions.  What SMB2 needs is spnego_client_new() or spnego_server_new() of
 * security/spnego_auth.h.
 *
 *	err = auth_step(a, &token, in)     until it is not NS_AGAIN
 *	err = auth_export_key(a, &key)     once it was NS_OK
 *	id = auth_identity(a)
 *	auth_free(a)
 *
 * Kerberos may ask its servers inside auth_step() and wait for them; NTLM never blocks.
 */
#ifndef SECURITY_AUTH_H
#define SECURITY_AUTH_H

#include "base/buf.h"
#include "base/secret.h"

/* Any token of any mechanism fits: SMB2's SecurityBufferLength has 16 bits. */
#define AUTH_TOKEN_MAX 65535

/* Bits of a set of mechanisms. */
#define AUTH_MECH_NTLM     1u
#define AUTH_MECH_KERBEROS 2u

/* The time and the random numbers that an exchange uses, passed in. */
struct auth_env {
	uint64_t (*now)(void *ctx); /* a FILETIME: 100 ns since 1601 */
	enum ns_err (*random)(void *ctx, uint8_t *out, size_t n);
	void *ctx;
};

/* The system's clock and generator. */
extern const struct auth_env auth_env_system;

/*
 * The longest list of SIDs that is taken from a ticket: Windows puts at most 1,024 groups
 * into one, and a SID of a domain has up to 48 characters.
 */
#define AUTH_SIDS_MAX 65536

/* Who signed in; the strings are UTF-8, never NULL, and live as long as the exchange. */
struct auth_identity {
	const char *user;
	const char *domain; /* the realm, for Kerberos */
	bool anonymous;
	bool guest;
	uint64_t expires; /* FILETIME, of the ticket; 0: does not */
	/*
	 * The user and its groups as the ticket's PAC has them, [MS-PAC] 2.5:
	 * "S-1-5-21-...", each with a NUL behind it.  Empty without a PAC.
	 */
	struct view sids;
};

struct auth;

/* What a mechanism is: the functions below, for one of them. */
struct auth_ops {
	enum ns_err (*step)(struct auth *a, struct buf *out, struct view in);
	enum ns_err (*export_key)(const struct auth *a, struct secret *out);
	struct auth_identity (*identity)(const struct auth *a);
	unsigned (*chosen)(const struct auth *a);
	const char *(*error_text)(const struct auth *a);
	enum ns_err (*get_mic)(struct auth *a, struct buf *out, struct view msg);
	enum ns_err (*verify_mic)(struct auth *a, struct view mic, struct view msg);
	void (*free)(struct auth *a);
};

/* The head of each mechanism's own struct. */
struct auth {
	const struct auth_ops *ops;
};

/*
 * One leg.  `in` is the peer's token (empty for a client's first leg); the answer is
 * appended to `out`.  NS_AGAIN: send it and wait for the next.  NS_OK: we are done; send
 * what `out` got, if it got anything.  NS_EAUTH: the credentials are not good; any other
 * error: see the enum.  After an error the object may only be asked for its error text
 * and freed.  A step after NS_OK is NS_EINVAL.
 */
NS_MUST_USE enum ns_err auth_step(struct auth *a, struct buf *out, struct view in);

/*
 * The key as the mechanism has it: NTLM 16 bytes, Kerberos as long as its type.
 * NS_EINVAL before the exchange is complete, or where it has none (an anonymous login).
 */
NS_MUST_USE enum ns_err auth_export_key(const struct auth *a, struct secret *out);

/* Valid once the exchange is complete; for a client, the name it signed in by. */
struct auth_identity auth_identity(const struct auth *a);

/* AUTH_MECH_NTLM or AUTH_MECH_KERBEROS, also through SPNEGO; 0 while not yet known. */
unsigned auth_mech(const struct auth *a);

/* What a person should read about the last error; "" where the enum says it all. */
const char *auth_error_text(const struct auth *a);

/*
 * The integrity code by which SPNEGO protects its list of mechanisms.  NS_EINVAL before the
 * exchange is complete and for SPNEGO itself; NS_EUNSUPPORTED where there is no key;
 * NS_ESIGNATURE: it does not verify.
 */
NS_MUST_USE enum ns_err auth_get_mic(struct auth *a, struct buf *out, struct view msg);
NS_MUST_USE enum ns_err auth_verify_mic(struct auth *a, struct view mic, struct view msg);

/* Wipes what was secret. */
void auth_free(struct auth *a);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * SPNEGO, RFC 4178 and [MS-SPNG]: both sides agree on a mechanism, and the mechanism's own
 * integrity code over the list of mechanisms proves that nobody shortened it.  These are
 * the tokens of SMB2's SESSION_SETUP.
 *
 * When the exchange is complete, the mechanism's context is freed at once; its key and
 * identity stay here.
 */
#ifndef SECURITY_SPNEGO_AUTH_H
#define SECURITY_SPNEGO_AUTH_H

#include "security/auth_credentials.h"

/*
 * The client.  Its first step offers Kerberos, if the credentials can and a first token can
 * be had, and NTLM; the first token travels with the offer.  NTLM is complete after two
 * legs, Kerberos after one.  A hint that lists mechanisms rules out those not in it.
 *
 * NS_ENOCREDS: no credentials for any mechanism; NS_EUNSUPPORTED: the hint leaves none.
 * If Kerberos is all there is and fails, the first step returns its error.
 */
NS_MUST_USE enum ns_err spnego_client_new(struct auth **out,
					  const struct auth_client_config *config);

NS_MUST_USE enum ns_err spnego_server_new(struct auth **out,
					  const struct auth_server_config *config);

/* Appends the server's hint, a NegTokenInit2, for the NEGOTIATE response. */
NS_MUST_USE enum ns_err spnego_server_hint(struct buf *out,
					   const struct auth_server_config *config);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * NTLM as a mechanism, [MS-NLMP]: NTLMv2 only, with extended session security, 128-bit
 * keys, key exchange and the message integrity code; what is weaker is refused with
 * NS_EUNSUPPORTED.  There is no NTLMv1 and no LM.
 *
 * Used by SPNEGO; the bare mechanism serves tests.
 */
#ifndef SECURITY_NTLM_H
#define SECURITY_NTLM_H

#include "security/auth_credentials.h"

/*
 * The client.  NS_ENOCREDS without user and password or hash, unless `anonymous`.  Legs:
 * NEGOTIATE out (NS_AGAIN), CHALLENGE in and AUTHENTICATE out (NS_OK).
 */
NS_MUST_USE enum ns_err ntlm_client_new(struct auth **out,
					const struct auth_client_config *config);

/*
 * The server.  Legs: NEGOTIATE in and CHALLENGE out (NS_AGAIN), AUTHENTICATE in (NS_OK,
 * or NS_EAUTH whatever was wrong with name, password or account).
 */
NS_MUST_USE enum ns_err ntlm_server_new(struct auth **out,
					const struct auth_server_config *config);

#endif

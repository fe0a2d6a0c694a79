/* SPDX-License-Identifier: MIT */
/*
 * What a ticket says beside who its client is: until when it is good, and (its PAC,
 * [MS-PAC]) which groups the client is in.  Part of the wall around the Kerberos library:
 * only gss.c uses it.
 */
#ifndef SECURITY_GSS_TICKET_H
#define SECURITY_GSS_TICKET_H

#include <gssapi/gssapi.h>

#include "security/auth.h"

struct gss_ticket {
	uint64_t expires; /* FILETIME; 0: never */
	struct buf sids;  /* as auth_identity.sids */
};

/*
 * Of an accepted context and its client's name.  A ticket without a PAC has no SIDs; one
 * whose PAC does not decode is refused with NS_EFORMAT.
 */
NS_MUST_USE enum ns_err gss_ticket_read(struct gss_ticket *out, gss_ctx_id_t ctx,
					gss_name_t name, const struct auth_env *env);

#endif

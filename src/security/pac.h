/* SPDX-License-Identifier: MIT */
/*
 * The groups in a ticket: KERB_VALIDATION_INFO of a PAC, [MS-PAC] 2.5, of which only the
 * SIDs are taken.  Whoever calls has verified the PAC's signature.
 */
#ifndef SECURITY_PAC_H
#define SECURITY_PAC_H

#include "base/buf.h"

/*
 * Appends the SIDs of the user, its groups, its extra SIDs and its resource groups to
 * `out`: "S-1-5-21-1-2-3-1000", each with a NUL behind it.  `logon_info` is the buffer of
 * type 1 as it stands in the PAC.  On failure `out` holds whatever.
 */
NS_MUST_USE enum ns_err pac_sids(struct buf *out, struct view logon_info);

#endif

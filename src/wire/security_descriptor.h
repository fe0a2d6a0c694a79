/* SPDX-License-Identifier: MIT */
/*
 * SIDs and self-relative security descriptors, [MS-DTYP] 2.4.2, 2.4.5 and 2.4.6, as far as
 * a file server without ACLs of its own tells them: owner, group and a DACL of "allowed"
 * entries.
 */
#ifndef WIRE_SECURITY_DESCRIPTOR_H
#define WIRE_SECURITY_DESCRIPTOR_H

#include <stdbool.h>

#include "wire/reader.h"
#include "wire/writer.h"

#define SID_SUB_AUTHORITIES_MAX 15 /* [MS-DTYP] 2.4.2.2 */

struct sid {
	uint64_t authority; /* 48 bits */
	uint8_t count;
	uint32_t sub[SID_SUB_AUTHORITIES_MAX];
};

/* ACCESS_ALLOWED_ACE, 2.4.4.2 */
struct security_ace {
	uint32_t mask;
	struct sid sid;
};

#define SECURITY_ACES_MAX 8 /* more entries than a mode has classes */

struct security_descriptor {
	bool has_owner, has_group, has_dacl;
	struct sid owner, group;
	struct security_ace dacl[SECURITY_ACES_MAX];
	size_t aces;
};

/*
 * Bad offsets and sizes are NS_EFORMAT or NS_ETRUNC.  Entries of other types are passed
 * over; more than SECURITY_ACES_MAX are NS_ELIMIT.
 */
NS_MUST_USE enum ns_err security_descriptor_decode(struct security_descriptor *out,
						   struct view v);
void security_descriptor_encode(struct wire_writer *w, const struct security_descriptor *v);

#endif

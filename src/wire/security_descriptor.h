/* SPDX-License-Identifier: MIT */
/*
 * SIDs and self-relative security descriptors, [MS-DTYP] 2.4.2, 2.4.4, 2.4.5 and 2.4.6, as
 * far as a file server whose disk has POSIX ACLs takes and tells them: owner, group and a
 * DACL of entries that allow or deny.
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

bool sid_equal(const struct sid *a, const struct sid *b);

/* AceType, 2.4.4.1 */
#define ACE_ALLOWED 0x00u
#define ACE_DENIED  0x01u

/* AceFlags, 2.4.4.1 */
#define ACE_OBJECT_INHERIT       0x01u
#define ACE_CONTAINER_INHERIT    0x02u
#define ACE_NO_PROPAGATE_INHERIT 0x04u
#define ACE_INHERIT_ONLY         0x08u
#define ACE_INHERITED            0x10u

/* Control, 2.4.6: these two are the codec's, from what is there. */
#define SE_DACL_PRESENT  0x0004u
#define SE_SELF_RELATIVE 0x8000u

/* ACCESS_ALLOWED_ACE and ACCESS_DENIED_ACE, 2.4.4.2 and 2.4.4.4 */
struct security_ace {
	uint8_t type;
	uint8_t flags;
	uint32_t mask;
	struct sid sid;
};

/*
 * Entries of a DACL: for each of an ACL's 64 (FS_ACL_MAX) one that denies and one that
 * allows, for the directory itself and for what it hands down.
 */
#define SECURITY_ACES_MAX 256

/* The longest that is encoded: all entries with SIDs of two sub-authorities, and more. */
#define SECURITY_DESCRIPTOR_MAX (SECURITY_ACES_MAX * 32 + 256)

struct security_descriptor {
	uint16_t control; /* but for the two above */
	bool has_owner, has_group;
	bool has_dacl; /* it is present */
	bool null;     /* the DACL is, however, NULL: everybody may do anything */
	struct sid owner, group;
	struct security_ace dacl[SECURITY_ACES_MAX];
	size_t aces;
};

/*
 * Bad offsets and sizes are NS_EFORMAT or NS_ETRUNC, more entries than SECURITY_ACES_MAX
 * NS_ELIMIT.  An entry of another type is NS_EUNSUPPORTED: whoever passed it over might
 * give what it denies.  A SACL is not looked at.
 */
NS_MUST_USE enum ns_err security_descriptor_decode(struct security_descriptor *out,
						   struct view v);
void security_descriptor_encode(struct wire_writer *w, const struct security_descriptor *v);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The value of the extended attribute user.DOSATTRIB, in which Samba keeps what Windows
 * knows of a file and a Unix does not: its DOS attributes and when it was created.  A tree
 * that Samba has served keeps them here, and the other way round.
 *
 * It is little-endian NDR: an old form's text (NUL-terminated, empty since version 4),
 * then, 2-aligned, the version (16 bits), the same again as the switch of a union, then,
 * 4-aligned, which of the fields are valid, the attributes, and what the version has behind
 * them.  Of Samba 3.5 and later are versions 3, 4 and 5; Samba 4.17 writes 5, and so do we.
 */
#ifndef FS_FS_DOSATTRIB_H
#define FS_FS_DOSATTRIB_H

#include <stdbool.h>

#include "base/span.h"

struct fs_dosattrib {
	bool has_attributes;
	uint32_t attributes; /* FS_ATTR_..., and bits that are none of ours */
	uint64_t created;    /* FILETIME; 0: not told */
	uint64_t changed;    /* the same */
	uint64_t stamp;      /* when `changed` was kept */
};

/* The longest that is read: version 3 with 16 bytes of text. */
#define FS_DOSATTRIB_MAX 68
/* The most that is written. */
#define FS_DOSATTRIB_LEN 40

/* False: it is cut off, or of a version that we do not know. */
NS_MUST_USE bool fs_dosattrib_decode(struct fs_dosattrib *out, struct view value);
/* Returns how many bytes these are. */
size_t fs_dosattrib_encode(uint8_t out[FS_DOSATTRIB_LEN], const struct fs_dosattrib *v);

#endif

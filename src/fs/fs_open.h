/* SPDX-License-Identifier: MIT */
/*
 * The two halves of fs_open(), [MS-FSA] 2.1.5.1: what is there already (2.1.5.1.2), and
 * what is new (2.1.5.1.1).  For fs_open*.c alone.
 */
#ifndef FS_FS_OPEN_H
#define FS_FS_OPEN_H

#include "fs/fs_change.h"
#include "fs/fs_file.h"

/*
 * Each opens out->file, enters it in the table, and says what it did in out->action.  Where
 * something changes by it `change` begins; it is ended when all of it is done.  On failure
 * what was had is fs_open.c's to give back.
 */
uint32_t fs_open_existing(struct fs_opened *out, const struct fs_place *place,
			  const struct fs_open *how, struct fs_change *change);
uint32_t fs_open_new(struct fs_opened *out, const struct fs_place *place,
		     const struct fs_open *how, struct fs_change *change);

/* Those of open(2).  A right to a directory's contents takes none but for its names. */
int fs_open_flags(unsigned access, bool directory);

static inline bool fs_open_empties(const struct fs_open *how)
{
	return how->disposition == FS_SUPERSEDE || how->disposition == FS_OVERWRITE ||
	       how->disposition == FS_OVERWRITE_IF;
}

#endif

/* SPDX-License-Identifier: MIT */
/*
 * Extended attributes of files: what a Unix calls user.NAME.  Their names are found without
 * regard to case.  Those by which servers keep what is theirs (fs_attr.h; Samba's) are not
 * seen, and can't be set.
 */
#ifndef FS_FS_EA_H
#define FS_FS_EA_H

#include "fs/fs_file.h"

/* XATTR_NAME_MAX less "user.". */
#define FS_EA_NAME_MAX 250
/* [MS-FSA] 2.1.5.15.6: "64 KB - 5 bytes", of all; and XATTR_SIZE_MAX is one value's. */
#define FS_EA_TOTAL_MAX (65536u - 5u)

/* Well-formed, [MS-FSCC] 2.4.16: ASCII without wildcards, separators and control
 * characters. */
bool fs_ea_name_is_valid(struct view name);

struct fs_ea_walk {
	/* False: enough. */
	bool (*each)(void *ctx, struct view name, struct view value);
	void *ctx;
};

/* All, as they stand on the disk; as the file's user, who must have FS_READ_EA. */
uint32_t fs_ea_each(const struct fs_file *file, const struct fs_ea_walk *walk);

/*
 * As the file's user.  No value: it goes, if it is there.  INVALID_EA_NAME: that is not
 * well-formed; ACCESS_DENIED: a server's own; EA_TOO_LARGE; EAS_NOT_SUPPORTED.
 */
uint32_t fs_ea_set(const struct fs_file *file, struct view name, struct view value);

/* FileEaInformation: the bytes of all; 0 where nobody can tell. */
uint32_t fs_ea_size(const struct fs_file *file);

#endif

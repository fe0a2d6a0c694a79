/* SPDX-License-Identifier: MIT */
/* Security descriptors of files: [MS-SMB2] 3.3.5.20.3, 3.3.5.21.3 and 3.3.5.9.2. */
#ifndef SERVER_FILE_SECURITY_H
#define SERVER_FILE_SECURITY_H

#include "server/file/file.h"
#include "wire/security_descriptor.h"

/*
 * Decodes a descriptor that a client sent into a new object, freed with free(): NO_MEMORY,
 * INVALID_SECURITY_DESCR, NOT_SUPPORTED (an entry of a type that POSIX has no like of).
 */
uint32_t srv_descriptor_decode(struct security_descriptor **out, struct view bytes);

/*
 * What of it `parts` (OWNER_..., GROUP_..., DACL_SECURITY_INFORMATION) names becomes the
 * file's.  For a thread of the pool.
 */
uint32_t srv_descriptor_apply(const struct fs_file *file,
			      const struct security_descriptor *d, uint32_t parts);

/* What a descriptor has, as `parts`. */
uint32_t srv_descriptor_parts(const struct security_descriptor *d);

#endif

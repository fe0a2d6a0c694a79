/* SPDX-License-Identifier: MIT */
/* SMB2_FILEID, [MS-SMB2] 2.2.14.1. */
#ifndef WIRE_SMB2_FILE_ID_H
#define WIRE_SMB2_FILE_ID_H

#include "wire/reader.h"
#include "wire/writer.h"

struct smb2_file_id {
	uint64_t persistent_id;
	uint64_t volatile_id;
};

/*
 * All ones: in a related compound, the file of the request before (3.3.5.2.7.2); in an
 * IOCTL, no file (2.2.31).
 */
#define SMB2_FILE_ID_NONE ((struct smb2_file_id){UINT64_MAX, UINT64_MAX})

static inline void smb2_file_id_read(struct wire_reader *r, struct smb2_file_id *out)
{
	wire_le64(r, &out->persistent_id);
	wire_le64(r, &out->volatile_id);
}

static inline void smb2_file_id_put(struct wire_writer *w, struct smb2_file_id v)
{
	wire_put_le64(w, v.persistent_id);
	wire_put_le64(w, v.volatile_id);
}

#endif

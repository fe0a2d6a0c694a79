/* SPDX-License-Identifier: MIT */
/*
 * Copying on the server, [MS-SMB2] 2.2.31.1, 2.2.32.1 and 2.2.32.3: buffers of the IOCTLs
 * FSCTL_SRV_REQUEST_RESUME_KEY and FSCTL_SRV_COPYCHUNK(_WRITE).  No SMB2 header: a
 * decoder's view is that buffer, and the writer one of its own.
 */
#ifndef WIRE_SMB2_COPYCHUNK_H
#define WIRE_SMB2_COPYCHUNK_H

#include <stdbool.h>

#include "wire/reader.h"
#include "wire/smb2_file_id.h"
#include "wire/writer.h"

#define SMB2_RESUME_KEY_LEN     24
#define SMB2_RESUME_KEY_RSP_LEN 32 /* "OutputCount MUST be set to 32", 3.3.5.15.5 */
#define SMB2_COPYCHUNK_RSP_LEN  12

/* 2.2.32.3; the context behind the key is always empty. */
struct smb2_resume_key_rsp {
	uint8_t key[SMB2_RESUME_KEY_LEN];
};

/*
 * A key is opaque to the client.  Ours is the FileId, which no other open has, and zeroes.
 */
struct smb2_resume_key_rsp smb2_resume_key_of(struct smb2_file_id id);
/* False: none of ours. */
NS_MUST_USE bool smb2_resume_key_file_id(struct smb2_file_id *out,
					 const uint8_t key[SMB2_RESUME_KEY_LEN]);

NS_MUST_USE enum ns_err smb2_resume_key_rsp_decode(struct smb2_resume_key_rsp *out,
						   struct view v);
void smb2_resume_key_rsp_encode(struct wire_writer *w, const struct smb2_resume_key_rsp *v);

/* 2.2.31.1.1 */
struct smb2_copychunk {
	uint64_t source_offset;
	uint64_t target_offset; /* all ones: at the end */
	uint32_t length;
};

/* 2.2.31.1 SRV_COPYCHUNK_COPY */
struct smb2_copychunk_req {
	uint8_t key[SMB2_RESUME_KEY_LEN];
	uint32_t count;
	struct view chunks; /* all `count` of them, for smb2_copychunk_next() */
};

NS_MUST_USE enum ns_err smb2_copychunk_req_decode(struct smb2_copychunk_req *out,
						  struct view v);
/* Writes v->chunks as they are. */
void smb2_copychunk_req_encode(struct wire_writer *w, const struct smb2_copychunk_req *v);

/* The next one at the reader, whose message is `chunks`; false after the last. */
NS_MUST_USE bool smb2_copychunk_next(struct wire_reader *r, struct smb2_copychunk *out);
void smb2_copychunk_put(struct wire_writer *w, const struct smb2_copychunk *v);

/*
 * 2.2.32.1.  With STATUS_INVALID_PARAMETER the three are what a request may have at most:
 * chunks, bytes of one, bytes of all.
 */
struct smb2_copychunk_rsp {
	uint32_t chunks_written;
	uint32_t chunk_bytes_written; /* of the one that failed */
	uint32_t total_bytes_written;
};

NS_MUST_USE enum ns_err smb2_copychunk_rsp_decode(struct smb2_copychunk_rsp *out,
						  struct view v);
void smb2_copychunk_rsp_encode(struct wire_writer *w, const struct smb2_copychunk_rsp *v);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The ERROR response, [MS-SMB2] 2.2.2: the body of any response whose status is an error.
 * Not of NT_STATUS_MORE_PROCESSING_REQUIRED to SESSION_SETUP, nor of
 * NT_STATUS_BUFFER_OVERFLOW to READ, IOCTL and QUERY_INFO (3.3.4.4): those have the body of
 * their command.  An interim response (NT_STATUS_PENDING) has this body.
 */
#ifndef WIRE_SMB2_ERROR_H
#define WIRE_SMB2_ERROR_H

#include "wire/smb2_hdr.h"

struct smb2_error_rsp {
	uint8_t context_count; /* 0, or (3.1.1) how many contexts `data` holds */
	struct view data;      /* ErrorData; its form depends on the status, 2.2.2.2 */
};

NS_MUST_USE enum ns_err smb2_error_rsp_decode(struct smb2_error_rsp *out, struct view msg);
void smb2_error_rsp_encode(struct wire_writer *w, const struct smb2_error_rsp *v);

/* SMB2 ERROR Context, 2.2.2.1 */
struct smb2_error_context {
	uint32_t error_id; /* SMB2_ERROR_ID_... */
	struct view data;
};

struct smb2_error_contexts {
	struct wire_reader r; /* r.err sticks */
	size_t left;
};

/* Walks the contexts of `rsp`, which must outlive the walk's bytes only. */
struct smb2_error_contexts smb2_error_contexts_of(const struct smb2_error_rsp *rsp);

/* False after the last, and on error (it->r.err): one that is cut off. */
NS_MUST_USE bool smb2_error_context_next(struct smb2_error_contexts *it,
					 struct smb2_error_context *out);

/* Appends ErrorData of `count` contexts; the writer is one of its own. */
void smb2_error_contexts_encode(struct wire_writer *w,
				const struct smb2_error_context *list, size_t count);

#endif

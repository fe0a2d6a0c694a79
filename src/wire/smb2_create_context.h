/* SPDX-License-Identifier: MIT */
/*
 * The chain of create contexts, [MS-SMB2] 2.2.13.2, the same in request and response.  Its
 * offsets are its own: it is decoded from, and encoded into, bytes that hold nothing else.
 */
#ifndef WIRE_SMB2_CREATE_CONTEXT_H
#define WIRE_SMB2_CREATE_CONTEXT_H

#include <stdbool.h>

#include "wire/reader.h"
#include "wire/writer.h"

/* Names of four letters, 2.2.13.2 */
#define SMB2_CREATE_EA_BUFFER                   "ExtA"
#define SMB2_CREATE_SD_BUFFER                   "SecD"
#define SMB2_CREATE_DURABLE_HANDLE_REQUEST      "DHnQ"
#define SMB2_CREATE_DURABLE_HANDLE_RECONNECT    "DHnC"
#define SMB2_CREATE_ALLOCATION_SIZE             "AlSi"
#define SMB2_CREATE_QUERY_MAXIMAL_ACCESS        "MxAc"
#define SMB2_CREATE_TIMEWARP_TOKEN              "TWrp"
#define SMB2_CREATE_QUERY_ON_DISK_ID            "QFid"
#define SMB2_CREATE_REQUEST_LEASE               "RqLs"
#define SMB2_CREATE_DURABLE_HANDLE_REQUEST_V2   "DH2Q"
#define SMB2_CREATE_DURABLE_HANDLE_RECONNECT_V2 "DH2C"

struct smb2_create_context {
	struct view name;
	struct view data;
};

struct smb2_create_contexts {
	struct view rest; /* from the next context on; empty after the last */
	enum ns_err err;  /* sticks */
};

static inline struct smb2_create_contexts smb2_create_contexts_of(struct view chain)
{
	return (struct smb2_create_contexts){.rest = chain};
}

/*
 * False after the last, and on error (it->err): a context that is cut off, a Next that is
 * not 8-aligned or points into the context or outside, a name or data outside the context.
 */
NS_MUST_USE bool smb2_create_context_next(struct smb2_create_contexts *it,
					  struct smb2_create_context *out);

/* Appends the chain of `count` contexts; the writer is one of its own. */
void smb2_create_contexts_encode(struct wire_writer *w,
				 const struct smb2_create_context *list, size_t count);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The list of negotiate contexts, [MS-SMB2] 2.2.3.1, the same in request and response.
 * Only smb2_negotiate.c needs it.
 */
#ifndef WIRE_SMB2_NEGOTIATE_CONTEXTS_H
#define WIRE_SMB2_NEGOTIATE_CONTEXTS_H

#include "wire/smb2_negotiate.h"

/* `list` begins with the first of `count` contexts and may run to the message's end. */
NS_MUST_USE enum ns_err smb2_negotiate_contexts_decode(struct smb2_negotiate_contexts *out,
						       struct view list, size_t count);

/* Aligns, then appends all contexts that are present; returns how many. */
size_t smb2_negotiate_contexts_encode(struct wire_writer *w,
				      const struct smb2_negotiate_contexts *v);

#endif

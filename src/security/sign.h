/* SPDX-License-Identifier: MIT */
/*
 * Signing of single SMB2 messages, [MS-SMB2] 3.1.4.1 and 3.1.5.1.  A message begins with
 * its SMB2 header; an element of a compound is signed with its padding.
 */
#ifndef SECURITY_SIGN_H
#define SECURITY_SIGN_H

#include "base/buf.h"
#include "security/keys.h"

/*
 * Signs the n bytes at offset `off` of `b` in place: sets SMB2_FLAGS_SIGNED and fills the
 * Signature field.  NS_EINVAL if that is not within the buffer or shorter than a header.
 */
NS_MUST_USE enum ns_err smb_sign(const struct smb_keys *keys, struct buf *b, size_t off,
				 size_t n);

/*
 * NS_OK: `msg` was signed by the other side with these keys.  NS_ESIGNATURE: it was not,
 * or does not carry SMB2_FLAGS_SIGNED.  NS_ETRUNC: shorter than a header.  Whether a
 * message has to be signed is for the caller to say.
 */
NS_MUST_USE enum ns_err smb_verify(const struct smb_keys *keys, struct view msg);

#endif

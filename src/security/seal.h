/* SPDX-License-Identifier: MIT */
/*
 * Encryption of whole messages (a compound is one), [MS-SMB2] 3.1.4.3 and 3.3.5.2.1.1:
 * SMB2 TRANSFORM_HEADER followed by the ciphertext.
 */
#ifndef SECURITY_SEAL_H
#define SECURITY_SEAL_H

#include "base/buf.h"
#include "security/keys.h"

/*
 * The largest message that is sealed or opened: the transport's length has 24 bits
 * ([MS-SMB2] 2.1), and the transform header is counted by it.
 */
#define SEAL_MESSAGE_MAX (0xffffffu - 52)

/*
 * Appends the transform header and `message` encrypted to `out`; `message` must not lie
 * in `out`.  NS_EUNSUPPORTED without a cipher; NS_ELIMIT for a message that is too long,
 * a full buffer or a used-up nonce counter (at 2^64 messages).  On error `out` is as
 * before.
 */
NS_MUST_USE enum ns_err smb_seal(struct smb_keys *keys, struct buf *out,
				 uint64_t session_id, struct view message);

/*
 * Appends the plaintext of `sealed`, a transform header with its ciphertext, to `out`.
 * Which session it is for, and with that the keys, the caller reads from the header.
 * NS_ESIGNATURE when it does not verify; on error `out` is as before.
 */
NS_MUST_USE enum ns_err smb_open(const struct smb_keys *keys, struct buf *out,
				 struct view sealed);

/*
 * The same where the bytes lie, for long messages.  From `at` to the end of `b` there is
 * room for the transform header (SMB2_TRANSFORM_LEN bytes), then the message; afterwards,
 * what smb_seal() would have appended.  And back: the header stays as it came.  On error
 * the bytes are not to be used.
 */
NS_MUST_USE enum ns_err smb_seal_at(struct smb_keys *keys, struct buf *b, size_t at,
				    uint64_t session_id);
NS_MUST_USE enum ns_err smb_open_at(const struct smb_keys *keys, struct buf *b, size_t at);

#endif

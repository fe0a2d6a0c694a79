/* SPDX-License-Identifier: MIT */
/*
 * The frame of SMB2 over TCP, [MS-SMB2] 2.1: a zero byte, then the length of what follows
 * in 24 bits, big-endian.  The other session packets of RFC 1002 never come on direct TCP.
 */
#ifndef WIRE_NBSS_H
#define WIRE_NBSS_H

#include "wire/writer.h"

#define NBSS_HDR_LEN 4
#define NBSS_LEN_MAX 0xffffffu /* 24 bits */

/*
 * Is a whole message at the front of `in`?
 * NS_OK: `msg` is what the frame holds, borrowed from `in`; it may be empty.
 * NS_AGAIN: not yet.
 * NS_EFORMAT: the first byte is not 0.  NS_ELIMIT: it says it is longer than `max`, told
 * as soon as the length is there, so that a peer cannot make us buffer it.
 *
 * `total` is the length of the frame with its header, NBSS_HDR_LEN as long as that is not
 * known; on NS_OK, the number of bytes to consume.
 */
NS_MUST_USE enum ns_err nbss_frame(struct view *msg, size_t *total, struct view in,
				   size_t max);

/* Appends a header whose length is not known yet. */
NS_MUST_USE enum ns_err nbss_put(struct buf *out);

/*
 * The header at `at` (what out->n was before nbss_put()) gets the length of all that was
 * appended since.  NS_ELIMIT past NBSS_LEN_MAX.
 */
NS_MUST_USE enum ns_err nbss_patch(struct buf *out, size_t at);

#endif

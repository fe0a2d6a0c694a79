/* SPDX-License-Identifier: MIT */
/*
 * The only hex dump: sixteen bytes a line, as offset, hex and printable ASCII.
 *
 *	0000  fe 53 4d 42 40 00 01 00  00 00 00 00 00 00 1f 00  |.SMB@...........|
 */
#ifndef BASE_HEXDUMP_H
#define BASE_HEXDUMP_H

#include "base/buf.h"

/* Appends the lines, each with its newline; nothing for an empty view.  No NUL is added. */
NS_MUST_USE enum ns_err hexdump(struct buf *out, struct view v);

#endif

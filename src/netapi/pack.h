/* SPDX-License-Identifier: MIT */
/*
 * Rows as the Win32 functions give them: an array of structures whose members stand where
 * a C compiler puts them, and behind it every string the members point to, in one block.
 * The layout is read off the level's description (rpc/info.h); that it is the layout of the
 * structures in lmshare.h is proven by tests/unit/netapi.
 */
#ifndef NETAPI_PACK_H
#define NETAPI_PACK_H

#include "netapi/wide.h"
#include "rpc/info_rows.h"

/* What one structure of the level takes, padding and all. */
size_t pack_struct_size(const struct info_level *level);

/* Where a member stands in its structure. */
size_t pack_offset(const struct info_level *level, size_t field);

/*
 * The rows in a block for NetApiBufferFree(), strings in the width asked for; a string that
 * was not sent is "", for old programs follow each pointer.  No rows give a block too.
 * NS_ENOMEM.
 */
NS_MUST_USE enum ns_err pack_rows(void **block, const struct info_rows *rows,
				  enum wide_width width);

#endif

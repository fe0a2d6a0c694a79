/* SPDX-License-Identifier: MIT */
#include "wire/smb2_simple.h"

enum ns_err smb2_simple_decode(struct view msg)
{
	struct wire_reader r = smb2_body(msg, 4); /* 0 StructureSize */

	wire_skip(&r, 2); /* 2 Reserved */
	return wire_status(&r);
}

void smb2_simple_encode(struct wire_writer *w)
{
	wire_put_le16(w, 4);
	wire_put_le16(w, 0);
}

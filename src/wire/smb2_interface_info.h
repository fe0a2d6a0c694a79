/* SPDX-License-Identifier: MIT */
/*
 * NETWORK_INTERFACE_INFO, [MS-SMB2] 2.2.32.5: the output of the IOCTL
 * FSCTL_QUERY_NETWORK_INTERFACE_INFO is a chain of these, one for each address.  No SMB2
 * header: `bytes` is that buffer, and the writer one of its own.
 */
#ifndef WIRE_SMB2_INTERFACE_INFO_H
#define WIRE_SMB2_INTERFACE_INFO_H

#include <stdbool.h>

#include "wire/reader.h"
#include "wire/writer.h"

#define SMB2_INTERFACE_INFO_LEN    152
#define SMB2_INTERFACE_RSS_CAPABLE 0x00000001u

struct smb2_interface_info {
	uint32_t index;      /* IfIndex */
	uint32_t capability; /* SMB2_INTERFACE_RSS_CAPABLE */
	uint64_t link_speed; /* bits per second */
	bool v6;             /* Family InterNetworkV6; else InterNetwork */
	uint8_t address[16]; /* network byte order; of v4 the first four, the rest zero */
};

/* The next one at the reader; false after the last, and on error (r->err). */
NS_MUST_USE bool smb2_interface_info_next(struct wire_reader *r,
					  struct smb2_interface_info *out);

/* All of the list. */
void smb2_interface_info_encode(struct wire_writer *w,
				const struct smb2_interface_info *list, size_t count);

#endif

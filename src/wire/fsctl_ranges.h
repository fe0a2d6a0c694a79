/* SPDX-License-Identifier: MIT */
/*
 * Buffers of the file system's controls that speak of parts of a file, [MS-FSCC] 2.3:
 * sparse files and shared extents.  A decoder's view and a writer's base are the first
 * byte of the buffer.  Offsets and lengths are signed there: what is over INT64_MAX is
 * negative, and for the file system to refuse.
 */
#ifndef WIRE_FSCTL_RANGES_H
#define WIRE_FSCTL_RANGES_H

#include <stdbool.h>

#include "wire/reader.h"
#include "wire/smb2_file_id.h"
#include "wire/writer.h"

/* 2.3.51 and 2.3.52 FILE_ALLOCATED_RANGE_BUFFER */
#define FSCTL_RANGE_LEN 16
struct fsctl_range {
	uint64_t offset;
	uint64_t length;
};

NS_MUST_USE enum ns_err fsctl_range_decode(struct fsctl_range *out, struct view v);
void fsctl_range_encode(struct wire_writer *w, const struct fsctl_range *v);

/* 2.3.83 FILE_SET_SPARSE_BUFFER: without one the file becomes sparse. */
NS_MUST_USE enum ns_err fsctl_set_sparse_decode(bool *out, struct view v);
void fsctl_set_sparse_encode(struct wire_writer *w, bool sparse);

/* 2.3.85 FILE_ZERO_DATA_INFORMATION */
struct fsctl_zero_data {
	uint64_t offset;
	uint64_t beyond; /* BeyondFinalZero */
};

NS_MUST_USE enum ns_err fsctl_zero_data_decode(struct fsctl_zero_data *out, struct view v);
void fsctl_zero_data_encode(struct wire_writer *w, const struct fsctl_zero_data *v);

/* 2.3.7.2 SMB2_DUPLICATE_EXTENTS_DATA, and 2.3.9.2, the same with a size and flags */
#define FSCTL_DUPLICATE_SOURCE_ATOMIC 0x00000001u
struct fsctl_duplicate {
	struct smb2_file_id source;
	uint64_t source_offset;
	uint64_t target_offset;
	uint64_t length;
	uint32_t flags; /* of 2.3.9.2; else 0 */
};

NS_MUST_USE enum ns_err fsctl_duplicate_decode(struct fsctl_duplicate *out, struct view v);
void fsctl_duplicate_encode(struct wire_writer *w, const struct fsctl_duplicate *v);
NS_MUST_USE enum ns_err fsctl_duplicate_ex_decode(struct fsctl_duplicate *out,
						  struct view v);
void fsctl_duplicate_ex_encode(struct wire_writer *w, const struct fsctl_duplicate *v);

#endif

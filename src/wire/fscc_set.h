/* SPDX-License-Identifier: MIT */
/*
 * What SET_INFO changes of a file, [MS-FSCC] 2.4.  FileBasicInformation and the classes of
 * one number (EndOfFile, Allocation, Position, Mode; DispositionEx, whose number is flags)
 * are in wire/fscc_file.h; FileDispositionInformation is one byte.
 */
#ifndef WIRE_FSCC_SET_H
#define WIRE_FSCC_SET_H

#include <stdbool.h>

#include "wire/fscc.h"
#include "wire/reader.h"
#include "wire/writer.h"

/* The times of FileBasicInformation with a meaning of their own, 2.4.7 */
#define FSCC_TIME_KEEP   UINT64_C(0)
#define FSCC_TIME_FREEZE UINT64_MAX       /* -1 */
#define FSCC_TIME_THAW   (UINT64_MAX - 1) /* -2 */

/*
 * 2.4.42.2 FILE_RENAME_INFORMATION_TYPE_2, 2.4.28.2 FILE_LINK_INFORMATION_TYPE_2 and
 * 2.4.43 FileRenameInformationEx: they differ in the first bytes' width alone.
 */
struct fscc_rename {
	uint32_t flags;          /* FILE_RENAME_...; but for Ex, ReplaceIfExists alone */
	uint64_t root_directory; /* "MUST be zero" over the network */
	struct view name;        /* UTF-16LE */
};

/* The least that a sender may send: padding fills a short name up to it. */
#define FSCC_RENAME_LEN 24

NS_MUST_USE enum ns_err fscc_rename_decode(struct fscc_rename *out, struct view v);
void fscc_rename_encode(struct wire_writer *w, const struct fscc_rename *v);
NS_MUST_USE enum ns_err fscc_rename_ex_decode(struct fscc_rename *out, struct view v);
void fscc_rename_ex_encode(struct wire_writer *w, const struct fscc_rename *v);

/* 2.4.11 FileDispositionInformation: DeletePending */
NS_MUST_USE enum ns_err fscc_disposition_decode(bool *out, struct view v);
void fscc_disposition_encode(struct wire_writer *w, bool delete_pending);

#endif

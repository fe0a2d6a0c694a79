/* SPDX-License-Identifier: MIT */
/*
 * FILE_NOTIFY_INFORMATION, [MS-FSCC] 2.7.1: what changed in a directory.  Records are
 * 4-aligned and chained by NextEntryOffset.
 */
#ifndef WIRE_FSCC_NOTIFY_H
#define WIRE_FSCC_NOTIFY_H

#include <stdbool.h>

#include "wire/reader.h"
#include "wire/writer.h"

#define FILE_ACTION_ADDED            0x00000001u
#define FILE_ACTION_REMOVED          0x00000002u
#define FILE_ACTION_MODIFIED         0x00000003u
#define FILE_ACTION_RENAMED_OLD_NAME 0x00000004u
#define FILE_ACTION_RENAMED_NEW_NAME 0x00000005u
#define FILE_ACTION_ADDED_STREAM     0x00000006u
#define FILE_ACTION_REMOVED_STREAM   0x00000007u
#define FILE_ACTION_MODIFIED_STREAM  0x00000008u

struct fscc_notify_record {
	uint32_t action;
	struct view name; /* UTF-16LE, beneath the directory */
};

/* The list while it is written; all zero at first, with `last` of no meaning. */
struct fscc_notify_list {
	size_t count;
	size_t last; /* where the last record begins */
};

void fscc_notify_put(struct fscc_notify_list *list, struct wire_writer *w,
		     const struct fscc_notify_record *v);

/* The list while it is read. */
struct fscc_notify_walk {
	struct view rest; /* from the next record on; empty after the last */
	enum ns_err err;  /* sticks */
};

static inline struct fscc_notify_walk fscc_notify_walk_of(struct view list)
{
	return (struct fscc_notify_walk){.rest = list};
}

/*
 * False after the last, and on error (walk->err): a record that is cut off, a name of half
 * characters, a NextEntryOffset that is not 4-aligned or points into the record or outside.
 */
NS_MUST_USE bool fscc_notify_next(struct fscc_notify_walk *walk,
				  struct fscc_notify_record *out);

#endif

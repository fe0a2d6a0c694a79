/* SPDX-License-Identifier: MIT */
/*
 * Extended attributes as they travel: the list of FILE_FULL_EA_INFORMATION, [MS-FSCC]
 * 2.4.16, and that of FILE_GET_EA_INFORMATION, 2.4.16.1, which names those that are wanted.
 */
#ifndef WIRE_FSCC_EA_H
#define WIRE_FSCC_EA_H

#include <stdbool.h>

#include "wire/reader.h"
#include "wire/writer.h"

#define FILE_NEED_EA 0x80u

struct fscc_ea {
	uint8_t flags;
	struct view name;  /* ASCII, without its NUL; at most 255 bytes */
	struct view value; /* at most 65,535 */
};

/* A list while it is read. */
struct fscc_eas {
	struct view rest; /* from the next entry on; empty after the last */
	enum ns_err err;  /* sticks */
};

static inline struct fscc_eas fscc_eas_of(struct view list)
{
	return (struct fscc_eas){.rest = list};
}

/*
 * False after the last, and on error (it->err): an entry that is cut off, a name without
 * its NUL, a NextEntryOffset that is not 4-aligned or points into the entry or outside.
 */
NS_MUST_USE bool fscc_ea_next(struct fscc_eas *it, struct fscc_ea *out);
/* The same of names alone. */
NS_MUST_USE bool fscc_ea_name_next(struct fscc_eas *it, struct view *name);

/* The list while it is written; all zero at first. */
struct fscc_ea_list {
	size_t count;
	size_t last; /* where the last entry begins */
};

/* The bytes that one more entry would add. */
size_t fscc_ea_cost(const struct wire_writer *w, const struct fscc_ea *v);
void fscc_ea_put(struct fscc_ea_list *list, struct wire_writer *w, const struct fscc_ea *v);
/* A name of the other list. */
void fscc_ea_name_put(struct fscc_ea_list *list, struct wire_writer *w, struct view name);

#endif

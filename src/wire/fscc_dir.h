/* SPDX-License-Identifier: MIT */
/*
 * Directory listings, [MS-FSCC] 2.4: FileNames-, Directory-, FullDirectory-,
 * BothDirectory-, IdFullDirectory-, IdBothDirectory- and IdExtdDirectoryInformation.  They
 * are one list of fields of which each class leaves some out; a table says which.
 *
 * Entries are 8-aligned and chained by NextEntryOffset; short names are never made.
 */
#ifndef WIRE_FSCC_DIR_H
#define WIRE_FSCC_DIR_H

#include <stdbool.h>

#include "wire/fscc.h"
#include "wire/reader.h"
#include "wire/writer.h"

struct fscc_dir_entry {
	uint32_t file_index;
	uint64_t creation_time; /* FILETIMEs */
	uint64_t last_access_time;
	uint64_t last_write_time;
	uint64_t change_time;
	uint64_t end_of_file;
	uint64_t allocation_size;
	uint32_t attributes;
	uint32_t ea_size;
	uint64_t file_id;
	struct view name; /* UTF-16LE */
};

/* The bytes in front of the name; 0: no class of directory entries. */
size_t fscc_dir_fixed_len(unsigned info_class);

/* The list while it is written; all zero at first, with `last` of no meaning. */
struct fscc_dir_list {
	unsigned info_class;
	size_t count;
	size_t last; /* where the last entry begins */
};

/* The bytes that one more entry with a name of so many bytes would add. */
size_t fscc_dir_cost(const struct fscc_dir_list *list, const struct wire_writer *w,
		     size_t name_len);

/* Appends one; the class must have a fixed length. */
void fscc_dir_put(struct fscc_dir_list *list, struct wire_writer *w,
		  const struct fscc_dir_entry *v);

/* The list while it is read. */
struct fscc_dir_walk {
	unsigned info_class;
	struct view rest; /* from the next entry on; empty after the last */
	enum ns_err err;  /* sticks */
};

static inline struct fscc_dir_walk fscc_dir_walk_of(unsigned info_class, struct view list)
{
	return (struct fscc_dir_walk){.info_class = info_class, .rest = list};
}

/*
 * False after the last, and on error (walk->err): an entry that is cut off, a
 * NextEntryOffset that is not 8-aligned or points into the entry or outside.  Fields that
 * the class leaves out are zero.
 */
NS_MUST_USE bool fscc_dir_next(struct fscc_dir_walk *walk, struct fscc_dir_entry *out);

#endif

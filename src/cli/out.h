/* SPDX-License-Identifier: MIT */
/*
 * Output: answers of servers as a table for people, as JSON, or as CSV.  Columns and keys
 * come from netsess_result_field(); nothing here knows an information level.
 *
 * JSON, always an array with one object a server, in the order given:
 *	{"server": "fs1", "code": 0, "name": "NERR_Success", "error": null, "note": null,
 *	 "rows": [{"client": "\\\\ws1", "flags": 1, "flags_names": ["guest"], …}]}
 * Numbers are numbers, durations are seconds (where the key says so: minutes), bytes are
 * hex strings, what has no limit is null, and a field of flags has its names beside it.
 * Items (below) stand before "rows".
 *
 * CSV: RFC 4180 with a header; "server" first; the same values, flags as their number,
 * null as nothing, truth as 1 and 0.
 * A sheet with items has one line a server, else it has one line a row.
 */
#ifndef CLI_OUT_H
#define CLI_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "netsess.h"

enum out_format {
	OUT_TABLE,
	OUT_JSON,
	OUT_CSV,
};

struct out {
	FILE *to;
	enum out_format format;
	bool header;
};

/* A number that belongs to a server and not to a row; null where it is not known. */
struct out_item {
	const char *key;
	bool known;
	size_t n;
};

/* The rows of one result.  All is borrowed. */
struct out_part {
	const struct netsess_result *result; /* NULL: no rows */
	const char *mark;                    /* of each row, in the sheet's mark column */
	const bool *left_out;                /* one a row, or NULL: all are shown */
};

struct out_answer {
	const char *server; /* "" is this computer */
	uint32_t code;
	const char *note;
	const struct out_part *parts;
	size_t n_parts;
	const struct out_item *items;
	size_t n_items;
};

struct out_sheet {
	/* A column of our own after SERVER, or NULL: what a row is about. */
	const char *mark_key;
	const char *mark_heading;
	const struct out_answer *answers;
	size_t n;
};

/* One line a row. */
void out_rows(const struct out *o, const struct out_sheet *sheet);

/*
 * For sheets of few rows with many fields: "key: value" lines in place of the table, and
 * in CSV, where the sheet has a mark column, a line for each value.
 */
void out_records(const struct out *o, const struct out_sheet *sheet);

/* At the end: false, and said why, if stdout did not take all that was printed. */
bool out_finish(void);

#endif

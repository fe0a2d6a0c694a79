/* SPDX-License-Identifier: MIT */
/*
 * For out*.c: the columns that the results of a sheet have together, and single values as
 * text.
 */
#ifndef CLI_OUT_CELLS_H
#define CLI_OUT_CELLS_H

#include "cli/out.h"

/*
 * The fields of all results of a sheet, each key once, in the order first met: servers may
 * have answered at different levels.  Zero-initialised by cells_columns().
 */
struct cells_columns {
	const struct netsess_field **fields;
	size_t n;
};

void cells_columns(struct cells_columns *columns, const struct out_sheet *sheet);
void cells_columns_release(struct cells_columns *columns);

/* False for what is not for eyes: a password, the length of bytes that are shown. */
bool cells_are_shown(const struct netsess_field *field);

/* The place of a column in one result, or netsess_result_fields() if it lacks it. */
size_t cells_find(const struct netsess_result *r, const struct netsess_field *column);

/* Rows of a part that are to be shown: calls back with each. */
typedef void cells_row(void *arg, const struct out_answer *answer,
		       const struct out_part *part, size_t row);
void cells_each(const struct out_sheet *sheet, cells_row *visit, void *arg);

/* Whether a number stands for "no limit" or "never". */
bool cells_have_no_limit(const struct netsess_field *field, uint32_t v);

/* For eyes, "-" for nothing; for programs, exactly.  The caller frees both. */
char *cells_for_people(const struct netsess_result *r, size_t row, size_t field);
char *cells_for_programs(const struct netsess_result *r, size_t row, size_t field);

/* Lower-case hex; the caller frees it. */
char *cells_hex(const uint8_t *p, size_t n);

/* The names of a flags field, "guest,encrypted"; the caller frees it. */
char *cells_flags(const struct netsess_result *r, size_t row, size_t field);

/* The three forms of a sheet. */
void out_table(const struct out *o, const struct out_sheet *sheet);
void out_json(const struct out *o, const struct out_sheet *sheet);
void out_csv(const struct out *o, const struct out_sheet *sheet);
/* server, mark, key, value. */
void out_csv_values(const struct out *o, const struct out_sheet *sheet);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * The NDR coders of the three shapes in which [MS-SRVS] and [MS-WKST] carry information
 * levels.  One generic coder, driven by the tables of rpc/info.h, serves every level.
 *
 * On a pull `rows` must be initialised or zeroed, and must be released even when the pull
 * failed; its strings borrow from the stub.
 */
#ifndef RPC_INFO_NDR_H
#define RPC_INFO_NDR_H

#include "rpc/info_rows.h"
#include "wire/ndr.h"

/*
 * XXX_ENUM_STRUCT: a level, the union it selects, and in it a container of rows.
 *
 * A level that the family does not know has an empty arm here ([MS-SRVS] 2.2.3.4 gives the
 * union no default arm, but a server that is to answer 124 must survive it): rows.level is
 * NULL, and `level` keeps the number.
 */
struct info_enum {
	uint32_t level;
	bool no_container; /* the container's pointer was NULL: no rows */
	bool no_buffer; /* pull: the array's pointer was NULL; push: send NULL if empty */
	struct info_rows rows;
};

/* An empty container at `level`, as a request carries it. */
void info_enum_init(struct info_enum *e, const struct info_family *family, uint32_t level);
void info_enum_release(struct info_enum *e);

/* Level, discriminant (which must repeat it), container, rows with their strings. */
void info_enum_code(struct ndr *x, const struct info_family *family, struct info_enum *e);

/*
 * XXX_INFO, switch_is(Level): the answer of a GetInfo.  No row: the arm's pointer is NULL,
 * as in an answer that carries an error.
 */
struct info_single {
	uint32_t level;
	struct info_rows rows; /* 0 or 1 of them */
};

void info_single_init(struct info_single *s, const struct info_family *family,
		      uint32_t level);
void info_single_release(struct info_single *s);
void info_single_code(struct ndr *x, const struct info_family *family,
		      struct info_single *s);

/* A unique pointer to one structure of rows->level, which must be set: TIME_OF_DAY_INFO. */
void info_pointer_code(struct ndr *x, const char *name, struct info_rows *rows);

#endif

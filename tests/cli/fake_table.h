/* SPDX-License-Identifier: MIT */
/* The fields of the levels that the test double answers at. */
#ifndef TESTS_CLI_FAKE_TABLE_H
#define TESTS_CLI_FAKE_TABLE_H

#include "netsess.h"

#define FAKE_FIELDS_MAX 16

struct fake_level {
	enum netsess_op op;
	uint32_t level;
	const char *list; /* the member of a server in the script that holds its rows */
	const struct netsess_field *fields[FAKE_FIELDS_MAX]; /* ends with NULL */
};

/* NULL: no such level. */
const struct fake_level *fake_level_find(enum netsess_op op, uint32_t level);

/* "SESSION_ENUM". */
const char *fake_op_name(enum netsess_op op);

#endif

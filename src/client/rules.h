/* SPDX-License-Identifier: MIT */
/*
 * Servers that fall short of [MS-SRVS], and what is done about it.  One table: each row
 * names the observation that proves the shortcoming and what follows from it; nothing is
 * ever assumed of a server by its name.  With `strict` (NETSESS_STRICT=1) no row is looked
 * at, and the server's answers are passed on.
 *
 * Known to need them: Samba 4.17, whose NetrSessionEnum ignores both filters, has levels 0
 * and 1 only, shows clients without "\\" and brackets and young sessions with a time of -1;
 * whose NetrSessionDel answers 5 where nothing matches, takes a client's name only as it
 * spells it itself, and ends the whole process of a session, ours included.
 */
#ifndef CLIENT_RULES_H
#define CLIENT_RULES_H

#include <stdbool.h>
#include <stddef.h>

struct op;

/* When a rule is looked at. */
enum rule_stage {
	RULE_ON_START,  /* before the first call is made */
	RULE_ON_CODE,   /* the server answered with a code; true: another call is made */
	RULE_ON_LOSS,   /* the connection broke under a Del; likewise */
	RULE_ON_LOOKED, /* the look into a Del's outcome is done; likewise */
	RULE_ON_ROWS,   /* all rows are there */
	RULE_ON_END,    /* the outcome stands */
};

struct rule {
	const char *name;
	enum rule_stage stage;
	unsigned ops;         /* a set of 1 << enum netsess_op */
	const char *observed; /* what proves it */
	const char *done;     /* what is done */
	const char *note; /* what the user is told where it changed the outcome, or NULL */
	bool (*apply)(struct op *op); /* whether it applied */
};

/* The table, for its tests and for documentation. */
const struct rule *rules_table(size_t *n);

/* Tries the stage's rows in order, until one applied, or all of RULE_ON_ROWS. */
bool rules_apply(struct op *op, enum rule_stage stage);

/*
 * A look is over, with op->code as its outcome and the sessions it saw in op->result. True:
 * another call is made.  False: the Del's outcome stands in op->code.
 */
bool rules_look(struct op *op);

/* The rules about rows, of rules_rows.c. */
bool rule_filter(struct op *op);
bool rule_names(struct op *op);
bool rule_clock(struct op *op);
bool rule_total(struct op *op);

/* The sessions among the rows seen that the Del asked for, `first` of them by its place. */
struct rules_match {
	size_t count;
	size_t own; /* 1 if our own session is one of them */
	size_t first_page;
	unsigned first_row;
};
struct rules_match rules_count_matches(const struct op *op);

#endif

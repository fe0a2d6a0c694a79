/* SPDX-License-Identifier: MIT */
/* What a run tells: one of three forms, each of them as it goes. */
#ifndef CONFORM_REPORT_H
#define CONFORM_REPORT_H

#include "conform/cases.h"

struct tally {
	size_t run;
	size_t ok;
	size_t not_ok;
	size_t skipped;
};

struct report {
	void (*begin)(const struct options *o, size_t cases);
	void (*topic)(const struct options *o, const struct topic *t);
	/* `number` counts from 1; `expects` is the row's expectation in words. */
	void (*result)(size_t number, const struct topic *t, const struct case_head *head,
		       const char *expects, const struct outcome *outcome);
	void (*end)(const struct options *o, const struct tally *tally);
};

extern const struct report report_tap;      /* for machines: Test Anything Protocol */
extern const struct report report_table;    /* for people */
extern const struct report report_markdown; /* for docs/conformance.md */

#endif

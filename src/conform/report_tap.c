/* SPDX-License-Identifier: MIT */
#include "conform/report.h"

static void begin(const struct options *o, size_t cases)
{
	(void)o;
	printf("1..%zu\n", cases);
}

static void topic(const struct options *o, const struct topic *t)
{
	(void)o;
	printf("# %s\n", t->title);
}

static void result(size_t number, const struct topic *t, const struct case_head *head,
		   const char *expects, const struct outcome *outcome)
{
	printf("%s %zu - %s: %s", outcome->verdict == VERDICT_NOT_OK ? "not ok" : "ok",
	       number, t->name, head->name);
	if (outcome->verdict == VERDICT_SKIPPED)
		printf(" # SKIP %s", outcome->why);
	printf("\n");
	if (outcome->verdict == VERDICT_NOT_OK)
		printf("#   %s\n#   expected: %s\n#   got:      %s\n#   %s\n",
		       head->section, expects, outcome->got, outcome->why);
	(void)fflush(stdout); /* a reader follows while servers take their time */
}

static void end(const struct options *o, const struct tally *tally)
{
	(void)o;
	printf("# %zu ok, %zu not ok, %zu skipped\n", tally->ok, tally->not_ok,
	       tally->skipped);
}

const struct report report_tap = {begin, topic, result, end};

/* SPDX-License-Identifier: MIT */
#include "conform/report.h"

/* Wide enough for the longest name of a case; what is longer pushes the rest aside. */
#define NAME_WIDTH 46

static void begin(const struct options *o, size_t cases)
{
	printf("%zu cases against %s\n", cases,
	       o->label != NULL ? o->label : o->server_text);
}

static void topic(const struct options *o, const struct topic *t)
{
	(void)o;
	printf("\n%s (%s)\n", t->title, t->name);
}

static void result(size_t number, const struct topic *t, const struct case_head *head,
		   const char *expects, const struct outcome *outcome)
{
	static const char *const words[] = {
		[VERDICT_OK] = "ok",
		[VERDICT_NOT_OK] = "NOT OK",
		[VERDICT_SKIPPED] = "skipped",
	};

	(void)number;
	(void)t;
	printf("  %-7s  %-*s  ", words[outcome->verdict], NAME_WIDTH, head->name);
	if (outcome->verdict == VERDICT_OK)
		printf("%s\n", outcome->got);
	else
		printf("%s\n", outcome->why);
	if (outcome->verdict == VERDICT_NOT_OK)
		printf("  %-7s  %-*s  expected: %s [%s]\n", "", NAME_WIDTH, "", expects,
		       head->section);
	(void)fflush(stdout);
}

static void end(const struct options *o, const struct tally *tally)
{
	(void)o;
	printf("\n%zu cases: %zu ok, %zu not ok, %zu skipped\n", tally->run, tally->ok,
	       tally->not_ok, tally->skipped);
}

const struct report report_table = {begin, topic, result, end};

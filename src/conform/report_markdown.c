/* SPDX-License-Identifier: MIT */
/*
 * One table a topic.  The last column is the server's: tools/conformance.sh puts those of
 * several runs side by side.  " | " stands between columns and nowhere else.
 */
#include "conform/report.h"

static void put_escaped(const char *text)
{
	for (; *text != '\0'; text++) {
		if (strchr("\\|*<_`[", *text) != NULL)
			(void)putchar('\\');
		(void)putchar(*text == '\n' ? ' ' : *text);
	}
}

static void begin(const struct options *o, size_t cases)
{
	(void)o;
	(void)cases;
}

/* `first` is the heading of the first column. */
static void put_head(const char *first, const struct options *o)
{
	printf("| %s | section | expected | ", first);
	put_escaped(o->label != NULL ? o->label : o->server_text);
	printf(" |\n| --- | --- | --- | --- |\n");
}

static void topic(const struct options *o, const struct topic *t)
{
	printf("\n## ");
	put_escaped(t->title);
	printf("\n\n");
	put_head("case", o);
}

static void result(size_t number, const struct topic *t, const struct case_head *head,
		   const char *expects, const struct outcome *outcome)
{
	(void)number;
	(void)t;
	printf("| ");
	put_escaped(head->name);
	printf(" | ");
	put_escaped(head->section);
	printf(" | ");
	put_escaped(expects);
	printf(" | ");
	switch (outcome->verdict) {
	case VERDICT_OK:
		printf("ok");
		break;
	case VERDICT_NOT_OK:
		printf("**not ok**: ");
		put_escaped(outcome->why);
		break;
	case VERDICT_SKIPPED:
		printf("skipped: ");
		put_escaped(outcome->why);
		break;
	}
	printf(" |\n");
	(void)fflush(stdout);
}

static void end(const struct options *o, const struct tally *tally)
{
	printf("\n## In all\n\n");
	put_head("cases", o);
	printf("| %zu | - | ok | %zu ok, %zu not ok, %zu skipped |\n", tally->run,
	       tally->ok, tally->not_ok, tally->skipped);
}

const struct report report_markdown = {begin, topic, result, end};

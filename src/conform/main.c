/* SPDX-License-Identifier: MIT */
/*
 * netsess-conform: an executable conformance suite of the session calls of [MS-SRVS].
 *
 *	main.c, options.c        the command line and the run
 *	cases_*.c, story*.c      the cases, a table a topic
 *	session_call*.c          how a row of Del or Enum is played
 *	scene*.c                 the workstations and the looking at them
 *	asker.c, peer*.c, line.c the protocol, one question at a time
 *	report_*.c, outcome.c    what is told
 */
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "conform/report.h"

static const struct report *const reports[] = {
	[FORMAT_TAP] = &report_tap,
	[FORMAT_TABLE] = &report_table,
	[FORMAT_MARKDOWN] = &report_markdown,
};

static bool wanted(const struct options *o, const struct topic *t)
{
	return o->only == NULL || strcmp(o->only, t->name) == 0;
}

static void list_topics(void)
{
	for (size_t i = 0; i < topics_n; i++)
		printf("%-8s %3zu cases  %s\n", topics[i]->name, topics[i]->n,
		       topics[i]->title);
}

static void count(struct tally *tally, const struct outcome *outcome)
{
	tally->run++;
	tally->ok += outcome->verdict == VERDICT_OK;
	tally->not_ok += outcome->verdict == VERDICT_NOT_OK;
	tally->skipped += outcome->verdict == VERDICT_SKIPPED;
}

static void run_case(struct scene *s, const struct topic *t, size_t i, struct tally *tally,
		     const struct report *report)
{
	const struct case_head *head = t->head(i);
	struct outcome outcome = {.verdict = VERDICT_OK};
	char expects[OUTCOME_TEXT_MAX] = "";

	if (head->expects == NULL)
		t->expects(i, expects, sizeof(expects));
	t->run(s, i, &outcome);
	count(tally, &outcome);
	report->result(tally->run, t, head, head->expects != NULL ? head->expects : expects,
		       &outcome);
}

/* False: the server went away in the middle. */
static bool run_all(struct scene *s, struct tally *tally)
{
	const struct options *o = s->options;
	const struct report *report = reports[o->format];
	size_t cases = 0;

	for (size_t i = 0; i < topics_n; i++)
		cases += wanted(o, topics[i]) ? topics[i]->n : 0;
	report->begin(o, cases);
	for (size_t i = 0; i < topics_n; i++) {
		if (!wanted(o, topics[i]))
			continue;
		report->topic(o, topics[i]);
		for (size_t k = 0; k < topics[i]->n; k++) {
			run_case(s, topics[i], k, tally, report);
			if (s->failures >= SCENE_FAILURES_MAX)
				return false;
		}
	}
	report->end(o, tally);
	return true;
}

/* A server that can't even be set a scene on has not been judged. */
static int run(const struct options *o)
{
	struct tally tally = {0};
	struct scene scene;
	enum ns_err err;
	int status = EXIT_NO_SCENE;

	err = scene_init(&scene, o);
	if (err != NS_OK) {
		fprintf(stderr, "netsess-conform: %s: %s\n", o->server.host,
			ns_err_text(err));
	} else if (!scene_set(&scene, scene.addresses ? USUAL : USUAL & ~B1)) {
		fprintf(stderr, "netsess-conform: %s: %s\n", o->server_text, scene.why);
	} else if (!run_all(&scene, &tally)) {
		fprintf(stderr, "netsess-conform: given up: %s\n", scene.why);
	} else {
		status = tally.not_ok > 0 ? EXIT_DEVIATES : EXIT_CONFORMS;
	}
	scene_release(&scene);
	return status;
}

int main(int argc, char **argv)
{
	struct options o;
	int status = EXIT_CONFORMS;

	/* Passwords and keys must not be left in a core dump. */
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	(void)signal(SIGPIPE, SIG_IGN);
	options_parse(&o, argc, argv);
	if (o.list)
		list_topics();
	else
		status = run(&o);
	options_release(&o);
	if (fflush(stdout) != 0)
		status = EXIT_NO_SCENE;
	return status;
}

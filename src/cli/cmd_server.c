/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "cli/ask.h"
#include "cli/cmd.h"
#include "cli/mem.h"
#include "cli/outcome.h"
#include "cli/query.h"
#include "cli/say.h"
#include "cli/text.h"

struct server_args {
	struct common *common;
	bool counters;
};

enum {
	OPT_COUNTERS = OPT_COMMAND,
};

static const struct argp_option options[] = {
	{"counters", OPT_COUNTERS, NULL, 0, "Show what netsessd counts", 0},
	{0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct server_args *args = state->input;

	if (key != OPT_COUNTERS)
		return common_parse_servers(key, arg, state);
	args->counters = true;
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.children = common_children,
	.args_doc = "[SERVER...]",
	.doc = "Show what servers say about themselves: server, workstation and clock; or, of "
	       "a netsessd, its counters.\v"
	       "--level is the level of the server's information.",
};

/* The questions about one server; the levels that follow need fewer rights. */
static const uint32_t fewer_server[] = {101, 100};
static const uint32_t fewer_wksta[] = {101, 100};

static const struct {
	const char *about;
	enum netsess_op op;
	uint32_t level;
	const uint32_t *levels;
	size_t n_levels;
} topics[] = {
	{"server", NETSESS_SERVER_GET, 102, fewer_server, 2},
	{"workstation", NETSESS_WKSTA_GET, 102, fewer_wksta, 2},
	{"time", NETSESS_TIME_GET, 0, NULL, 0},
};

#define TOPICS (sizeof(topics) / sizeof(topics[0]))

struct server_answer {
	struct ask asks[TOPICS];
	struct out_part parts[TOPICS];
};

static void server_prepare(const struct common *c, struct server_answer *s,
			   const char *server)
{
	for (size_t i = 0; i < TOPICS; i++) {
		struct ask *a = &s->asks[i];

		a->server = server;
		a->request.op = topics[i].op;
		a->request.level = topics[i].level;
		a->levels = topics[i].levels;
		a->n_levels = topics[i].n_levels;
		a->next = i + 1 < TOPICS ? &s->asks[i + 1] : NULL;
	}
	if (c->level_given) {
		s->asks[0].request.level = c->level;
		s->asks[0].n_levels = 0;
	}
}

/* The first topic speaks for the server; the others are said where they failed alone. */
static enum cli_exit server_outcome(const struct common *c, const struct server_answer *s)
{
	const struct ask *first = &s->asks[0];

	if (first->code != 0) {
		outcome_say(first->server, first->code, ask_note(first));
		return outcome_of(first->code);
	}
	for (size_t i = 1; i < TOPICS; i++) {
		const struct ask *a = &s->asks[i];

		if (a->code != 0 && !c->quiet)
			say("%s: %s not told: %s (%u)", text_server(a->server),
			    topics[i].about, netsess_code_text(a->code), a->code);
	}
	return CLI_EXIT_DONE;
}

static void server_fill(struct server_answer *s)
{
	for (size_t k = 0; k < TOPICS; k++) {
		s->parts[k].result = s->asks[k].result;
		s->parts[k].mark = topics[k].about;
	}
}

static void server_print(const struct common *c, struct server_answer *all, size_t n)
{
	struct out_answer *answers = mem_array(n, sizeof(*answers));

	for (size_t i = 0; i < n; i++) {
		server_fill(&all[i]);
		answers[i] = (struct out_answer){
			.server = all[i].asks[0].server,
			.code = all[i].asks[0].code,
			.note = ask_note(&all[i].asks[0]),
			.parts = all[i].parts,
			.n_parts = TOPICS,
		};
	}
	out_records(&c->out, &(struct out_sheet){.mark_key = "about",
						 .mark_heading = "ABOUT",
						 .answers = answers,
						 .n = n});
	free(answers);
}

static int ask_about_servers(struct common *c)
{
	struct outcome outcome = {0};
	struct server_answer *all;
	struct ask **heads;

	all = mem_array(c->servers.n, sizeof(*all));
	heads = mem_array(c->servers.n, sizeof(*heads));
	for (size_t i = 0; i < c->servers.n; i++) {
		server_prepare(c, &all[i], c->servers.names[i]);
		heads[i] = &all[i].asks[0];
	}
	ask_all(c, heads, c->servers.n);
	server_print(c, all, c->servers.n);
	for (size_t i = 0; i < c->servers.n; i++) {
		outcome_add(&outcome, server_outcome(c, &all[i]));
		for (size_t k = 0; k < TOPICS; k++)
			ask_release(&all[i].asks[k]);
	}
	free(heads);
	free(all);
	return (int)outcome_exit(&outcome);
}

int cmd_server(struct common *c, int argc, char **argv)
{
	struct server_args args = {.common = c};
	int exit_status;

	common_parse(&argp, argc, argv, &args);
	exit_status = common_ready(c);
	if (exit_status != CLI_EXIT_DONE)
		return exit_status;
	if (!args.counters)
		return ask_about_servers(c);
	return query_run(c, &(struct query){
				    .request = {.op = NETSESS_COUNTER_ENUM, .level = 0},
				    .what = "counters",
			    });
}

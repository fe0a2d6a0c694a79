/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "cli/ask.h"
#include "cli/cmd.h"
#include "cli/mem.h"
#include "cli/outcome.h"
#include "cli/query.h"
#include "cli/text.h"

struct connections_args {
	struct common *common;
	const char *names[2]; /* SERVER QUALIFIER */
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct connections_args *args = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		common_hand_down(state);
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num >= 2)
			argp_usage(state);
		args->names[state->arg_num] = arg;
		return 0;
	case ARGP_KEY_END:
		if (args->common->servers.n > 0)
			argp_error(state,
				   "this command takes one server: no --servers-file");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.parser = parse,
	.children = common_children,
	.args_doc = "[SERVER [QUALIFIER]]",
	.doc = "List the connections to a share, or from a client.\v"
	       "QUALIFIER is the name of a share, or of a client with its two backslashes. "
	       "Without one, every share of the server is asked. A SERVER of \"\" or - is "
	       "this computer.",
};

/* One question for each qualifier, in one chain. */
struct connections {
	struct ask *asks;
	struct out_part *parts;
	size_t n;
};

static void connections_ask(struct common *c, struct connections *all,
			    const char *const *qualifiers, size_t n)
{
	static const uint32_t fewer[] = {0};

	all->asks = mem_array(n, sizeof(*all->asks));
	all->parts = mem_array(n, sizeof(*all->parts));
	all->n = n;
	for (size_t i = 0; i < n; i++) {
		all->asks[i] = (struct ask){
			.server = c->servers.names[0],
			.request = {.op = NETSESS_CONNECTION_ENUM,
				    .level = common_level(c, 1),
				    .name = qualifiers[i]},
			.levels = fewer,
			.n_levels = c->level_given ? 0 : 1,
			.next = i + 1 < n ? &all->asks[i + 1] : NULL,
		};
	}
	if (n > 0)
		ask_one(c, &all->asks[0]);
	for (size_t i = 0; i < n; i++) {
		all->parts[i].result = all->asks[i].result;
		all->parts[i].mark = qualifiers[i];
	}
}

static void connections_release(struct connections *all)
{
	for (size_t i = 0; i < all->n; i++)
		ask_release(&all->asks[i]);
	free(all->asks);
	free(all->parts);
}

/*
 * Prints what was found.  A share that went away between two questions is no failure when
 * we chose it ourselves; any other failure is the server's.
 */
static int connections_show(const struct common *c, const struct connections *all,
			    bool chosen_by_us)
{
	struct out_answer answer = {
		.server = c->servers.names[0],
		.note = "",
		.parts = all->parts,
		.n_parts = all->n,
	};
	size_t rows = 0;

	for (size_t i = 0; i < all->n; i++) {
		const struct ask *a = &all->asks[i];

		rows += ask_rows(a);
		if (answer.code != 0 || a->code == 0 ||
		    (chosen_by_us && outcome_of(a->code) == CLI_EXIT_NOTHING))
			continue;
		answer.code = a->code;
		answer.note = ask_note(a);
	}
	out_rows(&c->out, &(struct out_sheet){.mark_key = "qualifier",
					      .mark_heading = "QUALIFIER",
					      .answers = &answer,
					      .n = 1});
	return (int)query_outcome(
		c, &(struct query){.what = "connections", .filtered = !chosen_by_us},
		answer.server, answer.code, answer.note, rows);
}

static int connections_of(struct common *c, const char *const *qualifiers, size_t n,
			  bool chosen_by_us)
{
	struct connections all;
	int exit_status;

	connections_ask(c, &all, qualifiers, n);
	exit_status = connections_show(c, &all, chosen_by_us);
	connections_release(&all);
	return exit_status;
}

static int connections_of_all_shares(struct common *c)
{
	static const uint32_t fewer[] = {0};
	struct ask shares = {
		.server = c->servers.names[0],
		.request = {.op = NETSESS_SHARE_ENUM, .level = 1},
		.levels = fewer,
		.n_levels = 1,
	};
	const char **names = NULL;
	int exit_status;

	ask_one(c, &shares);
	if (shares.code != 0) {
		exit_status = (int)query_outcome(c, &(struct query){.what = "shares"},
						 shares.server, shares.code,
						 ask_note(&shares), 0);
		goto out;
	}
	names = mem_array(ask_rows(&shares), sizeof(*names));
	for (size_t i = 0; i < ask_rows(&shares); i++)
		names[i] = netsess_result_text(
			shares.result, i, netsess_result_find(shares.result, "netname"));
	exit_status = connections_of(c, names, ask_rows(&shares), true);
out:
	free(names);
	ask_release(&shares);
	return exit_status;
}

int cmd_connections(struct common *c, int argc, char **argv)
{
	struct connections_args args = {.common = c};
	const char *server;
	int exit_status;

	common_parse(&argp, argc, argv, &args);
	server = args.names[0] == NULL || strcmp(args.names[0], "-") == 0 ? ""
									  : args.names[0];
	if (!servers_add(&c->servers, server))
		return CLI_EXIT_USAGE;
	exit_status = common_ready(c);
	if (exit_status != CLI_EXIT_DONE)
		return exit_status;
	return args.names[1] != NULL ? connections_of(c, &args.names[1], 1, false)
				     : connections_of_all_shares(c);
}

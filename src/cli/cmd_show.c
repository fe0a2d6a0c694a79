/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "cli/ask.h"
#include "cli/cmd.h"
#include "cli/outcome.h"
#include "cli/query.h"
#include "cli/text.h"

struct show_args {
	struct common *common;
	const char *names[3]; /* SERVER CLIENT USER */
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct show_args *args = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		common_hand_down(state);
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num >= 3)
			argp_usage(state);
		args->names[state->arg_num] = arg;
		return 0;
	case ARGP_KEY_END:
		if (state->arg_num < 3)
			argp_usage(state);
		if (args->common->servers.n > 0)
			argp_error(state, "one session is shown: no --servers-file");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.parser = parse,
	.children = common_children,
	.args_doc = "SERVER CLIENT USER",
	.doc = "Show all that a server says of one session.\v"
	       "A SERVER of \"\" or - is this computer.",
};

static int show_run(struct common *c, const char *client, const char *user)
{
	static const uint32_t fewer[] = {1, 10, 0};
	struct ask a = {
		.server = c->servers.names[0],
		.request = {.op = NETSESS_SESSION_GET,
			    .level = common_level(c, 2),
			    .client = client,
			    .user = user},
		.levels = fewer,
		.n_levels = c->level_given ? 0 : sizeof(fewer) / sizeof(fewer[0]),
	};
	struct out_part part = {0};
	struct out_answer answer = {.server = a.server, .parts = &part, .n_parts = 1};
	enum cli_exit what;

	ask_one(c, &a);
	part.result = a.result;
	answer.code = a.code;
	answer.note = ask_note(&a);
	out_records(&c->out, &(struct out_sheet){.answers = &answer, .n = 1});
	what = query_outcome(c, &(struct query){.what = "sessions", .filtered = true},
			     a.server, a.code, answer.note, ask_rows(&a));
	ask_release(&a);
	return (int)what;
}

int cmd_show(struct common *c, int argc, char **argv)
{
	struct show_args args = {.common = c};
	const char *server;
	char *client;
	int exit_status;

	common_parse(&argp, argc, argv, &args);
	server = strcmp(args.names[0], "-") == 0 ? "" : args.names[0];
	if (!servers_add(&c->servers, server))
		return CLI_EXIT_USAGE;
	exit_status = common_ready(c);
	if (exit_status != CLI_EXIT_DONE)
		return exit_status;
	client = args.names[1][0] != '\0' ? text_client(args.names[1]) : NULL;
	exit_status = show_run(c, client, args.names[2]);
	free(client);
	return exit_status;
}

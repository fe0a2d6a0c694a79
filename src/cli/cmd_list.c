/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "cli/cmd.h"
#include "cli/query.h"
#include "cli/text.h"

struct list_args {
	struct common *common;
	const char *client;
	const char *user;
};

enum {
	OPT_CLIENT = OPT_COMMAND,
	OPT_USER,
};

static const struct argp_option options[] = {
	{"client", OPT_CLIENT, "CLIENT", 0, "Only sessions from this computer", 0},
	{"user", OPT_USER, "USER", 0, "Only sessions of this user", 0},
	{0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct list_args *args = state->input;

	switch (key) {
	case OPT_CLIENT:
		args->client = arg;
		return 0;
	case OPT_USER:
		args->user = arg;
		return 0;
	default:
		return common_parse_servers(key, arg, state);
	}
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.children = common_children,
	.args_doc = "[SERVER...]",
	.doc = "List the sessions of servers; without a SERVER, of this computer.",
};

int cmd_list(struct common *c, int argc, char **argv)
{
	/* What a server may still tell those whom it refuses level 1. */
	static const uint32_t fewer[] = {10, 0};
	struct list_args args = {.common = c};
	char *client = NULL;
	int exit_status;

	common_parse(&argp, argc, argv, &args);
	exit_status = common_ready(c);
	if (exit_status != CLI_EXIT_DONE)
		return exit_status;
	if (args.client != NULL && args.client[0] != '\0')
		client = text_client(args.client);
	exit_status = query_run(c, &(struct query){
					   .request = {.op = NETSESS_SESSION_ENUM,
						       .level = 1,
						       .client = client,
						       .user = args.user},
					   .levels = fewer,
					   .n_levels = sizeof(fewer) / sizeof(fewer[0]),
					   .filtered = client != NULL || args.user != NULL,
					   .what = "sessions",
				   });
	free(client);
	return exit_status;
}

/* SPDX-License-Identifier: MIT */
#include "cli/cmd.h"
#include "cli/query.h"

struct shares_args {
	struct common *common;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct shares_args *args = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		common_hand_down(state);
		return 0;
	case ARGP_KEY_ARG:
		common_server(state, args->common, arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {{&common_argp, 0, NULL, 0}, {0}};

static const struct argp argp = {
	.parser = parse,
	.children = children,
	.args_doc = "[SERVER...]",
	.doc = "List the shares of servers; without a SERVER, of this computer.",
};

int cmd_shares(struct common *c, int argc, char **argv)
{
	static const uint32_t fewer[] = {0};
	struct shares_args args = {.common = c};
	int exit_status;

	common_parse(&argp, argc, argv, &args);
	exit_status = common_ready(c);
	if (exit_status != CLI_EXIT_DONE)
		return exit_status;
	return query_run(c, &(struct query){
				    .request = {.op = NETSESS_SHARE_ENUM, .level = 1},
				    .levels = fewer,
				    .n_levels = 1,
				    .what = "shares",
			    });
}

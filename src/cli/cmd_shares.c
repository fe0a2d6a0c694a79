/* SPDX-License-Identifier: MIT */
#include "cli/cmd.h"
#include "cli/query.h"

static const struct argp argp = {
	.parser = common_parse_servers,
	.children = common_children,
	.args_doc = "[SERVER...]",
	.doc = "List the shares of servers; without a SERVER, of this computer.",
};

int cmd_shares(struct common *c, int argc, char **argv)
{
	static const uint32_t fewer[] = {0};
	int exit_status;

	common_parse(&argp, argc, argv, &c);
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

/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "cli/ask.h"
#include "cli/cmd.h"
#include "cli/mem.h"
#include "cli/outcome.h"
#include "cli/query.h"
#include "cli/say.h"
#include "cli/text.h"

struct files_args {
	struct common *common;
	const char *path;
	const char *user;
	uint32_t *ids; /* to close */
	size_t n;
	bool yes;
};

enum {
	OPT_PATH = OPT_COMMAND,
	OPT_USER,
	OPT_CLOSE,
};

static const struct argp_option options[] = {
	{"path", OPT_PATH, "PATH", 0, "Only files in and below this path of the server", 0},
	{"user", OPT_USER, "USER", 0, "Only files that this user has open", 0},
	{"close", OPT_CLOSE, "ID", 0, "Close the file of this number; may be repeated", 0},
	{"yes", 'y', NULL, 0, "Close without asking", 0},
	{0},
};

static void files_end(const struct files_args *args, struct argp_state *state)
{
	if (args->n == 0 && args->yes)
		argp_error(state, "--yes belongs to --close");
	if (args->n > 0 && (args->path != NULL || args->user != NULL))
		argp_error(state, "--close takes numbers, not --path or --user");
	if (args->n > 0 && args->common->servers.n > 1)
		argp_error(state,
			   "--close is for one server: numbers differ from server to "
			   "server");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct files_args *args = state->input;

	switch (key) {
	case OPT_PATH:
		args->path = arg;
		return 0;
	case OPT_USER:
		args->user = arg;
		return 0;
	case OPT_CLOSE:
		args->ids = mem_resize(args->ids, args->n + 1, sizeof(*args->ids));
		args->ids[args->n++] = common_number(state, arg, UINT32_MAX);
		return 0;
	case 'y':
		args->yes = true;
		return 0;
	case ARGP_KEY_END:
		files_end(args, state);
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
	.doc = "List the files that are open on servers, or close some.",
};

static int files_list(struct common *c, const struct files_args *args)
{
	/* Level 2 has the numbers only. */
	static const uint32_t fewer[] = {2};

	return query_run(c, &(struct query){
				    .request = {.op = NETSESS_FILE_ENUM,
						.level = 3,
						.name = args->path,
						.user = args->user},
				    .levels = fewer,
				    .n_levels = 1,
				    .filtered = args->path != NULL || args->user != NULL,
				    .what = "open files",
			    });
}

static bool files_confirm(const struct files_args *args, const char *server)
{
	char *question;
	bool yes;

	if (args->yes)
		return true;
	if (!common_has_terminal()) {
		say("there is no terminal to ask for a confirmation: use --yes");
		return false;
	}
	question = mem_printf("Close %zu file%s on %s?", args->n, args->n == 1 ? "" : "s",
			      text_server(server));
	yes = common_confirm(question);
	free(question);
	if (!yes)
		say("nothing was closed");
	return yes;
}

/* The ids are one chain of questions, so that one connection serves them all. */
static int files_close(struct common *c, const struct files_args *args)
{
	struct ask *asks = mem_array(args->n, sizeof(*asks));
	const char *server = c->servers.names[0];
	struct outcome outcome = {0};

	for (size_t i = 0; i < args->n; i++) {
		asks[i].server = server;
		asks[i].request = (struct netsess_request){.op = NETSESS_FILE_CLOSE,
							   .id = args->ids[i]};
		asks[i].next = i + 1 < args->n ? &asks[i + 1] : NULL;
	}
	ask_one(c, &asks[0]);
	for (size_t i = 0; i < args->n; i++) {
		if (asks[i].code != 0)
			say("%s: file %u: %s (%u %s)", text_server(server), args->ids[i],
			    netsess_code_text(asks[i].code), asks[i].code,
			    netsess_code_name(asks[i].code));
		else if (!c->quiet)
			printf("closed file %u on %s\n", args->ids[i], text_server(server));
		outcome_add(&outcome, outcome_of(asks[i].code));
		ask_release(&asks[i]);
	}
	free(asks);
	return (int)outcome_exit(&outcome);
}

int cmd_files(struct common *c, int argc, char **argv)
{
	struct files_args args = {.common = c};
	int exit_status = CLI_EXIT_USAGE;

	common_parse(&argp, argc, argv, &args);
	if (c->servers.n == 0 && !servers_add(&c->servers, ""))
		goto out;
	if (args.n > 0 && !files_confirm(&args, c->servers.names[0]))
		goto out;
	exit_status = common_ready(c);
	if (exit_status != CLI_EXIT_DONE)
		goto out;
	exit_status = args.n > 0 ? files_close(c, &args) : files_list(c, &args);
out:
	free(args.ids);
	return exit_status;
}

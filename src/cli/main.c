/* SPDX-License-Identifier: MIT */
/*
 * netsess: list, inspect and end the SMB sessions of servers.  This file finds the command;
 * the commands are cmd_*.c, and all they print goes through out.c and say.c.
 */
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cmd.h"
#include "cli/credentials.h"
#include "cli/mem.h"
#include "cli/outcome.h"

/* clang-format off */
static const struct command {
	const char *name;
	int (*run)(struct common *c, int argc, char **argv);
	const char *help;
} commands[] = {
	{"list",        cmd_list,        "the sessions of servers"},
	{"show",        cmd_show,        "one session in full"},
	{"end",         cmd_end,         "end sessions, after asking"},
	{"del",         cmd_del,         "end sessions as NetSessionDel() does, without asking"},
	{"files",       cmd_files,       "open files; close some"},
	{"shares",      cmd_shares,      "the shares of servers"},
	{"connections", cmd_connections, "who is connected to a share, or a client to what"},
	{"server",      cmd_server,      "what servers say about themselves"},
	{"passwd",      cmd_passwd,      "set a password in an accounts file of netsessd"},
};
/* clang-format on */

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

struct main_args {
	struct common *common;
	int first; /* the index of the command's name in argv, 0: none */
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct main_args *args = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		common_hand_down(state);
		return 0;
	case ARGP_KEY_ARG:
		/* What follows is the command's to parse. */
		args->first = state->next - 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_usage(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* argp frees what this returns, if it is not `text`. */
static char *add_commands(int key, const char *text, void *input)
{
	char *all;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)(uintptr_t)text;
	all = mem_strdup("Commands (netsess COMMAND --help says more):\n");
	for (size_t i = 0; i < COMMANDS; i++) {
		char *longer = mem_printf("%s  %-12s %s\n", all, commands[i].name,
					  commands[i].help);

		free(all);
		all = longer;
	}
	return all;
}

static const struct argp argp = {
	.parser = parse,
	.children = common_children,
	.args_doc = "COMMAND [ARGUMENT...]",
	.doc = "List, inspect and end the SMB sessions of servers.",
	.help_filter = add_commands,
};

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	}
	return NULL;
}

static int run_command(struct common *c, int argc, char **argv)
{
	const struct command *command = find_command(argv[0]);
	char *title;
	int exit_status;

	if (command == NULL) {
		fprintf(stderr, "netsess: there is no command of that name; "
				"try `netsess --help'\n");
		return CLI_EXIT_USAGE;
	}
	title = mem_printf("netsess %s", command->name);
	argv[0] = title;
	exit_status = command->run(c, argc, argv);
	free(title);
	return exit_status;
}

/* Names are UTF-8, so output is, whatever the locale; libsmartcols measures by it. */
static void use_utf8(void)
{
	setlocale(LC_ALL, "");
	if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0)
		setlocale(LC_CTYPE, "C.UTF-8");
}

int main(int argc, char **argv)
{
	struct common common;
	struct main_args args = {.common = &common};
	int exit_status;

	credentials_forbid_cores();
	use_utf8();
	/* A reader that left must not stop us between two servers: out_finish() tells. */
	signal(SIGPIPE, SIG_IGN);
	argp_program_version = "netsess " NETSESS_VERSION;
	argp_err_exit_status = CLI_EXIT_USAGE;
	common_init(&common);
	common_parse(&argp, argc, argv, &args);
	exit_status = run_command(&common, argc - args.first, argv + args.first);
	netsess_disconnect_all();
	common_release(&common);
	if (!out_finish() && exit_status == CLI_EXIT_DONE)
		exit_status = CLI_EXIT_BROKEN;
	return exit_status;
}

/* SPDX-License-Identifier: MIT */
/*
 * The documented program for NetSessionDel: three names, passed on exactly as given, and
 * its two messages.
 */
#include <string.h>

#include "cli/ask.h"
#include "cli/cmd.h"
#include "cli/outcome.h"
#include "cli/say.h"

struct del_args {
	struct common *common;
	const char *names[3]; /* SERVER CLIENT USER; NULL is NULL */
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct del_args *args = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		common_hand_down(state);
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num >= 3)
			argp_usage(state);
		if (arg[0] != '\0' && strcmp(arg, "-") != 0)
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
	.args_doc = "[\\\\SERVER] [\\\\CLIENT] [USER]",
	.doc = "End sessions exactly as NetSessionDel() does, without asking.\v"
	       "\"\" or - stands for NULL: this computer, any client, any user. No name is "
	       "changed on its way: a CLIENT needs its two backslashes. `netsess end' is "
	       "the safer command.",
};

static void del_say(const struct common *c, const struct ask *a)
{
	if (a->code == 0 && !c->quiet)
		say_bare("The specified session(s) has been successfully deleted");
	if (a->code == 0)
		return;
	say_bare("A system error has occurred: %u", a->code);
	outcome_say(a->server, a->code, ask_note(a));
}

int cmd_del(struct common *c, int argc, char **argv)
{
	struct del_args args = {.common = c};
	struct ask a = {0};
	struct out_answer answer = {0};
	int exit_status;

	common_parse(&argp, argc, argv, &args);
	if (!servers_add(&c->servers, args.names[0] != NULL ? args.names[0] : ""))
		return CLI_EXIT_USAGE;
	exit_status = common_ready(c);
	if (exit_status != CLI_EXIT_DONE)
		return exit_status;
	a.server = c->servers.names[0];
	a.request = (struct netsess_request){
		.op = NETSESS_SESSION_DEL, .client = args.names[1], .user = args.names[2]};
	ask_one(c, &a);
	answer = (struct out_answer){
		.server = a.server, .code = a.code, .note = ask_note(&a)};
	if (c->out.format == OUT_JSON)
		out_rows(&c->out, &(struct out_sheet){.answers = &answer, .n = 1});
	del_say(c, &a);
	exit_status = (int)outcome_of(a.code);
	ask_release(&a);
	return exit_status;
}

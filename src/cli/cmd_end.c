/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include "cli/cmd.h"
#include "cli/end_run.h"
#include "cli/mem.h"
#include "cli/outcome.h"
#include "cli/say.h"
#include "cli/text.h"

struct end_args {
	struct common *common;
	const char *client;
	const char *user;
	bool dry_run;
	bool yes;
	bool verify;
	bool include_self;
};

enum {
	OPT_CLIENT = OPT_COMMAND,
	OPT_USER,
	OPT_VERIFY,
	OPT_INCLUDE_SELF,
};

/* clang-format off */
static const struct argp_option options[] = {
	{"client",       OPT_CLIENT, "CLIENT", 0, "End sessions from this computer", 0},
	{"user",         OPT_USER, "USER", 0, "End sessions of this user", 0},
	{"dry-run",      'n', NULL, 0, "Show what would be ended, and end nothing", 0},
	{"yes",          'y', NULL, 0, "Don't ask", 0},
	{"verify",       OPT_VERIFY, NULL, 0, "Look again, and say what is gone and what is not", 0},
	{"include-self", OPT_INCLUDE_SELF, NULL, 0, "End even the session this command runs in", 0},
	{0},
};
/* clang-format on */

static const char *given(const char *arg)
{
	return arg[0] != '\0' ? arg : NULL;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct end_args *args = state->input;

	switch (key) {
	case OPT_CLIENT:
		args->client = given(arg);
		return 0;
	case OPT_USER:
		args->user = given(arg);
		return 0;
	case 'n':
		args->dry_run = true;
		return 0;
	case 'y':
		args->yes = true;
		return 0;
	case OPT_VERIFY:
		args->verify = true;
		return 0;
	case OPT_INCLUDE_SELF:
		args->include_self = true;
		return 0;
	case ARGP_KEY_END:
		if (args->client == NULL && args->user == NULL)
			argp_error(state,
				   "name a --client, a --user or both: the sessions of "
				   "a server are never all ended at once");
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
	.doc = "End the sessions of a client, of a user, or of a user from a client.\v"
	       "Shows what it will end and asks first, unless --yes is given. Never ends a "
	       "session of its own without --include-self.",
};

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

/* "3 sessions of bob from \\ws1", or where nobody counted "bob's sessions from \\ws1". */
static char *describe(const struct end_target *t, bool counted, size_t n)
{
	const char *user = t->filter.user, *client = t->filter.client;
	char *what, *all;

	if (counted)
		what = mem_printf("%zu session%s%s%s", n, plural(n),
				  user != NULL ? " of " : "", user != NULL ? user : "");
	else if (user != NULL)
		what = mem_printf("%s's sessions", user);
	else
		what = mem_strdup("the sessions");
	all = mem_printf("%s%s%s on %s", what, client != NULL ? " from " : "",
			 client != NULL ? client : "", text_server(t->server));
	free(what);
	return all;
}

/* A line of the report, on stdout. */
static void report(const char *before, char *what, const char *after)
{
	char *safe = text_safe(what);

	printf("%s%s%s\n", before, safe, after);
	free(safe);
	free(what);
}

static void report_verified(const struct end_target *t, bool ended_some)
{
	if (ended_some && t->remaining == 0 && t->returned == 0)
		report("gone: ", describe(t, t->looked, t->ended), "");
	if (t->remaining > 0)
		report("still there: ", describe(t, true, t->remaining), "");
	if (t->returned > 0)
		report("came back: ", describe(t, true, t->returned), "");
}

static bool found_nothing(const struct end_target *t)
{
	return t->looked ? t->ended == 0 : outcome_of(t->dels[0].code) == CLI_EXIT_NOTHING;
}

static void report_target(const struct end_target *t)
{
	bool some = t->code == 0 ? !found_nothing(t) : t->ended > 0;

	if (t->code != 0 && !some)
		return;
	if (some)
		report("ended ", describe(t, t->looked, t->ended), "");
	else if (t->plan.ours == 0)
		say("%s: no sessions that match", text_server(t->server));
	if (t->verified)
		report_verified(t, some);
}

static void say_ours(const struct end_target *t)
{
	if (t->plan.ours == 0)
		return;
	say("%s: %zu session%s left alone: %s our own, as user %s from %s "
	    "(--include-self ends %s too)",
	    text_server(t->server), t->plan.ours, plural(t->plan.ours),
	    t->plan.ours == 1 ? "it is or may be" : "they are or may be",
	    netsess_result_self_user(t->list.result),
	    netsess_result_self_client(t->list.result), t->plan.ours == 1 ? "it" : "them");
}

/* What has become of one server, as an exit status, whatever the form of the output. */
static enum cli_exit outcome_of_target(const struct end_target *t, bool dry_run)
{
	if (t->code != 0)
		return outcome_of(t->code);
	/* All that matched was ours: refused, as a missing --yes is. */
	if (t->plan.ours > 0 && t->plan.ending == 0)
		return CLI_EXIT_USAGE;
	if (dry_run)
		return t->plan.ending > 0 ? CLI_EXIT_DONE : CLI_EXIT_NOTHING;
	if (t->remaining > 0)
		return CLI_EXIT_FAILED;
	return found_nothing(t) ? CLI_EXIT_NOTHING : CLI_EXIT_DONE;
}

/* Failures and spared sessions on stderr; the exit status of all. */
static int conclude(const struct end_target *targets, size_t n, bool dry_run)
{
	struct outcome outcome = {0};

	for (size_t i = 0; i < n; i++) {
		const struct end_target *t = &targets[i];

		if (t->code != 0)
			outcome_say(t->server, t->code, t->note);
		say_ours(t);
		outcome_add(&outcome, outcome_of_target(t, dry_run));
	}
	return (int)outcome_exit(&outcome);
}

static void print_plan(const struct out *o, const struct end_target *targets, size_t n)
{
	struct out_answer *answers = mem_array(n, sizeof(*answers));
	struct out_part *parts = mem_array(n, sizeof(*parts));

	for (size_t i = 0; i < n; i++) {
		const struct end_target *t = &targets[i];

		parts[i].result = t->code == 0 ? t->list.result : NULL;
		parts[i].left_out = t->plan.spared;
		answers[i] = (struct out_answer){
			.server = t->server,
			.code = t->list.code,
			.note = ask_note(&t->list),
			.parts = &parts[i],
			.n_parts = 1,
		};
	}
	out_rows(o, &(struct out_sheet){.answers = answers, .n = n});
	free(parts);
	free(answers);
}

enum {
	ITEM_ENDED,
	ITEM_OURS,
	ITEM_REMAINING,
	ITEM_RETURNED,
	ITEMS,
};

/* The code to report: of a failure, or of a Del that found nothing. */
static uint32_t code_of(const struct end_target *t)
{
	if (t->code != 0 || t->n_dels == 0)
		return t->code != 0 || !t->looked ? t->code : t->list.code;
	return t->looked && t->ended > 0 ? 0 : t->dels[0].code;
}

/* For programs: the counts of each server, and with --verify the sessions found then. */
static void print_results(const struct out *o, const struct end_target *targets, size_t n)
{
	struct out_answer *answers = mem_array(n, sizeof(*answers));
	struct out_part *parts = mem_array(n, sizeof(*parts));
	struct out_item(*items)[ITEMS] = mem_array(n, sizeof(*items));

	for (size_t i = 0; i < n; i++) {
		const struct end_target *t = &targets[i];

		items[i][ITEM_ENDED] =
			(struct out_item){"ended", t->looked || found_nothing(t), t->ended};
		items[i][ITEM_OURS] = (struct out_item){"own", t->looked, t->plan.ours};
		items[i][ITEM_REMAINING] =
			(struct out_item){"remaining", t->verified, t->remaining};
		items[i][ITEM_RETURNED] =
			(struct out_item){"returned", t->verified, t->returned};
		parts[i].result = t->verified ? t->again.result : NULL;
		parts[i].left_out = t->hidden;
		answers[i] = (struct out_answer){
			.server = t->server,
			.code = code_of(t),
			.note = t->note,
			.parts = &parts[i],
			.n_parts = 1,
			.items = items[i],
			.n_items = ITEMS,
		};
	}
	out_rows(o, &(struct out_sheet){.answers = answers, .n = n});
	free(items);
	free(parts);
	free(answers);
}

/* Shows the plan and asks.  True also if there is nothing to ask about. */
static bool confirm(const struct common *c, const struct end_target *targets, size_t n)
{
	size_t sessions = 0, servers = 0;
	char *question;
	bool yes;

	for (size_t i = 0; i < n; i++) {
		sessions += targets[i].plan.ending;
		servers += targets[i].plan.ending > 0;
	}
	if (sessions == 0)
		return true;
	print_plan(
		&(struct out){.to = stderr, .format = OUT_TABLE, .header = c->out.header},
		targets, n);
	question = servers > 1 ? mem_printf("End %zu sessions on %zu servers?", sessions,
					    servers)
			       : mem_printf("End %s?", sessions == 1 ? "this session"
								     : "these sessions");
	yes = common_confirm(question);
	free(question);
	if (!yes)
		say("nothing was ended");
	return yes;
}

static int end_servers(struct common *c, const struct end_args *args,
		       struct end_target *targets, size_t n)
{
	end_look(c, targets, n, args->dry_run || !args->yes);
	if (args->dry_run) {
		print_plan(&c->out, targets, n);
		return conclude(targets, n, true);
	}
	if (!args->yes && !confirm(c, targets, n))
		return CLI_EXIT_NOTHING;
	end_do(c, targets, n);
	if (args->verify)
		end_look_again(c, targets, n);
	if (c->out.format != OUT_TABLE)
		print_results(&c->out, targets, n);
	for (size_t i = 0; i < n && c->out.format == OUT_TABLE && !c->quiet; i++)
		report_target(&targets[i]);
	return conclude(targets, n, false);
}

int cmd_end(struct common *c, int argc, char **argv)
{
	struct end_args args = {.common = c};
	struct end_target *targets;
	char *client = NULL;
	int exit_status;

	common_parse(&argp, argc, argv, &args);
	if (!args.yes && !args.dry_run && !common_has_terminal()) {
		say("there is no terminal to ask for a confirmation: use --yes or --dry-run");
		return CLI_EXIT_USAGE;
	}
	exit_status = common_ready(c);
	if (exit_status != CLI_EXIT_DONE)
		return exit_status;
	client = args.client != NULL ? text_client(args.client) : NULL;
	targets = mem_array(c->servers.n, sizeof(*targets));
	for (size_t i = 0; i < c->servers.n; i++) {
		targets[i].server = c->servers.names[i];
		targets[i].filter = (struct end_filter){
			.client = client,
			.user = args.user,
			.include_self = args.include_self,
			.local = c->servers.names[i][0] == '\0',
		};
	}
	exit_status = end_servers(c, &args, targets, c->servers.n);
	for (size_t i = 0; i < c->servers.n; i++)
		end_target_release(&targets[i]);
	free(targets);
	free(client);
	return exit_status;
}

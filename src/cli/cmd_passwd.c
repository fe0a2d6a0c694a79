/* SPDX-License-Identifier: MIT */
/*
 * Sets, removes and switches off accounts in a file of netsessd.  The password is asked for
 * twice, or comes from a file; it is never an argument, which others can see.
 */
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "cli/accounts_store.h"
#include "cli/cmd.h"
#include "cli/mem.h"
#include "cli/outcome.h"
#include "cli/password.h"
#include "cli/prompt.h"
#include "cli/say.h"

enum {
	OPT_PASSWORD = OPT_COMMAND,
	OPT_DELETE,
	OPT_DISABLE,
	OPT_ENABLE,
};

struct passwd_args {
	struct common *common;
	const char *path;
	const char *user;
	enum account_edit edit;
	bool edit_given;
};

static void set_edit(struct argp_state *state, enum account_edit edit)
{
	struct passwd_args *args = state->input;

	if (args->edit_given)
		argp_error(state, "one of --delete, --disable and --enable, please");
	args->edit = edit;
	args->edit_given = true;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct passwd_args *args = state->input;

	switch (key) {
	case OPT_PASSWORD:
		args->common->password_file = arg;
		return 0;
	case OPT_DELETE:
		set_edit(state, ACCOUNT_REMOVE);
		return 0;
	case OPT_DISABLE:
		set_edit(state, ACCOUNT_DISABLE);
		return 0;
	case OPT_ENABLE:
		set_edit(state, ACCOUNT_ENABLE);
		return 0;
	case 'q':
		args->common->quiet = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num >= 2)
			argp_usage(state);
		*(state->arg_num == 0 ? &args->path : &args->user) = arg;
		return 0;
	case ARGP_KEY_END:
		if (state->arg_num < 2)
			argp_usage(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option options[] = {
	{"password-file", OPT_PASSWORD, "FILE", 0,
	 "Take the password from FILE's first line; - is stdin", 0},
	{"delete", OPT_DELETE, NULL, 0, "Remove the account", 0},
	{"disable", OPT_DISABLE, NULL, 0, "Let it sign in no more, and keep its password",
	 0},
	{"enable", OPT_ENABLE, NULL, 0, "Let it sign in again", 0},
	{"quiet", 'q', NULL, 0, "Say only what failed", 0},
	{0},
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "FILE USER",
	.doc = "Set the password of USER in FILE, an accounts file of netsessd(8).\v"
	       "A new USER is added, a FILE that is missing is made. netsessd takes the "
	       "change in when it reloads (SIGHUP).",
};

static bool ask_twice(char *page, const char *user)
{
	char *again = password_page();
	char *question = mem_printf("New password for %s: ", user);
	bool ok = again != NULL && prompt_password(page, PASSWORD_ROOM, question) &&
		  prompt_password(again, PASSWORD_ROOM, "The same again: ");

	if (ok && !secret_equal(view_of_string(page), view_of_string(again))) {
		say("these are two different passwords");
		ok = false;
	}
	password_page_free(again);
	free(question);
	return ok;
}

/* CLI_EXIT_DONE, or said why there is no hash. */
static int read_hash(uint8_t nt_hash[ACCOUNT_HASH_LEN], const struct passwd_args *args)
{
	const struct common *c = args->common;
	char *page = password_page();
	uint32_t code = 0;
	bool ok;

	if (page == NULL)
		return CLI_EXIT_BROKEN;
	ok = c->password_file != NULL ? password_from_file(page, c->password_file, c->quiet)
				      : ask_twice(page, args->user);
	if (ok && page[0] == '\0') {
		say("an empty password signs everybody in: none is set");
		ok = false;
	}
	if (ok)
		code = netsess_nt_hash(page, nt_hash);
	password_page_free(page);
	if (code != 0)
		say("the password can't be used: %s", netsess_code_text(code));
	return ok && code == 0 ? CLI_EXIT_DONE : CLI_EXIT_USAGE;
}

int cmd_passwd(struct common *c, int argc, char **argv)
{
	static const char *const done[] = {
		[ACCOUNT_SET] = "the password is set",
		[ACCOUNT_REMOVE] = "removed",
		[ACCOUNT_DISABLE] = "disabled",
		[ACCOUNT_ENABLE] = "enabled",
	};
	struct passwd_args args = {.common = c, .edit = ACCOUNT_SET};
	uint8_t nt_hash[ACCOUNT_HASH_LEN] = {0};
	int status = CLI_EXIT_DONE;

	common_parse(&argp, argc, argv, &args);
	if (!account_name_ok(view_of_string(args.user))) {
		say("\"%s\" can't be the name of an account", args.user);
		return CLI_EXIT_USAGE;
	}
	if (args.edit == ACCOUNT_SET)
		status = read_hash(nt_hash, &args);
	if (status == CLI_EXIT_DONE)
		status = accounts_store_change(args.path, args.edit, args.user, nt_hash);
	secret_wipe_bytes(nt_hash, sizeof(nt_hash));
	if (status == CLI_EXIT_DONE && !c->quiet)
		say("%s: %s", args.user, done[args.edit]);
	return status;
}

/* SPDX-License-Identifier: MIT */
#include "conform/options.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/win32err.h"
#include "conform/cases.h"

/* How long an answer may take; a server that loses a request shall not stop the run. */
#define LIMIT_MS_DEFAULT 10000u
#define LIMIT_S_MAX      3600u

/* What a server on this computer's loopback sees workstations come from. */
#define LOOPBACK_A "127.0.0.2"
#define LOOPBACK_B "127.0.0.3"

enum {
	KEY_USER = 256, /* and the accounts behind it */
	KEY_AUTH = KEY_USER + ACCOUNTS,
	KEY_TAP = KEY_AUTH + ACCOUNTS,
	KEY_TABLE,
	KEY_MARKDOWN,
	KEY_FROM,
	KEY_LABEL,
	KEY_ONLY,
	KEY_LIST,
	KEY_TIMEOUT,
	KEY_SHARE,
};

/* clang-format off */
static const struct argp_option entries[] = {
	{0, 0, 0, 0, "Accounts (a FILE holds lines \"username = ...\" and \"password = ...\"):", 1},
	{"admin", KEY_USER + ADMIN, "USER", 0, "of the group Administrators or Server Operators", 1},
	{"admin-auth", KEY_AUTH + ADMIN, "FILE", 0, "its file", 1},
	{"user1", KEY_USER + USER1, "USER", 0, "an account that is in neither group", 1},
	{"user1-auth", KEY_AUTH + USER1, "FILE", 0, "its file", 1},
	{"user2", KEY_USER + USER2, "USER", 0, "another", 1},
	{"user2-auth", KEY_AUTH + USER2, "FILE", 0, "its file", 1},
	{0, 0, 0, 0, "Scene:", 2},
	{"share", KEY_SHARE, "NAME", 0, "a share that all three may connect to", 2},
	{"from", KEY_FROM, "A,B", 0, "two addresses of this computer for the workstations; "
		"with a server on loopback " LOOPBACK_A "," LOOPBACK_B, 2},
	{"timeout", KEY_TIMEOUT, "SECONDS", 0, "how long an answer may take (10)", 2},
	{"only", KEY_ONLY, "TOPIC", 0, "the cases of one topic", 2},
	{0, 0, 0, 0, "Report:", 3},
	{"tap", KEY_TAP, 0, 0, "Test Anything Protocol", 3},
	{"table", KEY_TABLE, 0, 0, "a table for people (the default)", 3},
	{"markdown", KEY_MARKDOWN, 0, 0, "tables for a document", 3},
	{"label", KEY_LABEL, "TEXT", 0, "what to call the server in it", 3},
	{"list", KEY_LIST, 0, 0, "list the topics and end", 3},
	{0},
};
/* clang-format on */

static const char *const account_words[ACCOUNTS] = {"admin", "user1", "user2"};

struct line_state {
	struct options *o;
	const char *user[ACCOUNTS];
	const char *auth[ACCOUNTS];
	char *from; /* cut in two */
};

static void take_server(struct argp_state *state, struct options *o, const char *text)
{
	if (o->server_text != NULL)
		argp_error(state, "one server at a time");
	o->server_text = text;
	if (server_name_parse(&o->server, text) != NS_OK || o->server.local)
		argp_error(state, "%s is no name of a server", text);
}

static void take_from(struct argp_state *state, struct line_state *l, const char *text)
{
	char *comma;

	free(l->from);
	l->from = strdup(text);
	comma = l->from != NULL ? strchr(l->from, ',') : NULL;
	if (comma == NULL || comma == l->from || comma[1] == '\0')
		argp_error(state, "--from wants two addresses with a comma between them");
	*comma = '\0';
	l->o->from[0] = l->from;
	l->o->from[1] = comma + 1;
}

static void take_timeout(struct argp_state *state, struct options *o, const char *text)
{
	char *end;
	unsigned long seconds = strtoul(text, &end, 10);

	if (*end != '\0' || end == text || seconds == 0 || seconds > LIMIT_S_MAX)
		argp_error(state, "--timeout wants seconds, 1 to %u", LIMIT_S_MAX);
	o->limit_ms = (unsigned)seconds * 1000;
}

static void take_only(struct argp_state *state, struct options *o, const char *text)
{
	for (size_t i = 0; i < topics_n; i++)
		if (strcmp(topics[i]->name, text) == 0)
			o->only = text;
	if (o->only == NULL)
		argp_error(state, "there is no topic %s; --list names them", text);
}

static void check(struct argp_state *state, struct line_state *l)
{
	if (l->o->list)
		return;
	if (l->o->server_text == NULL || l->o->share == NULL)
		argp_error(state, "a server and --share are needed");
	for (size_t i = 0; i < ACCOUNTS; i++)
		if (l->user[i] == NULL && l->auth[i] == NULL)
			argp_error(state, "--%s or --%s-auth is needed", account_words[i],
				   account_words[i]);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct line_state *l = state->input;

	if (key >= KEY_USER && key < KEY_USER + ACCOUNTS) {
		l->user[key - KEY_USER] = arg;
		return 0;
	}
	if (key >= KEY_AUTH && key < KEY_AUTH + ACCOUNTS) {
		l->auth[key - KEY_AUTH] = arg;
		return 0;
	}
	switch (key) {
	case KEY_TAP:
	case KEY_TABLE:
	case KEY_MARKDOWN:
		l->o->format = (enum format)(FORMAT_TAP + (key - KEY_TAP));
		return 0;
	case KEY_FROM:
		take_from(state, l, arg);
		return 0;
	case KEY_LABEL:
		l->o->label = arg;
		return 0;
	case KEY_ONLY:
		take_only(state, l->o, arg);
		return 0;
	case KEY_LIST:
		l->o->list = true;
		return 0;
	case KEY_TIMEOUT:
		take_timeout(state, l->o, arg);
		return 0;
	case KEY_SHARE:
		l->o->share = arg;
		return 0;
	case ARGP_KEY_ARG:
		take_server(state, l->o, arg);
		return 0;
	case ARGP_KEY_END:
		check(state, l);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = entries,
	.parser = parse,
	.args_doc = "\\\\HOST[:PORT]",
	.doc = "Signs workstations in on a server, calls NetrSessionDel and NetrSessionEnum in "
	       "every way, and looks whether the right sessions died and the others live.",
};

/* The password of an account without a file comes from the terminal, never from argv. */
static uint32_t ask_password(struct netsess_options *o, const char *user)
{
	char prompt[256];
	char *password;
	uint32_t code;

	code = netsess_options_set_user(o, user);
	if (code != WIN32_ERROR_SUCCESS)
		return code;
	(void)snprintf(prompt, sizeof(prompt), "Password of %s: ", user);
	password = getpass(prompt);
	if (password == NULL)
		return WIN32_ERROR_LOGON_FAILURE;
	code = netsess_options_set_password(o, password);
	secret_wipe_bytes(password, strlen(password));
	return code;
}

/* Exits where an account cannot be had. */
static void load_account(struct line_state *l, enum account a)
{
	struct netsess_options *o = options_new_plain();
	uint32_t code = WIN32_ERROR_NOT_ENOUGH_MEMORY;

	l->o->account[a] = o;
	if (o != NULL && l->auth[a] != NULL)
		code = netsess_options_load_auth_file(o, l->auth[a]);
	else if (o != NULL)
		code = ask_password(o, l->user[a]);
	if (code == WIN32_ERROR_SUCCESS && l->auth[a] != NULL && l->user[a] != NULL &&
	    auth_credentials_set_name(&o->credentials, l->user[a]) != NS_OK)
		code = WIN32_ERROR_INVALID_PARAMETER;
	if (code == WIN32_ERROR_SUCCESS)
		return;
	fprintf(stderr, "netsess-conform: %s %s: %s\n", account_words[a],
		l->auth[a] != NULL ? l->auth[a] : l->user[a], win32err_text(code));
	exit(EXIT_USAGE);
}

void options_parse(struct options *o, int argc, char **argv)
{
	struct line_state l = {.o = o};

	*o = (struct options){.format = FORMAT_TABLE, .limit_ms = LIMIT_MS_DEFAULT};
	argp_program_version = "netsess-conform " NETSESS_VERSION;
	argp_err_exit_status = EXIT_USAGE;
	(void)argp_parse(&argp, argc, argv, 0, NULL, &l);
	if (o->list)
		return;
	for (unsigned i = 0; i < ACCOUNTS; i++)
		load_account(&l, (enum account)i);
	if (l.from == NULL && strncmp(o->server.host, "127.", 4) == 0) {
		o->from[0] = LOOPBACK_A;
		o->from[1] = LOOPBACK_B;
	}
	o->from_text = l.from;
}

void options_release(struct options *o)
{
	for (size_t i = 0; i < ACCOUNTS; i++)
		netsess_options_free(o->account[i]);
	free(o->from_text);
}

/* SPDX-License-Identifier: MIT */
#include "cli/common.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/credentials.h"
#include "cli/outcome.h"
#include "cli/say.h"

/* As many as a process has descriptors for here; more only waits in the loop. */
#define PARALLEL_MAX 20000

/* A day: longer than anybody waits, and in milliseconds within 32 bits. */
#define TIMEOUT_MAX_SECONDS 86400

enum {
	OPT_PASSWORD_FILE = OPT_COMMON,
	OPT_NTLM,
	OPT_ENCRYPT,
	OPT_MIN_PROTOCOL,
	OPT_MAX_PROTOCOL,
	OPT_WINS,
	OPT_STRICT,
	OPT_SERVERS_FILE,
	OPT_TIMEOUT,
	OPT_JSON,
	OPT_CSV,
	OPT_NO_HEADER,
	OPT_LEVEL,
};

/* clang-format off */
static const struct argp_option common_options[] = {
	{NULL,            0,   NULL,   0, "Signing in:", 1},
	{NULL,            'U', "USER", 0, "Sign in as USER, DOMAIN\\USER or USER@REALM; never with a password", 1},
	{NULL,            'A', "FILE", 0, "Take user, password and domain from FILE, as smbclient does", 1},
	{"password-file", OPT_PASSWORD_FILE, "FILE", 0, "Take the password from FILE's first line; - is stdin", 1},
	{"kerberos",      'k', NULL,   0, "Kerberos only", 1},
	{"ntlm",          OPT_NTLM, NULL, 0, "NTLM only", 1},
	{NULL,            0,   NULL,   0, "Connection:", 2},
	{"encrypt",       OPT_ENCRYPT, NULL, 0, "Refuse servers that can't encrypt", 2},
	{"min-protocol",  OPT_MIN_PROTOCOL, "DIALECT", 0, "2.0.2 (default), 2.1, 3.0, 3.0.2 or 3.1.1", 2},
	{"max-protocol",  OPT_MAX_PROTOCOL, "DIALECT", 0, "The same; default 3.1.1", 2},
	{"wins",          OPT_WINS, "ADDRESS", 0, "Ask this WINS server for names that DNS does not know", 2},
	{"timeout",       OPT_TIMEOUT, "SECONDS", 0, "For each call; default 30", 2},
	{"strict",        OPT_STRICT, NULL, 0, "Pass on what a server says, even where it falls short", 2},
	{NULL,            0,   NULL,   0, "Servers and output:", 3},
	{"servers-file",  OPT_SERVERS_FILE, "FILE", 0, "Ask the servers named in FILE, one a line (also @FILE); - is stdin", 3},
	{NULL,            'j', "N",    0, "Ask N servers at a time; default 256", 3},
	{"level",         OPT_LEVEL, "N", 0, "Information level", 3},
	{"json",          OPT_JSON, NULL, 0, "Print JSON", 3},
	{"csv",           OPT_CSV, NULL, 0, "Print CSV", 3},
	{"no-header",     OPT_NO_HEADER, NULL, 0, "Print no heading", 3},
	{"quiet",         'q', NULL,   0, "Say only what failed", 3},
	{"verbose",       'v', NULL,   0, "Say how each server was reached", 3},
	{0},
};

static const struct {
	const char *name;
	uint16_t dialect;
} dialects[] = {
	{"2.0.2", NETSESS_DIALECT_202},
	{"2.1",   NETSESS_DIALECT_210},
	{"3.0",   NETSESS_DIALECT_300},
	{"3.0.2", NETSESS_DIALECT_302},
	{"3.1.1", NETSESS_DIALECT_311},
};
/* clang-format on */

static uint16_t common_dialect(struct argp_state *state, const char *arg)
{
	for (size_t i = 0; i < sizeof(dialects) / sizeof(dialects[0]); i++) {
		if (strcmp(dialects[i].name, arg) == 0)
			return dialects[i].dialect;
	}
	argp_error(state, "%s: not one of 2.0.2, 2.1, 3.0, 3.0.2, 3.1.1", arg);
	return 0;
}

uint32_t common_number(struct argp_state *state, const char *arg, uint32_t max)
{
	unsigned long long v;
	char *end;

	errno = 0;
	v = strtoull(arg, &end, 0);
	if (arg[0] < '0' || arg[0] > '9' || *end != '\0' || errno != 0 || v > max)
		argp_error(state, "%s: not a number from 0 to %u", arg, max);
	return (uint32_t)v;
}

/* "30" or "0.5", in milliseconds.  By hand: strtod() takes a comma in some locales. */
static unsigned common_timeout(struct argp_state *state, const char *arg)
{
	unsigned long seconds, ms = 0;
	char *end;

	errno = 0;
	seconds = strtoul(arg, &end, 10);
	if (*end == '.') {
		unsigned unit = 100;

		for (end++; *end >= '0' && *end <= '9'; end++, unit /= 10)
			ms += (unsigned)(*end - '0') * unit;
	}
	if (arg[0] < '0' || arg[0] > '9' || *end != '\0' || errno != 0 ||
	    seconds > TIMEOUT_MAX_SECONDS || (seconds == 0 && ms == 0))
		argp_error(state, "%s: not a number of seconds", arg);
	return (unsigned)(seconds * 1000 + ms);
}

/* What follows a % is a password that ps has already shown: at least it stops there. */
static const char *common_user(struct argp_state *state, char *arg)
{
	char *password = strchr(arg, '%');

	if (password == NULL && arg[0] != '\0')
		return arg;
	if (password != NULL)
		explicit_bzero(password, strlen(password));
	argp_error(state,
		   "-U takes a user's name without a password: every user of this computer "
		   "can read the arguments of a program (ps). Use -A FILE, --password-file "
		   "FILE, or wait to be asked");
	return NULL;
}

static error_t common_parse_login(struct common *c, int key, char *arg,
				  struct argp_state *state)
{
	switch (key) {
	case 'U':
		c->user = common_user(state, arg);
		return 0;
	case 'A':
		c->auth_file = arg;
		return 0;
	case OPT_PASSWORD_FILE:
		c->password_file = arg;
		return 0;
	case 'k':
		c->kerberos = true;
		return 0;
	case OPT_NTLM:
		c->ntlm = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t common_parse_connection(struct common *c, int key, char *arg,
				       struct argp_state *state)
{
	switch (key) {
	case OPT_ENCRYPT:
		c->encrypt = true;
		return 0;
	case OPT_MIN_PROTOCOL:
		c->lowest = common_dialect(state, arg);
		return 0;
	case OPT_MAX_PROTOCOL:
		c->highest = common_dialect(state, arg);
		return 0;
	case OPT_WINS:
		c->wins = arg;
		return 0;
	case OPT_TIMEOUT:
		c->timeout_ms = common_timeout(state, arg);
		return 0;
	case OPT_STRICT:
		c->strict = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t common_parse_output(struct common *c, int key, char *arg,
				   struct argp_state *state)
{
	switch (key) {
	case OPT_SERVERS_FILE:
		if (!servers_load(&c->servers, arg))
			exit(CLI_EXIT_USAGE);
		return 0;
	case 'j':
		c->parallel = common_number(state, arg, PARALLEL_MAX);
		return 0;
	case OPT_LEVEL:
		c->level = common_number(state, arg, UINT32_MAX);
		c->level_given = true;
		return 0;
	case OPT_JSON:
		c->out.format = OUT_JSON;
		return 0;
	case OPT_CSV:
		c->out.format = OUT_CSV;
		return 0;
	case OPT_NO_HEADER:
		c->out.header = false;
		return 0;
	case 'q':
		c->quiet = true;
		return 0;
	case 'v':
		c->verbose = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t common_parse_option(int key, char *arg, struct argp_state *state)
{
	struct common *c = state->input;
	error_t e = common_parse_login(c, key, arg, state);

	if (e == ARGP_ERR_UNKNOWN)
		e = common_parse_connection(c, key, arg, state);
	if (e == ARGP_ERR_UNKNOWN)
		e = common_parse_output(c, key, arg, state);
	if (key == ARGP_KEY_END && c->kerberos && c->ntlm)
		argp_error(state, "--kerberos and --ntlm exclude each other");
	if (key == ARGP_KEY_END && c->lowest != 0 && c->highest != 0 &&
	    c->lowest > c->highest)
		argp_error(state, "--min-protocol is above --max-protocol");
	return e;
}

static const struct argp common_argp = {
	.options = common_options,
	.parser = common_parse_option,
};

const struct argp_child common_children[2] = {{&common_argp, 0, NULL, 0}, {0}};

void common_init(struct common *c)
{
	*c = (struct common){.out = {.to = stdout, .format = OUT_TABLE, .header = true}};
}

void common_release(struct common *c)
{
	servers_release(&c->servers);
	netsess_options_free(c->options);
	*c = (struct common){0};
}

void common_parse(const struct argp *argp, int argc, char **argv, void *input)
{
	if (argp_parse(argp, argc, argv, ARGP_IN_ORDER, NULL, input) != 0)
		exit(CLI_EXIT_USAGE);
}

void common_hand_down(struct argp_state *state)
{
	struct common *const *first = state->input;

	state->child_inputs[0] = *first;
}

error_t common_parse_servers(int key, char *arg, struct argp_state *state)
{
	struct common *const *first = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		common_hand_down(state);
		return 0;
	case ARGP_KEY_ARG:
		if (!servers_add(&(*first)->servers, arg))
			argp_failure(state, CLI_EXIT_USAGE, 0, "no servers from %s", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int common_ready(struct common *c)
{
	if (c->servers.n == 0 && !servers_add(&c->servers, ""))
		return CLI_EXIT_USAGE;
	return credentials_ready(c);
}

bool common_has_terminal(void)
{
	return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

bool common_confirm(const char *question)
{
	char *line = NULL;
	size_t room = 0;
	bool yes;

	say_prompt("%s [y/N] ", question);
	yes = getline(&line, &room, stdin) > 0 && (line[0] == 'y' || line[0] == 'Y');
	free(line);
	return yes;
}

uint32_t common_level(const struct common *c, uint32_t level)
{
	return c->level_given ? c->level : level;
}

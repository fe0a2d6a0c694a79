/* SPDX-License-Identifier: MIT */
#include "cli/credentials.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "cli/common.h"
#include "cli/outcome.h"
#include "cli/password.h"
#include "cli/prompt.h"
#include "cli/say.h"

void credentials_forbid_cores(void)
{
	struct rlimit limit;

	/*
	 * One byte is less than the smallest core file, and the kernel takes it to mean
	 * that a program behind a core_pattern pipe gets nothing either (0 does not).
	 */
	if (getrlimit(RLIMIT_CORE, &limit) != 0)
		return;
	if (limit.rlim_cur > 1)
		limit.rlim_cur = 1;
	if (limit.rlim_max > 1)
		limit.rlim_max = 1;
	(void)setrlimit(RLIMIT_CORE, &limit);
}

static bool environment_has(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0';
}

/* A user was named, and nothing that could hold that user's password. */
static bool password_is_missing(const struct common *c)
{
	return c->user != NULL && c->auth_file == NULL && !c->kerberos &&
	       servers_are_remote(&c->servers) && !environment_has("NETSESS_PASSWD_FILE") &&
	       !environment_has("NETSESS_AUTH_FILE");
}

static bool password_from_terminal(const struct common *c, char *page)
{
	char question[512];

	(void)snprintf(question, sizeof(question), "Password for %s: ", c->user);
	return prompt_password(page, PASSWORD_ROOM, question);
}

static int password_ready(const struct common *c)
{
	char *page = NULL;
	bool ok = false;
	uint32_t code = 0;

	if (c->password_file == NULL && !password_is_missing(c))
		return CLI_EXIT_DONE;
	page = password_page();
	if (page == NULL)
		return CLI_EXIT_BROKEN;
	ok = c->password_file != NULL ? password_from_file(page, c->password_file, c->quiet)
				      : password_from_terminal(c, page);
	if (ok)
		code = netsess_options_set_password(c->options, page);
	password_page_free(page);
	if (code != 0)
		say("the password can't be used: %s", netsess_code_text(code));
	return ok && code == 0 ? CLI_EXIT_DONE : CLI_EXIT_USAGE;
}

static enum netsess_auth credentials_auth(const struct common *c)
{
	if (c->kerberos)
		return NETSESS_AUTH_KERBEROS;
	return c->ntlm ? NETSESS_AUTH_NTLM : NETSESS_AUTH_ANY;
}

/* One setter: says which option it was when the value is refused. */
static bool credentials_set(const char *option, const char *value, uint32_t code)
{
	if (code != 0)
		say("%s %s: %s", option, value, netsess_code_text(code));
	return code == 0;
}

static bool credentials_apply(const struct common *c)
{
	struct netsess_options *o = c->options;
	uint16_t lowest = c->lowest != 0 ? c->lowest : NETSESS_DIALECT_202;
	uint16_t highest = c->highest != 0 ? c->highest : NETSESS_DIALECT_311;

	if (c->auth_file != NULL &&
	    !credentials_set("-A", c->auth_file,
			     netsess_options_load_auth_file(o, c->auth_file)))
		return false;
	if (c->user != NULL &&
	    !credentials_set("-U", c->user, netsess_options_set_user(o, c->user)))
		return false;
	if (c->wins != NULL &&
	    !credentials_set("--wins", c->wins, netsess_options_set_wins(o, c->wins)))
		return false;
	if (c->timeout_ms != 0 &&
	    !credentials_set("--timeout", "",
			     netsess_options_set_timeout(o, c->timeout_ms)))
		return false;
	if (c->strict &&
	    !credentials_set("--strict", "", netsess_options_set_strict(o, true)))
		return false;
	return credentials_set("sign-in", "",
			       netsess_options_set_auth(o, credentials_auth(c))) &&
	       credentials_set("--encrypt", "",
			       netsess_options_set_encryption(o, c->encrypt)) &&
	       credentials_set("--min-protocol, --max-protocol", "",
			       netsess_options_set_dialects(o, lowest, highest));
}

int credentials_ready(struct common *c)
{
	c->options = netsess_options_new();
	if (c->options == NULL) {
		say("out of memory");
		return CLI_EXIT_BROKEN;
	}
	if (!credentials_apply(c))
		return CLI_EXIT_USAGE;
	return password_ready(c);
}

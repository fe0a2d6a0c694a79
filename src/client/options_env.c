/* SPDX-License-Identifier: MIT */
/* What the environment sets in fresh options; see netsess_options_new(). */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/win32err.h"
#include "client/options.h"

/* NULL where it is not set or empty, and in programs that run with another's rights. */
static const char *variable(const char *name)
{
	const char *value = secure_getenv(name);

	return value != NULL && value[0] != '\0' ? value : NULL;
}

/* Applies one setting; false when memory is short.  What is not valid is remembered. */
static bool applied(struct netsess_options *o, uint32_t code, enum options_problem problem)
{
	if (code == WIN32_ERROR_NOT_ENOUGH_MEMORY)
		return false;
	if (code != WIN32_ERROR_SUCCESS)
		o->problems |= (unsigned)problem;
	return true;
}

/*
 * The file first, then what names one thing alone.  Each setter clears the problem of the
 * one before, so the problems of all three are put together here.
 */
static bool login(struct netsess_options *o)
{
	const char *auth_file = variable("NETSESS_AUTH_FILE");
	const char *user = variable("NETSESS_USER");
	const char *password_file = variable("NETSESS_PASSWD_FILE");
	unsigned problems = 0;

	if (auth_file != NULL &&
	    !applied(o, netsess_options_load_auth_file(o, auth_file), OPTIONS_BAD_LOGIN))
		return false;
	problems |= o->problems;
	if (user != NULL &&
	    !applied(o, netsess_options_set_user(o, user), OPTIONS_BAD_LOGIN))
		return false;
	problems |= o->problems;
	if (password_file != NULL &&
	    !applied(o, options_load_password_file(o, password_file), OPTIONS_BAD_LOGIN))
		return false;
	o->problems |= problems;
	return true;
}

/* Whole seconds, 1 and up. */
static uint32_t set_seconds(struct netsess_options *o, const char *text)
{
	unsigned long seconds;
	char *end;

	if (!isdigit((unsigned char)text[0]))
		return WIN32_ERROR_INVALID_PARAMETER;
	errno = 0;
	seconds = strtoul(text, &end, 10);
	if (errno != 0 || *end != '\0' || seconds > UINT_MAX / 1000)
		return WIN32_ERROR_INVALID_PARAMETER;
	return netsess_options_set_timeout(o, (unsigned)seconds * 1000);
}

bool options_from_environment(struct netsess_options *o)
{
	const char *timeout = variable("NETSESS_TIMEOUT");
	const char *wins = variable("NETSESS_WINS");
	const char *strict = variable("NETSESS_STRICT");

	if (!login(o))
		return false;
	if (timeout != NULL && !applied(o, set_seconds(o, timeout), OPTIONS_BAD_TIMEOUT))
		return false;
	if (wins != NULL &&
	    !applied(o, netsess_options_set_wins(o, wins), OPTIONS_BAD_WINS))
		return false;
	if (strict != NULL)
		o->strict = strcmp(strict, "0") != 0;
	return true;
}

/* SPDX-License-Identifier: MIT */
#include "cli/outcome.h"

#include "base/win32err.h"
#include "cli/say.h"
#include "cli/text.h"
#include "netsess.h"

/* Every code that is not a plain failure. */
/* clang-format off */
static const struct {
	uint32_t code;
	enum cli_exit what;
} meanings[] = {
	{WIN32_ERROR_SUCCESS,                CLI_EXIT_DONE},
	{WIN32_ERROR_MORE_DATA,              CLI_EXIT_DONE},
	{WIN32_NERR_CLIENT_NAME_NOT_FOUND,   CLI_EXIT_NOTHING},
	{WIN32_NERR_USER_NOT_FOUND,          CLI_EXIT_NOTHING},
	{WIN32_NERR_FILE_ID_NOT_FOUND,       CLI_EXIT_NOTHING},
	{WIN32_NERR_NET_NAME_NOT_FOUND,      CLI_EXIT_NOTHING},
	{WIN32_ERROR_INVALID_PARAMETER,      CLI_EXIT_USAGE},
	{WIN32_ERROR_INVALID_LEVEL,          CLI_EXIT_USAGE},
	{WIN32_NERR_INVALID_COMPUTER,        CLI_EXIT_USAGE},
	{WIN32_ERROR_ACCESS_DENIED,          CLI_EXIT_DENIED},
	{WIN32_ERROR_NETWORK_ACCESS_DENIED,  CLI_EXIT_DENIED},
	{WIN32_ERROR_LOGON_FAILURE,          CLI_EXIT_DENIED},
	{WIN32_ERROR_ACCOUNT_RESTRICTION,    CLI_EXIT_DENIED},
	{WIN32_ERROR_INVALID_LOGON_HOURS,    CLI_EXIT_DENIED},
	{WIN32_ERROR_INVALID_WORKSTATION,    CLI_EXIT_DENIED},
	{WIN32_ERROR_PASSWORD_EXPIRED,       CLI_EXIT_DENIED},
	{WIN32_ERROR_ACCOUNT_DISABLED,       CLI_EXIT_DENIED},
	{WIN32_ERROR_LOGON_TYPE_NOT_GRANTED, CLI_EXIT_DENIED},
	{WIN32_ERROR_ACCOUNT_EXPIRED,        CLI_EXIT_DENIED},
	{WIN32_ERROR_PASSWORD_MUST_CHANGE,   CLI_EXIT_DENIED},
	{WIN32_ERROR_ACCOUNT_LOCKED_OUT,     CLI_EXIT_DENIED},
	{WIN32_ERROR_REM_NOT_LIST,           CLI_EXIT_UNREACHABLE},
	{WIN32_ERROR_BAD_NETPATH,            CLI_EXIT_UNREACHABLE},
	{WIN32_ERROR_NETNAME_DELETED,        CLI_EXIT_UNREACHABLE},
	{WIN32_ERROR_SEM_TIMEOUT,            CLI_EXIT_UNREACHABLE},
	{WIN32_ERROR_CONNECTION_REFUSED,     CLI_EXIT_UNREACHABLE},
	{WIN32_ERROR_NETWORK_UNREACHABLE,    CLI_EXIT_UNREACHABLE},
	{WIN32_ERROR_HOST_UNREACHABLE,       CLI_EXIT_UNREACHABLE},
	{WIN32_ERROR_CONNECTION_ABORTED,     CLI_EXIT_UNREACHABLE},
	{WIN32_RPC_S_SERVER_UNAVAILABLE,     CLI_EXIT_UNREACHABLE},
	{WIN32_NERR_SERVER_NOT_STARTED,      CLI_EXIT_UNREACHABLE},
};
/* clang-format on */

enum cli_exit outcome_of(uint32_t code)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		if (meanings[i].code == code)
			return meanings[i].what;
	}
	return CLI_EXIT_FAILED;
}

bool outcome_is_answer(uint32_t code)
{
	enum cli_exit what = outcome_of(code);

	return what == CLI_EXIT_DONE || what == CLI_EXIT_NOTHING;
}

void outcome_add(struct outcome *o, enum cli_exit what)
{
	o->counts[what]++;
	o->n++;
}

enum cli_exit outcome_exit(const struct outcome *o)
{
	size_t well = o->counts[CLI_EXIT_DONE] + o->counts[CLI_EXIT_NOTHING];

	if (well == o->n)
		return o->n == 0 || o->counts[CLI_EXIT_DONE] > 0 ? CLI_EXIT_DONE
								 : CLI_EXIT_NOTHING;
	for (enum cli_exit what = CLI_EXIT_USAGE; what < CLI_EXITS; what++) {
		if (o->counts[what] == o->n)
			return what;
	}
	return CLI_EXIT_FAILED;
}

void outcome_say(const char *server, uint32_t code, const char *note)
{
	const char *name = netsess_code_name(code);

	say("%s: %s (%u%s%s)%s%s", text_server(server), netsess_code_text(code), code,
	    name[0] != '\0' ? " " : "", name, note[0] != '\0' ? ": " : "", note);
}

/* SPDX-License-Identifier: MIT */
/* NetrSessionDel, [MS-SRVS] 3.1.4.6: who is ended by which names. */
#include "base/win32err.h"
#include "conform/session_call.h"

#define S "MS-SRVS 3.1.4.6"

/* The two codes that the section allows when both names are unspecified. */
#define NEITHER CODES(WIN32_ERROR_INVALID_PARAMETER, WIN32_NERR_CLIENT_NAME_NOT_FOUND)

/*
 * "Matches" is not defined: a server may or may not know that two forms are one name.  If
 * it does, it ends that session, and it never ends another.
 */
#define EITHER CODES(WIN32_ERROR_SUCCESS, WIN32_NERR_CLIENT_NAME_NOT_FOUND)

#define DONE    CODES(WIN32_ERROR_SUCCESS)
#define NOBODY  CODES(WIN32_NERR_CLIENT_NAME_NOT_FOUND)
#define INVALID CODES(WIN32_ERROR_INVALID_PARAMETER)

/* clang-format off */
static const struct session_call rows[] = {
	/* Filters */
	{{"client and user", S, NULL}, .client = "\\\\%a", .user = "%1", DONE, .gone = A1},
	{{"client and the other user", S, NULL}, .client = "\\\\%a", .user = "%2", DONE, .gone = A2},
	{{"the other client and user", S, NULL}, .client = "\\\\%b", .user = "%1", DONE, .gone = B1},
	{{"client only, user NULL", S, NULL}, .client = "\\\\%a", DONE, .gone = A1 | A2},
	{{"client only, user empty", S, NULL}, .client = "\\\\%a", .user = "", DONE, .gone = A1 | A2},
	{{"the other client only", S, NULL}, .client = "\\\\%b", DONE, .gone = B1},
	{{"user only, client NULL", S, NULL}, .user = "%1", DONE, .gone = A1 | B1},
	{{"user only, client empty", S, NULL}, .client = "", .user = "%1", DONE, .gone = A1 | B1},
	{{"the other user only", S, NULL}, .user = "%2", DONE, .gone = A2},

	/* Nothing given */
	{{"both NULL", S, NULL}, NEITHER},
	{{"both empty", S, NULL}, .client = "", .user = "", NEITHER},
	{{"client NULL, user empty", S, NULL}, .user = "", NEITHER},
	{{"client empty, user NULL", S, NULL}, .client = "", NEITHER},

	/* Nothing matches */
	{{"no such client", S, NULL}, .client = "\\\\192.0.2.1", NOBODY},
	{{"no such client name", S, NULL}, .client = "\\\\%n", NOBODY},
	{{"no such user", S, NULL}, .user = "%n", NOBODY},
	{{"client and a user it does not have", S, NULL}, .client = "\\\\%b", .user = "%2", NOBODY},
	{{"no such client with a user", S, NULL}, .client = "\\\\192.0.2.1", .user = "%1", NOBODY},
	{{"no such user with a client", S, NULL}, .client = "\\\\%a", .user = "%n", NOBODY},
	{{"client with a tail", S, NULL}, .client = "\\\\%ax", .user = "%1", NOBODY},
	{{"user with a tail", S, NULL}, .client = "\\\\%a", .user = "%1x", NOBODY},
	{{"user as a pattern", S, NULL}, .user = "*", NOBODY},
	{{"client as a pattern", S, NULL}, .client = "\\\\*", NOBODY},

	/* The prefix */
	{{"client without backslashes", S, NULL}, .client = "%a", .user = "%1", NOBODY},
	{{"client without backslashes, no user", S, NULL}, .client = "%a", NOBODY},
	{{"client with one backslash", S, NULL}, .client = "\\%a", .user = "%1", NOBODY},
	{{"client with slashes", S, NULL}, .client = "//%a", .user = "%1", NOBODY},
	{{"client is two backslashes", S, NULL}, .client = "\\\\", NOBODY},
	{{"client is two backslashes, with a user", S, NULL}, .client = "\\\\", .user = "%1", NOBODY},
	{{"client is one backslash", S, NULL}, .client = "\\", NOBODY},

	/* Lengths: 1,024 characters with the NUL are allowed */
	{{"client of 1,024 characters", S, NULL}, .client = "\\\\%L", NOBODY},
	{{"client of 1,025 characters", S, NULL}, .client = "\\\\%M", INVALID},
	{{"user of 1,024 characters", S, NULL}, .user = "%L", NOBODY},
	{{"user of 1,025 characters", S, NULL}, .user = "%M", INVALID},
	{{"client and a user of 1,025 characters", S, NULL}, .client = "\\\\%a", .user = "%M", INVALID},
	{{"client of 1,025 characters and a user", S, NULL}, .client = "\\\\%M", .user = "%1", INVALID},

	/* Forms of a name */
	{{"user in the other case", S, NULL}, .client = "\\\\%a", .user = "%I", EITHER, .gone = A1},
	{{"client in another form of its address", S, NULL}, .client = "\\\\%m", .user = "%1", EITHER, .gone = A1},
	{{"user@realm", S, NULL}, .client = "\\\\%a", .user = "%1@example.org", EITHER, .gone = A1},
	{{"DOMAIN\\user", S, NULL}, .client = "\\\\%a", .user = "EXAMPLE\\%1", EITHER, .gone = A1},

	/* ServerName */
	{{"ServerName is ignored: empty", S, NULL}, .server = "", .client = "\\\\%a", .user = "%1", DONE, .gone = A1},
	{{"ServerName is ignored: another server", S, NULL}, .server = "\\\\elsewhere", .client = "\\\\%a", .user = "%1", DONE, .gone = A1},
};
/* clang-format on */

static const struct case_head *head(size_t i)
{
	return &rows[i].head;
}

static void expects(size_t i, char *out, size_t size)
{
	session_call_expects(&rows[i], out, size);
}

static void run(struct scene *s, size_t i, struct outcome *o)
{
	session_call_run(s, &rows[i], o);
}

const struct topic topic_del = {
	.name = "del",
	.title = "NetrSessionDel: who is ended",
	.n = sizeof(rows) / sizeof(rows[0]),
	.head = head,
	.expects = expects,
	.run = run,
};

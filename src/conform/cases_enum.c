/* SPDX-License-Identifier: MIT */
/* NetrSessionEnum, [MS-SRVS] 3.1.4.5: levels and filters. */
#include "base/win32err.h"
#include "conform/session_call.h"

#define S "MS-SRVS 3.1.4.5"

#define ENUM(n) .method = METHOD_ENUM, .level = n
#define DONE    CODES(WIN32_ERROR_SUCCESS)
#define INVALID CODES(WIN32_ERROR_INVALID_PARAMETER)

/* Either, says the section, and not which. */
#define NOBODY CODES(WIN32_NERR_USER_NOT_FOUND, WIN32_NERR_CLIENT_NAME_NOT_FOUND)

/*
 * The union has no default arm ([MS-SRVS] 2.2.3.4): a strict server cannot take the request
 * apart and faults; one with such an arm answers 124.
 */
#define NO_LEVEL CODES(WIN32_ERROR_INVALID_LEVEL), .fault = true

/* As for Del: a server may know that two forms are one name. */
#define EITHER                                                                             \
	CODES(WIN32_ERROR_SUCCESS, WIN32_NERR_USER_NOT_FOUND,                              \
	      WIN32_NERR_CLIENT_NAME_NOT_FOUND)

/* clang-format off */
static const struct session_call rows[] = {
	/* Levels */
	{{"level 0", S, NULL}, ENUM(0), DONE, .listed = USUAL},
	{{"level 1", S, NULL}, ENUM(1), DONE, .listed = USUAL},
	{{"level 2", S, NULL}, ENUM(2), DONE, .listed = USUAL},
	{{"level 10", S, NULL}, ENUM(10), DONE, .listed = USUAL},
	{{"level 502", S, NULL}, ENUM(502), DONE, .listed = USUAL},
	{{"level 3", S, NULL}, ENUM(3), NO_LEVEL},
	{{"level 11", S, NULL}, ENUM(11), NO_LEVEL},
	{{"level 50", S, NULL}, ENUM(50), NO_LEVEL},
	{{"level 503", S, NULL}, ENUM(503), NO_LEVEL},
	{{"level 4294967295", S, NULL}, ENUM(UINT32_MAX), NO_LEVEL},

	/* No filter, in all ways to say so */
	{{"both empty", S, NULL}, ENUM(1), .client = "", .user = "", DONE, .listed = USUAL},
	{{"client NULL, user empty", S, NULL}, ENUM(1), .user = "", DONE, .listed = USUAL},
	{{"client empty, user NULL", S, NULL}, ENUM(1), .client = "", DONE, .listed = USUAL},

	/* Filters, at each level */
	{{"client, level 0", S, NULL}, ENUM(0), .client = "\\\\%a", DONE, .listed = A1 | A2},
	{{"client, level 1", S, NULL}, ENUM(1), .client = "\\\\%a", DONE, .listed = A1 | A2},
	{{"client, level 2", S, NULL}, ENUM(2), .client = "\\\\%a", DONE, .listed = A1 | A2},
	{{"client, level 10", S, NULL}, ENUM(10), .client = "\\\\%a", DONE, .listed = A1 | A2},
	{{"client, level 502", S, NULL}, ENUM(502), .client = "\\\\%a", DONE, .listed = A1 | A2},
	{{"the other client", S, NULL}, ENUM(1), .client = "\\\\%b", DONE, .listed = B1},
	{{"user, level 0", S, NULL}, ENUM(0), .user = "%1", DONE, .listed = A1 | B1},
	{{"user, level 1", S, NULL}, ENUM(1), .user = "%1", DONE, .listed = A1 | B1},
	{{"user, level 2", S, NULL}, ENUM(2), .user = "%1", DONE, .listed = A1 | B1},
	{{"user, level 10", S, NULL}, ENUM(10), .user = "%1", DONE, .listed = A1 | B1},
	{{"user, level 502", S, NULL}, ENUM(502), .user = "%1", DONE, .listed = A1 | B1},
	{{"the other user", S, NULL}, ENUM(1), .user = "%2", DONE, .listed = A2},
	{{"client empty and user", S, NULL}, ENUM(1), .client = "", .user = "%2", DONE, .listed = A2},

	/* What NetSessionGetInfo asks: it has no method of its own */
	{{"client and user, level 0", S, NULL}, ENUM(0), .client = "\\\\%a", .user = "%1", DONE, .listed = A1},
	{{"client and user, level 1", S, NULL}, ENUM(1), .client = "\\\\%a", .user = "%1", DONE, .listed = A1},
	{{"client and user, level 2", S, NULL}, ENUM(2), .client = "\\\\%a", .user = "%1", DONE, .listed = A1},
	{{"client and user, level 10", S, NULL}, ENUM(10), .client = "\\\\%b", .user = "%1", DONE, .listed = B1},

	/* Nothing matches */
	{{"no such client", S, NULL}, ENUM(1), .client = "\\\\192.0.2.1", NOBODY},
	{{"no such user", S, NULL}, ENUM(1), .user = "%n", NOBODY},
	{{"client and a user it does not have", S, NULL}, ENUM(1), .client = "\\\\%b", .user = "%2", NOBODY},
	{{"no such client, level 0", S, NULL}, ENUM(0), .client = "\\\\192.0.2.1", NOBODY},
	{{"no such client, level 502", S, NULL}, ENUM(502), .client = "\\\\192.0.2.1", NOBODY},
	{{"no such user, level 10", S, NULL}, ENUM(10), .user = "%n", NOBODY},
	{{"user as a pattern", S, NULL}, ENUM(1), .user = "*", NOBODY},
	{{"client is two backslashes", S, NULL}, ENUM(1), .client = "\\\\", NOBODY},

	/* The prefix: not the code that Del has for it */
	{{"client without backslashes", S, NULL}, ENUM(1), .client = "%a", CODES(WIN32_NERR_INVALID_COMPUTER)},
	{{"client without backslashes, with a user", S, NULL}, ENUM(1), .client = "%a", .user = "%1", CODES(WIN32_NERR_INVALID_COMPUTER)},
	{{"client with one backslash", S, NULL}, ENUM(1), .client = "\\%a", .user = "%1", CODES(WIN32_NERR_INVALID_COMPUTER)},
	{{"client with slashes", S, NULL}, ENUM(1), .client = "//%a", .user = "%1", CODES(WIN32_NERR_INVALID_COMPUTER)},

	/* Lengths */
	{{"client of 1,024 characters", S, NULL}, ENUM(1), .client = "\\\\%L", NOBODY},
	{{"client of 1,025 characters", S, NULL}, ENUM(1), .client = "\\\\%M", INVALID},
	{{"user of 1,024 characters", S, NULL}, ENUM(1), .user = "%L", NOBODY},
	{{"user of 1,025 characters", S, NULL}, ENUM(1), .user = "%M", INVALID},

	/* Forms of a name */
	{{"user in the other case", S, NULL}, ENUM(1), .client = "\\\\%a", .user = "%I", EITHER, .listed = A1},
	{{"client in another form of its address", S, NULL}, ENUM(1), .client = "\\\\%m", .user = "%1", EITHER, .listed = A1},
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

const struct topic topic_enum = {
	.name = "enum",
	.title = "NetrSessionEnum: levels and filters",
	.n = sizeof(rows) / sizeof(rows[0]),
	.head = head,
	.expects = expects,
	.run = run,
};

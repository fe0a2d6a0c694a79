/* SPDX-License-Identifier: MIT */
/*
 * Whether two names mean the same computer, or the same user: what the filters of
 * NetrSessionEnum and NetrSessionDel compare by.  [MS-SRVS] 3.1.4.5 says only "matches";
 * the rules are ours:
 *
 *	client	"\\" in front does not count.  Two addresses compare by value: IPv4, IPv6,
 *		IPv4-mapped, with or without brackets; a zone id counts only where both
 *		have one, for a zone is a number of the machine that wrote it.  All else
 *		compares as text, without case.
 *	user	"bob", "DOMAIN\bob" and "bob@REALM" are the same user, without case.  Two
 *		names that are qualified in the same way must be so by the same word.
 *
 * A name that is looked for in many rows is taken apart once.  Names are UTF-16LE, as they
 * travel; the functions of netsess.h take UTF-8.
 */
#ifndef BASE_MATCH_H
#define BASE_MATCH_H

#include <stdbool.h>

#include "base/span.h"

/* A client name taken apart; its views borrow from the name. */
struct match_client {
	struct view name; /* without "\\" */
	bool is_address;
	uint8_t address[16]; /* IPv4 as ::ffff:a.b.c.d */
	struct view zone;    /* behind the '%'; empty: none */
};

struct match_client match_client_of(struct view name);
bool match_client_equal(const struct match_client *a, const struct match_client *b);

/* A user name taken apart; borrows likewise. */
struct match_user {
	struct view name;   /* bare */
	struct view domain; /* before the '\'; empty: none */
	struct view realm;  /* behind the '@'; empty: none */
};

struct match_user match_user_of(struct view name);
bool match_user_equal(const struct match_user *a, const struct match_user *b);

/* Whether the UTF-16LE name begins with "\\". */
bool match_has_backslashes(struct view name);

#endif

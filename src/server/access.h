/* SPDX-License-Identifier: MIT */
/*
 * Who may do what.  Rights come from two groups of the configuration and from each share's
 * list of users.  A member is an account of ours ("bob"), a Kerberos user ("bob@REALM") or
 * a SID that a ticket's PAC carries.  A bare name means a realm's user only if that realm
 * is the server's own DNS domain: others name their users as they like.  They are taken at
 * each login, so a re-authentication sees what changed, and again when the configuration is
 * loaded anew.
 */
#ifndef SERVER_ACCESS_H
#define SERVER_ACCESS_H

#include "server/session.h"

struct server_share;

/* Bits of session.groups: S-1-5-32-544 and S-1-5-32-549. */
#define ACCESS_ADMINISTRATORS   1u
#define ACCESS_SERVER_OPERATORS 2u

/* What a login proved: names UTF-8, SIDs as "S-1-5-...", each with a NUL behind it. */
struct access_who {
	const char *user;
	const char *domain;
	struct view sids;
	bool anonymous;
	bool guest;
	bool ours; /* an account of ours, or of our own realm: a bare name may mean it */
};

struct access_who access_who_of(const struct session *s);

/* The groups it is in; none for anonymous and guest. */
unsigned access_groups(const struct server_config *config, const struct access_who *who);

/*
 * May list and end sessions, see and close opens: [MS-SRVS] 3.1.4.5 <52>, Administrators
 * or Server Operators.
 */
bool access_may_manage(const struct session *s);

/*
 * The rights that the share (NULL: IPC$) gives, as MaximalAccess of 2.2.10; 0: it may not
 * connect.  Anonymous gets IPC$ alone.
 */
uint32_t access_share(const struct server_share *share, const struct access_who *who);

/* The next string of a list of strings with their NULs; empties `rest` at the end. */
const char *access_next_sid(struct view *rest);

#endif

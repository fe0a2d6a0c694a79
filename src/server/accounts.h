/* SPDX-License-Identifier: MIT */
/*
 * The engine's view of accounts.  Who keeps them (the daemon's file, a test's table) gives
 * server_env.lookup; nothing else of an account is asked.
 *
 * An account is found by its bare name, folded.  The domain that a client sends is its
 * machine's, ours, or nothing, and says nothing about which account is meant; lookup gets
 * it all the same.
 */
#ifndef SERVER_ACCOUNTS_H
#define SERVER_ACCOUNTS_H

#include "security/auth_credentials.h"
#include "server/server.h"

/* The settings of an acceptor, for spnego_server_new(): borrowed from server and config. */
struct auth_server_config accounts_acceptor(const struct server *server);

/*
 * Whether an NTLM login of this name would still find its account: NS_OK, NS_EAUTH (there
 * is none), NS_EACCESS (it may not sign in).
 */
NS_MUST_USE enum ns_err accounts_still_good(const struct server *server, const char *user,
					    const char *domain);

/*
 * server_reconfigure(): every session's groups are taken anew, and sessions whose account
 * is gone or may not sign in any more end with SESSION_END_ACCOUNT.
 */
void accounts_recheck(struct server *server);

#endif

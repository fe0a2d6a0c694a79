/* SPDX-License-Identifier: MIT */
#include "server/accounts.h"

#include <utlist.h>

#include "server/access.h"
#include "server/file/durable.h"
#include "server/open_owner.h"
#include "server/server_config.h"
#include "server/session_end.h"
#include "server/session_table.h"

struct auth_server_config accounts_acceptor(const struct server *server)
{
	const struct server_config *c = server->config;
	unsigned mechs = 0;

	if (c->accounts != NULL || c->allow_guest || c->allow_anonymous)
		mechs |= AUTH_MECH_NTLM;
	if (c->keytab != NULL)
		mechs |= AUTH_MECH_KERBEROS;
	return (struct auth_server_config){
		.mechs = mechs,
		.lookup = server->env.lookup,
		.lookup_ctx = server->env.ctx,
		.netbios_name = c->name,
		.netbios_domain = c->domain,
		.dns_name = c->dns_name,
		.dns_domain = c->dns_domain,
		.keytab = c->keytab,
		.host = c->kerberos_host,
		.allow_anonymous = c->allow_anonymous,
		.allow_guest = c->allow_guest,
		.env = server->env.auth,
	};
}

enum ns_err accounts_still_good(const struct server *server, const char *user,
				const char *domain)
{
	struct secret nt_hash = {0};
	enum ns_err err = server->env.lookup(server->env.ctx, &nt_hash, user, domain);

	secret_wipe(&nt_hash);
	return err;
}

/* Trouble with the look-up itself ends nobody's session. */
static bool is_user_refused(const struct server *server, bool own_account, const char *user,
			    const char *domain)
{
	enum ns_err err;

	if (!own_account)
		return server->config->keytab == NULL;
	if (server->config->accounts == NULL)
		return true;
	err = accounts_still_good(server, user, domain);
	return err == NS_EAUTH || err == NS_EACCESS;
}

static bool is_owner_refused(const struct server *server, const struct open_owner *owner)
{
	return is_user_refused(server, owner->own_account, owner->user, owner->domain);
}

static bool is_refused(const struct session *s)
{
	if (s->guest)
		return !s->server->config->allow_guest;
	if (s->user16.n == 0)
		return !s->server->config->allow_anonymous;
	return is_user_refused(s->server, s->own_account, s->user, s->domain);
}

static void recheck(struct session *head)
{
	struct session *s, *next;

	DL_FOREACH_SAFE2(head, s, next, state_next)
	{
		struct access_who who;

		if (s->ending)
			continue;
		if (is_refused(s)) {
			session_end(s, SESSION_END_ACCOUNT, NULL);
			continue;
		}
		who = access_who_of(s);
		s->groups = access_groups(s->server->config, &who);
	}
}

void accounts_recheck(struct server *server)
{
	recheck(server->sessions->state[SESSION_STATE_VALID]);
	recheck(server->sessions->state[SESSION_STATE_EXPIRED]);
	durables_end_if(server, is_owner_refused);
}

/* SPDX-License-Identifier: MIT */
#include "server/open_owner.h"

#include <stdlib.h>
#include <utlist.h>

#include "security/auth_credentials.h"

bool open_owner_is(const struct open_owner *owner, const struct session *s)
{
	const struct auth_identity who = {.user = owner->user, .domain = owner->domain};

	return !s->anonymous && !s->guest &&
	       session_is_user(s, &who,
			       owner->own_account ? AUTH_MECH_NTLM : AUTH_MECH_KERBEROS);
}

/* Once for each session: then it is remembered. */
static struct open_owner *find(const struct session *s)
{
	struct open_owner *owner;

	DL_FOREACH(s->server->owners, owner)
	{
		if (open_owner_is(owner, s))
			return owner;
	}
	return NULL;
}

static void owner_free(struct open_owner *owner)
{
	free(owner->user);
	free(owner->domain);
	buf_release(&owner->user16);
	buf_release(&owner->domain16);
	free(owner);
}

static struct open_owner *owner_new(const struct session *s)
{
	struct open_owner *owner = calloc(1, sizeof(*owner));

	if (owner == NULL)
		return NULL;
	owner->server = s->server;
	owner->own_account = s->own_account;
	owner->user = strdup(s->user);
	owner->domain = strdup(s->domain);
	buf_init(&owner->user16, s->user16.n);
	buf_init(&owner->domain16, s->domain16.n);
	if (owner->user == NULL || owner->domain == NULL ||
	    buf_append(&owner->user16, buf_view(&s->user16)) != NS_OK ||
	    buf_append(&owner->domain16, buf_view(&s->domain16)) != NS_OK) {
		owner_free(owner);
		return NULL;
	}
	DL_APPEND(s->server->owners, owner);
	return owner;
}

struct open_owner *open_owner_of(struct session *s)
{
	struct open_owner *owner;

	if (s->anonymous || s->guest || s->user == NULL || s->user16.n == 0)
		return NULL;
	if (s->owner != NULL)
		return s->owner;
	owner = find(s);
	if (owner == NULL)
		owner = owner_new(s);
	if (owner != NULL)
		s->owner = open_owner_ref(owner);
	return owner;
}

struct open_owner *open_owner_ref(struct open_owner *owner)
{
	owner->references++;
	return owner;
}

void open_owner_put(struct open_owner *owner)
{
	if (owner == NULL || --owner->references > 0)
		return;
	DL_DELETE(owner->server->owners, owner);
	owner_free(owner);
}

struct match_user open_owner_user(const struct open_owner *owner)
{
	return (struct match_user){
		.name = buf_view(&owner->user16),
		.domain = buf_view(&owner->domain16),
		.realm = buf_view(&owner->domain16),
	};
}

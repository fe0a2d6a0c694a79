/* SPDX-License-Identifier: MIT */
#include "server/access.h"

#include "base/utf16.h"
#include "server/server_config.h"
#include "wire/smb2.h"

/*
 * [MS-SMB2] 2.2.13.1.1, as Windows shows them for "Full Control", "Read" with execute, and
 * for a pipe share, where what may be done is for the pipe to say.
 */
#define RIGHTS_FULL 0x001f01ffu
#define RIGHTS_READ 0x001200a9u
#define RIGHTS_IPC  0x001f00a9u

_Static_assert(ACCESS_ADMINISTRATORS == 1u << CONFIG_GROUP_ADMINISTRATORS,
	       "bits of session.groups");
_Static_assert(ACCESS_SERVER_OPERATORS == 1u << CONFIG_GROUP_SERVER_OPERATORS,
	       "bits of session.groups");

static bool same_text(const char *a, struct view b)
{
	return utf8_equal_folded(view_of_string(a), b);
}

static bool is_ours(const struct session *s)
{
	const char *realm = s->server->config->dns_domain;

	return s->own_account || (realm != NULL && s->domain != NULL &&
				  same_text(realm, view_of_string(s->domain)));
}

struct access_who access_who_of(const struct session *s)
{
	return (struct access_who){.user = s->user != NULL ? s->user : "",
				   .domain = s->domain != NULL ? s->domain : "",
				   .sids = buf_view(&s->sids),
				   .anonymous = s->anonymous,
				   .guest = s->guest,
				   .ours = is_ours(s)};
}

const char *access_next_sid(struct view *rest)
{
	const char *sid = (const char *)rest->p;
	size_t n;

	if (rest->n == 0)
		return NULL;
	n = strnlen(sid, rest->n);
	if (n == rest->n) {
		*rest = (struct view){0};
		return NULL; /* cut off: not a string */
	}
	*rest = view_slice(*rest, n + 1, rest->n);
	return sid;
}

static bool has_sid(const struct access_who *who, const char *member)
{
	struct view rest = who->sids;
	const char *sid;

	while ((sid = access_next_sid(&rest)) != NULL) {
		if (same_text(sid, view_of_string(member)))
			return true;
	}
	return false;
}

/* "user@REALM" */
static bool is_principal(const struct access_who *who, const char *member)
{
	const char *at = strrchr(member, '@');

	return at != NULL && same_text(who->domain, view_of_string(at + 1)) &&
	       same_text(who->user, view_of(member, (size_t)(at - member)));
}

static bool is_member(const struct access_who *who, const char *member)
{
	if (strncmp(member, "S-1-", 4) == 0)
		return has_sid(who, member);
	if (strchr(member, '@') != NULL)
		return is_principal(who, member);
	return who->ours && same_text(who->user, view_of_string(member));
}

static bool is_in(const struct access_who *who, const struct config_list *list)
{
	if (who->anonymous || who->guest)
		return false;
	for (size_t i = 0; i < list->n; i++) {
		if (is_member(who, list->v[i]))
			return true;
	}
	return false;
}

unsigned access_groups(const struct server_config *config, const struct access_who *who)
{
	unsigned groups = 0;

	for (unsigned i = 0; i < CONFIG_GROUPS; i++) {
		if (is_in(who, &config->groups[i]))
			groups |= 1u << i;
	}
	return groups;
}

bool access_may_manage(const struct session *s)
{
	return (s->groups & (ACCESS_ADMINISTRATORS | ACCESS_SERVER_OPERATORS)) != 0;
}

uint32_t access_share(const struct server_share *share, const struct access_who *who)
{
	if (share == NULL)
		return RIGHTS_IPC;
	if (who->anonymous)
		return 0;
	if (share->users.n > 0 && !is_in(who, &share->users))
		return 0;
	return share->read_only ? RIGHTS_READ : RIGHTS_FULL;
}

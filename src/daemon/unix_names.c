/* SPDX-License-Identifier: MIT */
#include "daemon/unix_names.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A user's record with all its strings; a longer one is as good as none. */
#define USER_RECORD_MAX 16384

enum ns_err unix_group_members(struct config_list *out, const char *group)
{
	const struct group *g = getgrnam(group);
	const struct passwd *user;
	enum ns_err err = NS_OK;
	gid_t gid;

	if (g == NULL)
		return NS_ENONAME;
	gid = g->gr_gid;
	for (size_t i = 0; g->gr_mem[i] != NULL && err == NS_OK; i++)
		err = config_list_add(out, g->gr_mem[i]);
	setpwent();
	while (err == NS_OK && (user = getpwent()) != NULL) {
		if (user->pw_gid == gid)
			err = config_list_add(out, user->pw_name);
	}
	endpwent();
	return err;
}

void unix_user_name(char *out, size_t room, uid_t uid)
{
	char *record = malloc(USER_RECORD_MAX);
	struct passwd *found = NULL;
	struct passwd user;

	out[0] = '\0';
	if (record != NULL &&
	    getpwuid_r(uid, &user, record, USER_RECORD_MAX, &found) == 0 && found != NULL &&
	    strlen(user.pw_name) < room)
		(void)snprintf(out, room, "%s", user.pw_name);
	free(record);
}

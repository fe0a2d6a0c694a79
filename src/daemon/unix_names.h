/* SPDX-License-Identifier: MIT */
/*
 * What this computer knows of its own users.  May ask name services, and wait for them:
 * for start and reload, and for the rare caller of the local socket.
 */
#ifndef DAEMON_UNIX_NAMES_H
#define DAEMON_UNIX_NAMES_H

#include <sys/types.h>

#include "server/server_config.h"

/*
 * Adds the names of a Unix group's members, those whose primary group it is included.
 * NS_ENONAME: there is no such group.
 */
NS_MUST_USE enum ns_err unix_group_members(struct config_list *out, const char *group);

/* The name of a user in `room` bytes; "" if the uid has none, or a longer one. */
void unix_user_name(char *out, size_t room, uid_t uid);

#endif

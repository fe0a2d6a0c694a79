/* SPDX-License-Identifier: MIT */
/*
 * What may stand in a configuration: judgements over single values and over the whole.
 * Pure; a judgement is NULL (fine) or what is wrong, a static string.
 */
#ifndef DAEMON_CONFIG_CHECK_H
#define DAEMON_CONFIG_CHECK_H

#include "server/server_config.h"

/* [MS-SRVS] 2.2.2.12 SHARE names and those that the server has itself. */
const char *config_check_share_name(const char *name);

/* 1-15 characters of ASCII that NetBIOS names are made of. */
const char *config_check_netbios(const char *name);

/* "S-1-5-32-544" and the like. */
bool config_is_sid(const char *text);

/* An account's name, "user@REALM" or a SID; not "@group". */
const char *config_check_member(const char *text);

/*
 * Takes apart "10.0.0.1", "10.0.0.1:445", "[::1]:445", "::1", "*", "*:445", "name:445".
 * `host` has `room` bytes; *port is 0 where the text has none.
 */
const char *config_check_listen(char *host, size_t room, uint16_t *port, const char *text);

/* A share before it is added: the name is good and new, the path is given. */
const char *config_check_share(const struct server_config *config,
			       const struct server_share *share);

/* The server section, when it is complete. */
const char *config_check_server(const struct server_config *config);

#endif

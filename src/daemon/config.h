/* SPDX-License-Identifier: MIT */
/*
 * The configuration file, netsessd.conf(5), into a struct server_config.  config.c is the
 * only file that knows libconfuse; keys are rows of config_keys.c, judgements stand in
 * config_check.c.
 */
#ifndef DAEMON_CONFIG_H
#define DAEMON_CONFIG_H

#include "server/server_config.h"

#define CONFIG_ERROR_MAX 1024

/*
 * Reads a file.  NS_OK and `out` is the caller's to release; else `out` is empty and
 * `error` says what is wrong, and where: "netsessd.conf:7: port: 0 is not between 1 and
 * 65535".  Not for two threads at once.
 */
NS_MUST_USE enum ns_err config_read(struct server_config *out, char error[CONFIG_ERROR_MAX],
				    const char *path);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * netsessd as a process: what daemon_main.c puts together, and its parts.
 *
 *	daemon_main.c	   the order of things at start and end
 *	daemon_reload.c	   configuration and accounts, at start and at SIGHUP
 *	daemon_log.c	   lines to stderr, or to the journal
 *	daemon_systemd.c   sockets from systemd, and word to it
 *	daemon_priv.c	   limits, and becoming another user
 */
#ifndef DAEMON_DAEMON_H
#define DAEMON_DAEMON_H

#include "daemon/accounts_file.h"
#include "daemon/loop.h"

struct daemon {
	const char *config_path;
	struct server_config *config;   /* the engine borrows it */
	struct accounts_file *accounts; /* NULL: the configuration names none */
	struct server *server;
	struct loop loop;
	uv_signal_t signals[4];
};

/* --- daemon_reload.c --- */

/* Both files, for the first time.  False, and said why. */
bool daemon_load(struct daemon *d);

/* Again: what is wrong leaves all as it was, and is said. */
void daemon_reload(struct daemon *d);

void daemon_unload(struct daemon *d);

/* --- daemon_log.c --- */

/* Lines go to stderr in the form that who reads them understands. */
void daemon_log_init(void);
void daemon_log_set_level(const char *name);

/* As server_env.audit: whatever the level. */
void daemon_log_audit(void *ctx, const char *line);

void daemon_log_counters(const struct server *server);

/* --- daemon_systemd.c --- */

/*
 * Puts the sockets that systemd has opened for us under the loop; how many there were, or
 * -1, and said why.
 */
int daemon_systemd_sockets(struct loop *loop);

/* "READY=1" and its like; nothing happens where nobody waits for it. */
void daemon_systemd_notify(const char *state);

/* --- daemon_priv.c --- */

/* No core dumps, no other descriptors than ours, as many of them as the system lets us. */
void daemon_priv_limits(const struct server_config *config);

/* Becomes config->user for good, with his groups.  False, and said why. */
bool daemon_priv_become(const struct server_config *config);

#endif

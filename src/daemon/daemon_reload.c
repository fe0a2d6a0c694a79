/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/log.h"
#include "daemon/config.h"
#include "daemon/daemon.h"

/* A configuration and the accounts it names, read and not yet in force. */
struct loaded {
	struct server_config *config;
	struct accounts_file *accounts;
};

static void loaded_release(struct loaded *l)
{
	if (l->config != NULL)
		server_config_release(l->config);
	free(l->config);
	accounts_file_free(l->accounts);
	*l = (struct loaded){0};
}

static bool load_accounts(struct loaded *l)
{
	char error[ACCOUNTS_ERROR_MAX];

	if (l->config->accounts == NULL)
		return true;
	if (accounts_file_read(&l->accounts, error, l->config->accounts) == NS_OK)
		return true;
	log_error(NULL, "%s", error);
	return false;
}

static bool load_files(struct loaded *l, const char *path)
{
	char error[CONFIG_ERROR_MAX] = "out of memory";

	*l = (struct loaded){.config = calloc(1, sizeof(*l->config))};
	if (l->config == NULL || config_read(l->config, error, path) != NS_OK) {
		log_error(NULL, "%s", error);
		loaded_release(l);
		return false;
	}
	if (!load_accounts(l)) {
		loaded_release(l);
		return false;
	}
	return true;
}

static void put_in_force(struct daemon *d, const struct loaded *l)
{
	d->config = l->config;
	d->accounts = l->accounts;
	d->loop.config = l->config;
	daemon_log_set_level(l->config->log_level);
}

bool daemon_load(struct daemon *d)
{
	struct loaded l;

	if (!load_files(&l, d->config_path))
		return false;
	put_in_force(d, &l);
	return true;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_listen(const struct server_config *a, const struct server_config *b)
{
	bool same = a->listen_count == b->listen_count;

	for (size_t i = 0; same && i < a->listen_count; i++)
		same = a->listen[i].port == b->listen[i].port &&
		       same_text(a->listen[i].host, b->listen[i].host);
	return same;
}

/* What cannot change while we run. */
static void say_what_stays(const struct server_config *old, const struct server_config *new)
{
	const struct {
		const char *key;
		bool same;
	} keys[] = {
		{"listen", same_listen(old, new)},
		{"local_socket", same_text(old->local_socket, new->local_socket)},
		{"user", same_text(old->user, new->user)},
		{"threads", old->pool_threads == new->pool_threads},
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!keys[i].same)
			log_warn("daemon", "the new %s waits for a restart", keys[i].key);
	}
}

/* The socket that is open keeps its name to the end. */
static void keep_local_socket(struct server_config *old, struct server_config *new)
{
	char *path = new->local_socket;

	new->local_socket = old->local_socket;
	old->local_socket = path;
}

void daemon_reload(struct daemon *d)
{
	struct loaded old = {.config = d->config, .accounts = d->accounts};
	struct loaded l;

	if (!load_files(&l, d->config_path)) {
		log_error("daemon", "nothing was changed");
		return;
	}
	say_what_stays(old.config, l.config);
	keep_local_socket(old.config, l.config);
	/* The accounts first: the engine looks sessions up in them. */
	put_in_force(d, &l);
	server_reconfigure(d->server, d->config);
	loaded_release(&old);
	log_info("daemon", "%s is in force", d->config_path);
}

void daemon_unload(struct daemon *d)
{
	struct loaded l = {.config = d->config, .accounts = d->accounts};

	loaded_release(&l);
	d->config = NULL;
	d->accounts = NULL;
}

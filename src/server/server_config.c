/* SPDX-License-Identifier: MIT */
#include "server/server_config.h"

#include <stdlib.h>
#include <string.h>

#include "wire/smb2.h"

/* The pipe of [MS-SRVS] on this computer, where libnetsess looks for it. */
#define DEFAULT_LOCAL_SOCKET "/run/netsess/srvsvc"

/* Fifteen minutes: what a Windows server has out of the box. */
#define DEFAULT_AUTODISCONNECT_MS (15ull * 60 * 1000)

/* Long enough for one lost packet to be sent again before the daemon goes. */
#define DEFAULT_DRAIN_MS 5000

/* A peer that vanished without a word is noticed after a minute and its probes. */
#define DEFAULT_KEEPALIVE_S 60

static const struct server_config defaults = {
	.min_dialect = SMB2_DIALECT_202,
	.max_dialect = SMB2_DIALECT_311,
	.signing_required = true,
	.encryption = CONFIG_ENCRYPTION_OPTIONAL,
	.multichannel = true,
	.port = 445,
	.autodisconnect_ms = DEFAULT_AUTODISCONNECT_MS,
	/* Below the descriptors that a service gets, and 8 KiB of memory each. */
	.max_connections = 16384,
	/* A classroom behind one router signs in at the same minute. */
	.max_unauthenticated = 64,
	.max_sessions = 131072,
	.max_sessions_per_connection = 1024,
	.max_sessions_per_user = 65536,
	.max_sessions_per_client = 65536,
	.max_opens_per_session = 16384,
	.drain_ms = DEFAULT_DRAIN_MS,
	.pool_threads = 32,
	.keepalive_s = DEFAULT_KEEPALIVE_S,
};

enum ns_err config_set(char **field, const char *text)
{
	char *copy = NULL;

	if (text != NULL) {
		copy = strdup(text);
		if (copy == NULL)
			return NS_ENOMEM;
	}
	free(*field);
	*field = copy;
	return NS_OK;
}

enum ns_err server_config_init(struct server_config *config)
{
	const struct {
		char **field;
		const char *text;
	} texts[] = {
		{&config->name, "NETSESS"},   {&config->domain, "WORKGROUP"},
		{&config->comment, ""},       {&config->local_socket, DEFAULT_LOCAL_SOCKET},
		{&config->log_level, "info"},
	};

	*config = defaults;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (config_set(texts[i].field, texts[i].text) != NS_OK) {
			server_config_release(config);
			return NS_ENOMEM;
		}
	}
	return NS_OK;
}

void config_list_release(struct config_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->v[i]);
	free(list->v);
	*list = (struct config_list){0};
}

void server_share_release(struct server_share *share)
{
	free(share->name);
	free(share->path);
	free(share->comment);
	config_list_release(&share->users);
	*share = (struct server_share){0};
}

static void release_names(struct server_config *config)
{
	free(config->name);
	free(config->domain);
	free(config->dns_name);
	free(config->dns_domain);
	free(config->comment);
}

void server_config_release(struct server_config *config)
{
	release_names(config);
	free(config->accounts);
	free(config->keytab);
	free(config->kerberos_host);
	free(config->local_socket);
	free(config->user);
	free(config->log_level);
	for (size_t i = 0; i < CONFIG_GROUPS; i++)
		config_list_release(&config->groups[i]);
	for (size_t i = 0; i < config->share_count; i++)
		server_share_release(&config->shares[i]);
	free(config->shares);
	for (size_t i = 0; i < config->listen_count; i++)
		free(config->listen[i].host);
	free(config->listen);
	*config = (struct server_config){0};
}

enum ns_err config_list_add(struct config_list *list, const char *text)
{
	char *copy = strdup(text);
	char **v = reallocarray(list->v, list->n + 1, sizeof(list->v[0]));

	if (v != NULL)
		list->v = v;
	if (copy == NULL || v == NULL) {
		free(copy);
		return NS_ENOMEM;
	}
	list->v[list->n++] = copy;
	return NS_OK;
}

enum ns_err server_share_init(struct server_share *share, const char *name,
			      const char *path)
{
	*share = (struct server_share){.oplocks = true, .max_uses = UINT32_MAX};
	if (config_set(&share->name, name) != NS_OK ||
	    config_set(&share->path, path) != NS_OK ||
	    config_set(&share->comment, "") != NS_OK) {
		server_share_release(share);
		return NS_ENOMEM;
	}
	share->hidden = name[0] != '\0' && name[strlen(name) - 1] == '$';
	return NS_OK;
}

struct server_share *server_config_add_share(struct server_config *config, const char *name,
					     const char *path)
{
	struct server_share *shares =
		reallocarray(config->shares, config->share_count + 1, sizeof(*shares));

	if (shares == NULL)
		return NULL;
	config->shares = shares;
	if (server_share_init(&shares[config->share_count], name, path) != NS_OK)
		return NULL;
	return &shares[config->share_count++];
}

enum ns_err server_config_add_listen(struct server_config *config, const char *host,
				     uint16_t port)
{
	struct config_listen *listen =
		reallocarray(config->listen, config->listen_count + 1, sizeof(*listen));
	char *copy = strdup(host);

	if (listen != NULL)
		config->listen = listen;
	if (listen == NULL || copy == NULL) {
		free(copy);
		return NS_ENOMEM;
	}
	listen[config->listen_count++] = (struct config_listen){.host = copy, .port = port};
	return NS_OK;
}

/* SPDX-License-Identifier: MIT */
/* From the addresses of the configuration to listening sockets. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/listen.h"

/* "65535" and its NUL. */
#define PORT_TEXT 6

/* A listening socket for one address, or -1 with errno set. */
static int open_one(const struct addrinfo *a, bool both_families)
{
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int one = 1, v6_only = both_families ? 0 : 1;
	int saved;

	if (fd < 0)
		return -1;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (a->ai_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6_only, sizeof(v6_only));
	if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0)
		return fd;
	saved = errno;
	(void)close(fd);
	errno = saved;
	return -1;
}

static bool say(char error[LISTEN_ERROR_MAX], const struct config_listen *where,
		const char *why)
{
	(void)snprintf(error, LISTEN_ERROR_MAX, "cannot listen on %s port %u: %s",
		       where->host, (unsigned)where->port, why);
	return false;
}

static bool open_addresses(struct loop *loop, const struct addrinfo *list, bool all,
			   const struct config_listen *where, char error[LISTEN_ERROR_MAX])
{
	for (const struct addrinfo *a = list; a != NULL; a = a->ai_next) {
		int fd = open_one(a, all);
		int err;

		if (fd < 0)
			return say(error, where, strerror(errno));
		err = listener_add(loop, fd, listen_accepted_tcp);
		if (err != 0) {
			(void)close(fd);
			return say(error, where, uv_strerror(err));
		}
	}
	log_info("daemon", "listens on %s port %u", where->host, (unsigned)where->port);
	return true;
}

/* Every address: one IPv6 socket for both families, or IPv4 on a system without. */
static bool open_all(struct loop *loop, const struct config_listen *where,
		     char error[LISTEN_ERROR_MAX])
{
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(where->port)};
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(where->port)};
	struct addrinfo a = {.ai_family = AF_INET6,
			     .ai_addr = (struct sockaddr *)&v6,
			     .ai_addrlen = sizeof(v6)};
	int probe = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (probe >= 0)
		(void)close(probe);
	else
		a = (struct addrinfo){.ai_family = AF_INET,
				      .ai_addr = (struct sockaddr *)&v4,
				      .ai_addrlen = sizeof(v4)};
	return open_addresses(loop, &a, true, where, error);
}

static bool open_named(struct loop *loop, const struct config_listen *where,
		       char error[LISTEN_ERROR_MAX])
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM,
				       .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
	struct addrinfo *list = NULL;
	char port[PORT_TEXT];
	bool ok;
	int err;

	(void)snprintf(port, sizeof(port), "%u", (unsigned)where->port);
	err = getaddrinfo(where->host, port, &hints, &list);
	if (err != 0)
		return say(error, where, gai_strerror(err));
	ok = open_addresses(loop, list, false, where, error);
	freeaddrinfo(list);
	return ok;
}

bool listen_open(struct loop *loop, char error[LISTEN_ERROR_MAX])
{
	const struct server_config *config = loop->config;

	for (size_t i = 0; i < config->listen_count; i++) {
		const struct config_listen *where = &config->listen[i];
		bool ok = strcmp(where->host, "*") == 0 ? open_all(loop, where, error)
							: open_named(loop, where, error);

		if (!ok)
			return false;
	}
	return true;
}

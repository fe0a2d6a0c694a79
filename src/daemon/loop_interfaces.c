/* SPDX-License-Identifier: MIT */
/* The addresses of this computer, for clients that want more than one channel. */
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "daemon/loop.h"

/* Where the kernel does not know the speed (virtual links): what such a link does easily.
 */
#define DEFAULT_SPEED_MBIT 1000

#define MBIT 1000000ull

/* Of the link, in bits per second. */
static uint64_t link_speed(const char *name)
{
	char path[64 + IF_NAMESIZE];
	char text[32] = "";
	long mbit = 0;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/sys/class/net/%s/speed", name);
	file = fopen(path, "re");
	if (file != NULL) {
		if (fgets(text, sizeof(text), file) != NULL)
			mbit = strtol(text, NULL, 10);
		(void)fclose(file);
	}
	return (mbit > 0 ? (uint64_t)mbit : DEFAULT_SPEED_MBIT) * MBIT;
}

static bool take_address(struct server_interface *out, const struct sockaddr *address)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (address->sa_family == AF_INET) {
		memcpy(&v4, address, sizeof(v4));
		memcpy(out->address, &v4.sin_addr, sizeof(v4.sin_addr));
		return true;
	}
	if (address->sa_family != AF_INET6)
		return false;
	memcpy(&v6, address, sizeof(v6));
	/* A link-local address means nothing without the client's own zone. */
	if (IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr))
		return false;
	out->v6 = true;
	memcpy(out->address, &v6.sin6_addr, sizeof(v6.sin6_addr));
	return true;
}

static bool take_interface(struct server_interface *out, const struct ifaddrs *i)
{
	*out = (struct server_interface){0};
	if (i->ifa_addr == NULL || (i->ifa_flags & IFF_UP) == 0 ||
	    (i->ifa_flags & IFF_LOOPBACK) != 0 || !take_address(out, i->ifa_addr))
		return false;
	out->index = if_nametoindex(i->ifa_name);
	out->link_speed = link_speed(i->ifa_name);
	return true;
}

size_t loop_interfaces(void *loop, struct server_interface *out, size_t max)
{
	struct ifaddrs *all = NULL;
	size_t n = 0;

	(void)loop;
	if (getifaddrs(&all) != 0)
		return 0;
	for (const struct ifaddrs *i = all; i != NULL && n < max; i = i->ifa_next) {
		if (take_interface(&out[n], i))
			n++;
	}
	freeifaddrs(all);
	return n;
}

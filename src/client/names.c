/* SPDX-License-Identifier: MIT */
#include "client/names.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <string.h>

#define PORT_DIGITS_MAX 5

static bool take_prefix(struct view *v, const char *prefix)
{
	size_t n = strlen(prefix);

	if (!view_equal(view_slice(*v, 0, n), view_of(prefix, n)))
		return false;
	*v = view_slice(*v, n, v->n - n);
	return true;
}

/* 1 to 65535 in decimal, nothing before and nothing after. */
static enum ns_err parse_port(uint16_t *out, struct view v)
{
	uint32_t port = 0;

	if (v.n == 0 || v.n > PORT_DIGITS_MAX)
		return NS_EINVAL;
	for (size_t i = 0; i < v.n; i++) {
		if (v.p[i] < '0' || v.p[i] > '9')
			return NS_EINVAL;
		port = port * 10 + (uint32_t)(v.p[i] - '0');
	}
	if (port == 0 || port > UINT16_MAX)
		return NS_EINVAL;
	*out = (uint16_t)port;
	return NS_OK;
}

/*
 * What may stand in a name that is no IPv6 address: no separator of ours or of a path, no
 * blank or control character.  Bytes past ASCII are left to the resolver, which knows
 * internationalised names.
 */
static bool host_byte_valid(uint8_t c)
{
	return c > ' ' && c != 0x7f && strchr("\\/:[]@%,;\"'`|<>?*&$(){}!", c) == NULL;
}

/* "host" or "host:port". */
static enum ns_err parse_plain(struct view *host, uint16_t *port, struct view v)
{
	size_t n = 0;

	while (n < v.n && host_byte_valid(v.p[n]))
		n++;
	*host = view_slice(v, 0, n);
	if (n == v.n)
		return NS_OK;
	if (v.p[n] != ':')
		return NS_EINVAL;
	return parse_port(port, view_slice(v, n + 1, v.n));
}

/* The zone of "fe80::1%eth0": the name of an interface, or its number. */
static bool zone_valid(struct view v)
{
	if (v.n == 0 || v.n >= IF_NAMESIZE)
		return false;
	for (size_t i = 0; i < v.n; i++)
		if (!host_byte_valid(v.p[i]))
			return false;
	return true;
}

static bool is_ipv6(struct view v)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr unused;
	const uint8_t *percent = v.n > 0 ? memchr(v.p, '%', v.n) : NULL;
	size_t n = percent != NULL ? (size_t)(percent - v.p) : v.n;

	if (percent != NULL && !zone_valid(view_slice(v, n + 1, v.n)))
		return false;
	if (n == 0 || n >= sizeof(text))
		return false;
	memcpy(text, v.p, n);
	text[n] = '\0';
	return inet_pton(AF_INET6, text, &unused) == 1;
}

/* "[v6]" or "[v6]:port", behind its opening bracket. */
static enum ns_err parse_bracketed(struct view *host, uint16_t *port, struct view v)
{
	const uint8_t *end = v.n > 0 ? memchr(v.p, ']', v.n) : NULL;
	struct view rest;

	if (end == NULL)
		return NS_EINVAL;
	*host = view_slice(v, 0, (size_t)(end - v.p));
	if (!is_ipv6(*host))
		return NS_EINVAL;
	rest = view_slice(v, host->n + 1, v.n);
	if (rest.n == 0)
		return NS_OK;
	return take_prefix(&rest, ":") ? parse_port(port, rest) : NS_EINVAL;
}

enum ns_err server_name_parse(struct server_name *out, const char *text)
{
	struct view v = view_of_string(text != NULL ? text : "");
	struct view host = {0};
	uint16_t port = SERVER_PORT;
	enum ns_err err = NS_OK;

	*out = (struct server_name){.local = true};
	if (v.n == 0)
		return NS_OK;
	(void)take_prefix(&v, "\\\\");
	if (take_prefix(&v, "["))
		err = parse_bracketed(&host, &port, v);
	else if (is_ipv6(v))
		host = v;
	else
		err = parse_plain(&host, &port, v);
	if (err == NS_OK && (host.n == 0 || host.n > SERVER_HOST_MAX))
		err = NS_EINVAL;
	if (err != NS_OK)
		return err;

	memcpy(out->host, host.p, host.n);
	out->port = port;
	out->local = false;
	return NS_OK;
}

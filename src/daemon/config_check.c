/* SPDX-License-Identifier: MIT */
#include "daemon/config_check.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/accounts_format.h"
#include "base/utf16.h"

/* Share names in characters: [MS-SMB2] 2.2.9, what Windows lets an administrator give. */
#define SHARE_NAME_MAX 80

#define NETBIOS_NAME_MAX 15

/* A SID has at most 15 sub-authorities, [MS-DTYP] 2.4.2. */
#define SID_PARTS_MAX 15

static bool one_of(const char *text, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (utf8_equal_folded(view_of_string(text), view_of_string(*words)))
			return true;
	}
	return false;
}

/* The length in UTF-16 units; 0 if the text is no UTF-8. */
static size_t units_of(const char *text)
{
	struct buf units;
	size_t n = 0;

	buf_init(&units, 2 * strlen(text) + 2);
	if (utf16_from_utf8(&units, view_of_string(text)) == NS_OK)
		n = units.n / 2;
	buf_release(&units);
	return n;
}

const char *config_check_share_name(const char *name)
{
	/* Not shares of files, whatever a client asks for by these names. */
	static const char *const reserved[] = {"IPC$", "PIPE", "MAILSLOT", "GLOBAL", NULL};
	size_t n = units_of(name);

	if (n == 0 || n > SHARE_NAME_MAX)
		return "a share's name has 1 to 80 characters of UTF-8";
	for (const char *c = name; *c != '\0'; c++) {
		if ((unsigned char)*c < ' ' || strchr("\"\\/[]:|<>+=;,*?", *c) != NULL)
			return "a share's name is without \" \\ / [ ] : | < > + = ; , * ?";
	}
	if (one_of(name, reserved))
		return "this name is the server's own";
	return NULL;
}

const char *config_check_netbios(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n > NETBIOS_NAME_MAX)
		return "a NetBIOS name has 1 to 15 characters";
	for (size_t i = 0; i < n; i++) {
		if (!isalnum((unsigned char)name[i]) &&
		    strchr("-_!@#$%^&(){}~", name[i]) == NULL)
			return "a NetBIOS name is made of letters, digits and - _ !@#$%^&(){}~";
	}
	return NULL;
}

/* "-123"; moves past it. */
static bool sid_part(const char **text)
{
	char *end;

	if (**text != '-' || !isdigit((unsigned char)(*text)[1]))
		return false;
	(void)strtoull(*text + 1, &end, 10);
	*text = end;
	return true;
}

bool config_is_sid(const char *text)
{
	unsigned parts = 0;

	if (strncmp(text, "S-1", 3) != 0)
		return false;
	text += 3;
	while (sid_part(&text))
		parts++;
	/* The authority and at least one sub-authority. */
	return *text == '\0' && parts >= 2 && parts <= SID_PARTS_MAX + 1;
}

/* "user@REALM" */
static bool is_principal(const char *text)
{
	const char *at = strchr(text, '@');

	return at != NULL && account_name_ok(view_of(text, (size_t)(at - text))) &&
	       account_name_ok(view_of_string(at + 1));
}

const char *config_check_member(const char *text)
{
	if (config_is_sid(text) || is_principal(text) ||
	    account_name_ok(view_of_string(text)))
		return NULL;
	return "this is neither the name of an account, nor user@REALM, @group or a SID";
}

static const char *listen_port(uint16_t *port, const char *text)
{
	char *end;
	unsigned long n;

	if (!isdigit((unsigned char)text[0]))
		return "behind the colon goes a port";
	n = strtoul(text, &end, 10);
	if (*end != '\0' || n == 0 || n > UINT16_MAX)
		return "a port is a number between 1 and 65535";
	*port = (uint16_t)n;
	return NULL;
}

static const char *listen_host(char *host, size_t room, const char *text, size_t n)
{
	if (n == 0 || n >= room)
		return "this is no address";
	memcpy(host, text, n);
	host[n] = '\0';
	return NULL;
}

const char *config_check_listen(char *host, size_t room, uint16_t *port, const char *text)
{
	const char *colon = strchr(text, ':');
	const char *close = strchr(text, ']');
	const char *why;

	*port = 0;
	if (text[0] == '[') {
		if (close == NULL || (close[1] != '\0' && close[1] != ':'))
			return "an IPv6 address in brackets ends in ] or ]:PORT";
		why = listen_host(host, room, text + 1, (size_t)(close - text) - 1);
		return why == NULL && close[1] == ':' ? listen_port(port, close + 2) : why;
	}
	/* No colon, or an IPv6 address without brackets. */
	if (colon == NULL || strchr(colon + 1, ':') != NULL)
		return listen_host(host, room, text, strlen(text));
	why = listen_host(host, room, text, (size_t)(colon - text));
	return why == NULL ? listen_port(port, colon + 1) : why;
}

const char *config_check_share(const struct server_config *config,
			       const struct server_share *share)
{
	const char *why = config_check_share_name(share->name);

	if (why != NULL)
		return why;
	for (size_t i = 0; i < config->share_count; i++) {
		if (utf8_equal_folded(view_of_string(config->shares[i].name),
				      view_of_string(share->name)))
			return "there is a share of this name already";
	}
	if (share->path[0] == '\0')
		return "a share needs a path";
	return NULL;
}

const char *config_check_server(const struct server_config *config)
{
	if (config->min_dialect > config->max_dialect)
		return "min_protocol is above max_protocol";
	if (config->encryption == CONFIG_ENCRYPTION_REQUIRED &&
	    config->max_dialect < 0x0300)
		return "encryption is required, and max_protocol is below 3.0";
	if (config->accounts == NULL && config->keytab == NULL && !config->allow_guest &&
	    !config->allow_anonymous)
		return "nobody could sign in: give accounts or keytab";
	return NULL;
}

/* SPDX-License-Identifier: MIT */
#include "daemon/config_keys.h"

#include <ctype.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/log.h"
#include "daemon/config_check.h"
#include "daemon/unix_names.h"
#include "wire/smb2.h"

/* A host name has 253 characters, an IPv6 address with its zone far less. */
#define LISTEN_HOST_MAX 256

/* What fits a service anywhere; the limits that matter are lower. */
#define MANY 100000000u

#define SERVER(field) offsetof(struct server_config, field)
#define SHARE(field)  offsetof(struct server_share, field)

/* clang-format off */
const struct config_key config_server_keys[] = {
	{"name",                        KEY_NETBIOS,    SERVER(name),             false, 0, 0},
	{"domain",                      KEY_NETBIOS,    SERVER(domain),           false, 0, 0},
	{"dns_name",                    KEY_TEXT,       SERVER(dns_name),         true,  0, 0},
	{"dns_domain",                  KEY_TEXT,       SERVER(dns_domain),       true,  0, 0},
	{"comment",                     KEY_TEXT,       SERVER(comment),          false, 0, 0},
	{"listen",                      KEY_LISTEN,     0,                        false, 0, 0},
	{"port",                        KEY_NUMBER,     SERVER(port),             false, 1, 65535},
	{"local_socket",                KEY_PATH,       SERVER(local_socket),     true,  0, 0},
	{"min_protocol",                KEY_DIALECT,    SERVER(min_dialect),      false, 0, 0},
	{"max_protocol",                KEY_DIALECT,    SERVER(max_dialect),      false, 0, 0},
	{"signing",                     KEY_SIGNING,    SERVER(signing_required), false, 0, 0},
	{"encryption",                  KEY_ENCRYPTION, SERVER(encryption),       false, 0, 0},
	{"multichannel",                KEY_FLAG,       SERVER(multichannel),     false, 0, 0},
	{"accounts",                    KEY_PATH,       SERVER(accounts),         true,  0, 0},
	{"keytab",                      KEY_TEXT,       SERVER(keytab),           true,  0, 0},
	{"kerberos_host",               KEY_TEXT,       SERVER(kerberos_host),    true,  0, 0},
	{"guest",                       KEY_FLAG,       SERVER(allow_guest),      false, 0, 0},
	{"anonymous",                   KEY_FLAG,       SERVER(allow_anonymous),  false, 0, 0},
	{"autodisconnect",              KEY_MINUTES,    SERVER(autodisconnect_ms), false, 0, 525600},
	{"max_connections",             KEY_NUMBER,     SERVER(max_connections),  false, 1, MANY},
	{"max_unauthenticated",         KEY_NUMBER,     SERVER(max_unauthenticated), false, 1, MANY},
	{"max_sessions",                KEY_NUMBER,     SERVER(max_sessions),     false, 1, MANY},
	{"max_sessions_per_connection", KEY_NUMBER,     SERVER(max_sessions_per_connection), false, 1, MANY},
	{"max_sessions_per_user",       KEY_NUMBER,     SERVER(max_sessions_per_user), false, 1, MANY},
	{"max_sessions_per_client",     KEY_NUMBER,     SERVER(max_sessions_per_client), false, 1, MANY},
	{"max_opens_per_session",       KEY_NUMBER,     SERVER(max_opens_per_session), false, 1, MANY},
	{"keepalive",                   KEY_NUMBER,     SERVER(keepalive_s),      false, 1, 32767},
	{"drain",                       KEY_SECONDS,    SERVER(drain_ms),         false, 0, 3600},
	{"threads",                     KEY_NUMBER,     SERVER(pool_threads),     false, 1, 1024},
	{"user",                        KEY_TEXT,       SERVER(user),             true,  0, 0},
	{"log_level",                   KEY_LOG_LEVEL,  SERVER(log_level),        false, 0, 0},
	{0},
};

const struct config_key config_share_keys[] = {
	{"path",      KEY_FOLDER,  SHARE(path),      false, 0, 0},
	{"comment",   KEY_TEXT,    SHARE(comment),   false, 0, 0},
	{"read_only", KEY_FLAG,    SHARE(read_only), false, 0, 0},
	{"encrypt",   KEY_FLAG,    SHARE(encrypt),   false, 0, 0},
	{"oplocks",   KEY_FLAG,    SHARE(oplocks),   false, 0, 0},
	{"hidden",    KEY_FLAG,    SHARE(hidden),    false, 0, 0},
	{"users",     KEY_MEMBERS, SHARE(users),     false, 0, 0},
	{"max_uses",  KEY_NUMBER,  SHARE(max_uses),  false, 1, UINT32_MAX},
	{0},
};

const struct config_key config_group_keys[] = {
	{"members", KEY_MEMBERS, 0, false, 0, 0},
	{0},
};

struct word {
	const char *text;
	unsigned value;
};

static const struct word signing_words[] = {{"required", true}, {"optional", false}, {0}};

static const struct word encryption_words[] = {
	{"off",      CONFIG_ENCRYPTION_OFF},
	{"optional", CONFIG_ENCRYPTION_OPTIONAL},
	{"required", CONFIG_ENCRYPTION_REQUIRED},
	{0},
};

static const struct word dialect_words[] = {
	{"2.0.2", SMB2_DIALECT_202},
	{"2.1",   SMB2_DIALECT_210},
	{"3.0",   SMB2_DIALECT_300},
	{"3.0.2", SMB2_DIALECT_302},
	{"3.1.1", SMB2_DIALECT_311},
	{0},
};

static const struct word log_words[] = {
	{"error", LOG_LEVEL_ERROR},
	{"warn",  LOG_LEVEL_WARN},
	{"info",  LOG_LEVEL_INFO},
	{"debug", LOG_LEVEL_DEBUG},
	{"trace", LOG_LEVEL_TRACE},
	{0},
};
/* clang-format on */

bool config_kind_is_number(enum config_kind kind)
{
	return kind == KEY_NUMBER || kind == KEY_MINUTES || kind == KEY_SECONDS;
}

bool config_kind_is_list(enum config_kind kind)
{
	return kind == KEY_LISTEN || kind == KEY_MEMBERS;
}

static bool refuse(char why[CONFIG_WHY_MAX], const char *text)
{
	(void)snprintf(why, CONFIG_WHY_MAX, "%s", text);
	return false;
}

/* The outcome of a judgement, and of memory. */
static bool judge(char why[CONFIG_WHY_MAX], const char *wrong)
{
	return wrong == NULL || refuse(why, wrong);
}

static bool stored(char why[CONFIG_WHY_MAX], enum ns_err err)
{
	return err == NS_OK || refuse(why, ns_err_text(err));
}

static const struct word *find_word(const struct word *words, const char *text,
				    char why[CONFIG_WHY_MAX])
{
	size_t n = 0;

	for (const struct word *w = words; w->text != NULL; w++) {
		if (strcmp(w->text, text) == 0)
			return w;
	}
	n = (size_t)snprintf(why, CONFIG_WHY_MAX, "one of these, please:");
	for (const struct word *w = words; w->text != NULL && n < CONFIG_WHY_MAX; w++)
		n += (size_t)snprintf(why + n, CONFIG_WHY_MAX - n, " \"%s\"", w->text);
	return NULL;
}

static bool set_text(char **field, const char *text, bool optional,
		     char why[CONFIG_WHY_MAX])
{
	return stored(why, config_set(field, optional && text[0] == '\0' ? NULL : text));
}

static bool set_path(const struct config_key *key, char **field, const char *text,
		     char why[CONFIG_WHY_MAX])
{
	struct stat st;

	if (text[0] != '/' && !(key->optional && text[0] == '\0'))
		return refuse(why, "a path begins with /");
	if (key->kind == KEY_FOLDER && (stat(text, &st) != 0 || !S_ISDIR(st.st_mode)))
		return refuse(why, "there is no such folder");
	return set_text(field, text, key->optional, why);
}

static bool set_netbios(char **field, const char *text, char why[CONFIG_WHY_MAX])
{
	if (!judge(why, config_check_netbios(text)) || !set_text(field, text, false, why))
		return false;
	for (char *c = *field; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	return true;
}

static bool set_number(const struct config_key *key, void *field, long number,
		       char why[CONFIG_WHY_MAX])
{
	if (number < (long)key->least || number > (long)key->most) {
		(void)snprintf(why, CONFIG_WHY_MAX, "%ld is not between %u and %u", number,
			       key->least, key->most);
		return false;
	}
	if (key->kind == KEY_NUMBER)
		*(uint32_t *)field = (uint32_t)number;
	else
		*(uint64_t *)field =
			(uint64_t)number * (key->kind == KEY_MINUTES ? 60000 : 1000);
	return true;
}

static bool add_listen(struct server_config *config, const char *text,
		       char why[CONFIG_WHY_MAX])
{
	char host[LISTEN_HOST_MAX];
	uint16_t port;

	return judge(why, config_check_listen(host, sizeof(host), &port, text)) &&
	       stored(why, server_config_add_listen(config, host, port));
}

static bool add_member(struct config_list *list, const char *text, char why[CONFIG_WHY_MAX])
{
	enum ns_err err;

	if (text[0] != '@')
		return judge(why, config_check_member(text)) &&
		       stored(why, config_list_add(list, text));
	err = unix_group_members(list, text + 1);
	if (err == NS_ENONAME)
		return refuse(why, "this computer has no such group");
	return stored(why, err);
}

static bool set_word(const struct config_key *key, void *field, const char *text,
		     char why[CONFIG_WHY_MAX])
{
	const struct word *words = key->kind == KEY_SIGNING      ? signing_words
				   : key->kind == KEY_ENCRYPTION ? encryption_words
				   : key->kind == KEY_DIALECT    ? dialect_words
								 : log_words;
	const struct word *w = find_word(words, text, why);

	if (w == NULL)
		return false;
	if (key->kind == KEY_SIGNING)
		*(bool *)field = w->value != 0;
	else if (key->kind == KEY_ENCRYPTION)
		*(enum config_encryption *)field = (enum config_encryption)w->value;
	else if (key->kind == KEY_DIALECT)
		*(uint16_t *)field = (uint16_t)w->value;
	else
		return set_text(field, text, false, why);
	return true;
}

bool config_key_set(const struct config_key *key, void *target,
		    const struct config_value *value, char why[CONFIG_WHY_MAX])
{
	void *field = (char *)target + key->offset;

	switch (key->kind) {
	case KEY_TEXT:
		return set_text(field, value->text, key->optional, why);
	case KEY_PATH:
	case KEY_FOLDER:
		return set_path(key, field, value->text, why);
	case KEY_NETBIOS:
		return set_netbios(field, value->text, why);
	case KEY_FLAG:
		*(bool *)field = value->flag;
		return true;
	case KEY_NUMBER:
	case KEY_MINUTES:
	case KEY_SECONDS:
		return set_number(key, field, value->number, why);
	case KEY_SIGNING:
	case KEY_ENCRYPTION:
	case KEY_DIALECT:
	case KEY_LOG_LEVEL:
		return set_word(key, field, value->text, why);
	case KEY_LISTEN:
		return add_listen(target, value->text, why);
	case KEY_MEMBERS:
		return add_member(field, value->text, why);
	}
	return refuse(why, "this key has no kind");
}

void config_key_clear(const struct config_key *key, void *target)
{
	void *field = (char *)target + key->offset;
	struct server_config *config = target;

	if (key->kind == KEY_MEMBERS) {
		config_list_release(field);
	} else if (key->kind == KEY_LISTEN) {
		for (size_t i = 0; i < config->listen_count; i++)
			free(config->listen[i].host);
		config->listen_count = 0;
	}
}

/* SPDX-License-Identifier: MIT */
#include "client/options.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/win32err.h"

uint32_t options_code(enum ns_err err)
{
	return err == NS_OK       ? WIN32_ERROR_SUCCESS
	       : err == NS_ENOMEM ? WIN32_ERROR_NOT_ENOUGH_MEMORY
				  : WIN32_ERROR_INVALID_PARAMETER;
}

struct netsess_options *options_new_plain(void)
{
	struct netsess_options *o = secret_alloc(sizeof(*o));

	if (o == NULL)
		return NULL;
	atomic_init(&o->references, 1);
	auth_credentials_init(&o->credentials);
	o->lowest = NETSESS_DIALECT_202;
	o->highest = NETSESS_DIALECT_311;
	o->timeout_ms = NETSESS_DEFAULT_TIMEOUT;
	o->keep_ms = OPTIONS_DEFAULT_KEEP;
	return o;
}

struct netsess_options *netsess_options_new(void)
{
	struct netsess_options *o = options_new_plain();

	if (o != NULL && !options_from_environment(o)) {
		netsess_options_free(o);
		return NULL;
	}
	return o;
}

/* NULL stays NULL; false when memory is short. */
static bool copy_string(char **to, const char *from)
{
	*to = from != NULL ? strdup(from) : NULL;
	return from == NULL || *to != NULL;
}

struct netsess_options *netsess_options_copy(const struct netsess_options *o)
{
	struct netsess_options *copy = options_new_plain();

	if (copy == NULL)
		return NULL;
	if (auth_credentials_copy(&copy->credentials, &o->credentials) != NS_OK ||
	    !copy_string(&copy->user, o->user) || !copy_string(&copy->wins, o->wins)) {
		netsess_options_free(copy);
		return NULL;
	}
	copy->auth = o->auth;
	copy->require_encryption = o->require_encryption;
	copy->lowest = o->lowest;
	copy->highest = o->highest;
	copy->timeout_ms = o->timeout_ms;
	copy->keep_ms = o->keep_ms;
	copy->strict = o->strict;
	copy->problems = o->problems;
	return copy;
}

void netsess_options_free(struct netsess_options *o)
{
	if (o == NULL || atomic_fetch_sub(&o->references, 1) > 1)
		return;
	auth_credentials_release(&o->credentials);
	free(o->user);
	free(o->wins);
	secret_free(o);
}

uint32_t options_problem(const struct netsess_options *o, const char **text)
{
	*text = "";
	if ((o->problems & OPTIONS_BAD_LOGIN) != 0) {
		*text = "the credentials that NETSESS_USER, NETSESS_PASSWD_FILE or "
			"NETSESS_AUTH_FILE name can't be used";
		return WIN32_ERROR_LOGON_FAILURE;
	}
	if ((o->problems & OPTIONS_BAD_TIMEOUT) != 0) {
		*text = "NETSESS_TIMEOUT is not a number of seconds";
		return WIN32_ERROR_INVALID_PARAMETER;
	}
	if ((o->problems & OPTIONS_BAD_WINS) != 0) {
		*text = "NETSESS_WINS is not an IPv4 address";
		return WIN32_ERROR_INVALID_PARAMETER;
	}
	return WIN32_ERROR_SUCCESS;
}

static void clear(char **field)
{
	secret_strfree(*field);
	*field = NULL;
}

static void clear_name(struct netsess_options *o)
{
	free(o->user);
	o->user = NULL;
	clear(&o->credentials.user);
	clear(&o->credentials.domain);
}

uint32_t netsess_options_set_user(struct netsess_options *o, const char *user)
{
	enum ns_err err;
	char *shown;

	if (user == NULL || user[0] == '\0') {
		clear_name(o);
		o->problems &= ~(unsigned)OPTIONS_BAD_LOGIN;
		return WIN32_ERROR_SUCCESS;
	}
	shown = strdup(user);
	if (shown == NULL)
		return WIN32_ERROR_NOT_ENOUGH_MEMORY;
	err = auth_credentials_set_name(&o->credentials, user);
	if (err != NS_OK) {
		free(shown);
		return options_code(err);
	}
	free(o->user);
	o->user = shown;
	o->problems &= ~(unsigned)OPTIONS_BAD_LOGIN;
	return WIN32_ERROR_SUCCESS;
}

uint32_t netsess_options_set_password(struct netsess_options *o, const char *password)
{
	enum ns_err err = NS_OK;

	if (password == NULL)
		clear(&o->credentials.password);
	else
		err = auth_credentials_set_password(&o->credentials, password);
	if (err != NS_OK)
		return options_code(err);
	secret_wipe(&o->credentials.nt_hash);
	o->problems &= ~(unsigned)OPTIONS_BAD_LOGIN;
	return WIN32_ERROR_SUCCESS;
}

uint32_t netsess_options_set_nt_hash(struct netsess_options *o, const uint8_t hash[16])
{
	if (hash == NULL)
		return WIN32_ERROR_INVALID_PARAMETER;
	if (secret_set(&o->credentials.nt_hash, view_of(hash, NT_HASH_LEN)) != NS_OK)
		return WIN32_ERROR_INVALID_PARAMETER;
	clear(&o->credentials.password);
	o->problems &= ~(unsigned)OPTIONS_BAD_LOGIN;
	return WIN32_ERROR_SUCCESS;
}

uint32_t netsess_options_set_auth(struct netsess_options *o, enum netsess_auth auth)
{
	switch (auth) {
	case NETSESS_AUTH_ANY:
		o->credentials.mechs = 0;
		break;
	case NETSESS_AUTH_KERBEROS:
		o->credentials.mechs = AUTH_MECH_KERBEROS;
		break;
	case NETSESS_AUTH_NTLM:
		o->credentials.mechs = AUTH_MECH_NTLM;
		break;
	default:
		return WIN32_ERROR_INVALID_PARAMETER;
	}
	o->auth = auth;
	return WIN32_ERROR_SUCCESS;
}

static uint32_t set_name(char **field, const char *name)
{
	if (name != NULL && name[0] == '\0')
		name = NULL;
	return options_code(auth_credentials_set(field, name));
}

uint32_t netsess_options_set_ccache(struct netsess_options *o, const char *name)
{
	return set_name(&o->credentials.ccache, name);
}

uint32_t netsess_options_set_keytab(struct netsess_options *o, const char *name)
{
	return set_name(&o->credentials.keytab, name);
}

uint32_t netsess_options_set_encryption(struct netsess_options *o, bool required)
{
	o->require_encryption = required;
	return WIN32_ERROR_SUCCESS;
}

uint32_t netsess_options_set_dialects(struct netsess_options *o, uint16_t lowest,
				      uint16_t highest)
{
	if (netsess_dialect_name(lowest)[0] == '\0' ||
	    netsess_dialect_name(highest)[0] == '\0' || lowest > highest)
		return WIN32_ERROR_INVALID_PARAMETER;
	o->lowest = lowest;
	o->highest = highest;
	return WIN32_ERROR_SUCCESS;
}

uint32_t netsess_options_set_timeout(struct netsess_options *o, unsigned ms)
{
	if (ms == 0)
		return WIN32_ERROR_INVALID_PARAMETER;
	o->timeout_ms = ms;
	o->problems &= ~(unsigned)OPTIONS_BAD_TIMEOUT;
	return WIN32_ERROR_SUCCESS;
}

uint32_t netsess_options_set_strict(struct netsess_options *o, bool strict)
{
	o->strict = strict;
	return WIN32_ERROR_SUCCESS;
}

uint32_t netsess_options_set_wins(struct netsess_options *o, const char *address)
{
	struct in_addr parsed;
	char *copy;

	if (address != NULL && address[0] == '\0')
		address = NULL;
	if (address != NULL && inet_pton(AF_INET, address, &parsed) != 1)
		return WIN32_ERROR_INVALID_PARAMETER;
	if (!copy_string(&copy, address))
		return WIN32_ERROR_NOT_ENOUGH_MEMORY;
	free(o->wins);
	o->wins = copy;
	o->problems &= ~(unsigned)OPTIONS_BAD_WINS;
	return WIN32_ERROR_SUCCESS;
}

uint32_t netsess_options_set_keep(struct netsess_options *o, unsigned ms)
{
	o->keep_ms = ms;
	return WIN32_ERROR_SUCCESS;
}

const char *netsess_options_user(const struct netsess_options *o)
{
	return o->user != NULL ? o->user : "";
}

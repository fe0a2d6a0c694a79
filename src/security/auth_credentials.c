/* SPDX-License-Identifier: MIT */
#include "security/auth_credentials.h"

#include "base/utf16.h"
#include "security/ntlm_crypto.h"

void auth_credentials_release(struct auth_credentials *c)
{
	secret_strfree(c->user);
	secret_strfree(c->domain);
	secret_strfree(c->password);
	secret_strfree(c->ccache);
	secret_strfree(c->keytab);
	secret_wipe(&c->nt_hash);
	*c = (struct auth_credentials){0};
}

enum ns_err auth_credentials_set(char **field, const char *value)
{
	char *copy = secret_strdup(value);

	if (value != NULL && copy == NULL)
		return NS_ENOMEM;
	secret_strfree(*field);
	*field = copy;
	return NS_OK;
}

enum ns_err auth_credentials_copy(struct auth_credentials *to,
				  const struct auth_credentials *from)
{
	char **const fields[] = {&to->user, &to->domain, &to->password, &to->ccache,
				 &to->keytab};
	const char *const values[] = {from->user, from->domain, from->password,
				      from->ccache, from->keytab};
	enum ns_err err = NS_OK;

	for (size_t i = 0; err == NS_OK && i < sizeof(fields) / sizeof(fields[0]); i++)
		err = auth_credentials_set(fields[i], values[i]);
	if (err != NS_OK) {
		auth_credentials_release(to);
		return err;
	}
	to->nt_hash = from->nt_hash;
	to->mechs = from->mechs;
	to->anonymous = from->anonymous;
	return NS_OK;
}

/* Short enough, and UTF-8. */
static enum ns_err check_text(struct view text)
{
	struct buf utf16;
	enum ns_err err;

	if (text.n > AUTH_NAME_MAX)
		return NS_EINVAL;
	buf_init(&utf16, AUTH_NAME_MAX * 2);
	err = utf16_from_utf8(&utf16, text);
	buf_wipe(&utf16);
	return err == NS_EFORMAT ? NS_EINVAL : err;
}

/* A part of a name, as a string of its own; NULL for an empty one. */
static enum ns_err dup_part(char **out, struct view part)
{
	char text[AUTH_NAME_MAX + 1];
	enum ns_err err = check_text(part);

	*out = NULL;
	if (err != NS_OK || part.n == 0)
		return err;
	memcpy(text, part.p, part.n);
	text[part.n] = '\0';
	*out = secret_strdup(text);
	return *out != NULL ? NS_OK : NS_ENOMEM;
}

enum ns_err auth_credentials_set_name(struct auth_credentials *c, const char *name)
{
	struct view user = view_of_string(name), domain = {0};
	const char *slash = strchr(name, '\\'), *at = strrchr(name, '@');
	char *new_user = NULL, *new_domain = NULL;
	enum ns_err err;

	if (slash != NULL) {
		domain = view_of(name, (size_t)(slash - name));
		user = view_of_string(slash + 1);
	} else if (at != NULL) {
		user = view_of(name, (size_t)(at - name));
		domain = view_of_string(at + 1);
	}
	if (user.n == 0)
		return NS_EINVAL;
	err = dup_part(&new_user, user);
	if (err == NS_OK)
		err = dup_part(&new_domain, domain);
	if (err != NS_OK) {
		secret_strfree(new_user);
		return err;
	}
	secret_strfree(c->user);
	secret_strfree(c->domain);
	c->user = new_user;
	c->domain = new_domain;
	return NS_OK;
}

enum ns_err auth_credentials_set_password(struct auth_credentials *c, const char *password)
{
	enum ns_err err = check_text(view_of_string(password));

	return err == NS_OK ? auth_credentials_set(&c->password, password) : err;
}

/* The value of a hex digit, or -1. */
static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

enum ns_err auth_credentials_set_nt_hash_hex(struct auth_credentials *c, const char *hex)
{
	uint8_t hash[NT_HASH_LEN];
	enum ns_err err;

	if (strlen(hex) != 2 * sizeof(hash))
		return NS_EINVAL;
	for (size_t i = 0; i < sizeof(hash); i++) {
		int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return NS_EINVAL;
		hash[i] = (uint8_t)(high << 4 | low);
	}
	err = secret_set(&c->nt_hash, view_of(hash, sizeof(hash)));
	secret_wipe_bytes(hash, sizeof(hash));
	return err;
}

unsigned auth_credentials_mechs(const struct auth_credentials *c)
{
	if (c->anonymous)
		return AUTH_MECH_NTLM;
	if (c->mechs != 0)
		return c->mechs;
	if (c->user != NULL && (c->password != NULL || c->nt_hash.n > 0))
		return AUTH_MECH_NTLM;
	return AUTH_MECH_KERBEROS;
}

static struct view text_or_empty(const char *s)
{
	return s != NULL ? view_of_string(s) : (struct view){0};
}

static bool same_name(const char *a, const char *b)
{
	return utf8_equal_folded(text_or_empty(a), text_or_empty(b));
}

/* Here an absent text differs from an empty one. */
static bool same_text(const char *a, const char *b)
{
	return (a == NULL) == (b == NULL) &&
	       secret_equal(text_or_empty(a), text_or_empty(b));
}

bool auth_credentials_equal(const struct auth_credentials *a,
			    const struct auth_credentials *b)
{
	return a->anonymous == b->anonymous &&
	       auth_credentials_mechs(a) == auth_credentials_mechs(b) &&
	       same_name(a->user, b->user) && same_name(a->domain, b->domain) &&
	       same_text(a->password, b->password) && same_text(a->ccache, b->ccache) &&
	       same_text(a->keytab, b->keytab) &&
	       secret_equal(secret_view(&a->nt_hash), secret_view(&b->nt_hash));
}

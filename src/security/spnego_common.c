/* SPDX-License-Identifier: MIT */
#include "security/spnego_common.h"

#include <stdio.h>
#include <stdlib.h>

void spnego_init(struct spnego *s, const struct auth_ops *ops)
{
	*s = (struct spnego){.auth = {ops}, .phase = SPNEGO_START};
	buf_init(&s->mech_list, AUTH_TOKEN_MAX);
}

/* The strings of an identity that was copied. */
static void free_identity(struct auth_identity *id)
{
	/* Ours, const only for those who look at them. */
	free((char *)(uintptr_t)id->user);
	free((char *)(uintptr_t)id->domain);
	free((uint8_t *)(uintptr_t)id->sids.p);
	*id = (struct auth_identity){0};
}

/* A copy on the heap; nothing is allocated for nothing. */
static struct view view_dup(struct view v, bool *good)
{
	uint8_t *copy = v.n > 0 ? malloc(v.n) : NULL;

	*good = v.n == 0 || copy != NULL;
	if (copy == NULL)
		return (struct view){0};
	memcpy(copy, v.p, v.n);
	return (struct view){copy, v.n};
}

void spnego_release(struct spnego *s)
{
	auth_free(s->mech);
	s->mech = NULL;
	secret_wipe(&s->key);
	buf_release(&s->mech_list);
	free_identity(&s->identity);
}

unsigned spnego_mech_bit(enum spnego_mech mech)
{
	switch (mech) {
	case SPNEGO_MECH_KRB5:
	case SPNEGO_MECH_MS_KRB5:
		return AUTH_MECH_KERBEROS;
	case SPNEGO_MECH_NTLMSSP:
		return AUTH_MECH_NTLM;
	default:
		return 0;
	}
}

void spnego_keep_error(struct spnego *s, const struct auth *mech)
{
	snprintf(s->error_text, sizeof(s->error_text), "%s", auth_error_text(mech));
}

enum ns_err spnego_run_mech(struct spnego *s, struct buf *token, struct view in)
{
	enum ns_err err = auth_step(s->mech, token, in);

	if (err == NS_AGAIN)
		return NS_OK;
	if (err == NS_OK)
		s->mech_done = true;
	else
		spnego_keep_error(s, s->mech);
	return err;
}

/* A login without a name or as guest has no key: nobody can sign, nothing is protected. */
static bool is_keyless(const struct spnego *s)
{
	struct auth_identity id = auth_identity(s->mech);

	return id.anonymous || id.guest;
}

bool spnego_mic_is_missing(const struct spnego *s)
{
	return s->mic_needed && !s->mic_verified && !is_keyless(s);
}

enum ns_err spnego_check_mic(struct spnego *s, struct view mic)
{
	enum ns_err err;

	if (!s->mech_done)
		return NS_EUNEXPECTED;
	if (is_keyless(s))
		return NS_OK;
	err = auth_verify_mic(s->mech, mic, buf_view(&s->mech_list));
	if (err == NS_OK)
		s->mic_verified = true;
	return err == NS_EUNSUPPORTED ? NS_ESIGNATURE : err;
}

enum ns_err spnego_make_mic(struct spnego *s, struct buf *mic)
{
	enum ns_err err = auth_get_mic(s->mech, mic, buf_view(&s->mech_list));

	/* RFC 4178 5: a mechanism that cannot protect messages goes without. */
	if (err == NS_EUNSUPPORTED)
		return NS_OK;
	if (err == NS_OK)
		s->mic_sent = true;
	return err;
}

enum ns_err spnego_finish(struct spnego *s)
{
	struct auth_identity id = auth_identity(s->mech);
	struct secret key = {0};
	bool good;
	enum ns_err err;

	if (spnego_mic_is_missing(s))
		return NS_ESIGNATURE;
	err = is_keyless(s) ? NS_OK : auth_export_key(s->mech, &key);
	if (err != NS_OK)
		return err;
	id.user = strdup(id.user);
	id.domain = strdup(id.domain);
	id.sids = view_dup(id.sids, &good);
	if (id.user == NULL || id.domain == NULL || !good) {
		free_identity(&id);
		secret_wipe(&key);
		return NS_ENOMEM;
	}

	s->identity = id;
	s->key = key;
	secret_wipe(&key);
	auth_free(s->mech);
	s->mech = NULL;
	buf_release(&s->mech_list);
	s->phase = SPNEGO_DONE;
	return NS_OK;
}

static const struct spnego *spnego_of(const struct auth *a)
{
	return (const struct spnego *)a;
}

enum ns_err spnego_export_key(const struct auth *a, struct secret *out)
{
	const struct spnego *s = spnego_of(a);

	if (s->phase != SPNEGO_DONE || s->key.n == 0)
		return NS_EINVAL;
	return secret_set(out, secret_view(&s->key));
}

struct auth_identity spnego_identity(const struct auth *a)
{
	const struct spnego *s = spnego_of(a);

	if (s->phase != SPNEGO_DONE)
		return (struct auth_identity){.user = "", .domain = ""};
	return s->identity;
}

unsigned spnego_chosen(const struct auth *a)
{
	return spnego_of(a)->chosen;
}

const char *spnego_error_text(const struct auth *a)
{
	return spnego_of(a)->error_text;
}

enum ns_err spnego_get_mic(struct auth *a, struct buf *out, struct view msg)
{
	(void)a;
	(void)out;
	(void)msg;
	return NS_EINVAL;
}

enum ns_err spnego_verify_mic(struct auth *a, struct view mic, struct view msg)
{
	(void)a;
	(void)mic;
	(void)msg;
	return NS_EINVAL;
}

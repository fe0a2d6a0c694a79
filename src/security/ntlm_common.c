/* SPDX-License-Identifier: MIT */
#include "security/ntlm_common.h"

void ntlm_init(struct ntlm *n, const struct auth_ops *ops, enum ntlm_side side,
	       const struct auth_env *env)
{
	*n = (struct ntlm){.auth = {ops},
			   .env = env != NULL ? env : &auth_env_system,
			   .side = side,
			   .state = NTLM_STATE_START};
	buf_init(&n->first, NTLM_MESSAGE_MAX);
	buf_init(&n->second, NTLM_MESSAGE_MAX);
	/* A UTF-16 unit becomes at most three bytes of UTF-8. */
	buf_init(&n->user, 2 * AUTH_NAME_MAX);
	buf_init(&n->domain, 2 * AUTH_NAME_MAX);
}

void ntlm_release(struct ntlm *n)
{
	secret_wipe(&n->key);
	buf_release(&n->first);
	buf_release(&n->second);
	buf_release(&n->user);
	buf_release(&n->domain);
}

bool ntlm_exchanges_key(uint32_t flags)
{
	return (flags & NTLMSSP_NEGOTIATE_KEY_EXCH) != 0 &&
	       (flags & (NTLMSSP_NEGOTIATE_SIGN | NTLMSSP_NEGOTIATE_SEAL)) != 0;
}

static const struct ntlm *ntlm_of(const struct auth *a)
{
	return (const struct ntlm *)a;
}

enum ns_err ntlm_export_key(const struct auth *a, struct secret *out)
{
	const struct ntlm *n = ntlm_of(a);

	if (n->state != NTLM_STATE_DONE || n->key.n == 0)
		return NS_EINVAL;
	return secret_set(out, secret_view(&n->key));
}

static const char *text_of(const struct buf *b)
{
	return b->n > 0 ? (const char *)b->p : "";
}

struct auth_identity ntlm_identity(const struct auth *a)
{
	const struct ntlm *n = ntlm_of(a);

	return (struct auth_identity){.user = text_of(&n->user),
				      .domain = text_of(&n->domain),
				      .anonymous = n->anonymous,
				      .guest = n->guest};
}

unsigned ntlm_chosen(const struct auth *a)
{
	(void)a;
	return AUTH_MECH_NTLM;
}

const char *ntlm_error_text(const struct auth *a)
{
	(void)a;
	return "";
}

/* May a signature be made or checked? */
static enum ns_err can_sign(const struct ntlm *n)
{
	if (n->state != NTLM_STATE_DONE)
		return NS_EINVAL;
	if (n->key.n == 0 || (n->flags & NTLMSSP_NEGOTIATE_SIGN) == 0)
		return NS_EUNSUPPORTED;
	return NS_OK;
}

enum ns_err ntlm_get_mic(struct auth *a, struct buf *out, struct view msg)
{
	const struct ntlm *n = ntlm_of(a);
	uint8_t signature[NTLM_SIGNATURE_LEN];
	enum ns_err err = can_sign(n);

	if (err == NS_OK)
		err = ntlm_sign(signature, &n->key, n->flags, n->side, msg);
	return err == NS_OK ? buf_append(out, view_of(signature, sizeof(signature))) : err;
}

enum ns_err ntlm_verify_mic(struct auth *a, struct view mic, struct view msg)
{
	const struct ntlm *n = ntlm_of(a);
	enum ntlm_side peer =
		n->side == NTLM_FROM_CLIENT ? NTLM_FROM_SERVER : NTLM_FROM_CLIENT;
	uint8_t want[NTLM_SIGNATURE_LEN];
	enum ns_err err = can_sign(n);

	if (err == NS_OK)
		err = ntlm_sign(want, &n->key, n->flags, peer, msg);
	if (err == NS_OK && !secret_equal(mic, view_of(want, sizeof(want))))
		err = NS_ESIGNATURE;
	return err;
}

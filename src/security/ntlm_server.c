/* SPDX-License-Identifier: MIT */
#include "security/ntlm.h"

#include <stdlib.h>

#include "base/utf16.h"
#include "security/crypto.h"
#include "security/ntlm_common.h"
#include "wire/writer.h"

/* What a client must offer: NTLMv2's session security and Unicode names. */
#define SERVER_NEEDS                                                                       \
	(NTLMSSP_NEGOTIATE_UNICODE | NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY)

/* What it gets if it asks, ... */
#define SERVER_GRANTS                                                                      \
	(SERVER_NEEDS | NTLMSSP_REQUEST_TARGET | NTLMSSP_NEGOTIATE_SIGN |                  \
	 NTLMSSP_NEGOTIATE_SEAL | NTLMSSP_NEGOTIATE_128 | NTLMSSP_NEGOTIATE_56 |           \
	 NTLMSSP_NEGOTIATE_KEY_EXCH)

/* ... and what it gets in any case, 3.2.5.1.1. */
#define SERVER_ADDS                                                                        \
	(NTLMSSP_NEGOTIATE_NTLM | NTLMSSP_NEGOTIATE_ALWAYS_SIGN |                          \
	 NTLMSSP_NEGOTIATE_TARGET_INFO | NTLMSSP_NEGOTIATE_VERSION |                       \
	 NTLMSSP_REQUEST_TARGET)

/* The shortest NTLMv2_RESPONSE: an empty list of AV_PAIRs.  NTLMv1's has 24 bytes. */
#define V2_RESPONSE_MIN (NTLM_PROOF_LEN + NTLM_V2_FIXED + 4)

struct ntlm_server {
	struct ntlm n;
	const struct auth_server_config *config;
	uint8_t challenge[NTLM_CHALLENGE_LEN];
};

static const char *domain_name(const struct auth_server_config *config)
{
	return config->netbios_domain != NULL ? config->netbios_domain
					      : config->netbios_name;
}

/* One name of the target information; a name that is NULL is left out. */
static enum ns_err put_name(struct buf *list, enum ntlm_av_id id, const char *name)
{
	struct buf utf16;
	enum ns_err err;

	if (name == NULL)
		return NS_OK;
	buf_init(&utf16, 2 * AUTH_NAME_MAX);
	err = utf16_from_utf8(&utf16, view_of_string(name));
	if (err == NS_OK)
		err = ntlm_av_put(list, id, buf_view(&utf16));
	buf_release(&utf16);
	return err;
}

/* 2.2.2.1: the names, and the time that makes clients send a MIC. */
static enum ns_err target_info(struct buf *list, const struct ntlm_server *s)
{
	const struct auth_server_config *config = s->config;
	struct buf time;
	struct wire_writer w = {.out = &time};
	enum ns_err err;

	buf_init(&time, sizeof(uint64_t));
	wire_put_le64(&w, s->n.env->now(s->n.env->ctx));
	err = wire_put_status(&w);
	if (err == NS_OK)
		err = put_name(list, NTLM_AV_NB_DOMAIN, domain_name(config));
	if (err == NS_OK)
		err = put_name(list, NTLM_AV_NB_COMPUTER, config->netbios_name);
	if (err == NS_OK)
		err = put_name(list, NTLM_AV_DNS_DOMAIN, config->dns_domain);
	if (err == NS_OK)
		err = put_name(list, NTLM_AV_DNS_COMPUTER, config->dns_name);
	if (err == NS_OK)
		err = ntlm_av_put(list, NTLM_AV_TIMESTAMP, buf_view(&time));
	if (err == NS_OK)
		err = ntlm_av_put(list, NTLM_AV_EOL, (struct view){0});
	buf_release(&time);
	return err;
}

static enum ns_err encode_challenge(struct ntlm_server *s, uint32_t flags)
{
	struct ntlm_challenge msg = {.flags = flags};
	struct buf name, info;
	enum ns_err err;

	buf_init(&name, 2 * AUTH_NAME_MAX);
	buf_init(&info, NTLM_MESSAGE_MAX);
	memcpy(msg.server_challenge, s->challenge, sizeof(msg.server_challenge));
	err = utf16_from_utf8(&name, view_of_string(domain_name(s->config)));
	if (err == NS_OK)
		err = target_info(&info, s);
	msg.target_name = buf_view(&name);
	msg.target_info = buf_view(&info);
	if (err == NS_OK)
		err = ntlm_challenge_encode(&s->n.second, &msg);
	buf_release(&name);
	buf_release(&info);
	return err;
}

static enum ns_err on_negotiate(struct ntlm_server *s, struct buf *out, struct view in)
{
	const struct auth_env *env = s->n.env;
	struct ntlm_negotiate msg;
	uint32_t flags;
	enum ns_err err;

	err = ntlm_negotiate_decode(&msg, in);
	if (err != NS_OK)
		return err;
	if ((msg.flags & SERVER_NEEDS) != SERVER_NEEDS)
		return NS_EUNSUPPORTED;
	flags = (msg.flags & SERVER_GRANTS) | SERVER_ADDS |
		(s->config->netbios_domain != NULL ? NTLMSSP_TARGET_TYPE_DOMAIN
						   : NTLMSSP_TARGET_TYPE_SERVER);
	err = env->random(env->ctx, s->challenge, sizeof(s->challenge));
	if (err == NS_OK)
		err = encode_challenge(s, flags);
	if (err == NS_OK)
		err = buf_append(&s->n.first, in);
	if (err == NS_OK)
		err = buf_append(out, buf_view(&s->n.second));
	if (err != NS_OK)
		return err;
	s->n.flags = flags;
	s->n.state = NTLM_STATE_CHALLENGE;
	return NS_AGAIN;
}

/* A name as a C string; one with a NUL in it is refused, for it would end early. */
static enum ns_err take_name(struct buf *out, struct view utf16le)
{
	enum ns_err err = utf8_from_utf16(out, utf16le);

	if (err == NS_OK && out->n > 0 && memchr(out->p, '\0', out->n) != NULL)
		err = NS_EFORMAT;
	return err == NS_OK ? buf_append_zero(out, 1) : err;
}

/* 3.2.5.1.2, "client requested anonymous authentication". */
static bool asks_anonymous(const struct ntlm_authenticate *msg)
{
	return msg->user.n == 0 && msg->nt_response.n == 0 &&
	       (msg->lm_response.n == 0 ||
		(msg->lm_response.n == 1 && msg->lm_response.p[0] == 0));
}

/* All that can be judged without the account. */
static enum ns_err check_authenticate(uint32_t *flags, struct ntlm_av_pairs *av,
				      const struct ntlm_server *s,
				      const struct ntlm_authenticate *msg)
{
	struct view list =
		view_slice(msg->nt_response, NTLM_PROOF_LEN + NTLM_V2_FIXED, SIZE_MAX);

	*flags = msg->flags & s->n.flags;
	if ((*flags & SERVER_NEEDS) != SERVER_NEEDS)
		return NS_EFORMAT;
	if (msg->user.n == 0)
		return NS_EAUTH;
	if (msg->nt_response.n < V2_RESPONSE_MIN)
		return NS_EUNSUPPORTED;
	if (ntlm_exchanges_key(*flags) && msg->session_key.n != NTLM_KEY_LEN)
		return NS_EFORMAT;
	return ntlm_av_decode(av, list);
}

/*
 * Does the response prove the hash, with the domain as the client spelled it or, for
 * clients that leave it out of the computation (3.2.5.1.2), with none?
 */
static enum ns_err check_proof(struct secret *base_key, const struct ntlm_server *s,
			       const struct secret *nt_hash,
			       const struct ntlm_authenticate *msg)
{
	struct view domains[] = {msg->domain, {0}};
	struct view proof = view_slice(msg->nt_response, 0, NTLM_PROOF_LEN);
	struct view blob = view_slice(msg->nt_response, NTLM_PROOF_LEN, SIZE_MAX);
	struct secret response_key = {0};
	uint8_t want[NTLM_PROOF_LEN];
	enum ns_err err = NS_EAUTH;

	for (size_t i = 0; err == NS_EAUTH && i < 2; i++) {
		err = ntlm_response_key(&response_key, nt_hash, msg->user, domains[i]);
		if (err != NS_OK)
			break;
		ntlm_proof(want, &response_key, s->challenge, blob);
		err = secret_equal(proof, view_of(want, sizeof(want))) ? NS_OK : NS_EAUTH;
	}
	if (err == NS_OK)
		err = ntlm_session_base_key(base_key, &response_key, want);
	secret_wipe(&response_key);
	return err;
}

/* ExportedSessionKey, 3.2.5.1.2. */
static enum ns_err unwrap_key(struct secret *key, const struct secret *base_key,
			      uint32_t flags, struct view encrypted)
{
	uint8_t plain[NTLM_KEY_LEN];
	enum ns_err err;

	if (!ntlm_exchanges_key(flags))
		return secret_set(key, secret_view(base_key));
	err = crypto_rc4(plain, secret_view(base_key), encrypted);
	if (err == NS_OK)
		err = secret_set(key, view_of(plain, sizeof(plain)));
	secret_wipe_bytes(plain, sizeof(plain));
	return err;
}

/*
 * The proof covers the flag that announces a MIC, so nobody in between can drop both: a
 * MIC is wanted exactly when the client says there is one.
 */
static enum ns_err check_mic(const struct ntlm_server *s, const struct secret *key,
			     const struct ntlm_authenticate *msg,
			     const struct ntlm_av_pairs *av, struct view in)
{
	uint8_t want[NTLM_MIC_LEN];

	if ((av->flags & NTLM_AV_FLAG_MIC) == 0)
		return NS_OK;
	if (!msg->has_mic)
		return NS_EFORMAT;
	ntlm_mic(want, key, buf_view(&s->n.first), buf_view(&s->n.second), in);
	return secret_equal(view_of(msg->mic, sizeof(msg->mic)),
			    view_of(want, sizeof(want)))
		       ? NS_OK
		       : NS_EAUTH;
}

/* Without a key the exchange is complete, but nothing can be signed. */
static enum ns_err finish_keyless(struct ntlm_server *s, bool *flag)
{
	*flag = true;
	s->n.state = NTLM_STATE_DONE;
	return NS_OK;
}

static enum ns_err look_up(struct ntlm_server *s, struct secret *nt_hash)
{
	const struct auth_server_config *config = s->config;
	enum ns_err err;

	err = config->lookup(config->lookup_ctx, nt_hash, (const char *)s->n.user.p,
			     (const char *)s->n.domain.p);
	if (err == NS_OK && nt_hash->n != NT_HASH_LEN)
		err = NS_EAUTH;
	return err;
}

/*
 * The account's part.  One that is missing or disabled is computed like any other, with a
 * hash of nothing, so that the time of the answer does not tell which names exist.
 */
static enum ns_err authenticate(struct ntlm_server *s, const struct ntlm_authenticate *msg,
				const struct ntlm_av_pairs *av, uint32_t flags,
				struct view in)
{
	struct secret nt_hash = {0}, base_key = {0}, key = {0};
	enum ns_err found, err;

	found = look_up(s, &nt_hash);
	if (found == NS_EAUTH && s->config->allow_guest)
		return finish_keyless(s, &s->n.guest);
	err = check_proof(&base_key, s, &nt_hash, msg);
	if (found != NS_OK)
		err = found == NS_EACCESS ? NS_EAUTH : found;
	if (err == NS_OK)
		err = unwrap_key(&key, &base_key, flags, msg->session_key);
	if (err == NS_OK)
		err = check_mic(s, &key, msg, av, in);
	if (err == NS_OK) {
		s->n.key = key;
		s->n.flags = flags;
		s->n.state = NTLM_STATE_DONE;
	}
	secret_wipe(&nt_hash);
	secret_wipe(&base_key);
	secret_wipe(&key);
	return err;
}

static enum ns_err on_authenticate(struct ntlm_server *s, struct view in)
{
	struct ntlm_authenticate msg;
	struct ntlm_av_pairs av;
	uint32_t flags;
	enum ns_err err;

	err = ntlm_authenticate_decode(&msg, in);
	if (err != NS_OK)
		return err;
	if (asks_anonymous(&msg))
		return s->config->allow_anonymous ? finish_keyless(s, &s->n.anonymous)
						  : NS_EAUTH;
	err = check_authenticate(&flags, &av, s, &msg);
	if (err == NS_OK)
		err = take_name(&s->n.user, msg.user);
	if (err == NS_OK)
		err = take_name(&s->n.domain, msg.domain);
	return err == NS_OK ? authenticate(s, &msg, &av, flags, in) : err;
}

static enum ns_err server_step(struct auth *a, struct buf *out, struct view in)
{
	struct ntlm_server *s = (struct ntlm_server *)a;
	enum ns_err err = NS_EINVAL;

	if (s->n.state == NTLM_STATE_START)
		err = on_negotiate(s, out, in);
	else if (s->n.state == NTLM_STATE_CHALLENGE)
		err = on_authenticate(s, in);
	if (err != NS_OK && err != NS_AGAIN)
		s->n.state = NTLM_STATE_FAILED;
	return err;
}

static void server_free(struct auth *a)
{
	struct ntlm_server *s = (struct ntlm_server *)a;

	ntlm_release(&s->n);
	free(s);
}

static const struct auth_ops server_ops = {
	.step = server_step,
	.export_key = ntlm_export_key,
	.identity = ntlm_identity,
	.chosen = ntlm_chosen,
	.error_text = ntlm_error_text,
	.get_mic = ntlm_get_mic,
	.verify_mic = ntlm_verify_mic,
	.free = server_free,
};

enum ns_err ntlm_server_new(struct auth **out, const struct auth_server_config *config)
{
	struct ntlm_server *s;

	*out = NULL;
	if (config->netbios_name == NULL || config->lookup == NULL)
		return NS_EINVAL;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NS_ENOMEM;
	ntlm_init(&s->n, &server_ops, NTLM_FROM_SERVER, config->env);
	s->config = config;
	*out = &s->n.auth;
	return NS_OK;
}

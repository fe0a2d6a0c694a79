/* SPDX-License-Identifier: MIT */
#include "security/ntlm.h"

#include <stdlib.h>

#include "base/utf16.h"
#include "security/crypto.h"
#include "security/ntlm_common.h"

/* What is offered, 3.1.5.1.1, ... */
#define CLIENT_FLAGS                                                                       \
	(NTLMSSP_NEGOTIATE_UNICODE | NTLMSSP_REQUEST_TARGET | NTLMSSP_NEGOTIATE_SIGN |     \
	 NTLMSSP_NEGOTIATE_NTLM | NTLMSSP_NEGOTIATE_ALWAYS_SIGN |                          \
	 NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY | NTLMSSP_NEGOTIATE_VERSION |          \
	 NTLMSSP_NEGOTIATE_128 | NTLMSSP_NEGOTIATE_KEY_EXCH)

/* ... and what of it the server must have accepted: without these there is no NTLMv2 with
 * a MIC, or the session key would come from the password alone. */
#define CLIENT_NEEDS                                                                       \
	(NTLMSSP_NEGOTIATE_UNICODE | NTLMSSP_NEGOTIATE_SIGN |                              \
	 NTLMSSP_NEGOTIATE_EXTENDED_SESSIONSECURITY | NTLMSSP_NEGOTIATE_TARGET_INFO |      \
	 NTLMSSP_NEGOTIATE_128 | NTLMSSP_NEGOTIATE_KEY_EXCH)

/* A session without a name has no key: nothing to exchange, nothing to sign with. */
#define ANONYMOUS_DROPS (NTLMSSP_NEGOTIATE_SIGN | NTLMSSP_NEGOTIATE_KEY_EXCH)

struct ntlm_client {
	struct ntlm n;
	struct secret nt_hash;
	struct buf user16; /* UTF-16LE, as is all below */
	struct buf domain16;
	struct buf workstation16;
	struct buf service16; /* "cifs/host" */
};

static enum ns_err send_negotiate(struct ntlm_client *c, struct buf *out)
{
	struct ntlm_negotiate msg = {.flags = CLIENT_FLAGS};
	enum ns_err err = ntlm_negotiate_encode(&c->n.first, &msg);

	if (err == NS_OK)
		err = buf_append(out, buf_view(&c->n.first));
	if (err != NS_OK)
		return err;
	c->n.state = NTLM_STATE_CHALLENGE;
	return NS_AGAIN;
}

static enum ns_err send_anonymous(struct ntlm_client *c, struct buf *out,
				  const struct ntlm_challenge *challenge)
{
	/* 3.3.2, "special case for anonymous authentication": Z(1). */
	static const uint8_t z1[1] = {0};
	struct ntlm_authenticate msg = {.lm_response = view_of(z1, sizeof(z1))};
	enum ns_err err;

	msg.flags = (challenge->flags & CLIENT_FLAGS & ~ANONYMOUS_DROPS) |
		    NTLMSSP_NEGOTIATE_ANONYMOUS;
	err = ntlm_authenticate_encode(out, &msg);
	if (err != NS_OK)
		return err;
	c->n.flags = msg.flags;
	c->n.anonymous = true;
	c->n.state = NTLM_STATE_DONE;
	return NS_OK;
}

/* May the client answer this server, 3.1.5.1.2? */
static enum ns_err check_challenge(struct ntlm_av_pairs *av,
				   const struct ntlm_challenge *challenge)
{
	enum ns_err err;

	if ((challenge->flags & CLIENT_NEEDS) != CLIENT_NEEDS)
		return NS_EUNSUPPORTED;
	err = ntlm_av_decode(av, challenge->target_info);
	if (err != NS_OK)
		return err;
	/* Without both, a client that asks for integrity has to give up. */
	if (!av->present[NTLM_AV_NB_COMPUTER] || !av->present[NTLM_AV_NB_DOMAIN])
		return NS_EUNSUPPORTED;
	return NS_OK;
}

/*
 * NtChallengeResponse and SessionBaseKey, 3.3.2.  The time is the server's where it told
 * it, so that clocks need not agree.
 */
static enum ns_err respond(struct ntlm_client *c, struct buf *response,
			   struct secret *base_key, const struct ntlm_challenge *challenge,
			   const struct ntlm_av_pairs *av)
{
	const struct auth_env *env = c->n.env;
	uint8_t nonce[NTLM_CHALLENGE_LEN], proof[NTLM_PROOF_LEN];
	struct secret response_key = {0};
	struct buf blob, answer;
	uint64_t time;
	enum ns_err err;

	buf_init(&blob, NTLM_MESSAGE_MAX);
	buf_init(&answer, NTLM_MESSAGE_MAX);
	time = av->present[NTLM_AV_TIMESTAMP] ? av->timestamp : env->now(env->ctx);
	err = env->random(env->ctx, nonce, sizeof(nonce));
	if (err == NS_OK)
		err = ntlm_av_answer(&answer, challenge->target_info,
				     buf_view(&c->service16));
	if (err == NS_OK)
		err = ntlm_client_blob(&blob, time, nonce, buf_view(&answer));
	if (err == NS_OK)
		err = ntlm_response_key(&response_key, &c->nt_hash, buf_view(&c->user16),
					buf_view(&c->domain16));
	if (err != NS_OK)
		goto out;
	ntlm_proof(proof, &response_key, challenge->server_challenge, buf_view(&blob));
	err = ntlm_session_base_key(base_key, &response_key, proof);
	if (err == NS_OK)
		err = buf_append(response, view_of(proof, sizeof(proof)));
	if (err == NS_OK)
		err = buf_append(response, buf_view(&blob));
out:
	secret_wipe(&response_key);
	buf_release(&blob);
	buf_release(&answer);
	return err;
}

/* A random ExportedSessionKey, and it encrypted with the key both sides know. */
static enum ns_err choose_key(struct ntlm_client *c, struct secret *key,
			      uint8_t encrypted[NTLM_KEY_LEN],
			      const struct secret *base_key)
{
	const struct auth_env *env = c->n.env;
	uint8_t random[NTLM_KEY_LEN];
	enum ns_err err = env->random(env->ctx, random, sizeof(random));

	if (err == NS_OK)
		err = secret_set(key, view_of(random, sizeof(random)));
	if (err == NS_OK)
		err = crypto_rc4(encrypted, secret_view(base_key),
				 view_of(random, sizeof(random)));
	secret_wipe_bytes(random, sizeof(random));
	return err;
}

/* Appends the AUTHENTICATE_MESSAGE with its MIC, which covers it with the field zero. */
static enum ns_err encode_with_mic(struct ntlm_client *c, struct buf *out,
				   struct ntlm_authenticate *msg, const struct secret *key)
{
	struct buf unsigned_msg;
	enum ns_err err;

	buf_init(&unsigned_msg, NTLM_MESSAGE_MAX);
	err = ntlm_authenticate_encode(&unsigned_msg, msg);
	if (err == NS_OK) {
		ntlm_mic(msg->mic, key, buf_view(&c->n.first), buf_view(&c->n.second),
			 buf_view(&unsigned_msg));
		err = ntlm_authenticate_encode(out, msg);
	}
	buf_release(&unsigned_msg);
	return err;
}

static enum ns_err send_authenticate(struct ntlm_client *c, struct buf *out,
				     const struct ntlm_challenge *challenge)
{
	/* With a timestamp from the server the LM response is Z(24), 3.1.5.1.2; a server
	 * that sends none is content with it too, for the NT response decides. */
	static const uint8_t z24[24] = {0};
	struct secret base_key = {0}, key = {0};
	uint8_t encrypted[NTLM_KEY_LEN];
	struct ntlm_authenticate msg = {0};
	struct ntlm_av_pairs av;
	struct buf response;
	enum ns_err err;

	buf_init(&response, NTLM_MESSAGE_MAX);
	err = check_challenge(&av, challenge);
	if (err == NS_OK)
		err = respond(c, &response, &base_key, challenge, &av);
	if (err == NS_OK)
		err = choose_key(c, &key, encrypted, &base_key);
	if (err != NS_OK)
		goto out;
	msg.lm_response = view_of(z24, sizeof(z24));
	msg.nt_response = buf_view(&response);
	msg.domain = buf_view(&c->domain16);
	msg.user = buf_view(&c->user16);
	msg.workstation = buf_view(&c->workstation16);
	msg.session_key = view_of(encrypted, sizeof(encrypted));
	msg.flags = challenge->flags & (CLIENT_FLAGS | NTLMSSP_NEGOTIATE_TARGET_INFO);
	err = encode_with_mic(c, out, &msg, &key);
	if (err != NS_OK)
		goto out;

	c->n.key = key;
	c->n.flags = msg.flags;
	c->n.state = NTLM_STATE_DONE;
out:
	secret_wipe(&base_key);
	secret_wipe(&key);
	buf_release(&response);
	return err;
}

static enum ns_err on_challenge(struct ntlm_client *c, struct buf *out, struct view in)
{
	struct ntlm_challenge challenge;
	enum ns_err err = ntlm_challenge_decode(&challenge, in);

	if (err == NS_OK)
		err = buf_append(&c->n.second, in);
	if (err != NS_OK)
		return err;
	if (c->n.anonymous)
		return send_anonymous(c, out, &challenge);
	return send_authenticate(c, out, &challenge);
}

static enum ns_err client_step(struct auth *a, struct buf *out, struct view in)
{
	struct ntlm_client *c = (struct ntlm_client *)a;
	enum ns_err err = NS_EINVAL;

	if (c->n.state == NTLM_STATE_START)
		err = send_negotiate(c, out);
	else if (c->n.state == NTLM_STATE_CHALLENGE)
		err = on_challenge(c, out, in);
	if (err != NS_OK && err != NS_AGAIN)
		c->n.state = NTLM_STATE_FAILED;
	return err;
}

static void client_free(struct auth *a)
{
	struct ntlm_client *c = (struct ntlm_client *)a;

	ntlm_release(&c->n);
	secret_wipe(&c->nt_hash);
	buf_release(&c->user16);
	buf_release(&c->domain16);
	buf_release(&c->workstation16);
	buf_release(&c->service16);
	free(c);
}

static const struct auth_ops client_ops = {
	.step = client_step,
	.export_key = ntlm_export_key,
	.identity = ntlm_identity,
	.chosen = ntlm_chosen,
	.error_text = ntlm_error_text,
	.get_mic = ntlm_get_mic,
	.verify_mic = ntlm_verify_mic,
	.free = client_free,
};

/* As the wire wants it, and as a string to show; NULL leaves both empty. */
static enum ns_err set_name(struct buf *utf16, struct buf *text, const char *name)
{
	enum ns_err err;

	if (name == NULL)
		return NS_OK;
	err = utf16_from_utf8(utf16, view_of_string(name));
	if (err == NS_OK && text != NULL)
		err = buf_append(text, view_of(name, strlen(name) + 1));
	return err == NS_EFORMAT || err == NS_ELIMIT ? NS_EINVAL : err;
}

static enum ns_err set_service(struct ntlm_client *c, const char *host)
{
	enum ns_err err;

	if (host == NULL)
		return NS_OK;
	err = utf16_from_utf8(&c->service16, VIEW_LITERAL("cifs/"));
	return err == NS_OK ? set_name(&c->service16, NULL, host) : err;
}

static enum ns_err set_credentials(struct ntlm_client *c,
				   const struct auth_credentials *creds)
{
	enum ns_err err;

	c->n.anonymous = creds->anonymous;
	if (creds->anonymous)
		return NS_OK;
	if (creds->user == NULL || (creds->password == NULL && creds->nt_hash.n == 0))
		return NS_ENOCREDS;
	if (creds->nt_hash.n != 0 && creds->nt_hash.n != NT_HASH_LEN)
		return NS_EINVAL;
	err = set_name(&c->user16, &c->n.user, creds->user);
	if (err == NS_OK)
		err = set_name(&c->domain16, &c->n.domain, creds->domain);
	if (err == NS_OK && creds->nt_hash.n == NT_HASH_LEN)
		err = secret_set(&c->nt_hash, secret_view(&creds->nt_hash));
	else if (err == NS_OK)
		err = ntlm_nt_hash(&c->nt_hash, view_of_string(creds->password));
	return err == NS_EFORMAT || err == NS_ELIMIT ? NS_EINVAL : err;
}

enum ns_err ntlm_client_new(struct auth **out, const struct auth_client_config *config)
{
	struct ntlm_client *c = calloc(1, sizeof(*c));
	enum ns_err err;

	*out = NULL;
	if (c == NULL)
		return NS_ENOMEM;
	ntlm_init(&c->n, &client_ops, NTLM_FROM_CLIENT, config->env);
	buf_init(&c->user16, 2 * AUTH_NAME_MAX);
	buf_init(&c->domain16, 2 * AUTH_NAME_MAX);
	buf_init(&c->workstation16, 2 * AUTH_NAME_MAX);
	buf_init(&c->service16, 2 * AUTH_NAME_MAX);
	err = set_credentials(c, config->creds);
	if (err == NS_OK)
		err = set_name(&c->workstation16, NULL, config->workstation);
	if (err == NS_OK)
		err = set_service(c, config->host);
	if (err != NS_OK) {
		client_free(&c->n.auth);
		return err;
	}
	*out = &c->n.auth;
	return NS_OK;
}

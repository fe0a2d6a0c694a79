/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "security/gss.h"
#include "security/ntlm.h"
#include "security/spnego_auth.h"
#include "security/spnego_common.h"

/* A mechanism that we can offer. */
struct offer {
	enum spnego_mech mech;
	struct auth *auth; /* owned; NULL once it is taken or dropped */
};

/* Kerberos and NTLM. */
#define OFFERS_MAX 2

struct spnego_client {
	struct spnego s;
	struct offer offers[OFFERS_MAX]; /* most preferred first */
	size_t n;
};

static void drop_first(struct spnego_client *c)
{
	auth_free(c->offers[0].auth);
	c->offers[0] = c->offers[1];
	c->offers[1] = (struct offer){0};
	c->n--;
}

/*
 * The first token of the first mechanism that has one.  Kerberos may turn out to have no
 * ticket for this server: then it is not offered.  The error is that of the last.
 */
static enum ns_err first_token(struct spnego_client *c, struct buf *token)
{
	enum ns_err err = NS_ENOCREDS;

	while (c->n > 0) {
		err = auth_step(c->offers[0].auth, token, (struct view){0});
		if (err == NS_OK || err == NS_AGAIN)
			return NS_OK;
		spnego_keep_error(&c->s, c->offers[0].auth);
		buf_clear(token);
		drop_first(c);
	}
	return err;
}

static enum ns_err send_init(struct spnego_client *c, struct buf *out)
{
	struct wire_writer w = wire_writer_at_end(out);
	struct wire_writer list = wire_writer_at_end(&c->s.mech_list);
	struct spnego_init init = {0};
	struct buf token;
	enum ns_err err;

	buf_init(&token, AUTH_TOKEN_MAX);
	err = first_token(c, &token);
	if (err != NS_OK)
		goto out;
	for (size_t i = 0; i < c->n; i++)
		init.mechs[i] = c->offers[i].mech;
	init.mech_count = c->n;
	init.mech_token = buf_view(&token);
	spnego_init_encode(&w, &init);
	spnego_mech_list_encode(&list, init.mechs, init.mech_count);
	err = wire_put_status(&w);
	if (err == NS_OK)
		err = wire_put_status(&list);
	if (err == NS_OK)
		c->s.phase = SPNEGO_RUNNING;
out:
	buf_wipe(&token);
	return err == NS_OK ? NS_AGAIN : err;
}

/*
 * The server's choice, RFC 4178 4.2.2.  A server that names none takes the first.  One
 * that takes another makes the MIC necessary: only that tells its choice from a list that
 * somebody shortened on the way.
 */
static enum ns_err take_choice(struct spnego_client *c, enum spnego_mech choice)
{
	unsigned bit = spnego_mech_bit(choice);

	if (c->s.mech != NULL)
		return choice == SPNEGO_MECH_NONE || bit == c->s.chosen ? NS_OK
									: NS_EUNEXPECTED;
	if (choice == SPNEGO_MECH_NONE)
		bit = spnego_mech_bit(c->offers[0].mech);
	for (size_t i = 0; i < c->n; i++) {
		if (spnego_mech_bit(c->offers[i].mech) != bit)
			continue;
		c->s.mech = c->offers[i].auth;
		c->offers[i].auth = NULL; /* moved */
		c->s.chosen = bit;
		c->s.mic_needed = i > 0;
		return NS_OK;
	}
	return NS_EUNEXPECTED;
}

/*
 * The mechanism's part of an answer.  A mechanism other than the first starts now, and
 * so has nothing to read yet; any other has, for all of ours end with the server's token
 * or with our own.
 */
static enum ns_err feed_mech(struct spnego_client *c, struct buf *token, bool starts,
			     struct view in)
{
	if (c->s.mech_done || (starts && in.n > 0) || (!starts && in.n == 0))
		return in.n == 0 && c->s.mech_done ? NS_OK : NS_EUNEXPECTED;
	return spnego_run_mech(&c->s, token, in);
}

static enum ns_err send_resp(struct spnego_client *c, struct buf *out, struct view token)
{
	struct wire_writer w = wire_writer_at_end(out);
	struct spnego_resp resp = {.state = SPNEGO_STATE_NONE, .response_token = token};
	struct buf mic;
	enum ns_err err = NS_OK;

	buf_init(&mic, AUTH_TOKEN_MAX);
	if (c->s.mech_done && !c->s.mic_sent)
		err = spnego_make_mic(&c->s, &mic);
	resp.mic = buf_view(&mic);
	/* Our last word is ours to call complete; before that the state is the server's. */
	if (c->s.mech_done && c->s.mic_verified)
		resp.state = SPNEGO_ACCEPT_COMPLETED;
	if (err == NS_OK) {
		spnego_resp_encode(&w, &resp);
		err = wire_put_status(&w);
	}
	buf_release(&mic);
	return err == NS_OK ? NS_AGAIN : err;
}

/* What to do after an answer was read: send on, or be done. */
static enum ns_err conclude(struct spnego_client *c, struct buf *out,
			    const struct spnego_resp *resp, struct view token)
{
	bool server_done = resp->state == SPNEGO_ACCEPT_COMPLETED ||
			   (resp->state == SPNEGO_STATE_NONE && c->s.mech_done);

	if (token.n > 0) {
		/* It cannot be content with a token it has not seen. */
		if (resp->state == SPNEGO_ACCEPT_COMPLETED)
			return NS_EUNEXPECTED;
		return send_resp(c, out, token);
	}
	if (!c->s.mech_done)
		return NS_EUNEXPECTED;
	if (server_done)
		return spnego_finish(&c->s);
	if (c->s.mic_sent)
		return NS_EUNEXPECTED;
	return send_resp(c, out, token);
}

static enum ns_err on_resp(struct spnego_client *c, struct buf *out, struct view in)
{
	struct spnego_resp resp;
	struct buf token;
	bool starts;
	enum ns_err err;

	/* Some servers end with an empty buffer: success, and nothing more to say. */
	if (in.n == 0)
		return c->s.mech_done ? spnego_finish(&c->s) : NS_EUNEXPECTED;
	err = spnego_resp_decode(&resp, in);
	if (err != NS_OK)
		return err;
	if (resp.state == SPNEGO_REJECT)
		return NS_EAUTH;
	buf_init(&token, AUTH_TOKEN_MAX);
	starts = c->s.mech == NULL;
	err = take_choice(c, resp.mech);
	if (err != NS_OK)
		goto out;
	starts = starts && c->s.mic_needed;
	if (resp.state == SPNEGO_REQUEST_MIC)
		c->s.mic_needed = true;
	err = feed_mech(c, &token, starts, resp.response_token);
	if (err == NS_OK && resp.mic.n > 0)
		err = spnego_check_mic(&c->s, resp.mic);
	if (err == NS_OK)
		err = conclude(c, out, &resp, buf_view(&token));
out:
	buf_wipe(&token);
	return err;
}

static enum ns_err client_step(struct auth *a, struct buf *out, struct view in)
{
	struct spnego_client *c = (struct spnego_client *)a;
	enum ns_err err = NS_EINVAL;

	if (c->s.phase == SPNEGO_START)
		err = send_init(c, out);
	else if (c->s.phase == SPNEGO_RUNNING)
		err = on_resp(c, out, in);
	if (err != NS_OK && err != NS_AGAIN)
		c->s.phase = SPNEGO_FAILED;
	return err;
}

static void client_free(struct auth *a)
{
	struct spnego_client *c = (struct spnego_client *)a;

	for (size_t i = 0; i < OFFERS_MAX; i++)
		auth_free(c->offers[i].auth);
	spnego_release(&c->s);
	free(c);
}

static const struct auth_ops client_ops = {
	.step = client_step,
	.export_key = spnego_export_key,
	.identity = spnego_identity,
	.chosen = spnego_chosen,
	.error_text = spnego_error_text,
	.get_mic = spnego_get_mic,
	.verify_mic = spnego_verify_mic,
	.free = client_free,
};

/* The mechanisms that a hint names; all of them if it names none or makes no sense. */
static unsigned hinted_mechs(struct view hint)
{
	struct spnego_init init;
	unsigned set = 0;

	if (hint.n == 0 || spnego_init_decode(&init, hint) != NS_OK)
		return AUTH_MECH_NTLM | AUTH_MECH_KERBEROS;
	for (size_t i = 0; i < init.mech_count; i++)
		set |= spnego_mech_bit(init.mechs[i]);
	return set;
}

/* Adds a mechanism; credentials that are not meant for it are no error here. */
static enum ns_err add_offer(struct spnego_client *c, enum spnego_mech mech,
			     const struct auth_client_config *config)
{
	struct auth **auth = &c->offers[c->n].auth;
	enum ns_err err = mech == SPNEGO_MECH_KRB5 ? kerberos_client_new(auth, config)
						   : ntlm_client_new(auth, config);

	if (err == NS_OK)
		c->offers[c->n++].mech = mech;
	return err == NS_ENOMEM ? err : NS_OK;
}

enum ns_err spnego_client_new(struct auth **out, const struct auth_client_config *config)
{
	unsigned wanted = auth_credentials_mechs(config->creds);
	unsigned offered = hinted_mechs(config->hint);
	unsigned mechs = wanted & offered;
	struct spnego_client *c;
	enum ns_err err = NS_OK;

	*out = NULL;
	/* Nobody forbade what the server offers: there is just nothing to do it with. */
	if (mechs == 0)
		return offered != 0 && config->creds->mechs == 0 ? NS_ENOCREDS
								 : NS_EUNSUPPORTED;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return NS_ENOMEM;
	spnego_init(&c->s, &client_ops);
	if ((mechs & AUTH_MECH_KERBEROS) != 0)
		err = add_offer(c, SPNEGO_MECH_KRB5, config);
	if (err == NS_OK && (mechs & AUTH_MECH_NTLM) != 0)
		err = add_offer(c, SPNEGO_MECH_NTLMSSP, config);
	if (err == NS_OK && c->n == 0)
		err = NS_ENOCREDS;
	if (err != NS_OK) {
		client_free(&c->s.auth);
		return err;
	}
	*out = &c->s.auth;
	return NS_OK;
}

/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "security/gss.h"
#include "security/ntlm.h"
#include "security/spnego_auth.h"
#include "security/spnego_common.h"

struct spnego_server {
	struct spnego s;
	const struct auth_server_config *config;
	bool raw; /* the client speaks NTLMSSP without a shell, and so do we */
};

/* The client's most preferred mechanism that we have, or mech_count. */
static size_t choose(const struct auth_server_config *config,
		     const struct spnego_init *init)
{
	size_t i = 0;

	while (i < init->mech_count &&
	       (config->mechs & spnego_mech_bit(init->mechs[i])) == 0)
		i++;
	return i;
}

static enum ns_err make_mech(struct spnego_server *s, unsigned bit)
{
	s->s.chosen = bit;
	return bit == AUTH_MECH_KERBEROS ? kerberos_server_new(&s->s.mech, s->config)
					 : ntlm_server_new(&s->s.mech, s->config);
}

static enum ns_err send_resp(struct buf *out, const struct spnego_resp *resp)
{
	struct wire_writer w = wire_writer_at_end(out);

	spnego_resp_encode(&w, resp);
	return wire_put_status(&w);
}

/*
 * Answers after the mechanism took a step.  `got_mic`: the client's has just been verified
 * and waits for ours.
 *
 * A MIC that is needed and has not come yet can come only if the client has the last word:
 * ours then goes out with the mechanism's last token, and we wait (RFC 4178 5).  If the
 * last token was the client's, its MIC should have been with it.
 */
static enum ns_err answer(struct spnego_server *s, struct buf *out,
			  struct spnego_resp *resp, bool got_mic)
{
	bool missing = s->s.mech_done && spnego_mic_is_missing(&s->s);
	struct buf mic;
	enum ns_err err = NS_OK;

	if (missing && resp->response_token.n == 0)
		return NS_ESIGNATURE;
	buf_init(&mic, AUTH_TOKEN_MAX);
	if ((missing || got_mic) && !s->s.mic_sent)
		err = spnego_make_mic(&s->s, &mic);
	resp->mic = buf_view(&mic);
	resp->state = s->s.mech_done && !missing ? SPNEGO_ACCEPT_COMPLETED
						 : SPNEGO_ACCEPT_INCOMPLETE;
	if (err == NS_OK)
		err = send_resp(out, resp);
	buf_release(&mic);
	if (err != NS_OK)
		return err;
	return resp->state == SPNEGO_ACCEPT_COMPLETED ? spnego_finish(&s->s) : NS_AGAIN;
}

/* The mechanism reads the client's token and its answer goes out. */
static enum ns_err run_and_answer(struct spnego_server *s, struct buf *out,
				  enum spnego_mech mech, struct view in, struct view mic)
{
	struct spnego_resp resp = {.mech = mech};
	struct buf token;
	enum ns_err err = NS_OK;

	buf_init(&token, AUTH_TOKEN_MAX);
	if (!s->s.mech_done)
		err = spnego_run_mech(&s->s, &token, in);
	else if (in.n > 0)
		err = NS_EUNEXPECTED;
	if (err == NS_OK && mic.n > 0)
		err = spnego_check_mic(&s->s, mic);
	resp.response_token = buf_view(&token);
	if (err == NS_OK)
		err = answer(s, out, &resp, mic.n > 0);
	buf_wipe(&token);
	return err;
}

/*
 * The client's offer.  Its token belongs to its first choice; if ours is another, it is
 * dropped, and the client is told to protect the list.
 */
static enum ns_err on_init(struct spnego_server *s, struct buf *out, struct view in)
{
	struct spnego_resp other = {.state = SPNEGO_REQUEST_MIC};
	struct spnego_init init;
	size_t i;
	enum ns_err err;

	err = spnego_init_decode(&init, in);
	if (err != NS_OK)
		return err;
	i = choose(s->config, &init);
	if (i == init.mech_count)
		return NS_EUNSUPPORTED;
	err = buf_append(&s->s.mech_list, init.mech_list);
	if (err == NS_OK)
		err = make_mech(s, spnego_mech_bit(init.mechs[i]));
	if (err != NS_OK)
		return err;
	s->s.phase = SPNEGO_RUNNING;
	/* Both names of Kerberos stand for one mechanism. */
	s->s.mic_needed = spnego_mech_bit(init.mechs[0]) != s->s.chosen;
	if (!s->s.mic_needed && init.mech_token.n > 0)
		return run_and_answer(s, out, init.mechs[i], init.mech_token, init.mic);
	other.mech = init.mechs[i];
	if (!s->s.mic_needed)
		other.state = SPNEGO_ACCEPT_INCOMPLETE;
	err = send_resp(out, &other);
	return err == NS_OK ? NS_AGAIN : err;
}

static enum ns_err on_resp(struct spnego_server *s, struct buf *out, struct view in)
{
	struct spnego_resp resp;
	enum ns_err err = spnego_resp_decode(&resp, in);

	if (err != NS_OK)
		return err;
	if (resp.state == SPNEGO_REJECT)
		return NS_EAUTH;
	return run_and_answer(s, out, SPNEGO_MECH_NONE, resp.response_token, resp.mic);
}

/* Linux's own client and some others leave SPNEGO out; there is no list to protect. */
static enum ns_err on_raw(struct spnego_server *s, struct buf *out, struct view in)
{
	enum ns_err err = NS_OK;

	if ((s->config->mechs & AUTH_MECH_NTLM) == 0)
		return NS_EUNSUPPORTED;
	if (s->s.mech == NULL)
		err = make_mech(s, AUTH_MECH_NTLM);
	if (err == NS_OK)
		err = spnego_run_mech(&s->s, out, in);
	if (err != NS_OK)
		return err;
	s->raw = true;
	s->s.phase = SPNEGO_RUNNING;
	return s->s.mech_done ? spnego_finish(&s->s) : NS_AGAIN;
}

static enum ns_err server_step(struct auth *a, struct buf *out, struct view in)
{
	struct spnego_server *s = (struct spnego_server *)a;
	enum ns_err err = NS_EINVAL;

	if (s->raw && s->s.phase == SPNEGO_RUNNING)
		err = on_raw(s, out, in);
	else if (s->s.phase == SPNEGO_RUNNING)
		err = on_resp(s, out, in);
	else if (s->s.phase == SPNEGO_START && spnego_kind(in) == SPNEGO_KIND_RAW_NTLMSSP)
		err = on_raw(s, out, in);
	else if (s->s.phase == SPNEGO_START)
		err = on_init(s, out, in);
	if (err != NS_OK && err != NS_AGAIN)
		s->s.phase = SPNEGO_FAILED;
	return err;
}

static void server_free(struct auth *a)
{
	struct spnego_server *s = (struct spnego_server *)a;

	spnego_release(&s->s);
	free(s);
}

static const struct auth_ops server_ops = {
	.step = server_step,
	.export_key = spnego_export_key,
	.identity = spnego_identity,
	.chosen = spnego_chosen,
	.error_text = spnego_error_text,
	.get_mic = spnego_get_mic,
	.verify_mic = spnego_verify_mic,
	.free = server_free,
};

enum ns_err spnego_server_new(struct auth **out, const struct auth_server_config *config)
{
	struct spnego_server *s;

	*out = NULL;
	if ((config->mechs & (AUTH_MECH_NTLM | AUTH_MECH_KERBEROS)) == 0)
		return NS_EINVAL;
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NS_ENOMEM;
	spnego_init(&s->s, &server_ops);
	s->config = config;
	*out = &s->s.auth;
	return NS_OK;
}

enum ns_err spnego_server_hint(struct buf *out, const struct auth_server_config *config)
{
	struct wire_writer w = wire_writer_at_end(out);
	struct spnego_init init = {.hint_name = SPNEGO_HINT};

	if ((config->mechs & AUTH_MECH_KERBEROS) != 0) {
		init.mechs[init.mech_count++] = SPNEGO_MECH_MS_KRB5;
		init.mechs[init.mech_count++] = SPNEGO_MECH_KRB5;
	}
	if ((config->mechs & AUTH_MECH_NTLM) != 0)
		init.mechs[init.mech_count++] = SPNEGO_MECH_NTLMSSP;
	spnego_init_encode(&w, &init);
	return wire_put_status(&w);
}

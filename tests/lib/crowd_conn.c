/* SPDX-License-Identifier: MIT */
#include "lib/crowd_conn.h"

#include "base/ntstatus.h"
#include "lib/crowd_steps.h"
#include "security/sign.h"
#include "wire/nbss.h"

/* No answer to what is asked here is longer. */
#define CROWD_BUFFER_MAX (1u << 20)

void crowd_conn_init(struct crowd_conn *c, struct crowd_session *sessions, size_t count)
{
	*c = (struct crowd_conn){.fd = -1, .step = CROWD_IDLE};
	c->sessions = sessions;
	c->count = count;
	buf_init(&c->token, AUTH_TOKEN_MAX);
	buf_init(&c->in, CROWD_BUFFER_MAX);
	buf_init(&c->out, CROWD_BUFFER_MAX);
}

void crowd_conn_release(struct crowd_conn *c)
{
	auth_free(c->auth);
	buf_wipe(&c->token);
	buf_release(&c->in);
	buf_release(&c->out);
	for (size_t i = 0; i < c->count; i++)
		smb_keys_release(&c->sessions[i].keys);
}

/* ------------------------------------------------------------------- one request -- */

static struct smb2_hdr header(const struct crowd_conn *c)
{
	const struct crowd_session *s = crowd_current(c);

	return (struct smb2_hdr){
		.credit_charge = c->step == CROWD_NEGOTIATE ? 0 : 1,
		.command = crowd_steps[c->step].command,
		.credits = 1,
		.message_id = c->next_id,
		.tree_id = s->tree,
		.session_id = s->id,
	};
}

enum ns_err crowd_go(struct crowd_conn *c, enum crowd_step step)
{
	size_t frame = c->out.n, start = frame + NBSS_HDR_LEN;
	struct smb2_hdr hdr;
	struct wire_writer w;
	enum ns_err err = nbss_put(&c->out);

	if (err != NS_OK)
		return err;
	c->step = step;
	hdr = header(c);
	w = wire_writer_at_end(&c->out);
	smb2_hdr_encode(&w, &hdr);
	err = crowd_steps[step].put(c, &w);
	if (err == NS_OK)
		err = wire_put_status(&w);
	if (err == NS_OK && crowd_steps[step].is_signed)
		err = smb_sign(&crowd_current(c)->keys, &c->out, start, c->out.n - start);
	else if (err == NS_OK)
		preauth_update(&c->hash, view_slice(buf_view(&c->out), start, SIZE_MAX));
	c->next_id++;
	return err == NS_OK ? nbss_patch(&c->out, frame) : err;
}

enum ns_err crowd_rest(struct crowd_conn *c)
{
	c->step = CROWD_IDLE;
	buf_wipe(&c->token);
	buf_release(&c->out);
	return NS_OK;
}

/* ----------------------------------------------------------------------- the whole -- */

enum ns_err crowd_conn_sign_in(struct crowd_conn *c)
{
	c->at = 0;
	return crowd_go(c, CROWD_NEGOTIATE);
}

enum ns_err crowd_conn_ask(struct crowd_conn *c)
{
	c->at = 0;
	return crowd_go(c, CROWD_ASK);
}

/* Interim answers and what the server says unasked are no answers. */
static enum ns_err take_message(struct crowd_conn *c, struct view msg)
{
	struct smb2_hdr hdr;
	enum ns_err err = smb2_hdr_decode(&hdr, msg);

	if (err != NS_OK || hdr.message_id + 1 != c->next_id ||
	    hdr.status == NT_STATUS_PENDING)
		return err;
	if (crowd_conn_idle(c) || hdr.command != crowd_steps[c->step].command)
		return NS_EUNEXPECTED;
	c->status = hdr.status;
	return crowd_steps[c->step].take(c, &hdr, msg);
}

enum ns_err crowd_conn_take(struct crowd_conn *c, struct view bytes)
{
	struct view msg;
	size_t total;
	enum ns_err err = buf_append(&c->in, bytes);

	while (err == NS_OK) {
		err = nbss_frame(&msg, &total, buf_view(&c->in), CROWD_BUFFER_MAX);
		if (err == NS_OK) {
			err = take_message(c, msg);
			buf_consume(&c->in, total);
		}
	}
	if (c->in.n == 0)
		buf_release(&c->in);
	return err == NS_AGAIN ? NS_OK : err;
}

enum ns_err crowd_conn_lost(struct crowd_conn *c)
{
	if (c->step < CROWD_ASK)
		return NS_ECLOSED;
	for (; c->at < c->count; c->at++)
		crowd_current(c)->user->dead++;
	return crowd_rest(c);
}

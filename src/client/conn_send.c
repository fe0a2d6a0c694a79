/* SPDX-License-Identifier: MIT */
#include "client/conn_send.h"

#include <assert.h>

#include "security/seal.h"
#include "security/sign.h"
#include "wire/nbss.h"
#include "wire/smb2_simple.h"

static const uint16_t step_command[STEPS] = {
	[STEP_NEGOTIATE] = SMB2_NEGOTIATE, [STEP_SESSION_SETUP] = SMB2_SESSION_SETUP,
	[STEP_TREE] = SMB2_TREE_CONNECT,   [STEP_VALIDATE] = SMB2_IOCTL,
	[STEP_CREATE] = SMB2_CREATE,       [STEP_BIND] = SMB2_IOCTL,
	[STEP_WRITE] = SMB2_WRITE,         [STEP_CALL] = SMB2_IOCTL,
	[STEP_READ] = SMB2_READ,           [STEP_CLOSE] = SMB2_CLOSE,
	[STEP_LOGOFF] = SMB2_LOGOFF,
};

/* 3.2.4.1.2: what we spend, and as much more as we would like to have. */
static uint16_t credits_to_ask(const struct requests *rs)
{
	uint64_t have = rs->limit - rs->next;

	return have < CREDITS_WANTED ? (uint16_t)(CREDITS_WANTED - have) : 1;
}

/* The ids that every request carries. */
static struct smb2_hdr header_of(const struct conn *c, enum request_step step)
{
	return (struct smb2_hdr){
		/* 3.2.4.1.5: 0 where the server does not count, and in 2.0.2 */
		.credit_charge = c->negotiated.multi_credit ? 1 : 0,
		.command = step_command[step],
		.credits = credits_to_ask(&c->requests),
		.session_id = c->session.id,
		.tree_id = step > STEP_TREE && step != STEP_LOGOFF ? c->tree.id : 0,
	};
}

static bool sealing(const struct conn *c)
{
	return c->session.valid && c->session.encrypt;
}

void outgoing_init(struct outgoing *o, struct conn *c)
{
	*o = (struct outgoing){.c = c};
	buf_clear(&c->msg);
}

struct wire_writer *outgoing_add(struct outgoing *o, enum request_step step)
{
	struct smb2_hdr hdr = header_of(o->c, step);
	enum ns_err err = o->w.err;
	struct request *r;

	assert(o->n < COMPOUND_MAX);
	if (o->n > 0) {
		smb2_hdr_patch_next(&o->w);
		err = o->w.err;
		hdr.flags |= SMB2_FLAGS_RELATED_OPERATIONS;
		/* The server takes the one it has just made. */
		if (!o->c->tree.valid)
			hdr.tree_id = UINT32_MAX;
	}
	r = requests_add(&o->c->requests, step, hdr.command);
	r->sealed = sealing(o->c);
	r->call = o->c->call.number;
	hdr.message_id = r->message_id;
	o->start[o->n] = o->c->msg.n;
	o->request[o->n] = r;
	o->n++;
	o->w = wire_writer_at_end(&o->c->msg);
	o->w.err = err;
	smb2_hdr_encode(&o->w, &hdr);
	return &o->w;
}

/* 3.2.4.1.1: each element of a compound is signed by itself, padding included. */
static enum ns_err sign_all(struct conn *c, const size_t *start, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t end = i + 1 < n ? start[i + 1] : c->msg.n;
		enum ns_err err =
			smb_sign(&c->session.keys, &c->msg, start[i], end - start[i]);

		if (err != NS_OK)
			return err;
	}
	return NS_OK;
}

/* Signs or seals c->msg, whose elements begin at `start`, and queues it with its frame. */
static enum ns_err queue_message(struct conn *c, const size_t *start, size_t n)
{
	size_t at = c->out.n;
	enum ns_err err;

	if (c->session.valid && c->session.protect && !sealing(c)) {
		err = sign_all(c, start, n);
		if (err != NS_OK)
			return err;
	}
	err = nbss_put(&c->out);
	if (err != NS_OK)
		return err;
	if (sealing(c))
		err = smb_seal(&c->session.keys, &c->out, c->session.id, buf_view(&c->msg));
	else
		err = buf_append(&c->out, buf_view(&c->msg));
	if (err != NS_OK)
		return err;
	return nbss_patch(&c->out, at);
}

enum ns_err outgoing_send(struct outgoing *o)
{
	struct conn *c = o->c;
	enum ns_err err = wire_put_status(&o->w);

	if (err == NS_OK)
		err = queue_message(c, o->start, o->n);
	if (err != NS_OK)
		return err;
	for (size_t i = 0; i < o->n; i++)
		o->request[i]->compound = o->n > 1;
	if (c->answered)
		c->round_trips++;
	c->answered = false;
	return NS_OK;
}

enum ns_err conn_send_cancel(struct conn *c, const struct request *r)
{
	static const size_t start[1] = {0};
	struct smb2_hdr hdr = {
		.command = SMB2_CANCEL,
		.message_id = r->message_id,
		.session_id = c->session.id,
	};
	struct wire_writer w;
	enum ns_err err;

	if (r->async_id != 0) {
		hdr.flags |= SMB2_FLAGS_ASYNC_COMMAND;
		hdr.async_id = r->async_id;
	}
	buf_clear(&c->msg);
	w = wire_writer_at_end(&c->msg);
	smb2_hdr_encode(&w, &hdr);
	smb2_simple_encode(&w);
	err = wire_put_status(&w);
	if (err != NS_OK)
		return err;
	return queue_message(c, start, 1);
}

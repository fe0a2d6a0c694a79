/* SPDX-License-Identifier: MIT */
#include "client/conn.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/ntstatus.h"
#include "base/win32err.h"
#include "client/conn_recv.h"
#include "client/conn_send.h"
#include "wire/nbss.h"
#include "wire/smb2_simple.h"

static struct conn *conn_of(struct link *l)
{
	return (struct conn *)l; /* the link is its first member */
}

static const struct conn *conn_of_const(const struct link *l)
{
	return (const struct conn *)l;
}

/* -------------------------------------------------------------- ends of all kinds -- */

/* What a status says in words, if the code that our caller gets does not say it already. */
static const char *words_of(enum ns_err err, uint32_t status)
{
	const char *words = ntstatus_text(status);
	const char *code = win32err_text(win32err_from_ns(err));

	return strncmp(code, words, strlen(words)) != 0 ? words : NULL;
}

enum ns_err conn_note(struct conn *c, enum ns_err err, uint32_t status, const char *words)
{
	if (status != 0)
		c->ntstatus = status;
	if (status != 0 && words == NULL)
		words = words_of(err, status);
	if (status == 0)
		(void)snprintf(c->text, sizeof(c->text), "%s", words != NULL ? words : "");
	else if (words == NULL)
		(void)snprintf(c->text, sizeof(c->text), "%s", ntstatus_name(status));
	else
		(void)snprintf(c->text, sizeof(c->text), "%s (%s)", words,
			       ntstatus_name(status));
	return err;
}

void conn_call_end(struct conn *c, enum ns_err err)
{
	struct call *call = &c->call;

	if (call->state != CALL_UNDER_WAY)
		return;
	call->state = CALL_DONE;
	call->err = err;
	c->doubt = false;
	buf_release(&call->stub);
	buf_release(&call->run);
}

void conn_fail(struct conn *c, enum ns_err err)
{
	if (c->err != NS_OK)
		return;
	c->err = err;
	buf_clear(&c->out);
	conn_call_end(c, err);
}

/* -------------------------------------------------------------- the link's functions -- */

static enum ns_err call(struct link *l, const struct rpc_iface *iface, uint16_t opnum,
			struct view stub, uint64_t now)
{
	struct conn *c = conn_of(l);
	struct pipe *p;
	struct buf copy;
	enum ns_err err;

	(void)now; /* deadlines are the driver's */
	if (c->call.state != CALL_NONE)
		return NS_EINVAL;
	if (c->err != NS_OK || c->left)
		return NS_ECLOSED;
	buf_init(&copy, RPC_REQUEST_MAX);
	err = buf_append(&copy, stub);
	if (err != NS_OK)
		return err;
	p = pipe_get(c, iface);
	if (p == NULL) {
		buf_release(&copy);
		return NS_EINVAL;
	}
	c->call = (struct call){
		.state = CALL_UNDER_WAY,
		.number = c->call.number + 1,
		.opnum = opnum,
		.pipe = p,
		.stub = copy,
	};
	buf_init(&c->call.run, CONN_OUTPUT_MAX);
	c->ntstatus = 0;
	c->rpc_fault = 0;
	c->text[0] = '\0';
	conn_flow(c);
	return NS_OK;
}

static enum ns_err poll(struct link *l, struct buf *stub)
{
	struct conn *c = conn_of(l);

	if (c->call.state == CALL_UNDER_WAY)
		return NS_AGAIN;
	if (c->call.state == CALL_NONE)
		return c->err != NS_OK ? c->err : NS_EINVAL;
	c->call.state = CALL_NONE;
	if (c->call.err == NS_OK)
		buf_move(stub, &c->call.reply);
	else
		buf_release(&c->call.reply);
	return c->call.err;
}

static void recv_bytes(struct link *l, struct view bytes, uint64_t now)
{
	(void)now;
	conn_take(conn_of(l), bytes);
}

static struct view output(const struct link *l)
{
	return buf_view(&conn_of_const(l)->out);
}

static void sent(struct link *l, size_t n)
{
	buf_consume(&conn_of(l)->out, n);
}

static void eof(struct link *l)
{
	struct conn *c = conn_of(l);

	if (c->err == NS_OK)
		conn_fail(c, conn_note(c, NS_ECLOSED, 0, NULL));
}

/* 3.2.4.23; the trees and pipes go with the session. */
static void leave(struct link *l)
{
	struct conn *c = conn_of(l);
	struct outgoing o;

	if (c->err != NS_OK || c->left)
		return;
	if (c->session.valid && requests_room(&c->requests) > 0) {
		enum ns_err err;

		outgoing_init(&o, c);
		smb2_simple_encode(outgoing_add(&o, STEP_LOGOFF));
		err = outgoing_send(&o);
		if (err != NS_OK) {
			conn_fail(c, err);
			return;
		}
	}
	c->left = true;
	conn_call_end(c, NS_ECLOSED);
}

static void cancel(struct link *l)
{
	struct conn *c = conn_of(l);

	if (!conn_calling(c) || !c->session.valid || c->call.cancelled)
		return;
	c->call.cancelled = true;
	for (size_t i = 0; i < c->requests.n; i++) {
		const struct request *r = &c->requests.list[i];
		enum ns_err err;

		if (r->call != c->call.number)
			continue;
		err = conn_send_cancel(c, r);
		if (err != NS_OK) {
			conn_fail(c, err);
			return;
		}
	}
}

static bool alive(const struct link *l)
{
	const struct conn *c = conn_of_const(l);

	return c->err == NS_OK && !c->left;
}

static void info(const struct link *l, struct link_info *out)
{
	const struct conn *c = conn_of_const(l);

	*out = (struct link_info){
		.dialect = c->negotiated.theirs.dialect,
		.encrypted = c->session.encrypt,
		.cipher = c->negotiated.cipher,
		.user = c->session.valid ? auth_identity(c->session.auth).user : "",
		.ntstatus = c->ntstatus,
		.rpc_fault = c->rpc_fault,
		.round_trips = c->round_trips,
		.text = c->text,
	};
}

static void conn_free(struct link *l)
{
	struct conn *c = conn_of(l);

	for (size_t i = 0; i < CONN_PIPES_MAX; i++)
		pipe_release(&c->pipes[i]);
	auth_free(c->session.auth);
	smb_keys_release(&c->session.keys);
	buf_wipe(&c->session.token);
	auth_credentials_release(&c->credentials);
	buf_release(&c->call.stub);
	buf_release(&c->call.run);
	buf_release(&c->call.reply);
	buf_release(&c->in);
	buf_release(&c->plain);
	buf_release(&c->msg);
	buf_release(&c->out);
	free(c->workstation);
	free(c->host);
	free(c);
}

static const struct link_kind conn_kind = {
	.name = "smb2",
	.call = call,
	.poll = poll,
	.recv = recv_bytes,
	.output = output,
	.sent = sent,
	.eof = eof,
	.leave = leave,
	.cancel = cancel,
	.alive = alive,
	.info = info,
	.free = conn_free,
};

/* ---------------------------------------------------------------------------- new -- */

static bool copy_config(struct conn *c, const struct conn_config *cfg)
{
	c->host = strdup(cfg->host);
	if (c->host == NULL)
		return false;
	if (cfg->workstation != NULL) {
		c->workstation = strdup(cfg->workstation);
		if (c->workstation == NULL)
			return false;
	}
	c->env = cfg->env != NULL ? cfg->env : &auth_env_system;
	c->lowest = cfg->lowest != 0 ? cfg->lowest : SMB2_DIALECT_202;
	c->highest = cfg->highest != 0 ? cfg->highest : SMB2_DIALECT_311;
	c->require_encryption = cfg->require_encryption;
	c->no_compound = cfg->no_compound;
	memcpy(c->client_guid, cfg->client_guid, sizeof(c->client_guid));
	return auth_credentials_copy(&c->credentials, cfg->credentials) == NS_OK;
}

struct link *conn_new(const struct conn_config *cfg)
{
	struct conn *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->link.kind = &conn_kind;
	c->answered = true;
	requests_init(&c->requests);
	buf_init(&c->session.token, AUTH_TOKEN_MAX);
	buf_init(&c->in, NBSS_HDR_LEN + CONN_MESSAGE_MAX);
	buf_init(&c->plain, CONN_MESSAGE_MAX);
	buf_init(&c->msg, CONN_EARLY_MESSAGE_MAX);
	buf_init(&c->out, CONN_OUTPUT_MAX);
	if (!copy_config(c, cfg)) {
		conn_free(&c->link);
		return NULL;
	}
	return &c->link;
}

bool conn_no_compound(const struct link *l)
{
	return conn_of_const(l)->no_compound;
}

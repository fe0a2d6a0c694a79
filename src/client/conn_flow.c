/* SPDX-License-Identifier: MIT */
#include "base/ntstatus.h"
#include "client/conn_state.h"

/*
 * Answers are due that decide what comes next.  Not so those that nobody waits for, and
 * READs of a pipe that was given up.
 */
static bool waiting(const struct conn *c)
{
	for (size_t i = 0; i < c->requests.n; i++) {
		const struct request *r = &c->requests.list[i];

		if (r->step == STEP_CLOSE || r->step == STEP_LOGOFF)
			continue;
		if (r->step != STEP_READ || r->call == c->call.number)
			return true;
	}
	return false;
}

static enum ns_err send_next(struct conn *c)
{
	if (!c->negotiated.done)
		return conn_send_negotiate(c);
	if (!c->session.valid)
		return conn_send_setup(c);
	return pipe_send(c);
}

void conn_flow(struct conn *c)
{
	enum ns_err err;

	if (!conn_calling(c) || c->left || waiting(c))
		return;
	err = send_next(c);
	if (err != NS_OK)
		conn_fail(c, err);
}

/* The server has spoken for itself, however the request reached it. */
static bool definite(enum ns_err err)
{
	return err == NS_EACCESS || err == NS_ENOPIPE;
}

static bool fatal(enum ns_err err)
{
	enum ns_err_class class = ns_err_class(err);

	return class == NS_CLASS_PEER || class == NS_CLASS_ENVIRONMENT ||
	       err == NS_EENDED || err == NS_EAUTH;
}

enum ns_err conn_refused(struct conn *c, const struct answer *a)
{
	enum ns_err err = ntstatus_to_err(a->hdr.status);
	bool current = conn_calling(c) && a->request.call == c->call.number;

	/* IPC$ wants to be encrypted, which TREE_CONNECT in the same compound has told. */
	if (current && err == NS_EACCESS && c->session.encrypt && !a->request.sealed)
		return NS_OK;
	if (a->request.compound && !definite(err)) {
		if (current && !c->doubt) {
			c->doubt = true;
			c->doubted = a->request.step;
		}
		return NS_OK;
	}
	if (fatal(err))
		return conn_note(c, err, a->hdr.status, NULL);
	if (!current)
		return NS_OK;
	conn_note(c, err, a->hdr.status, NULL);
	conn_call_end(c, err);
	return NS_OK;
}

/* SPDX-License-Identifier: MIT */
#include "server/login.h"

#include <stdlib.h>

#include "base/log.h"
#include "security/spnego_auth.h"
#include "server/accounts.h"
#include "server/conn.h"
#include "server/job.h"
#include "wire/spnego.h"

/* ------------------------------------------------------------------- the exchange -- */

/* auth_server_config's strings are const for those who only read them. */
static const char **const_strings(struct auth_server_config *c, size_t i)
{
	const char **all[] = {&c->netbios_name, &c->netbios_domain, &c->dns_name,
			      &c->dns_domain,   &c->keytab,         &c->host};

	return i < sizeof(all) / sizeof(all[0]) ? all[i] : NULL;
}

static void exchange_free(struct exchange *x)
{
	if (x == NULL)
		return;
	auth_free(x->auth);
	for (size_t i = 0; const_strings(&x->config, i) != NULL; i++)
		free((void *)(uintptr_t)*const_strings(&x->config, i));
	free(x);
}

/* Makes the strings its own; what could not be copied is NULL, and the answer false. */
static bool own_strings(struct auth_server_config *c)
{
	bool good = true;

	for (size_t i = 0; const_strings(c, i) != NULL; i++) {
		const char **field = const_strings(c, i);
		const char *from = *field;

		*field = from != NULL ? strdup(from) : NULL;
		good = good && (from == NULL || *field != NULL);
	}
	return good;
}

static enum ns_err exchange_new(struct exchange **out, const struct server *server)
{
	struct exchange *x = calloc(1, sizeof(*x));
	enum ns_err err = NS_ENOMEM;

	*out = NULL;
	if (x == NULL)
		return NS_ENOMEM;
	x->config = accounts_acceptor(server);
	if (own_strings(&x->config))
		err = spnego_server_new(&x->auth, &x->config);
	if (err != NS_OK)
		exchange_free(x);
	else
		*out = x;
	return err;
}

/*
 * Whether the next step may wait: it is one of Kerberos.  Until a mechanism is chosen, the
 * token says which it will be, by the rule of the acceptor: the client's first that we
 * have.
 */
static bool may_wait(const struct exchange *x, struct view token)
{
	struct spnego_init init;

	if (auth_mech(x->auth) != 0)
		return auth_mech(x->auth) == AUTH_MECH_KERBEROS;
	if ((x->config.mechs & AUTH_MECH_KERBEROS) == 0 ||
	    spnego_init_decode(&init, token) != NS_OK)
		return false;
	for (size_t i = 0; i < init.mech_count; i++) {
		bool krb5 = init.mechs[i] == SPNEGO_MECH_KRB5 ||
			    init.mechs[i] == SPNEGO_MECH_MS_KRB5;

		if (krb5)
			return true;
		if (init.mechs[i] == SPNEGO_MECH_NTLMSSP &&
		    (x->config.mechs & AUTH_MECH_NTLM) != 0)
			return false;
	}
	return false;
}

/* ---------------------------------------------------------------------- the login -- */

enum ns_err login_new(struct login **out, struct channel *c)
{
	struct server *server = c->session->server;
	struct login *l = calloc(1, sizeof(*l));
	enum ns_err err;

	*out = NULL;
	if (l == NULL)
		return NS_ENOMEM;
	err = exchange_new(&l->exchange, server);
	if (err != NS_OK) {
		free(l);
		return err;
	}
	l->preauth = c->conn->preauth;
	l->deadline = server->now + LOGIN_MS;
	*out = l;
	return NS_OK;
}

void login_free(struct login *l)
{
	if (l == NULL)
		return;
	exchange_free(l->exchange);
	free(l);
}

void login_cancel(struct channel *c)
{
	login_free(c->login);
	c->login = NULL;
}

/* ----------------------------------------------------------------------- one step -- */

/* A step of Kerberos in the pool; owns the exchange meanwhile. */
struct login_job {
	struct job job; /* first */
	struct exchange *exchange;
	struct buf in, out;
	enum ns_err err;
	login_done *done;
};

static void login_job_free(struct login_job *j)
{
	exchange_free(j->exchange);
	buf_wipe(&j->in);
	buf_wipe(&j->out);
	free(j);
}

static void job_run(struct job *job)
{
	struct login_job *j = (struct login_job *)job;

	j->err = auth_step(j->exchange->auth, &j->out, buf_view(&j->in));
}

/*
 * The request knows its session by id alone.  A login that waits for this job has no
 * exchange; one that has is another, begun after ours was cancelled.
 */
static void job_done(struct server *server, struct job *job)
{
	struct login_job *j = (struct login_job *)job;
	struct request *rq = srv_request_find(server, job->request);
	struct channel *c = NULL;
	struct login_step step;
	uint32_t status = NT_STATUS_USER_SESSION_DELETED;

	if (rq != NULL)
		c = channel_find_any(rq->conn, rq->hdr.session_id);
	if (c != NULL && c->login != NULL && login_is_busy(c->login)) {
		c->login->exchange = j->exchange;
		j->exchange = NULL;
		step = (struct login_step){j->err, c->login->exchange->auth,
					   buf_view(&j->out)};
		status = j->done(rq, c, &step);
	}
	if (rq != NULL)
		srv_request_complete(rq, status);
	login_job_free(j);
}

/* CANCEL, 3.3.5.16: the answer to come finds nobody, so the login can't go on. */
static void cancel(struct request *rq)
{
	struct channel *c = channel_find_any(rq->conn, rq->hdr.session_id);

	if (c != NULL)
		login_cancel(c);
	srv_request_complete(rq, NT_STATUS_CANCELLED);
}

static uint32_t step_in_pool(struct request *rq, struct channel *c, struct view token,
			     login_done *done)
{
	struct login_job *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return NT_STATUS_INSUFFICIENT_RESOURCES;
	j->job = (struct job){.run = job_run, .done = job_done};
	j->done = done;
	buf_init(&j->in, AUTH_TOKEN_MAX);
	buf_init(&j->out, AUTH_TOKEN_MAX);
	if (buf_append(&j->in, token) == NS_OK)
		j->job.request = srv_request_pend(rq);
	if (j->job.request == 0) {
		login_job_free(j);
		return NT_STATUS_INSUFFICIENT_RESOURCES;
	}
	rq->cancel = cancel;
	j->exchange = c->login->exchange;
	c->login->exchange = NULL;
	server_submit(rq->server, &j->job);
	return NT_STATUS_PENDING;
}

static uint32_t step_here(struct request *rq, struct channel *c, struct view token,
			  login_done *done)
{
	struct login_step step = {.auth = c->login->exchange->auth};
	struct buf out;
	uint32_t status;

	buf_init(&out, AUTH_TOKEN_MAX);
	step.err = auth_step(step.auth, &out, token);
	step.token = buf_view(&out);
	status = done(rq, c, &step);
	buf_wipe(&out);
	return status;
}

uint32_t login_run(struct request *rq, struct channel *c, struct view token,
		   login_done *done)
{
	struct login *l = c->login;

	if (++l->legs > LOGIN_LEGS_MAX)
		return done(rq, c,
			    &(struct login_step){NS_EUNEXPECTED, l->exchange->auth, {0}});
	preauth_update(&l->preauth, rq->msg);
	return may_wait(l->exchange, token) ? step_in_pool(rq, c, token, done)
					    : step_here(rq, c, token, done);
}

uint32_t login_status(enum ns_err err)
{
	switch (err) {
	case NS_ENOMEM:
		return NT_STATUS_INSUFFICIENT_RESOURCES;
	case NS_ESYSTEM:
		return NT_STATUS_INTERNAL_ERROR;
	case NS_EFORMAT:
	case NS_ETRUNC:
		return NT_STATUS_INVALID_PARAMETER;
	default:
		return NT_STATUS_LOGON_FAILURE;
	}
}

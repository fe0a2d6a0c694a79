/* SPDX-License-Identifier: MIT */
/*
 * SESSION_SETUP, [MS-SMB2] 3.3.5.5.  Which session a request is for is found here, and
 * whether it may be: a new one, one that signs in again, or (session_bind.c) one of another
 * connection.  Then the token goes to the login, and session_setup.c makes of its outcome
 * what it means.
 */
#include "server/channel.h"
#include "server/conn.h"
#include "server/dispatch.h"
#include "server/login.h"
#include "server/server_config.h"
#include "server/session_end.h"
#include "server/session_setup.h"
#include "server/session_table.h"

/* 3.3.5.5, first and second rule: who can't encrypt need not try. */
static bool must_encrypt_and_cannot(const struct server_conn *conn)
{
	return conn->server->config->encryption == CONFIG_ENCRYPTION_REQUIRED &&
	       conn->cipher == 0;
}

static uint32_t begin(struct request *rq, struct channel **c)
{
	struct session *s;
	enum ns_err err = session_new(&s, rq->conn);

	if (err == NS_ELIMIT)
		return NT_STATUS_REQUEST_NOT_ACCEPTED;
	if (err != NS_OK)
		return NT_STATUS_INSUFFICIENT_RESOURCES;
	*c = s->channels;
	srv_request_set_session(rq, s->id);
	return NT_STATUS_SUCCESS;
}

/*
 * 3.3.5.2.4 for a session that has keys.  Dispatch leaves it to us, for which keys sign a
 * SESSION_SETUP depends on what it is for.
 */
static uint32_t check_signature(struct request *rq, const struct channel *c)
{
	const struct session *s = c->session;

	if (!s->has_keys || rq->sealed)
		return NT_STATUS_SUCCESS;
	if (!rq->is_signed)
		return s->signing_required ? NT_STATUS_ACCESS_DENIED : NT_STATUS_SUCCESS;
	rq->sign = true;
	return srv_request_verify(rq, c->signing) == NS_OK ? NT_STATUS_SUCCESS
							   : NT_STATUS_ACCESS_DENIED;
}

/* Not here, but elsewhere: who has its keys may know by a signature that this is from us.
 */
static uint32_t refuse_elsewhere(struct request *rq)
{
	const struct session *s =
		session_table_find(rq->server->sessions, rq->hdr.session_id);

	if (s != NULL && s->has_keys && rq->is_signed)
		rq->sign = srv_request_verify(rq, &s->keys) == NS_OK;
	return NT_STATUS_USER_SESSION_DELETED;
}

/* The next message of a first login, or one of a re-authentication, 3.3.5.5.2. */
static uint32_t go_on(struct request *rq, struct channel **c)
{
	*c = channel_find(rq->conn, rq->hdr.session_id);
	if (*c == NULL || (*c)->session->end_waits)
		return refuse_elsewhere(rq);
	srv_request_set_session(rq, rq->hdr.session_id);
	return check_signature(rq, *c);
}

static uint32_t find_channel(struct request *rq, const struct smb2_session_setup_req *req,
			     struct channel **c)
{
	if (rq->hdr.session_id == 0)
		return begin(rq, c);
	if ((req->flags & SMB2_SESSION_FLAG_BINDING) != 0)
		return session_bind(rq, c);
	return go_on(rq, c);
}

/* A channel without a login begins one. */
static uint32_t get_login(struct channel *c)
{
	enum ns_err err;

	if (c->login != NULL)
		return login_is_busy(c->login) ? NT_STATUS_REQUEST_NOT_ACCEPTED
					       : NT_STATUS_SUCCESS;
	err = login_new(&c->login, c);
	if (err == NS_EINVAL) /* no mechanism is configured */
		return NT_STATUS_LOGON_FAILURE;
	return err == NS_OK ? NT_STATUS_SUCCESS : NT_STATUS_INSUFFICIENT_RESOURCES;
}

uint32_t on_session_setup(struct request *rq)
{
	struct smb2_session_setup_req req;
	struct channel *c = NULL;
	uint32_t status;

	if (smb2_session_setup_req_decode(&req, rq->msg) != NS_OK)
		return NT_STATUS_INVALID_PARAMETER;
	if (must_encrypt_and_cannot(rq->conn))
		return NT_STATUS_ACCESS_DENIED;
	status = find_channel(rq, &req, &c);
	if (status != NT_STATUS_SUCCESS)
		return status;
	status = get_login(c);
	if (status == NT_STATUS_REQUEST_NOT_ACCEPTED)
		return status; /* the login that goes on is none of this request's matter */
	rq->session = c->session;
	if (status != NT_STATUS_SUCCESS)
		return session_setup_fail(rq, c, status);
	c->login->previous_session = req.previous_session;
	c->login->security_mode = req.security_mode;
	return login_run(rq, c, req.token, session_setup_step);
}

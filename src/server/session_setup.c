/* SPDX-License-Identifier: MIT */
#include "server/session_setup.h"

#include "base/log.h"
#include "server/audit.h"
#include "server/channel.h"
#include "server/conn.h"
#include "server/server_config.h"
#include "server/session_end.h"
#include "server/session_table.h"

/* ------------------------------------------------------------------------- failure -- */

uint32_t session_setup_fail(struct request *rq, struct channel *c, uint32_t status)
{
	struct session *s = c->session;

	rq->session = NULL;
	login_cancel(c);
	if (!c->bound)
		channel_end(c); /* a binding: the session is not touched */
	else if (s->state == SESSION_STATE_IN_PROGRESS)
		session_end(s, SESSION_END_LOGIN_FAILED, NULL);
	else
		session_end(s, SESSION_END_REAUTH_FAILED, NULL);
	return status;
}

/* Credentials that are wrong are the administrator's business, too. */
static uint32_t refuse(struct request *rq, struct channel *c, const struct login_step *step)
{
	uint32_t status = login_status(step->err);

	log_info(session_log_name(c->session), "login from %s fails: %s%s%s",
		 rq->conn->peer.name, ns_err_text(step->err),
		 *auth_error_text(step->auth) != '\0' ? ": " : "",
		 auth_error_text(step->auth));
	rq->server->counters.password_errors++;
	audit_login_failed(rq->conn, c->session->user != NULL ? c->session->user : "",
			   status);
	return session_setup_fail(rq, c, status);
}

/* ------------------------------------------------------------------------- success -- */

static bool key_of(struct secret *key, const struct auth *auth,
		   const struct auth_identity *who)
{
	return !who->anonymous && !who->guest && auth_export_key(auth, key) == NS_OK;
}

/* The keys of this login on this connection, 3.3.5.5.3. */
static enum ns_err derive(struct smb_keys *out, const struct channel *c,
			  const struct secret *key)
{
	const struct server_conn *conn = c->conn;
	const struct smb_keys_params params = {
		.role = SMB_SERVER,
		.dialect = conn->dialect,
		.cipher = conn->cipher,
		.sign_alg = conn->sign_alg,
		.session_key = secret_view(key),
		.preauth = preauth_view(&c->login->preauth),
	};

	return smb_keys_derive(out, &params);
}

/*
 * Session.SigningRequired: either side asks for it.  Without keys (anonymous, guest) there
 * is nothing to sign or seal by; whoever allowed them has allowed that.
 */
static void protect(struct session *s, const struct server_conn *conn, unsigned client_mode)
{
	const struct server_config *config = s->server->config;

	s->signing_required = s->has_keys && (config->signing_required ||
					      ((conn->client_security_mode | client_mode) &
					       SMB2_NEGOTIATE_SIGNING_REQUIRED) != 0);
	s->encrypt_data = s->has_keys && s->keys.cipher != 0 &&
			  config->encryption == CONFIG_ENCRYPTION_REQUIRED;
	s->reject_unencrypted = config->encryption == CONFIG_ENCRYPTION_REQUIRED;
}

/*
 * The client came again before we noticed that it had gone: its old session goes as if its
 * connection were lost.  Another user's id is not looked at.
 */
static void end_previous(struct session *s, uint64_t id)
{
	struct session *old = session_table_find(s->server->sessions, id);

	if (id == 0 || old == NULL || old == s || !session_is_listed(old) ||
	    !session_same_user(s, old))
		return;
	session_end(old, SESSION_END_PREVIOUS, NULL);
}

static uint32_t first_login(struct channel *c, const struct login_step *step)
{
	struct auth_identity who = auth_identity(step->auth);
	struct session *s = c->session;
	struct secret key = {0};
	struct smb_keys keys = {0};
	bool has_key = key_of(&key, step->auth, &who);
	enum ns_err err = NS_OK;

	if (!has_key && s->server->config->encryption == CONFIG_ENCRYPTION_REQUIRED)
		return NT_STATUS_ACCESS_DENIED;
	if (has_key)
		err = derive(&keys, c, &key);
	secret_wipe(&key);
	if (err == NS_OK)
		err = session_sign_in(s, &who, auth_mech(step->auth));
	if (err != NS_OK) {
		smb_keys_release(&keys);
		return err == NS_ELIMIT ? NT_STATUS_REQUEST_NOT_ACCEPTED
					: NT_STATUS_INSUFFICIENT_RESOURCES;
	}

	/* Nothing fails from here on. */
	if (has_key)
		smb_keys_move(&s->keys, &keys);
	s->has_keys = has_key;
	protect(s, c->conn, c->login->security_mode);
	audit_session_begin(s, auth_mech(step->auth));
	end_previous(s, c->login->previous_session);
	return NT_STATUS_SUCCESS;
}

/* The session's keys stay, 3.3.5.5.2. */
static uint32_t login_again(struct channel *c, const struct login_step *step)
{
	struct auth_identity who = auth_identity(step->auth);
	enum ns_err err = session_refresh(c->session, &who, auth_mech(step->auth));

	if (err == NS_EACCESS)
		return NT_STATUS_ACCESS_DENIED;
	return err == NS_OK ? NT_STATUS_SUCCESS : NT_STATUS_INSUFFICIENT_RESOURCES;
}

/* The session may have ended, or expired, while its new channel signed in. */
static uint32_t bind_channel(struct channel *c, const struct login_step *step)
{
	struct auth_identity who = auth_identity(step->auth);
	struct session *s = c->session;
	struct secret key = {0};
	struct smb_keys keys = {0};
	enum ns_err err;

	if (s->state != SESSION_STATE_VALID)
		return NT_STATUS_NETWORK_SESSION_EXPIRED;
	if (!session_is_user(s, &who, auth_mech(step->auth)))
		return NT_STATUS_ACCESS_DENIED;
	err = key_of(&key, step->auth, &who) ? derive(&keys, c, &key) : NS_EINVAL;
	secret_wipe(&key);
	if (err != NS_OK)
		return NT_STATUS_INSUFFICIENT_RESOURCES;
	smb_keys_move(&c->own, &keys);
	channel_bind(c);
	return NT_STATUS_SUCCESS;
}

static uint16_t session_flags(const struct session *s)
{
	return (uint16_t)((s->guest ? SMB2_SESSION_FLAG_IS_GUEST : 0) |
			  (s->anonymous ? SMB2_SESSION_FLAG_IS_NULL : 0) |
			  (s->encrypt_data ? SMB2_SESSION_FLAG_ENCRYPT_DATA : 0));
}

static void reply(struct request *rq, uint16_t flags, struct view token)
{
	const struct smb2_session_setup_rsp rsp = {.session_flags = flags, .token = token};

	smb2_session_setup_rsp_encode(srv_request_reply(rq), &rsp);
}

static uint32_t complete(struct request *rq, struct channel *c,
			 const struct login_step *step)
{
	struct session *s = c->session;
	uint32_t status;

	if (!c->bound)
		status = bind_channel(c, step);
	else if (s->state == SESSION_STATE_IN_PROGRESS)
		status = first_login(c, step);
	else
		status = login_again(c, step);
	if (status != NT_STATUS_SUCCESS)
		return session_setup_fail(rq, c, status);
	reply(rq, session_flags(s), step->token);
	login_cancel(c);
	rq->sign = s->has_keys; /* 3.3.5.5.3: whatever the client asked for */
	return NT_STATUS_SUCCESS;
}

/* -------------------------------------------------------------------------- on the way --
 */

/* 3.3.5.5.3: the answers but the last are part of the hash that the keys come from. */
static void hash_reply(struct request *rq, struct view response)
{
	struct channel *c = channel_find_any(rq->conn, rq->hdr.session_id);

	if (c != NULL && c->login != NULL)
		preauth_update(&c->login->preauth, response);
}

static uint32_t ask_for_more(struct request *rq, const struct login_step *step)
{
	reply(rq, 0, step->token);
	rq->replied = hash_reply;
	return NT_STATUS_MORE_PROCESSING_REQUIRED;
}

uint32_t session_setup_step(struct request *rq, struct channel *c,
			    const struct login_step *step)
{
	if (step->err == NS_AGAIN)
		return ask_for_more(rq, step);
	return step->err == NS_OK ? complete(rq, c, step) : refuse(rq, c, step);
}

/* SPDX-License-Identifier: MIT */
/* SESSION_SETUP, [MS-SMB2] 3.2.4.2.3 and 3.2.5.3. */
#include "wire/smb2_session_setup.h"

#include "base/ntstatus.h"
#include "client/conn_send.h"
#include "security/sign.h"
#include "security/spnego_auth.h"

/* One leg of the exchange; what we have to say next lands in session.token. */
static enum ns_err step(struct conn *c, struct view token)
{
	struct session *s = &c->session;
	enum ns_err err;

	buf_wipe(&s->token);
	err = auth_step(s->auth, &s->token, token);
	if (err == NS_OK)
		s->auth_done = true;
	else if (err != NS_AGAIN)
		return conn_note(c, err, 0, auth_error_text(s->auth));
	return NS_OK;
}

enum ns_err conn_begin_setup(struct conn *c, struct view hint)
{
	struct auth_client_config config = {
		.creds = &c->credentials,
		.host = c->host,
		.workstation = c->workstation,
		.hint = hint,
		.env = c->env,
	};
	enum ns_err err;

	err = spnego_client_new(&c->session.auth, &config);
	if (err != NS_OK)
		return conn_note(
			c, err, 0,
			c->session.auth == NULL ? NULL : auth_error_text(c->session.auth));
	return step(c, (struct view){0});
}

enum ns_err conn_send_setup(struct conn *c)
{
	struct smb2_session_setup_req req = {
		.security_mode = SMB2_NEGOTIATE_SIGNING_REQUIRED,
		.token = buf_view(&c->session.token),
	};
	struct outgoing o;
	enum ns_err err;

	if (requests_room(&c->requests) == 0)
		return NS_OK; /* the server grants nothing: the deadline will see to it */
	if (++c->session.legs > CONN_LEGS_MAX)
		return NS_ELIMIT;
	outgoing_init(&o, c);
	smb2_session_setup_req_encode(outgoing_add(&o, STEP_SESSION_SETUP), &req);
	err = outgoing_send(&o);
	if (err == NS_OK)
		preauth_update(&c->session.preauth, buf_view(&c->msg));
	return err;
}

/* The server names the session in its first answer and may not change its mind. */
static enum ns_err take_id(struct session *s, uint64_t id)
{
	if (id == 0 || (s->id != 0 && s->id != id))
		return NS_EUNEXPECTED;
	s->id = id;
	return NS_OK;
}

/* STATUS_MORE_PROCESSING_REQUIRED: another leg. */
static enum ns_err go_on(struct conn *c, const struct answer *a, struct view token)
{
	enum ns_err err;

	if (c->session.auth_done)
		return NS_EUNEXPECTED;
	preauth_update(&c->session.preauth, a->frame);
	err = step(c, token);
	if (err == NS_OK && c->session.token.n == 0)
		err = NS_EUNEXPECTED; /* nothing left to say, and not signed in */
	return err;
}

/* 3.2.5.3.1: a session that is not what we asked for is none. */
static enum ns_err check_flags(struct conn *c, uint16_t flags)
{
	bool nobody =
		(flags & (SMB2_SESSION_FLAG_IS_GUEST | SMB2_SESSION_FLAG_IS_NULL)) != 0;

	if (nobody && !c->credentials.anonymous)
		return conn_note(c, NS_EAUTH, 0,
				 (flags & SMB2_SESSION_FLAG_IS_GUEST) != 0
					 ? "the server signed us in as a guest"
					 : "the server signed us in as nobody");
	if (c->credentials.anonymous && c->require_encryption)
		return conn_note(c, NS_EUNSUPPORTED, 0,
				 "without a name there are no keys to encrypt with");
	return NS_OK;
}

static enum ns_err derive(struct smb_keys *keys, const struct conn *c)
{
	struct smb_keys_params params = {
		.role = SMB_CLIENT,
		.dialect = c->negotiated.theirs.dialect,
		.cipher = c->negotiated.cipher,
		.sign_alg = c->negotiated.sign_alg,
	};
	struct secret key = {0};
	enum ns_err err;

	err = auth_export_key(c->session.auth, &key);
	if (err == NS_OK) {
		params.session_key = secret_view(&key);
		if (params.dialect == SMB2_DIALECT_311)
			params.preauth = preauth_view(&c->session.preauth);
		err = smb_keys_derive(keys, &params);
	}
	secret_wipe(&key);
	return err;
}

/* The final answer: who the server is, is proved by its signature under the new keys. */
static enum ns_err finish(struct conn *c, const struct answer *a, uint16_t flags)
{
	struct session *s = &c->session;
	struct smb_keys keys = {0};
	enum ns_err err;

	err = check_flags(c, flags);
	if (err != NS_OK)
		return err;
	if (!c->credentials.anonymous) {
		err = derive(&keys, c);
		if (err == NS_OK)
			err = smb_verify(&keys, a->msg);
		if (err == NS_OK && keys.cipher == 0 &&
		    (flags & SMB2_SESSION_FLAG_ENCRYPT_DATA) != 0)
			err = NS_EUNEXPECTED;
		if (err != NS_OK) {
			smb_keys_release(&keys);
			return err;
		}
	}
	smb_keys_move(&s->keys, &keys);
	s->protect = !c->credentials.anonymous;
	s->encrypt = s->protect && (c->require_encryption ||
				    (flags & SMB2_SESSION_FLAG_ENCRYPT_DATA) != 0);
	s->valid = true;
	buf_wipe(&s->token);
	auth_credentials_release(&c->credentials);
	return NS_OK;
}

enum ns_err conn_on_setup(struct conn *c, const struct answer *a)
{
	bool more = a->hdr.status == NT_STATUS_MORE_PROCESSING_REQUIRED;
	struct smb2_session_setup_rsp rsp;
	enum ns_err err;

	if (a->hdr.status != NT_STATUS_SUCCESS && !more)
		return conn_note(c, ntstatus_to_err(a->hdr.status), a->hdr.status, NULL);
	err = smb2_session_setup_rsp_decode(&rsp, a->msg);
	if (err != NS_OK)
		return err;
	err = take_id(&c->session, a->hdr.session_id);
	if (err != NS_OK)
		return err;
	if (more)
		return go_on(c, a, rsp.token);
	if (!c->session.auth_done) {
		err = step(c, rsp.token);
		if (err != NS_OK)
			return err;
		if (!c->session.auth_done)
			return NS_EUNEXPECTED; /* it has not proved itself yet */
	}
	return finish(c, a, rsp.session_flags);
}

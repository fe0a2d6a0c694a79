/* SPDX-License-Identifier: MIT */
/* SESSION_SETUP, [MS-SMB2] 3.2.4.2.3 and 3.2.5.3. */
#include "base/ntstatus.h"
#include "conform/peer.h"
#include "security/sign.h"
#include "security/spnego_auth.h"
#include "wire/smb2_session_setup.h"

/* Legs of the exchange: NTLM takes two, SPNEGO that starts anew at most four. */
#define LEGS_MAX 8

void peer_forget(struct peer_session *s)
{
	smb_keys_release(&s->keys);
	*s = (struct peer_session){0};
}

/* One leg: sends `token`, takes the answer. */
static enum ns_err send_leg(struct peer *p, struct peer_session *s, struct view token,
			    struct peer_reply *reply)
{
	struct smb2_session_setup_req req = {
		.security_mode = SMB2_NEGOTIATE_SIGNING_REQUIRED,
		.token = token,
	};

	smb2_session_setup_req_encode(peer_begin(p, s, 0, SMB2_SESSION_SETUP), &req);
	preauth_update(&s->preauth, buf_view(&p->msg));
	return peer_ask(p, reply);
}

static enum ns_err derive(const struct peer *p, struct peer_session *s,
			  const struct auth *auth)
{
	struct smb_keys_params params = {
		.role = SMB_CLIENT,
		.dialect = p->dialect,
		.cipher = p->cipher,
		.sign_alg = p->sign_alg,
	};
	struct secret key = {0};
	enum ns_err err;

	err = auth_export_key(auth, &key);
	if (err == NS_OK) {
		params.session_key = secret_view(&key);
		if (params.dialect == SMB2_DIALECT_311)
			params.preauth = preauth_view(&s->preauth);
		err = smb_keys_derive(&s->keys, &params);
	}
	secret_wipe(&key);
	return err;
}

/* The server has said yes.  A guest or nobody has no keys. */
static enum ns_err finish(const struct peer *p, struct peer_session *s,
			  const struct auth *auth, bool anonymous,
			  const struct peer_reply *reply)
{
	const uint16_t nobody = SMB2_SESSION_FLAG_IS_GUEST | SMB2_SESSION_FLAG_IS_NULL;
	enum ns_err err;

	if (!anonymous && (s->flags & nobody) == 0) {
		err = derive(p, s, auth);
		if (err == NS_OK)
			err = smb_verify(&s->keys, reply->msg);
		if (err != NS_OK)
			return err;
		s->protect = true;
		s->seal = (s->flags & SMB2_SESSION_FLAG_ENCRYPT_DATA) != 0;
	}
	s->valid = true;
	return NS_OK;
}

/* Takes the server's token to the mechanism; what that answers is in `token`. */
static enum ns_err step(struct auth *auth, struct buf *token, struct view in, bool *done)
{
	enum ns_err err;

	buf_wipe(token);
	if (*done)
		return NS_OK;
	err = auth_step(auth, token, in);
	*done = err == NS_OK;
	return err == NS_AGAIN ? NS_OK : err;
}

static enum ns_err run_legs(struct peer *p, struct peer_session *s, struct auth *auth,
			    bool anonymous, struct buf *token, uint32_t *status)
{
	bool done = false;
	enum ns_err err;

	err = step(auth, token, (struct view){0}, &done);
	for (unsigned i = 0; i < LEGS_MAX && err == NS_OK; i++) {
		struct smb2_session_setup_rsp rsp;
		struct peer_reply reply;
		bool more;

		err = send_leg(p, s, buf_view(token), &reply);
		if (err != NS_OK)
			return err;
		*status = reply.hdr.status;
		more = *status == NT_STATUS_MORE_PROCESSING_REQUIRED;
		if (!more && *status != NT_STATUS_SUCCESS)
			return NS_EAUTH;
		if (more)
			preauth_update(&s->preauth, reply.msg);
		err = smb2_session_setup_rsp_decode(&rsp, reply.msg);
		if (err == NS_OK)
			err = step(auth, token, rsp.token, &done);
		s->id = reply.hdr.session_id;
		s->flags = rsp.session_flags;
		if (err == NS_OK && !more)
			return done ? finish(p, s, auth, anonymous, &reply)
				    : NS_EUNEXPECTED;
	}
	return err == NS_OK ? NS_ELIMIT : err;
}

enum ns_err peer_sign_in(struct peer *p, struct peer_session *s,
			 const struct auth_credentials *who, uint32_t *status)
{
	struct auth_client_config config = {.creds = who, .host = p->config->host};
	struct auth *auth = NULL;
	struct buf token;
	enum ns_err err;

	*status = 0;
	peer_forget(s);
	s->preauth = p->preauth;
	buf_init(&token, AUTH_TOKEN_MAX);
	err = spnego_client_new(&auth, &config);
	if (err == NS_OK)
		err = run_legs(p, s, auth, who->anonymous, &token, status);
	if (err != NS_OK)
		peer_forget(s);
	buf_wipe(&token);
	auth_free(auth);
	return err;
}

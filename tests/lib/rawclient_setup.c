/* SPDX-License-Identifier: MIT */
#include "lib/rawclient.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/utf16.h"
#include "security/sign.h"
#include "security/spnego_auth.h"
#include "wire/smb2_close.h"
#include "wire/smb2_create.h"
#include "wire/smb2_read.h"
#include "wire/smb2_simple.h"
#include "wire/smb2_tree.h"

#define RAW_TOKEN_MAX 65535

/* ----------------------------------------------------------------------- NEGOTIATE -- */

void raw_negotiate_req(struct rawclient *c, uint16_t dialect)
{
	c->asked = (struct smb2_negotiate_req){
		.security_mode = SMB2_NEGOTIATE_SIGNING_ENABLED,
		.capabilities = SMB2_GLOBAL_CAP_LARGE_MTU | SMB2_GLOBAL_CAP_MULTI_CHANNEL |
				SMB2_GLOBAL_CAP_ENCRYPTION | SMB2_GLOBAL_CAP_NOTIFICATIONS,
		.dialects = {dialect},
		.dialect_count = 1,
	};
	memcpy(c->asked.client_guid, c->guid, sizeof(c->guid));
	if (dialect != SMB2_DIALECT_311)
		return;
	c->asked.contexts = (struct smb2_negotiate_contexts){
		.preauth = {.id = {SMB2_PREAUTH_SHA512}, .count = 1},
		.preauth_salt = VIEW_LITERAL("0123456789abcdef0123456789abcdef"),
		.encryption = {.id = {SMB2_CIPHER_AES128_GCM, SMB2_CIPHER_AES128_CCM},
			       .count = 2},
		.signing = {.id = {SMB2_SIGNING_AES_GMAC, SMB2_SIGNING_AES_CMAC},
			    .count = 2},
	};
}

/* What the answer settles, from the client's side. */
static void take_agreement(struct rawclient *c, const struct raw_reply *r)
{
	assert_int_equal(smb2_negotiate_rsp_decode(&c->agreed, r->msg), NS_OK);
	preauth_init(&c->preauth);
	preauth_update(&c->preauth, buf_view(&c->msg));
	preauth_update(&c->preauth, r->msg);
	c->cipher = 0;
	c->sign_alg = c->agreed.dialect >= SMB2_DIALECT_300 ? SMB2_SIGNING_AES_CMAC
							    : SMB2_SIGNING_HMAC_SHA256;
	if (c->agreed.capabilities & SMB2_GLOBAL_CAP_ENCRYPTION)
		c->cipher = SMB2_CIPHER_AES128_CCM;
	if (c->agreed.contexts.encryption.count > 0)
		c->cipher = c->agreed.contexts.encryption.id[0];
	if (c->agreed.contexts.signing.count > 0)
		c->sign_alg = c->agreed.contexts.signing.id[0];
}

uint32_t raw_negotiate_as(struct rawclient *c, const struct smb2_negotiate_req *req)
{
	struct raw_reply r;

	if (req != &c->asked)
		c->asked = *req;
	raw_begin(c);
	smb2_negotiate_req_encode(raw_add(c, NULL, SMB2_NEGOTIATE), &c->asked);
	raw_send(c);
	if (!raw_next(c, &r))
		return NT_STATUS_PENDING; /* dropped */
	if (r.hdr.status == NT_STATUS_SUCCESS)
		take_agreement(c, &r);
	return r.hdr.status;
}

void raw_negotiate(struct rawclient *c, uint16_t dialect)
{
	raw_negotiate_req(c, dialect);
	assert_int_equal(raw_negotiate_as(c, &c->asked), NT_STATUS_SUCCESS);
	assert_int_equal(c->agreed.dialect, dialect);
}

/* ------------------------------------------------------------------- SESSION_SETUP -- */

static void begin_auth(struct rawclient *c, struct raw_session *s,
		       const struct raw_setup *setup)
{
	struct auth_credentials creds;
	struct auth_client_config config = {.creds = &creds,
					    .host = "server1",
					    .workstation = "RAW",
					    .env = &c->lab->auth};

	auth_free(s->auth);
	s->auth = NULL;
	auth_credentials_init(&creds);
	creds.anonymous = setup->user == NULL;
	creds.mechs = AUTH_MECH_NTLM;
	if (!creds.anonymous) {
		assert_int_equal(auth_credentials_set_name(&creds, setup->user), NS_OK);
		assert_int_equal(auth_credentials_set_password(&creds, setup->password),
				 NS_OK);
	}
	assert_int_equal(spnego_client_new(&s->auth, &config), NS_OK);
	auth_credentials_release(&creds);
}

/* Sends one leg; `r` is the answer. */
static void send_leg(struct rawclient *c, struct raw_session *s,
		     const struct raw_setup *setup, struct view token, struct raw_reply *r)
{
	struct smb2_session_setup_req req = {
		.flags = setup->bind != NULL ? SMB2_SESSION_FLAG_BINDING : 0,
		.security_mode = setup->security_mode != 0 ? setup->security_mode
							   : SMB2_NEGOTIATE_SIGNING_ENABLED,
		.previous_session = setup->previous,
		.token = token,
	};
	/* A binding is signed by the session that is bound, 3.2.4.2.3. */
	struct raw_session *signer = setup->bind != NULL ? setup->bind : s;

	raw_begin(c);
	smb2_session_setup_req_encode(raw_add(c, signer, SMB2_SESSION_SETUP), &req);
	raw_send(c);
	preauth_update(&s->preauth, buf_view(&c->msg));
	if (!raw_next(c, r))
		r->hdr.status = NT_STATUS_PENDING; /* dropped, or held */
}

/* The session we bound speaks with our channel's keys from now on. */
static void replace(struct rawclient *c, const struct raw_session *was,
		    struct raw_session *is)
{
	for (size_t i = 0; i < RAW_SESSIONS_MAX; i++)
		if (c->sessions[i] == was)
			c->sessions[i] = is;
	is->client = c;
}

static void derive_keys(struct rawclient *c, struct raw_session *s,
			const struct raw_setup *setup)
{
	struct smb_keys_params params = {
		.role = SMB_CLIENT,
		.dialect = c->agreed.dialect,
		.cipher = c->cipher,
		.sign_alg = c->sign_alg,
		.preauth = preauth_view(&s->preauth),
	};
	struct secret key;

	if (auth_export_key(s->auth, &key) != NS_OK)
		return; /* anonymous */
	params.session_key = secret_view(&key);
	assert_int_equal(smb_keys_derive(&s->keys, &params), NS_OK);
	s->has_keys = true;
	secret_wipe(&key);
	if (setup->bind == NULL)
		return;
	s->keys.seal = setup->bind->keys.seal;
	s->keys.open = setup->bind->keys.open;
	replace(c, setup->bind, s);
}

/* The server's last token: SPNEGO's word that all is well, with its MIC. */
static void complete_auth(struct raw_session *s, struct view token)
{
	if (token.n == 0)
		return;
	buf_clear(&s->sent); /* there is nothing left to say */
	assert_int_equal(auth_step(s->auth, &s->sent, token), NS_OK);
}

static uint32_t finish_setup(struct rawclient *c, struct raw_session *s,
			     const struct raw_setup *setup, const struct raw_reply *r)
{
	struct smb2_session_setup_rsp rsp;

	assert_int_equal(smb2_session_setup_rsp_decode(&rsp, r->msg), NS_OK);
	s->flags = rsp.session_flags;
	complete_auth(s, rsp.token);
	if (setup->again)
		return r->hdr.status;
	derive_keys(c, s, setup);
	if (s->has_keys && (s->flags & SMB2_SESSION_FLAG_IS_GUEST) == 0) {
		assert_true(r->hdr.flags & SMB2_FLAGS_SIGNED);
		assert_int_equal(smb_verify(&s->keys, r->msg), NS_OK);
	}
	if (s->flags & SMB2_SESSION_FLAG_ENCRYPT_DATA)
		s->seal = true;
	return r->hdr.status;
}

/* One leg of our mechanism and the server's answer to it. */
static uint32_t one_leg(struct rawclient *c, struct raw_session *s,
			const struct raw_setup *setup, struct buf *from_server)
{
	struct smb2_session_setup_rsp rsp;
	struct raw_reply r;
	enum ns_err err;

	buf_clear(&s->sent);
	err = auth_step(s->auth, &s->sent, buf_view(from_server));
	assert_true(err == NS_OK || err == NS_AGAIN);
	send_leg(c, s, setup, buf_view(&s->sent), &r);
	if (r.hdr.status == NT_STATUS_SUCCESS)
		return finish_setup(c, s, setup, &r);
	if (r.hdr.status != NT_STATUS_MORE_PROCESSING_REQUIRED)
		return r.hdr.status;
	preauth_update(&s->preauth, r.msg);
	s->id = r.hdr.session_id;
	assert_int_equal(smb2_session_setup_rsp_decode(&rsp, r.msg), NS_OK);
	buf_clear(from_server);
	assert_int_equal(buf_append(from_server, rsp.token), NS_OK);
	return r.hdr.status;
}

static uint32_t run_legs(struct rawclient *c, struct raw_session *s,
			 const struct raw_setup *setup)
{
	uint32_t status = NT_STATUS_MORE_PROCESSING_REQUIRED;

	for (unsigned leg = 0; status == NT_STATUS_MORE_PROCESSING_REQUIRED &&
			       (setup->legs == 0 || leg < setup->legs);
	     leg++)
		status = one_leg(c, s, setup, &s->token);
	return status;
}

uint32_t raw_sign_in_as(struct rawclient *c, struct raw_session *s,
			const struct raw_setup *setup)
{
	if (!setup->again) {
		*s = (struct raw_session){0};
		buf_init(&s->token, RAW_TOKEN_MAX);
		buf_init(&s->sent, RAW_TOKEN_MAX);
	}
	buf_clear(&s->token);
	if (setup->bind != NULL)
		s->id = setup->bind->id;
	s->preauth = c->preauth;
	begin_auth(c, s, setup);
	return run_legs(c, s, setup);
}

uint32_t raw_sign_in_more(struct rawclient *c, struct raw_session *s,
			  const struct raw_setup *setup)
{
	return one_leg(c, s, setup, &s->token);
}

uint32_t raw_sign_in(struct rawclient *c, struct raw_session *s, const char *user,
		     const char *password)
{
	return raw_sign_in_as(c, s,
			      &(struct raw_setup){.user = user, .password = password});
}

void raw_session_release(struct raw_session *s)
{
	if (s->client != NULL)
		for (size_t i = 0; i < RAW_SESSIONS_MAX; i++)
			if (s->client->sessions[i] == s)
				s->client->sessions[i] = NULL;
	auth_free(s->auth);
	smb_keys_release(&s->keys);
	buf_release(&s->token);
	buf_release(&s->sent);
	*s = (struct raw_session){0};
}

/* ------------------------------------------------------------------ small requests -- */

/* Sends what was begun; the status of its answer, NT_STATUS_PENDING if there is none. */
static uint32_t status_of(struct rawclient *c, struct raw_reply *r)
{
	raw_send(c);
	return raw_next(c, r) ? r->hdr.status : NT_STATUS_PENDING;
}

uint32_t raw_setup_token(struct rawclient *c, struct raw_session *s, struct view token)
{
	struct raw_reply r;

	raw_begin(c);
	smb2_session_setup_req_encode(raw_add(c, s, SMB2_SESSION_SETUP),
				      &(struct smb2_session_setup_req){.token = token});
	return status_of(c, &r);
}

uint32_t raw_simple(struct rawclient *c, struct raw_session *s, uint16_t command)
{
	struct raw_reply r;

	raw_begin(c);
	smb2_simple_encode(raw_add(c, s, command));
	return status_of(c, &r);
}

uint32_t raw_echo(struct rawclient *c, struct raw_session *s)
{
	return raw_simple(c, s, SMB2_ECHO);
}

uint32_t raw_logoff(struct rawclient *c, struct raw_session *s)
{
	return raw_simple(c, s, SMB2_LOGOFF);
}

void raw_put_tree(struct rawclient *c, struct wire_writer *w, const char *share)
{
	char path[256];
	struct buf path16;

	(void)c;
	(void)snprintf(path, sizeof(path), "\\\\server1\\%s", share);
	buf_init(&path16, sizeof(path) * 2);
	assert_int_equal(utf16_from_utf8(&path16, view_of_string(path)), NS_OK);
	smb2_tree_connect_req_encode(
		w, &(struct smb2_tree_connect_req){.path = buf_view(&path16)});
	buf_release(&path16);
}

uint32_t raw_tree(struct rawclient *c, struct raw_session *s, const char *share,
		  uint32_t *tree)
{
	struct raw_reply r;
	uint32_t status;

	raw_begin(c);
	raw_put_tree(c, raw_add(c, s, SMB2_TREE_CONNECT), share);
	raw_hdr(c)->tree_id = 0;
	status = status_of(c, &r);
	if (status == NT_STATUS_SUCCESS)
		*tree = r.hdr.tree_id;
	return status;
}

void raw_put_create(struct wire_writer *w, const char *name)
{
	struct buf name16;

	buf_init(&name16, 1024);
	assert_int_equal(utf16_from_utf8(&name16, view_of_string(name)), NS_OK);
	smb2_create_req_encode(
		w, &(struct smb2_create_req){
			   .impersonation_level = SMB2_IMPERSONATION_IMPERSONATION,
			   .desired_access = GENERIC_READ | GENERIC_WRITE,
			   .share_access = FILE_SHARE_READ | FILE_SHARE_WRITE,
			   .disposition = FILE_OPEN,
			   .name = buf_view(&name16),
		   });
	buf_release(&name16);
}

uint32_t raw_open_pipe(struct rawclient *c, struct raw_session *s, const char *name,
		       struct smb2_file_id *id)
{
	struct smb2_create_rsp rsp;
	struct raw_reply r;
	uint32_t status;

	raw_begin(c);
	raw_put_create(raw_add(c, s, SMB2_CREATE), name);
	status = status_of(c, &r);
	if (status != NT_STATUS_SUCCESS)
		return status;
	assert_int_equal(smb2_create_rsp_decode(&rsp, r.msg), NS_OK);
	*id = rsp.file_id;
	return status;
}

void raw_put_close(struct wire_writer *w, struct smb2_file_id id)
{
	smb2_close_req_encode(w, &(struct smb2_close_req){.file_id = id});
}

uint32_t raw_close(struct rawclient *c, struct raw_session *s, struct smb2_file_id id)
{
	struct raw_reply r;

	raw_begin(c);
	raw_put_close(raw_add(c, s, SMB2_CLOSE), id);
	return status_of(c, &r);
}

void raw_put_read(struct wire_writer *w, struct smb2_file_id id, uint32_t length)
{
	smb2_read_req_encode(w, &(struct smb2_read_req){.length = length, .file_id = id});
}

uint32_t raw_ioctl(struct rawclient *c, struct raw_session *s,
		   const struct smb2_ioctl_req *req, struct raw_reply *r)
{
	raw_begin(c);
	smb2_ioctl_req_encode(raw_add(c, s, SMB2_IOCTL), req);
	return status_of(c, r);
}

/* SPDX-License-Identifier: MIT */
#include "lib/crowd_steps.h"

#include "base/ntstatus.h"
#include "base/utf16.h"
#include "security/sign.h"
#include "security/spnego_auth.h"
#include "wire/fscc.h"
#include "wire/smb2_create.h"
#include "wire/smb2_negotiate.h"
#include "wire/smb2_query_info.h"
#include "wire/smb2_session_setup.h"
#include "wire/smb2_tree.h"

/* ----------------------------------------------------------------------- NEGOTIATE -- */

/* A client of its own: of one that it knows smbd would add the connection to its process.
 */
static enum ns_err put_negotiate(struct crowd_conn *c, struct wire_writer *w)
{
	struct smb2_negotiate_req req = {
		.security_mode = SMB2_NEGOTIATE_SIGNING_ENABLED,
		.capabilities = SMB2_GLOBAL_CAP_LARGE_MTU | SMB2_GLOBAL_CAP_ENCRYPTION,
		.dialects = {SMB2_DIALECT_311},
		.dialect_count = 1,
		.contexts = {
			.preauth = {.id = {SMB2_PREAUTH_SHA512}, .count = 1},
			.preauth_salt = VIEW_LITERAL("0123456789abcdef0123456789abcdef"),
			.encryption = {.id = {SMB2_CIPHER_AES128_GCM}, .count = 1},
			.signing = {.id = {SMB2_SIGNING_AES_GMAC, SMB2_SIGNING_AES_CMAC},
				    .count = 2},
		}};
	enum ns_err err;

	preauth_init(&c->hash);
	err = auth_env_system.random(NULL, req.client_guid, sizeof(req.client_guid));
	smb2_negotiate_req_encode(w, &req);
	return err;
}

/* The next leg of a login, with the server's last token; the first, with none. */
static enum ns_err step_login(struct crowd_conn *c, struct view token)
{
	enum ns_err err;

	buf_clear(&c->token);
	err = auth_step(c->auth, &c->token, token);
	return err == NS_OK || err == NS_AGAIN ? crowd_go(c, CROWD_LOGIN) : err;
}

static enum ns_err begin_login(struct crowd_conn *c)
{
	const struct auth_client_config config = {
		.creds = &crowd_current(c)->user->credentials,
		.host = "127.0.0.1",
		.workstation = "CROWD",
	};
	enum ns_err err = spnego_client_new(&c->auth, &config);

	c->hash = c->agreed;
	return err == NS_OK ? step_login(c, (struct view){0}) : err;
}

static enum ns_err take_negotiate(struct crowd_conn *c, const struct smb2_hdr *hdr,
				  struct view msg)
{
	struct smb2_negotiate_rsp rsp;
	enum ns_err err = smb2_negotiate_rsp_decode(&rsp, msg);

	if (err != NS_OK || hdr->status != NT_STATUS_SUCCESS)
		return err != NS_OK ? err : NS_ESTATUS;
	if (rsp.dialect != SMB2_DIALECT_311)
		return NS_EUNSUPPORTED;
	if (rsp.contexts.encryption.count > 0)
		c->cipher = rsp.contexts.encryption.id[0];
	c->sign_alg = rsp.contexts.signing.count > 0 ? rsp.contexts.signing.id[0]
						     : SMB2_SIGNING_AES_CMAC;
	preauth_update(&c->hash, msg);
	c->agreed = c->hash;
	return begin_login(c);
}

/* ------------------------------------------------------------------- SESSION_SETUP -- */

static enum ns_err put_login(struct crowd_conn *c, struct wire_writer *w)
{
	const struct smb2_session_setup_req req = {
		.security_mode = SMB2_NEGOTIATE_SIGNING_ENABLED,
		.token = buf_view(&c->token),
	};

	smb2_session_setup_req_encode(w, &req);
	return NS_OK;
}

static enum ns_err derive_keys(struct crowd_conn *c)
{
	struct smb_keys_params params = {
		.role = SMB_CLIENT,
		.dialect = SMB2_DIALECT_311,
		.cipher = c->cipher,
		.sign_alg = c->sign_alg,
		.preauth = preauth_view(&c->hash),
	};
	struct secret key;
	enum ns_err err = auth_export_key(c->auth, &key);

	if (err != NS_OK)
		return err;
	params.session_key = secret_view(&key);
	err = smb_keys_derive(&crowd_current(c)->keys, &params);
	secret_wipe(&key);
	return err;
}

/* Signed in: the server's last word ends the exchange, and its signature proves the keys.
 */
static enum ns_err end_login(struct crowd_conn *c, struct view token, struct view msg)
{
	enum ns_err err = NS_OK;

	buf_clear(&c->token);
	if (token.n > 0)
		err = auth_step(c->auth, &c->token, token);
	if (err == NS_OK)
		err = derive_keys(c);
	if (err == NS_OK)
		err = smb_verify(&crowd_current(c)->keys, msg);
	auth_free(c->auth);
	c->auth = NULL;
	return err == NS_OK ? crowd_go(c, CROWD_TREE) : err;
}

static enum ns_err take_login(struct crowd_conn *c, const struct smb2_hdr *hdr,
			      struct view msg)
{
	struct smb2_session_setup_rsp rsp;
	bool more = hdr->status == NT_STATUS_MORE_PROCESSING_REQUIRED;
	enum ns_err err;

	if (!more && hdr->status != NT_STATUS_SUCCESS)
		return NS_ESTATUS;
	err = smb2_session_setup_rsp_decode(&rsp, msg);
	if (err != NS_OK)
		return err;
	if (!more)
		return end_login(c, rsp.token, msg);
	crowd_current(c)->id = hdr->session_id;
	preauth_update(&c->hash, msg);
	return step_login(c, rsp.token);
}

/* ---------------------------------------------------------------- IPC$ and its pipe -- */

static enum ns_err put_tree(struct crowd_conn *c, struct wire_writer *w)
{
	struct buf path;
	enum ns_err err;

	(void)c;
	buf_init(&path, 64);
	err = utf16_from_utf8(&path, VIEW_LITERAL("\\\\127.0.0.1\\IPC$"));
	smb2_tree_connect_req_encode(
		w, &(struct smb2_tree_connect_req){.path = buf_view(&path)});
	buf_release(&path);
	return err;
}

static enum ns_err take_tree(struct crowd_conn *c, const struct smb2_hdr *hdr,
			     struct view msg)
{
	enum ns_err err = smb_verify(&crowd_current(c)->keys, msg);

	if (err != NS_OK || hdr->status != NT_STATUS_SUCCESS)
		return err != NS_OK ? err : NS_ESTATUS;
	crowd_current(c)->tree = hdr->tree_id;
	return crowd_go(c, CROWD_PIPE);
}

static enum ns_err put_pipe(struct crowd_conn *c, struct wire_writer *w)
{
	struct smb2_create_req req = {
		.impersonation_level = SMB2_IMPERSONATION_IMPERSONATION,
		.desired_access = GENERIC_READ | GENERIC_WRITE,
		.share_access = FILE_SHARE_READ | FILE_SHARE_WRITE,
		.disposition = FILE_OPEN,
	};
	struct buf name;
	enum ns_err err;

	(void)c;
	buf_init(&name, 64);
	err = utf16_from_utf8(&name, VIEW_LITERAL("srvsvc"));
	req.name = buf_view(&name);
	smb2_create_req_encode(w, &req);
	buf_release(&name);
	return err;
}

static enum ns_err take_pipe(struct crowd_conn *c, const struct smb2_hdr *hdr,
			     struct view msg)
{
	struct smb2_create_rsp rsp;
	enum ns_err err = smb_verify(&crowd_current(c)->keys, msg);

	if (err == NS_OK && hdr->status != NT_STATUS_SUCCESS)
		err = NS_ESTATUS;
	if (err == NS_OK)
		err = smb2_create_rsp_decode(&rsp, msg);
	if (err != NS_OK)
		return err;
	crowd_current(c)->pipe = rsp.file_id;
	return ++c->at < c->count ? begin_login(c) : crowd_rest(c);
}

/* ------------------------------------------------------------------ do you live? -- */

static enum ns_err put_ask(struct crowd_conn *c, struct wire_writer *w)
{
	const struct smb2_query_info_req req = {
		.info_type = SMB2_0_INFO_FILE,
		.info_class = FILE_STANDARD_INFORMATION,
		.output_len = 64,
		.file_id = crowd_current(c)->pipe,
	};

	smb2_query_info_req_encode(w, &req);
	return NS_OK;
}

/*
 * Of those who died first when very many die at once the server has forgotten the keys: it
 * can say so, but not prove it.
 */
static enum ns_err take_ask(struct crowd_conn *c, const struct smb2_hdr *hdr,
			    struct view msg)
{
	struct crowd_user *user = crowd_current(c)->user;
	bool dead = hdr->status == NT_STATUS_USER_SESSION_DELETED;
	enum ns_err err = NS_OK;

	if (!dead)
		err = smb_verify(&crowd_current(c)->keys, msg);
	if (err == NS_OK && !dead && hdr->status != NT_STATUS_SUCCESS)
		err = NS_ESTATUS;
	if (err != NS_OK)
		return err;
	user->alive += !dead;
	user->dead += dead;
	return ++c->at < c->count ? crowd_go(c, CROWD_ASK) : crowd_rest(c);
}

/* ----------------------------------------------------------------------- the table -- */

const struct crowd_step_row crowd_steps[CROWD_IDLE] = {
	[CROWD_NEGOTIATE] = {SMB2_NEGOTIATE, false, put_negotiate, take_negotiate},
	[CROWD_LOGIN] = {SMB2_SESSION_SETUP, false, put_login, take_login},
	[CROWD_TREE] = {SMB2_TREE_CONNECT, true, put_tree, take_tree},
	[CROWD_PIPE] = {SMB2_CREATE, true, put_pipe, take_pipe},
	[CROWD_ASK] = {SMB2_QUERY_INFO, true, put_ask, take_ask},
};

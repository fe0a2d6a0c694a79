/* SPDX-License-Identifier: MIT */
/* What the stub server answers to each command. */
#include "lib/smbpeer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/ntstatus.h"
#include "rpc/srvsvc.h"
#include "rpc/wkssvc.h"
#include "security/spnego_auth.h"
#include "wire/smb2_close.h"
#include "wire/smb2_create.h"
#include "wire/smb2_ioctl.h"
#include "wire/smb2_read.h"
#include "wire/smb2_session_setup.h"
#include "wire/smb2_simple.h"
#include "wire/smb2_tree.h"
#include "wire/smb2_validate_negotiate.h"
#include "wire/smb2_write.h"

#define PEER_CAPABILITIES (SMB2_GLOBAL_CAP_LARGE_MTU | SMB2_GLOBAL_CAP_ENCRYPTION)

const uint8_t smbpeer_nt_hash[NT_HASH_LEN] = {
	0x5a, 0x5a, 0x5a, 0x5a, 0x5a, 0x5a, 0x5a, 0x5a,
	0x5a, 0x5a, 0x5a, 0x5a, 0x5a, 0x5a, 0x5a, 0x5a,
};

static enum ns_err lookup(void *ctx, struct secret *nt_hash, const char *user,
			  const char *domain)
{
	(void)ctx;
	(void)domain;
	if (strcmp(user, "user") != 0)
		return NS_EAUTH;
	return secret_set(nt_hash, view_of(smbpeer_nt_hash, NT_HASH_LEN));
}

static void set_auth_config(struct smbpeer *p)
{
	p->auth_config = (struct auth_server_config){
		.mechs = p->cfg.keytab != NULL ? AUTH_MECH_KERBEROS : AUTH_MECH_NTLM,
		.lookup = lookup,
		.netbios_name = "PEER",
		.keytab = p->cfg.keytab,
		.allow_anonymous = true,
		.env = &smbpeer_env,
	};
}

/* ------------------------------------------------------------------ NEGOTIATE ... -- */

static uint32_t capabilities(const struct smbpeer *p)
{
	if (p->dialect == SMB2_DIALECT_202)
		return 0;
	return p->cfg.no_encryption || p->dialect < SMB2_DIALECT_300
		       ? SMB2_GLOBAL_CAP_LARGE_MTU
		       : PEER_CAPABILITIES;
}

static void choose_dialect(struct smbpeer *p)
{
	p->dialect = p->cfg.dialect;
	for (size_t i = 0; p->cfg.dialect == 0 && i < p->offer.dialect_count; i++)
		if (p->offer.dialects[i] > p->dialect)
			p->dialect = p->offer.dialects[i];
}

static uint16_t cipher_of(const struct smbpeer *p)
{
	if (p->cfg.no_encryption || p->dialect < SMB2_DIALECT_300)
		return 0;
	if (p->dialect < SMB2_DIALECT_311)
		return SMB2_CIPHER_AES128_CCM;
	return p->cfg.cipher != 0 ? p->cfg.cipher : SMB2_CIPHER_AES128_GCM;
}

static void on_negotiate(struct smbpeer *p, struct wire_writer *w, struct view msg)
{
	static const uint8_t salt[32] = {1};
	struct smb2_negotiate_rsp rsp = {
		.security_mode = SMB2_NEGOTIATE_SIGNING_ENABLED,
		.server_guid = {1, 2, 3},
		.max_transact_size = 1u << 20,
		.max_read_size = 1u << 20,
		.max_write_size = 1u << 20,
	};
	struct buf hint;

	assert_int_equal(smb2_negotiate_req_decode(&p->offer, msg), NS_OK);
	choose_dialect(p);
	set_auth_config(p);
	rsp.dialect = p->dialect;
	rsp.capabilities = capabilities(p);
	if (!p->cfg.no_preauth)
		rsp.contexts.preauth = (struct smb2_algorithms){{SMB2_PREAUTH_SHA512}, 1};
	rsp.contexts.preauth_salt = view_of(salt, sizeof(salt));
	if (!p->cfg.no_encryption)
		rsp.contexts.encryption = (struct smb2_algorithms){{cipher_of(p)}, 1};
	if (!p->cfg.no_sign_context)
		rsp.contexts.signing = (struct smb2_algorithms){{p->cfg.sign_alg}, 1};
	buf_init(&hint, AUTH_TOKEN_MAX);
	assert_int_equal(spnego_server_hint(&hint, &p->auth_config), NS_OK);
	rsp.token = buf_view(&hint);
	smb2_negotiate_rsp_encode(w, &rsp);
	buf_release(&hint);
}

/* ----------------------------------------------------------------- SESSION_SETUP -- */

static void derive(struct smbpeer *p)
{
	struct smb_keys_params params = {
		.role = SMB_SERVER,
		.dialect = p->dialect,
		.cipher = cipher_of(p),
		.sign_alg =
			p->cfg.no_sign_context ? SMB2_SIGNING_AES_CMAC : p->cfg.sign_alg,
	};
	struct secret key = {0};

	if (auth_identity(p->auth).anonymous)
		return;
	assert_int_equal(auth_export_key(p->auth, &key), NS_OK);
	params.session_key = secret_view(&key);
	if (p->dialect == SMB2_DIALECT_311)
		params.preauth = preauth_view(&p->preauth);
	assert_int_equal(smb_keys_derive(&p->keys, &params), NS_OK);
	p->has_keys = true;
	secret_wipe(&key);
}

static void on_session_setup(struct smbpeer *p, struct wire_writer *w, struct view msg)
{
	struct smb2_session_setup_req req;
	struct smb2_session_setup_rsp rsp = {0};
	struct buf token;
	enum ns_err err;

	assert_int_equal(smb2_session_setup_req_decode(&req, msg), NS_OK);
	preauth_update(&p->preauth, msg);
	if (p->auth == NULL)
		assert_int_equal(spnego_server_new(&p->auth, &p->auth_config), NS_OK);
	buf_init(&token, AUTH_TOKEN_MAX);
	err = auth_step(p->auth, &token, req.token);
	rsp.token = buf_view(&token);
	if (err == NS_OK) {
		derive(p);
		p->signed_in = true;
		if (p->cfg.guest)
			rsp.session_flags |= SMB2_SESSION_FLAG_IS_GUEST;
		if (!p->has_keys)
			rsp.session_flags |= SMB2_SESSION_FLAG_IS_NULL;
		if (p->cfg.encrypt_session)
			rsp.session_flags |= SMB2_SESSION_FLAG_ENCRYPT_DATA;
	}
	p->status = err == NS_OK      ? NT_STATUS_SUCCESS
		    : err == NS_AGAIN ? NT_STATUS_MORE_PROCESSING_REQUIRED
				      : NT_STATUS_LOGON_FAILURE;
	smb2_session_setup_rsp_encode(w, &rsp);
	buf_release(&token);
}

/* -------------------------------------------------------------- tree, pipe, data -- */

static uint32_t rpc_answer(void *ctx, const struct rpc_method *method, struct view stub,
			   struct buf *out)
{
	const struct smbpeer *p = ctx;
	uint8_t byte;

	(void)method;
	(void)stub;
	for (size_t i = 0; i < p->cfg.reply; i++) {
		byte = smbpeer_pattern(i);
		assert_int_equal(buf_append(out, view_of(&byte, 1)), NS_OK);
	}
	return p->cfg.fault;
}

static void on_tree(struct smbpeer *p, struct wire_writer *w, struct view msg)
{
	struct smb2_tree_connect_req req;
	struct smb2_tree_connect_rsp rsp = {.share_type = SMB2_SHARE_TYPE_PIPE};

	assert_int_equal(smb2_tree_connect_req_decode(&req, msg), NS_OK);
	if (p->cfg.encrypt_share)
		rsp.share_flags = SMB2_SHAREFLAG_ENCRYPT_DATA;
	p->connected = true;
	smb2_tree_connect_rsp_encode(w, &rsp);
}

/* One service an interface is enough: the pipe's name is not looked at. */
static void on_create(struct smbpeer *p, struct wire_writer *w, struct view msg)
{
	static struct rpc_service services[2];
	struct smb2_create_req req;
	struct smb2_create_rsp rsp = {.action = FILE_OPENED};
	size_t i = 0;

	assert_int_equal(smb2_create_req_decode(&req, msg), NS_OK);
	services[0] = (struct rpc_service){&SRVSVC, rpc_answer, p};
	services[1] = (struct rpc_service){&WKSSVC, rpc_answer, p};
	while (p->pipes[i].open)
		assert_true(++i < SMBPEER_PIPES);
	p->pipes[i].open = true;
	buf_init(&p->pipes[i].run, RPC_STUB_MAX);
	rpc_server_init(&p->pipes[i].rpc, services, 2, 77);
	rsp.file_id = (struct smb2_file_id){i + 1, i + 1};
	p->last = rsp.file_id;
	smb2_create_rsp_encode(w, &rsp);
}

/* NULL, and a status, where there is no such file. */
static struct smbpeer_pipe *pipe_of(struct smbpeer *p, struct smb2_file_id id)
{
	if (id.volatile_id == UINT64_MAX)
		id = p->last;
	if (id.volatile_id >= 1 && id.volatile_id <= SMBPEER_PIPES &&
	    p->pipes[id.volatile_id - 1].open)
		return &p->pipes[id.volatile_id - 1];
	p->status = NT_STATUS_FILE_CLOSED;
	return NULL;
}

/* The next message of the pipe, or as much of it as may be given at once. */
static struct view pipe_take(struct smbpeer *p, struct smbpeer_pipe *pipe)
{
	struct view run = view_slice(buf_view(&pipe->run), pipe->read, SIZE_MAX);
	struct view pdu = {0};

	if (p->cfg.cut > 0)
		pdu = view_slice(run, 0, p->cfg.cut);
	else
		(void)rpc_run_next(&run, &pdu);
	pipe->read += pdu.n;
	if (p->cfg.cut > 0 && pipe->read < pipe->run.n)
		p->status = NT_STATUS_BUFFER_OVERFLOW;
	return pdu;
}

static void pipe_put(struct smbpeer *p, struct smbpeer_pipe *pipe, struct view pdu)
{
	enum ns_err err;

	if (pipe->read == pipe->run.n) {
		buf_clear(&pipe->run);
		pipe->read = 0;
	}
	err = rpc_server_recv(&pipe->rpc, pdu, &pipe->run);
	assert_true(err == NS_OK || p->cfg.twist != NULL);
}

static void on_validate(struct smbpeer *p, struct wire_writer *w, const struct view input)
{
	struct smb2_ioctl_rsp rsp = {
		.ctl_code = FSCTL_VALIDATE_NEGOTIATE_INFO,
		.file_id = SMB2_FILE_ID_NONE,
	};
	struct smb2_validate_negotiate_req req;
	struct smb2_validate_negotiate_rsp body = {
		.guid = {1, 2, 3},
		.security_mode = SMB2_NEGOTIATE_SIGNING_ENABLED,
		.dialect = p->dialect,
		.capabilities = capabilities(p),
	};
	struct wire_writer bw;
	struct buf b;

	assert_int_equal(smb2_validate_negotiate_req_decode(&req, input), NS_OK);
	assert_int_equal(req.capabilities, p->offer.capabilities);
	assert_int_equal(req.dialect_count, p->offer.dialect_count);
	assert_memory_equal(req.guid, p->offer.client_guid, SMB2_GUID_LEN);
	if (p->cfg.validate == SMBPEER_VALIDATE_UNKNOWN)
		p->status = NT_STATUS_NOT_SUPPORTED;
	if (p->cfg.validate == SMBPEER_VALIDATE_DENIED)
		p->status = NT_STATUS_ACCESS_DENIED;
	if (p->cfg.validate == SMBPEER_VALIDATE_FORGED)
		body.capabilities ^= SMB2_GLOBAL_CAP_ENCRYPTION;
	buf_init(&b, 64);
	bw = wire_writer_at_end(&b);
	smb2_validate_negotiate_rsp_encode(&bw, &body);
	rsp.output = buf_view(&b);
	smb2_ioctl_rsp_encode(w, &rsp);
	buf_release(&b);
}

static void on_ioctl(struct smbpeer *p, struct wire_writer *w, struct view msg)
{
	struct smb2_ioctl_req req;
	struct smb2_ioctl_rsp rsp;
	struct smbpeer_pipe *pipe;

	assert_int_equal(smb2_ioctl_req_decode(&req, msg), NS_OK);
	if (req.ctl_code == FSCTL_VALIDATE_NEGOTIATE_INFO) {
		on_validate(p, w, req.input);
		return;
	}
	assert_int_equal(req.ctl_code, FSCTL_PIPE_TRANSCEIVE);
	pipe = pipe_of(p, req.file_id);
	if (pipe == NULL)
		return;
	pipe_put(p, pipe, req.input);
	rsp = (struct smb2_ioctl_rsp){.ctl_code = req.ctl_code, .file_id = p->last};
	rsp.output = pipe_take(p, pipe);
	smb2_ioctl_rsp_encode(w, &rsp);
}

static void on_read(struct smbpeer *p, struct wire_writer *w, struct view msg)
{
	struct smb2_read_req req;
	struct smb2_read_rsp rsp = {0};
	struct smbpeer_pipe *pipe;

	assert_int_equal(smb2_read_req_decode(&req, msg), NS_OK);
	pipe = pipe_of(p, req.file_id);
	if (pipe == NULL)
		return;
	rsp.data = p->cfg.empty_reads ? (struct view){0} : pipe_take(p, pipe);
	if (rsp.data.n == 0 && !p->cfg.empty_reads) {
		p->status = NT_STATUS_PENDING;
		p->stuck++;
	}
	smb2_read_rsp_encode(w, &rsp);
}

static void on_write(struct smbpeer *p, struct wire_writer *w, struct view msg)
{
	struct smb2_write_req req;
	struct smb2_write_rsp rsp;
	struct smbpeer_pipe *pipe;

	assert_int_equal(smb2_write_req_decode(&req, msg), NS_OK);
	pipe = pipe_of(p, req.file_id);
	if (pipe == NULL)
		return;
	pipe_put(p, pipe, req.data);
	rsp.count = (uint32_t)req.data.n;
	smb2_write_rsp_encode(w, &rsp);
}

static void on_close(struct smbpeer *p, struct wire_writer *w, struct view msg)
{
	struct smb2_close_req req;
	struct smb2_close_rsp rsp = {0};
	struct smbpeer_pipe *pipe;

	assert_int_equal(smb2_close_req_decode(&req, msg), NS_OK);
	pipe = pipe_of(p, req.file_id);
	if (pipe == NULL)
		return;
	rpc_server_release(&pipe->rpc);
	buf_release(&pipe->run);
	pipe->read = 0;
	pipe->open = false;
	smb2_close_rsp_encode(w, &rsp);
}

static void on_logoff(struct smbpeer *p, struct wire_writer *w, struct view msg)
{
	assert_int_equal(smb2_simple_decode(msg), NS_OK);
	p->left = true;
	smb2_simple_encode(w);
}

static void (*const handlers[SMB2_COMMANDS])(struct smbpeer *p, struct wire_writer *w,
					     struct view msg) = {
	[SMB2_NEGOTIATE] = on_negotiate, [SMB2_SESSION_SETUP] = on_session_setup,
	[SMB2_TREE_CONNECT] = on_tree,   [SMB2_CREATE] = on_create,
	[SMB2_IOCTL] = on_ioctl,         [SMB2_READ] = on_read,
	[SMB2_WRITE] = on_write,         [SMB2_CLOSE] = on_close,
	[SMB2_LOGOFF] = on_logoff,
};

void smbpeer_answer(struct smbpeer *p, struct wire_writer *w, const struct smb2_hdr *hdr,
		    struct view msg)
{
	assert_true(hdr->command < SMB2_COMMANDS);
	assert_non_null(handlers[hdr->command]);
	p->status = p->cfg.status[hdr->command];
	if (p->status == 0)
		handlers[hdr->command](p, w, msg);
}

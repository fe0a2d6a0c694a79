/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "security/preauth.h"
#include "server/dispatch.h"
#include "server/limits.h"
#include "server/negotiate.h"
#include "server/server_config.h"

/* [MS-SMB2] 3.3.5.4 <287>: Windows sends 32 bytes. */
#define SALT_LEN 32

/* What we can do, the best first. */
static const uint16_t dialects[] = {SMB2_DIALECT_311, SMB2_DIALECT_302, SMB2_DIALECT_300,
				    SMB2_DIALECT_210, SMB2_DIALECT_202};
static const uint16_t ciphers[] = {SMB2_CIPHER_AES128_GCM, SMB2_CIPHER_AES128_CCM,
				   SMB2_CIPHER_AES256_GCM, SMB2_CIPHER_AES256_CCM};
static const uint16_t signings[] = {SMB2_SIGNING_AES_GMAC, SMB2_SIGNING_AES_CMAC,
				    SMB2_SIGNING_HMAC_SHA256};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* Everything that has been decided, before the connection changes. */
struct agreement {
	struct smb2_negotiate_req req;
	struct smb2_negotiate_rsp rsp;
	struct buf token;
	uint8_t salt[SALT_LEN];
	uint16_t cipher;
	uint16_t sign_alg;
	uint16_t *client_dialects;
};

/* ----------------------------------------------------------------------- decisions -- */

/* The greatest common dialect; 0: there is none. */
static uint16_t choose_dialect(const struct server *server,
			       const struct smb2_negotiate_req *req)
{
	for (size_t i = 0; i < COUNT(dialects); i++)
		if (negotiate_allows(server, dialects[i]) &&
		    smb2_negotiate_req_offers(req, dialects[i]))
			return dialects[i];
	return 0;
}

/* The client's most preferred algorithm that we know; `otherwise` without one. */
static uint16_t choose(const struct smb2_algorithms *theirs, const uint16_t *ours, size_t n,
		       uint16_t otherwise)
{
	for (size_t i = 0; i < theirs->count; i++)
		for (size_t k = 0; k < n; k++)
			if (theirs->id[i] == ours[k])
				return ours[k];
	return otherwise;
}

static struct smb2_algorithms just_one(uint16_t id)
{
	return (struct smb2_algorithms){.id = {id}, .count = 1};
}

/* 3.1.1: the contexts of 3.3.5.4, asked and answered. */
static uint32_t agree_contexts(const struct server *server, struct agreement *a)
{
	const struct smb2_negotiate_contexts *in = &a->req.contexts;
	struct smb2_negotiate_contexts *out = &a->rsp.contexts;
	static const uint16_t sha512[] = {SMB2_PREAUTH_SHA512};

	if (in->preauth.count == 0)
		return NT_STATUS_INVALID_PARAMETER;
	if (choose(&in->preauth, sha512, COUNT(sha512), 0) == 0)
		return NT_STATUS_SMB_NO_PREAUTH_INTEGRITY_HASH_OVERLAP;
	if (server_random(server, a->salt, sizeof(a->salt)) != NS_OK)
		return NT_STATUS_INSUFFICIENT_RESOURCES;
	out->preauth = just_one(SMB2_PREAUTH_SHA512);
	out->preauth_salt = view_of(a->salt, sizeof(a->salt));
	if (in->encryption.count > 0 &&
	    server->config->encryption != CONFIG_ENCRYPTION_OFF) {
		a->cipher = choose(&in->encryption, ciphers, COUNT(ciphers), 0);
		out->encryption = just_one(a->cipher); /* 0, too: "no common cipher" */
	}
	if (in->signing.count > 0) {
		a->sign_alg = choose(&in->signing, signings, COUNT(signings),
				     SMB2_SIGNING_AES_CMAC);
		out->signing = just_one(a->sign_alg);
	}
	return NT_STATUS_SUCCESS;
}

/* Dialects before 3.1.1 fix their algorithms. */
static void agree_fixed(struct agreement *a)
{
	a->sign_alg = a->rsp.dialect >= SMB2_DIALECT_300 ? SMB2_SIGNING_AES_CMAC
							 : SMB2_SIGNING_HMAC_SHA256;
	if (a->rsp.capabilities & SMB2_GLOBAL_CAP_ENCRYPTION)
		a->cipher = SMB2_CIPHER_AES128_CCM;
}

/* Decides all that can fail; the connection has only been read. */
static uint32_t agree(struct server_conn *conn, struct agreement *a, uint16_t dialect)
{
	size_t bytes = a->req.dialect_count * sizeof(*a->client_dialects);

	a->client_dialects = malloc(bytes);
	if (a->client_dialects == NULL ||
	    negotiate_response(&a->rsp, &a->token, conn, dialect) != NS_OK)
		return NT_STATUS_INSUFFICIENT_RESOURCES;
	memcpy(a->client_dialects, a->req.dialects, bytes);
	agree_fixed(a);
	if (dialect == SMB2_DIALECT_311)
		return agree_contexts(conn->server, a);
	return NT_STATUS_SUCCESS;
}

/* ------------------------------------------------------------------------ commitment -- */

static void hash_response(struct request *rq, struct view response)
{
	preauth_update(&rq->conn->preauth, response);
}

static void settle(struct request *rq, struct agreement *a)
{
	struct server_conn *conn = rq->conn;

	negotiate_settle(conn, &a->rsp);
	conn->cipher = a->cipher;
	conn->sign_alg = a->sign_alg;
	conn->client_security_mode = a->req.security_mode;
	memcpy(conn->client_guid, a->req.client_guid, sizeof(conn->client_guid));
	free(conn->client_dialects);
	conn->client_dialects = a->client_dialects;
	conn->client_dialect_count = a->req.dialect_count;
	a->client_dialects = NULL; /* moved */
	if (conn->dialect != SMB2_DIALECT_311)
		return;
	/* 3.3.5.4, last: known to VALIDATE_NEGOTIATE_INFO's like, not on the wire. */
	if (conn->cipher != 0)
		conn->server_capabilities |= SMB2_GLOBAL_CAP_ENCRYPTION;
	preauth_init(&conn->preauth);
	preauth_update(&conn->preauth, rq->msg);
	rq->replied = hash_response;
}

static uint32_t negotiate(struct request *rq, struct agreement *a)
{
	struct server_conn *conn = rq->conn;
	uint16_t dialect;
	uint32_t status;

	if (smb2_negotiate_req_decode(&a->req, rq->msg) != NS_OK)
		return NT_STATUS_INVALID_PARAMETER;
	dialect = choose_dialect(rq->server, &a->req);
	if (dialect == 0)
		return NT_STATUS_NOT_SUPPORTED;
	conn->client_capabilities = a->req.capabilities;
	status = agree(conn, a, dialect);
	if (status != NT_STATUS_SUCCESS)
		return status;
	settle(rq, a);
	smb2_negotiate_rsp_encode(srv_request_reply(rq), &a->rsp);
	return NT_STATUS_SUCCESS;
}

uint32_t on_negotiate(struct request *rq)
{
	struct agreement a = {0};
	uint32_t status;

	if (server_conn_negotiated(rq->conn)) {
		server_conn_drop(rq->conn, "a second NEGOTIATE");
		return NT_STATUS_INVALID_PARAMETER;
	}
	if (rq->is_signed) /* 3.3.5.2.4 */
		return NT_STATUS_INVALID_PARAMETER;
	buf_init(&a.token, AUTH_TOKEN_MAX);
	status = negotiate(rq, &a);
	buf_release(&a.token);
	free(a.client_dialects);
	return status;
}

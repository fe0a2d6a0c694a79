/* SPDX-License-Identifier: MIT */
#include "conform/peer.h"

#include "base/ntstatus.h"
#include "security/auth.h"
#include "security/seal.h"
#include "security/sign.h"
#include "wire/smb2_transform.h"

/* Longest request: a WRITE of a fragment, and room. */
#define REQUEST_MAX (128u * 1024)

/* CreditRequest of each message: requests go one by one, so a few are plenty. */
#define CREDITS 16

/* Messages passed over (interim responses, notifications) while one answer is due. */
#define STRAY_MAX 64

#define SALT_LEN 32

void peer_init(struct peer *p, const struct peer_config *config)
{
	*p = (struct peer){.config = config};
	line_init(&p->line);
	buf_init(&p->msg, REQUEST_MAX);
	buf_init(&p->plain, SEAL_MESSAGE_MAX);
}

void peer_close(struct peer *p)
{
	line_close(&p->line);
	buf_release(&p->msg);
	buf_release(&p->plain);
	p->dialect = 0;
	p->next_id = 0;
	p->notified = 0;
}

/* ----------------------------------------------------------------------- requests -- */

struct wire_writer *peer_begin(struct peer *p, struct peer_session *s, uint32_t tree,
			       uint16_t command)
{
	p->hdr = (struct smb2_hdr){
		.credit_charge = p->multi_credit ? 1 : 0,
		.command = command,
		.credits = CREDITS,
		.message_id = p->next_id++,
		.tree_id = tree,
		.session_id = s != NULL ? s->id : 0,
	};
	p->session = s;
	buf_clear(&p->msg);
	p->w = wire_writer_at_end(&p->msg);
	smb2_hdr_encode(&p->w, &p->hdr);
	return &p->w;
}

/* [MS-SMB2] 3.2.4.1.1 and 3.1.4.3 */
enum ns_err peer_post(struct peer *p, uint64_t *message_id)
{
	struct peer_session *s = p->session;
	enum ns_err err = wire_put_status(&p->w);

	*message_id = p->hdr.message_id;
	if (err != NS_OK)
		return err;
	if (s == NULL || !s->protect)
		return line_send(&p->line, buf_view(&p->msg), p->config->limit_ms);
	if (s->seal) {
		buf_clear(&p->plain);
		err = smb_seal(&s->keys, &p->plain, s->id, buf_view(&p->msg));
		if (err != NS_OK)
			return err;
		return line_send(&p->line, buf_view(&p->plain), p->config->limit_ms);
	}
	err = smb_sign(&s->keys, &p->msg, 0, p->msg.n);
	if (err != NS_OK)
		return err;
	return line_send(&p->line, buf_view(&p->msg), p->config->limit_ms);
}

/* ------------------------------------------------------------------------ answers -- */

/* What a server says that has no keys of ours any more. */
static bool says_session_lost(uint32_t status)
{
	return status == NT_STATUS_USER_SESSION_DELETED ||
	       status == NT_STATUS_NETWORK_NAME_DELETED ||
	       status == NT_STATUS_NETWORK_SESSION_EXPIRED;
}

/* Opens a sealed frame into p->plain; *sealed tells whether it was one. */
static enum ns_err open_frame(struct peer *p, struct view *msg, bool *sealed,
			      const struct peer_session *s)
{
	enum ns_err err;

	*sealed = smb2_frame_kind(*msg) == SMB2_FRAME_SEALED;
	if (!*sealed)
		return NS_OK;
	if (s == NULL || !s->protect)
		return NS_EUNEXPECTED;
	buf_clear(&p->plain);
	err = smb_open(&s->keys, &p->plain, *msg);
	*msg = buf_view(&p->plain);
	return err;
}

static enum ns_err verify(struct peer_reply *reply, const struct peer_session *s,
			  bool sealed)
{
	reply->verified = sealed;
	if (sealed || s == NULL || !s->protect)
		return NS_OK;
	if ((reply->hdr.flags & SMB2_FLAGS_SIGNED) != 0 && !s->seal)
		reply->verified = smb_verify(&s->keys, reply->msg) == NS_OK;
	if (reply->verified || says_session_lost(reply->hdr.status))
		return NS_OK;
	return NS_ESIGNATURE;
}

/* NS_AGAIN: it is not the answer we wait for, and has been dealt with. */
static enum ns_err take(struct peer *p, struct peer_reply *reply,
			const struct peer_session *s, uint64_t message_id, uint16_t command)
{
	bool sealed;
	enum ns_err err;

	err = line_recv(&p->line, &reply->msg, p->config->limit_ms);
	if (err == NS_OK)
		err = open_frame(p, &reply->msg, &sealed, s);
	if (err == NS_OK)
		err = smb2_hdr_decode(&reply->hdr, reply->msg);
	if (err != NS_OK)
		return err;
	if (reply->hdr.command == SMB2_NOTIFICATION) {
		p->notified++;
		return NS_AGAIN;
	}
	if (reply->hdr.message_id == SMB2_MESSAGE_ID_UNSOLICITED ||
	    reply->hdr.status == NT_STATUS_PENDING)
		return NS_AGAIN;
	if (reply->hdr.message_id != message_id || reply->hdr.command != command)
		return NS_EUNEXPECTED;
	return verify(reply, s, sealed);
}

enum ns_err peer_await(struct peer *p, struct peer_reply *reply,
		       const struct peer_session *s, uint64_t message_id, uint16_t command)
{
	for (unsigned i = 0; i < STRAY_MAX; i++) {
		enum ns_err err = take(p, reply, s, message_id, command);

		if (err != NS_AGAIN)
			return err;
	}
	return NS_ELIMIT;
}

enum ns_err peer_ask(struct peer *p, struct peer_reply *reply)
{
	struct peer_session *s = p->session;
	uint16_t command = p->hdr.command;
	uint64_t message_id;
	enum ns_err err;

	err = peer_post(p, &message_id);
	return err == NS_OK ? peer_await(p, reply, s, message_id, command) : err;
}

/* ---------------------------------------------------------------------- NEGOTIATE -- */

static const uint16_t all_dialects[] = {
	SMB2_DIALECT_202, SMB2_DIALECT_210, SMB2_DIALECT_300,
	SMB2_DIALECT_302, SMB2_DIALECT_311,
};

static void fill_offer(struct peer *p, struct smb2_negotiate_req *req)
{
	for (size_t i = 0; i < sizeof(all_dialects) / sizeof(all_dialects[0]); i++)
		if (p->only == 0 || p->only == all_dialects[i])
			req->dialects[req->dialect_count++] = all_dialects[i];
	req->security_mode = SMB2_NEGOTIATE_SIGNING_REQUIRED;
	if (req->dialects[req->dialect_count - 1] > SMB2_DIALECT_202)
		memcpy(req->client_guid, p->guid, sizeof(req->client_guid));
	if (req->dialects[req->dialect_count - 1] >= SMB2_DIALECT_300)
		req->capabilities = SMB2_GLOBAL_CAP_LARGE_MTU | SMB2_GLOBAL_CAP_ENCRYPTION;
	req->contexts.preauth = (struct smb2_algorithms){{SMB2_PREAUTH_SHA512}, 1};
	req->contexts.encryption = (struct smb2_algorithms){
		{SMB2_CIPHER_AES128_GCM, SMB2_CIPHER_AES128_CCM, SMB2_CIPHER_AES256_GCM},
		3};
	req->contexts.signing =
		(struct smb2_algorithms){{SMB2_SIGNING_AES_GMAC, SMB2_SIGNING_AES_CMAC}, 2};
}

static void take_response(struct peer *p, const struct smb2_negotiate_rsp *rsp)
{
	p->dialect = rsp->dialect;
	p->max_transact = rsp->max_transact_size;
	p->multi_credit = rsp->dialect > SMB2_DIALECT_202 &&
			  (rsp->capabilities & SMB2_GLOBAL_CAP_LARGE_MTU) != 0;
	p->cipher = 0;
	p->sign_alg = SMB2_SIGNING_AES_CMAC;
	if (rsp->dialect == SMB2_DIALECT_311) {
		if (rsp->contexts.encryption.count > 0)
			p->cipher = rsp->contexts.encryption.id[0];
		if (rsp->contexts.signing.count > 0)
			p->sign_alg = rsp->contexts.signing.id[0];
	} else if (rsp->dialect >= SMB2_DIALECT_300 &&
		   (rsp->capabilities & SMB2_GLOBAL_CAP_ENCRYPTION) != 0) {
		p->cipher = SMB2_CIPHER_AES128_CCM;
	}
}

static enum ns_err negotiate(struct peer *p)
{
	const struct auth_env *env = &auth_env_system;
	struct smb2_negotiate_req req = {0};
	struct smb2_negotiate_rsp rsp;
	struct peer_reply reply;
	uint8_t salt[SALT_LEN];
	enum ns_err err;

	err = env->random(env->ctx, p->guid, sizeof(p->guid));
	if (err == NS_OK)
		err = env->random(env->ctx, salt, sizeof(salt));
	if (err != NS_OK)
		return err;
	fill_offer(p, &req);
	req.contexts.preauth_salt = view_of(salt, sizeof(salt));
	smb2_negotiate_req_encode(peer_begin(p, NULL, 0, SMB2_NEGOTIATE), &req);
	preauth_init(&p->preauth);
	preauth_update(&p->preauth, buf_view(&p->msg));
	err = peer_ask(p, &reply);
	if (err != NS_OK)
		return err;
	if (reply.hdr.status != NT_STATUS_SUCCESS)
		return NS_EUNSUPPORTED;
	preauth_update(&p->preauth, reply.msg);
	err = smb2_negotiate_rsp_decode(&rsp, reply.msg);
	if (err == NS_OK)
		take_response(p, &rsp);
	return err;
}

enum ns_err peer_connect(struct peer *p, const char *from)
{
	enum ns_err err;

	peer_close(p);
	err = line_open(&p->line, &p->config->to, from, p->config->limit_ms);
	if (err != NS_OK)
		return err;
	socket_own_address(p->own, p->line.fd);
	p->multi_credit = false;
	err = negotiate(p);
	if (err != NS_OK)
		peer_close(p);
	return err;
}

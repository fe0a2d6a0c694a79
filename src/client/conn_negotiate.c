/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "base/ntstatus.h"
#include "base/utf16.h"
#include "client/conn_send.h"
#include "rpc/rpc_pdu.h"

/* 2.2.3.1.1: as many bytes as Windows sends; 32 random ones cannot collide. */
#define SALT_LEN 32

/* A host name of 255 bytes and a little for the brackets of an address. */
#define NETNAME_MAX 1024

static const uint16_t all_dialects[] = {
	SMB2_DIALECT_202, SMB2_DIALECT_210, SMB2_DIALECT_300,
	SMB2_DIALECT_302, SMB2_DIALECT_311,
};

/* Most wanted first.  GCM is the fast one; 128 bits are what all take. */
static const struct smb2_algorithms ciphers = {
	.id = {SMB2_CIPHER_AES128_GCM, SMB2_CIPHER_AES256_GCM, SMB2_CIPHER_AES128_CCM,
	       SMB2_CIPHER_AES256_CCM},
	.count = 4,
};
static const struct smb2_algorithms signings = {
	.id = {SMB2_SIGNING_AES_GMAC, SMB2_SIGNING_AES_CMAC, SMB2_SIGNING_HMAC_SHA256},
	.count = 3,
};
static const struct smb2_algorithms preauths = {
	.id = {SMB2_PREAUTH_SHA512},
	.count = 1,
};

/* What VALIDATE_NEGOTIATE_INFO repeats later, 3.2.4.2.2.2. */
static struct smb2_validate_negotiate_req offer_of(const struct conn *c)
{
	struct smb2_validate_negotiate_req o = {
		.security_mode = SMB2_NEGOTIATE_SIGNING_REQUIRED,
	};

	for (size_t i = 0; i < sizeof(all_dialects) / sizeof(all_dialects[0]); i++)
		if (all_dialects[i] >= c->lowest && all_dialects[i] <= c->highest)
			o.dialects[o.dialect_count++] = all_dialects[i];
	if (c->highest >= SMB2_DIALECT_210)
		memcpy(o.guid, c->client_guid, sizeof(o.guid));
	if (c->highest >= SMB2_DIALECT_300)
		o.capabilities = SMB2_GLOBAL_CAP_LARGE_MTU | SMB2_GLOBAL_CAP_ENCRYPTION;
	if (c->highest >= SMB2_DIALECT_311)
		o.capabilities |= SMB2_GLOBAL_CAP_NOTIFICATIONS;
	return o;
}

static enum ns_err send_offer(struct conn *c, const struct smb2_negotiate_req *req)
{
	struct outgoing o;
	enum ns_err err;

	outgoing_init(&o, c);
	smb2_negotiate_req_encode(outgoing_add(&o, STEP_NEGOTIATE), req);
	err = outgoing_send(&o);
	if (err != NS_OK)
		return err;
	preauth_init(&c->preauth);
	preauth_update(&c->preauth, buf_view(&c->msg));
	return NS_OK;
}

static enum ns_err draw_guid(struct conn *c)
{
	for (size_t i = 0; i < sizeof(c->client_guid); i++)
		if (c->client_guid[i] != 0)
			return NS_OK;
	return c->env->random(c->env->ctx, c->client_guid, sizeof(c->client_guid));
}

enum ns_err conn_send_negotiate(struct conn *c)
{
	struct smb2_negotiate_req req = {0};
	uint8_t salt[SALT_LEN];
	struct buf netname;
	enum ns_err err;

	err = draw_guid(c);
	if (err != NS_OK)
		return err;
	c->negotiated.ours = offer_of(c);
	req.security_mode = c->negotiated.ours.security_mode;
	req.capabilities = c->negotiated.ours.capabilities;
	memcpy(req.client_guid, c->negotiated.ours.guid, sizeof(req.client_guid));
	memcpy(req.dialects, c->negotiated.ours.dialects, sizeof(req.dialects));
	req.dialect_count = c->negotiated.ours.dialect_count;
	req.contexts.preauth = preauths;
	req.contexts.encryption = ciphers;
	req.contexts.signing = signings;

	buf_init(&netname, NETNAME_MAX);
	err = c->env->random(c->env->ctx, salt, sizeof(salt));
	if (err != NS_OK)
		goto out;
	err = utf16_from_utf8(&netname, view_of_string(c->host));
	if (err != NS_OK)
		goto out;
	req.contexts.preauth_salt = view_of(salt, sizeof(salt));
	req.contexts.netname = buf_view(&netname);
	err = send_offer(c, &req);
out:
	buf_release(&netname);
	return err;
}

static bool offers(const struct smb2_algorithms *list, uint16_t id)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->id[i] == id)
			return true;
	return false;
}

/* 3.2.5.2: one of a kind, and one of ours.  Absent is fine where there is a default. */
static enum ns_err pick(uint16_t *out, const struct smb2_algorithms *theirs,
			const struct smb2_algorithms *ours, uint16_t absent)
{
	*out = absent;
	if (theirs->count == 0)
		return NS_OK;
	if (theirs->count != 1)
		return NS_EFORMAT;
	*out = theirs->id[0];
	return *out == absent || offers(ours, *out) ? NS_OK : NS_EUNEXPECTED;
}

static enum ns_err take_contexts(struct negotiated *n,
				 const struct smb2_negotiate_contexts *contexts)
{
	uint16_t hash;
	enum ns_err err;

	if (contexts->preauth.count != 1)
		return NS_EFORMAT;
	err = pick(&hash, &contexts->preauth, &preauths, SMB2_PREAUTH_SHA512);
	if (err != NS_OK)
		return err;
	err = pick(&n->cipher, &contexts->encryption, &ciphers, 0);
	if (err != NS_OK)
		return err;
	/* We did not offer to compress. */
	if (contexts->compression.count > 1 ||
	    (contexts->compression.count == 1 &&
	     contexts->compression.id[0] != SMB2_COMPRESSION_NONE))
		return NS_EUNEXPECTED;
	return pick(&n->sign_alg, &contexts->signing, &signings, SMB2_SIGNING_AES_CMAC);
}

/* What the response settles, into `n`, which has `ours` already. */
static enum ns_err take_response(struct negotiated *n, const struct smb2_negotiate_rsp *rsp)
{
	bool offered = false;

	for (size_t i = 0; i < n->ours.dialect_count; i++)
		offered |= n->ours.dialects[i] == rsp->dialect;
	if (!offered)
		return NS_EUNEXPECTED;
	n->theirs = (struct smb2_validate_negotiate_rsp){
		.capabilities = rsp->capabilities,
		.security_mode = rsp->security_mode,
		.dialect = rsp->dialect,
	};
	memcpy(n->theirs.guid, rsp->server_guid, sizeof(n->theirs.guid));
	n->max_transact = rsp->max_transact_size;
	n->max_read = rsp->max_read_size;
	n->multi_credit = rsp->dialect >= SMB2_DIALECT_210 &&
			  (rsp->capabilities & SMB2_GLOBAL_CAP_LARGE_MTU) != 0;
	if (rsp->dialect == SMB2_DIALECT_311)
		return take_contexts(n, &rsp->contexts);
	if (rsp->dialect >= SMB2_DIALECT_300 &&
	    (rsp->capabilities & SMB2_GLOBAL_CAP_ENCRYPTION) != 0)
		n->cipher = SMB2_CIPHER_AES128_CCM;
	n->validate = n->ours.dialects[n->ours.dialect_count - 1] >= SMB2_DIALECT_300;
	return NS_OK;
}

/* A fragment of the usual size must fit each way. */
static bool too_small(const struct smb2_negotiate_rsp *rsp)
{
	return rsp->max_transact_size < RPC_FRAG_USUAL ||
	       rsp->max_read_size < RPC_FRAG_USUAL || rsp->max_write_size < RPC_FRAG_USUAL;
}

enum ns_err conn_on_negotiate(struct conn *c, const struct answer *a)
{
	struct negotiated n = {.ours = c->negotiated.ours};
	struct smb2_negotiate_rsp rsp;
	enum ns_err err;

	/* 3.3.5.4: both say "none of these dialects". */
	if (a->hdr.status == NT_STATUS_INVALID_PARAMETER ||
	    a->hdr.status == NT_STATUS_NOT_SUPPORTED)
		return conn_note(c, NS_EUNSUPPORTED, a->hdr.status,
				 "the server takes none of the dialects we offer");
	if (a->hdr.status != NT_STATUS_SUCCESS)
		return conn_note(c, ntstatus_to_err(a->hdr.status), a->hdr.status, NULL);
	err = smb2_negotiate_rsp_decode(&rsp, a->msg);
	if (err != NS_OK)
		return err;
	err = take_response(&n, &rsp);
	if (err != NS_OK)
		return err;
	if (too_small(&rsp))
		return conn_note(c, NS_EUNSUPPORTED, 0,
				 "the server's buffers are too small");
	if (c->require_encryption && n.cipher == 0)
		return conn_note(c, NS_EUNSUPPORTED, 0, "the server cannot encrypt");
	err = conn_begin_setup(c, rsp.token);
	if (err != NS_OK)
		return err;
	preauth_update(&c->preauth, a->frame);
	c->session.preauth = c->preauth;
	n.done = true;
	c->negotiated = n;
	return NS_OK;
}

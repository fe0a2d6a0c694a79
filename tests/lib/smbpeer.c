/* SPDX-License-Identifier: MIT */
#include "lib/smbpeer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/ntstatus.h"
#include "security/seal.h"
#include "security/sign.h"
#include "wire/nbss.h"
#include "wire/smb2_error.h"
#include "wire/smb2_transform.h"

#define ELEMENTS_MAX 8

/* Where the fields that are patched stand in the header, [MS-SMB2] 2.2.1. */
#define HDR_STATUS  8
#define HDR_FLAGS   16
#define HDR_ASYNCID 32

static uint64_t env_now(void *ctx)
{
	(void)ctx;
	return 133000000000000000u;
}

static enum ns_err env_random(void *ctx, uint8_t *out, size_t n)
{
	(void)ctx;
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(i * 37 + 11);
	return NS_OK;
}

const struct auth_env smbpeer_env = {.now = env_now, .random = env_random};

void smbpeer_credentials(struct auth_credentials *c)
{
	auth_credentials_init(c);
	assert_int_equal(auth_credentials_set_name(c, "user"), NS_OK);
	assert_int_equal(secret_set(&c->nt_hash, view_of(smbpeer_nt_hash, NT_HASH_LEN)),
			 NS_OK);
}

void smbpeer_init(struct smbpeer *p, const struct smbpeer_config *cfg)
{
	*p = (struct smbpeer){.cfg = *cfg, .limit = 1};
	preauth_init(&p->preauth);
	buf_init(&p->in, 64u << 20);
	buf_init(&p->plain, 64u << 20);
	buf_init(&p->msg, 64u << 20);
	buf_init(&p->out, 64u << 20);
}

void smbpeer_release(struct smbpeer *p)
{
	for (size_t i = 0; i < SMBPEER_PIPES; i++) {
		if (!p->pipes[i].open)
			continue;
		rpc_server_release(&p->pipes[i].rpc);
		buf_release(&p->pipes[i].run);
	}
	auth_free(p->auth);
	smb_keys_release(&p->keys);
	buf_release(&p->in);
	buf_release(&p->plain);
	buf_release(&p->msg);
	buf_release(&p->out);
}

void smbpeer_send_raw(struct smbpeer *p, struct view message)
{
	size_t at = p->out.n;

	assert_int_equal(nbss_put(&p->out), NS_OK);
	assert_int_equal(buf_append(&p->out, message), NS_OK);
	assert_int_equal(nbss_patch(&p->out, at), NS_OK);
}

void smbpeer_header(struct wire_writer *w, uint16_t command, uint64_t message_id,
		    uint32_t flags)
{
	const struct smb2_hdr hdr = {
		.command = command,
		.flags = SMB2_FLAGS_SERVER_TO_REDIR | flags,
		.message_id = message_id,
		.session_id = SMBPEER_SESSION_ID,
		.tree_id = SMBPEER_TREE_ID,
	};

	smb2_hdr_encode(w, &hdr);
}

/* -------------------------------------------------------------- one frame of answers -- */

struct reply {
	struct smbpeer *p;
	size_t start[ELEMENTS_MAX];
	uint16_t command[ELEMENTS_MAX];
	bool plain[ELEMENTS_MAX]; /* an interim response: it is not signed */
	size_t n;
	struct wire_writer w;
};

static void reply_begin(struct reply *r, struct smbpeer *p)
{
	*r = (struct reply){.p = p};
	buf_clear(&p->msg);
}

/* The signature, the seal, the frame; nothing if there is no answer. */
static void reply_send(struct reply *r)
{
	struct smbpeer *p = r->p;
	size_t at = p->out.n;
	enum ns_err err;

	if (r->n == 0 || p->cfg.silent)
		return;
	assert_int_equal(wire_put_status(&r->w), NS_OK);
	for (size_t i = 0; i < r->n && p->has_keys && !p->sealed; i++) {
		size_t end = i + 1 < r->n ? r->start[i + 1] : p->msg.n;

		if (r->plain[i] || p->cfg.no_signature)
			continue;
		/* A twist may have left no header that could be signed. */
		err = smb_sign(&p->keys, &p->msg, r->start[i], end - r->start[i]);
		assert_true(err == NS_OK || (err == NS_EINVAL && p->cfg.twist != NULL));
	}
	assert_int_equal(nbss_put(&p->out), NS_OK);
	if (p->sealed)
		assert_int_equal(
			smb_seal(&p->keys, &p->out, SMBPEER_SESSION_ID, buf_view(&p->msg)),
			NS_OK);
	else
		assert_int_equal(buf_append(&p->out, buf_view(&p->msg)), NS_OK);
	assert_int_equal(nbss_patch(&p->out, at), NS_OK);
	p->frames++;
	if (p->cfg.twist != NULL)
		p->cfg.twist(p, SMBPEER_FRAME, r->command[0], &p->out, at);
	reply_begin(r, p);
}

static uint16_t grant(struct smbpeer *p, const struct smb2_hdr *req)
{
	uint16_t credits = p->cfg.fixed_grant ? p->cfg.grant : req->credits;

	p->limit += credits;
	return credits;
}

static bool is_failure(uint16_t command, uint32_t status)
{
	if (status == NT_STATUS_SUCCESS)
		return false;
	if (command == SMB2_SESSION_SETUP)
		return status != NT_STATUS_MORE_PROCESSING_REQUIRED;
	return status != NT_STATUS_BUFFER_OVERFLOW;
}

static void reply_add(struct reply *r, const struct smb2_hdr *req, struct view msg,
		      uint32_t status, bool async)
{
	static const struct smb2_error_rsp error = {0};
	struct smbpeer *p = r->p;
	struct smb2_hdr hdr = {
		.command = req->command,
		.flags = SMB2_FLAGS_SERVER_TO_REDIR,
		.message_id = req->message_id,
		.session_id = req->command == SMB2_NEGOTIATE ? 0 : SMBPEER_SESSION_ID,
		.tree_id = SMBPEER_TREE_ID,
	};

	assert_true(r->n < ELEMENTS_MAX);
	if (r->n > 0) {
		smb2_hdr_patch_next(&r->w);
		hdr.flags |= SMB2_FLAGS_RELATED_OPERATIONS;
	}
	if (async || status == NT_STATUS_PENDING) {
		hdr.flags |= SMB2_FLAGS_ASYNC_COMMAND;
		hdr.async_id = req->message_id + 1000;
	}
	if (!async)
		hdr.credits = grant(p, req);
	r->start[r->n] = p->msg.n;
	r->command[r->n] = req->command;
	r->plain[r->n] = status == NT_STATUS_PENDING;
	r->n++;
	r->w = wire_writer_at_end(&p->msg);
	smb2_hdr_encode(&r->w, &hdr);
	p->status = status;
	if (status == 0)
		smbpeer_answer(p, &r->w, req, msg);
	if (is_failure(req->command, p->status)) {
		p->msg.n = r->w.base + SMB2_HDR_LEN;
		smb2_error_rsp_encode(&r->w, &error);
	}
	if (p->status == NT_STATUS_PENDING && !async) {
		r->plain[r->n - 1] = true;
		hdr.flags |= SMB2_FLAGS_ASYNC_COMMAND;
		wire_patch32(&r->w, HDR_FLAGS, hdr.flags);
		wire_patch32(&r->w, HDR_ASYNCID, (size_t)req->message_id + 1000);
		wire_patch32(&r->w, HDR_ASYNCID + 4, 0);
	}
	wire_patch32(&r->w, HDR_STATUS, p->status);
	if (p->cfg.twist != NULL)
		p->cfg.twist(p, SMBPEER_ELEMENT, req->command, &p->msg, r->w.base);
}

/* --------------------------------------------------------------- one frame of requests --
 */

/* A server that twists its answers gets what it deserves; any other is asked properly. */
static void check_request(struct smbpeer *p, const struct smb2_hdr *hdr, struct view msg,
			  size_t index)
{
	p->requests[hdr->command]++;
	if (hdr->command != SMB2_CANCEL)
		p->next_id = hdr->message_id + 1;
	if (p->cfg.twist != NULL)
		return;
	assert_int_equal(hdr->flags & SMB2_FLAGS_SERVER_TO_REDIR, 0);
	assert_int_equal((hdr->flags & SMB2_FLAGS_RELATED_OPERATIONS) != 0, index > 0);
	if (hdr->command != SMB2_CANCEL) {
		assert_int_equal(hdr->message_id, p->used_ids);
		p->used_ids++;
		assert_true(p->used_ids <= p->limit);
	}
	if (p->has_keys && !p->sealed)
		assert_int_equal(smb_verify(&p->keys, msg), NS_OK);
	if (p->signed_in)
		assert_int_equal(hdr->session_id, SMBPEER_SESSION_ID);
	if (p->cfg.encrypt_session && p->signed_in)
		assert_true(p->sealed);
}

/* What a request may not get although the command could: 0 if nothing stands against it. */
static uint32_t objection(const struct smbpeer *p, const struct smb2_hdr *hdr, size_t index)
{
	if (p->cfg.no_compound && index > 0)
		return NT_STATUS_INTERNAL_ERROR;
	/* [MS-SMB2] 3.3.5.2.7.2: what hangs on a failed one fails alike. */
	if (index > 0 && ntstatus_is_error(p->status) &&
	    (hdr->command != SMB2_CREATE || !p->connected))
		return p->status;
	if (p->cfg.encrypt_share && !p->sealed && hdr->command > SMB2_TREE_CONNECT &&
	    p->signed_in)
		return NT_STATUS_ACCESS_DENIED;
	return 0;
}

static bool goes_async(const struct smbpeer *p, const struct smb2_hdr *hdr)
{
	return p->cfg.interim && hdr->command == SMB2_IOCTL && hdr->next == 0;
}

static void take_request(struct reply *r, struct view msg, size_t index)
{
	struct smbpeer *p = r->p;
	struct smb2_hdr hdr;
	uint32_t status;

	assert_int_equal(smb2_hdr_decode(&hdr, msg), NS_OK);
	check_request(p, &hdr, msg, index);
	if (hdr.command == SMB2_CANCEL) {
		p->cancel = hdr;
		return;
	}
	status = objection(p, &hdr, index);
	if (status == 0 && goes_async(p, &hdr)) {
		reply_add(r, &hdr, msg, NT_STATUS_PENDING, false);
		reply_send(r);
		reply_add(r, &hdr, msg, 0, true);
		return;
	}
	reply_add(r, &hdr, msg, status, false);
	if (p->cfg.separate && (index > 0 || hdr.next != 0))
		reply_send(r);
}

static void take_message(struct smbpeer *p, struct view message)
{
	struct smb2_chain chain = smb2_chain_of(message);
	uint16_t command = UINT16_MAX;
	struct smb2_hdr hdr;
	struct reply r;
	struct view msg;
	size_t n = 0;

	reply_begin(&r, p);
	while (smb2_chain_next(&chain, &msg)) {
		assert_int_equal(smb2_hdr_decode(&hdr, msg), NS_OK);
		command = hdr.command;
		if (command == SMB2_NEGOTIATE)
			preauth_update(&p->preauth, message);
		take_request(&r, msg, n++);
	}
	assert_int_equal(chain.err, NS_OK);
	if (n > p->longest)
		p->longest = (unsigned)n;
	if (command == SMB2_NEGOTIATE || (command == SMB2_SESSION_SETUP && !p->signed_in))
		preauth_update(&p->preauth, buf_view(&p->msg));
	reply_send(&r);
}

static void take_frame(struct smbpeer *p, struct view frame)
{
	p->flights++;
	p->sealed = smb2_frame_kind(frame) == SMB2_FRAME_SEALED;
	if (!p->sealed) {
		take_message(p, frame);
		return;
	}
	assert_true(p->has_keys);
	buf_clear(&p->plain);
	assert_int_equal(smb_open(&p->keys, &p->plain, frame), NS_OK);
	take_message(p, buf_view(&p->plain));
}

/* Turns the order of the frames in p->out around. */
static void reverse_frames(struct smbpeer *p)
{
	struct view rest = buf_view(&p->out);
	struct view frame;
	struct buf turned;
	struct buf before;
	size_t total;

	buf_init(&turned, p->out.max);
	buf_init(&before, p->out.max);
	while (rest.n > 0) {
		assert_int_equal(nbss_frame(&frame, &total, rest, NBSS_LEN_MAX), NS_OK);
		buf_clear(&before);
		assert_int_equal(buf_append(&before, view_slice(rest, 0, total)), NS_OK);
		assert_int_equal(buf_append(&before, buf_view(&turned)), NS_OK);
		buf_move(&turned, &before);
		rest = view_slice(rest, total, SIZE_MAX);
	}
	buf_move(&p->out, &turned);
	buf_release(&before);
}

void smbpeer_recv(struct smbpeer *p, struct view bytes)
{
	struct view frame;
	size_t total;

	assert_int_equal(buf_append(&p->in, bytes), NS_OK);
	while (nbss_frame(&frame, &total, buf_view(&p->in), NBSS_LEN_MAX) == NS_OK) {
		take_frame(p, frame);
		buf_consume(&p->in, total);
	}
	if (p->cfg.reverse)
		reverse_frames(p);
}

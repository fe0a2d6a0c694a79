/* SPDX-License-Identifier: MIT */
#include "conform/asker.h"

#include <stdio.h>

#include "base/ntstatus.h"
#include "base/utf16.h"
#include "rpc/srvsvc.h"
#include "wire/smb2_create.h"
#include "wire/smb2_ioctl.h"
#include "wire/smb2_read.h"
#include "wire/smb2_simple.h"
#include "wire/smb2_tree.h"
#include "wire/smb2_write.h"

/* "\\", a host and a share name of 80 characters, two bytes each. */
#define PATH_MAX_BYTES 2200

/* A fragment's length has 16 bits. */
#define READ_MAX 65536u

/* What Windows asks for on a pipe. */
#define PIPE_ACCESS                                                                        \
	(FILE_READ_DATA | FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_READ_EA |              \
	 FILE_WRITE_EA | FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES |                    \
	 ACCESS_READ_CONTROL | ACCESS_SYNCHRONIZE)

/* ------------------------------------------------------------------------ answers -- */

void rpc_answer_release(struct rpc_answer *a)
{
	buf_release(&a->stub);
	*a = (struct rpc_answer){0};
}

void rpc_answer_text(char *out, size_t size, const struct rpc_answer *a)
{
	switch (a->kind) {
	case ANSWER_STUB:
		(void)snprintf(out, size, "an answer");
		break;
	case ANSWER_FAULT:
		(void)snprintf(out, size, "RPC fault 0x%08x", a->fault);
		break;
	case ANSWER_NAK:
		(void)snprintf(out, size, "the bind is refused");
		break;
	case ANSWER_REFUSED:
		(void)snprintf(out, size, "%s (0x%08x)", ntstatus_name(a->status),
			       a->status);
		break;
	case ANSWER_LOST:
		(void)snprintf(out, size, "%s", ns_err_text(a->err));
		break;
	}
}

static void lost(struct rpc_answer *a, enum ns_err err)
{
	a->kind = ANSWER_LOST;
	a->err = err;
}

static void refused(struct rpc_answer *a, uint32_t status)
{
	a->kind = ANSWER_REFUSED;
	a->status = status;
}

/* ----------------------------------------------------------------- plain requests -- */

enum ns_err peer_simple(struct peer *p, struct peer_session *s, uint32_t tree,
			uint16_t command, uint32_t *status)
{
	struct peer_reply reply;
	enum ns_err err;

	smb2_simple_encode(peer_begin(p, s, tree, command));
	err = peer_ask(p, &reply);
	*status = err == NS_OK ? reply.hdr.status : 0;
	return err;
}

enum ns_err peer_tree(struct peer *p, struct peer_session *s, const char *share,
		      uint32_t *tree, uint32_t *status)
{
	struct wire_writer *w = peer_begin(p, s, 0, SMB2_TREE_CONNECT);
	struct smb2_tree_connect_req req = {0};
	struct peer_reply reply;
	struct buf path;
	enum ns_err err;

	*status = 0;
	buf_init(&path, PATH_MAX_BYTES);
	err = utf16_from_utf8(&path, VIEW_LITERAL("\\\\"));
	if (err == NS_OK)
		err = utf16_from_utf8(&path, view_of_string(p->config->host));
	if (err == NS_OK)
		err = utf16_from_utf8(&path, VIEW_LITERAL("\\"));
	if (err == NS_OK)
		err = utf16_from_utf8(&path, view_of_string(share));
	if (err == NS_OK) {
		req.path = buf_view(&path);
		smb2_tree_connect_req_encode(w, &req);
		err = peer_ask(p, &reply);
	}
	buf_release(&path);
	if (err != NS_OK)
		return err;
	*status = reply.hdr.status;
	if (*status != NT_STATUS_SUCCESS)
		return NS_ESTATUS;
	if (tree != NULL)
		*tree = reply.hdr.tree_id;
	return NS_OK;
}

/* --------------------------------------------------------------------------- pipe -- */

static enum ns_err create_pipe(struct asker *a, uint32_t *status)
{
	struct wire_writer *w = peer_begin(a->peer, a->session, a->tree, SMB2_CREATE);
	struct smb2_create_req req = {
		.oplock_level = SMB2_OPLOCK_LEVEL_NONE,
		.impersonation_level = SMB2_IMPERSONATION_IMPERSONATION,
		.desired_access = PIPE_ACCESS,
		.share_access = FILE_SHARE_READ | FILE_SHARE_WRITE,
		.disposition = FILE_OPEN,
	};
	struct smb2_create_rsp rsp;
	struct peer_reply reply;
	struct buf name;
	enum ns_err err;

	buf_init(&name, PATH_MAX_BYTES);
	err = utf16_from_utf8(&name, view_of_string(SRVSVC.name));
	if (err == NS_OK) {
		req.name = buf_view(&name);
		smb2_create_req_encode(w, &req);
		err = peer_ask(a->peer, &reply);
	}
	buf_release(&name);
	if (err != NS_OK)
		return err;
	*status = reply.hdr.status;
	if (*status != NT_STATUS_SUCCESS)
		return NS_ESTATUS;
	err = smb2_create_rsp_decode(&rsp, reply.msg);
	if (err == NS_OK) {
		a->id = rsp.file_id;
		a->open = true;
	}
	return err;
}

enum ns_err asker_open_pipe(struct asker *a, struct peer *p, struct peer_session *s,
			    uint32_t *status)
{
	enum ns_err err;

	*a = (struct asker){.peer = p, .session = s};
	rpc_client_init(&a->rpc, &SRVSVC, RPC_FRAG_USUAL);
	err = peer_tree(p, s, "IPC$", &a->tree, status);
	return err == NS_OK ? create_pipe(a, status) : err;
}

void asker_close(struct asker *a)
{
	if (a->peer != NULL)
		rpc_client_release(&a->rpc);
	*a = (struct asker){0};
}

enum ns_err asker_write(struct asker *a, struct view bytes, uint32_t *status)
{
	struct smb2_write_req req = {.data = bytes, .file_id = a->id};
	struct peer_reply reply;
	enum ns_err err;

	smb2_write_req_encode(peer_begin(a->peer, a->session, a->tree, SMB2_WRITE), &req);
	err = peer_ask(a->peer, &reply);
	*status = err == NS_OK ? reply.hdr.status : 0;
	return err;
}

static void begin_read(struct asker *a)
{
	struct smb2_read_req req = {.length = READ_MAX, .file_id = a->id};

	smb2_read_req_encode(peer_begin(a->peer, a->session, a->tree, SMB2_READ), &req);
}

enum ns_err asker_post_read(struct asker *a, uint64_t *message_id)
{
	begin_read(a);
	return peer_post(a->peer, message_id);
}

/* What a request to the pipe brought: *data, or an answer that says why there is none. */
static bool took(struct rpc_answer *answer, enum ns_err err, const struct peer_reply *reply)
{
	if (err != NS_OK)
		lost(answer, err);
	else if (reply->hdr.status != NT_STATUS_SUCCESS &&
		 reply->hdr.status != NT_STATUS_BUFFER_OVERFLOW)
		refused(answer, reply->hdr.status);
	else
		return true;
	return false;
}

static bool transceive(struct asker *a, struct view bytes, struct view *data,
		       struct rpc_answer *answer)
{
	struct smb2_ioctl_req req = {
		.ctl_code = FSCTL_PIPE_TRANSCEIVE,
		.file_id = a->id,
		.input = bytes,
		.max_output =
			a->peer->max_transact < READ_MAX ? a->peer->max_transact : READ_MAX,
		.flags = SMB2_0_IOCTL_IS_FSCTL,
	};
	struct smb2_ioctl_rsp rsp;
	struct peer_reply reply;
	enum ns_err err;

	smb2_ioctl_req_encode(peer_begin(a->peer, a->session, a->tree, SMB2_IOCTL), &req);
	err = peer_ask(a->peer, &reply);
	if (!took(answer, err, &reply))
		return false;
	err = smb2_ioctl_rsp_decode(&rsp, reply.msg);
	if (err != NS_OK)
		lost(answer, err);
	*data = rsp.output;
	return err == NS_OK;
}

static bool read_more(struct asker *a, struct view *data, struct rpc_answer *answer)
{
	struct smb2_read_rsp rsp;
	struct peer_reply reply;
	enum ns_err err;

	begin_read(a);
	err = peer_ask(a->peer, &reply);
	if (!took(answer, err, &reply))
		return false;
	err = smb2_read_rsp_decode(&rsp, reply.msg);
	if (err == NS_OK && rsp.data.n == 0)
		err = NS_EFORMAT; /* else a server could keep us reading for ever */
	if (err != NS_OK)
		lost(answer, err);
	*data = rsp.data;
	return err == NS_OK;
}

/* Writes all PDUs of `run` but the last, transceives that one, reads the rest. */
static enum ns_err converse(struct asker *a, struct view run, struct rpc_answer *answer)
{
	struct view pdu;
	struct view data;
	enum ns_err err = NS_AGAIN;

	while (rpc_run_next(&run, &pdu) && run.n > 0) {
		uint32_t status;

		err = asker_write(a, pdu, &status);
		if (err != NS_OK)
			lost(answer, err);
		else if (status != NT_STATUS_SUCCESS)
			refused(answer, status);
		if (err != NS_OK || status != NT_STATUS_SUCCESS)
			return NS_ESTATUS;
	}
	if (!transceive(a, pdu, &data, answer))
		return NS_ESTATUS;
	while ((err = rpc_client_recv(&a->rpc, data)) == NS_AGAIN)
		if (!read_more(a, &data, answer))
			return NS_ESTATUS;
	return err;
}

/* ------------------------------------------------------------------------- calls -- */

static enum ns_err bind_interface(struct asker *a, uint32_t *status)
{
	struct rpc_answer answer = {0};
	struct buf pdu;
	enum ns_err err;

	buf_init(&pdu, RPC_FRAG_MAX);
	err = rpc_client_bind(&a->rpc, &pdu);
	if (err == NS_OK)
		err = converse(a, buf_view(&pdu), &answer);
	if (err == NS_ESTATUS) {
		*status = answer.status;
		err = answer.kind == ANSWER_LOST ? answer.err : NS_ESTATUS;
	}
	buf_release(&pdu);
	return err;
}

enum ns_err asker_open(struct asker *a, struct peer *p, struct peer_session *s,
		       uint32_t *status)
{
	enum ns_err err;

	err = asker_open_pipe(a, p, s, status);
	if (err == NS_OK)
		err = bind_interface(a, status);
	if (err != NS_OK)
		asker_close(a);
	return err;
}

/* What the association makes of the server's words. */
static void conclude(struct asker *a, enum ns_err err, struct rpc_answer *answer)
{
	switch (err) {
	case NS_OK:
		answer->kind = ANSWER_STUB;
		err = rpc_client_reply(&a->rpc, &answer->stub);
		if (err != NS_OK)
			lost(answer, err);
		break;
	case NS_EACCESS:
	case NS_EFAULT:
		answer->kind = ANSWER_FAULT;
		answer->fault = rpc_client_fault(&a->rpc);
		break;
	case NS_ESTATUS: /* converse() has told */
		break;
	default:
		lost(answer, err);
		break;
	}
}

void asker_call_fragmented(struct asker *a, uint16_t opnum, struct view stub, size_t max,
			   struct rpc_answer *answer)
{
	struct buf run;
	enum ns_err err;

	rpc_answer_release(answer);
	if (!a->open) {
		lost(answer, NS_ECLOSED);
		return;
	}
	buf_init(&run, RPC_REQUEST_MAX + RPC_REQUEST_MAX / 2);
	buf_init(&answer->stub, RPC_STUB_MAX);
	if (a->rpc.max_xmit > max)
		a->rpc.max_xmit = max;
	err = rpc_client_call(&a->rpc, opnum, stub, &run);
	if (err == NS_OK)
		err = converse(a, buf_view(&run), answer);
	conclude(a, err, answer);
	buf_release(&run);
}

void asker_call(struct asker *a, uint16_t opnum, struct view stub,
		struct rpc_answer *answer)
{
	asker_call_fragmented(a, opnum, stub, RPC_FRAG_MAX, answer);
}

void asker_raw(struct asker *a, struct view bytes, struct rpc_answer *answer)
{
	struct rpc_pdu pdu;
	struct view data;
	enum ns_err err;

	rpc_answer_release(answer);
	if (!transceive(a, bytes, &data, answer))
		return;
	err = rpc_pdu_decode(&pdu, data);
	if (err != NS_OK) {
		lost(answer, err);
		return;
	}
	switch (pdu.ptype) {
	case RPC_FAULT:
		answer->kind = ANSWER_FAULT;
		answer->fault = pdu.u.call.status;
		break;
	case RPC_BIND_NAK:
		answer->kind = ANSWER_NAK;
		break;
	case RPC_BIND_ACK:
		answer->kind = ANSWER_NAK;
		for (size_t i = 0; i < pdu.u.ack.n_results; i++)
			if (pdu.u.ack.results[i].result == RPC_ACCEPTANCE)
				answer->kind = ANSWER_STUB;
		break;
	default:
		answer->kind = ANSWER_STUB;
		break;
	}
}

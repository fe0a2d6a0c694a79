/* SPDX-License-Identifier: MIT */
#include "server/pipe.h"

#include <stdlib.h>
#include <utlist.h>

#include "base/log.h"
#include "base/utf16.h"
#include "server/request.h"
#include "server/session_end.h"
#include "wire/smb2_ioctl.h"
#include "wire/smb2_simple.h"

/* Unread answers, one of the longest among them, with all its fragments' headers. */
#define PIPE_OUT_MAX (PIPE_UNREAD_MAX + 2u * RPC_STUB_MAX)

/*
 * A pipe of ours has no ACL: who reached IPC$ may open it, and the methods look for
 * themselves.  MaximalAccess of IPC$ (without the right to write, as Windows tells it) has
 * no bearing on its pipes.
 */
#define PIPE_RIGHTS 0x001f01ffu

static const struct open_ops pipe_ops;

struct srv_pipe *srv_pipe_of(struct open *o)
{
	return o->ops == &pipe_ops ? (struct srv_pipe *)o : NULL;
}

/* ----------------------------------------------------------------------- messages -- */

static struct view unread(const struct srv_pipe *p)
{
	return view_slice(buf_view(&p->out), p->at, SIZE_MAX);
}

/* What is left of the first message; empty: there is none. */
static struct view first_message(const struct srv_pipe *p)
{
	struct view rest = unread(p), pdu = {0};

	if (p->left > 0)
		return view_slice(rest, 0, p->left);
	(void)rpc_run_next(&rest, &pdu);
	return pdu;
}

struct pipe_state srv_pipe_state(const struct srv_pipe *p)
{
	struct pipe_state state = {
		.available = unread(p).n,
		.message = first_message(p),
		.closing = p->rpc.err != NS_OK,
	};
	struct view rest = view_slice(unread(p), state.message.n, SIZE_MAX);
	struct view pdu;

	if (state.message.n > 0)
		state.messages = 1;
	while (rpc_run_next(&rest, &pdu))
		state.messages++;
	return state;
}

/* ------------------------------------------------------------------------ reading -- */

/* NetrFileClose closed the pipe it was called on, and its answer is on its way. */
static void close_own(struct server *server, uint64_t global_id)
{
	struct open *o = open_find_global(server, (uint32_t)global_id);

	if (o != NULL)
		open_end(o, OPEN_END_CLOSED);
}

/* The last byte of all answers goes out with `rq`: what waited for that may happen. */
static void drained(struct srv_pipe *p, struct request *rq)
{
	buf_release(&p->out); /* an idle pipe holds no memory */
	p->at = 0;
	if (p->caller.end_own) {
		rq->after = session_end_after_answer;
		rq->after_arg = p->caller.session->id;
	} else if (p->caller.close_own) {
		rq->after = close_own;
		rq->after_arg = p->open.global_id;
	}
}

static void put_answer(const struct srv_pipe *p, struct request *rq, bool transceive,
		       struct view data)
{
	struct wire_writer *w = srv_request_reply(rq);

	if (transceive) {
		struct smb2_ioctl_rsp rsp = {.ctl_code = FSCTL_PIPE_TRANSCEIVE,
					     .file_id = p->open.id,
					     .output = data};

		smb2_ioctl_rsp_encode(w, &rsp);
	} else {
		struct smb2_read_rsp rsp = {.data = data};

		smb2_read_rsp_encode(w, &rsp);
	}
}

/* Answers `rq` from the first message, of which there is some. */
static uint32_t take(struct srv_pipe *p, struct request *rq, uint32_t length,
		     bool transceive)
{
	struct view message = first_message(p);
	struct view data = view_slice(message, 0, length);

	put_answer(p, rq, transceive, data);
	p->at += data.n;
	p->left = message.n - data.n;
	if (p->at == p->out.n)
		drained(p, rq);
	return p->left > 0 ? NT_STATUS_BUFFER_OVERFLOW : NT_STATUS_SUCCESS;
}

/* Nothing is there to read: wait. */
static uint32_t wait_for_data(struct srv_pipe *p, struct request *rq, uint32_t length,
			      bool transceive)
{
	struct pipe_reader *readers;
	uint64_t id;

	if (p->reader_count == PIPE_READERS_MAX)
		return NT_STATUS_INSUFFICIENT_RESOURCES;
	readers = reallocarray(p->readers, p->reader_count + 1, sizeof(*readers));
	if (readers == NULL)
		return NT_STATUS_NO_MEMORY;
	p->readers = readers;
	id = srv_request_wait(rq);
	if (id == 0)
		return NT_STATUS_INSUFFICIENT_RESOURCES;
	readers[p->reader_count++] = (struct pipe_reader){id, length, transceive};
	return NT_STATUS_PENDING;
}

static uint32_t read_message(struct srv_pipe *p, struct request *rq, uint32_t length,
			     bool transceive)
{
	if (unread(p).n > 0)
		return take(p, rq, length, transceive);
	if (p->open.ended)
		return NT_STATUS_FILE_CLOSED;
	if (p->rpc.err != NS_OK)
		return NT_STATUS_PIPE_BROKEN;
	return wait_for_data(p, rq, length, transceive);
}

/* The first that waits; NULL when nobody does who has not been cancelled. */
static struct request *next_reader(struct srv_pipe *p, struct pipe_reader *reader)
{
	struct request *rq = NULL;

	while (rq == NULL && p->reader_count > 0) {
		*reader = p->readers[0];
		p->reader_count--;
		memmove(p->readers, p->readers + 1, p->reader_count * sizeof(*reader));
		rq = srv_request_find(p->open.server, reader->request);
	}
	if (p->reader_count == 0) {
		free(p->readers);
		p->readers = NULL;
	}
	return rq;
}

/* Something came, or the association ended: those that wait get their share. */
static void serve_readers(struct srv_pipe *p)
{
	struct pipe_reader reader = {0};
	struct request *rq;

	while (!p->open.ended && (unread(p).n > 0 || p->rpc.err != NS_OK) &&
	       (rq = next_reader(p, &reader)) != NULL)
		srv_request_complete(rq,
				     read_message(p, rq, reader.length, reader.transceive));
}

/* ------------------------------------------------------------------------ writing -- */

/*
 * Hands a message to the association, which answers into p->out.  It may end sessions, and
 * with them connections: the pipe itself may have ended when this returns.
 */
static uint32_t write_message(struct srv_pipe *p, struct view data)
{
	if (p->rpc.err != NS_OK)
		return NT_STATUS_PIPE_CLOSING;
	if (unread(p).n > PIPE_UNREAD_MAX)
		return NT_STATUS_INSUFFICIENT_RESOURCES;
	buf_consume(&p->out, p->at);
	p->at = 0;
	if (rpc_server_recv(&p->rpc, data, &p->out) != NS_OK)
		log_info(session_log_name(open_session(&p->open)),
			 "the association on pipe %u has ended",
			 (unsigned)p->open.global_id);
	return NT_STATUS_SUCCESS;
}

uint32_t srv_pipe_transceive(struct request *rq, struct view input, uint32_t max)
{
	struct srv_pipe *p = srv_pipe_of(rq->open);
	uint32_t status;

	if (!open_may(&p->open, FILE_READ_DATA) ||
	    !open_may(&p->open, FILE_WRITE_DATA | FILE_APPEND_DATA))
		return NT_STATUS_ACCESS_DENIED;
	status = write_message(p, input);
	if (status == NT_STATUS_SUCCESS && p->reader_count > 0)
		serve_readers(p);
	if (status == NT_STATUS_SUCCESS)
		status = read_message(p, rq, max, true);
	return status;
}

static uint32_t pipe_write(struct request *rq, const struct smb2_write_req *req)
{
	struct srv_pipe *p = srv_pipe_of(rq->open);
	struct smb2_write_rsp rsp = {.count = (uint32_t)req->data.n};
	uint32_t status = write_message(p, req->data);

	if (status != NT_STATUS_SUCCESS)
		return status;
	smb2_write_rsp_encode(srv_request_reply(rq), &rsp);
	serve_readers(p);
	return NT_STATUS_SUCCESS;
}

static uint32_t pipe_read(struct request *rq, const struct smb2_read_req *req)
{
	return read_message(srv_pipe_of(rq->open), rq, req->length, false);
}

/* Whatever was written has been read: the association reads at once. */
static uint32_t pipe_flush(struct request *rq)
{
	smb2_simple_encode(srv_request_reply(rq));
	return NT_STATUS_SUCCESS;
}

/* ------------------------------------------------------------------- life and death -- */

/* open_end() has answered those that wait; the rest goes with the memory. */
static void pipe_end(struct open *o, enum session_end_reason reason)
{
	(void)o;
	(void)reason;
}

static void pipe_free(struct open *o)
{
	struct srv_pipe *p = (struct srv_pipe *)o;

	if (p == NULL)
		return;
	rpc_server_release(&p->rpc);
	buf_release(&p->out);
	free(p->readers);
	free(p);
}

static const struct open_ops pipe_ops = {
	.kind = "pipe",
	.is_pipe = true,
	.read = pipe_read,
	.write = pipe_write,
	.flush = pipe_flush,
	.query_info = srv_pipe_query,
	.end = pipe_end,
	.free = pipe_free,
};

static size_t pipes_of(const struct session *s)
{
	const struct tree *t;
	size_t n = 0;

	DL_FOREACH(s->trees, t)
	{
		if (t->share == NULL)
			n += t->open_count;
	}
	return n;
}

/* "\srvsvc": as Windows lists pipes among the open files. */
static enum ns_err set_path(struct srv_pipe *p)
{
	enum ns_err err = utf16_from_utf8(&p->open.path16, VIEW_LITERAL("\\"));

	if (err == NS_OK)
		err = utf16_from_utf8(&p->open.path16,
				      view_of_string(p->service.iface->name));
	return err;
}

static struct srv_pipe *pipe_new(const struct request *rq, size_t which, uint32_t access)
{
	struct srv_pipe *p = calloc(1, sizeof(*p));
	uint32_t group = rq->server->opens.last + 1; /* any number but 0 */

	if (p == NULL)
		return NULL;
	p->open.ops = &pipe_ops;
	p->open.access = access;
	p->caller = (struct svc_caller){
		.server = rq->server, .session = rq->session, .open = &p->open};
	p->service = svc_service(which, &p->caller);
	buf_init(&p->open.path16, OPEN_PATH_MAX);
	buf_init(&p->out, PIPE_OUT_MAX);
	rpc_server_init(&p->rpc, &p->service, 1, group != 0 ? group : 1);
	if (set_path(p) == NS_OK)
		return p;
	buf_release(&p->open.path16);
	pipe_free(&p->open);
	return NULL;
}

/* [MS-SMB2] 3.3.5.9: what holds for pipes. */
static uint32_t check_create(const struct request *rq, const struct smb2_create_req *req,
			     uint32_t *access)
{
	if (rq->session->anonymous) {
		/* NullSessionPipeList is empty, [MS-SRVS] 3.1.6.17. */
		rq->server->counters.permission_errors++;
		return NT_STATUS_ACCESS_DENIED;
	}
	if (req->impersonation_level >= SMB2_IMPERSONATION_DELEGATE)
		return NT_STATUS_BAD_IMPERSONATION_LEVEL;
	if ((req->options & FILE_DIRECTORY_FILE) != 0)
		return NT_STATUS_NOT_A_DIRECTORY;
	if (!open_map_rights(PIPE_RIGHTS, req->desired_access, access)) {
		rq->server->counters.permission_errors++;
		return NT_STATUS_ACCESS_DENIED;
	}
	if (pipes_of(rq->session) >= PIPES_PER_SESSION)
		return NT_STATUS_INSUFFICIENT_RESOURCES;
	return NT_STATUS_SUCCESS;
}

/* The specification has none; clients exist that send the one of a path. */
static struct view without_backslash(struct view name)
{
	if (name.n >= 2 && utf16_unit(name, 0) == '\\')
		return view_slice(name, 2, SIZE_MAX);
	return name;
}

uint32_t srv_pipe_create(struct request *rq, const struct smb2_create_req *req)
{
	size_t which = svc_find(without_backslash(req->name));
	struct smb2_create_rsp rsp = {.action = FILE_OPENED,
				      .file_attributes = FILE_ATTRIBUTE_NORMAL};
	struct srv_pipe *p;
	uint32_t status = open_check_create(req);
	uint32_t access;
	enum ns_err err;

	if (status != NT_STATUS_SUCCESS)
		return status;
	if (which == SVC_COUNT)
		return NT_STATUS_OBJECT_NAME_NOT_FOUND;
	status = check_create(rq, req, &access);
	if (status != NT_STATUS_SUCCESS)
		return status;
	p = pipe_new(rq, which, access);
	if (p == NULL)
		return NT_STATUS_NO_MEMORY;
	err = open_add(&p->open, rq->tree);
	if (err != NS_OK) {
		buf_release(&p->open.path16);
		pipe_free(&p->open);
		return open_status(err);
	}
	rsp.file_id = p->open.id;
	smb2_create_rsp_encode(srv_request_reply(rq), &rsp);
	srv_request_set_file(rq, p->open.id);
	return NT_STATUS_SUCCESS;
}

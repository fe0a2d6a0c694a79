/* SPDX-License-Identifier: MIT */
#include "client/pipe.h"

#include "base/ntstatus.h"
#include "client/pipe_open.h"
#include "wire/smb2_close.h"
#include "wire/smb2_read.h"
#include "wire/smb2_write.h"

struct pipe *pipe_get(struct conn *c, const struct rpc_iface *iface)
{
	struct pipe *place = NULL;

	for (size_t i = 0; i < CONN_PIPES_MAX; i++) {
		struct pipe *p = &c->pipes[i];

		if (p->iface == iface)
			return p;
		if (p->iface == NULL && place == NULL)
			place = p;
	}
	if (place != NULL)
		place->iface = iface;
	return place;
}

static void drop_early(struct pipe *p)
{
	for (size_t i = 0; i < p->n_early; i++)
		buf_release(&p->early[i].data);
	p->n_early = 0;
}

void pipe_release(struct pipe *p)
{
	if (p->iface == NULL)
		return;
	drop_early(p);
	rpc_client_release(&p->rpc);
	*p = (struct pipe){0};
}

enum ns_err pipe_drop(struct conn *c, struct pipe *p)
{
	struct smb2_close_req req = {.file_id = p->file_id};
	const struct rpc_iface *iface = p->iface;
	bool open = p->open;
	struct outgoing o;

	pipe_release(p);
	if (conn_calling(c))
		p->iface = iface;
	if (!open || requests_room(&c->requests) < 2)
		return NS_OK;
	outgoing_init(&o, c);
	smb2_close_req_encode(outgoing_add(&o, STEP_CLOSE), &req);
	return outgoing_send(&o);
}

static enum ns_err send_read(struct conn *c, const struct pipe *p)
{
	struct smb2_read_req req = {
		.length = pipe_read_size(c->negotiated.max_read),
		.file_id = p->file_id,
	};
	struct outgoing o;

	outgoing_init(&o, c);
	smb2_read_req_encode(outgoing_add(&o, STEP_READ), &req);
	return outgoing_send(&o);
}

/* As many READs as there are certainly fragments left, and at least one. */
static enum ns_err send_reads(struct conn *c, struct pipe *p)
{
	size_t room = requests_room(&c->requests);
	size_t got = p->rpc.reply.stub.n;
	size_t n = 1;

	if (p->fragment > 0 && p->expected > got)
		n = (p->expected - got) / p->fragment;
	if (n > PIPE_READS_MAX)
		n = PIPE_READS_MAX;
	if (n == 0)
		n = 1;
	if (n > room)
		n = room;
	p->next_read = c->requests.next;
	for (size_t i = 0; i < n; i++) {
		enum ns_err err = send_read(c, p);

		if (err != NS_OK)
			return err;
	}
	return NS_OK;
}

static void put_write(const struct pipe *p, struct wire_writer *w, struct view pdu)
{
	struct smb2_write_req req = {.data = pdu, .file_id = p->file_id};

	smb2_write_req_encode(w, &req);
}

/* The next fragment; a further one waits until the server has taken this. */
static enum ns_err send_fragment(struct conn *c)
{
	struct call *call = &c->call;
	struct view run = view_slice(buf_view(&call->run), call->sent, SIZE_MAX);
	struct outgoing o;
	struct view pdu;

	if (requests_room(&c->requests) == 0 || !rpc_run_next(&run, &pdu))
		return NS_OK;
	outgoing_init(&o, c);
	if (run.n > 0)
		put_write(call->pipe, outgoing_add(&o, STEP_WRITE), pdu);
	else
		pipe_put_transceive(c, outgoing_add(&o, STEP_CALL), pdu);
	call->sent += pdu.n;
	call->fragment = pdu.n;
	return outgoing_send(&o);
}

static enum ns_err encode_call(struct conn *c)
{
	struct call *call = &c->call;
	enum ns_err err;

	err = rpc_client_call(&call->pipe->rpc, call->opnum, buf_view(&call->stub),
			      &call->run);
	if (err != NS_OK)
		return err;
	buf_release(&call->stub);
	call->encoded = true;
	return NS_OK;
}

enum ns_err pipe_send(struct conn *c)
{
	enum ns_err err;
	bool sent;

	if (c->call.pipe->reading)
		return send_reads(c, c->call.pipe);
	err = pipe_send_open(&sent, c);
	if (err != NS_OK || sent)
		return err;
	if (!c->call.encoded) {
		err = encode_call(c);
		if (err != NS_OK)
			return err;
	}
	return send_fragment(c);
}

enum ns_err pipe_on_write(struct conn *c, const struct answer *a)
{
	struct smb2_write_rsp rsp;
	enum ns_err err;

	if (a->hdr.status != NT_STATUS_SUCCESS) {
		err = conn_refused(c, a);
		return err == NS_OK ? pipe_drop(c, c->call.pipe) : err;
	}
	err = smb2_write_rsp_decode(&rsp, a->msg);
	if (err == NS_OK && rsp.count != c->call.fragment)
		err = NS_EUNEXPECTED;
	return err;
}

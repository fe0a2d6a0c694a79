/* SPDX-License-Identifier: MIT */
/* The answers that bring data: of the bind, of a request, of the READs behind it. */
#include "base/ntstatus.h"
#include "client/conn_state.h"
#include "wire/smb2_ioctl.h"
#include "wire/smb2_read.h"

/* What the first fragment of a long answer says of its length. */
static void note_length(struct pipe *p, struct view data)
{
	struct rpc_pdu pdu;

	if (p->rpc.reply.active || rpc_pdu_decode(&pdu, data) != NS_OK ||
	    pdu.ptype != RPC_RESPONSE)
		return;
	p->expected = pdu.u.call.alloc_hint;
	p->fragment = pdu.u.call.stub.n;
}

/*
 * The call has its answer.  The pipe goes with an association that ended (a fault instead
 * of a bind_ack), and when READs are still out, for they would take the next answer.
 */
static enum ns_err end_call(struct conn *c, struct pipe *p, enum ns_err err)
{
	bool keep = rpc_client_usable(&p->rpc) && !requests_has(&c->requests, STEP_READ);

	conn_call_end(c, err);
	return keep ? NS_OK : pipe_drop(c, p);
}

/* Data of the pipe in its right order. */
static enum ns_err take_data(struct conn *c, struct pipe *p, struct view data)
{
	enum ns_err err;

	note_length(p, data);
	err = rpc_client_recv(&p->rpc, data);
	p->reading = err == NS_AGAIN;
	switch (err) {
	case NS_AGAIN:
		return NS_OK;
	case NS_OK:
		if (p->rpc.state == RPC_CLIENT_BOUND)
			return NS_OK;
		err = rpc_client_reply(&p->rpc, &c->call.reply);
		return err == NS_OK ? end_call(c, p, NS_OK) : err;
	case NS_EACCESS:
	case NS_EFAULT:
		c->rpc_fault = rpc_client_fault(&p->rpc);
		return end_call(c, p, err);
	case NS_ENOPIPE:
		conn_note(c, err, 0, "the server refused to bind the interface");
		return end_call(c, p, err);
	default:
		return err;
	}
}

/* READs may be answered in any order; their data came off the pipe in the order sent. */
static enum ns_err keep_early(struct pipe *p, uint64_t message_id, struct view data)
{
	struct buf *b;
	enum ns_err err;

	if (p->n_early == PIPE_READS_MAX)
		return NS_EUNEXPECTED;
	b = &p->early[p->n_early].data;
	buf_init(b, data.n);
	err = buf_append(b, data);
	if (err == NS_OK)
		p->early[p->n_early++].message_id = message_id;
	return err;
}

/* Takes the data that is due now out of those that came early. */
static bool take_early(struct pipe *p, struct buf *data)
{
	for (size_t i = 0; i < p->n_early; i++) {
		if (p->early[i].message_id != p->next_read)
			continue;
		*data = p->early[i].data;
		p->early[i] = p->early[--p->n_early];
		return true;
	}
	return false;
}

static enum ns_err take_read(struct conn *c, struct pipe *p, uint64_t message_id,
			     struct view data)
{
	enum ns_err err;

	if (data.n == 0)
		return NS_EFORMAT; /* else a server could keep us reading for ever */
	if (message_id != p->next_read)
		return keep_early(p, message_id, data);
	err = take_data(c, p, data);
	while (err == NS_OK && conn_calling(c)) {
		struct buf early;

		p->next_read++;
		if (!take_early(p, &early))
			break;
		err = take_data(c, p, buf_view(&early));
		buf_release(&early);
	}
	return err;
}

static enum ns_err data_of(struct view *data, const struct answer *a)
{
	struct smb2_ioctl_rsp ioctl;
	struct smb2_read_rsp read;
	enum ns_err err;

	if (a->request.step == STEP_READ) {
		err = smb2_read_rsp_decode(&read, a->msg);
		*data = read.data;
		return err;
	}
	err = smb2_ioctl_rsp_decode(&ioctl, a->msg);
	*data = ioctl.output;
	return err == NS_OK && ioctl.ctl_code != FSCTL_PIPE_TRANSCEIVE ? NS_EFORMAT : err;
}

enum ns_err pipe_on_data(struct conn *c, const struct answer *a)
{
	struct pipe *p = c->call.pipe;
	struct view data;
	enum ns_err err;

	if (!conn_calling(c) || a->request.call != c->call.number)
		return NS_OK; /* of a pipe that was given up, or of a compound that failed
			       */
	if (a->hdr.status != NT_STATUS_SUCCESS &&
	    a->hdr.status != NT_STATUS_BUFFER_OVERFLOW) {
		err = conn_refused(c, a);
		return err == NS_OK ? pipe_drop(c, p) : err;
	}
	err = data_of(&data, a);
	if (err != NS_OK)
		return err;
	if (!p->open)
		return NS_EUNEXPECTED; /* CREATE failed and what hung on it did not */
	if (a->request.step == STEP_READ)
		return take_read(c, p, a->hdr.message_id, data);
	return take_data(c, p, data);
}

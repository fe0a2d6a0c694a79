/* SPDX-License-Identifier: MIT */
/* The control codes of pipes: [MS-SMB2] 3.3.5.15.3, .4 and .10; [MS-FSCC] 2.3.45 to 50. */
#include "server/dispatch.h"
#include "server/pipe.h"

/* FSCTL_PIPE_PEEK Reply without its data, [MS-FSCC] 2.3.46, and its NamedPipeState. */
#define PEEK_FIXED      16u
#define STATE_CONNECTED 3u
#define STATE_CLOSING   4u

uint32_t on_fsctl_pipe_transceive(struct request *rq, const struct smb2_ioctl_req *req)
{
	return srv_pipe_transceive(rq, req->input, req->max_output);
}

/* As much of the first message as fits. */
static void put_peek(struct wire_writer *w, const struct pipe_state *state,
		     struct view data)
{
	wire_put_le32(w, state->closing ? STATE_CLOSING : STATE_CONNECTED);
	wire_put_le32(w, (uint32_t)state->available);
	wire_put_le32(w, (uint32_t)state->messages);
	wire_put_le32(w, (uint32_t)state->message.n);
	wire_put_bytes(w, data);
}

uint32_t on_fsctl_pipe_peek(struct request *rq, const struct smb2_ioctl_req *req)
{
	const struct srv_pipe *p = srv_pipe_of(rq->open);
	struct pipe_state state;
	struct wire_writer w;
	struct view data;
	struct buf reply;
	enum ns_err err;

	state = srv_pipe_state(p);
	if (state.closing && state.available == 0)
		return NT_STATUS_PIPE_BROKEN;
	if (req->max_output < PEEK_FIXED)
		return NT_STATUS_INVALID_PARAMETER;
	data = view_slice(state.message, 0, req->max_output - PEEK_FIXED);
	buf_init(&reply, rq->conn->max_data);
	w = wire_writer_at_end(&reply);
	put_peek(&w, &state, data);
	err = wire_put_status(&w);
	if (err == NS_OK)
		srv_ioctl_reply(rq, req->ctl_code, buf_view(&reply));
	buf_release(&reply);
	if (err != NS_OK)
		return NT_STATUS_NO_MEMORY;
	return data.n < state.message.n ? NT_STATUS_BUFFER_OVERFLOW : NT_STATUS_SUCCESS;
}

/* Every pipe always has an instance free, so nobody waits: the name is all that counts. */
uint32_t on_fsctl_pipe_wait(struct request *rq, const struct smb2_ioctl_req *req)
{
	struct wire_reader r = {.msg = req->input};
	uint32_t length;
	struct view name;

	if (rq->tree->share != NULL)
		return NT_STATUS_INVALID_DEVICE_REQUEST;
	wire_skip(&r, 8);                 /*  0 Timeout */
	wire_le32(&r, &length);           /*  8 NameLength */
	wire_skip(&r, 2);                 /* 12 TimeoutSpecified, Padding */
	wire_view(&r, 14, length, &name); /* 14 Name */
	if (wire_status(&r) != NS_OK || name.n % 2 != 0 || svc_find(name) == SVC_COUNT)
		return NT_STATUS_OBJECT_NAME_NOT_FOUND;
	srv_ioctl_reply(rq, req->ctl_code, (struct view){0});
	return NT_STATUS_SUCCESS;
}

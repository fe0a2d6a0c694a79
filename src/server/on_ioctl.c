/* SPDX-License-Identifier: MIT */
#include "server/dispatch.h"

/*
 * The control codes that are known: whether they go to an open or to the connection, and
 * who takes them.
 */
static const struct fsctl {
	uint32_t code;
	bool open; /* needs one; otherwise the FileId must be all ones, 3.3.5.15 */
	srv_fsctl *run;
} fsctls[] = {
	{FSCTL_VALIDATE_NEGOTIATE_INFO, false, on_fsctl_validate_negotiate},
	{FSCTL_QUERY_NETWORK_INTERFACE_INFO, false, on_fsctl_interfaces},
	{FSCTL_PIPE_WAIT, false, on_fsctl_pipe_wait},
	{FSCTL_PIPE_TRANSCEIVE, true, on_fsctl_pipe_transceive},
	{FSCTL_PIPE_PEEK, true, on_fsctl_pipe_peek},
};

static const struct fsctl *find(uint32_t code)
{
	for (size_t i = 0; i < sizeof(fsctls) / sizeof(fsctls[0]); i++)
		if (fsctls[i].code == code)
			return &fsctls[i];
	return NULL;
}

/* [MS-SMB2] 3.3.5.15: the lengths, and that they are paid for. */
static bool lengths_fit(const struct request *rq, const struct smb2_ioctl_req *req)
{
	uint64_t max = rq->conn->max_data;
	uint64_t answer = (uint64_t)req->max_input + req->max_output;

	return req->input.n <= max && req->max_input <= max && req->max_output <= max &&
	       srv_request_pays(rq, req->input.n > answer ? req->input.n : answer);
}

/* A code we don't have: what a client is to think of it depends on what it asks about. */
static uint32_t refuse(const struct request *rq, uint32_t code)
{
	if (code == FSCTL_DFS_GET_REFERRALS || code == FSCTL_DFS_GET_REFERRALS_EX)
		return NT_STATUS_FS_DRIVER_REQUIRED; /* no DFS here: 3.3.5.15.2 */
	if (rq->open == NULL)
		return NT_STATUS_FILE_CLOSED;
	return NT_STATUS_INVALID_DEVICE_REQUEST;
}

uint32_t on_ioctl(struct request *rq)
{
	const struct fsctl *fsctl;
	struct smb2_ioctl_req req;

	if (smb2_ioctl_req_decode(&req, rq->msg) != NS_OK)
		return NT_STATUS_INVALID_PARAMETER;
	if (req.flags != SMB2_0_IOCTL_IS_FSCTL)
		return NT_STATUS_NOT_SUPPORTED;
	if (!lengths_fit(rq, &req))
		return NT_STATUS_INVALID_PARAMETER;
	req.file_id = rq->file_id; /* of a related request: the one before's */
	fsctl = find(req.ctl_code);
	if (fsctl == NULL)
		return refuse(rq, req.ctl_code);
	if (fsctl->open && rq->open == NULL)
		return NT_STATUS_FILE_CLOSED;
	if (!fsctl->open && rq->open != NULL)
		return NT_STATUS_INVALID_PARAMETER;
	return fsctl->run(rq, &req);
}

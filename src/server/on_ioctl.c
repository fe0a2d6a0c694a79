/* SPDX-License-Identifier: MIT */
#include "server/dispatch.h"
#include "server/open.h"

/* What a control code goes to. */
enum fsctl_target {
	ON_CONNECTION, /* the FileId must be all ones, 3.3.5.15 */
	ON_PIPE,
	ON_FILE, /* or a directory */
	ON_OPEN, /* any of these: the handler looks */
};

/* [MS-FSA] 2.1.5.10.38 knows two of them; Windows and Samba the third, too. */
#define MAY_MAKE_SPARSE (FILE_WRITE_DATA | FILE_WRITE_ATTRIBUTES | FILE_APPEND_DATA)

/* Each needs one of the rights, if any are named; who has no handler is refused. */
static const struct fsctl {
	uint32_t code;
	enum fsctl_target target;
	uint32_t access;
	srv_fsctl *run;
	uint32_t status; /* of a refusal */
} fsctls[] = {
/* clang-format off */
#define RUN(code, target, access, run)  {FSCTL_##code, ON_##target, access, run, 0}
#define REFUSE(code, target, status)    {FSCTL_##code, ON_##target, 0, NULL, status}
	RUN(VALIDATE_NEGOTIATE_INFO,      CONNECTION, 0, on_fsctl_validate_negotiate),
	RUN(QUERY_NETWORK_INTERFACE_INFO, CONNECTION, 0, on_fsctl_interfaces),
	RUN(PIPE_WAIT,                    CONNECTION, 0, on_fsctl_pipe_wait),
	RUN(PIPE_TRANSCEIVE,              PIPE, 0, on_fsctl_pipe_transceive),
	RUN(PIPE_PEEK,                    PIPE, 0, on_fsctl_pipe_peek),
	RUN(SRV_REQUEST_RESUME_KEY,       FILE, 0, on_fsctl_resume_key),
	RUN(SRV_COPYCHUNK,                OPEN, 0, on_fsctl_copychunk),
	RUN(SRV_COPYCHUNK_WRITE,          OPEN, 0, on_fsctl_copychunk),
	RUN(GET_COMPRESSION,              FILE, 0, on_fsctl_get_compression),
	RUN(SET_COMPRESSION,              FILE, FILE_WRITE_DATA, on_fsctl_set_compression),
	RUN(CREATE_OR_GET_OBJECT_ID,      FILE, 0, on_fsctl_object_id),
	RUN(SET_SPARSE,                   FILE, MAY_MAKE_SPARSE, on_fsctl_set_sparse),
	RUN(SET_ZERO_DATA,                FILE, FILE_WRITE_DATA, on_fsctl_zero_data),
	RUN(QUERY_ALLOCATED_RANGES,       FILE, FILE_READ_DATA, on_fsctl_ranges),
	RUN(DUPLICATE_EXTENTS_TO_FILE,    FILE, FILE_WRITE_DATA, on_fsctl_duplicate),
	RUN(DUPLICATE_EXTENTS_TO_FILE_EX, FILE, FILE_WRITE_DATA, on_fsctl_duplicate),

	/* There is no DFS here, 3.3.5.15.2; no handle outlives its connection by it. */
	REFUSE(DFS_GET_REFERRALS,    CONNECTION, NT_STATUS_FS_DRIVER_REQUIRED),
	REFUSE(DFS_GET_REFERRALS_EX, CONNECTION, NT_STATUS_FS_DRIVER_REQUIRED),
	REFUSE(LMR_REQUEST_RESILIENCY, OPEN, NT_STATUS_NOT_SUPPORTED),

	/* Links that stay inside are followed, others lead nowhere: a client sees none. */
	REFUSE(GET_REPARSE_POINT,    FILE, NT_STATUS_NOT_A_REPARSE_POINT),
	REFUSE(DELETE_REPARSE_POINT, FILE, NT_STATUS_NOT_A_REPARSE_POINT),
#undef RUN
#undef REFUSE
	/* clang-format on */
};

void srv_ioctl_reply(struct request *rq, uint32_t ctl_code, struct view output)
{
	struct smb2_ioctl_rsp rsp = {
		.ctl_code = ctl_code, .file_id = rq->file_id, .output = output};

	smb2_ioctl_rsp_encode(srv_request_reply(rq), &rsp);
}

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

/* Whether it goes to what the request names, and may. */
static uint32_t check_target(const struct request *rq, const struct fsctl *fsctl)
{
	const struct open *o = rq->open;

	if (fsctl->target == ON_CONNECTION)
		return rq->file_id.persistent_id == UINT64_MAX &&
				       rq->file_id.volatile_id == UINT64_MAX
			       ? NT_STATUS_SUCCESS
			       : NT_STATUS_INVALID_PARAMETER;
	if (o == NULL)
		return NT_STATUS_FILE_CLOSED;
	if (fsctl->target != ON_OPEN && o->ops->is_pipe != (fsctl->target == ON_PIPE))
		return NT_STATUS_INVALID_DEVICE_REQUEST; /* <385>, <389> */
	if (fsctl->access != 0 && !open_may(o, fsctl->access))
		return NT_STATUS_ACCESS_DENIED;
	return NT_STATUS_SUCCESS;
}

uint32_t on_ioctl(struct request *rq)
{
	const struct fsctl *fsctl;
	struct smb2_ioctl_req req;
	uint32_t status;

	if (smb2_ioctl_req_decode(&req, rq->msg) != NS_OK)
		return NT_STATUS_INVALID_PARAMETER;
	if (req.flags != SMB2_0_IOCTL_IS_FSCTL)
		return NT_STATUS_NOT_SUPPORTED;
	if (!lengths_fit(rq, &req))
		return NT_STATUS_INVALID_PARAMETER;
	req.file_id = rq->file_id; /* of a related request: the one before's */
	fsctl = find(req.ctl_code);
	if (fsctl == NULL)
		return rq->open == NULL ? NT_STATUS_FILE_CLOSED
					: NT_STATUS_INVALID_DEVICE_REQUEST;
	status = check_target(rq, fsctl);
	if (status != NT_STATUS_SUCCESS)
		return status;
	return fsctl->run != NULL ? fsctl->run(rq, &req) : fsctl->status;
}

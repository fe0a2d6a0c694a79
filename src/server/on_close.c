/* SPDX-License-Identifier: MIT */
#include "server/dispatch.h"
#include "server/open.h"

/* [MS-SMB2] 3.3.5.10 */
uint32_t on_close(struct request *rq)
{
	struct smb2_close_rsp rsp = {0}; /* attributes can't be fetched: Flags 0 */
	struct smb2_close_req req;

	if (smb2_close_req_decode(&req, rq->msg) != NS_OK)
		return NT_STATUS_INVALID_PARAMETER;
	if (rq->open->ops->close != NULL)
		return rq->open->ops->close(rq, &req);
	open_end(rq->open, OPEN_END_CLOSED);
	smb2_close_rsp_encode(srv_request_reply(rq), &rsp);
	return NT_STATUS_SUCCESS;
}

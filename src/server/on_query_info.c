/* SPDX-License-Identifier: MIT */
#include "server/dispatch.h"
#include "server/open.h"
#include "wire/smb2_query_info.h"

/* [MS-SMB2] 3.3.5.20: lengths, and that they are paid for. */
static bool lengths_fit(const struct request *rq, const struct smb2_query_info_req *req)
{
	uint64_t max = rq->conn->max_data;
	uint64_t longer = req->input.n > req->output_len ? req->input.n : req->output_len;

	return longer <= max && srv_request_pays(rq, longer);
}

uint32_t on_query_info(struct request *rq)
{
	const struct open *o = rq->open;
	struct smb2_query_info_req req;

	if (smb2_query_info_req_decode(&req, rq->msg) != NS_OK || !lengths_fit(rq, &req))
		return NT_STATUS_INVALID_PARAMETER;
	if (o->ops->query_info == NULL)
		return NT_STATUS_INVALID_DEVICE_REQUEST;
	return o->ops->query_info(rq, &req);
}

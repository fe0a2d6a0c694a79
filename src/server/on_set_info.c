/* SPDX-License-Identifier: MIT */
#include "server/dispatch.h"
#include "server/open.h"
#include "wire/smb2_set_info.h"

/* [MS-SMB2] 3.3.5.21 */
uint32_t on_set_info(struct request *rq)
{
	const struct open *o = rq->open;
	struct smb2_set_info_req req;

	if (smb2_set_info_req_decode(&req, rq->msg) != NS_OK || req.data.n == 0 ||
	    req.data.n > rq->conn->max_data || !srv_request_pays(rq, req.data.n))
		return NT_STATUS_INVALID_PARAMETER;
	if (o->ops->set_info == NULL)
		return NT_STATUS_INVALID_DEVICE_REQUEST;
	return o->ops->set_info(rq, &req);
}

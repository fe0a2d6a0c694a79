/* SPDX-License-Identifier: MIT */
#include "server/dispatch.h"
#include "server/open.h"
#include "wire/smb2_change_notify.h"

/* [MS-SMB2] 3.3.5.19 */
uint32_t on_change_notify(struct request *rq)
{
	const struct open *o = rq->open;
	struct smb2_change_notify_req req;

	if (smb2_change_notify_req_decode(&req, rq->msg) != NS_OK ||
	    req.output_len > rq->conn->max_data || !srv_request_pays(rq, req.output_len))
		return NT_STATUS_INVALID_PARAMETER;
	if (!o->is_directory || o->ops->change_notify == NULL)
		return NT_STATUS_INVALID_PARAMETER;
	/* FILE_LIST_DIRECTORY is the same bit. */
	if (!open_may(o, FILE_READ_DATA))
		return NT_STATUS_ACCESS_DENIED;
	return o->ops->change_notify(rq, &req);
}

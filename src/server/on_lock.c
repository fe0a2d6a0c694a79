/* SPDX-License-Identifier: MIT */
#include "server/dispatch.h"
#include "server/open.h"
#include "wire/smb2_lock.h"

/* [MS-SMB2] 3.3.5.14 */
uint32_t on_lock(struct request *rq)
{
	struct smb2_lock_req req;

	if (smb2_lock_req_decode(&req, rq->msg) != NS_OK)
		return NT_STATUS_INVALID_PARAMETER;
	if (rq->open->ops->lock == NULL)
		return NT_STATUS_INVALID_DEVICE_REQUEST;
	return rq->open->ops->lock(rq, &req);
}

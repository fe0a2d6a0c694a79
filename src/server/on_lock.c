/* SPDX-License-Identifier: MIT */
#include "server/dispatch.h"
#include "server/open.h"
#include "server/session.h"
#include "wire/smb2_lock.h"

/*
 * 3.3.5.2.9 lets a LOCK of an expired session through, that it may let go of what others
 * wait for; it does not get anything new, as with Samba.
 */
static bool has_expired(const struct request *rq, const struct smb2_lock_req *req)
{
	return rq->session->state == SESSION_STATE_EXPIRED &&
	       (smb2_lock_at(req, 0).flags & SMB2_LOCKFLAG_UNLOCK) == 0;
}

/* [MS-SMB2] 3.3.5.14 */
uint32_t on_lock(struct request *rq)
{
	struct smb2_lock_req req;

	if (smb2_lock_req_decode(&req, rq->msg) != NS_OK)
		return NT_STATUS_INVALID_PARAMETER;
	if (rq->open->ops->lock == NULL)
		return NT_STATUS_INVALID_DEVICE_REQUEST;
	if (has_expired(rq, &req))
		return NT_STATUS_NETWORK_SESSION_EXPIRED;
	return rq->open->ops->lock(rq, &req);
}

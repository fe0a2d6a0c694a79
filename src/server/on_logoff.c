/* SPDX-License-Identifier: MIT */
#include "server/dispatch.h"
#include "server/session_end.h"
#include "wire/smb2_simple.h"

/*
 * LOGOFF, [MS-SMB2] 3.3.5.6.  The session ends here, and with it what is pending on it; the
 * response is signed or sealed by its tombstone's keys.
 */
uint32_t on_logoff(struct request *rq)
{
	if (smb2_simple_decode(rq->msg) != NS_OK)
		return NT_STATUS_INVALID_PARAMETER;
	session_end(rq->session, SESSION_END_LOGOFF, NULL);
	rq->session = NULL;
	smb2_simple_encode(srv_request_reply(rq));
	return NT_STATUS_SUCCESS;
}

/* SPDX-License-Identifier: MIT */
#include "server/dispatch.h"
#include "wire/smb2_simple.h"

/*
 * [MS-SMB2] 3.3.5.17.  "If Connection.SessionTable is empty, the server SHOULD disconnect":
 * we don't, as Windows did not up to 2008 R2 <405>, for clients ask whether a connection
 * still lives after their last LOGOFF.  It does not live longer for that.
 */
uint32_t on_echo(struct request *rq)
{
	smb2_simple_encode(srv_request_reply(rq));
	return NT_STATUS_SUCCESS;
}

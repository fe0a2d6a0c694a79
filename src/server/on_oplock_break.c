/* SPDX-License-Identifier: MIT */
#include "server/dispatch.h"
#include "server/file/file.h"
#include "wire/smb2_oplock_break.h"

/* 3.3.5.22.2 */
static uint32_t on_lease_break(struct request *rq)
{
	struct smb2_lease_break_ack v;
	uint32_t status;

	if (smb2_lease_break_ack_decode(&v, rq->msg) != NS_OK)
		return NT_STATUS_INVALID_PARAMETER;
	status = lease_acknowledge(rq, &v);
	if (status == NT_STATUS_SUCCESS)
		smb2_lease_break_ack_encode(srv_request_reply(rq), &v);
	return status;
}

/* [MS-SMB2] 3.3.5.22.1 */
uint32_t on_oplock_break(struct request *rq)
{
	struct smb2_oplock_break v;
	uint32_t status;
	uint8_t now;

	if (rq->open == NULL)
		return on_lease_break(rq);
	if (smb2_oplock_break_decode(&v, rq->msg) != NS_OK)
		return NT_STATUS_INVALID_PARAMETER;
	if (rq->open->ops != &srv_file_ops)
		return NT_STATUS_INVALID_DEVICE_STATE;
	status = oplock_acknowledge(srv_file_of(rq->open), v.oplock_level, &now);
	if (status != NT_STATUS_SUCCESS)
		return status;
	v.oplock_level = now;
	v.file_id = rq->open->id;
	smb2_oplock_break_encode(srv_request_reply(rq), &v);
	return NT_STATUS_SUCCESS;
}

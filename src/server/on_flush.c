/* SPDX-License-Identifier: MIT */
#include "server/dispatch.h"
#include "server/open.h"

/* [MS-SMB2] 3.3.5.11.  The rights to add to a directory are the same bits. */
uint32_t on_flush(struct request *rq)
{
	const struct open *o = rq->open;

	if (!o->ops->is_pipe && !open_may(o, FILE_WRITE_DATA | FILE_APPEND_DATA))
		return NT_STATUS_ACCESS_DENIED;
	if (o->ops->flush == NULL)
		return NT_STATUS_INVALID_DEVICE_REQUEST;
	return o->ops->flush(rq);
}

/* SPDX-License-Identifier: MIT */
#include "server/dispatch.h"
#include "server/open.h"
#include "wire/smb2_query_directory.h"

/* [MS-SMB2] 3.3.5.18 */
uint32_t on_query_directory(struct request *rq)
{
	const struct open *o = rq->open;
	struct smb2_query_directory_req req;

	if (smb2_query_directory_req_decode(&req, rq->msg) != NS_OK ||
	    !srv_request_pays(rq, req.output_len))
		return NT_STATUS_INVALID_PARAMETER;
	/* "SHOULD fail": but who can take more gets what there may be, and asks on. */
	if (req.output_len > rq->conn->max_data)
		req.output_len = rq->conn->max_data;
	if (!o->is_directory || o->ops->query_directory == NULL)
		return NT_STATUS_INVALID_PARAMETER;
	/* FILE_LIST_DIRECTORY is the same bit. */
	if (!open_may(o, FILE_READ_DATA))
		return NT_STATUS_ACCESS_DENIED;
	return o->ops->query_directory(rq, &req);
}

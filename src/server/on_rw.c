/* SPDX-License-Identifier: MIT */
#include "server/dispatch.h"
#include "server/open.h"

/* Where the data of a WRITE may begin at the latest, [MS-SMB2] 3.3.5.13. */
#define DATA_OFFSET_MAX 0x100u

/* SMB2_WRITEFLAG_WRITE_THROUGH and _UNBUFFERED, [MS-SMB2] 2.2.21: nothing for pipes. */
#define WRITE_FLAGS 0x3u

/* There is no RDMA here: data travels in the message (the field is new with 3.0). */
static bool channel_fits(const struct request *rq, uint32_t channel)
{
	return channel == SMB2_CHANNEL_NONE || rq->conn->dialect < SMB2_DIALECT_300;
}

static bool length_fits(const struct request *rq, uint64_t length)
{
	return length <= rq->conn->max_data && srv_request_pays(rq, length);
}

/* [MS-SMB2] 3.3.5.12 */
uint32_t on_read(struct request *rq)
{
	const struct open *o = rq->open;
	struct smb2_read_req req;

	if (smb2_read_req_decode(&req, rq->msg) != NS_OK ||
	    !channel_fits(rq, req.channel) || !length_fits(rq, req.length))
		return NT_STATUS_INVALID_PARAMETER;
	if (!open_may(o, FILE_READ_DATA | FILE_EXECUTE))
		return NT_STATUS_ACCESS_DENIED;
	if (o->ops->read == NULL)
		return NT_STATUS_INVALID_DEVICE_REQUEST;
	return o->ops->read(rq, &req);
}

static bool write_fits(const struct request *rq, const struct smb2_write_req *req)
{
	bool pipe = rq->open->ops->is_pipe && rq->conn->dialect >= SMB2_DIALECT_300;

	if (pipe && (req->flags & WRITE_FLAGS) != 0)
		return false;
	if (req->data.n > 0 && (size_t)(req->data.p - rq->msg.p) > DATA_OFFSET_MAX)
		return false;
	return channel_fits(rq, req->channel) && length_fits(rq, req->data.n);
}

/* [MS-SMB2] 3.3.5.13 */
uint32_t on_write(struct request *rq)
{
	const struct open *o = rq->open;
	struct smb2_write_req req;

	if (smb2_write_req_decode(&req, rq->msg) != NS_OK || !write_fits(rq, &req))
		return NT_STATUS_INVALID_PARAMETER;
	if (!open_may(o, FILE_WRITE_DATA | FILE_APPEND_DATA))
		return NT_STATUS_ACCESS_DENIED;
	if (o->ops->write == NULL)
		return NT_STATUS_INVALID_DEVICE_REQUEST;
	return o->ops->write(rq, &req);
}

/* SPDX-License-Identifier: MIT */
/*
 * Control codes that ask after a file as a whole, [MS-FSCC] 2.3.  Disks here compress
 * nothing that a client could be told of, and keep no object ids: what is known a file by
 * is its number.
 */
#include <stdlib.h>

#include "server/dispatch.h"
#include "server/file/file.h"
#include "wire/fsctl_info.h"

static uint32_t reply_with(struct request *rq, uint32_t ctl_code, const struct buf *out,
			   enum ns_err err)
{
	if (err != NS_OK)
		return NT_STATUS_NO_MEMORY;
	srv_ioctl_reply(rq, ctl_code, buf_view(out));
	return NT_STATUS_SUCCESS;
}

/* [MS-FSA] 2.1.5.10.9 */
uint32_t on_fsctl_get_compression(struct request *rq, const struct smb2_ioctl_req *req)
{
	struct wire_writer w;
	struct buf out;
	uint32_t status;

	if (req->max_output < FSCTL_COMPRESSION_LEN)
		return NT_STATUS_INVALID_PARAMETER;
	buf_init(&out, FSCTL_COMPRESSION_LEN);
	w = wire_writer_at_end(&out);
	fsctl_compression_encode(&w, COMPRESSION_FORMAT_NONE);
	status = reply_with(rq, req->ctl_code, &out, wire_put_status(&w));
	buf_release(&out);
	return status;
}

/* 2.1.5.10.30: that a file is not to be compressed is what it is already. */
uint32_t on_fsctl_set_compression(struct request *rq, const struct smb2_ioctl_req *req)
{
	uint16_t format;

	if (fsctl_compression_decode(&format, req->input) != NS_OK)
		return NT_STATUS_INVALID_PARAMETER;
	if (format != COMPRESSION_FORMAT_NONE)
		return NT_STATUS_NOT_SUPPORTED;
	srv_ioctl_reply(rq, req->ctl_code, (struct view){0});
	return NT_STATUS_SUCCESS;
}

/* -------------------------------------------------------------------------- object id --
 */

static void put_id(uint8_t out[16], uint64_t low, uint64_t high)
{
	for (size_t i = 0; i < sizeof(low); i++) {
		out[i] = (uint8_t)(low >> 8 * i);
		out[8 + i] = (uint8_t)(high >> 8 * i);
	}
}

/*
 * 2.1.5.10.1: unique on its volume, the same as long as the file lives, and never another
 * one's: the file's number and its disk's.
 */
uint32_t on_fsctl_object_id(struct request *rq, const struct smb2_ioctl_req *req)
{
	const struct fs_file *file = srv_file_of(rq->open)->file;
	struct fs_id id = fs_file_id(file);
	struct fsctl_object_id v;
	struct wire_writer w;
	struct buf out;
	uint32_t status;

	if (req->max_output < FSCTL_OBJECT_ID_LEN)
		return NT_STATUS_INVALID_PARAMETER;
	put_id(v.object, id.id, id.device);
	put_id(v.birth_volume, id.device, 0);
	put_id(v.birth_object, id.id, id.device);
	buf_init(&out, FSCTL_OBJECT_ID_LEN);
	w = wire_writer_at_end(&out);
	fsctl_object_id_encode(&w, &v);
	status = reply_with(rq, req->ctl_code, &out, wire_put_status(&w));
	buf_release(&out);
	return status;
}

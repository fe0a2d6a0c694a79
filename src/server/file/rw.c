/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "server/file/file.h"
#include "wire/smb2_simple.h"

/* [MS-SMB2] 2.2.21 Flags */
#define SMB2_WRITEFLAG_WRITE_THROUGH 0x00000001u

struct rw_job {
	struct srv_file_job base; /* first */
	uint64_t offset;
	size_t length;
	size_t minimum; /* of a read */
	size_t got;
	bool through;     /* of a write */
	struct view data; /* of a write */
	/*
	 * Of a read, the response: what stands in front of the data comes when they are
	 * there.  Of a write, the message, or a copy of its data.
	 */
	struct buf bytes;
};

static void rw_release(struct srv_file_job *job)
{
	buf_release(&((struct rw_job *)job)->bytes);
}

static struct rw_job *rw_job_new(uint64_t offset, size_t length)
{
	struct rw_job *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return NULL;
	j->offset = offset;
	j->length = length;
	j->base.release = rw_release;
	return j;
}

/* ---------------------------------------------------------------- READ, 3.3.5.12 -- */

/* Where the data of a read go: behind the frame's head, and the response's. */
#define READ_DATA_AT (SERVER_FRAME_ROOM + SMB2_READ_RSP_DATA_AT)

/*
 * So much is read at once where it is in the page cache: to copy it takes less than to wake
 * a thread that does.  More would keep others waiting.
 */
#define READ_NOW_MAX (64u << 10)

static uint32_t read_result(const struct rw_job *j, uint32_t status)
{
	return status == NT_STATUS_SUCCESS && j->got < j->minimum ? NT_STATUS_END_OF_FILE
								  : status;
}

static uint32_t read_work(struct srv_file_job *job)
{
	struct rw_job *j = (struct rw_job *)job;

	return read_result(j, fs_read(job->file, j->offset, j->bytes.p + READ_DATA_AT,
				      j->length, &j->got));
}

static bool read_now(struct srv_file_job *job)
{
	struct rw_job *j = (struct rw_job *)job;

	if (!fs_read_now(job->file, j->offset, j->bytes.p + READ_DATA_AT, j->length,
			 &j->got, &job->status))
		return false;
	job->status = read_result(j, job->status);
	return true;
}

static uint32_t read_answer(struct request *rq, struct srv_file_job *job)
{
	struct rw_job *j = (struct rw_job *)job;
	struct smb2_read_rsp rsp = {.data = view_of(j->bytes.p + READ_DATA_AT, j->got)};
	struct wire_writer *w = NULL;

	srv_file_of(rq->open)->position = j->offset + j->got;
	if (j->got > 0)
		w = srv_request_reply_in(rq, &j->bytes);
	if (w == NULL) {
		smb2_read_rsp_encode(srv_request_reply(rq), &rsp);
	} else {
		smb2_read_rsp_encode_fixed(w, &rsp);
		w->out->n += j->got;
	}
	return NT_STATUS_SUCCESS;
}

static enum ns_err make_room(struct rw_job *j)
{
	enum ns_err err;

	buf_init(&j->bytes, READ_DATA_AT + j->length);
	err = buf_reserve_exactly(&j->bytes, j->bytes.max);
	return err == NS_OK ? buf_append_zero(&j->bytes, SRV_REPLY_ROOM) : err;
}

uint32_t srv_file_read(struct request *rq, const struct smb2_read_req *req)
{
	struct rw_job *j;

	if (rq->open->is_directory)
		return NT_STATUS_INVALID_DEVICE_REQUEST;
	j = rw_job_new(req->offset, req->length);
	if (j == NULL)
		return NT_STATUS_NO_MEMORY;
	if (make_room(j) != NS_OK) {
		free(j);
		return NT_STATUS_NO_MEMORY;
	}
	j->minimum = req->minimum_count;
	j->base.work = read_work;
	j->base.try_work = j->length <= READ_NOW_MAX ? read_now : NULL;
	j->base.answer = read_answer;
	rq->fills = true;
	return srv_file_submit(rq, &j->base);
}

/* --------------------------------------------------------------- WRITE, 3.3.5.13 -- */

static uint32_t write_work(struct srv_file_job *job)
{
	struct rw_job *j = (struct rw_job *)job;

	return fs_write(job->file, j->offset, j->data, j->through);
}

static uint32_t write_answer(struct request *rq, struct srv_file_job *job)
{
	const struct rw_job *j = (const struct rw_job *)job;
	struct smb2_write_rsp rsp = {.count = (uint32_t)j->length};

	srv_file_of(rq->open)->position = j->offset + j->length;
	smb2_write_rsp_encode(srv_request_reply(rq), &rsp);
	return NT_STATUS_SUCCESS;
}

/* The job's own, for the request's bytes go when it pends. */
static enum ns_err take_data(struct rw_job *j, struct request *rq, struct view data)
{
	enum ns_err err;

	j->data = data;
	if (data.n == 0 || srv_request_take_message(rq, &j->bytes))
		return NS_OK;
	buf_init(&j->bytes, data.n);
	err = buf_append(&j->bytes, data);
	j->data = buf_view(&j->bytes);
	return err;
}

uint32_t srv_file_write(struct request *rq, const struct smb2_write_req *req)
{
	const struct srv_file *f = srv_file_of(rq->open);
	struct rw_job *j;

	if (rq->open->is_directory)
		return NT_STATUS_INVALID_DEVICE_REQUEST;
	j = rw_job_new(req->offset, req->data.n);
	if (j == NULL)
		return NT_STATUS_NO_MEMORY;
	if (take_data(j, rq, req->data) != NS_OK) {
		free(j);
		return NT_STATUS_NO_MEMORY;
	}
	j->through = (req->flags & SMB2_WRITEFLAG_WRITE_THROUGH) != 0 ||
		     (f->mode & FILE_WRITE_THROUGH) != 0;
	j->base.writes = req->data.n > 0; /* [MS-FSA] 2.1.5.4: else nothing happens */
	j->base.work = write_work;
	j->base.answer = write_answer;
	rq->fills = true;
	return srv_file_submit(rq, &j->base);
}

/* --------------------------------------------------------------- FLUSH, 3.3.5.11 -- */

static uint32_t flush_work(struct srv_file_job *job)
{
	return fs_flush(job->file);
}

static uint32_t flush_answer(struct request *rq, struct srv_file_job *job)
{
	(void)job;
	smb2_simple_encode(srv_request_reply(rq));
	return NT_STATUS_SUCCESS;
}

uint32_t srv_file_flush(struct request *rq)
{
	struct srv_file_job *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return NT_STATUS_NO_MEMORY;
	j->work = flush_work;
	j->answer = flush_answer;
	return srv_file_submit(rq, j);
}

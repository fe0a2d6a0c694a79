/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "server/fs_open.h"
#include "wire/smb2_simple.h"

/* [MS-SMB2] 2.2.21 Flags */
#define SMB2_WRITEFLAG_WRITE_THROUGH 0x00000001u

struct rw_job {
	struct srv_file_job base; /* first */
	uint64_t offset;
	size_t length;
	size_t minimum; /* of a read */
	size_t got;
	bool through; /* of a write */
	uint8_t data[];
};

static struct rw_job *rw_job_new(uint64_t offset, size_t length)
{
	/* Not calloc(): a read's bytes are all written before they are looked at. */
	struct rw_job *j = malloc(sizeof(*j) + length);

	if (j != NULL)
		*j = (struct rw_job){.offset = offset, .length = length};
	return j;
}

/* ---------------------------------------------------------------- READ, 3.3.5.12 -- */

static uint32_t read_work(struct srv_file_job *job)
{
	struct rw_job *j = (struct rw_job *)job;
	uint32_t status = fs_read(job->file, j->offset, j->data, j->length, &j->got);

	if (status == NT_STATUS_SUCCESS && j->got < j->minimum)
		status = NT_STATUS_END_OF_FILE;
	return status;
}

static uint32_t read_answer(struct request *rq, struct srv_file_job *job)
{
	const struct rw_job *j = (const struct rw_job *)job;
	struct smb2_read_rsp rsp = {.data = view_of(j->data, j->got)};

	srv_file_of(rq->open)->position = j->offset + j->got;
	smb2_read_rsp_encode(srv_request_reply(rq), &rsp);
	return NT_STATUS_SUCCESS;
}

uint32_t srv_file_read(struct request *rq, const struct smb2_read_req *req)
{
	struct rw_job *j;

	if (rq->open->is_directory)
		return NT_STATUS_INVALID_DEVICE_REQUEST;
	j = rw_job_new(req->offset, req->length);
	if (j == NULL)
		return NT_STATUS_NO_MEMORY;
	j->minimum = req->minimum_count;
	j->base.work = read_work;
	j->base.answer = read_answer;
	return srv_file_submit(rq, &j->base);
}

/* --------------------------------------------------------------- WRITE, 3.3.5.13 -- */

static uint32_t write_work(struct srv_file_job *job)
{
	struct rw_job *j = (struct rw_job *)job;

	return fs_write(job->file, j->offset, view_of(j->data, j->length), j->through);
}

static uint32_t write_answer(struct request *rq, struct srv_file_job *job)
{
	const struct rw_job *j = (const struct rw_job *)job;
	struct smb2_write_rsp rsp = {.count = (uint32_t)j->length};

	srv_file_of(rq->open)->position = j->offset + j->length;
	smb2_write_rsp_encode(srv_request_reply(rq), &rsp);
	return NT_STATUS_SUCCESS;
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
	if (req->data.n > 0)
		memcpy(j->data, req->data.p, req->data.n);
	j->through = (req->flags & SMB2_WRITEFLAG_WRITE_THROUGH) != 0 ||
		     (f->mode & FILE_WRITE_THROUGH) != 0;
	j->base.writes = req->data.n > 0; /* [MS-FSA] 2.1.5.4: else nothing happens */
	j->base.work = write_work;
	j->base.answer = write_answer;
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

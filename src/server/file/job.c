/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "server/file/file.h"
#include "wire/smb2_error.h"
#include "wire/smb2_query_info.h"

static void job_free(struct srv_file_job *j)
{
	if (j->release != NULL)
		j->release(j);
	fs_file_unref(j->file); /* it never ran, or met somebody who caches */
	free(j);
}

/* It is no longer one that a CLOSE waits for; then that may come. */
static void uncount(struct server *server, struct srv_file_job *j)
{
	struct open *o = j->counts ? open_find_global(server, j->open_id) : NULL;

	j->counts = false;
	if (o != NULL && --srv_file_of(o)->working == 0)
		srv_file_idle(srv_file_of(o));
}

static void cancelled(struct job *job)
{
	job_free((struct srv_file_job *)job);
}

/* It will run again: who waits for others, or has much to do, is not waited for. */
static bool again(uint32_t status)
{
	return status == NT_STATUS_OPLOCK_BREAK_IN_PROGRESS || status == NT_STATUS_PENDING;
}

static void job_run(struct job *job)
{
	struct srv_file_job *j = (struct srv_file_job *)job;

	j->status = j->work(j);
	if (again(j->status))
		return;
	fs_file_unref(j->file);
	j->file = NULL;
}

static bool job_try(struct job *job)
{
	struct srv_file_job *j = (struct srv_file_job *)job;

	if (!j->try_work(j))
		return false;
	fs_file_unref(j->file); /* the open has it still: nothing is closed here */
	j->file = NULL;
	return true;
}

static void wait_for_caching(struct server *server, struct srv_file_job *j)
{
	j->waiter = (struct caching_waiter){
		.job = &j->job, .met = j->met, .owner = &j->owner, .free = cancelled};
	caching_wait(server, &j->waiter);
}

static void job_done(struct server *server, struct job *job)
{
	struct srv_file_job *j = (struct srv_file_job *)job;
	struct request *rq;

	/* Since it was submitted somebody may have begun to cache, and read the old data.
	 */
	if (j->writes)
		caching_changed(server, j->id, &j->owner);
	rq = srv_request_find(server, job->request);
	if (again(j->status)) {
		uncount(server, j);
		rq = srv_request_find(server, job->request); /* it went with its open */
	}
	if (rq != NULL && j->status == NT_STATUS_OPLOCK_BREAK_IN_PROGRESS) {
		wait_for_caching(server, j);
		return;
	}
	if (rq != NULL && j->status == NT_STATUS_PENDING) {
		server_submit(server, &j->job);
		return;
	}
	if (rq != NULL)
		srv_request_complete(rq, ntstatus_is_error(j->status) ? j->status
								      : j->answer(rq, j));
	uncount(server, j);
	job_free(j);
}

uint32_t srv_file_submit(struct request *rq, struct srv_file_job *j)
{
	struct srv_file *f = srv_file_of(rq->open);
	struct fs_file *file = f->file;

	if (j == NULL)
		return NT_STATUS_NO_MEMORY;
	j->id = fs_file_id(file);
	j->owner = file->owner;
	if (j->writes)
		caching_changed(rq->server, j->id, &j->owner);
	/* With the connection that would not be told, or about to be closed. */
	if (rq->open->ended || f->close_waits != 0) {
		job_free(j);
		return NT_STATUS_FILE_CLOSED;
	}
	j->job.run = job_run;
	j->job.try_run = j->try_work != NULL ? job_try : NULL;
	j->job.done = job_done;
	j->job.request = srv_request_pend(rq);
	if (j->job.request == 0) {
		job_free(j);
		return NT_STATUS_INSUFFICIENT_RESOURCES;
	}
	j->file = fs_file_ref(file);
	j->open_id = f->open.global_id;
	j->counts = true;
	f->working++;
	server_submit(rq->server, &j->job);
	return NT_STATUS_PENDING;
}

/* --------------------------------------------------------- answers to QUERY_INFO -- */

/* ErrorData, [MS-SMB2] 2.2.2: from 3.1.1 on in a context of its own, even if it is empty.
 */
static void put_error_data(struct request *rq, struct view data)
{
	struct smb2_error_context context = {.error_id = SMB2_ERROR_ID_DEFAULT,
					     .data = data};
	struct wire_writer w;

	buf_release(&rq->error_data);
	buf_init(&rq->error_data, 64);
	w = wire_writer_at_end(&rq->error_data);
	if (rq->conn->dialect == SMB2_DIALECT_311)
		smb2_error_contexts_encode(&w, &context, 1);
	else
		wire_put_bytes(&w, data);
	/* Short of memory the error goes without. */
	if (wire_put_status(&w) != NS_OK)
		buf_clear(&rq->error_data);
}

/* 3.3.5.20.1 and .2: the fixed part must fit; the rest is cut. */
static uint32_t reply_cut(struct request *rq, struct view bytes,
			  const struct srv_file_body *body)
{
	struct smb2_query_info_rsp rsp = {.data = bytes};

	if (body->max < body->fixed) {
		put_error_data(rq, (struct view){0});
		return NT_STATUS_INFO_LENGTH_MISMATCH;
	}
	if (rsp.data.n > body->max)
		rsp.data.n = body->max;
	smb2_query_info_rsp_encode(srv_request_reply(rq), &rsp);
	return rsp.data.n < bytes.n ? NT_STATUS_BUFFER_OVERFLOW : NT_STATUS_SUCCESS;
}

uint32_t srv_file_reply_info(struct request *rq, const struct srv_file_body *body)
{
	struct buf *bytes = body->written->out;
	uint32_t status = NT_STATUS_NO_MEMORY;

	if (wire_put_status(body->written) == NS_OK)
		status = reply_cut(rq, buf_view(bytes), body);
	buf_release(bytes);
	return status;
}

uint32_t srv_file_too_small(struct request *rq, uint32_t needed)
{
	struct buf size;
	struct wire_writer w;

	buf_init(&size, sizeof(uint32_t));
	w = wire_writer_at_end(&size);
	wire_put_le32(&w, needed);
	put_error_data(rq, buf_view(&size));
	buf_release(&size);
	return NT_STATUS_BUFFER_TOO_SMALL;
}

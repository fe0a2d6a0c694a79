/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "server/file/file.h"
#include "server/file/lock.h"

struct close_job {
	struct job job;
	struct fs_file *file;
	bool tell; /* the response tells attributes */
	struct fs_info info;
	struct caching_waiter *waiting; /* those whom what it cached kept out */
};

/*
 * Attributes are those before the close, [MS-SMB2] 3.3.5.10.  What is to be deleted then is
 * gone when the client has its answer.
 */
static void close_run(struct job *job)
{
	struct close_job *j = (struct close_job *)job;

	if (j->tell && fs_stat(j->file, &j->info) != NT_STATUS_SUCCESS)
		j->tell = false;
	fs_file_close(j->file);
	fs_file_unref(j->file);
	j->file = NULL;
}

static void reply_close(struct request *rq, const struct close_job *j)
{
	struct smb2_close_rsp rsp = {0};

	if (j != NULL && j->tell)
		rsp = (struct smb2_close_rsp){
			.flags = SMB2_CLOSE_FLAG_POSTQUERY_ATTRIB,
			.creation_time = j->info.created,
			.last_access_time = j->info.accessed,
			.last_write_time = j->info.written,
			.change_time = j->info.changed,
			.allocation_size = j->info.allocated,
			.end_of_file = j->info.size,
			.file_attributes = srv_file_attributes(&j->info),
		};
	smb2_close_rsp_encode(srv_request_reply(rq), &rsp);
}

static void close_done(struct server *server, struct job *job)
{
	struct request *rq = srv_request_find(server, job->request);

	if (rq != NULL) {
		reply_close(rq, (struct close_job *)job);
		srv_request_complete(rq, NT_STATUS_SUCCESS);
	}
	caching_resume(server, ((struct close_job *)job)->waiting);
	free(job);
}

struct job *srv_file_closing_new(void)
{
	struct close_job *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return NULL;
	j->job.run = close_run;
	j->job.done = close_done;
	return &j->job;
}

void srv_file_closing_free(struct job *job)
{
	free(job);
}

void srv_file_drop(struct server *server, struct job *closing, struct fs_file *file)
{
	((struct close_job *)closing)->file = file;
	server_submit(server, closing);
}

static struct caching_waiter *stop_caching(struct srv_file *f)
{
	return f->lease != NULL ? lease_leave(f) : oplock_leave(f);
}

/*
 * The open ends at once; the file is closed by the job that answers.  rq->id: it has
 * waited.
 */
static uint32_t close_now(struct request *rq)
{
	struct srv_file *f = srv_file_of(rq->open);
	struct job *closing;
	struct fs_file *file;
	bool pending;

	lock_leave(f);
	if (f->open.ended) /* with a connection that broke by what others were told */
		return NT_STATUS_FILE_CLOSED;
	closing = f->closing;
	file = f->file;
	((struct close_job *)closing)->waiting = stop_caching(f);
	f->closing = NULL;
	f->file = NULL;
	rq->open = NULL;
	open_end(&f->open, OPEN_END_CLOSED);
	closing->request = rq->id != 0 ? rq->id : srv_request_pend(rq);
	pending = closing->request != 0;
	srv_file_drop(rq->server, closing, file);
	if (pending)
		return NT_STATUS_PENDING;
	/* Too many requests are pending: it is closed all the same. */
	reply_close(rq, NULL);
	return NT_STATUS_SUCCESS;
}

static void close_all_the_same(struct request *rq)
{
	(void)rq; /* CANCEL: what is asked for will be done */
}

/* What was asked before is answered before. */
static bool wait_for_work(struct request *rq, struct srv_file *f)
{
	if (f->working > 0)
		f->close_waits = srv_request_pend(rq);
	if (f->close_waits == 0)
		return false;
	rq->cancel = close_all_the_same;
	return true;
}

uint32_t srv_file_close(struct request *rq, const struct smb2_close_req *req)
{
	struct srv_file *f = srv_file_of(rq->open);

	if (f->close_waits != 0)
		return NT_STATUS_FILE_CLOSED;
	((struct close_job *)f->closing)->tell =
		(req->flags & SMB2_CLOSE_FLAG_POSTQUERY_ATTRIB) != 0;
	return wait_for_work(rq, f) ? NT_STATUS_PENDING : close_now(rq);
}

void srv_file_idle(struct srv_file *f)
{
	struct request *rq = srv_request_find(f->open.server, f->close_waits);
	uint32_t status;

	f->close_waits = 0;
	if (rq == NULL)
		return;
	status = close_now(rq);
	if (status != NT_STATUS_PENDING && !rq->completed)
		srv_request_complete(rq, status);
}

void srv_file_let_go(struct open *o, enum session_end_reason reason)
{
	struct srv_file *f = srv_file_of(o);

	if (session_end_keeps_durable(reason) && durable_will_keep(f))
		lock_stop_waiting(f);
	else
		lock_leave(f);
}

void srv_file_end(struct open *o, enum session_end_reason reason)
{
	struct srv_file *f = srv_file_of(o);

	(void)reason; /* nothing of a file outlives its open */
	durable_leave(f);
	notify_end(f);
	if (f->file != NULL) {
		((struct close_job *)f->closing)->waiting = stop_caching(f);
		srv_file_drop(o->server, f->closing, f->file);
	}
	f->closing = NULL;
	f->file = NULL;
}

bool srv_file_keep(struct open *o)
{
	struct srv_file *f = srv_file_of(o);

	/* Its client has asked for its end, though that has to wait. */
	return f->close_waits == 0 && durable_keep(f);
}

void srv_file_free(struct open *o)
{
	free(srv_file_of(o)->durable);
	free(srv_file_of(o));
}

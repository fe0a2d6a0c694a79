/* SPDX-License-Identifier: MIT */
/*
 * A CREATE that means an open which there is already: one that waits for its owner
 * ([MS-SMB2] 3.3.5.9.7, 3.3.5.9.12), or one of which its client never heard (3.3.5.9, with
 * SMB2_FLAGS_REPLAY_OPERATION).  What is told of the file has to be read from the disk;
 * what becomes of the open is decided when that is back, in one go, for meanwhile anything
 * may have happened to it.
 */
#include <stdlib.h>

#include "base/utf16.h"
#include "fs/fs_name.h"
#include "server/file/file.h"

static uint32_t find(struct srv_file **f, const struct request *rq,
		     const struct create_job *j)
{
	uint32_t status;

	if (durable_ask_again(&j->durable)) {
		status = durable_find(f, rq, &j->durable);
		return status == NT_STATUS_SUCCESS ? lease_check_again(*f, &j->lease_wanted)
						   : status;
	}
	status = durable_find_replayed(f, rq, &j->durable);
	if (*f != NULL && (*f)->lease != NULL &&
	    lease_check_again(*f, &j->lease_wanted) != NT_STATUS_SUCCESS)
		status = NT_STATUS_ACCESS_DENIED;
	return status;
}

static uint32_t finish(struct request *rq, struct create_job *j)
{
	struct srv_file *f;
	uint32_t status = find(&f, rq, j);

	if (status != NT_STATUS_SUCCESS)
		return status;
	if (f == NULL || f->open.global_id != j->global_id)
		return NT_STATUS_OBJECT_NAME_NOT_FOUND;
	j->opened.action = FS_OPENED;
	if (durable_ask_again(&j->durable)) {
		status = durable_take(f, rq);
		if (status != NT_STATUS_SUCCESS)
			return status;
	} else {
		j->opened.action = f->durable->action;
		j->durable.granted = f->durable->granted;
		j->durable.timeout = f->durable->timeout;
	}
	j->lease = f->lease;
	srv_file_reply_create(rq, j, f);
	srv_request_set_file(rq, f->open.id);
	return NT_STATUS_SUCCESS;
}

static void run(struct job *job)
{
	struct create_job *j = (struct create_job *)job;

	j->status = fs_stat(j->opened.file, &j->opened.info);
	fs_file_unref(j->opened.file);
	j->opened.file = NULL;
}

static void done(struct server *server, struct job *job)
{
	struct create_job *j = (struct create_job *)job;
	struct request *rq = srv_request_find(server, job->request);

	if (rq != NULL)
		srv_request_complete(rq, j->status == NT_STATUS_SUCCESS ? finish(rq, j)
									: j->status);
	create_job_free(j);
}

/* Lease.FileDeleteOnClose */
static bool is_going(const struct srv_file *f)
{
	return (f->mode & FILE_DELETE_ON_CLOSE) != 0 || fs_delete_pending(f->file);
}

/* 3.3.5.9.7, 3.3.5.9.12: a lease's open is asked for by the name of its file, too. */
static uint32_t check_name(const struct srv_file *f, struct view name16)
{
	char *own = fs_file_path(f->file);
	struct buf path;
	bool directory;
	uint32_t status;

	buf_init(&path, FS_PATH_MAX);
	status = own != NULL ? fs_path_from_wire(&path, &directory, name16)
			     : NT_STATUS_NO_MEMORY;
	if (status == NT_STATUS_SUCCESS &&
	    !utf8_equal_folded(view_of_string(own), view_of_string((char *)path.p)))
		status = NT_STATUS_INVALID_PARAMETER;
	buf_release(&path);
	free(own);
	return status;
}

bool srv_file_reopen(struct request *rq, const struct smb2_create_req *req,
		     struct create_job *j, uint32_t *status)
{
	struct srv_file *f;

	*status = find(&f, rq, j);
	if (*status == NT_STATUS_SUCCESS && f != NULL && f->lease != NULL &&
	    durable_ask_again(&j->durable) && !is_going(f))
		*status = check_name(f, req->name);
	if (*status != NT_STATUS_SUCCESS)
		return true;
	if (f == NULL)
		return false;
	j->job.run = run;
	j->job.done = done;
	j->job.request = srv_request_pend(rq);
	*status = NT_STATUS_INSUFFICIENT_RESOURCES;
	if (j->job.request == 0)
		return true;
	j->global_id = f->open.global_id;
	j->opened.file = fs_file_ref(f->file);
	server_submit(rq->server, &j->job);
	*status = NT_STATUS_PENDING;
	return true;
}

/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/utf16.h"
#include "server/file/contexts.h"
#include "server/file/file.h"

enum ns_err srv_file_path16(struct buf *out, const char *root, const char *path)
{
	size_t n = strlen(root);
	enum ns_err err;

	buf_init(out, OPEN_PATH_MAX);
	while (n > 1 && root[n - 1] == '/')
		n--;
	err = utf16_from_utf8(out, view_of(root, n));
	if (err == NS_OK && *path != '\0')
		err = utf16_from_utf8(out, VIEW_LITERAL("/"));
	if (err == NS_OK)
		err = utf16_from_utf8(out, view_of_string(path));
	return err;
}

/* ------------------------------------------------------------------- the response -- */

static uint32_t create_action(enum fs_action action)
{
	static const uint32_t table[] = {
		[FS_SUPERSEDED] = FILE_SUPERSEDED,
		[FS_OPENED] = FILE_OPENED,
		[FS_CREATED] = FILE_CREATED,
		[FS_OVERWRITTEN] = FILE_OVERWRITTEN,
	};

	return table[action];
}

void srv_file_reply_create(struct request *rq, const struct create_job *j,
			   const struct srv_file *f)
{
	const struct fs_info *info = &j->opened.info;
	struct smb2_create_rsp rsp = {
		.oplock_level =
			f->lease != NULL ? SMB2_OPLOCK_LEVEL_LEASE : oplock_level(f),
		.action = create_action(j->opened.action),
		.creation_time = info->created,
		.last_access_time = info->accessed,
		.last_write_time = info->written,
		.change_time = info->changed,
		.allocation_size = info->allocated,
		.end_of_file = info->size,
		.file_attributes = srv_file_attributes(info),
		.file_id = f->open.id,
	};
	struct buf contexts;

	buf_init(&contexts, SRV_FILE_CONTEXTS_MAX);
	srv_file_put_contexts(&contexts, rq, j);
	rsp.contexts = buf_view(&contexts);
	smb2_create_rsp_encode(srv_request_reply(rq), &rsp);
	buf_release(&contexts);
}

/* -------------------------------------------------------------------- the open -- */

/* What the open is in the engine's tables.  On failure the file is still the job's. */
static uint32_t add_open(struct request *rq, struct create_job *j)
{
	struct srv_file *f = j->file;
	char *path = fs_file_path(j->opened.file);
	enum ns_err err = path == NULL ? NS_ENOMEM : NS_OK;

	f->open.ops = &srv_file_ops;
	f->open.access = j->access;
	f->open.is_directory = j->opened.info.directory;
	if (err == NS_OK)
		err = srv_file_path16(&f->open.path16, j->root, path);
	free(path);
	if (err == NS_OK)
		err = open_add(&f->open, rq->tree);
	if (err == NS_OK)
		return NT_STATUS_SUCCESS;
	buf_release(&f->open.path16);
	return open_status(err);
}

static uint32_t enter(struct request *rq, struct create_job *j)
{
	enum fs_action action = j->opened.action;
	struct srv_file *f = j->file;
	uint32_t status =
		lease_find(&j->lease, rq->server, &j->lease_wanted, j->opened.file);

	if (status == NT_STATUS_SUCCESS)
		status = add_open(rq, j);
	if (status != NT_STATUS_SUCCESS) {
		lease_drop(j->lease);
		return status;
	}
	f->file = j->opened.file; /* moved */
	j->opened.file = NULL;
	j->file = NULL; /* moved */
	if (j->lease != NULL)
		lease_join(j->lease, f, &j->lease_wanted);
	else
		oplock_grant(f, j->oplock_wanted);
	durable_grant(f, rq, &j->durable, action);
	srv_file_reply_create(rq, j, f);
	srv_request_set_file(rq, f->open.id);
	return NT_STATUS_SUCCESS;
}

static void cancelled(struct job *job)
{
	create_job_free((struct create_job *)job);
}

static void wait_for_caching(struct server *server, struct create_job *j)
{
	j->waiter = (struct caching_waiter){
		.job = &j->job,
		.met = j->opened.met,
		.owner = j->how.owner,
		.free = cancelled,
	};
	caching_wait(server, &j->waiter);
}

void srv_file_created(struct server *server, struct job *job)
{
	struct create_job *j = (struct create_job *)job;
	struct request *rq;
	uint32_t status = j->status;

	if (status == NT_STATUS_SUCCESS &&
	    (j->opened.action == FS_SUPERSEDED || j->opened.action == FS_OVERWRITTEN))
		caching_changed(server, fs_file_id(j->opened.file), j->how.owner);
	rq = srv_request_find(server, job->request);
	if (rq != NULL && status == NT_STATUS_OPLOCK_BREAK_IN_PROGRESS) {
		wait_for_caching(server, j);
		return;
	}
	if (rq != NULL && status == NT_STATUS_SUCCESS)
		status = enter(rq, j);
	/* Nobody waits any more, or it could not be entered: then it was never there. */
	if (j->opened.file != NULL) {
		fs_file_discard(j->opened.file, j->opened.action == FS_CREATED);
		srv_file_drop(server, j->file->closing, j->opened.file);
		j->file->closing = NULL;
	}
	if (status == NT_STATUS_ACCESS_DENIED)
		server->counters.permission_errors++;
	if (rq != NULL)
		srv_request_complete(rq, status);
	create_job_free(j);
}

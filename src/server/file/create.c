/* SPDX-License-Identifier: MIT */
#include "server/file/file.h"

#include <stdlib.h>

#include "fs/fs_name.h"
#include "server/access.h"
#include "server/file/contexts.h"
#include "server/file/ea.h"
#include "server/file/security.h"
#include "server/server_config.h"

const struct open_ops srv_file_ops = {
	.kind = "file",
	.close = srv_file_close,
	.read = srv_file_read,
	.write = srv_file_write,
	.flush = srv_file_flush,
	.lock = srv_file_lock,
	.query_info = srv_file_query,
	.set_info = srv_file_set,
	.query_directory = srv_file_query_directory,
	.change_notify = srv_file_change_notify,
	.let_go = srv_file_let_go,
	.keep = srv_file_keep,
	.end = srv_file_end,
	.free = srv_file_free,
};

/* Rights that disturb nobody who caches, [MS-FSA] 2.1.4.12. */
#define RIGHTS_LOOK (FILE_READ_ATTRIBUTES | FILE_WRITE_ATTRIBUTES | ACCESS_SYNCHRONIZE)

/* What FileModeInformation tells of CreateOptions, [MS-FSA] 2.1.5.1 phase 3. */
#define OPEN_MODE                                                                          \
	(FILE_WRITE_THROUGH | FILE_SEQUENTIAL_ONLY | FILE_NO_INTERMEDIATE_BUFFERING |      \
	 FILE_DELETE_ON_CLOSE)

void create_job_free(struct create_job *j)
{
	if (j->file != NULL)
		srv_file_closing_free(j->file->closing);
	free(j->file);
	free(j->root);
	free(j->path);
	free(j->user);
	free(j->descriptor);
	buf_release(&j->eas);
	free(j);
}

/* ------------------------------------------------------------------- what is asked -- */

/* [MS-SMB2] 3.3.5.9 and [MS-FSA] 2.1.5.1, phase 1 */
static uint32_t check(const struct request *rq, const struct smb2_create_req *req)
{
	bool directory = (req->options & FILE_DIRECTORY_FILE) != 0;

	/* open_add() looks again; but then the disk has changed. */
	if (rq->session->open_count >= rq->server->config->max_opens_per_session)
		return NT_STATUS_INSUFFICIENT_RESOURCES;
	if (req->desired_access == 0)
		return NT_STATUS_ACCESS_DENIED;
	if ((req->share_access &
	     ~(FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE)) != 0)
		return NT_STATUS_INVALID_PARAMETER;
	if (directory && (req->options & FILE_NON_DIRECTORY_FILE) != 0)
		return NT_STATUS_INVALID_PARAMETER;
	if (directory && req->disposition != FILE_OPEN && req->disposition != FILE_CREATE &&
	    req->disposition != FILE_OPEN_IF)
		return NT_STATUS_INVALID_PARAMETER;
	if ((req->options & (FILE_OPEN_BY_FILE_ID | FILE_RESERVE_OPFILTER)) != 0)
		return NT_STATUS_NOT_SUPPORTED;
	return NT_STATUS_SUCCESS;
}

/* The rights of a client, and those of the disk that they take.  All others all have. */
static const struct {
	uint32_t right;
	unsigned takes;
} rights[] = {
	{FILE_READ_DATA, FS_READ},        {FILE_WRITE_DATA, FS_WRITE},
	{FILE_APPEND_DATA, FS_APPEND},    {FILE_READ_EA, FS_READ_EA},
	{FILE_WRITE_EA, FS_WRITE_EA},     {FILE_EXECUTE, FS_EXECUTE},
	{FILE_DELETE_CHILD, FS_CHILDREN}, {FILE_WRITE_ATTRIBUTES, FS_TELL},
	{ACCESS_DELETE, FS_DELETE},       {ACCESS_WRITE_DAC, FS_OWN},
	{ACCESS_WRITE_OWNER, FS_OWN},
};
#define RIGHTS_COUNT (sizeof(rights) / sizeof(rights[0]))

static unsigned fs_rights_of(uint32_t access)
{
	unsigned takes = 0;

	for (size_t i = 0; i < RIGHTS_COUNT; i++)
		takes |= (access & rights[i].right) != 0 ? rights[i].takes : 0u;
	return takes;
}

uint32_t srv_file_rights(unsigned had)
{
	uint32_t access = UINT32_MAX;

	for (size_t i = 0; i < RIGHTS_COUNT; i++)
		if ((had & rights[i].takes) == 0)
			access &= ~rights[i].right;
	return access;
}

static uint32_t take_access(struct create_job *j, const struct tree *tree,
			    const struct smb2_create_req *req)
{
	uint32_t desired = req->desired_access, must;

	/* 3.3.5.9: "MUST set FILE_APPEND_DATA to zero" */
	if ((req->options & FILE_NO_INTERMEDIATE_BUFFERING) != 0)
		desired &= ~FILE_APPEND_DATA;
	if (!open_map_access(tree, desired, &j->access) ||
	    !open_map_access(tree, desired & ~ACCESS_MAXIMUM_ALLOWED, &must))
		return NT_STATUS_ACCESS_DENIED;
	j->how.maximum = (desired & ACCESS_MAXIMUM_ALLOWED) != 0;
	j->how.access = fs_rights_of(j->access);
	j->how.must = fs_rights_of(must);
	j->how.delete_on_close = (req->options & FILE_DELETE_ON_CLOSE) != 0;
	if (j->how.delete_on_close && (j->access & ACCESS_DELETE) == 0)
		return NT_STATUS_INVALID_PARAMETER;
	return NT_STATUS_SUCCESS;
}

static uint32_t take_name(struct create_job *j, const struct smb2_create_req *req)
{
	struct buf path;
	bool directory;
	uint32_t status;

	buf_init(&path, FS_PATH_MAX);
	status = fs_path_from_wire(&path, &directory, req->name);
	if (status != NT_STATUS_SUCCESS) {
		buf_release(&path);
		return status;
	}
	j->path = (char *)path.p; /* moved */
	j->how.path = j->path;
	j->how.file = (req->options & FILE_NON_DIRECTORY_FILE) != 0;
	j->how.directory = directory || (req->options & FILE_DIRECTORY_FILE) != 0;
	return directory && j->how.file ? NT_STATUS_OBJECT_NAME_INVALID : NT_STATUS_SUCCESS;
}

/* ------------------------------------------------------ what that is to the disk -- */

static unsigned fs_share(uint32_t share)
{
	return ((share & FILE_SHARE_READ) != 0 ? FS_READ : 0u) |
	       ((share & FILE_SHARE_WRITE) != 0 ? FS_WRITE : 0u) |
	       ((share & FILE_SHARE_DELETE) != 0 ? FS_DELETE : 0u);
}

static enum fs_looks fs_looks(uint32_t access)
{
	if ((access & ~RIGHTS_LOOK) == 0)
		return FS_LOOKS;
	return (access & ~(RIGHTS_LOOK | ACCESS_READ_CONTROL)) == 0 ? FS_LOOKS_AT_SECURITY
								    : FS_USES;
}

static enum fs_disposition fs_disposition(uint32_t disposition)
{
	static const enum fs_disposition table[] = {
		[FILE_SUPERSEDE] = FS_SUPERSEDE, [FILE_OPEN] = FS_OPEN,
		[FILE_CREATE] = FS_CREATE,       [FILE_OPEN_IF] = FS_OPEN_IF,
		[FILE_OVERWRITE] = FS_OVERWRITE, [FILE_OVERWRITE_IF] = FS_OVERWRITE_IF,
	};

	return table[disposition];
}

/* 3.3.5.9.8: a lease is asked for in two places. */
static void take_caching(struct create_job *j, const struct smb2_create_req *req,
			 bool granted)
{
	struct lease_request *lease = &j->lease_wanted;

	lease->wanted =
		lease->wanted && granted && req->oplock_level == SMB2_OPLOCK_LEVEL_LEASE;
	j->oplock_wanted = granted ? req->oplock_level : SMB2_OPLOCK_LEVEL_NONE;
	if (!lease->wanted)
		return;
	j->how.owner = &lease->name;
	j->how.only = lease->bound ? &lease->file : NULL;
}

/* What came with a CREATE that creates. */
static uint32_t dress(void *ctx, const struct fs_file *file)
{
	const struct create_job *j = ctx;
	uint32_t status = srv_eas_apply(file, buf_view(&j->eas));

	if (status == NT_STATUS_SUCCESS && j->descriptor != NULL)
		status = srv_descriptor_apply(file, j->descriptor,
					      srv_descriptor_parts(j->descriptor));
	return status;
}

/* Everything the job needs is copied: tree and share may be gone when it runs. */
static uint32_t take_rest(struct create_job *j, const struct request *rq,
			  const struct smb2_create_req *req)
{
	const struct session *s = rq->session;
	const struct server_share *share = rq->tree->share;
	struct access_who who = access_who_of(s);

	j->root = strdup(share->path);
	/* Another realm's "root" is not the Unix user of that name. */
	j->user = strdup(who.ours && !who.guest && !who.anonymous ? who.user : "");
	j->file = calloc(1, sizeof(*j->file));
	if (j->file != NULL)
		j->file->closing = srv_file_closing_new();
	if (j->root == NULL || j->user == NULL || j->file == NULL ||
	    j->file->closing == NULL)
		return NT_STATUS_NO_MEMORY;
	take_caching(j, req, share->oplocks);
	j->file->mode = req->options & OPEN_MODE;
	j->how.root = j->root;
	j->how.user = j->user;
	j->how.read_only = share->read_only;
	j->how.looks = fs_looks(j->access);
	j->how.share = fs_share(req->share_access);
	j->how.made = j->descriptor != NULL || j->eas.n > 0 ? dress : NULL;
	j->how.ctx = j;
	j->how.bare = j->descriptor != NULL;
	j->how.disposition = fs_disposition(req->disposition);
	j->how.attributes = req->file_attributes; /* FS_ATTR_... has its numbers */
	return NT_STATUS_SUCCESS;
}

/* ------------------------------------------------------------------------ the job -- */

static void create_run(struct job *job)
{
	struct create_job *j = (struct create_job *)job;

	j->status = fs_open(&j->opened, &j->how);
	/* Of the rights that MAXIMUM_ALLOWED added, those that the disk gave. */
	if (j->status == NT_STATUS_SUCCESS)
		j->access &= srv_file_rights(j->opened.file->access);
}

static uint32_t prepare(struct create_job *j, const struct request *rq,
			const struct smb2_create_req *req)
{
	uint32_t status = open_check_create(req);

	if (status == NT_STATUS_SUCCESS)
		status = check(rq, req);
	if (status == NT_STATUS_SUCCESS)
		status = take_name(j, req);
	if (status == NT_STATUS_SUCCESS)
		status = take_access(j, rq->tree, req);
	if (status == NT_STATUS_SUCCESS)
		status = take_rest(j, rq, req);
	return status;
}

static uint32_t begin(struct create_job *j, struct request *rq,
		      const struct smb2_create_req *req)
{
	uint32_t status = prepare(j, rq, req);

	if (status != NT_STATUS_SUCCESS)
		return status;
	j->job.run = create_run;
	j->job.done = srv_file_created;
	j->job.request = srv_request_pend(rq);
	if (j->job.request == 0)
		return NT_STATUS_INSUFFICIENT_RESOURCES;
	server_submit(rq->server, &j->job);
	return NT_STATUS_PENDING;
}

uint32_t srv_file_create(struct request *rq, const struct smb2_create_req *req)
{
	struct create_job *j = calloc(1, sizeof(*j));
	uint32_t status;

	if (j == NULL)
		return NT_STATUS_NO_MEMORY;
	status = srv_file_take_contexts(j, rq, req->contexts);
	if (status == NT_STATUS_SUCCESS && !srv_file_reopen(rq, req, j, &status))
		status = begin(j, rq, req);
	if (status == NT_STATUS_ACCESS_DENIED)
		rq->server->counters.permission_errors++;
	if (status != NT_STATUS_PENDING)
		create_job_free(j);
	return status;
}

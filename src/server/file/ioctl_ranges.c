/* SPDX-License-Identifier: MIT */
/*
 * Control codes about parts of a file, [MS-FSA] 2.1.5.10: sparse files, zeroes, shared
 * extents.  What may take long is done in steps (fs/fs_ranges.h), between which others have
 * their turn and the request may be found gone.
 */
#include <stdlib.h>

#include "fs/fs_ranges.h"
#include "server/dispatch.h"
#include "server/file/file.h"
#include "wire/fsctl_ranges.h"

/* Ranges that one step looks for: each is two calls to the kernel. */
#define RANGES_STEP 1024

struct ranges_job {
	struct srv_file_job base; /* first */
	uint32_t ctl_code;
	bool sparse;            /* SET_SPARSE: what the file is to be */
	bool through;           /* the open writes through */
	uint64_t at, end;       /* what is left to do */
	struct buf out;         /* its maximum is what the client can take */
	struct fs_file *source; /* of shared extents; a reference */
	struct fs_sharing share;
};

static uint32_t ranges_answer(struct request *rq, struct srv_file_job *job)
{
	const struct ranges_job *j = (const struct ranges_job *)job;

	srv_ioctl_reply(rq, j->ctl_code, buf_view(&j->out));
	return job->status;
}

static void ranges_release(struct srv_file_job *job)
{
	struct ranges_job *j = (struct ranges_job *)job;

	fs_file_unref(j->source);
	buf_release(&j->out);
}

static struct ranges_job *job_new(const struct request *rq,
				  const struct smb2_ioctl_req *req,
				  uint32_t (*work)(struct srv_file_job *job))
{
	struct ranges_job *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return NULL;
	j->ctl_code = req->ctl_code;
	j->through = (srv_file_of(rq->open)->mode & FILE_WRITE_THROUGH) != 0;
	buf_init(&j->out, req->max_output);
	j->base.work = work;
	j->base.answer = ranges_answer;
	j->base.release = ranges_release;
	return j;
}

static uint32_t look(const struct fs_file *file, bool *sparse, uint64_t *size)
{
	struct fs_info info;
	uint32_t status = fs_stat(file, &info);

	*sparse = status == NT_STATUS_SUCCESS && (info.attributes & FS_ATTR_SPARSE) != 0;
	*size = status == NT_STATUS_SUCCESS ? info.size : 0;
	return status;
}

/* ---------------------------------------------------------------- SET_SPARSE, .38 -- */

/* What was sparse gets its space first. */
static uint32_t sparse_work(struct srv_file_job *job)
{
	struct ranges_job *j = (struct ranges_job *)job;
	uint64_t size;
	bool sparse;
	uint32_t status = look(job->file, &sparse, &size);

	if (status != NT_STATUS_SUCCESS || sparse == j->sparse)
		return status;
	if (!j->sparse) {
		status = fs_ranges_fill(job->file, &j->at);
		if (status != NT_STATUS_SUCCESS)
			return status;
		if (j->at != UINT64_MAX)
			return NT_STATUS_PENDING;
	}
	return fs_set_attributes(job->file, FS_ATTR_SPARSE, j->sparse ? FS_ATTR_SPARSE : 0);
}

uint32_t on_fsctl_set_sparse(struct request *rq, const struct smb2_ioctl_req *req)
{
	struct ranges_job *j;
	bool sparse;

	if (rq->open->is_directory || fsctl_set_sparse_decode(&sparse, req->input) != NS_OK)
		return NT_STATUS_INVALID_PARAMETER;
	j = job_new(rq, req, sparse_work);
	if (j == NULL)
		return NT_STATUS_NO_MEMORY;
	j->sparse = sparse;
	return srv_file_submit(rq, &j->base);
}

/* ------------------------------------------------------------- SET_ZERO_DATA, .39 -- */

static uint32_t zero_work(struct srv_file_job *job)
{
	struct ranges_job *j = (struct ranges_job *)job;
	uint64_t size;
	bool sparse;
	uint32_t status = look(job->file, &sparse, &size);

	if (status == NT_STATUS_SUCCESS)
		status = fs_ranges_zero(job->file, &j->at, j->end, sparse);
	if (status != NT_STATUS_SUCCESS)
		return status;
	if (j->at < j->end)
		return NT_STATUS_PENDING;
	return j->through ? fs_flush(job->file) : NT_STATUS_SUCCESS;
}

uint32_t on_fsctl_zero_data(struct request *rq, const struct smb2_ioctl_req *req)
{
	struct fsctl_zero_data v;
	struct ranges_job *j;

	if (rq->open->is_directory || fsctl_zero_data_decode(&v, req->input) != NS_OK ||
	    v.beyond > INT64_MAX || v.offset > v.beyond)
		return NT_STATUS_INVALID_PARAMETER;
	j = job_new(rq, req, zero_work);
	if (j == NULL)
		return NT_STATUS_NO_MEMORY;
	j->at = v.offset;
	j->end = v.beyond;
	j->base.writes = true;
	return srv_file_submit(rq, &j->base);
}

/* ---------------------------------------------------- QUERY_ALLOCATED_RANGES, .22 -- */

/* There is no room for it: what is there already goes, if anything is. */
static uint32_t put_range(struct ranges_job *j, struct fs_range range)
{
	struct fsctl_range v = {range.offset, range.length};
	struct wire_writer w = wire_writer_at_end(&j->out);

	if (j->out.max - j->out.n < FSCTL_RANGE_LEN)
		return j->out.n > 0 ? NT_STATUS_BUFFER_OVERFLOW
				    : NT_STATUS_BUFFER_TOO_SMALL;
	fsctl_range_encode(&w, &v);
	return wire_put_status(&w) == NS_OK ? NT_STATUS_SUCCESS : NT_STATUS_NO_MEMORY;
}

/* What is not sparse is one range, whatever its disk makes of it; to its end, as Samba. */
static uint32_t query_work(struct srv_file_job *job)
{
	struct ranges_job *j = (struct ranges_job *)job;
	struct fs_range range;
	uint64_t size;
	bool sparse;
	uint32_t status = look(job->file, &sparse, &size);

	if (j->end > size)
		j->end = size;
	if (status == NT_STATUS_SUCCESS && !sparse && j->at < j->end)
		return put_range(j, (struct fs_range){j->at, j->end - j->at});
	for (int i = 0; status == NT_STATUS_SUCCESS && i < RANGES_STEP; i++) {
		status = fs_ranges_next(job->file, j->at, j->end, &range);
		if (status != NT_STATUS_SUCCESS || range.length == 0)
			return status;
		status = put_range(j, range);
		j->at = range.offset + range.length;
	}
	return status == NT_STATUS_SUCCESS ? NT_STATUS_PENDING : status;
}

uint32_t on_fsctl_ranges(struct request *rq, const struct smb2_ioctl_req *req)
{
	struct fsctl_range v;
	struct ranges_job *j;

	if (rq->open->is_directory || fsctl_range_decode(&v, req->input) != NS_OK ||
	    !fs_range_is_valid((struct fs_range){v.offset, v.length}))
		return NT_STATUS_INVALID_PARAMETER;
	j = job_new(rq, req, query_work);
	if (j == NULL)
		return NT_STATUS_NO_MEMORY;
	j->at = v.offset;
	j->end = v.offset + v.length;
	rq->fills = true;
	return srv_file_submit(rq, &j->base);
}

/* ------------------------------------------- DUPLICATE_EXTENTS_TO_FILE(_EX), .4, .5 -- */

static uint32_t share(struct ranges_job *j)
{
	bool from = false, to = false;
	uint64_t size;
	uint32_t status = look(j->source, &from, &size);

	if (status == NT_STATUS_SUCCESS)
		status = look(j->base.file, &to, &size);
	if (status == NT_STATUS_SUCCESS && from && !to)
		status = NT_STATUS_NOT_SUPPORTED;
	if (status != NT_STATUS_SUCCESS)
		return status;
	j->share.source = j->source;
	j->share.target = j->base.file;
	return fs_ranges_share(&j->share);
}

static uint32_t duplicate_work(struct srv_file_job *job)
{
	struct ranges_job *j = (struct ranges_job *)job;
	uint32_t status = share(j);

	fs_file_unref(j->source);
	j->source = NULL;
	return status;
}

/* [MS-SMB2] 3.3.5.15.17 and .18 */
uint32_t on_fsctl_duplicate(struct request *rq, const struct smb2_ioctl_req *req)
{
	bool ex = req->ctl_code == FSCTL_DUPLICATE_EXTENTS_TO_FILE_EX;
	struct fsctl_duplicate v;
	struct open *source;
	struct ranges_job *j;
	enum ns_err err = ex ? fsctl_duplicate_ex_decode(&v, req->input)
			     : fsctl_duplicate_decode(&v, req->input);

	if (err != NS_OK)
		return NT_STATUS_INVALID_PARAMETER;
	source = open_find_in_session(rq->session, v.source);
	if (source == NULL || source->ops->is_pipe)
		return NT_STATUS_INVALID_HANDLE;
	if (!open_may(source, FILE_READ_DATA))
		return NT_STATUS_INVALID_PARAMETER;
	j = job_new(rq, req, duplicate_work);
	if (j == NULL)
		return NT_STATUS_NO_MEMORY;
	j->source = fs_file_ref(srv_file_of(source)->file);
	j->share.source_offset = v.source_offset;
	j->share.target_offset = v.target_offset;
	j->share.length = v.length;
	j->base.writes = v.length > 0;
	return srv_file_submit(rq, &j->base);
}

/* SPDX-License-Identifier: MIT */
/*
 * Copying from one file of a session to another, [MS-SMB2] 3.3.5.15.5 and .6.  The job
 * copies FS_COPY_MAX bytes at a time and then queues behind others, so a thread of the pool
 * is never busy with one client for long; and when the request is gone, it is found so
 * between two of these steps.
 */
#include <assert.h>
#include <stdlib.h>

#include "fs/fs_copy.h"
#include "server/dispatch.h"
#include "server/file/file.h"
#include "server/limits.h"
#include "wire/smb2_copychunk.h"

static_assert(LIMIT_COPY_CHUNK_MAX <= FS_COPY_MAX, "a chunk fits into one step");

struct copy_job {
	struct srv_file_job base; /* first; its file is the target */
	struct fs_file *source;   /* a reference of its own, until it has copied */
	uint32_t ctl_code;
	bool through; /* the target's open writes through */
	uint32_t status;
	struct smb2_copychunk_rsp done;
	size_t count, at;
	struct smb2_copychunk chunks[];
};

/* --------------------------------------------------------------- the key, 3.3.5.15.5 -- */

uint32_t on_fsctl_resume_key(struct request *rq, const struct smb2_ioctl_req *req)
{
	struct smb2_resume_key_rsp rsp = smb2_resume_key_of(rq->open->id);
	uint8_t bytes[SMB2_RESUME_KEY_RSP_LEN];
	struct wire_writer w;
	struct buf out;
	enum ns_err err;

	if (req->max_output < sizeof(bytes))
		return NT_STATUS_INVALID_PARAMETER;
	buf_init(&out, sizeof(bytes));
	w = wire_writer_at_end(&out);
	smb2_resume_key_rsp_encode(&w, &rsp);
	err = wire_put_status(&w);
	if (err == NS_OK)
		srv_ioctl_reply(rq, req->ctl_code, buf_view(&out));
	buf_release(&out);
	return err == NS_OK ? NT_STATUS_SUCCESS : NT_STATUS_NO_MEMORY;
}

/* ----------------------------------------------------------------------- the answer -- */

/*
 * It goes with errors, too, 3.3.5.15.6.1.  With INVALID_PARAMETER it tells the limits:
 * 3.3.5.15.6.2.
 */
static uint32_t answer(struct request *rq, uint32_t ctl_code,
		       const struct smb2_copychunk_rsp *done, uint32_t status)
{
	static const struct smb2_copychunk_rsp limits = {
		LIMIT_COPY_CHUNKS_MAX, LIMIT_COPY_CHUNK_MAX, LIMIT_COPY_MAX};
	struct wire_writer w;
	struct buf out;
	enum ns_err err;

	buf_init(&out, SMB2_COPYCHUNK_RSP_LEN);
	w = wire_writer_at_end(&out);
	smb2_copychunk_rsp_encode(&w,
				  status == NT_STATUS_INVALID_PARAMETER ? &limits : done);
	err = wire_put_status(&w);
	rq->error_has_body = err == NS_OK;
	if (err == NS_OK)
		srv_ioctl_reply(rq, ctl_code, buf_view(&out));
	buf_release(&out);
	return err == NS_OK ? status : NT_STATUS_NO_MEMORY;
}

static uint32_t copy_answer(struct request *rq, struct srv_file_job *job)
{
	const struct copy_job *j = (const struct copy_job *)job;

	return answer(rq, j->ctl_code, &j->done, j->status);
}

/* -------------------------------------------------------------------------- the work -- */

static uint32_t copy_chunk(struct copy_job *j)
{
	const struct smb2_copychunk *chunk = &j->chunks[j->at];
	struct fs_copy copy = {
		.source = j->source,
		.target = j->base.file,
		.from = chunk->source_offset,
		.to = chunk->target_offset,
		.length = chunk->length,
	};
	size_t n;
	uint32_t status = fs_copy(&copy, &n);

	j->done.total_bytes_written += (uint32_t)n;
	if (status != NT_STATUS_SUCCESS) {
		j->done.chunk_bytes_written = (uint32_t)n;
		return status;
	}
	j->done.chunks_written++;
	j->at++;
	return NT_STATUS_SUCCESS;
}

/* How it ended is in j->status: the answer has more to tell than that. */
static uint32_t copy_work(struct srv_file_job *job)
{
	struct copy_job *j = (struct copy_job *)job;
	size_t left = FS_COPY_MAX;

	while (j->status == NT_STATUS_SUCCESS && j->at < j->count) {
		if (j->chunks[j->at].length > left)
			return NT_STATUS_PENDING;
		left -= j->chunks[j->at].length;
		j->status = copy_chunk(j);
	}
	if (j->status == NT_STATUS_SUCCESS && j->through)
		j->status = fs_flush(job->file);
	fs_file_unref(j->source);
	j->source = NULL;
	return NT_STATUS_SUCCESS;
}

static void copy_release(struct srv_file_job *job)
{
	fs_file_unref(((struct copy_job *)job)->source);
}

/* ----------------------------------------------------------------- what is asked for -- */

static bool is_negative(uint64_t offset)
{
	return offset > INT64_MAX;
}

/* The chunks, within the limits of 3.3.5.15.6; else false. */
static bool take_chunks(struct copy_job *j, struct view chunks)
{
	struct wire_reader r = {.msg = chunks};
	struct smb2_copychunk chunk;
	uint64_t total = 0;

	while (smb2_copychunk_next(&r, &chunk)) {
		if (chunk.length == 0 || chunk.length > LIMIT_COPY_CHUNK_MAX ||
		    (is_negative(chunk.target_offset) &&
		     chunk.target_offset != FS_COPY_AT_END))
			return false;
		total += chunk.length;
		j->chunks[j->count++] = chunk;
	}
	return total <= LIMIT_COPY_MAX;
}

/* Who may execute the source may read it, as 3.3.5.12 has it. */
static uint32_t check_access(const struct open *source, const struct open *target,
			     uint32_t ctl_code)
{
	if (!open_may(source, FILE_READ_DATA | FILE_EXECUTE) ||
	    !open_may(target, FILE_WRITE_DATA | FILE_APPEND_DATA))
		return NT_STATUS_ACCESS_DENIED;
	if (ctl_code == FSCTL_SRV_COPYCHUNK && !open_may(target, FILE_READ_DATA))
		return NT_STATUS_ACCESS_DENIED;
	return NT_STATUS_SUCCESS;
}

/* Takes the job over. */
static uint32_t start(struct request *rq, struct copy_job *j, const struct open *source)
{
	const struct srv_file *target = srv_file_of(rq->open);

	j->source = fs_file_ref(((const struct srv_file *)source)->file);
	j->through = (target->mode & FILE_WRITE_THROUGH) != 0;
	j->base.writes = j->count > 0;
	j->base.work = copy_work;
	j->base.answer = copy_answer;
	j->base.release = copy_release;
	return srv_file_submit(rq, &j->base);
}

static uint32_t copy(struct request *rq, const struct smb2_copychunk_req *what,
		     const struct open *source, uint32_t ctl_code)
{
	struct copy_job *j;
	uint32_t status;

	if (what->count > LIMIT_COPY_CHUNKS_MAX || source->ops->is_pipe ||
	    rq->open->ops->is_pipe)
		return answer(rq, ctl_code, NULL, NT_STATUS_INVALID_PARAMETER);
	j = calloc(1, sizeof(*j) + what->count * sizeof(j->chunks[0]));
	if (j == NULL)
		return NT_STATUS_NO_MEMORY;
	j->ctl_code = ctl_code;
	if (!take_chunks(j, what->chunks)) {
		free(j);
		return answer(rq, ctl_code, NULL, NT_STATUS_INVALID_PARAMETER);
	}
	status = check_access(source, rq->open, ctl_code);
	if (status != NT_STATUS_SUCCESS) {
		free(j);
		return status;
	}
	return start(rq, j, source);
}

/* The source is an open of the same session, on whichever of its trees. */
uint32_t on_fsctl_copychunk(struct request *rq, const struct smb2_ioctl_req *req)
{
	struct smb2_copychunk_req what;
	const struct open *source = NULL;
	struct smb2_file_id id;
	bool whole = smb2_copychunk_req_decode(&what, req->input) == NS_OK;

	if (req->max_output < SMB2_COPYCHUNK_RSP_LEN)
		return NT_STATUS_INVALID_PARAMETER;
	if (!whole)
		return answer(rq, req->ctl_code, NULL, NT_STATUS_INVALID_PARAMETER);
	if (smb2_resume_key_file_id(&id, what.key))
		source = open_find_in_session(rq->session, id);
	if (source == NULL)
		return NT_STATUS_OBJECT_NAME_NOT_FOUND;
	return copy(rq, &what, source, req->ctl_code);
}

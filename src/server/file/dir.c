/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "server/file/file.h"
#include "wire/fscc_dir.h"
#include "wire/smb2_query_directory.h"

struct list_job {
	struct srv_file_job base; /* first */
	struct buf pattern16;
	bool restart;
	bool single;
	struct buf entries; /* its maximum is what the client can take */
	struct fscc_dir_list list;
	struct wire_writer w;
};

static bool put_entry(void *ctx, const struct fs_entry *entry)
{
	struct list_job *j = ctx;
	const struct fs_info *info = &entry->info;
	struct fscc_dir_entry v = {
		.creation_time = info->created,
		.last_access_time = info->accessed,
		.last_write_time = info->written,
		.change_time = info->changed,
		.end_of_file = info->size,
		.allocation_size = info->allocated,
		.attributes = srv_file_attributes(info),
		.file_id = info->id,
		.name = entry->name16,
	};

	if (fscc_dir_cost(&j->list, &j->w, entry->name16.n) > j->entries.max - j->entries.n)
		return false;
	fscc_dir_put(&j->list, &j->w, &v);
	return true;
}

static uint32_t list_work(struct srv_file_job *job)
{
	struct list_job *j = (struct list_job *)job;
	struct fs_list how = {
		.pattern16 = buf_view(&j->pattern16),
		.restart = j->restart,
		.single = j->single,
		.names_alone = j->list.info_class == FILE_NAMES_INFORMATION,
		.each = put_entry,
		.ctx = j,
	};
	uint32_t status;

	/* An entry for which memory is short would be lost: the listing has gone past it.
	 */
	if (buf_reserve(&j->entries, j->entries.max) != NS_OK)
		return NT_STATUS_NO_MEMORY;
	status = fs_list(job->file, &how);
	if (status == NT_STATUS_SUCCESS && wire_put_status(&j->w) != NS_OK)
		status = NT_STATUS_NO_MEMORY;
	return status;
}

/* NO_MORE_FILES is a warning by its number; its response is an error's all the same. */
static uint32_t list_answer(struct request *rq, struct srv_file_job *job)
{
	const struct list_job *j = (const struct list_job *)job;
	struct smb2_query_directory_rsp rsp = {.data = buf_view(&j->entries)};

	if (job->status == NT_STATUS_SUCCESS)
		smb2_query_directory_rsp_encode(srv_request_reply(rq), &rsp);
	return job->status;
}

static void list_release(struct srv_file_job *job)
{
	struct list_job *j = (struct list_job *)job;

	buf_release(&j->pattern16);
	buf_release(&j->entries);
}

/* [MS-SMB2] 3.3.5.18; FileIndex is ignored, as Windows does <410>. */
uint32_t srv_file_query_directory(struct request *rq,
				  const struct smb2_query_directory_req *req)
{
	size_t fixed = fscc_dir_fixed_len(req->info_class);
	struct list_job *j;

	if (!rq->open->is_directory)
		return NT_STATUS_INVALID_PARAMETER;
	if (fixed == 0)
		return NT_STATUS_INVALID_INFO_CLASS;
	if (req->output_len < fixed)
		return NT_STATUS_INFO_LENGTH_MISMATCH;
	j = calloc(1, sizeof(*j));
	if (j == NULL)
		return NT_STATUS_NO_MEMORY;
	buf_init(&j->pattern16, req->pattern.n);
	buf_init(&j->entries, req->output_len);
	j->restart = (req->flags & (SMB2_RESTART_SCANS | SMB2_REOPEN)) != 0;
	j->single = (req->flags & SMB2_RETURN_SINGLE_ENTRY) != 0;
	j->list.info_class = req->info_class;
	j->w = wire_writer_at_end(&j->entries);
	j->base.work = list_work;
	j->base.answer = list_answer;
	j->base.release = list_release;
	if (buf_append(&j->pattern16, req->pattern) != NS_OK) {
		list_release(&j->base);
		free(j);
		return NT_STATUS_NO_MEMORY;
	}
	rq->fills = true;
	return srv_file_submit(rq, &j->base);
}

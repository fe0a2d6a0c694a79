/* SPDX-License-Identifier: MIT */
#include "server/file/ea.h"

#include <stdlib.h>
#include <strings.h>

#include "fs/fs_ea.h"
#include "server/file/file.h"
#include "wire/fscc_ea.h"
#include "wire/smb2_query_info.h"
#include "wire/smb2_set_info.h"

/* [MS-SMB2] 2.2.37 Flags */
#define SL_RESTART_SCAN        0x00000001u
#define SL_RETURN_SINGLE_ENTRY 0x00000002u

/*
 * Each that is set is looked for among all that the file has, in one job: more than that at
 * once would be a thread's work for minutes.  Nobody is known to set a tenth.
 */
#define SET_MAX 256u

uint32_t srv_eas_check(struct view list)
{
	struct fscc_eas it = fscc_eas_of(list);
	struct fscc_ea ea;
	size_t count = 0;

	for (; fscc_ea_next(&it, &ea); count++)
		if (!fs_ea_name_is_valid(ea.name) || (ea.flags & ~FILE_NEED_EA) != 0)
			return NT_STATUS_INVALID_EA_NAME;
	if (count > SET_MAX)
		return NT_STATUS_EA_TOO_LARGE;
	return it.err == NS_OK ? NT_STATUS_SUCCESS : NT_STATUS_EA_LIST_INCONSISTENT;
}

uint32_t srv_eas_apply(const struct fs_file *file, struct view list)
{
	struct fscc_eas it = fscc_eas_of(list);
	uint32_t status = NT_STATUS_SUCCESS;
	struct fscc_ea ea;

	while (status == NT_STATUS_SUCCESS && fscc_ea_next(&it, &ea))
		status = fs_ea_set(file, ea.name, ea.value);
	return status;
}

/* ------------------------------------------------------------------------ SET_INFO -- */

struct set_ea_job {
	struct srv_file_job base; /* first */
	struct buf list;
};

static uint32_t set_work(struct srv_file_job *job)
{
	return srv_eas_apply(job->file, buf_view(&((struct set_ea_job *)job)->list));
}

static uint32_t set_answer(struct request *rq, struct srv_file_job *job)
{
	(void)job;
	smb2_set_info_rsp_encode(srv_request_reply(rq));
	return NT_STATUS_SUCCESS;
}

static void set_release(struct srv_file_job *job)
{
	buf_release(&((struct set_ea_job *)job)->list);
}

/* [MS-FSA] 2.1.5.15.6 */
uint32_t srv_file_set_ea(struct request *rq, const struct smb2_set_info_req *req)
{
	struct set_ea_job *j;
	uint32_t status;

	if (!open_may(rq->open, FILE_WRITE_EA))
		return NT_STATUS_ACCESS_DENIED;
	status = srv_eas_check(req->data);
	if (status != NT_STATUS_SUCCESS)
		return status;
	j = calloc(1, sizeof(*j));
	if (j == NULL)
		return NT_STATUS_NO_MEMORY;
	buf_init(&j->list, req->data.n);
	if (buf_append(&j->list, req->data) != NS_OK) {
		free(j);
		return NT_STATUS_NO_MEMORY;
	}
	j->base.work = set_work;
	j->base.answer = set_answer;
	j->base.release = set_release;
	return srv_file_submit(rq, &j->base);
}

/* ---------------------------------------------------------------------- QUERY_INFO -- */

struct query_ea_job {
	struct srv_file_job base; /* first */
	struct buf wanted;        /* a list of names; empty: all */
	bool single;
	uint32_t skip; /* so many have been told */
	uint32_t told;
	bool full; /* there are more than there is room for */
	struct buf bytes;
	struct fscc_ea_list list;
	struct wire_writer w;
	struct view name; /* the one that is looked for */
	bool found;
};

/* False: there is no room for it. */
static bool put(struct query_ea_job *j, struct view name, struct view value)
{
	const struct fscc_ea ea = {.name = name, .value = value};

	j->full = fscc_ea_cost(&j->w, &ea) > j->bytes.max - j->bytes.n;
	if (j->full)
		return false;
	fscc_ea_put(&j->list, &j->w, &ea);
	j->told++;
	return true;
}

static bool put_next(void *ctx, struct view name, struct view value)
{
	struct query_ea_job *j = ctx;

	if (j->skip > 0) {
		j->skip--;
		return true;
	}
	if (j->single && j->told == 1) {
		j->full = true;
		return false;
	}
	return put(j, name, value);
}

static bool put_named(void *ctx, struct view name, struct view value)
{
	struct query_ea_job *j = ctx;

	if (name.n != j->name.n ||
	    strncasecmp((const char *)name.p, (const char *)j->name.p, name.n) != 0)
		return true;
	j->found = true;
	put(j, name, value);
	return false;
}

/* Each that is wanted; one that there is not has no value. */
static uint32_t put_wanted(struct query_ea_job *j)
{
	struct fscc_eas it = fscc_eas_of(buf_view(&j->wanted));
	const struct fs_ea_walk walk = {put_named, j};
	uint32_t status = NT_STATUS_SUCCESS;

	while (status == NT_STATUS_SUCCESS && !j->full && !(j->single && j->told == 1) &&
	       fscc_ea_name_next(&it, &j->name)) {
		j->found = false;
		status = fs_ea_each(j->base.file, &walk);
		if (status == NT_STATUS_SUCCESS && !j->found)
			put(j, j->name, (struct view){0});
	}
	return status;
}

static uint32_t query_work(struct srv_file_job *job)
{
	struct query_ea_job *j = (struct query_ea_job *)job;
	const struct fs_ea_walk walk = {put_next, j};
	uint32_t status;

	/* One for which memory is short would be lost. */
	if (buf_reserve(&j->bytes, j->bytes.max) != NS_OK)
		return NT_STATUS_NO_MEMORY;
	status = j->wanted.n > 0 ? put_wanted(j) : fs_ea_each(job->file, &walk);
	if (status == NT_STATUS_SUCCESS && wire_put_status(&j->w) != NS_OK)
		status = NT_STATUS_NO_MEMORY;
	if (status != NT_STATUS_SUCCESS || j->told > 0)
		return status;
	return j->full ? NT_STATUS_BUFFER_TOO_SMALL : NT_STATUS_NO_EAS_ON_FILE;
}

/* Open.NextEaEntry is where the next query goes on, if this one did not tell all. */
static uint32_t query_answer(struct request *rq, struct srv_file_job *job)
{
	const struct query_ea_job *j = (const struct query_ea_job *)job;
	struct smb2_query_info_rsp rsp = {.data = buf_view(&j->bytes)};
	struct srv_file *f = srv_file_of(rq->open);
	bool more = j->full && !j->single;

	if (j->wanted.n == 0)
		f->next_ea = j->full ? f->next_ea + j->told : 0;
	smb2_query_info_rsp_encode(srv_request_reply(rq), &rsp);
	return more ? NT_STATUS_BUFFER_OVERFLOW : NT_STATUS_SUCCESS;
}

static void query_release(struct srv_file_job *job)
{
	struct query_ea_job *j = (struct query_ea_job *)job;

	buf_release(&j->wanted);
	buf_release(&j->bytes);
}

/* Bounded by the names that a list of this length has, each of which is looked for. */
#define WANTED_MAX 1024u

/* A list of names that may be. */
static uint32_t check_wanted(struct view list)
{
	struct fscc_eas it = fscc_eas_of(list);
	struct view name;

	if (list.n > WANTED_MAX)
		return NT_STATUS_INVALID_PARAMETER;
	while (fscc_ea_name_next(&it, &name))
		if (!fs_ea_name_is_valid(name))
			return NT_STATUS_INVALID_EA_NAME;
	return it.err == NS_OK ? NT_STATUS_SUCCESS : NT_STATUS_EA_LIST_INCONSISTENT;
}

/* [MS-FSA] 2.1.5.12.12 */
uint32_t srv_file_query_ea(struct request *rq, const struct smb2_query_info_req *req)
{
	struct srv_file *f = srv_file_of(rq->open);
	struct query_ea_job *j;
	uint32_t status;

	if (!open_may(rq->open, FILE_READ_EA))
		return NT_STATUS_ACCESS_DENIED;
	status = check_wanted(req->input);
	if (status != NT_STATUS_SUCCESS)
		return status;
	j = calloc(1, sizeof(*j));
	if (j == NULL)
		return NT_STATUS_NO_MEMORY;
	if ((req->flags & SL_RESTART_SCAN) != 0)
		f->next_ea = 0;
	j->skip = f->next_ea;
	j->single = (req->flags & SL_RETURN_SINGLE_ENTRY) != 0;
	buf_init(&j->wanted, req->input.n);
	buf_init(&j->bytes, req->output_len);
	j->w = wire_writer_at_end(&j->bytes);
	j->base.work = query_work;
	j->base.answer = query_answer;
	j->base.release = query_release;
	if (buf_append(&j->wanted, req->input) != NS_OK) {
		query_release(&j->base);
		free(j);
		return NT_STATUS_NO_MEMORY;
	}
	return srv_file_submit(rq, &j->base);
}

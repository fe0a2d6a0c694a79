/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "fs/fs_name.h"
#include "server/file/file.h"
#include "server/server_config.h"
#include "wire/fscc_file.h"
#include "wire/fscc_set.h"
#include "wire/smb2_query_info.h"
#include "wire/smb2_set_info.h"

/* Bits that FileModeInformation may set, [MS-FSCC] 2.4.31. */
#define MODE_SETTABLE (FILE_WRITE_THROUGH | FILE_SEQUENTIAL_ONLY)

struct set_job {
	struct srv_file_job base; /* first */
	struct fs_basic basic;
	bool flag;         /* Disposition */
	unsigned how;      /* Rename, Link: FS_REPLACE... */
	bool force;        /* DispositionEx */
	uint64_t size;     /* EndOfFile, Allocation */
	char *path;        /* Rename, Link; owned */
	struct buf path16; /* Rename: the same, as the open shows it then */
};

/* -------------------------------------------- what each class carries, and its work -- */

static uint32_t basic_work(struct srv_file_job *job)
{
	return fs_set_basic(job->file, &((const struct set_job *)job)->basic);
}

/* A time that is to be set; 0: it is to be kept, freely or for this open. */
static bool take_time(uint64_t *out, uint64_t time)
{
	bool keep = time == FSCC_TIME_FREEZE || time == FSCC_TIME_THAW;

	*out = keep ? FSCC_TIME_KEEP : time;
	return keep || time <= INT64_MAX;
}

/*
 * [MS-FSA] 2.1.5.15.2.  Who sets or freezes the time of the last write, or of the last
 * change, has it held for his open; that of access goes its way, for the kernel notes it.
 */
static uint32_t take_basic(struct set_job *j, const struct request *rq, struct view data)
{
	bool directory = rq->open->is_directory;
	struct fscc_basic v;

	if (fscc_basic_decode(&v, data) != NS_OK)
		return NT_STATUS_INFO_LENGTH_MISMATCH;
	if (!take_time(&j->basic.accessed, v.last_access_time) ||
	    !take_time(&j->basic.written, v.last_write_time) ||
	    !take_time(&j->basic.created, v.creation_time) ||
	    !take_time(&j->basic.changed, v.change_time))
		return NT_STATUS_INVALID_PARAMETER;
	if (((v.attributes & FILE_ATTRIBUTE_DIRECTORY) != 0 && !directory) ||
	    ((v.attributes & FILE_ATTRIBUTE_TEMPORARY) != 0 && directory))
		return NT_STATUS_INVALID_PARAMETER;
	if (v.attributes != 0)
		j->basic.mask = FS_ATTR_SETTABLE;
	j->basic.bits = v.attributes; /* FS_ATTR_... has their numbers */
	j->basic.free_written = v.last_write_time == FSCC_TIME_THAW;
	j->basic.hold_written =
		v.last_write_time != FSCC_TIME_KEEP && !j->basic.free_written;
	j->basic.free_changed = v.change_time == FSCC_TIME_THAW;
	j->basic.hold_changed = v.change_time != FSCC_TIME_KEEP && !j->basic.free_changed;
	return NT_STATUS_SUCCESS;
}

static uint32_t disposition_work(struct srv_file_job *job)
{
	const struct set_job *j = (const struct set_job *)job;

	return fs_set_delete(job->file, j->flag, j->force, &job->met);
}

static uint32_t take_disposition(struct set_job *j, const struct request *rq,
				 struct view data)
{
	(void)rq;
	return fscc_disposition_decode(&j->flag, data) == NS_OK
		       ? NT_STATUS_SUCCESS
		       : NT_STATUS_INFO_LENGTH_MISMATCH;
}

static uint32_t take_disposition_ex(struct set_job *j, const struct request *rq,
				    struct view data)
{
	const struct srv_file *f = srv_file_of(rq->open);
	uint32_t flags;

	if (fscc_le32_decode(&flags, data) != NS_OK)
		return NT_STATUS_INFO_LENGTH_MISMATCH;
	if ((flags & FILE_DISPOSITION_ON_CLOSE) != 0 &&
	    (f->mode & FILE_DELETE_ON_CLOSE) == 0)
		return NT_STATUS_NOT_SUPPORTED;
	j->flag = (flags & FILE_DISPOSITION_DELETE) != 0;
	j->force = (flags & FILE_DISPOSITION_IGNORE_READONLY_ATTRIBUTE) != 0;
	return NT_STATUS_SUCCESS;
}

static uint32_t size_work(struct srv_file_job *job)
{
	return fs_set_size(job->file, ((const struct set_job *)job)->size);
}

static uint32_t allocation_work(struct srv_file_job *job)
{
	return fs_set_allocation(job->file, ((const struct set_job *)job)->size);
}

static uint32_t take_size(struct set_job *j, const struct request *rq, struct view data)
{
	if (fscc_le64_decode(&j->size, data) != NS_OK)
		return NT_STATUS_INFO_LENGTH_MISMATCH;
	if (rq->open->is_directory)
		return NT_STATUS_INVALID_PARAMETER;
	j->base.writes = true;
	return NT_STATUS_SUCCESS;
}

static uint32_t rename_work(struct srv_file_job *job)
{
	const struct set_job *j = (const struct set_job *)job;

	return fs_rename(job->file, j->path, j->how, &job->met);
}

static uint32_t link_work(struct srv_file_job *job)
{
	const struct set_job *j = (const struct set_job *)job;

	return fs_link(job->file, j->path, j->how, &job->met);
}

/* Some clients put a backslash before a full path: [MS-FSCC] 2.1.5 allows it. */
static struct view without_slash(struct view name)
{
	if (name.n >= 2 && view_equal(view_slice(name, 0, 2), view_of("\\", 2)))
		return view_slice(name, 2, name.n);
	return name;
}

static unsigned how_to_replace(uint32_t flags)
{
	return ((flags & FILE_RENAME_REPLACE_IF_EXISTS) != 0 ? FS_REPLACE : 0u) |
	       ((flags & FILE_RENAME_POSIX_SEMANTICS) != 0 ? FS_REPLACE_OPEN : 0u) |
	       ((flags & FILE_RENAME_IGNORE_READONLY_ATTRIBUTE) != 0 ? FS_REPLACE_READ_ONLY
								     : 0u);
}

/* [MS-SMB2] 3.3.5.21.1 */
static uint32_t take_name(struct set_job *j, const struct fscc_rename *v)
{
	struct buf path;
	bool slash;
	uint32_t status;

	if (v->root_directory != 0 || v->name.n == 0)
		return NT_STATUS_INVALID_PARAMETER;
	buf_init(&path, FS_PATH_MAX);
	status = fs_path_from_wire(&path, &slash, without_slash(v->name));
	j->path = (char *)path.p; /* moved */
	j->how = how_to_replace(v->flags);
	return status;
}

static uint32_t take_new_name(struct set_job *j, const struct request *rq,
			      const struct fscc_rename *v)
{
	uint32_t status = take_name(j, v);
	enum ns_err err;

	if (status != NT_STATUS_SUCCESS)
		return status;
	err = srv_file_path16(&j->path16, rq->tree->share->path, j->path);
	return err == NS_OK ? NT_STATUS_SUCCESS : open_status(err);
}

static uint32_t take_rename(struct set_job *j, const struct request *rq, struct view data)
{
	struct fscc_rename v;

	return fscc_rename_decode(&v, data) == NS_OK ? take_new_name(j, rq, &v)
						     : NT_STATUS_INFO_LENGTH_MISMATCH;
}

static uint32_t take_rename_ex(struct set_job *j, const struct request *rq,
			       struct view data)
{
	struct fscc_rename v;

	return fscc_rename_ex_decode(&v, data) == NS_OK ? take_new_name(j, rq, &v)
							: NT_STATUS_INFO_LENGTH_MISMATCH;
}

/* It takes no right to the file, but one to add a name to a directory of the share. */
static uint32_t take_link(struct set_job *j, const struct request *rq, struct view data)
{
	struct fscc_rename v;

	if (fscc_rename_decode(&v, data) != NS_OK)
		return NT_STATUS_INFO_LENGTH_MISMATCH;
	if ((rq->tree->maximal_access & FILE_WRITE_DATA) == 0)
		return NT_STATUS_ACCESS_DENIED;
	return take_name(j, &v);
}

/* The name has changed for whoever lists opens, too. */
static void show_new_name(struct open *o, struct set_job *j)
{
	buf_release(&o->path16);
	buf_move(&o->path16, &j->path16);
}

/* ----------------------------------------- classes that need nothing of the disk -- */

static uint32_t set_position(struct request *rq, struct view data)
{
	uint64_t position;

	if (fscc_le64_decode(&position, data) != NS_OK)
		return NT_STATUS_INFO_LENGTH_MISMATCH;
	if (position > INT64_MAX)
		return NT_STATUS_INVALID_PARAMETER;
	srv_file_of(rq->open)->position = position;
	smb2_set_info_rsp_encode(srv_request_reply(rq));
	return NT_STATUS_SUCCESS;
}

static uint32_t set_mode(struct request *rq, struct view data)
{
	struct srv_file *f = srv_file_of(rq->open);
	uint32_t mode;

	if (fscc_le32_decode(&mode, data) != NS_OK)
		return NT_STATUS_INFO_LENGTH_MISMATCH;
	if ((mode & ~(MODE_SETTABLE | f->mode)) != 0)
		return NT_STATUS_INVALID_PARAMETER;
	f->mode = (f->mode & ~MODE_SETTABLE) | (mode & MODE_SETTABLE);
	smb2_set_info_rsp_encode(srv_request_reply(rq));
	return NT_STATUS_SUCCESS;
}

/* -------------------------------------------------------------------- the classes -- */

struct set_class {
	uint8_t info_class;
	uint32_t access; /* one of these rights is needed, 3.3.5.21.1 */
	uint32_t status; /* of a class that can't be set */
	uint32_t (*take)(struct set_job *j, const struct request *rq, struct view data);
	uint32_t (*work)(struct srv_file_job *job);
	uint32_t (*set)(struct request *rq, struct view data);
};

/* clang-format off */
#define JOB(class, access, take, work) \
	{FILE_##class##_INFORMATION, access, 0, take, work, NULL}
#define SET(class, set) {FILE_##class##_INFORMATION, UINT32_MAX, 0, NULL, NULL, set}
#define NONE(class, status) \
	{FILE_##class##_INFORMATION, UINT32_MAX, NT_STATUS_##status, NULL, NULL, NULL}
static const struct set_class classes[] = {
	JOB(BASIC,              FILE_WRITE_ATTRIBUTES, take_basic,       basic_work),
	JOB(RENAME,             ACCESS_DELETE,         take_rename,      rename_work),
	JOB(DISPOSITION,        ACCESS_DELETE,         take_disposition, disposition_work),
	JOB(ALLOCATION,         FILE_WRITE_DATA,       take_size,        allocation_work),
	JOB(END_OF_FILE,        FILE_WRITE_DATA,       take_size,        size_work),
	{FILE_DISPOSITION_INFORMATION_EX, ACCESS_DELETE, 0, take_disposition_ex,
	 disposition_work, NULL},
	{FILE_RENAME_INFORMATION_EX, ACCESS_DELETE, 0, take_rename_ex, rename_work, NULL},
	JOB(LINK,               UINT32_MAX,            take_link,        link_work),
	SET(POSITION,           set_position),
	SET(MODE,               set_mode),
	NONE(PIPE,              NOT_SUPPORTED),
	NONE(SHORT_NAME,        NOT_SUPPORTED),
	NONE(VALID_DATA_LENGTH, NOT_SUPPORTED),
};
#undef JOB
#undef SET
#undef NONE
/* clang-format on */

static const struct set_class *class_of(uint8_t info_class)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (classes[i].info_class == info_class)
			return &classes[i];
	return NULL;
}

static uint32_t set_answer(struct request *rq, struct srv_file_job *job)
{
	struct set_job *j = (struct set_job *)job;

	if (j->path16.n > 0)
		show_new_name(rq->open, j);
	smb2_set_info_rsp_encode(srv_request_reply(rq));
	return NT_STATUS_SUCCESS;
}

static void set_release(struct srv_file_job *job)
{
	struct set_job *j = (struct set_job *)job;

	free(j->path);
	buf_release(&j->path16);
}

static uint32_t set_by_job(struct request *rq, const struct set_class *class,
			   struct view data)
{
	struct set_job *j = calloc(1, sizeof(*j));
	uint32_t status;

	if (j == NULL)
		return NT_STATUS_NO_MEMORY;
	status = class->take(j, rq, data);
	if (status != NT_STATUS_SUCCESS) {
		set_release(&j->base);
		free(j);
		return status;
	}
	j->base.work = class->work;
	j->base.answer = set_answer;
	j->base.release = set_release;
	return srv_file_submit(rq, &j->base);
}

uint32_t srv_file_set(struct request *rq, const struct smb2_set_info_req *req)
{
	const struct set_class *class = class_of(req->info_class);

	if (req->info_type == SMB2_0_INFO_SECURITY)
		return srv_file_set_security(rq, req);
	/* Volumes and quotas are the administrator's. */
	if (req->info_type != SMB2_0_INFO_FILE)
		return req->info_type <= SMB2_0_INFO_QUOTA && req->info_type != 0
			       ? NT_STATUS_NOT_SUPPORTED
			       : NT_STATUS_INVALID_PARAMETER;
	if (req->info_class == FILE_FULL_EA_INFORMATION)
		return srv_file_set_ea(rq, req);
	if (class == NULL)
		return NT_STATUS_INVALID_INFO_CLASS;
	if (class->status != 0)
		return class->status;
	if (!open_may(rq->open, class->access))
		return NT_STATUS_ACCESS_DENIED;
	if (class->set != NULL)
		return class->set(rq, req->data);
	return set_by_job(rq, class, req->data);
}

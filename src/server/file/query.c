/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "fs/fs_ea.h"
#include "fs/fs_name.h"
#include "server/file/file.h"
#include "wire/fscc_file.h"
#include "wire/smb2_query_info.h"

/* What a class may tell: the longest is a path. */
#define INFO_MAX (OPEN_PATH_MAX + 1024)

/* ReparseTag where there is none: we tell of no reparse point. */
#define NO_REPARSE_TAG 0u

uint32_t srv_file_attributes(const struct fs_info *info)
{
	return info->attributes == 0 ? FILE_ATTRIBUTE_NORMAL : info->attributes;
}

struct query_job {
	struct srv_file_job base; /* first */
	const struct query_class *class;
	uint32_t max;
	struct fs_info info;
	bool delete_pending;
	uint32_t ea_size;
	struct buf name16; /* beneath the share; only where the class tells it */
};

/* What an encoder may look at. */
struct query {
	const struct srv_file *file;
	const struct query_job *job;
	const struct fs_info *info;
};

/* ------------------------------------------------------------------- the classes -- */

static struct fscc_basic basic_of(const struct fs_info *info)
{
	return (struct fscc_basic){
		.creation_time = info->created,
		.last_access_time = info->accessed,
		.last_write_time = info->written,
		.change_time = info->changed,
		.attributes = srv_file_attributes(info),
	};
}

/* [MS-FSA] 2.1.5.12.27: the link that is to be deleted counts no more.  A directory has
 * one, whatever a Unix counts there. */
static uint32_t links_of(const struct query *q)
{
	uint32_t links = q->info->directory ? 1 : q->info->links;

	return q->job->delete_pending && links > 0 ? links - 1 : links;
}

static struct fscc_standard standard_of(const struct query *q)
{
	return (struct fscc_standard){
		.allocation_size = q->info->allocated,
		.end_of_file = q->info->size,
		.links = links_of(q),
		.delete_pending = q->job->delete_pending,
		.directory = q->info->directory,
	};
}

static void put_basic(struct wire_writer *w, const struct query *q)
{
	struct fscc_basic v = basic_of(q->info);

	fscc_basic_encode(w, &v);
}

static void put_standard(struct wire_writer *w, const struct query *q)
{
	struct fscc_standard v = standard_of(q);

	fscc_standard_encode(w, &v);
}

static void put_internal(struct wire_writer *w, const struct query *q)
{
	wire_put_le64(w, q->info->id);
}

static void put_ea_size(struct wire_writer *w, const struct query *q)
{
	wire_put_le32(w, q->job->ea_size);
}

/* AlignmentRequirement FILE_BYTE_ALIGNMENT */
static void put_zero32(struct wire_writer *w, const struct query *q)
{
	(void)q;
	wire_put_le32(w, 0);
}

static void put_access(struct wire_writer *w, const struct query *q)
{
	wire_put_le32(w, q->file->open.access);
}

static void put_position(struct wire_writer *w, const struct query *q)
{
	wire_put_le64(w, q->file->position);
}

static void put_mode(struct wire_writer *w, const struct query *q)
{
	wire_put_le32(w, q->file->mode);
}

/*
 * [MS-SMB2] 3.3.5.20.1 has "SHOULD return an empty FileNameInformation"; Windows and Samba
 * return the path, and there are clients that can't read a name of no length.
 */
static void put_all(struct wire_writer *w, const struct query *q)
{
	struct fscc_all v = {
		.basic = basic_of(q->info),
		.standard = standard_of(q),
		.index_number = q->info->id,
		.ea_size = q->job->ea_size,
		.access_flags = q->file->open.access,
		.position = q->file->position,
		.mode = q->file->mode,
		.name = buf_view(&q->job->name16),
	};

	fscc_all_encode(w, &v);
}

/* Of a directory there is no stream: an empty list. */
static void put_stream(struct wire_writer *w, const struct query *q)
{
	static const char data[] = ":\0:\0$\0D\0A\0T\0A";
	struct fscc_stream v = {
		.size = q->info->size,
		.allocation_size = q->info->allocated,
		.name = view_of(data, sizeof(data)),
	};

	if (!q->info->directory)
		fscc_stream_encode(w, &v);
}

static void put_network_open(struct wire_writer *w, const struct query *q)
{
	struct fscc_network_open v = {
		.creation_time = q->info->created,
		.last_access_time = q->info->accessed,
		.last_write_time = q->info->written,
		.change_time = q->info->changed,
		.allocation_size = q->info->allocated,
		.end_of_file = q->info->size,
		.attributes = srv_file_attributes(q->info),
	};

	fscc_network_open_encode(w, &v);
}

static void put_attribute_tag(struct wire_writer *w, const struct query *q)
{
	struct fscc_attribute_tag v = {srv_file_attributes(q->info), NO_REPARSE_TAG};

	fscc_attribute_tag_encode(w, &v);
}

static void put_normalized_name(struct wire_writer *w, const struct query *q)
{
	fscc_name_encode(w, buf_view(&q->job->name16));
}

/* The inode in the low half; FileInternalInformation tells the same. */
static void put_id(struct wire_writer *w, const struct query *q)
{
	struct fscc_id v = {.volume_serial = q->info->device};

	for (size_t i = 0; i < sizeof(q->info->id); i++)
		v.file_id[i] = (uint8_t)(q->info->id >> 8 * i);
	fscc_id_encode(w, &v);
}

static void put_compression(struct wire_writer *w, const struct query *q)
{
	struct fscc_compression v = {.size = q->info->size}; /* COMPRESSION_FORMAT_NONE */

	fscc_compression_encode(w, &v);
}

/*
 * Windows refuses less than the whole structure with one character of its name, as its
 * compiler lays it out: 104 and 32 bytes, not 100 and 24.
 */
#define ALL_LEAST    104
#define STREAM_LEAST 32

struct query_class {
	uint8_t info_class;
	uint8_t fixed;    /* bytes in front of what may be cut */
	bool attributes;  /* needs FILE_READ_ATTRIBUTES, 3.3.5.20.1 */
	uint16_t dialect; /* the first that knows it */
	uint32_t status;  /* of a class that we know and can't tell */
	void (*put)(struct wire_writer *w, const struct query *q);
};

/* clang-format off */
#define ROW(class, fixed, attributes, dialect, put) \
	{FILE_##class##_INFORMATION, fixed, attributes, SMB2_DIALECT_##dialect, 0, put}
#define NONE(class, status) \
	{FILE_##class##_INFORMATION, 0, 0, SMB2_DIALECT_202, NT_STATUS_##status, NULL}
static const struct query_class classes[] = {
	ROW(BASIC,           FSCC_BASIC_LEN,         1, 202, put_basic),
	ROW(STANDARD,        FSCC_STANDARD_LEN,      0, 202, put_standard),
	ROW(INTERNAL,        8,                      0, 202, put_internal),
	ROW(EA,              4,                      0, 202, put_ea_size),
	ROW(ACCESS,          4,                      0, 202, put_access),
	ROW(POSITION,        8,                      0, 202, put_position),
	ROW(MODE,            4,                      0, 202, put_mode),
	ROW(ALIGNMENT,       4,                      0, 202, put_zero32),
	ROW(ALL,             ALL_LEAST,              1, 202, put_all),
	ROW(STREAM,          STREAM_LEAST,           0, 202, put_stream),
	ROW(NETWORK_OPEN,    FSCC_NETWORK_OPEN_LEN,  1, 202, put_network_open),
	ROW(ATTRIBUTE_TAG,   FSCC_ATTRIBUTE_TAG_LEN, 1, 202, put_attribute_tag),
	ROW(NORMALIZED_NAME, FSCC_NAME_LEN,          0, 311, put_normalized_name),
	ROW(ID,              FSCC_ID_LEN,            0, 300, put_id),
	ROW(COMPRESSION,     FSCC_COMPRESSION_LEN,   1, 202, put_compression),
	NONE(ALTERNATE_NAME, OBJECT_NAME_NOT_FOUND), /* no short names */
	NONE(PIPE,           NOT_SUPPORTED),
	NONE(PIPE_LOCAL,     NOT_SUPPORTED),
	NONE(PIPE_REMOTE,    NOT_SUPPORTED),
};
#undef ROW
#undef NONE
/* clang-format on */

static const struct query_class *class_of(uint8_t info_class)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (classes[i].info_class == info_class)
			return &classes[i];
	return NULL;
}

/* ----------------------------------------------------------------------- the job -- */

static uint32_t get_name(struct query_job *j)
{
	char *path = fs_file_path(j->base.file);
	enum ns_err err = path == NULL ? NS_ENOMEM : NS_OK;

	/* Of FileAll it is an absolute path, with a backslash before it. */
	if (err == NS_OK && j->class->put == put_all)
		err = buf_append(&j->name16, view_of("\\", 2));
	if (err == NS_OK)
		err = fs_path_to_wire(&j->name16, path);
	free(path);
	if (err == NS_OK)
		return NT_STATUS_SUCCESS;
	return err == NS_ENOMEM ? NT_STATUS_NO_MEMORY : NT_STATUS_NOT_SUPPORTED;
}

static uint32_t query_work(struct srv_file_job *job)
{
	struct query_job *j = (struct query_job *)job;
	uint32_t status = fs_stat(job->file, &j->info);

	j->delete_pending = fs_delete_pending(job->file);
	if (j->class->put == put_ea_size || j->class->put == put_all)
		j->ea_size = fs_ea_size(job->file);
	if (status == NT_STATUS_SUCCESS &&
	    (j->class->put == put_normalized_name || j->class->put == put_all))
		status = get_name(j);
	return status;
}

static uint32_t query_answer(struct request *rq, struct srv_file_job *job)
{
	const struct query_job *j = (const struct query_job *)job;
	struct query q = {srv_file_of(rq->open), j, &j->info};
	struct buf bytes;
	struct wire_writer w;

	buf_init(&bytes, INFO_MAX);
	w = wire_writer_at_end(&bytes);
	j->class->put(&w, &q);
	return srv_file_reply_info(rq,
				   &(struct srv_file_body){&w, j->class->fixed, j->max});
}

static void query_release(struct srv_file_job *job)
{
	buf_release(&((struct query_job *)job)->name16);
}

static uint32_t query_file(struct request *rq, const struct smb2_query_info_req *req)
{
	const struct query_class *class = class_of(req->info_class);
	struct query_job *j;

	if (class == NULL)
		return NT_STATUS_INVALID_INFO_CLASS;
	if (class->put == NULL)
		return class->status;
	if (rq->conn->dialect < class->dialect)
		return NT_STATUS_NOT_SUPPORTED;
	if (class->attributes && !open_may(rq->open, FILE_READ_ATTRIBUTES))
		return NT_STATUS_ACCESS_DENIED;
	j = calloc(1, sizeof(*j));
	if (j == NULL)
		return NT_STATUS_NO_MEMORY;
	j->class = class;
	j->max = req->output_len;
	buf_init(&j->name16, OPEN_PATH_MAX);
	j->base.work = query_work;
	j->base.answer = query_answer;
	j->base.release = query_release;
	return srv_file_submit(rq, &j->base);
}

uint32_t srv_file_query(struct request *rq, const struct smb2_query_info_req *req)
{
	switch (req->info_type) {
	case SMB2_0_INFO_FILE:
		return req->info_class == FILE_FULL_EA_INFORMATION
			       ? srv_file_query_ea(rq, req)
			       : query_file(rq, req);
	case SMB2_0_INFO_FILESYSTEM:
		return srv_file_query_volume(rq, req);
	case SMB2_0_INFO_SECURITY:
		return srv_file_query_security(rq, req);
	case SMB2_0_INFO_QUOTA:
		return NT_STATUS_NOT_SUPPORTED;
	default:
		return NT_STATUS_INVALID_PARAMETER;
	}
}

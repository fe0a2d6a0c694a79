/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/utf16.h"
#include "fs/fs_name.h"
#include "server/file/file.h"
#include "server/server_config.h"
#include "wire/fscc_volume.h"
#include "wire/smb2_query_info.h"

/* The longest: a label of 32 characters, [MS-FSCC] 2.5.9, and what stands before it. */
#define VOLUME_INFO_MAX  256
#define LABEL_UNITS_MAX  32
#define BYTES_PER_SECTOR 512u

struct volume_job {
	struct srv_file_job base; /* first */
	const struct volume_class *class;
	uint32_t max;
	struct fs_volume volume;
};

struct volume_query {
	const struct fs_volume *volume;
	const struct server_share *share;
};

static void put_volume(struct wire_writer *w, const struct volume_query *q)
{
	struct fscc_fs_volume v = {
		.creation_time = q->volume->created,
		.serial = q->volume->serial,
	};
	struct buf label;

	buf_init(&label, OPEN_PATH_MAX);
	/* A share's name is valid UTF-8, or the configuration was refused. */
	wire_put_fail(w, utf16_from_utf8(&label, view_of_string(q->share->name)));
	v.label = view_slice(buf_view(&label), 0, LABEL_UNITS_MAX * sizeof(uint16_t));
	fscc_fs_volume_encode(w, &v);
	buf_release(&label);
}

/* Units are told as so many sectors; a file system's block is a multiple of 512. */
static uint32_t sectors_of(const struct fs_volume *v)
{
	return v->unit < BYTES_PER_SECTOR ? 1 : v->unit / BYTES_PER_SECTOR;
}

static void put_size(struct wire_writer *w, const struct volume_query *q)
{
	struct fscc_fs_size v = {
		.total_units = q->volume->units,
		.available_units = q->volume->available,
		.sectors_per_unit = sectors_of(q->volume),
		.bytes_per_sector = BYTES_PER_SECTOR,
	};

	fscc_fs_size_encode(w, &v);
}

static void put_full_size(struct wire_writer *w, const struct volume_query *q)
{
	struct fscc_fs_full_size v = {
		.total_units = q->volume->units,
		.caller_available_units = q->volume->available,
		.actual_available_units = q->volume->free,
		.sectors_per_unit = sectors_of(q->volume),
		.bytes_per_sector = BYTES_PER_SECTOR,
	};

	fscc_fs_full_size_encode(w, &v);
}

static void put_device(struct wire_writer *w, const struct volume_query *q)
{
	struct fscc_fs_device v = {
		.device_type = FILE_DEVICE_DISK,
		.characteristics = FILE_DEVICE_IS_MOUNTED |
				   (q->share->read_only ? FILE_READ_ONLY_DEVICE : 0u),
	};

	fscc_fs_device_encode(w, &v);
}

/*
 * The name is what Windows programs know: some refuse to work on a file system they have
 * never heard of.  What it can do, the attributes say.
 */
static void put_attribute(struct wire_writer *w, const struct volume_query *q)
{
	static const char name[] = "N\0T\0F\0S";
	struct fscc_fs_attribute v = {
		.attributes = FILE_CASE_PRESERVED_NAMES | FILE_UNICODE_ON_DISK |
			      FILE_SUPPORTS_SPARSE_FILES | FILE_SUPPORTS_HARD_LINKS |
			      (q->share->read_only ? FILE_READ_ONLY_VOLUME : 0u),
		.max_component = FS_NAME_UNITS_MAX,
		.name = view_of(name, sizeof(name)),
	};

	fscc_fs_attribute_encode(w, &v);
}

static void put_sector_size(struct wire_writer *w, const struct volume_query *q)
{
	struct fscc_fs_sector_size v = {
		.logical = BYTES_PER_SECTOR,
		.physical_atomicity = BYTES_PER_SECTOR * sectors_of(q->volume),
		.physical_performance = BYTES_PER_SECTOR * sectors_of(q->volume),
		.effective_atomicity = BYTES_PER_SECTOR * sectors_of(q->volume),
		.flags = SSINFO_FLAGS_ALIGNED_DEVICE |
			 SSINFO_FLAGS_PARTITION_ALIGNED_ON_DEVICE,
	};

	fscc_fs_sector_size_encode(w, &v);
}

/* No quotas are kept here, and nothing is indexed. */
static void put_control(struct wire_writer *w, const struct volume_query *q)
{
	struct fscc_fs_control v = {
		.quota_threshold = UINT64_MAX,
		.quota_limit = UINT64_MAX,
		.flags = FILE_VC_CONTENT_INDEX_DISABLED,
	};

	(void)q;
	fscc_fs_control_encode(w, &v);
}

/* What is the same for a volume as long as it is there: where it lies. */
static void put_object_id(struct wire_writer *w, const struct volume_query *q)
{
	struct fscc_fs_object_id v = {{0}};

	for (size_t i = 0; i < sizeof(q->volume->id); i++)
		v.id[i] = (uint8_t)(q->volume->id >> 8 * i);
	fscc_fs_object_id_encode(w, &v);
}

/*
 * Windows refuses less than the whole structure with one character of its name, as its
 * compiler lays it out: 24 and 16 bytes, not 18 and 12.
 */
#define VOLUME_LEAST    24
#define ATTRIBUTE_LEAST 16

struct volume_class {
	uint8_t info_class;
	uint8_t fixed; /* less than this is no answer */
	void (*put)(struct wire_writer *w,
		    const struct volume_query *q); /* NULL: refused */
};

/* clang-format off */
static const struct volume_class classes[] = {
	{FILE_FS_VOLUME_INFORMATION,      VOLUME_LEAST,            put_volume},
	{FILE_FS_LABEL_INFORMATION,       0,                       NULL},
	{FILE_FS_SIZE_INFORMATION,        FSCC_FS_SIZE_LEN,        put_size},
	{FILE_FS_DEVICE_INFORMATION,      FSCC_FS_DEVICE_LEN,      put_device},
	{FILE_FS_ATTRIBUTE_INFORMATION,   ATTRIBUTE_LEAST,         put_attribute},
	{FILE_FS_CONTROL_INFORMATION,     FSCC_FS_CONTROL_LEN,     put_control},
	{FILE_FS_FULL_SIZE_INFORMATION,   FSCC_FS_FULL_SIZE_LEN,   put_full_size},
	{FILE_FS_OBJECTID_INFORMATION,    FSCC_FS_OBJECT_ID_LEN,   put_object_id},
	{FILE_FS_SECTOR_SIZE_INFORMATION, FSCC_FS_SECTOR_SIZE_LEN, put_sector_size},
};
/* clang-format on */

static const struct volume_class *class_of(uint8_t info_class)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (classes[i].info_class == info_class)
			return &classes[i];
	return NULL;
}

static uint32_t volume_work(struct srv_file_job *job)
{
	return fs_volume(job->file, &((struct volume_job *)job)->volume);
}

static uint32_t volume_answer(struct request *rq, struct srv_file_job *job)
{
	const struct volume_job *j = (const struct volume_job *)job;
	struct volume_query q = {&j->volume, rq->tree->share};
	struct buf bytes;
	struct wire_writer w;

	buf_init(&bytes, VOLUME_INFO_MAX);
	w = wire_writer_at_end(&bytes);
	j->class->put(&w, &q);
	return srv_file_reply_info(rq,
				   &(struct srv_file_body){&w, j->class->fixed, j->max});
}

/* [MS-SMB2] 3.3.5.20.2 */
uint32_t srv_file_query_volume(struct request *rq, const struct smb2_query_info_req *req)
{
	const struct volume_class *class = class_of(req->info_class);
	struct volume_job *j;

	if (class == NULL)
		return NT_STATUS_INVALID_INFO_CLASS;
	if (class->put == NULL)
		return NT_STATUS_NOT_SUPPORTED;
	j = calloc(1, sizeof(*j));
	if (j == NULL)
		return NT_STATUS_NO_MEMORY;
	j->class = class;
	j->max = req->output_len;
	j->base.work = volume_work;
	j->base.answer = volume_answer;
	return srv_file_submit(rq, &j->base);
}

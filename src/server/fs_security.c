/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <sys/stat.h>

#include "server/fs_open.h"
#include "wire/security_descriptor.h"
#include "wire/smb2_query_info.h"

/* Three entries and two SIDs take far less. */
#define DESCRIPTOR_MAX 512

/* S-1-22-1-UID and S-1-22-2-GID, by which Samba made Unix ids known to Windows programs. */
#define UNIX_AUTHORITY 22
#define UNIX_USER      1
#define UNIX_GROUP     2

/* S-1-1-0, everyone */
#define WORLD_AUTHORITY 1

#define MAY_READ                                                                           \
	(FILE_READ_DATA | FILE_READ_EA | FILE_READ_ATTRIBUTES | ACCESS_READ_CONTROL |      \
	 ACCESS_SYNCHRONIZE)
#define MAY_WRITE   (FILE_WRITE_DATA | FILE_APPEND_DATA | FILE_WRITE_EA)
#define MAY_EXECUTE (FILE_EXECUTE | FILE_READ_ATTRIBUTES | ACCESS_SYNCHRONIZE)
#define OWNER_MAY   (FILE_WRITE_ATTRIBUTES | ACCESS_WRITE_DAC | ACCESS_READ_CONTROL)

struct security_job {
	struct srv_file_job base; /* first */
	uint32_t wanted;
	uint32_t max;
	struct fs_info info;
};

static struct sid unix_sid(uint32_t kind, uint32_t id)
{
	return (struct sid){.authority = UNIX_AUTHORITY, .count = 2, .sub = {kind, id}};
}

/* One class of the mode's three, its bits at the right. */
static struct security_ace ace_of(struct sid sid, unsigned bits, uint32_t more)
{
	struct security_ace ace = {.mask = more, .sid = sid};

	if ((bits & 4u) != 0)
		ace.mask |= MAY_READ;
	if ((bits & 2u) != 0)
		ace.mask |= MAY_WRITE;
	if ((bits & 1u) != 0)
		ace.mask |= MAY_EXECUTE;
	return ace;
}

static struct security_descriptor descriptor_of(const struct fs_info *info, uint32_t wanted)
{
	struct sid world = {.authority = WORLD_AUTHORITY, .count = 1};
	struct security_descriptor d = {
		.has_owner = (wanted & OWNER_SECURITY_INFORMATION) != 0,
		.has_group = (wanted & GROUP_SECURITY_INFORMATION) != 0,
		.has_dacl = (wanted & DACL_SECURITY_INFORMATION) != 0,
		.owner = unix_sid(UNIX_USER, info->uid),
		.group = unix_sid(UNIX_GROUP, info->gid),
		.aces = 3,
	};

	d.dacl[0] = ace_of(d.owner, info->mode >> 6 & 7u, OWNER_MAY);
	d.dacl[1] = ace_of(d.group, info->mode >> 3 & 7u, 0);
	d.dacl[2] = ace_of(world, info->mode & 7u, 0);
	return d;
}

static uint32_t security_work(struct srv_file_job *job)
{
	return fs_stat(job->file, &((struct security_job *)job)->info);
}

/* Never a part of it, 3.3.5.20.3. */
static uint32_t security_answer(struct request *rq, struct srv_file_job *job)
{
	const struct security_job *j = (const struct security_job *)job;
	struct security_descriptor d = descriptor_of(&j->info, j->wanted);
	struct smb2_query_info_rsp rsp;
	uint32_t status = NT_STATUS_SUCCESS;
	struct wire_writer w;
	struct buf bytes;

	buf_init(&bytes, DESCRIPTOR_MAX);
	w = wire_writer_at_end(&bytes);
	security_descriptor_encode(&w, &d);
	rsp.data = buf_view(&bytes);
	if (wire_put_status(&w) != NS_OK)
		status = NT_STATUS_NO_MEMORY;
	else if (bytes.n > j->max)
		status = srv_file_too_small(rq, (uint32_t)bytes.n);
	else
		smb2_query_info_rsp_encode(srv_request_reply(rq), &rsp);
	buf_release(&bytes);
	return status;
}

uint32_t srv_file_query_security(struct request *rq, const struct smb2_query_info_req *req)
{
	struct security_job *j;

	if ((req->additional & SACL_SECURITY_INFORMATION) != 0 &&
	    !open_may(rq->open, ACCESS_SYSTEM_SECURITY))
		return NT_STATUS_ACCESS_DENIED;
	if (!open_may(rq->open, ACCESS_READ_CONTROL))
		return NT_STATUS_ACCESS_DENIED;
	j = calloc(1, sizeof(*j));
	if (j == NULL)
		return NT_STATUS_NO_MEMORY;
	j->wanted = req->additional;
	j->max = req->output_len;
	j->base.work = security_work;
	j->base.answer = security_answer;
	return srv_file_submit(rq, &j->base);
}

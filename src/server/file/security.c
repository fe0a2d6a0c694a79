/* SPDX-License-Identifier: MIT */
#include "server/file/security.h"

#include <stdlib.h>

#include "server/file/acl_map.h"
#include "server/file/unix_sid.h"
#include "wire/smb2_query_info.h"
#include "wire/smb2_set_info.h"

/* The parts that a file here has. */
#define PARTS                                                                              \
	(OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION |                         \
	 DACL_SECURITY_INFORMATION)

static struct acl_of of_file(const struct fs_info *info)
{
	return (struct acl_of){
		.directory = info->directory, .uid = info->uid, .gid = info->gid};
}

/* ------------------------------------------------------------- QUERY_INFO, 3.3.5.20.3 --
 */

struct query_security_job {
	struct srv_file_job base; /* first */
	uint32_t parts;
	uint32_t max;
	struct fs_info info;
	struct acl_pair acl;
	struct security_descriptor d;
};

static uint32_t query_work(struct srv_file_job *job)
{
	struct query_security_job *j = (struct query_security_job *)job;
	uint32_t status = fs_stat(job->file, &j->info);

	if (status == NT_STATUS_SUCCESS && (j->parts & DACL_SECURITY_INFORMATION) != 0)
		status = fs_acl_get(job->file, &j->acl.own, &j->acl.handed_down);
	return status;
}

static void make_descriptor(struct query_security_job *j)
{
	struct security_descriptor *d = &j->d;
	struct acl_of of = of_file(&j->info);

	d->has_owner = (j->parts & OWNER_SECURITY_INFORMATION) != 0;
	d->has_group = (j->parts & GROUP_SECURITY_INFORMATION) != 0;
	d->owner = unix_sid_of_user(of.uid);
	d->group = unix_sid_of_group(of.gid);
	if ((j->parts & DACL_SECURITY_INFORMATION) != 0)
		acl_from_disk(d, &of, &j->acl);
}

/* Never a part of it. */
static uint32_t query_answer(struct request *rq, struct srv_file_job *job)
{
	struct query_security_job *j = (struct query_security_job *)job;
	struct smb2_query_info_rsp rsp;
	uint32_t status = NT_STATUS_SUCCESS;
	struct wire_writer w;
	struct buf bytes;

	make_descriptor(j);
	buf_init(&bytes, SECURITY_DESCRIPTOR_MAX);
	w = wire_writer_at_end(&bytes);
	security_descriptor_encode(&w, &j->d);
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

/* [MS-FSA] 2.1.5.14 */
uint32_t srv_file_query_security(struct request *rq, const struct smb2_query_info_req *req)
{
	struct query_security_job *j;

	if ((req->additional & SACL_SECURITY_INFORMATION) != 0 &&
	    !open_may(rq->open, ACCESS_SYSTEM_SECURITY))
		return NT_STATUS_ACCESS_DENIED;
	if ((req->additional & (PARTS | LABEL_SECURITY_INFORMATION)) != 0 &&
	    !open_may(rq->open, ACCESS_READ_CONTROL))
		return NT_STATUS_ACCESS_DENIED;
	j = calloc(1, sizeof(*j));
	if (j == NULL)
		return NT_STATUS_NO_MEMORY;
	j->parts = req->additional & PARTS;
	j->max = req->output_len;
	j->base.work = query_work;
	j->base.answer = query_answer;
	return srv_file_submit(rq, &j->base);
}

/* --------------------------------------------------------------- SET_INFO, 3.3.5.21.3 --
 */

uint32_t srv_descriptor_decode(struct security_descriptor **out, struct view bytes)
{
	struct security_descriptor *d = malloc(sizeof(*d));
	enum ns_err err;

	*out = NULL;
	if (d == NULL)
		return NT_STATUS_NO_MEMORY;
	err = security_descriptor_decode(d, bytes);
	if (err == NS_OK) {
		*out = d;
		return NT_STATUS_SUCCESS;
	}
	free(d);
	return err == NS_EUNSUPPORTED ? NT_STATUS_NOT_SUPPORTED
				      : NT_STATUS_INVALID_SECURITY_DESCR;
}

/* Those that the file is to have; `of` has those it has. */
static uint32_t take_owners(struct acl_of *of, const struct security_descriptor *d,
			    uint32_t parts)
{
	if ((parts & OWNER_SECURITY_INFORMATION) != 0 &&
	    (!d->has_owner || !unix_sid_is_user(&d->owner, &of->uid)))
		return NT_STATUS_INVALID_OWNER;
	if ((parts & GROUP_SECURITY_INFORMATION) != 0 &&
	    (!d->has_group || !unix_sid_is_group(&d->group, &of->gid)))
		return NT_STATUS_INVALID_PRIMARY_GROUP;
	return NT_STATUS_SUCCESS;
}

/* A DACL that is asked for and not there would let everybody do anything: nobody meant it.
 */
static uint32_t take_dacl(struct acl_pair *acl, const struct acl_of *of,
			  const struct security_descriptor *d, uint32_t parts)
{
	if ((parts & DACL_SECURITY_INFORMATION) == 0)
		return NT_STATUS_SUCCESS;
	return d->has_dacl ? acl_to_disk(acl, of, d) : NT_STATUS_INVALID_SECURITY_DESCR;
}

uint32_t srv_descriptor_apply(const struct fs_file *file,
			      const struct security_descriptor *d, uint32_t parts)
{
	struct fs_info info;
	struct acl_of of;
	struct acl_pair acl;
	uint32_t status = fs_stat(file, &info);

	if (status != NT_STATUS_SUCCESS)
		return status;
	of = of_file(&info);
	status = take_owners(&of, d, parts);
	if (status == NT_STATUS_SUCCESS)
		status = take_dacl(&acl, &of, d, parts);
	if (status == NT_STATUS_SUCCESS)
		status = fs_set_owner(file, of.uid, of.gid);
	if (status != NT_STATUS_SUCCESS || (parts & DACL_SECURITY_INFORMATION) == 0)
		return status;
	status = fs_acl_set(file, &acl.own, &acl.handed_down);
	if (status != NT_STATUS_SUCCESS)
		(void)fs_set_owner(file, info.uid, info.gid);
	return status;
}

uint32_t srv_descriptor_parts(const struct security_descriptor *d)
{
	return (d->has_owner ? OWNER_SECURITY_INFORMATION : 0u) |
	       (d->has_group ? GROUP_SECURITY_INFORMATION : 0u) |
	       (d->has_dacl ? DACL_SECURITY_INFORMATION : 0u);
}

struct set_security_job {
	struct srv_file_job base; /* first */
	uint32_t parts;
	struct security_descriptor *d; /* owned */
};

static uint32_t set_work(struct srv_file_job *job)
{
	struct set_security_job *j = (struct set_security_job *)job;

	return srv_descriptor_apply(job->file, j->d, j->parts);
}

static uint32_t set_answer(struct request *rq, struct srv_file_job *job)
{
	(void)job;
	smb2_set_info_rsp_encode(srv_request_reply(rq));
	return NT_STATUS_SUCCESS;
}

static void set_release(struct srv_file_job *job)
{
	free(((struct set_security_job *)job)->d);
}

/* [MS-FSA] 2.1.5.17: the rights that the parts want. */
static bool may_set(const struct open *o, uint32_t parts)
{
	static const struct {
		uint32_t parts, right;
	} wants[] = {
		{OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION |
			 LABEL_SECURITY_INFORMATION,
		 ACCESS_WRITE_OWNER},
		{DACL_SECURITY_INFORMATION, ACCESS_WRITE_DAC},
		{SACL_SECURITY_INFORMATION, ACCESS_SYSTEM_SECURITY},
	};

	for (size_t i = 0; i < sizeof(wants) / sizeof(wants[0]); i++)
		if ((parts & wants[i].parts) != 0 && !open_may(o, wants[i].right))
			return false;
	return true;
}

uint32_t srv_file_set_security(struct request *rq, const struct smb2_set_info_req *req)
{
	struct set_security_job *j;
	uint32_t status;

	if (!may_set(rq->open, req->additional))
		return NT_STATUS_ACCESS_DENIED;
	j = calloc(1, sizeof(*j));
	if (j == NULL)
		return NT_STATUS_NO_MEMORY;
	status = srv_descriptor_decode(&j->d, req->data);
	if (status != NT_STATUS_SUCCESS) {
		free(j);
		return status;
	}
	j->parts = req->additional & PARTS;
	j->base.work = set_work;
	j->base.answer = set_answer;
	j->base.release = set_release;
	return srv_file_submit(rq, &j->base);
}

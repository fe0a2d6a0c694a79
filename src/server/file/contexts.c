/* SPDX-License-Identifier: MIT */
#include "server/file/contexts.h"

#include <stdlib.h>

#include "server/file/ea.h"
#include "server/file/file.h"
#include "server/file/security.h"
#include "wire/fscc_file.h"
#include "wire/smb2_create_context.h"

struct context {
	const char *name; /* of four letters */

	/* What it asks, taken into the job; NULL: that it was there is all. */
	uint32_t (*take)(struct create_job *j, const struct request *rq, struct view data);

	/* What the response tells of it, if it was asked; NULL, or nothing written: it is
	 * left out. */
	void (*put)(struct wire_writer *w, const struct request *rq,
		    const struct create_job *j);
};

/* ---------------------------------------------------------------- what they ask -- */

/* 3.3.5.9.1: what a file is created with. */
static uint32_t take_ea(struct create_job *j, const struct request *rq, struct view data)
{
	uint32_t status = srv_eas_check(data);

	(void)rq;
	if (status != NT_STATUS_SUCCESS)
		return status;
	buf_release(&j->eas);
	buf_init(&j->eas, data.n);
	return buf_append(&j->eas, data) == NS_OK ? NT_STATUS_SUCCESS : NT_STATUS_NO_MEMORY;
}

/* 3.3.5.9.2 */
static uint32_t take_descriptor(struct create_job *j, const struct request *rq,
				struct view data)
{
	(void)rq;
	free(j->descriptor);
	return srv_descriptor_decode(&j->descriptor, data);
}

/* 2.2.13.2.6 */
static uint32_t take_allocation(struct create_job *j, const struct request *rq,
				struct view data)
{
	(void)rq;
	if (fscc_le64_decode(&j->how.allocation, data) != NS_OK)
		return NT_STATUS_INVALID_PARAMETER;
	return NT_STATUS_SUCCESS;
}

static uint32_t take_durable(struct create_job *j, const struct request *rq,
			     struct view data)
{
	(void)rq;
	if (smb2_durable_request_decode(data) != NS_OK)
		return NT_STATUS_INVALID_PARAMETER;
	j->durable.contexts |= DURABLE_ASK_NEW;
	if (j->durable.timeout == 0)
		j->durable.timeout = DURABLE_TIMEOUT_MS;
	return NT_STATUS_SUCCESS;
}

static uint32_t take_reconnect(struct create_job *j, const struct request *rq,
			       struct view data)
{
	struct smb2_durable_reconnect v;

	(void)rq;
	if (smb2_durable_reconnect_decode(&v, data) != NS_OK)
		return NT_STATUS_INVALID_PARAMETER;
	j->durable.contexts |= DURABLE_ASK_AGAIN;
	j->durable.file_id = v.file_id;
	return NT_STATUS_SUCCESS;
}

/* "only valid for the SMB 3.x dialect family", 2.2.13.2.11 */
static uint32_t take_durable_v2(struct create_job *j, const struct request *rq,
				struct view data)
{
	struct smb2_durable_request_v2 v;

	if (!server_conn_is_3x(rq->conn))
		return NT_STATUS_SUCCESS;
	if (smb2_durable_request_v2_decode(&v, data) != NS_OK)
		return NT_STATUS_INVALID_PARAMETER;
	j->durable.contexts |= DURABLE_ASK_NEW_V2;
	j->durable.timeout = v.timeout == 0                       ? DURABLE_TIMEOUT_MS
			     : v.timeout < DURABLE_TIMEOUT_MAX_MS ? v.timeout
								  : DURABLE_TIMEOUT_MAX_MS;
	memcpy(j->durable.create_guid, v.create_guid, SMB2_GUID_LEN);
	return NT_STATUS_SUCCESS;
}

static uint32_t take_reconnect_v2(struct create_job *j, const struct request *rq,
				  struct view data)
{
	struct smb2_durable_reconnect_v2 v;

	(void)rq;
	if (smb2_durable_reconnect_v2_decode(&v, data) != NS_OK)
		return NT_STATUS_INVALID_PARAMETER;
	j->durable.contexts |= DURABLE_ASK_AGAIN_V2;
	j->durable.file_id = v.file_id;
	j->durable.flags = v.flags;
	memcpy(j->durable.create_guid, v.create_guid, SMB2_GUID_LEN);
	return NT_STATUS_SUCCESS;
}

/* 2.2.13.2.5: a Timestamp, or nothing. */
static uint32_t take_maximal_access(struct create_job *j, const struct request *rq,
				    struct view data)
{
	struct wire_reader r = {.msg = data};

	(void)rq;
	j->how.tell = true;
	if (data.n == 0)
		return NT_STATUS_SUCCESS;
	wire_le64(&r, &j->stamp);
	j->has_stamp = true;
	return wire_status(&r) == NS_OK ? NT_STATUS_SUCCESS : NT_STATUS_INVALID_PARAMETER;
}

/* There are no snapshots. */
static uint32_t take_absent(struct create_job *j, const struct request *rq,
			    struct view data)
{
	(void)j, (void)rq, (void)data;
	return NT_STATUS_OBJECT_NAME_NOT_FOUND;
}

static uint32_t take_lease(struct create_job *j, const struct request *rq, struct view data)
{
	return lease_take(&j->lease_wanted, rq, data);
}

/* ------------------------------------------------------------ what is told of them -- */

/*
 * 2.2.14.2.5: of the share's rights those that the user has to this file.  Of an open that
 * was had back nobody asked the disk.
 */
static void put_maximal_access(struct wire_writer *w, const struct request *rq,
			       const struct create_job *j)
{
	bool known = j->has_stamp && j->stamp == j->opened.info.changed;

	if (j->global_id != 0)
		return;
	wire_put_le32(w, known ? NT_STATUS_NONE_MAPPED : NT_STATUS_SUCCESS);
	wire_put_le32(w,
		      known ? 0
			    : rq->tree->maximal_access & srv_file_rights(j->opened.rights));
}

/* 2.2.14.2.9 */
static void put_disk_id(struct wire_writer *w, const struct request *rq,
			const struct create_job *j)
{
	(void)rq;
	wire_put_le64(w, j->opened.info.id);     /* DiskFileId */
	wire_put_le64(w, j->opened.info.device); /* VolumeId */
	wire_put_zero(w, 16);                    /* Reserved */
}

/* 2.2.14.2.3.  Who has it back is not told again, <339>. */
static void put_durable(struct wire_writer *w, const struct request *rq,
			const struct create_job *j)
{
	(void)rq;
	if (j->durable.granted)
		smb2_durable_response_encode(w);
}

/* 2.2.14.2.12 */
static void put_durable_v2(struct wire_writer *w, const struct request *rq,
			   const struct create_job *j)
{
	const struct smb2_durable_response_v2 v = {.timeout = j->durable.timeout};

	(void)rq;
	if (j->durable.granted)
		smb2_durable_response_v2_encode(w, &v);
}

/* 2.2.14.2.10 and .11 */
static void put_lease(struct wire_writer *w, const struct request *rq,
		      const struct create_job *j)
{
	struct smb2_lease lease;

	(void)rq;
	if (j->lease == NULL)
		return;
	lease = lease_tell(j->lease);
	smb2_lease_encode(w, &lease);
}

/* -------------------------------------------------------------------- the table -- */

/* clang-format off */
static const struct context contexts[] = {
	/* name                                   take               put */
	{SMB2_CREATE_EA_BUFFER,                   take_ea,           NULL},
	{SMB2_CREATE_SD_BUFFER,                   take_descriptor,   NULL},
	{SMB2_CREATE_ALLOCATION_SIZE,             take_allocation,   NULL},
	{SMB2_CREATE_DURABLE_HANDLE_REQUEST,      take_durable,      put_durable},
	{SMB2_CREATE_DURABLE_HANDLE_RECONNECT,    take_reconnect,    NULL},
	{SMB2_CREATE_DURABLE_HANDLE_REQUEST_V2,   take_durable_v2,   put_durable_v2},
	{SMB2_CREATE_DURABLE_HANDLE_RECONNECT_V2, take_reconnect_v2, NULL},
	{SMB2_CREATE_TIMEWARP_TOKEN,              take_absent,       NULL},
	{SMB2_CREATE_QUERY_MAXIMAL_ACCESS,        take_maximal_access, put_maximal_access},
	{SMB2_CREATE_QUERY_ON_DISK_ID,            NULL,              put_disk_id},
	{SMB2_CREATE_REQUEST_LEASE,               take_lease,        put_lease},
};
/* clang-format on */
#define CONTEXTS_COUNT (sizeof(contexts) / sizeof(contexts[0]))

uint32_t srv_file_take_contexts(struct create_job *j, const struct request *rq,
				struct view chain)
{
	struct smb2_create_contexts it = smb2_create_contexts_of(chain);
	struct smb2_create_context c;
	uint32_t status = NT_STATUS_SUCCESS;

	while (status == NT_STATUS_SUCCESS && smb2_create_context_next(&it, &c))
		for (size_t i = 0; i < CONTEXTS_COUNT; i++) {
			if (!view_equal(c.name, view_of_string(contexts[i].name)))
				continue;
			j->contexts |= 1u << i;
			if (contexts[i].take != NULL)
				status = contexts[i].take(j, rq, c.data);
			break;
		}
	if (status == NT_STATUS_SUCCESS && !durable_ask_agrees(&j->durable))
		status = NT_STATUS_INVALID_PARAMETER;
	return status;
}

void srv_file_put_contexts(struct buf *out, const struct request *rq,
			   const struct create_job *j)
{
	struct smb2_create_context list[CONTEXTS_COUNT];
	size_t ends[CONTEXTS_COUNT];
	struct buf data; /* of all, one behind the other */
	struct wire_writer w;
	size_t count = 0, at = 0;

	buf_init(&data, SRV_FILE_CONTEXTS_MAX);
	w = wire_writer_at_end(&data);
	for (size_t i = 0; i < CONTEXTS_COUNT; i++) {
		if ((j->contexts & 1u << i) == 0 || contexts[i].put == NULL)
			continue;
		contexts[i].put(&w, rq, j);
		if (wire_pos(&w) == at)
			continue;
		at = wire_pos(&w);
		list[count].name = view_of_string(contexts[i].name);
		ends[count++] = at;
	}
	at = 0;
	for (size_t i = 0; i < count; at = ends[i++])
		list[i].data = view_slice(buf_view(&data), at, ends[i] - at);
	if (wire_put_status(&w) == NS_OK) {
		w = wire_writer_at_end(out);
		smb2_create_contexts_encode(&w, list, count);
	}
	if (wire_put_status(&w) != NS_OK)
		buf_clear(out);
	buf_release(&data);
}

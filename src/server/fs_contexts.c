/* SPDX-License-Identifier: MIT */
#include "server/fs_contexts.h"

#include "server/fs_open.h"
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

static uint32_t take_ea(struct create_job *j, const struct request *rq, struct view data)
{
	(void)j, (void)rq, (void)data;
	return NT_STATUS_EAS_NOT_SUPPORTED;
}

/* No handle outlives its connection here, and there are no snapshots. */
static uint32_t take_absent(struct create_job *j, const struct request *rq,
			    struct view data)
{
	(void)j, (void)rq, (void)data;
	return NT_STATUS_OBJECT_NAME_NOT_FOUND;
}

/* ------------------------------------------------------------ what is told of them -- */

/* 2.2.14.2.5 */
static void put_maximal_access(struct wire_writer *w, const struct request *rq,
			       const struct create_job *j)
{
	(void)j;
	wire_put_le32(w, NT_STATUS_SUCCESS); /* QueryStatus */
	wire_put_le32(w, rq->tree->maximal_access);
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

/* -------------------------------------------------------------------- the table -- */

/* clang-format off */
static const struct context contexts[] = {
	/* name                                   take         put */
	{SMB2_CREATE_EA_BUFFER,                   take_ea,     NULL},
	{SMB2_CREATE_DURABLE_HANDLE_RECONNECT,    take_absent, NULL},
	{SMB2_CREATE_DURABLE_HANDLE_RECONNECT_V2, take_absent, NULL},
	{SMB2_CREATE_TIMEWARP_TOKEN,              take_absent, NULL},
	{SMB2_CREATE_QUERY_MAXIMAL_ACCESS,        NULL,        put_maximal_access},
	{SMB2_CREATE_QUERY_ON_DISK_ID,            NULL,        put_disk_id},
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

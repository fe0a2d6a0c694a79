/* SPDX-License-Identifier: MIT */
/* QUERY_INFO on a pipe: the classes of [MS-FSCC] 2.4 that clients ask pipes for. */
#include "server/pipe.h"
#include "server/request.h"
#include "wire/fscc_file.h"
#include "wire/smb2_query_info.h"

/* What Windows' pipe file system says each pipe of its services allocates. */
#define PIPE_ALLOCATION 4096u

/* [MS-FSCC] 2.4.37 and 2.4.38 */
#define MESSAGE_MODE        1u
#define MESSAGE_TYPE        1u
#define FULL_DUPLEX         2u
#define INSTANCES_UNLIMITED UINT32_MAX
#define STATE_CONNECTED     3u
#define STATE_CLOSING       4u
#define CLIENT_END          0u

/* A pipe is one link that goes with its last handle, 2.4.47. */
static void put_standard(struct wire_writer *w, const struct srv_pipe *p)
{
	const struct fscc_standard v = {
		.allocation_size = PIPE_ALLOCATION, .links = 1, .delete_pending = true};

	(void)p;
	fscc_standard_encode(w, &v);
}

static void put_basic(struct wire_writer *w, const struct srv_pipe *p)
{
	const struct fscc_basic v = {.attributes = FILE_ATTRIBUTE_NORMAL};

	(void)p;
	fscc_basic_encode(w, &v);
}

static void put_internal(struct wire_writer *w, const struct srv_pipe *p)
{
	wire_put_le64(w, p->open.global_id);
}

static void put_ea(struct wire_writer *w, const struct srv_pipe *p)
{
	(void)p;
	wire_put_le32(w, 0);
}

static void put_access(struct wire_writer *w, const struct srv_pipe *p)
{
	wire_put_le32(w, p->open.access);
}

static void put_pipe(struct wire_writer *w, const struct srv_pipe *p)
{
	(void)p;
	wire_put_le32(w, MESSAGE_MODE); /* 0 ReadMode */
	wire_put_le32(w, 0);            /* 4 CompletionMode: FILE_PIPE_QUEUE_OPERATION */
}

static void put_pipe_local(struct wire_writer *w, const struct srv_pipe *p)
{
	struct pipe_state state = srv_pipe_state(p);

	wire_put_le32(w, MESSAGE_TYPE);              /*  0 NamedPipeType */
	wire_put_le32(w, FULL_DUPLEX);               /*  4 NamedPipeConfiguration */
	wire_put_le32(w, INSTANCES_UNLIMITED);       /*  8 MaximumInstances */
	wire_put_le32(w, 1);                         /* 12 CurrentInstances */
	wire_put_le32(w, PIPE_ALLOCATION);           /* 16 InboundQuota */
	wire_put_le32(w, (uint32_t)state.available); /* 20 ReadDataAvailable */
	wire_put_le32(w, PIPE_ALLOCATION);           /* 24 OutboundQuota */
	wire_put_le32(w, PIPE_ALLOCATION);           /* 28 WriteQuotaAvailable */
	wire_put_le32(w, state.closing ? STATE_CLOSING : STATE_CONNECTED); /* 32 State */
	wire_put_le32(w, CLIENT_END); /* 36 NamedPipeEnd */
}

static const struct pipe_class {
	uint8_t info_class;
	uint8_t size;
	uint32_t right; /* in Open.GrantedAccess; 0: none */
	void (*put)(struct wire_writer *w, const struct srv_pipe *p);
} classes[] = {
	{FILE_BASIC_INFORMATION, FSCC_BASIC_LEN, FILE_READ_ATTRIBUTES, put_basic},
	{FILE_STANDARD_INFORMATION, FSCC_STANDARD_LEN, 0, put_standard},
	{FILE_INTERNAL_INFORMATION, 8, 0, put_internal},
	{FILE_EA_INFORMATION, 4, 0, put_ea},
	{FILE_ACCESS_INFORMATION, 4, 0, put_access},
	{FILE_PIPE_INFORMATION, 8, FILE_READ_ATTRIBUTES, put_pipe},
	{FILE_PIPE_LOCAL_INFORMATION, 40, FILE_READ_ATTRIBUTES, put_pipe_local},
};

static const struct pipe_class *find(uint8_t info_class)
{
	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++)
		if (classes[i].info_class == info_class)
			return &classes[i];
	return NULL;
}

static uint32_t answer(struct request *rq, const struct pipe_class *class)
{
	struct smb2_query_info_rsp rsp;
	struct wire_writer w;
	struct buf data;
	enum ns_err err;

	buf_init(&data, class->size);
	w = wire_writer_at_end(&data);
	class->put(&w, srv_pipe_of(rq->open));
	err = wire_put_status(&w);
	if (err == NS_OK) {
		rsp.data = buf_view(&data);
		smb2_query_info_rsp_encode(srv_request_reply(rq), &rsp);
	}
	buf_release(&data);
	return err == NS_OK ? NT_STATUS_SUCCESS : NT_STATUS_NO_MEMORY;
}

uint32_t srv_pipe_query(struct request *rq, const struct smb2_query_info_req *req)
{
	const struct pipe_class *class = find(req->info_class);

	if (req->info_type != SMB2_0_INFO_FILE)
		return NT_STATUS_NOT_SUPPORTED;
	if (class == NULL)
		return NT_STATUS_INVALID_INFO_CLASS;
	if (class->right != 0 && !open_may(rq->open, class->right))
		return NT_STATUS_ACCESS_DENIED;
	if (req->output_len < class->size)
		return NT_STATUS_INFO_LENGTH_MISMATCH;
	return answer(rq, class);
}
